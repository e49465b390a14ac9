//! What is held: seen, let go, returned, and given up after its time.

use std::time::Duration;

use anyhow::Context;
use tests::{
    appliance::{Appliance, Setup},
    client::send,
    mail::{self, header},
    python::python,
    wait::wait_until,
};

use crate::{ALICE, BOB, PATIENCE, RULES};

/// Waits that nobody ended are looked for once a minute.
const EXPIRY_PATIENCE: Duration = Duration::from_secs(100);

fn hold(appliance: &Appliance, subject: &str, body: &str) -> anyhow::Result<()> {
    let content = mail::plain(subject, ALICE, BOB, subject, body);
    let reply = send(appliance.smtp(), ALICE, &[BOB], &content)?;
    assert_eq!(reply.code, 250, "{reply:?}");
    Ok(())
}

/// Runs a command that must come to an end with that code; gives what it printed.
fn run(appliance: &Appliance, words: &[&str], expected: i32) -> anyhow::Result<String> {
    let (code, printed) = appliance.command(words)?;
    assert_eq!(code, Some(expected), "{words:?}: {printed}");
    Ok(printed)
}

/// The number of what is held with that subject.
fn number(appliance: &Appliance, subject: &str) -> anyhow::Result<String> {
    let listed = run(appliance, &["hold", "list"], 0)?;
    let line = listed.lines().find(|it| it.contains(subject));
    let line = line.with_context(|| format!("`{subject}` is not held:\n{listed}"))?;
    Ok(line.split_whitespace().next().unwrap_or_default().to_owned())
}

#[test]
fn what_is_held_is_seen_and_let_go_once() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    hold(&appliance, "Soon", "A waitword and a watchword.")?;
    let told = appliance.sink().wait_for(ALICE, "Subject:", PATIENCE)?;
    assert_eq!(header(&told.content, "Subject"), "Your message waits to be released: Soon");
    let text = mail::text(&told.content)?;
    assert!(text.contains(BOB) && text.contains("within 14 days"), "{text}");
    let number = number(&appliance, "Soon")?;
    let shown = run(&appliance, &["hold", "show", &number], 0)?;
    for line in ["waits for    board", "policy word-waits: decided", "found        waiting: 1 of 1"]
    {
        assert!(shown.contains(line), "{shown}");
    }
    assert!(appliance.sink().for_recipient(BOB).is_empty());
    let said = run(&appliance, &["hold", "release", &number], 0)?;
    assert_eq!(said, format!("{number}: released\n"));
    let delivered = appliance.sink().wait_for(BOB, "waitword", PATIENCE)?;
    assert_eq!(header(&delivered.content, "Subject"), "[Acme] Soon", "its effects are kept");
    assert_eq!(run(&appliance, &["hold", "list"], 0)?, "Nothing is held.\n");
    let said = run(&appliance, &["hold", "release", &number], 1)?;
    assert!(said.contains(&format!("nothing with the number {number} is held")), "{said}");
    assert_eq!(appliance.sink().for_recipient(BOB).len(), 1);
    Ok(())
}

#[test]
fn what_would_be_secured_is_secured_once_it_is_let_go() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    hold(&appliance, "Both", "A waitword and the vaultword.")?;
    let number = number(&appliance, "Both")?;
    let said = run(&appliance, &["hold", "release", &number, "--for", "board"], 0)?;
    assert!(said.contains("kept in the portal"), "{said}");
    let notice = appliance.sink().wait_for(BOB, "Subject:", PATIENCE)?;
    assert!(mail::text(&notice.content)?.contains("/n/"));
    assert!(!appliance.sink().holds("vaultword"), "it went in clear");
    assert_eq!(appliance.count("select count(*) from copy")?, 1);
    Ok(())
}

#[test]
fn what_is_not_let_go_is_returned_with_the_reason() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    hold(&appliance, "Never", "A waitword and a secretmarker.")?;
    let number = number(&appliance, "Never")?;
    let why = "Ask the chair first.";
    let said = run(&appliance, &["hold", "reject", &number, "--why", why], 0)?;
    assert!(said.contains("its sender is told"), "{said}");
    let bounce = appliance.sink().wait_for(ALICE, "multipart/report", PATIENCE)?;
    assert!(mail::text(&bounce.content)?.contains(why));
    assert!(!bounce.contains("secretmarker"));
    assert!(appliance.sink().for_recipient(BOB).is_empty());
    Ok(())
}

