//! The audit log of a gateway that runs: what it tells, and that what is done to it is seen.

use std::process::Command;

use anyhow::Context;
use tests::{
    appliance::{Appliance, Setup},
    client::send,
    mail,
    program::chancery,
    python::python,
    wait::wait_until,
};

use crate::{ALICE, BOB, PATIENCE, RULES};

/// A word that only these messages hold.
const MARKER: &str = "auditmarker";

fn run(appliance: &Appliance, words: &[&str], expected: i32) -> anyhow::Result<String> {
    let (code, printed) = appliance.command(words)?;
    assert_eq!(code, Some(expected), "{words:?}: {printed}");
    Ok(printed)
}

fn post(appliance: &Appliance, subject: &str, body: &str, code: u16) -> anyhow::Result<()> {
    let content = mail::plain(subject, ALICE, BOB, subject, body);
    let reply = send(appliance.smtp(), ALICE, &[BOB], &content)?;
    assert_eq!(reply.code, code, "{reply:?}");
    Ok(())
}

/// Changes the database as somebody could who has it.
fn tamper(appliance: &Appliance, statements: &str) -> anyhow::Result<()> {
    let script = "import sqlite3, sys\n\
        db = sqlite3.connect(sys.argv[1])\n\
        db.executescript('drop trigger if exists audit_is_not_changed;' \
        'drop trigger if exists audit_is_not_removed;' + sys.argv[2])\n\
        db.commit()\n";
    let database = appliance.data().join("store/chancery.db");
    let database = database.to_str().context("a path")?;
    python(script, &[database, statements])?;
    Ok(())
}

#[test]
fn what_happens_is_told_in_a_chain_without_addresses() -> anyhow::Result<()> {
    let mut appliance = Setup::new(RULES).start()?;
    post(&appliance, "Plain", &format!("Nothing {MARKER}."), 250)?;
    post(&appliance, "Waits", &format!("A waitword {MARKER}."), 250)?;
    post(&appliance, "Never", &format!("A nogoword {MARKER}."), 550)?;
    appliance.sink().wait_for(BOB, MARKER, PATIENCE)?;
    let listed = run(&appliance, &["hold", "list"], 0)?;
    let line = listed.lines().find(|it| it.contains("Waits")).context("nothing is held")?;
    let number = line.split_whitespace().next().context("a number")?.to_owned();
    run(&appliance, &["hold", "return", &number, "--why", "Because of a secretreason."], 0)?;
    run(&appliance, &["queue", "retry", "--all"], 0)?;
    run(&appliance, &["dkim", "new", "acme.example", "--algorithm", "ed25519"], 0)?;
    wait_until("the delivery in the log", PATIENCE, || {
        run(&appliance, &["audit", "list"], 0).is_ok_and(|it| it.contains("delivery.sent"))
    })?;
    let shown = run(&appliance, &["audit", "list", "--last", "200"], 0)?;
    for kind in [
        "started",
        "rules.activated",
        "message.decided",
        "message.refused",
        "order.given",
        "queue.retried",
        "key.made",
        "wait.ended",
        "delivery.sent",
        "checkpoint",
    ] {
        assert!(shown.contains(kind), "no {kind}:\n{shown}");
    }
    for secret in [ALICE, BOB, "Plain", MARKER, "secretreason"] {
        assert!(!shown.contains(secret), "it tells {secret}:\n{shown}");
    }
    // By the address they are found all the same.
    let about = run(&appliance, &["audit", "list", "--about", BOB], 0)?;
    assert_eq!(about.matches("message.decided").count(), 3, "{about}");
    let verified = run(&appliance, &["audit", "verify"], 0)?;
    assert!(verified.contains("confirmed by signature"), "{verified}");

    // An ordered end leaves nothing unconfirmed; what a kill cuts off is in the chain as well.
    appliance.stop()?;
    let shown = run(&appliance, &["audit", "list", "--last", "2"], 0)?;
    assert!(shown.contains("stopped") && shown.contains("checkpoint"), "{shown}");
    let verified = run(&appliance, &["audit", "verify"], 0)?;
    assert!(verified.contains("; 1 came after the last"), "{verified}");
    appliance.start()?;
    post(&appliance, "More", "Nothing.", 250)?;
    appliance.kill()?;
    appliance.start()?;
    run(&appliance, &["audit", "verify"], 0)?;
    let shown = run(&appliance, &["audit", "list", "--last", "200"], 0)?;
    let (starts, ends) = (shown.matches(" started ").count(), shown.matches(" stopped ").count());
    assert_eq!((starts, ends), (3, 1), "{shown}");
    Ok(())
}

