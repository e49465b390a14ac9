//! A backup of a gateway that runs, and what is restored from it.

use std::{
    fs,
    path::Path,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
};

use anyhow::Context;
use tests::{
    appliance::{Appliance, Setup},
    client::send,
    mail,
    wait::wait_until,
};

use crate::{ALICE, BOB, PATIENCE, PRESS, RULES};

fn run(appliance: &Appliance, words: &[&str], expected: i32) -> anyhow::Result<String> {
    let (code, printed) = appliance.command(words)?;
    assert_eq!(code, Some(expected), "{words:?}: {printed}");
    Ok(printed)
}

fn post(appliance: &Appliance, to: &str, subject: &str, body: &str) -> anyhow::Result<()> {
    let content = mail::plain(subject, ALICE, to, subject, body);
    let reply = send(appliance.smtp(), ALICE, &[to], &content)?;
    assert_eq!(reply.code, 250, "{reply:?}");
    Ok(())
}

fn text(path: &Path) -> anyhow::Result<&str> {
    path.to_str().context("a path")
}

/// A gateway where one message is held, one waits for its next hop, and an account could be.
fn used() -> anyhow::Result<Appliance> {
    let appliance = Setup::new(RULES).start()?;
    appliance.sink().refuse(PRESS, "451 come again");
    // Long enough for a file of its own.
    let long = format!("A waitword, kept.\r\n{}", "Nothing else of it matters.\r\n".repeat(4_000));
    post(&appliance, BOB, "Waits", &long)?;
    post(&appliance, PRESS, "Queued", "Nothing but queuedword.")?;
    post(&appliance, BOB, "Secret", "The vaultword, kept.")?;
    wait_until("it in the queue", PATIENCE, || {
        run(&appliance, &["queue", "list"], 0).is_ok_and(|it| it.contains("451"))
    })?;
    Ok(appliance)
}

#[test]
fn what_a_backup_under_load_holds_works_elsewhere() -> anyhow::Result<()> {
    let mut appliance = used()?;
    let backup = appliance.folder().join("backup");
    let (stop, posted) = (AtomicBool::new(false), AtomicUsize::new(0));
    thread::scope(|scope| -> anyhow::Result<()> {
        let load = scope.spawn(|| -> anyhow::Result<()> {
            while !stop.load(Ordering::SeqCst) {
                let number = posted.load(Ordering::SeqCst);
                post(&appliance, BOB, &format!("Load {number}"), "Nothing.")?;
                posted.fetch_add(1, Ordering::SeqCst);
            }
            Ok(())
        });
        let made = (|| -> anyhow::Result<()> {
            wait_until("some load", PATIENCE, || 5 <= posted.load(Ordering::SeqCst))?;
            let before = posted.load(Ordering::SeqCst);
            let said = run(&appliance, &["backup", text(&backup)?], 0)?;
            assert!(said.contains("The keys are not in it"), "{said}");
            wait_until("load after it", PATIENCE, || {
                before.saturating_add(5) <= posted.load(Ordering::SeqCst)
            })
        })();
        stop.store(true, Ordering::SeqCst);
        load.join().map_err(|_panic| anyhow::anyhow!("the load failed"))??;
        made
    })?;
    let listed = run(&appliance, &["audit", "list", "--last", "500"], 0)?;
    assert!(listed.contains("backup.made"), "{listed}");
    appliance.stop()?;
    let keys = fs::read(appliance.data().join("keys/master.key"))?;
    for file in files(&backup)? {
        let octets = fs::read(&file)?;
        let clear = ["vaultword", "queuedword", "waitword", BOB, "Waits"];
        // The rules name the words, too.
        if !file.starts_with(backup.join("config")) {
            for word in clear {
                let found = octets.windows(word.len()).any(|it| it == word.as_bytes());
                assert!(!found, "`{word}` stands in {}", file.display());
            }
        }
        let found = octets.windows(keys.len()).any(|it| it == keys);
        assert!(!found, "the master key stands in {}", file.display());
    }

    let mut other = Setup::new(RULES).prepare()?;
    let keys = appliance.data().join("keys");
    let said = run(&other, &["restore", text(&backup)?, "--keys", text(&keys)?], 0)?;
    assert!(said.contains("was there and is as it was"), "{said}");
    run(&other, &["audit", "verify"], 0)?;
    other.start()?;
    let held = run(&other, &["hold", "list"], 0)?;
    let line = held.lines().find(|it| it.contains("Waits")).context("nothing is held")?;
    let number = line.split_whitespace().next().context("a number")?.to_owned();
    run(&other, &["hold", "release", &number, "--for", "board"], 0)?;
    other.sink().wait_for(BOB, "waitword", PATIENCE)?;
    run(&other, &["queue", "retry", "--all"], 0)?;
    other.sink().wait_for(PRESS, "queuedword", PATIENCE)?;
    assert_eq!(other.count("select count(*) from copy")?, 1);
    let listed = run(&other, &["messages", "--last", "100"], 0)?;
    assert!(listed.contains("Load 0") && listed.contains("Load 4"), "{listed}");
    let log = run(&other, &["audit", "list", "--last", "500"], 0)?;
    assert!(log.contains("backup.restored"), "{log}");
    Ok(())
}

