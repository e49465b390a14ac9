//! Orders about what waits, when things are not as they should be; and who hears of a failure.

use std::time::Duration;

use anyhow::Context;
use tests::{
    appliance::{Appliance, Setup},
    client::{Client, send, stuffed},
    mail,
    sink::AtEnd,
    wait::wait_until,
};

use crate::{ALICE, BOB, CAROL, PATIENCE, RULES};

/// Runs a command that must come to an end with that code; gives what it printed.
fn run(appliance: &Appliance, words: &[&str], expected: i32) -> anyhow::Result<String> {
    let (code, printed) = appliance.command(words)?;
    assert_eq!(code, Some(expected), "{words:?}: {printed}");
    Ok(printed)
}

/// The number in the line of a list that holds these words.
fn number(appliance: &Appliance, list: &str, words: &str) -> anyhow::Result<String> {
    let listed = run(appliance, &[list, "list"], 0)?;
    let line = listed.lines().find(|it| it.contains(words));
    let line = line.with_context(|| format!("`{words}` is not in\n{listed}"))?;
    Ok(line.split_whitespace().next().unwrap_or_default().to_owned())
}

fn take(appliance: &Appliance, subject: &str, body: &str) -> anyhow::Result<()> {
    let content = mail::plain(subject, ALICE, BOB, subject, body);
    let reply = send(appliance.smtp(), ALICE, &[BOB], &content)?;
    assert_eq!(reply.code, 250, "{reply:?}");
    Ok(())
}

#[test]
fn what_was_held_for_long_is_tried_for_as_long_as_anything() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    take(&appliance, "Late", "A waitword.")?;
    let number = number(&appliance, "hold", "Late")?;
    appliance.change("update message set received_at_ms = received_at_ms - 6 * 86400000")?;
    appliance.sink().refuse(BOB, "451 4.3.0 not now");
    run(&appliance, &["hold", "release", &number], 0)?;
    let tried = "select count(*) from delivery where state = 'queued' and attempts = 1";
    wait_until("its first attempt", PATIENCE, || appliance.count(tried).is_ok_and(|it| it == 1))?;
    assert!(!appliance.sink().holds("could not be delivered"), "it was given up at once");
    Ok(())
}

#[test]
fn a_notice_that_is_given_up_is_told_to_whoever_sent_the_message() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    appliance.sink().refuse(BOB, "451 4.3.0 not now");
    take(&appliance, "Secret", "The vaultword.")?;
    let tried = "select count(*) from delivery where state = 'queued' and attempts = 1";
    wait_until("its first attempt", PATIENCE, || appliance.count(tried).is_ok_and(|it| it == 1))?;
    let number = number(&appliance, "queue", "notice")?;
    let said = run(&appliance, &["queue", "return", &number, "--why", "Nobody there."], 0)?;
    assert!(said.contains("its sender is told"), "{said}");
    let report = appliance.sink().wait_for(ALICE, "multipart/report", PATIENCE)?;
    let text = mail::text(&report.content)?;
    assert!(text.contains("the notice about your secure message"), "{text}");
    assert!(text.contains("Nobody there."), "{text}");
    Ok(())
}

#[test]
fn a_stranger_hears_of_failures_once_and_of_nothing_else() -> anyhow::Result<()> {
    const DAVE: &str = "dave@acme.example";
    let appliance = Setup::new(RULES).start()?;
    let stranger = |to: &[&str], id: &str| -> anyhow::Result<()> {
        let mut client = Client::connect_from([127, 0, 0, 5].into(), appliance.smtp())?;
        client.say("EHLO attacker.example")?;
        assert_eq!(client.say("MAIL FROM:<victim@victim.example>")?.code, 250);
        for to in to {
            let reply = client.say(&format!("RCPT TO:<{to}> NOTIFY=SUCCESS,FAILURE"))?;
            assert_eq!(reply.code, 250, "{reply:?}");
        }
        assert_eq!(client.say("DATA")?.code, 354);
        client.send(&stuffed(&mail::plain(id, "victim@victim.example", CAROL, id, "hello")))?;
        assert_eq!(client.reply()?.code, 250);
        Ok(())
    };
    stranger(&[CAROL, DAVE], "forged-one")?;
    appliance.sink().wait_for(DAVE, "forged-one", PATIENCE)?;
    appliance.sink().refuse(CAROL, "550 5.1.1 No such user");
    appliance.sink().refuse(DAVE, "550 5.1.1 No such user");
    stranger(&[CAROL, DAVE], "forged-two")?;
    let report = appliance.sink().wait_for("victim@victim.example", "report", PATIENCE)?;
    let text = mail::text(&report.content)?;
    assert!(text.contains(CAROL) && text.contains(DAVE), "{text}");
    let under_way = "select count(*) from delivery where state in ('queued', 'active')";
    wait_until("an empty queue", PATIENCE, || appliance.count(under_way).is_ok_and(|it| it == 0))?;
    assert_eq!(appliance.sink().for_recipient("victim@victim.example").len(), 1);
    Ok(())
}

