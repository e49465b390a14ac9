//! Nodes that share the database of a `PostgreSQL` server.

use std::{collections::BTreeSet, fs, path::Path, process::Command, time::Duration};

use anyhow::ensure;
use tests::{
    appliance::{Appliance, Setup},
    certificate::Authority,
    client::{Client, send},
    mail,
    postgres::Postgres,
    sink::{AtEnd, Sink},
    wait::wait_until,
};

use crate::{ALICE, BOB, PATIENCE, RULES};

/// The shortest lease that may be written, seconds.
const LEASE_SECONDS: u32 = 10;
/// How long it may take until another node has delivered what one that was killed did not.
const TAKE_OVER_PATIENCE: Duration = Duration::from_secs(60);
/// Messages of the test in which a node is killed.
const MESSAGES: usize = 40;
/// Lines of a message that is too long to be committed with its rows.
const LONG_LINES: usize = 12_000;
/// The last line of each message.
const END: &str = "This is the end of it.";
const OPEN: &str = "select count(*) from delivery where state in ('queued', 'active')";

/// A node with its rows on the server.
fn node(name: &str, server: &Postgres, more: &str) -> anyhow::Result<Setup> {
    let mut setup = Setup::new(RULES);
    setup.store = Some(format!(
        "url = \"{}\"\npassword = \"{}\"\nnode = \"{name}\"\nlease-seconds = {LEASE_SECONDS}\n{more}",
        server.url(),
        server.password().display(),
    ));
    Ok(setup)
}

/// Gives a node that never ran the keys of another.
fn share_keys(from: &Appliance, to: &Appliance) -> anyhow::Result<()> {
    fs::create_dir_all(to.data())?;
    let (from, to) = (from.data().join("keys"), to.data().join("keys"));
    let copied = Command::new("cp").arg("-a").args([from, to]).status()?;
    ensure!(copied.success(), "the keys were not copied");
    Ok(())
}

fn ran(appliance: &Appliance, words: &[&str]) -> anyhow::Result<String> {
    let (code, printed) = appliance.command(words)?;
    ensure!(code == Some(0), "{words:?}: {printed}");
    Ok(printed)
}

#[test]
fn a_node_works_on_a_server_over_tls_as_on_a_file() -> anyhow::Result<()> {
    let authority = Authority::new()?;
    let shown = authority.issue_for_address("127.0.0.1")?;
    let server = Postgres::start(Some(&shown))?;
    let trusted = format!("authority = \"{}\"", authority.certificate().display());
    let mut appliance = node("one", &server, &trusted)?.start()?;
    let sent = |word: &str, to: &str| -> anyhow::Result<()> {
        let content = mail::plain(word, ALICE, to, word, &format!("This is {word}."));
        let reply = send(appliance.smtp(), ALICE, &[to], &content)?;
        ensure!(reply.code == 250, "{reply:?}");
        Ok(())
    };
    sent("plain", BOB)?;
    sent("vaultword", BOB)?;
    sent("waitword", BOB)?;
    appliance.sink().wait_for(BOB, "This is plain.", PATIENCE)?;
    appliance.sink().wait_for(BOB, "https://", PATIENCE)?;
    assert_eq!(server.count("select count(*) from delivery where state = 'held'")?, 1);
    ran(&appliance, &["queue", "list"])?;
    assert!(ran(&appliance, &["hold", "list"])?.contains("waitword"));
    ran(&appliance, &["status"])?;
    ran(&appliance, &["audit", "verify"])?;
    let (code, said) = appliance.command(&["backup", "copy.tar"])?;
    assert_ne!(code, Some(0));
    assert!(said.contains("pg_dump"), "{said}");
    // No file of rows was made, and the password is in none.
    assert!(!appliance.data().join("store/chancery.db").exists());
    // What is there stays there, and the server may go away for a while.
    server.restart()?;
    appliance.kill()?;
    appliance.start()?;
    let content = mail::plain("after", ALICE, BOB, "after", "This is after.");
    assert_eq!(send(appliance.smtp(), ALICE, &[BOB], &content)?.code, 250);
    appliance.sink().wait_for(BOB, "This is after.", PATIENCE)?;
    assert_eq!(server.count("select count(*) from message where kind = 'mail'")?, 4);
    Ok(())
}

