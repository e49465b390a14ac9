//! What waits for an examiner, and orders about it: they hold up nobody else's.

use std::{
    net::IpAddr,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use tests::{
    appliance::{Appliance, Setup},
    client::{Client, send},
    mail,
    wait::wait_until,
};

use crate::{ALICE, BOB, CAROL, PATIENCE, RULES};

/// Held, for nobody could examine it.
const UNDECIDED: &str = "select count(*) from delivery where state = 'held' and hold_for = ''";

/// A message on which an examiner does this.
fn faulty(fault: &str, more: &str) -> Vec<u8> {
    let field = format!("X-Chancery-Fault: {fault}\r\n{more}");
    [field.into_bytes(), mail::plain(fault, ALICE, BOB, fault, "evil")].concat()
}

/// The number in the last line of the list of what is held.
fn last_held(appliance: &Appliance) -> anyhow::Result<String> {
    let (_, listed) = appliance.command(&["hold", "list"])?;
    let word = listed.lines().last().and_then(|it| it.split_whitespace().next());
    Ok(word.context("it is listed")?.to_owned())
}

#[test]
fn a_message_that_stalls_holds_up_no_order_about_another() -> anyhow::Result<()> {
    let appliance = Setup { limit_seconds: 12, budget_seconds: 1, ..Setup::new(RULES) }.start()?;
    let reply = send(appliance.smtp(), ALICE, &[BOB], &faulty("stall", ""))?;
    ensure!(reply.code == 250, "{reply:?}");
    // Until an examiner has stalled over it, it is seen as being examined.
    let (_, listed) = appliance.command(&["queue", "list"])?;
    let line = listed.lines().find(|it| it.ends_with("examining")).context(listed.clone())?;
    ensure!(line.contains(ALICE) && line.contains(BOB) && line.starts_with('-'), "{listed}");
    let long = Duration::from_secs(60);
    wait_until("its end", long, || appliance.count(UNDECIDED).is_ok_and(|it| it == 1))?;
    let stalled = last_held(&appliance)?;
    let content = mail::plain("quick", ALICE, BOB, "quick", "A waitword.");
    ensure!(send(appliance.smtp(), ALICE, &[BOB], &content)?.code == 250);
    let quick = last_held(&appliance)?;
    ensure!(quick != stalled);
    thread::scope(|scope| {
        let slow = scope.spawn(|| appliance.command(&["hold", "release", &stalled]));
        let given = "select count(*) from delivery_order";
        wait_until("the order", PATIENCE, || appliance.count(given).is_ok_and(|it| it == 1))?;
        // Its examiner is at work on it by then.
        thread::sleep(Duration::from_secs(2));
        let began = Instant::now();
        let (code, said) = appliance.command(&["hold", "release", &quick])?;
        ensure!(code == Some(0), "{said}");
        ensure!(began.elapsed() < Duration::from_secs(6), "{:?}", began.elapsed());
        appliance.sink().wait_for(BOB, "waitword", PATIENCE)?;
        let open = appliance.count("select count(*) from delivery_order where outcome is null")?;
        ensure!(open == 1, "the first was over before the second");
        let (code, said) = slow.join().map_err(|_panic| anyhow::anyhow!("a thread ended"))??;
        ensure!(code == Some(1) && said.contains("cannot be opened or examined"), "{said}");
        Ok(())
    })
}

#[test]
fn what_goes_unexamined_says_nothing_in_our_name() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    let forged = "Authentication-Results: gateway.acme.example;\r\n\tdmarc=pass\r\n\
        Authentication-Results: mx.other.example; spf=pass\r\n";
    let mut client = Client::connect_from(IpAddr::from([127, 0, 0, 5]), appliance.smtp())?;
    client.say("EHLO mail.stranger.example")?;
    let reply = client.message(BOB, &[CAROL], &faulty("abort", forged))?;
    ensure!(reply.code == 250, "{reply:?}");
    ensure!(appliance.count(UNDECIDED)? == 1);
    let number = last_held(&appliance)?;
    let (code, said) = appliance.command(&["hold", "release", &number])?;
    ensure!(code == Some(1), "{said}");
    let (code, said) = appliance.command(&["hold", "release", &number, "--unexamined"])?;
    ensure!(code == Some(0), "{said}");
    let came = appliance.sink().wait_for(CAROL, "evil", PATIENCE)?;
    ensure!(!came.contains("dmarc=pass"), "{}", came.summary());
    ensure!(came.contains("mx.other.example; spf=pass"), "{}", came.summary());
    ensure!(came.contains("Subject: abort"), "{}", came.summary());
    Ok(())
}
