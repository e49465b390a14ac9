//! Rules are read again on SIGHUP; a tree with errors changes nothing, and is told in full.

use std::{fs, process::Command};

use tests::{
    appliance::{Appliance, Setup},
    client::send,
    mail,
    program::chancery,
};

use crate::{ALICE, BOB, PATIENCE, RULES};

/// Three mistakes in two files, at places that the test knows.
const WRONG_1: &str = "writ 1\n\npolicy one {\n  why   \"x\"\n  from  internl\n  to    external\n  \
                       then  secure with confidental\n}\n";
const WRONG_2: &str = "writ 1\n\ndomains two {\n  not a domain\n}\n";

fn decision(appliance: &Appliance, subject: &str) -> anyhow::Result<String> {
    let content = mail::plain(subject, ALICE, BOB, subject, "plain text");
    let reply = send(appliance.smtp(), ALICE, &[BOB], &content)?;
    assert_eq!(reply.code, 250, "{reply:?}");
    let rows = appliance.decisions()?;
    let row = rows.iter().find(|it| it[0] == subject);
    Ok(row.map(|it| it[2].clone()).unwrap_or_default())
}

#[test]
fn errors_change_nothing_and_good_rules_take_over() -> anyhow::Result<()> {
    let mut appliance = Setup::new(RULES).start()?;
    assert_eq!(decision(&appliance, "before")?, "deliver");
    appliance.write_rules("wrong-1.writ", WRONG_1)?;
    appliance.write_rules("wrong-2.writ", WRONG_2)?;
    appliance.reload()?;
    appliance.wait_for_log("rules.refused", 1)?;
    let places = ["wrong-1.writ:5:9", "wrong-1.writ:7:21", "wrong-2.writ:4:"];
    for place in places {
        assert!(appliance.log().contains(place), "{place} is missing:\n{}", appliance.log());
    }
    assert_eq!(appliance.log().matches("error[E").count(), 3, "{}", appliance.log());
    assert_eq!(decision(&appliance, "refused")?, "deliver");
    let (code, printed) = appliance.command(&["check-config"])?;
    assert_eq!(code, Some(1), "{printed}");
    assert!(places.iter().all(|it| printed.contains(it)), "{printed}");

    // A restart amid the change keeps the rules of before, and says so.
    assert!(appliance.stop()?.success());
    appliance.start()?;
    assert_eq!(decision(&appliance, "restarted")?, "deliver");
    let (_, status) = appliance.command(&["status"])?;
    assert!(status.contains("others are not in force"), "{status}");

    fs::remove_file(appliance.folder().join("rules/wrong-1.writ"))?;
    fs::remove_file(appliance.folder().join("rules/wrong-2.writ"))?;
    let more = RULES.replace("\"vaultword\"", "\"plain text\"");
    appliance.write_rules("rules.writ", &more)?;
    let (code, printed) = appliance.command(&["check-config"])?;
    assert_eq!(code, Some(0), "{printed}");
    let before = appliance.log().matches("rules.taken").count();
    appliance.reload()?;
    appliance.wait_for_log("rules.taken", before.saturating_add(2))?;
    assert_eq!(decision(&appliance, "after")?, "secure");
    appliance.sink().wait_for(BOB, &format!("{}/n/", appliance.portal_url()), PATIENCE)?;
    Ok(())
}

#[test]
fn a_reload_under_load_refuses_and_holds_nothing() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    let mut client = tests::client::Client::connect(appliance.smtp())?;
    client.say("EHLO mail.acme.example")?;
    for number in 0..60 {
        if number % 10 == 5 {
            appliance.write_rules("rules.writ", &format!("{RULES}\n# change {number}\n"))?;
            appliance.reload()?;
        }
        let id = format!("reload-{number}");
        let content = mail::plain(&id, ALICE, BOB, &id, "text");
        let reply = client.message(ALICE, &[BOB], &content)?;
        assert_eq!(reply.code, 250, "{id}: {reply:?}");
    }
    assert_eq!(appliance.count("select count(*) from delivery where state = 'held'")?, 0);
    Ok(())
}

#[test]
fn what_init_writes_runs() -> anyhow::Result<()> {
    let mut appliance = Setup::new(RULES).prepare()?;
    let folder = appliance.folder().join("written");
    let output = Command::new(chancery()?).arg("init").arg(&folder).output()?;
    assert!(output.status.success(), "{output:?}");
    let again = Command::new(chancery()?).arg("init").arg(&folder).output()?;
    assert_eq!(again.status.code(), Some(1), "it would overwrite: {again:?}");
    // The same, but for the ports, which others may use on this machine.
    let text = fs::read_to_string(folder.join("chancery.toml"))?;
    let text = text
        .replace("127.0.0.1:2525", &appliance.smtp().to_string())
        .replace("https://127.0.0.1:8443", &appliance.portal_url())
        .replace("127.0.0.1:8443", appliance.portal_url().trim_start_matches("https://"))
        .replace("127.0.0.1:2526", &appliance.sink().address().to_string());
    fs::write(appliance.config(), text)?;
    fs::remove_dir_all(appliance.folder().join("rules"))?;
    fs::rename(folder.join("rules"), appliance.folder().join("rules"))?;
    appliance.start()?;
    assert_eq!(decision(&appliance, "Chairs")?, "deliver");
    let card = mail::plain("card", ALICE, BOB, "Card", "It was 4012 8888 8888 1881.");
    assert_eq!(send(appliance.smtp(), ALICE, &[BOB], &card)?.code, 250);
    appliance.sink().wait_for(BOB, "/n/", PATIENCE)?;
    assert!(appliance.stop()?.success());
    Ok(())
}

#[test]
fn a_wrong_configuration_is_told_with_its_key_and_nothing_starts() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).prepare()?;
    let text = fs::read_to_string(appliance.config())?;
    for (from, to, told) in [
        ("limit-seconds = 30", "limit-seconds = 0", "examination.limit-seconds"),
        ("[limits]", "[limit]", "limit"),
        ("rules = \"rules\"", "rules = \"nowhere\"", "nowhere"),
    ] {
        fs::write(appliance.config(), text.replace(from, to))?;
        for command in ["check-config", "run"] {
            let (code, printed) = appliance.command(&[command])?;
            assert_eq!(code, Some(1), "{command} with {to}: {printed}");
            assert!(printed.contains(told), "{command} with {to}: {printed}");
        }
    }
    Ok(())
}