#[test]
fn each_of_those_who_hold_it_must_let_it_go() -> anyhow::Result<()> {
    let more = "
addresses legal {
  lawyer@acme.example
}
policy legal-waits {
  why  \"Legal sees the word, too.\"
  from everyone
  to   external
  when waiting activates
  then hold for legal
}
";
    let appliance = Setup::new(&format!("{RULES}{more}")).start()?;
    hold(&appliance, "Two", "A waitword.")?;
    let two = number(&appliance, "Two")?;
    let said = run(&appliance, &["hold", "release", &two], 1)?;
    assert!(said.contains("add --for board or --for legal"), "{said}");
    let said = run(&appliance, &["hold", "release", &two, "--for", "legal"], 0)?;
    assert!(said.contains("others have to let it go"), "{said}");
    let again = run(&appliance, &["hold", "release", &two, "--for", "legal"], 0)?;
    assert!(again.contains("others have to let it go"), "{again}");
    assert!(appliance.sink().for_recipient(BOB).is_empty());
    run(&appliance, &["hold", "release", &two, "--for", "board"], 0)?;
    appliance.sink().wait_for(BOB, "waitword", PATIENCE)?;
    Ok(())
}

#[test]
fn rules_that_refuse_by_now_return_what_is_let_go() -> anyhow::Result<()> {
    let lenient = RULES.replace("count       refused-words", "count       watched-words");
    let appliance = Setup::new(&lenient).start()?;
    hold(&appliance, "Changed", "A waitword, a nogoword.")?;
    let number = number(&appliance, "Changed")?;
    appliance.write_rules("rules.writ", RULES)?;
    appliance.reload()?;
    appliance.wait_for_log("rules.reloaded", 1)?;
    let said = run(&appliance, &["hold", "release", &number], 0)?;
    assert!(said.contains("its sender is told"), "{said}");
    let bounce = appliance.sink().wait_for(ALICE, "multipart/report", PATIENCE)?;
    assert!(mail::text(&bounce.content)?.contains("That word does not leave the house."));
    assert!(appliance.sink().for_recipient(BOB).is_empty());
    Ok(())
}

#[test]
fn what_nobody_can_examine_goes_only_when_somebody_says_so() -> anyhow::Result<()> {
    let setup = Setup { limit_seconds: 3, ..Setup::new(RULES) };
    let appliance = setup.start()?;
    let mut content = b"X-Chancery-Fault: abort\r\n".to_vec();
    content.extend(mail::plain("odd", ALICE, BOB, "odd", "oddbody"));
    let reply = send(appliance.smtp(), ALICE, &[BOB], &content)?;
    assert_eq!(reply.code, 250, "{reply:?}");
    let listed = run(&appliance, &["hold", "list"], 0)?;
    let line = listed.lines().find(|it| it.contains(BOB)).context("it is held")?;
    assert!(line.ends_with("postmaster"), "{line}");
    let number = line.split_whitespace().next().unwrap_or_default();
    let said = run(&appliance, &["hold", "release", number], 1)?;
    assert!(said.contains("cannot be opened or examined"), "{said}");
    assert!(appliance.sink().for_recipient(BOB).is_empty());
    run(&appliance, &["hold", "release", number, "--unexamined"], 0)?;
    appliance.sink().wait_for(BOB, "oddbody", PATIENCE)?;
    Ok(())
}

#[test]
fn what_nobody_lets_go_in_time_is_returned() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    hold(&appliance, "Old", "A waitword.")?;
    hold(&appliance, "New", "A waitword.")?;
    let number = number(&appliance, "Old")?;
    const AGE: &str = "
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], timeout=20)
db.execute('''update message set received_at_ms = received_at_ms - 15 * 86400000
    where id = (select message_id from delivery where id = ?)''', [sys.argv[2]])