#[test]
fn what_is_done_to_the_log_is_seen_here_and_elsewhere() -> anyhow::Result<()> {
    let mut appliance = Setup::new(RULES).start()?;
    for subject in ["One", "Two", "Three"] {
        post(&appliance, subject, "Nothing.", 250)?;
    }
    appliance.stop()?;
    let file = appliance.folder().join("log.jsonl");
    let file = file.to_str().context("a path")?;
    run(&appliance, &["audit", "export", file], 0)?;
    run(&appliance, &["audit", "export", file], 1)?;

    // Elsewhere: the file and the public key are all there is.
    let elsewhere = tempfile::tempdir()?;
    let key = elsewhere.path().join("audit.pub");
    std::fs::copy(appliance.data().join("audit.pub"), &key)?;
    let verify = |text: &str| -> anyhow::Result<(Option<i32>, String)> {
        let copy = elsewhere.path().join("log.jsonl");
        std::fs::write(&copy, text)?;
        let mut command = Command::new(chancery()?);
        command.current_dir(elsewhere.path()).args(["audit", "verify", "log.jsonl", "--key"]);
        let output = command.arg(&key).output()?;
        Ok((output.status.code(), String::from_utf8([output.stdout, output.stderr].concat())?))
    };
    let text = std::fs::read_to_string(file)?;
    let (code, said) = verify(&text)?;
    assert_eq!(code, Some(0), "{said}");
    let lines: Vec<&str> = text.lines().collect();
    let changed = text.replacen("\"kind\":\"message.decided\"", "\"kind\":\"message.Decided\"", 1);
    let cut = lines[..lines.len() - 2].join("\n");
    let mut removed = lines.clone();
    removed.remove(3);
    let mut moved = lines.clone();
    moved.swap(3, 4);
    for (text, expected) in [
        (changed, "was changed"),
        (cut, "was cut off"),
        (removed.join("\n"), "record 3 is missing"),
        (moved.join("\n"), "record 3 is missing"),
    ] {
        let (code, said) = verify(&text)?;
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains(expected), "{expected}: {said}");
    }

    // Here: each harm is done to a copy of the database as it was.
    let database = appliance.data().join("store/chancery.db");
    let whole = std::fs::read(&database)?;
    for (statement, expected) in [
        ("update audit set fields = '{}' where kind = 'message.decided'", "was changed"),
        ("update audit set at_ms = at_ms + 1 where sequence = 4", "record 4 was changed"),
        ("delete from audit where sequence = 3", "record 3 is missing"),
        ("delete from audit where sequence > 4", "was cut off"),
        (
            "update audit set sequence = -1 where sequence = 3; \
             update audit set sequence = 3 where sequence = 4; \
             update audit set sequence = 4 where sequence = -1",
            "record 3 was changed",
        ),
    ] {
        tamper(&appliance, statement)?;
        let said = run(&appliance, &["audit", "verify"], 1)?;
        assert!(said.contains(expected), "{statement}: {said}");
        for end in ["-wal", "-shm"] {
            std::fs::remove_file(format!("{}{end}", database.display())).ok();
        }
        std::fs::write(&database, &whole)?;
    }
    run(&appliance, &["audit", "verify"], 0)?;
    Ok(())
}
