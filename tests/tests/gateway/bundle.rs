//! Signed bundles: taken when signed by a trusted key and not older; otherwise the old one stays.

use std::{fs, process::Command};

use tests::{
    appliance::{Appliance, Setup},
    client::send,
    mail,
    program::writ,
};

use crate::{ALICE, BOB, RULES};

/// Runs `writ` in the folder of the appliance; it must succeed.
fn run(appliance: &Appliance, arguments: &[&str]) -> anyhow::Result<String> {
    let output = Command::new(writ()?).current_dir(appliance.folder()).args(arguments).output()?;
    let told = String::from_utf8(output.stdout)?;
    anyhow::ensure!(
        output.status.success(),
        "{arguments:?}: {told}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(told)
}

fn build(appliance: &Appliance, key: &str, counter: u32) -> anyhow::Result<String> {
    let counter = counter.to_string();
    run(appliance, &["build", "--key", key, "--counter", &counter, "-o", "rules.bundle", "rules"])
}

/// An appliance that loads `rules.bundle`, which is signed by `rules.key` and has counter 10.
fn signed() -> anyhow::Result<Appliance> {
    let appliance = Setup::new(RULES).prepare()?;
    run(&appliance, &["keygen", "rules.key"])?;
    run(&appliance, &["keygen", "other.key"])?;
    build(&appliance, "rules.key", 10)?;
    let text = fs::read_to_string(appliance.config())?;
    let bundle = "rules = \"rules.bundle\"\nrules-keys = [\"rules.key.pub\"]";
    fs::write(appliance.config(), text.replace("rules = \"rules\"", bundle))?;
    Ok(appliance)
}

fn decision(appliance: &Appliance, subject: &str) -> anyhow::Result<String> {
    let content = mail::plain(subject, ALICE, BOB, subject, "plain text");
    assert_eq!(send(appliance.smtp(), ALICE, &[BOB], &content)?.code, 250);
    let rows = appliance.decisions()?;
    let row = rows.iter().find(|it| it[0] == subject);
    Ok(row.map(|it| it[2].clone()).unwrap_or_default())
}

/// What is refused changes nothing, while mail flows, and says why.
#[test]
fn only_what_is_signed_and_newer_takes_over() -> anyhow::Result<()> {
    let mut appliance = signed()?;
    appliance.start()?;
    assert_eq!(decision(&appliance, "first")?, "deliver");
    let path = appliance.folder().join("rules.bundle");
    let first = fs::read(&path)?;
    appliance.write_rules("rules.writ", &RULES.replace("\"vaultword\"", "\"plain text\""))?;

    let mut refusals = 0_usize;
    let mut refused = |why: &str| -> anyhow::Result<()> {
        refusals = refusals.saturating_add(1);
        appliance.reload()?;
        appliance.wait_for_log("rules.refused", refusals)?;
        let log = appliance.log();
        assert!(log.contains(why), "`{why}` is missing:\n{log}");
        assert_eq!(decision(&appliance, why)?, "deliver");
        let (code, printed) = appliance.command(&["check-config"])?;
        assert_eq!((code, printed.contains(why)), (Some(1), true), "{printed}");
        Ok(())
    };
    build(&appliance, "rules.key", 9)?;
    refused("counter 9, but 10 is already in use")?;
    build(&appliance, "other.key", 11)?;
    refused("which is not trusted here")?;
    let mut changed = first.clone();
    let middle = changed.len() / 2;
    changed[middle] ^= 0x10;
    fs::write(&path, changed)?;
    refused("changed after it was signed")?;
    let mut newer = first.clone();
    newer[9] = 2;
    fs::write(&path, newer)?;
    refused("newer version of this program")?;
    fs::write(&path, &first[..first.len() - 1])?;
    refused("was cut short")?;

    let before = appliance.log().matches("rules.taken").count();
    build(&appliance, "rules.key", 11)?;
    appliance.reload()?;
    appliance.wait_for_log("rules.taken", before.saturating_add(2))?;
    assert_eq!(decision(&appliance, "after")?, "secure");

    // A restart is no way back.
    assert!(appliance.stop()?.success());
    fs::write(&path, &first)?;
    let (code, printed) = appliance.command(&["run"])?;
    assert_eq!(code, Some(1), "{printed}");
    assert!(printed.contains("counter 10, but 11 is already in use"), "{printed}");
    Ok(())
}

/// A bundle waits until two keys stand for it, and no key counts twice.
#[test]
fn two_must_want_a_bundle_where_two_are_asked_for() -> anyhow::Result<()> {
    let appliance = signed()?;
    run(&appliance, &["keygen", "stranger.key"])?;
    let approve = |key: &str| {
        run(&appliance, &["approve", "--of", "rules.key.pub", "--key", key, "rules.bundle"])
    };
    let text = fs::read_to_string(appliance.config())?;
    let two = "rules-keys = [\"rules.key.pub\", \"other.key.pub\"]\nrules-approvals = 2";
    let text = text.replace("rules-keys = [\"rules.key.pub\"]", two);
    fs::write(appliance.config(), text)?;
    let (code, said) = appliance.command(&["check-config"])?;
    anyhow::ensure!(code == Some(1) && said.contains("1 of 2 keys stand for it"), "{said}");
    approve("other.key")?;
    let mut appliance = appliance;
    appliance.start()?;
    assert_eq!(decision(&appliance, "first")?, "deliver");

    // The approvals of the former bundle are not those of the next.
    appliance.write_rules("rules.writ", &RULES.replace("\"vaultword\"", "\"plain text\""))?;
    build(&appliance, "rules.key", 11)?;
    anyhow::ensure!(
        run(
            &appliance,
            &["approve", "--of", "rules.key.pub", "--key", "rules.key", "rules.bundle"]
        )
        .is_err()
    );
    run(
        &appliance,
        &["approve", "--of", "rules.key.pub", "--key", "stranger.key", "rules.bundle"],
    )?;
    appliance.reload()?;
    appliance.wait_for_log("rules.refused", 1)?;
    assert_eq!(decision(&appliance, "waits")?, "deliver");
    let (_, status) = appliance.command(&["status"])?;
    anyhow::ensure!(status.contains("counter 11, 1 of 2 keys stand for it"), "{status}");
    let before = appliance.log().matches("rules.taken").count();
    run(&appliance, &["approve", "--of", "rules.key.pub", "--key", "other.key", "rules.bundle"])?;
    appliance.reload()?;
    appliance.wait_for_log("rules.taken", before.saturating_add(2))?;
    assert_eq!(decision(&appliance, "after")?, "secure");
    let (_, status) = appliance.command(&["status"])?;
    anyhow::ensure!(!status.contains("not in force"), "{status}");
    Ok(())
}

/// The gateway and `writ` call the same rules by the same digest, from a folder and from a bundle.
#[test]
fn rules_have_one_name_everywhere() -> anyhow::Result<()> {
    let appliance = signed()?;
    let digest = |printed: &str| {
        let at = printed.find("sha256:").and_then(|it| printed.get(it..)).unwrap_or_default();
        at.chars().take(71).collect::<String>()
    };
    let (_, from_bundle) = appliance.command(&["check-config"])?;
    let inspected = run(&appliance, &["inspect", "--json", "rules.bundle"])?;
    let told = digest(&from_bundle);
    assert_eq!(told.len(), 71, "{from_bundle}");
    assert!(inspected.contains(&told), "{told}\n{inspected}");
    let verified =
        run(&appliance, &["verify", "--key", "rules.key.pub", "--rules", "rules", "rules.bundle"])?;
    assert!(verified.contains("made from these sources"), "{verified}");
    let text = fs::read_to_string(appliance.config())?;
    let keys = "\nrules-keys = [\"rules.key.pub\"]";
    let (code, printed) = appliance.command(&["check-config"])?;
    assert_eq!(code, Some(0), "{printed}");
    // Without keys a bundle is not taken, and the message says what to write.
    fs::write(appliance.config(), text.replace(keys, ""))?;
    let (code, printed) = appliance.command(&["check-config"])?;
    assert_eq!((code, printed.contains("`rules-keys`")), (Some(1), true), "{printed}");
    fs::write(appliance.config(), text.replace(keys, "").replace("rules.bundle", "rules"))?;
    let (_, from_folder) = appliance.command(&["check-config"])?;
    assert_eq!(digest(&from_folder), told);
    Ok(())
}
