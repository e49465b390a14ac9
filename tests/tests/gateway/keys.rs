//! Another master key in the place of one, while mail goes on.

use std::{
    fs,
    process::{Command, Stdio},
};

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

/// An update takes so long that whoever waits for it can be killed first.
const SLOW: &str = "create trigger slow before update of wrapped_key on message begin \
    select (with recursive many(n) as (select 1 union all select n + 1 from many \
    where n < 1000000000) select count(*) from many); end";

fn run(appliance: &Appliance, words: &[&str], expected: i32) -> anyhow::Result<String> {
    let (code, printed) = appliance.command(words)?;
    assert_eq!(code, Some(expected), "{words:?}: {printed}");
    Ok(printed)
}

fn hold(appliance: &Appliance, subject: &str) -> anyhow::Result<()> {
    let content = mail::plain(subject, ALICE, BOB, subject, &format!("A waitword of {subject}."));
    let reply = send(appliance.smtp(), ALICE, &[BOB], &content)?;
    assert_eq!(reply.code, 250, "{reply:?}");
    Ok(())
}

fn change(appliance: &Appliance, statement: &str) -> anyhow::Result<()> {
    let script = "import sqlite3, sys\n\
        db = sqlite3.connect(sys.argv[1], timeout=20)\n\
        db.executescript(sys.argv[2])\n\
        db.commit()\n";
    let database = appliance.data().join("store/chancery.db");
    python(script, &[database.to_str().context("a path")?, statement])?;
    Ok(())
}

/// For each master key: its name, whether it wraps, and how many messages it has wrapped.
fn masters(appliance: &Appliance) -> anyhow::Result<Vec<(String, bool, u64)>> {
    let listed = run(appliance, &["keys", "list"], 0)?;
    let lines = listed.lines().filter(|it| it.contains("master key"));
    let parsed = lines.map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let count = words.iter().rev().nth(1).and_then(|it| it.parse().ok());
        let name = (*words.first()?).to_owned();
        Some((name, line.contains("wraps"), count?))
    });
    parsed.collect::<Option<_>>().with_context(|| listed.clone())
}

/// Kills a rotation with the new key in use and nothing wrapped by it.
fn kill_midway(appliance: &Appliance) -> anyhow::Result<()> {
    change(appliance, SLOW)?;
    let mut rotating = Command::new(chancery()?)
        .args(["keys", "rotate", "--config"])
        .arg(appliance.config())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    appliance.wait_for_log("event=\"keys.changed\"", 1)?;
    // The rotation has the database, so the state is read where the master writes it.
    wait_until("another keyd", PATIENCE, || {
        let state = fs::read(appliance.data().join("state.json")).unwrap_or_default();
        let state: serde_json::Value = serde_json::from_slice(&state).unwrap_or_default();
        let roles = state.get("roles").and_then(|it| it.as_array().cloned()).unwrap_or_default();
        let is = |role: &serde_json::Value, key: &str, value: serde_json::Value| {
            role.get(key) == Some(&value)
        };
        let new =
            |it: &serde_json::Value| is(it, "starts", 2.into()) && is(it, "ready", true.into());
        roles.iter().any(|it| is(it, "role", "keyd".into()) && new(it))
    })?;
    assert!(rotating.try_wait()?.is_none(), "it ended although it could not");
    rotating.kill()?;
    rotating.wait()?;
    change(appliance, "drop trigger slow")
}

#[test]
fn a_rotation_that_is_killed_loses_nothing_and_goes_on() -> anyhow::Result<()> {
    let mut appliance = Setup::new(RULES).start()?;
    hold(&appliance, "Before")?;
    let backup = appliance.folder().join("backup");
    let backup = backup.to_str().context("a path")?;
    run(&appliance, &["backup", backup], 0)?;
    let before = masters(&appliance)?;
    assert!(matches!(before.as_slice(), [(_, true, 1..)]), "{before:?}");
    let key = appliance.data().join("keys/master.key");
    let first = fs::read(&key)?;

    kill_midway(&appliance)?;
    assert_ne!(fs::read(&key)?, first);

    // Both open, the new one wraps; also after a crash.
    hold(&appliance, "During")?;
    let during = masters(&appliance)?;
    assert!(matches!(during.as_slice(), [(_, true, 1..), (_, false, 1..)]), "{during:?}");
    assert_eq!(during[1].0, before[0].0);
    appliance.kill()?;
    appliance.start()?;
    let held = run(&appliance, &["hold", "list"], 0)?;
    assert!(held.contains("Before") && held.contains("During"), "{held}");

    // It goes on with the same key, and comes to its end.
    let said = run(&appliance, &["keys", "rotate"], 0)?;
    assert!(said.contains("going on"), "{said}");
    let after = masters(&appliance)?;
    assert_eq!(after.len(), 2);
    assert_eq!((&after[0].0, after[1].2), (&during[0].0, 0), "{after:?}");
    assert_eq!(after[0].2, during[0].2 + during[1].2);
    let said = run(&appliance, &["keys", "retire"], 1)?;
    assert!(said.contains("stop it first"), "{said}");
    appliance.stop()?;
    run(&appliance, &["keys", "retire"], 0)?;
    assert_eq!(masters(&appliance)?, after[..1]);
    appliance.start()?;
    let held = run(&appliance, &["hold", "list"], 0)?;
    for subject in ["Before", "During"] {
        let line = held.lines().find(|it| it.contains(subject)).context("it is not held")?;
        let number = line.split_whitespace().next().context("a number")?.to_owned();
        run(&appliance, &["hold", "release", &number, "--for", "board"], 0)?;
        appliance.sink().wait_for(BOB, &format!("A waitword of {subject}."), PATIENCE)?;
    }
    run(&appliance, &["audit", "verify"], 0)?;
    let log = run(&appliance, &["audit", "list", "--last", "500", "--about", BOB], 0)?;
    assert_eq!(log.matches("message.decided").count(), 2, "addresses hash as before: {log}");
    let log = run(&appliance, &["audit", "list", "--last", "500"], 0)?;
    for kind in ["key.rotated", "keys.rewrapped", "keys.retired"] {
        assert!(log.contains(kind), "{kind}: {log}");
    }

    // The backup of then needs the keys of then.
    let other = Setup::new(RULES).prepare()?;
    let keys = appliance.data().join("keys");
    let words = ["restore", backup, "--keys", keys.to_str().context("a path")?];
    let said = run(&other, &words, 1)?;
    assert!(said.contains(&format!("needs the master key {}", before[0].0)), "{said}");
    let former = other.folder().join("former");
    fs::create_dir(&former)?;
    fs::write(former.join("master.key"), &first)?;
    let words = ["restore", backup, "--keys", former.to_str().context("a path")?];
    run(&other, &words, 0)?;
    Ok(())
}
