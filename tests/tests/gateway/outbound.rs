//! Next hops that are old, slow or unwilling, and a database that cannot be written for a while.

use std::{
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use tests::{
    appliance::Setup,
    client::send,
    mail,
    python::python,
    sink::{AtEnd, Sink},
    wait::wait_until,
};

use crate::{ALICE, BOB, CAROL, PATIENCE, RULES};

const POSTMASTER: &str = "postmaster@acme.example";
const UNDER_WAY: &str = "select count(*) from delivery where state in ('queued', 'active')";

/// The text of the only report that came for `recipient`.
fn report(sink: &Sink, recipient: &str) -> anyhow::Result<String> {
    let report = sink.wait_for(recipient, "could not be delivered", PATIENCE)?;
    ensure!(report.content.is_ascii(), "a report that not every hop takes");
    ensure!(report.sender.is_empty(), "a report that could be answered");
    assert_eq!(sink.for_recipient(recipient).len(), 1);
    mail::text(&report.content)
}

#[test]
fn a_hop_without_8bitmime_gets_ascii_and_nothing_else_is_lost() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    appliance.sink().seven_bit();
    let content = mail::plain("plain", ALICE, BOB, "Plain", "Nothing but ASCII.");
    let reply = send(appliance.smtp(), ALICE, &[BOB], &content)?;
    assert_eq!(reply.code, 250, "{reply:?}");
    appliance.sink().wait_for(BOB, "Nothing but ASCII.", PATIENCE)?;
    // What the hop cannot take comes back.
    let mut content = b"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\
        Content-Transfer-Encoding: 8bit\r\n"
        .to_vec();
    content.extend(mail::plain("umlauts", ALICE, BOB, "Umlauts", "Gr\u{fc}\u{df}e."));
    let reply = send(appliance.smtp(), ALICE, &[BOB], &content)?;
    assert_eq!(reply.code, 250, "{reply:?}");
    let text = report(appliance.sink(), ALICE)?;
    assert!(text.contains("does not take 8-bit content"), "{text}");
    assert_eq!(appliance.sink().for_recipient(BOB).len(), 1);
    Ok(())
}

#[test]
fn a_connection_is_used_again_and_one_that_was_closed_costs_no_attempt() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    let sink = appliance.sink();
    let mut number = 0;
    let mut next = |at_end, connections: usize| -> anyhow::Result<()> {
        number += 1;
        sink.at_end(at_end);
        let text = format!("Number {number}.");
        let content = mail::plain(&format!("again-{number}"), ALICE, BOB, "Again", &text);
        assert_eq!(send(appliance.smtp(), ALICE, &[BOB], &content)?.code, 250);
        sink.wait_for(BOB, &text, PATIENCE)?;
        wait_until("its settling", PATIENCE, || {
            appliance.count(UNDER_WAY).is_ok_and(|it| it == 0)
        })?;
        assert_eq!(sink.connections(), connections, "at number {number}");
        Ok(())
    };
    next(AtEnd::Take, 1)?;
    next(AtEnd::Take, 1)?;
    next(AtEnd::TakeAndClose, 1)?;
    next(AtEnd::TakeAndLeave, 2)?;
    next(AtEnd::Take, 3)?;
    // Nobody waits for ever.
    thread::sleep(Duration::from_secs(6));
    next(AtEnd::Take, 4)?;
    assert_eq!(appliance.count("select max(attempts) from delivery")?, 1);
    assert_eq!(sink.for_recipient(BOB).len(), 6);
    Ok(())
}

