//! Outgoing mail with signatures that others verify: dkimpy, and this gateway as a receiver.

use std::{net::IpAddr, path::PathBuf, process::Command};

use anyhow::{Context, ensure};
use tests::{
    appliance::{Appliance, Setup},
    client::{Client, send},
    dns::{Dns, Zone},
    mail,
    program::workspace,
};

use crate::{ALICE, BOB, CAROL, PATIENCE, RULES};

/// Verifies each signature of a message with records from a file; prints `true` or `false` for each.
const VERIFY: &str = r#"
import json, sys, dkim
records = json.load(open(sys.argv[1]))
message = open(sys.argv[2], "rb").read()
look_up = lambda name, timeout=5: records.get(name.decode().rstrip(".").lower(), "").encode()
verifier = dkim.DKIM(message, logger=None)
for index in range(sum(name.lower() == b"dkim-signature" for name, _ in verifier.headers)):
    try:
        print(str(verifier.verify(idx=index, dnsfunc=look_up)).lower())
    except dkim.DKIMException as error:
        print("false", error)
"#;

/// The record that `chancery dkim` printed, as a name and a text.
fn record(printed: &str) -> anyhow::Result<(String, String)> {
    let printed = printed.lines().filter(|it| !it.starts_with(';')).collect::<Vec<_>>().join("\n");
    let (name, _) = printed.split_once(". IN TXT").context("no record")?;
    let text: String = printed.split('"').skip(1).step_by(2).collect();
    Ok((name.trim().to_owned(), text))
}

fn verified(records: &[(String, String)], message: &[u8]) -> anyhow::Result<String> {
    let python: PathBuf = workspace().join("target/tools/python/bin/python");
    ensure!(python.is_file(), "dkimpy is missing; install it with: cargo xtask tools");
    let folder = tempfile::tempdir()?;
    let (zone, mail) = (folder.path().join("zone.json"), folder.path().join("mail.eml"));
    let map: std::collections::BTreeMap<_, _> = records.iter().cloned().collect();
    std::fs::write(&zone, serde_json::to_string(&map)?)?;
    std::fs::write(&mail, message)?;
    let output = Command::new(python).args(["-c", VERIFY]).arg(zone).arg(mail).output()?;
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    ensure!(output.status.success(), "dkimpy failed; `cargo xtask tools` installs it:\n{errors}");
    Ok(String::from_utf8(output.stdout)?)
}

/// An appliance that signs for its domain with a key of each kind, and the records of the keys.
fn signing() -> anyhow::Result<(Appliance, Vec<(String, String)>)> {
    let mut appliance = Setup::new(RULES).prepare()?;
    let mut records = Vec::new();
    for (selector, algorithm) in [("r1", "rsa"), ("e1", "ed25519")] {
        let words =
            ["dkim", "new", "acme.example", "--selector", selector, "--algorithm", algorithm];
        let (code, printed) = appliance.command(&words)?;
        ensure!(code == Some(0), "{printed}");
        let (again, refused) = appliance.command(&words)?;
        ensure!(again == Some(1) && refused.contains("already"), "{refused}");
        records.push(record(&printed)?);
    }
    let (_, listed) = appliance.command(&["dkim", "list"])?;
    ensure!(listed.matches("IN TXT").count() == 2, "{listed}");
    appliance.start()?;
    Ok((appliance, records))
}

#[test]
fn outgoing_mail_and_notices_are_signed() -> anyhow::Result<()> {
    let (appliance, records) = signing()?;
    let body = ".dots\r\n\r\n..  spaces \t \r\nand a last line\r\n\r\n\r\n";
    let content = mail::plain("signed", ALICE, BOB, "To be signed", body);
    let reply = send(appliance.smtp(), ALICE, &[BOB], &content)?;
    ensure!(reply.code == 250, "{reply:?}");
    let signed = appliance.sink().wait_for(BOB, "and a last line", PATIENCE)?;
    ensure!(verified(&records, &signed.content)? == "true\ntrue\n", "{}", signed.summary());
    // The oracle sees what is changed, and what is put in.
    let text = String::from_utf8(signed.content.clone())?;
    for changed in [
        text.replace("last line", "lost line"),
        text.replace("To be signed", "To be changed"),
        format!("Subject: another\r\n{text}"),
    ] {
        let told = verified(&records, changed.as_bytes())?;
        ensure!(told.lines().all(|it| it.starts_with("false")), "{told}");
    }
    // A notice has the organisation as its author.
    let content = mail::plain("kept", ALICE, BOB, "Kept", "vaultword");
    send(appliance.smtp(), ALICE, &[BOB], &content)?;
    let notice = appliance.sink().wait_for(BOB, "Secure Message Delivery", PATIENCE)?;
    ensure!(verified(&records, &notice.content)? == "true\ntrue\n", "{}", notice.summary());
    // What stays here, and what a stranger wrote, is not.
    let content = mail::plain("inside", ALICE, CAROL, "Inside", "stays inside");
    send(appliance.smtp(), ALICE, &[CAROL], &content)?;
    let inside = appliance.sink().wait_for(CAROL, "stays inside", PATIENCE)?;
    ensure!(!inside.contains("DKIM-Signature"), "{}", inside.summary());
    Ok(())
}

#[test]
fn a_banner_and_a_large_mail_are_signed_as_they_go_out() -> anyhow::Result<()> {
    let (appliance, records) = signing()?;
    let line = "0123456789 ".repeat(6) + "\r\n";
    let body = line.repeat(9_000) + "the end";
    let content = mail::plain("large", ALICE, BOB, "Large", &body);
    let reply = send(appliance.smtp(), ALICE, &[BOB], &content)?;
    ensure!(reply.code == 250, "{reply:?}");
    let signed = appliance.sink().wait_for(BOB, "the end", PATIENCE)?;
    ensure!(verified(&records, &signed.content)? == "true\ntrue\n");
    Ok(())
}

#[test]
fn another_gateway_takes_it_for_what_it_is() -> anyhow::Result<()> {
    let (appliance, records) = signing()?;
    let content = mail::plain("between", ALICE, BOB, "Between", "from house to house");
    send(appliance.smtp(), ALICE, &[BOB], &content)?;
    let signed = appliance.sink().wait_for(BOB, "from house to house", PATIENCE)?;
    let mut zone = Zone::default();
    records.iter().for_each(|(name, text)| zone.text(name, text));
    zone.text("_dmarc.acme.example", "v=DMARC1; p=reject");
    let dns = Dns::start(zone)?;
    let rules = RULES.replace("acme.example", "shop.example").replace("acme", "shop");
    let other = Setup { dns: Some(dns.address()), ..Setup::new(&rules) }.start()?;
    let mut stranger = Client::connect_from(IpAddr::from([127, 0, 0, 9]), other.smtp())?;
    stranger.say("EHLO gateway.acme.example")?;
    let reply = stranger.message(ALICE, &[BOB], &signed.content)?;
    ensure!(reply.code == 250, "{reply:?}");
    let came = other.sink().wait_for(BOB, "from house to house", PATIENCE)?;
    let text = String::from_utf8(came.content.clone())?;
    for found in [
        "dkim=pass header.d=acme.example header.s=r1",
        "dkim=pass header.d=acme.example header.s=e1",
        "dmarc=pass header.from=acme.example",
    ] {
        ensure!(text.contains(found), "{found}: {text}");
    }
    Ok(())
}
