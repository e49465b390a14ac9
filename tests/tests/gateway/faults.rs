//! An examiner that a message has taken over can do nothing but end; the message is held.

use std::{
    thread,
    time::{Duration, Instant},
};

use anyhow::Context;
use tests::{
    appliance::{Appliance, Setup},
    client::send,
    mail,
    wait::wait_until,
};

use crate::{ALICE, BOB, CAROL, PATIENCE, RULES};

const STATES: &str = "select state, attempts, count(*) from delivery group by state, attempts";
const HELD: &str = "select count(*) from delivery where state = 'held' and hold_for = ''";

fn faulty(fault: &str) -> Vec<u8> {
    let mut content = format!("X-Chancery-Fault: {fault}\r\n").into_bytes();
    content.extend(mail::plain(fault, ALICE, BOB, fault, "evil"));
    content
}

/// Sends good messages one after the other until `done`, each of which must be with the next hop
/// at once. Returns how many.
fn others(
    appliance: &Appliance,
    beside: &str,
    mut done: impl FnMut() -> bool,
) -> anyhow::Result<usize> {
    let mut sent: usize = 0;
    while !done() {
        let id = format!("beside-{beside}-{sent}");
        let content = mail::plain(&id, ALICE, CAROL, &id, "good");
        let began = Instant::now();
        let reply = send(appliance.smtp(), ALICE, &[CAROL], &content)?;
        assert_eq!(reply.code, 250, "{id}: {reply:?}");
        appliance.sink().wait_for(CAROL, &format!("<{id}@"), PATIENCE)?;
        assert!(began.elapsed() < Duration::from_secs(4), "{id} took {:?}", began.elapsed());
        sent = sent.saturating_add(1);
    }
    Ok(sent)
}

fn each_fault_is_held(faults: &[&str]) -> anyhow::Result<()> {
    let setup = Setup { limit_seconds: 3, ..Setup::new(RULES) };
    let appliance = setup.start()?;
    for (number, fault) in faults.iter().enumerate() {
        let sent = thread::scope(|scope| {
            let evil = scope.spawn(|| send(appliance.smtp(), ALICE, &[BOB, CAROL], &faulty(fault)));
            let sent = others(&appliance, fault, || evil.is_finished());
            let reply = evil.join().map_err(|_panic| anyhow::anyhow!("a test thread ended"))??;
            assert_eq!(reply.code, 250, "{fault}: {reply:?}");
            sent
        })?;
        assert!(0 < sent, "none was sent beside `{fault}`");
        let held = u64::try_from(number)?.saturating_add(1).saturating_mul(2);
        assert_eq!(appliance.count(HELD)?, held, "{fault}");
    }
    // Every examiner is back: as many at once as there are are decided at once.
    others(&appliance, "nothing", || appliance.pids("exam").is_ok_and(|it| it.len() == 2))?;
    assert!(!appliance.sink().holds("evil"), "what an examiner ended over was delivered");
    // The next hop knows of a delivery a moment before the queue does.
    let good = u64::try_from(appliance.sink().received().len())?;
    let sent = "select count(*) from delivery where state = 'sent'";
    wait_until("the queue to agree with the next hop", PATIENCE, || {
        appliance.count(sent).is_ok_and(|it| it == good)
    })
    .with_context(|| {
        format!("{good} received; {:?}\n{}", appliance.rows(STATES), appliance.log())
    })?;
    assert_eq!(appliance.count(HELD)?, u64::try_from(faults.len())?.saturating_mul(2));
    for opened in ["opened=true", "connected=true"] {
        assert!(!appliance.log().contains(opened), "the sandbox let it: {opened}");
    }
    Ok(())
}

#[test]
fn aborting_and_stalling_messages_are_held() -> anyhow::Result<()> {
    each_fault_is_held(&["abort", "stall"])
}

#[test]
fn messages_that_open_a_file_or_a_socket_are_held() -> anyhow::Result<()> {
    each_fault_is_held(&["open", "socket"])
}

/// What it says of a message that the rules deliver, so that whoever believed it would deliver.
#[test]
fn what_no_rule_can_say_is_not_believed() -> anyhow::Result<()> {
    each_fault_is_held(&[
        "foreign-recipient",
        "one-of-ours",
        "unknown-policy",
        "unknown-releasers",
        "copy-to-a-stranger",
        "notify-a-stranger",
        "unknown-edits",
        "edits-beyond-the-end",
        "one-recipient-less",
        "one-recipient-more",
        "other-answer",
    ])
}

#[test]
fn what_no_examiner_sends_is_not_taken() -> anyhow::Result<()> {
    each_fault_is_held(&[
        "truncated",
        "unsealed-memory",
        "truncated-memory",
        "descriptor",
        "descriptors",
        "other-question",
    ])
}

/// The first of many answers is the true one; the rest answer nothing, and nobody after it.
#[test]
fn a_flood_of_answers_answers_one_question() -> anyhow::Result<()> {
    let setup = Setup { limit_seconds: 3, ..Setup::new(RULES) };
    let appliance = setup.start()?;
    let reply = send(appliance.smtp(), ALICE, &[BOB], &faulty("flood"))?;
    assert_eq!(reply.code, 250, "{reply:?}");
    appliance.sink().wait_for(BOB, "evil", PATIENCE)?;
    let mut left = 8;
    others(&appliance, "flood", || {
        left -= 1;
        left == 0
    })?;
    assert_eq!(appliance.count(HELD)?, 0);
    Ok(())
}

#[test]
fn a_late_message_is_accepted_and_held_from_the_queue() -> anyhow::Result<()> {
    let setup = Setup { budget_seconds: 1, limit_seconds: 2, ..Setup::new(RULES) };
    let appliance = setup.start()?;
    let began = Instant::now();
    let reply = send(appliance.smtp(), ALICE, &[BOB], &faulty("stall"))?;
    assert_eq!(reply.code, 250, "{reply:?}");
    assert!(began.elapsed() < Duration::from_millis(1900), "{:?}", began.elapsed());
    let examining = "select count(*) from message where state = 'examining'";
    assert_eq!(appliance.count(examining)?, 1);
    // It stalls again, and is held then.
    wait_until("it held", Duration::from_secs(40), || {
        appliance.count(HELD).is_ok_and(|it| it == 1)
    })?;
    assert_eq!(appliance.count(examining)?, 0);
    assert!(appliance.sink().received().is_empty());
    Ok(())
}