#[test]
fn a_hop_that_tarpits_keeps_up_its_own_mail_alone() -> anyhow::Result<()> {
    let slow = Sink::start()?;
    slow.at_end(AtEnd::TakeAfter(Duration::from_secs(90)));
    let setup = Setup { external: Some(slow.address()), ..Setup::new(RULES) };
    let appliance = setup.start()?;
    for number in 0..45 {
        let id = format!("slow-{number}");
        let content = mail::plain(&id, ALICE, BOB, &id, "Outwards.");
        let reply = send(appliance.smtp(), ALICE, &[BOB], &content)?;
        assert_eq!(reply.code, 250, "{id}: {reply:?}");
    }
    let active = "select count(*) from delivery where state = 'active'";
    wait_until("every place taken", PATIENCE, || appliance.count(active).is_ok_and(|it| it == 20))
        .with_context(|| appliance.log())?;
    for number in 0..5 {
        let id = format!("inside-{number}");
        let content = mail::plain(&id, ALICE, CAROL, &id, "Inwards.");
        let began = Instant::now();
        let reply = send(appliance.smtp(), ALICE, &[CAROL], &content)?;
        assert_eq!(reply.code, 250, "{id}: {reply:?}");
        appliance.sink().wait_for(CAROL, &format!("<{id}@"), PATIENCE)?;
        assert!(began.elapsed() < Duration::from_secs(4), "{id} took {:?}", began.elapsed());
    }
    // What has no place is not taken.
    assert_eq!(appliance.count(active)?, 20);
    assert!(slow.received().is_empty(), "the slow hop was not slow");
    Ok(())
}

#[test]
fn a_report_that_cannot_be_delivered_reaches_the_postmaster() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    let sink = appliance.sink();
    sink.refuse(BOB, "550 5.1.1 No such user");
    sink.refuse(ALICE, "550 5.1.1 Left the house");
    let content = mail::plain("one", ALICE, BOB, "One", "For nobody.");
    let reply = send(appliance.smtp(), ALICE, &[BOB], &content)?;
    assert_eq!(reply.code, 250, "{reply:?}");
    let text = report(sink, POSTMASTER)?;
    assert!(text.contains(ALICE) && text.contains("Left the house"), "{text}");
    // That is the end of it, also where the postmaster cannot be reached; the log says so.
    assert!(!appliance.log().contains("delivery.unreported"), "{}", appliance.log());
    sink.refuse(POSTMASTER, "550 5.1.1 Nobody is here");
    let content = mail::plain("two", ALICE, BOB, "Two", "For nobody.");
    let reply = send(appliance.smtp(), ALICE, &[BOB], &content)?;
    assert_eq!(reply.code, 250, "{reply:?}");
    appliance.wait_for_log("delivery.unreported", 1)?;
    wait_until("the end of all", PATIENCE, || appliance.count(UNDER_WAY).is_ok_and(|it| it == 0))?;
    assert_eq!(appliance.count("select count(*) from message")?, 6, "{}", appliance.log());
    assert_eq!(appliance.count("select count(*) from delivery where state = 'sent'")?, 1);
    Ok(())
}

/// Keeps the database from being written, longer than a write waits.
const LOCK: &str = "
import sqlite3, sys, time
db = sqlite3.connect(sys.argv[1], timeout=5, isolation_level=None)
db.execute('begin immediate')
time.sleep(20)
db.execute('rollback')
";

#[test]
fn an_answer_that_cannot_be_written_down_is_not_asked_for_again() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    appliance.sink().at_end(AtEnd::TakeAfter(Duration::from_secs(3)));
    let content = mail::plain("once", ALICE, BOB, "Once", "Only once.");
    let reply = send(appliance.smtp(), ALICE, &[BOB], &content)?;
    assert_eq!(reply.code, 250, "{reply:?}");
    let active = "select count(*) from delivery where state = 'active'";
    wait_until("it under way", PATIENCE, || appliance.count(active).is_ok_and(|it| it == 1))?;
    let path = appliance.data().join("store/chancery.db");
    let path = path.to_str().context("a path in UTF-8")?.to_owned();
    let locked = thread::spawn(move || python(LOCK, &[&path]));
    appliance.wait_for_log("delivery.not-settled", 1)?;
    locked.join().map_err(|_panic| anyhow::anyhow!("a test thread ended"))??;
    wait_until("it settled", PATIENCE, || appliance.count(UNDER_WAY).is_ok_and(|it| it == 0))
        .with_context(|| appliance.log())?;
    let sent = "select count(*) from delivery where state = 'sent' and attempts = 1";
    assert_eq!(appliance.count(sent)?, 1);
    // Nor does anything think later that nobody delivers it.
    thread::sleep(Duration::from_secs(6));
    assert_eq!(appliance.sink().received().len(), 1, "{}", appliance.log());
    Ok(())
}