#[test]
fn a_backup_is_restored_whole_or_not_at_all() -> anyhow::Result<()> {
    let mut appliance = used()?;
    let (backup, tar) = (appliance.folder().join("backup"), appliance.folder().join("b.tar"));
    run(&appliance, &["backup", text(&backup)?], 0)?;
    run(&appliance, &["backup", text(&backup)?], 1)?;
    run(&appliance, &["backup", text(&tar)?], 0)?;
    appliance.stop()?;
    let said = run(&appliance, &["restore", text(&backup)?], 1)?;
    assert!(said.contains("is not empty"), "{said}");

    let keys = appliance.data().join("keys");
    let place = tempfile::tempdir()?;
    let config = place.path().join("chancery.toml");
    let restore = |from: &Path, keys: &Path| -> anyhow::Result<(Option<i32>, String)> {
        let mut command = std::process::Command::new(tests::program::chancery()?);
        command.arg("restore").arg(from).arg("--keys").arg(keys).arg("--config").arg(&config);
        let output = command.output()?;
        Ok((output.status.code(), String::from_utf8([output.stdout, output.stderr].concat())?))
    };
    let refused = |from: &Path, keys: &Path, expected: &str| -> anyhow::Result<()> {
        let (code, said) = restore(from, keys)?;
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains(expected), "{expected}: {said}");
        assert!(!config.exists(), "something was restored");
        assert_eq!(files(place.path())?, Vec::<std::path::PathBuf>::new());
        Ok(())
    };

    // Of another gateway.
    let mut other = Setup::new(RULES).start()?;
    other.stop()?;
    refused(&tar, &other.data().join("keys"), "not sealed by these keys")?;
    // An octet of a body, a body, the end.
    let bodies: Vec<_> = files(&backup.join("bodies"))?;
    let body = bodies.first().context("a body")?;
    let name = body.file_name().and_then(|it| it.to_str()).context("a name")?.to_owned();
    let whole = fs::read(body)?;
    let mut changed = whole.clone();
    *changed.last_mut().context("an octet")? ^= 1;
    fs::write(body, &changed)?;
    refused(&backup, &keys, &format!("`bodies/{name}` was changed"))?;
    fs::remove_file(body)?;
    refused(&backup, &keys, &format!("`bodies/{name}` is missing"))?;
    fs::write(body, &whole)?;
    fs::write(backup.join("bodies/stranger"), "x")?;
    refused(&backup, &keys, "`bodies/stranger` is in no manifest")?;
    fs::remove_file(backup.join("bodies/stranger"))?;
    let manifest = fs::read(backup.join("manifest.jsonl"))?;
    fs::remove_file(backup.join("manifest.jsonl"))?;
    refused(&backup, &keys, "is not whole")?;
    fs::write(backup.join("manifest.jsonl"), manifest)?;
    let octets = fs::read(&tar)?;
    let cut = place.path().with_extension("tar");
    for length in [octets.len() / 2, octets.len() - 2048] {
        fs::write(&cut, octets.get(..length).context("a part")?)?;
        refused(&cut, &keys, "cannot read the backup")?;
    }
    fs::remove_file(&cut)?;

    // And as it was, with the configuration, from either form.
    let (code, said) = restore(&tar, &keys)?;
    assert_eq!(code, Some(0), "{said}");
    for name in ["chancery.toml", "rules/rules.writ", "data/keys/master.key", "data/audit.pub"] {
        let same = fs::read(appliance.folder().join(name))? == fs::read(place.path().join(name))?;
        assert!(same, "{name}");
    }
    let bodies = files(&place.path().join("data/bodies"))?;
    let (code, said) = restore(&backup, &keys)?;
    assert_eq!(code, Some(1), "{said}");
    fs::remove_dir_all(place.path().join("data"))?;
    let (code, said) = restore(&backup, &keys)?;
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(files(&place.path().join("data/bodies"))?, bodies);
    Ok(())
}

#[test]
fn without_its_master_key_a_store_is_not_started() -> anyhow::Result<()> {
    let mut appliance = used()?;
    appliance.stop()?;
    let key = appliance.data().join("keys/master.key");
    let kept = fs::read(&key)?;
    fs::remove_file(&key)?;
    let failed = appliance.start().unwrap_err();
    assert!(format!("{failed:#}").contains("without it nothing in"), "{failed:#}");
    assert!(!key.exists());
    fs::write(&key, kept)?;
    Ok(())
}

/// Every file below a folder, in order.
fn files(folder: &Path) -> anyhow::Result<Vec<std::path::PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
