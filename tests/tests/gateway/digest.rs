//! Those who may let mail go are told that some waits.

use std::{fs, io::Write, thread, time::Duration};

use anyhow::{Context, ensure};
use tests::{
    appliance::{Appliance, Setup},
    client::send,
    mail::{self, header},
    wait::wait_until,
};

use crate::{ALICE, BOB, CAROL, PATIENCE, RULES};

/// Longer than the gateway lets pass between two looks.
const LOOKED: Duration = Duration::from_secs(8);

fn prepare(told: &[&str]) -> anyhow::Result<Appliance> {
    let appliance = Setup::new(RULES).prepare()?;
    let mut file = fs::OpenOptions::new().append(true).open(appliance.config())?;
    writeln!(file, "[hold]\ntell = {told:?}\ntell-every-minutes = 60\ntell-sender = false")?;
    Ok(appliance)
}

fn hold(appliance: &Appliance, subject: &str) -> anyhow::Result<String> {
    let content = mail::plain(subject, ALICE, BOB, subject, "A waitword: the secret plan.");
    let reply = send(appliance.smtp(), ALICE, &[BOB], &content)?;
    ensure!(reply.code == 250, "{reply:?}");
    let (_, listed) = appliance.command(&["hold", "list"])?;
    let line = listed.lines().find(|it| it.contains(subject)).context("it is held")?;
    Ok(line.split_whitespace().next().unwrap_or_default().to_owned())
}

fn mails(appliance: &Appliance, to: &str) -> usize {
    appliance.sink().for_recipient(to).len()
}

#[test]
fn what_is_newly_held_is_told_at_once_and_then_now_and_then() -> anyhow::Result<()> {
    let mut appliance = prepare(&[CAROL])?;
    appliance.start()?;
    let first = hold(&appliance, "Firstling")?;
    let told = appliance.sink().wait_for(CAROL, "waits to be released", PATIENCE)?;
    ensure!(header(&told.content, "Subject") == "A message waits to be released");
    let text = mail::text(&told.content)?;
    for part in [
        format!("Number: {first}\n"),
        format!("From: {ALICE}\n"),
        "Recipients: 1\n".to_owned(),
        "Waits for: board\n".to_owned(),
        "word-waits".to_owned(),
        ", if nobody decides".to_owned(),
        format!("chancery hold release {first}"),
    ] {
        ensure!(text.replace("\r\n", "\n").contains(&part), "{part}: {text}");
    }
    ensure!(!text.contains("Firstling") && !text.contains("secret"), "{text}");
    // Neither what comes within the hour nor another start has it told at once.
    let second = hold(&appliance, "Secondling")?;
    let third = hold(&appliance, "Thirdling")?;
    thread::sleep(LOOKED);
    appliance.stop()?;
    appliance.start()?;
    thread::sleep(LOOKED);
    ensure!(mails(&appliance, CAROL) == 1, "it was told again");
    let (_, status) = appliance.command(&["status"])?;
    ensure!(status.contains(&format!("told        {CAROL}: it has the last mail")), "{status}");
    // An hour later it is told of what is new.
    appliance.stop()?;
    let note = appliance.data().join("store/hold-told.json");
    let mut noted: serde_json::Value = serde_json::from_slice(&fs::read(&note)?)?;
    let at_ms = noted["at_ms"].as_i64().context("it says when")?;
    noted["at_ms"] = (at_ms - 3_600_000).into();
    fs::write(&note, noted.to_string())?;
    appliance.start()?;
    wait_until("the second mail", PATIENCE, || mails(&appliance, CAROL) == 2)?;
    let received = appliance.sink().for_recipient(CAROL);
    let last = received.last().context("there are two")?;
    ensure!(header(&last.content, "Subject") == "2 messages wait to be released");
    let text = mail::text(&last.content)?;
    for (number, is_told) in [(&first, false), (&second, true), (&third, true)] {
        ensure!(text.contains(&format!("Number: {number}")) == is_told, "{number}: {text}");
    }
    let (_, log) = appliance.command(&["audit", "list"])?;
    ensure!(log.contains("hold.told"), "{log}");
    Ok(())
}

#[test]
fn who_cannot_be_reached_is_seen_and_others_are_told() -> anyhow::Result<()> {
    const DAVE: &str = "dave@acme.example";
    let mut appliance = prepare(&[CAROL, DAVE])?;
    appliance.sink().refuse(CAROL, "550 5.1.1 No such user");
    appliance.start()?;
    hold(&appliance, "Firstling")?;
    appliance.sink().wait_for(DAVE, "waits to be released", PATIENCE)?;
    let seen = || {
        let (_, status) = appliance.command(&["status"]).unwrap_or_default();
        status.contains(&format!("{CAROL}: cannot be reached"))
            && status.contains(&format!("{DAVE}: it has the last mail"))
    };
    wait_until("what became of both", PATIENCE, seen)?;
    let (_, text) = appliance.command(&["status", "--form", "prometheus"])?;
    ensure!(text.contains("\nchancery_hold_untold 1\n"), "{text}");
    // Nobody is told of a mail that tells.
    ensure!(mails(&appliance, ALICE) == 0);
    Ok(())
}
