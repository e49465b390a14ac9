//! A process that lives and does nothing: it is told, ended, and started anew.

use std::time::Duration;

use anyhow::Context;
use serde_json::Value;
use tests::{
    appliance::{Appliance, Setup},
    client, mail,
    wait::wait_until,
};

use crate::{ALICE, BOB, PATIENCE, RULES};

/// A role is ended after half a minute without an answer.
const LONG: Duration = Duration::from_secs(60);

fn status(appliance: &Appliance) -> anyhow::Result<(Option<i32>, Value)> {
    let (code, said) = appliance.command(&["status", "--form", "json"])?;
    Ok((code, serde_json::from_str(&said).with_context(|| said.clone())?))
}

fn role(status: &Value, name: &str) -> Option<Value> {
    let roles = status.get("roles")?.as_array()?;
    roles.iter().find(|it| it.get("role").is_some_and(|it| it == name)).cloned()
}

fn signal(pid: u64, name: &str) -> anyhow::Result<()> {
    let sent = std::process::Command::new("kill").args(["-s", name, &pid.to_string()]).status()?;
    anyhow::ensure!(sent.success(), "kill -s {name} {pid}");
    Ok(())
}

#[test]
fn a_role_that_hangs_is_told_ended_and_started_anew() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    let content = mail::plain("one", ALICE, BOB, "One", "Before.");
    assert_eq!(client::send(appliance.smtp(), ALICE, &[BOB], &content)?.code, 250);
    let (code, told) = status(&appliance)?;
    assert_eq!(code, Some(0), "{told}");
    let process = |name: &str| -> anyhow::Result<u64> {
        let found = role(&status(&appliance)?.1, name).and_then(|it| it.get("pid")?.as_u64());
        found.with_context(|| format!("{name} has a process"))
    };
    let names = ["keyd", "spool"];
    let before = [process("keyd")?, process("spool")?];
    let stop = || before.iter().try_for_each(|pid| signal(*pid, "STOP"));
    stop()?;
    let is_silent = |told: &Value, name| {
        role(told, name).and_then(|it| it.get("silent")?.as_bool()) == Some(true)
    };
    wait_until("word of it", LONG, || {
        // Whoever watches over this machine may have let them go on; those that have ended cannot.
        let _ended = stop();
        status(&appliance).is_ok_and(|(code, told)| {
            code == Some(1) && names.iter().all(|it| is_silent(&told, it))
        })
    })?;
    wait_until("their successors", LONG, || status(&appliance).is_ok_and(|it| it.0 == Some(0)))?;
    assert!(process("keyd")? != before[0] && process("spool")? != before[1]);
    let content = mail::plain("two", ALICE, BOB, "Two", "After it.");
    assert_eq!(client::send(appliance.smtp(), ALICE, &[BOB], &content)?.code, 250);
    appliance.sink().wait_for(BOB, "After it.", PATIENCE)?;
    Ok(())
}

#[test]
fn a_master_that_hangs_is_told() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    let (code, told) = status(&appliance)?;
    assert_eq!(code, Some(0), "{told}");
    let master = told.get("pid").and_then(Value::as_u64).context("a process")?;
    signal(master, "STOP")?;
    let told = wait_until("word of it", LONG, || {
        let _ended = signal(master, "STOP");
        status(&appliance).is_ok_and(|(code, told)| {
            let seconds = told.get("silent_seconds").and_then(Value::as_u64);
            code == Some(1) && seconds.is_some_and(|it| 30 <= it)
        })
    });
    signal(master, "CONT")?;
    told?;
    wait_until("it is back", LONG, || status(&appliance).is_ok_and(|it| it.0 == Some(0)))
}
