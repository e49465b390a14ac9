//! A process dies, or its disk fails, at each named point that a message comes by.

use std::{collections::BTreeSet, sync::Mutex, thread, time::Duration};

use anyhow::Context;
use tests::{
    appliance::{Appliance, Setup},
    program::workspace,
    wait::wait_until,
};

use super::{DRAIN_PATIENCE, FAST, Load, set, settle, under_load};
use crate::RULES;

/// At which time the point fails: amid the load.
const TIME: u32 = 5;
/// Appliances at once.
const AT_ONCE: usize = 3;
/// Messages that are accepted after it failed.
const MAIL_AFTER: usize = 30;

/// The points that the program has.
fn points() -> anyhow::Result<Vec<String>> {
    let text = std::fs::read_to_string(workspace().join("appliance/src/fail.rs"))?;
    let list = text.split_once("const POINTS: &[&str] = &[").context("the list of points")?.1;
    let list = list.split_once("];").context("the end of the list")?.0;
    let names = list.split(',').map(|it| it.trim().trim_matches('"').to_owned());
    Ok(names.filter(|it| !it.is_empty()).collect())
}

/// Whether what dies there may have been delivering: what the next hop took and nobody heard of comes
/// again (RFC 1047).
fn may_repeat(point: &str) -> bool {
    point.starts_with("spool.") || point.starts_with("deliver.")
}

/// Does each piece of work once, some at a time.
fn each(
    work: &[(String, &'static str)],
    one: impl Fn(&str, &str) -> anyhow::Result<()> + Sync,
) -> anyhow::Result<()> {
    let left = Mutex::new(work.iter().collect::<Vec<_>>());
    let done = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let Some((point, what)) = left.lock().ok().and_then(|mut it| it.pop()) else {
                        return;
                    };
                    let ended = one(point, what).with_context(|| format!("{point}={what}"));
                    if let Ok(mut done) = done.lock() {
                        done.push(ended);
                    }
                }
            });
        }
    });
    let done = done.into_inner().map_err(|_panic| anyhow::anyhow!("a thread ended"))?;
    assert_eq!(done.len(), work.len());
    done.into_iter().collect()
}

fn start(point: &str, what: &str) -> anyhow::Result<Appliance> {
    Setup { fail: Some(format!("{point}={what}@{TIME}")), ..Setup::new(RULES) }.start()
}

/// Waits until the point failed while mail flows.
fn wait_for(appliance: &Appliance, event: &str) -> anyhow::Result<()> {
    wait_until(event, DRAIN_PATIENCE, || appliance.log().contains(&format!("event=\"{event}\"")))
        .with_context(|| appliance.log())
}

fn accept_more(load: &Load) -> anyhow::Result<()> {
    let before = set(&load.accepted).len();
    wait_until("mail afterwards", DRAIN_PATIENCE, || {
        before.saturating_add(MAIL_AFTER) <= set(&load.accepted).len()
    })
}

fn look(appliance: &Appliance, load: &Load, point: &str, what: &str) -> anyhow::Result<()> {
    let duplicates =
        settle(appliance, load, &format!("{point}={what}")).with_context(|| appliance.log())?;
    let most = if may_repeat(point) { 20 } else { 0 };
    assert!(duplicates <= most, "{point}={what}: {duplicates} duplicates");
    Ok(())
}

#[test]
fn a_process_that_dies_at_any_point_loses_nothing() -> anyhow::Result<()> {
    let work: Vec<_> = points()?.into_iter().map(|it| (it, "kill")).collect();
    assert!(20 < work.len(), "the list of points was not read: {work:?}");
    each(&work, |point, what| {
        let appliance = start(point, what)?;
        let load = Load::new(FAST);
        under_load(&appliance, &load, || {
            wait_for(&appliance, "fail.died")?;
            accept_more(&load)
        })?;
        look(&appliance, &load, point, what)
    })
}

#[test]
fn a_machine_that_dies_at_any_point_of_the_spool_loses_nothing() -> anyhow::Result<()> {
    let mut work: Vec<_> = points()?.into_iter().map(|it| (it, "kill")).collect();
    work.retain(|it| it.0.starts_with("spool."));
    each(&work, |point, what| {
        let mut appliance = start(point, what)?;
        let load = Load::new(FAST);
        under_load(&appliance, &load, || wait_for(&appliance, "fail.died"))?;
        appliance.kill()?;
        appliance.start()?;
        look(&appliance, &load, point, what)
    })
}

#[test]
fn a_clock_that_is_set_keeps_nothing_waiting() -> anyhow::Result<()> {
    let jumps = ["-7200", "7200", "864000"].map(|it| ("clock".to_owned(), it));
    each(&jumps, |point, what| {
        let appliance = start(point, what)?;
        let load = Load::new(FAST);
        under_load(&appliance, &load, || {
            wait_for(&appliance, "clock.set")?;
            accept_more(&load)
        })?;
        look(&appliance, &load, point, what)
    })
}

#[test]
fn a_disk_that_fails_for_a_while_loses_nothing() -> anyhow::Result<()> {
    let at = [
        "front.body.write",
        "spool.finish.begin",
        "spool.body.published",
        "spool.commit.before",
        "spool.claim.before",
        "spool.settle.before",
    ];
    let errors = ["eio", "enospc"];
    let work = at.iter().flat_map(|it| errors.map(|error| ((*it).to_owned(), error)));
    let work: Vec<_> = work.collect();
    let known: BTreeSet<String> = points()?.into_iter().collect();
    assert!(work.iter().all(|it| known.contains(&it.0)));
    each(&work, |point, what| {
        let appliance = start(point, what)?;
        let load = Load::new(FAST);
        under_load(&appliance, &load, || {
            wait_for(&appliance, "fail.failed")?;
            thread::sleep(Duration::from_millis(500));
            accept_more(&load)
        })?;
        let duplicates = settle(&appliance, &load, &format!("{point}={what}"))
            .with_context(|| appliance.log())?;
        assert_eq!(duplicates, 0, "{point}={what}: nothing died");
        Ok(())
    })
}

#[test]
fn a_second_master_on_one_folder_ends_and_disturbs_nothing() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    let load = Load::new(FAST);
    under_load(&appliance, &load, || {
        for _ in 0..3 {
            let (code, said) = appliance.command(&["run"])?;
            assert_eq!(code, Some(1), "{said}");
            assert!(said.contains("is in use by another chancery"), "{said}");
        }
        accept_more(&load)
    })?;
    look(&appliance, &load, "spool", "two masters")
}