#[test]
fn what_is_under_way_is_seen_and_an_order_about_it_waits() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    appliance.sink().at_end(AtEnd::TakeAfter(Duration::from_secs(6)));
    take(&appliance, "Slow", "hello")?;
    let active = "select count(*) from delivery where state = 'active'";
    wait_until("it under way", PATIENCE, || appliance.count(active).is_ok_and(|it| it == 1))?;
    let number = number(&appliance, "queue", "under way")?;
    let said = run(&appliance, &["queue", "return", &number], 1)?;
    assert!(said.contains("it does not wait any more"), "{said}");
    assert_eq!(appliance.sink().for_recipient(BOB).len(), 1);
    Ok(())
}

#[test]
fn a_damaged_message_hides_no_other() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    take(&appliance, "Broken", "A waitword.")?;
    let broken = number(&appliance, "hold", "Broken")?;
    take(&appliance, "Whole", "A waitword.")?;
    let first = "(select message_id from delivery where state = 'held' order by id limit 1)";
    appliance.change(&format!("update message set envelope = zeroblob(90) where id = {first}"))?;
    let listed = run(&appliance, &["hold", "list"], 0)?;
    let line = listed.lines().find(|it| it.starts_with(&broken)).context("it has a line")?;
    assert!(line.contains("cannot be opened"), "{listed}");
    let whole = number(&appliance, "hold", "Whole")?;
    assert!(run(&appliance, &["hold", "show", &whole], 0)?.contains("Whole"));
    let said = run(&appliance, &["hold", "release", &broken], 1)?;
    assert!(said.contains("cannot be opened"), "{said}");
    run(&appliance, &["hold", "release", &whole], 0)?;
    appliance.sink().wait_for(BOB, "waitword", PATIENCE)?;
    Ok(())
}

#[test]
fn an_order_is_written_down_while_nothing_runs() -> anyhow::Result<()> {
    let mut appliance = Setup::new(RULES).start()?;
    take(&appliance, "Later", "A waitword.")?;
    let number = number(&appliance, "hold", "Later")?;
    appliance.stop()?;
    let said = run(&appliance, &["hold", "release", &number], 3)?;
    assert!(said.contains("the gateway does not run"), "{said}");
    let said = run(&appliance, &["hold", "return", &number], 1)?;
    assert!(said.contains("is to be let go already"), "{said}");
    appliance.start()?;
    appliance.sink().wait_for(BOB, "waitword", PATIENCE)?;
    Ok(())
}

#[test]
fn what_is_held_can_be_looked_at_and_thrown_away() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    take(&appliance, "Spam", "A waitword and spammarker.")?;
    let number = number(&appliance, "hold", "Spam")?;
    let exported = run(&appliance, &["hold", "export", &number], 0)?;
    assert!(exported.contains("Subject: Spam\r\n") && exported.contains("spammarker"));
    // Who is told that it waits is told before.
    appliance.sink().wait_for(ALICE, "waits to be released", PATIENCE)?;
    let said = run(&appliance, &["hold", "discard", &number], 0)?;
    assert!(said.contains("given up"), "{said}");
    assert_eq!(run(&appliance, &["hold", "list"], 0)?, "Nothing is held.\n");
    let under_way = "select count(*) from delivery where state in ('queued', 'active', 'held')";
    assert_eq!(appliance.count(under_way)?, 0);
    assert_eq!(appliance.sink().for_recipient(ALICE).len(), 1, "nobody is told");
    Ok(())
}