#[test]
fn another_node_delivers_what_one_that_was_killed_did_not() -> anyhow::Result<()> {
    let server = Postgres::start(None)?;
    let sink = Sink::start()?;
    let of = |name: &str| -> anyhow::Result<Appliance> {
        let mut setup = node(name, &server, "")?;
        setup.external = Some(sink.address());
        setup.prepare()
    };
    let (mut one, mut two) = (of("one")?, of("two")?);
    one.start()?;
    share_keys(&one, &two)?;
    two.start()?;

    // Nothing that is taken now is done before the node is killed.
    sink.at_end(AtEnd::TakeAfter(Duration::from_secs(4)));
    let subject = |number: usize| format!("shared-{number:03}");
    let mut accepted = BTreeSet::new();
    for number in 0..MESSAGES {
        let node = if number % 4 == 0 { &two } else { &one };
        let lines = if number % 8 < 2 { LONG_LINES } else { 1 };
        let body = format!("{}{END}", "A line of no meaning.\r\n".repeat(lines));
        let content = mail::plain(&subject(number), ALICE, BOB, &subject(number), &body);
        let reply = send(node.smtp(), ALICE, &[BOB], &content)?;
        ensure!(reply.code == 250, "{reply:?}");
        accepted.insert(subject(number));
    }
    let taken = "select count(*) from delivery where state = 'active' and owner = 'one'";
    wait_until("deliveries of the first node", PATIENCE, || {
        server.count(taken).is_ok_and(|it| 0 < it)
    })?;
    one.kill()?;
    sink.at_end(AtEnd::Take);
    let delivered = || -> BTreeSet<String> {
        sink.for_recipient(BOB).iter().map(|it| mail::header(&it.content, "Subject")).collect()
    };
    wait_until("all that was accepted", TAKE_OVER_PATIENCE, || accepted.is_subset(&delivered()))?;
    two.wait_for_log("node.taken-over", 1)?;
    wait_until("an empty queue", TAKE_OVER_PATIENCE, || {
        server.count(OPEN).is_ok_and(|it| it == 0)
    })?;
    assert_eq!(delivered(), accepted);
    assert!(sink.for_recipient(BOB).iter().all(|it| it.contains(END)));
    assert_ne!(server.count("select count(*) from long_body")?, 0);
    assert!(!holds_files(&one.data().join("bodies")) && !holds_files(&two.data().join("bodies")));
    // The log is one chain, whoever wrote it.
    ran(&two, &["audit", "verify"])?;

    // The first one comes back, and neither disturbs the other.
    one.start()?;
    for (number, node) in [(900, &one), (901, &two)] {
        let content = mail::plain(&subject(number), ALICE, BOB, &subject(number), "Again.");
        assert_eq!(send(node.smtp(), ALICE, &[BOB], &content)?.code, 250);
    }
    wait_until("mail over both", PATIENCE, || {
        delivered().is_superset(&BTreeSet::from([subject(900), subject(901)]))
    })?;
    Ok(())
}

/// Whether there is any file below a folder.
fn holds_files(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|entries| {
        entries.flatten().map(|it| it.path()).any(|it| it.is_file() || holds_files(&it))
    })
}

#[test]
fn a_node_with_other_keys_takes_nothing() -> anyhow::Result<()> {
    let server = Postgres::start(None)?;
    let one = node("one", &server, "")?.start()?;
    let content = mail::plain("keys", ALICE, BOB, "keys", "Hello.");
    assert_eq!(send(one.smtp(), ALICE, &[BOB], &content)?.code, 250);
    let two = node("two", &server, "")?.start()?;
    two.wait_for_log("this node has other keys", 1)?;
    let mut client = Client::connect(two.smtp())?;
    client.say("EHLO mail.acme.example")?;
    let reply = client.message(ALICE, &[BOB], &content)?;
    assert_eq!(reply.code / 100, 4, "{reply:?}");
    // Nor are keys made that another node that runs has not.
    let (code, said) = one.command(&["keys", "rotate"])?;
    ensure!(code != Some(0) && said.contains("other nodes (1) share the database"), "{said}");
    Ok(())
}

#[test]
fn a_database_that_is_away_is_told_and_comes_back() -> anyhow::Result<()> {
    let server = Postgres::start(None)?;
    let one = node("one", &server, "")?.start()?;
    server.stop()?;
    let content = mail::plain("away", ALICE, BOB, "away", "Hello.");
    let reply = send(one.smtp(), ALICE, &[BOB], &content)?;
    assert_eq!(reply.code / 100, 4, "{reply:?}");
    let (code, said) = one.command(&["status"])?;
    ensure!(code != Some(0), "{said}");
    for words in ["running     since", "database    cannot be asked", "spool "] {
        ensure!(said.contains(words), "no `{words}` in\n{said}");
    }
    let (_, told) = one.command(&["status", "--form", "prometheus"])?;
    ensure!(told.contains("chancery_database_up 0"), "{told}");
    server.go_on()?;
    wait_until("the database", PATIENCE, || {
        send(one.smtp(), ALICE, &[BOB], &content).is_ok_and(|it| it.code == 250)
    })?;
    one.sink().wait_for(BOB, "Hello.", PATIENCE)?;
    ran(&one, &["status"])?;
    Ok(())
}

#[test]
fn two_nodes_of_one_name_do_not_run_together() -> anyhow::Result<()> {
    let server = Postgres::start(None)?;
    let one = node("one", &server, "")?.start()?;
    let mut again = node("one", &server, "")?.prepare()?;
    share_keys(&one, &again)?;
    again.start()?;
    again.wait_for_log("another process is the node of this name", 1)?;
    // The other is not disturbed.
    let content = mail::plain("twin", ALICE, BOB, "twin", "Hello.");
    assert_eq!(send(one.smtp(), ALICE, &[BOB], &content)?.code, 250);
    Ok(())
}
