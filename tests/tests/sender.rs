//! The sender's side: what waits until its sender has looked once more.

use std::time::Duration;

use anyhow::{Context, ensure};
use serde_json::Value;
use tests::{
    appliance::{Appliance, Setup},
    browser::drive,
    client::send,
    mail,
};

const RULES: &str = include_str!("../rules/gateway.writ");
const MANY: &str = r#"
policy many-asked {
  why   "Who writes to many looks twice."
  from  internal
  to    external
  when  more than 2 recipients
  then  hold for sender
}
"#;
const ALICE: &str = "alice@acme.example";
const OUTSIDE: [&str; 2] = ["bob@shop.example", "press@paper.example"];
const INSIDE: &str = "carol@acme.example";
const PATIENCE: Duration = Duration::from_secs(30);

/// Sends to three, one of whom is inside; gives the link of the mail that asks.
fn write(appliance: &Appliance, word: &str, rule: &str) -> anyhow::Result<String> {
    let content = mail::plain(word, ALICE, OUTSIDE[0], word, &format!("{word} for you"));
    let to = [OUTSIDE[0], OUTSIDE[1], INSIDE];
    ensure!(send(appliance.smtp(), ALICE, &to, &content)?.code == 250, "not taken");
    let asked = appliance.sink().wait_for(ALICE, &format!("sent: {word}"), PATIENCE)?;
    let text = mail::text(&asked.content)?;
    ensure!(text.contains("2 people: bob@shop.example, press@paper.example"), "{text}");
    ensure!(text.lines().any(|it| it.trim() == format!("Rule: {rule}")), "{text}");
    ensure!(!text.contains("for you"), "the mail says what the message says:\n{text}");
    let prefix = format!("{}/s/", appliance.portal_url());
    let mut words = text.split_whitespace().filter(|it| it.len() == prefix.len() + 43);
    words.find(|it| it.starts_with(&prefix)).map(str::to_owned).context("no link")
}

fn decide(appliance: &Appliance, link: &str, width: &str, button: &str) -> anyhow::Result<Value> {
    let out = appliance.folder().join(width);
    std::fs::create_dir_all(&out)?;
    let folder = out.display().to_string();
    let settings = [("LINK", link), ("OUT", &folder), ("WIDTH", width), ("DECISION", button)];
    let seen = drive("sender.mjs", &settings).with_context(|| appliance.log())?;
    if let Some(kept) = std::env::var_os("CHANCERY_SCREENSHOTS") {
        std::fs::create_dir_all(&kept)?;
        for entry in std::fs::read_dir(&out)? {
            let entry = entry?;
            std::fs::copy(entry.path(), std::path::Path::new(&kept).join(entry.file_name()))?;
        }
    }
    ensure!(seen.get("wide") == Some(&Value::Bool(false)), "a page is too wide: {seen}");
    Ok(seen)
}

fn says(seen: &Value, page: &str, words: &str) -> anyhow::Result<()> {
    let text = seen.get(page).and_then(Value::as_str).unwrap_or_default();
    ensure!(text.contains(words), "{page} does not say `{words}`:\n{text}");
    Ok(())
}

#[test]
fn a_message_to_many_goes_once_its_sender_has_looked() -> anyhow::Result<()> {
    let appliance = Setup::new(&format!("{RULES}{MANY}")).start()?;
    let link = write(&appliance, "Tulip", "many-asked")?;
    // Who is inside has it; the others wait.
    appliance.sink().wait_for(INSIDE, "Tulip for you", PATIENCE)?;
    ensure!(!OUTSIDE.iter().any(|it| !appliance.sink().for_recipient(it).is_empty()), "went");
    let seen = decide(&appliance, &link, "390", "Send it")?;
    says(&seen, "asked", "Send this message?")?;
    says(&seen, "asked", "bob@shop.example · waits for you")?;
    says(&seen, "asked", "carol@acme.example · was sent")?;
    ensure!(!seen.to_string().contains("Tulip for you"), "it shows the message: {seen}");
    says(&seen, "decided", "The message is on its way.")?;
    says(&seen, "after", "Nothing waits for you.")?;
    for to in OUTSIDE {
        appliance.sink().wait_for(to, "Tulip for you", PATIENCE)?;
    }
    let (code, audit) = appliance.command(&["audit", "list"])?;
    ensure!(code == Some(0), "{audit}");
    ensure!(audit.contains("its sender, by the link"), "{audit}");
    Ok(())
}

#[test]
fn a_message_that_its_sender_stops_goes_to_nobody() -> anyhow::Result<()> {
    let appliance = Setup::new(&format!("{RULES}{MANY}")).start()?;
    let link = write(&appliance, "Rose", "many-asked")?;
    let seen = decide(&appliance, &link, "1280", "Do not send it")?;
    says(&seen, "decided", "The message was stopped.")?;
    says(&seen, "after", "bob@shop.example · was not sent")?;
    for to in OUTSIDE {
        ensure!(appliance.sink().for_recipient(to).is_empty(), "{to} has it");
    }
    // Nobody writes to the sender about what they know; nothing is held.
    let (_, held) = appliance.command(&["hold", "list"])?;
    ensure!(!held.contains("bob@shop.example"), "{held}");
    Ok(())
}

#[test]
fn the_other_holders_decide_as_well() -> anyhow::Result<()> {
    let both =
        MANY.replace("hold for sender", "hold for board").replace("many-asked", "board-sees");
    let appliance = Setup::new(&format!("{RULES}{MANY}{both}")).start()?;
    let link = write(&appliance, "Lily", "board-sees, many-asked")?;
    let seen = decide(&appliance, &link, "320", "Send it")?;
    says(&seen, "after", "bob@shop.example · waits for others in your organisation")?;
    ensure!(appliance.sink().for_recipient(OUTSIDE[0]).is_empty(), "the board was not asked");
    let (_, held) = appliance.command(&["hold", "list"])?;
    let number = held.lines().find(|it| it.contains(OUTSIDE[0]));
    let number = number.and_then(|it| it.split_whitespace().next()).context(held.clone())?;
    let (code, said) = appliance.command(&["hold", "release", number, "--for", "board"])?;
    ensure!(code == Some(0), "{said}");
    appliance.sink().wait_for(OUTSIDE[0], "Lily for you", PATIENCE)?;
    Ok(())
}