db.commit()
";
    let path = appliance.data().join("store/chancery.db");
    python(AGE, &[path.to_str().context("a path in UTF-8")?, &number])?;
    let bounce = appliance.sink().wait_for(ALICE, "multipart/report", EXPIRY_PATIENCE)?;
    let text = mail::text(&bounce.content)?;
    assert!(text.contains("It was held for 14 days, and nobody let it go."), "{text}");
    let listed = run(&appliance, &["hold", "list"], 0)?;
    assert!(!listed.contains("Old") && listed.contains("New"), "{listed}");
    Ok(())
}

#[test]
fn what_waits_for_a_next_hop_is_seen_tried_again_and_given_up() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    appliance.sink().refuse(BOB, "451 4.3.0 not now");
    for subject in ["First", "Second"] {
        let content = mail::plain(subject, ALICE, BOB, subject, "hello");
        send(appliance.smtp(), ALICE, &[BOB], &content)?;
    }
    let waiting = "select count(*) from delivery where state = 'queued' and attempts = 1";
    wait_until("both in the queue", PATIENCE, || appliance.count(waiting).is_ok_and(|it| it == 2))?;
    let listed = run(&appliance, &["queue", "list"], 0)?;
    assert!(listed.contains(ALICE) && listed.contains("451 4.3.0 not now"), "{listed}");
    let numbers: Vec<&str> =
        listed.lines().skip(1).filter_map(|it| it.split_whitespace().next()).collect();
    let [first, second] = numbers[..] else { anyhow::bail!("two rows:\n{listed}") };
    run(&appliance, &["queue", "retry", first], 0)?;
    let again = "select count(*) from delivery where state = 'queued' and attempts = 2";
    wait_until("another attempt", PATIENCE, || appliance.count(again).is_ok_and(|it| it == 1))?;
    assert!(!appliance.sink().holds("is delayed"), "asking for attempts makes nothing late");
    appliance.change("update delivery set queued_at_ms = queued_at_ms - 5 * 3600000")?;
    for attempt in 3..5 {
        run(&appliance, &["queue", "retry", first], 0)?;
        let tried = format!("select count(*) from delivery where attempts = {attempt}");
        wait_until("another attempt", PATIENCE, || {
            appliance.count(&tried).is_ok_and(|it| it == 1)
        })?;
    }
    let late = appliance.sink().wait_for(ALICE, "Subject: Your message is delayed", PATIENCE)?;
    assert_eq!(appliance.sink().for_recipient(ALICE).len(), 1, "it is told once");
    for line in ["Action: delayed", "Status: 4.3.0", "Will-Retry-Until: "] {
        assert!(late.contains(line), "`{line}` is missing:\n{}", mail::text(&late.content)?);
    }
    run(&appliance, &["queue", "return", second, "--why", "The host is gone."], 0)?;
    let bounce = appliance.sink().wait_for(ALICE, "Action: failed", PATIENCE)?;
    assert!(mail::text(&bounce.content)?.contains("The host is gone."));
    run(&appliance, &["queue", "retry", second], 1)?;
    Ok(())
}

#[test]
fn the_status_tells_of_roles_rules_and_what_waits() -> anyhow::Result<()> {
    let mut appliance = Setup::new(RULES).start()?;
    hold(&appliance, "Soon", "A waitword.")?;
    let text = run(&appliance, &["status"], 0)?;
    for words in ["running     since", "rules       of acme, sha256:", "1 held", "seccomp"] {
        assert!(text.contains(words), "`{words}` is missing:\n{text}");
    }
    let json = run(&appliance, &["status", "--form", "json"], 0)?;
    let json: serde_json::Value = serde_json::from_str(&json)?;
    assert_eq!(json["ready"], true);
    let exam = appliance.kill_role("exam")?;
    wait_until("another examiner", PATIENCE, || {
        let (_, text) = appliance.command(&["status", "--form", "prometheus"]).unwrap_or_default();
        text.contains("chancery_role_starts{role=\"exam-0\"} 2")
            || text.contains("chancery_role_starts{role=\"exam-1\"} 2")
    })
    .with_context(|| format!("process {exam}"))?;
    appliance.stop()?;
    let text = run(&appliance, &["status"], 1)?;
    assert!(text.contains("It does not run") && text.contains("1 held"), "{text}");
    Ok(())
}
