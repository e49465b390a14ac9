//! Other rules run beside those in force, and change nothing.

use std::{fs, io::Write};

use anyhow::ensure;
use tests::{
    appliance::{Appliance, Setup},
    client::send,
    mail,
    wait::wait_until,
};

use crate::{ALICE, BOB, PATIENCE, RULES};

fn take(appliance: &Appliance, id: &str, body: &str) -> anyhow::Result<()> {
    let content = mail::plain(id, ALICE, BOB, id, body);
    let reply = send(appliance.smtp(), ALICE, &[BOB], &content)?;
    ensure!(reply.code == 250, "{reply:?}");
    Ok(())
}

/// Waits until `chancery shadow` says this.
fn shown(appliance: &Appliance, words: &str) -> anyhow::Result<String> {
    let said = || appliance.command(&["shadow", "show"]).map(|it| it.1).unwrap_or_default();
    wait_until(words, PATIENCE, || said().contains(words)).map_err(|it| it.context(said()))?;
    Ok(said())
}

#[test]
fn what_other_rules_would_do_is_told_and_not_done() -> anyhow::Result<()> {
    let mut appliance = Setup::new(RULES).prepare()?;
    let mut file = fs::OpenOptions::new().append(true).open(appliance.config())?;
    writeln!(file, "[shadow]\nrules = \"next\"")?;
    appliance.start()?;
    let (_, said) = appliance.command(&["shadow", "show"])?;
    ensure!(said.contains("None run"), "{said}");
    take(&appliance, "before", "a waitword")?;

    // What was held is delivered, and what was delivered is held.
    let other = RULES.replace("\"waitword\"", "\"plainword\"");
    fs::create_dir(appliance.folder().join("next"))?;
    fs::write(appliance.folder().join("next/rules.writ"), &other)?;
    appliance.reload()?;
    appliance.wait_for_log("shadow.loaded", 1)?;
    take(&appliance, "held", "a waitword")?;
    take(&appliance, "plain", "a plainword")?;
    take(&appliance, "same", "nothing")?;
    appliance.sink().wait_for(BOB, "a plainword", PATIENCE)?;
    ensure!(!appliance.sink().holds("a waitword"), "what should be held was delivered");
    let text = shown(
        &appliance,
        "3 messages, 3 recipients, of which 2 would change: 1 more protective, 1 less protective",
    )?;
    ensure!(text.contains("hold by word-waits instead of deliver by default"), "{text}");
    ensure!(text.contains("deliver by default instead of hold by word-waits"), "{text}");
    let (_, log) = appliance.command(&["audit", "list"])?;
    ensure!(log.matches("shadow.differs").count() == 2, "{log}");
    let (_, status) = appliance.command(&["status"])?;
    ensure!(status.contains("shadow      sha256:"), "{status}");
    let (_, told) = appliance.command(&["status", "--form", "prometheus"])?;
    ensure!(told.contains("chancery_shadow_changed{way=\"less\"} 1"), "{told}");

    // A message that brings its examiner down is counted, and delivered by those in force as it was
    // decided; it is not seen by the shadow, for it was never decided.
    let fault = [b"X-Chancery-Fault: abort\r\n", &mail::plain("f", ALICE, BOB, "f", "evil")[..]];
    ensure!(send(appliance.smtp(), ALICE, &[BOB], &fault.concat())?.code == 250);
    take(&appliance, "after", "nothing more")?;
    shown(&appliance, "4 messages")?;

    // Counts go on after a restart; rules with errors are none, and stop nothing.
    appliance.stop()?;
    appliance.start()?;
    take(&appliance, "again", "nothing again")?;
    shown(&appliance, "5 messages")?;
    fs::write(appliance.folder().join("next/rules.writ"), "writ 1\npolicy {")?;
    appliance.reload()?;
    appliance.wait_for_log("shadow.refused", 1)?;
    take(&appliance, "last", "the very last")?;
    appliance.sink().wait_for(BOB, "the very last", PATIENCE)?;
    let text = shown(&appliance, "None run")?;
    ensure!(text.contains("which ran before") && text.contains("5 messages"), "{text}");
    Ok(())
}

#[test]
fn rules_that_change_too_much_do_not_come_into_force() -> anyhow::Result<()> {
    let mut appliance = Setup::new(RULES).prepare()?;
    let mut file = fs::OpenOptions::new().append(true).open(appliance.config())?;
    writeln!(file, "[shadow]\nrules = \"next\"\ngate-messages = 2\ngate-percent = 50")?;
    let other = RULES.replace("\"waitword\"", "\"plainword\"");
    let next = appliance.folder().join("next");
    fs::create_dir(&next)?;
    fs::write(next.join("rules.writ"), RULES.replace("\"nogoword\"", "\"neverword\""))?;
    appliance.start()?;

    let mut refusals = 0_usize;
    let mut refused = |why: &str| -> anyhow::Result<()> {
        refusals = refusals.saturating_add(1);
        appliance.reload()?;
        appliance.wait_for_log("rules.refused", refusals)?;
        ensure!(appliance.log().contains(why), "{why} is missing: {}", appliance.log());
        let (_, status) = appliance.command(&["status"])?;
        ensure!(status.contains("others are not in force: the gate"), "{status}");
        Ok(())
    };
    appliance.write_rules("rules.writ", &other)?;
    refused("they have not run beside those in force")?;
    fs::write(next.join("rules.writ"), &other)?;
    refused("they have not run beside those in force")?;
    let show = || appliance.command(&["shadow", "show"]).map(|it| it.1).unwrap_or_default();
    wait_until("them to run", PATIENCE, || {
        let said = show();
        said.contains("0 messages") && !said.contains("which ran before")
    })?;
    refused("they decided 0 messages, and 2 are wanted")?;
    take(&appliance, "held", "a waitword")?;
    take(&appliance, "same", "nothing")?;
    shown(&appliance, "2 messages, 2 recipients, of which 1 would change")?;
    refused("of 2 recipients 1 would have been treated otherwise, 1 of them less")?;
    ensure!(appliance.log().contains("1  deliver by default instead of hold by word-waits"));
    let (code, said) = appliance.command(&["shadow", "accept", "--blast", "40"])?;
    ensure!(code == Some(0), "{said}");
    refused("none less protectively")?;
    let (code, said) =
        appliance.command(&["shadow", "accept", "--blast", "40", "--less-protective"])?;
    ensure!(code == Some(0), "{said}");
    appliance.reload()?;
    appliance.wait_for_log("rules.reloaded", 1)?;
    let held = || appliance.count("select count(*) from delivery where state = 'held'");
    let before = held()?;
    wait_until("the new rules", PATIENCE, || {
        take(&appliance, "new", "a plainword").is_ok() && held().is_ok_and(|it| before < it)
    })?;
    let (_, log) = appliance.command(&["audit", "list"])?;
    ensure!(log.matches("blast.accepted").count() == 2, "{log}");
    Ok(())
}
