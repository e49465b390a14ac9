//! Servers and clients that other people wrote: Postfix before the gateway and behind it, msmtp and
//! `smtp-source`.

use std::{
    collections::BTreeMap,
    io::Write as _,
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context, ensure};
use tests::{
    appliance::{Appliance, Setup},
    client, mail,
    postfix::Postfix,
    wait::wait_for,
};

use crate::{ALICE, BOB, CAROL, PATIENCE, RULES};

/// What a Postfix that hands on many messages may take.
const LONG: Duration = Duration::from_secs(60);

/// A gateway between two of them: the second has everybody at `shop.example`.
fn between() -> anyhow::Result<(Postfix, Appliance, Postfix)> {
    let behind = Postfix::behind("shop.example")?;
    let setup = Setup { external: Some(behind.address()), ..Setup::new(RULES) };
    let appliance = setup.start()?;
    Ok((Postfix::before(appliance.smtp())?, appliance, behind))
}

/// The content behind the header.
fn body(content: &[u8]) -> &[u8] {
    let end = |mark: &[u8]| {
        let at = content.windows(mark.len()).position(|it| it == mark);
        at.map(|it| it.saturating_add(mark.len()))
    };
    end(b"\r\n\r\n").or_else(|| end(b"\n\n")).and_then(|it| content.get(it..)).unwrap_or_default()
}

#[test]
fn mail_comes_from_a_postfix_and_goes_to_a_postfix_as_it_was() -> anyhow::Result<()> {
    let (before, appliance, behind) = between()?;
    let bodies: [(&str, String); 4] = [
        ("dots", ".\n..\n. x\n...\nend".to_owned()),
        ("eight-bit", "Gr\u{fc}\u{df}e, \u{20ac} 5".to_owned()),
        ("long-line", format!("{}\nend", "x".repeat(998))),
        ("empty", String::new()),
    ];
    for (name, text) in &bodies {
        let text = text.replace('\n', "\r\n");
        let content = mail::plain(name, ALICE, BOB, name, &text);
        let reply = client::send(before.address(), ALICE, &[BOB], &content)?;
        assert_eq!(reply.code, 250, "{reply:?}");
    }
    let kept = wait_for("all at the last server", LONG, || {
        Ok(if behind.count()? == bodies.len() { Some(behind.kept()?) } else { None })
    })?;
    for (name, text) in &bodies {
        let found = kept.iter().find(|it| mail::header(it, "Subject") == *name);
        let found = found.with_context(|| format!("{name} did not come"))?;
        let shown = String::from_utf8_lossy(found);
        assert_eq!(body(found), format!("{text}\n").as_bytes(), "{shown}");
        // It came to the gateway, and left it, over TLS.
        let received: Vec<&str> = shown.lines().filter(|it| it.starts_with("Received:")).collect();
        assert_eq!(received.len(), 3, "{shown}");
        let ours = shown.split("Received:").nth(2).unwrap_or_default();
        assert!(ours.contains("gateway.acme.example") && ours.contains("ESMTPS"), "{shown}");
        assert!(shown.split("Received:").nth(1).unwrap_or_default().contains("ESMTPS"), "{shown}");
    }
    assert_eq!(appliance.count("select count(*) from delivery where state = 'sent'")?, 4);
    Ok(())
}

#[test]
fn what_the_last_server_refuses_is_returned_and_the_rules_refuse_to_a_postfix() -> anyhow::Result<()>
{
    let (before, appliance, behind) = between()?;
    let content = mail::plain("two", ALICE, BOB, "Two", "Hello.");
    let to = [BOB, "nobody@shop.example"];
    let reply = client::send(before.address(), ALICE, &to, &content)?;
    assert_eq!(reply.code, 250, "{reply:?}");
    // The gateway returns what the server behind it refused.
    let report = appliance.sink().wait_for(ALICE, "Nobody has this name", PATIENCE)?;
    assert!(report.sender.is_empty());
    let kept = wait_for("the other copy", PATIENCE, || Ok(behind.kept()?.pop()))?;
    assert_eq!(mail::header(&kept, "Subject"), "Two");
    // What the rules refuse, the Postfix before returns: through the gateway, to us.
    let content = mail::plain("no", ALICE, BOB, "No", "A nogoword.");
    let reply = client::send(before.address(), ALICE, &[BOB], &content)?;
    assert_eq!(reply.code, 250, "{reply:?}");
    let report = appliance.sink().wait_for(ALICE, "Undelivered Mail Returned", PATIENCE)?;
    let report = String::from_utf8_lossy(&report.content).into_owned();
    assert!(report.contains("Diagnostic-Code: smtp; 550 5.7.1"), "{report}");
    assert_eq!(behind.kept()?.len(), 1);
    Ok(())
}

#[test]
fn each_of_many_comes_once() -> anyhow::Result<()> {
    const MESSAGES: usize = 300;
    let (before, _appliance, behind) = between()?;
    let [sessions, messages, octets] = ["20", &MESSAGES.to_string(), "3000"].map(str::to_owned);
    let address = before.address().to_string();
    let sent = Command::new("smtp-source")
        .args(["-s", &sessions, "-m", &messages, "-l", &octets, "-N", "-f", ALICE, "-t", BOB])
        .arg(address)
        .output()
        .context("cannot start smtp-source; install it: apt-get install postfix")?;
    ensure!(sent.status.success(), "{}", String::from_utf8_lossy(&sent.stderr));
    let kept = wait_for("all of them", LONG, || {
        Ok(if MESSAGES <= behind.count()? { Some(behind.kept()?) } else { None })
    })?;
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for content in &kept {
        let count = times.entry(mail::header(content, "Message-ID")).or_default();
        *count = count.saturating_add(1);
    }
    assert_eq!((times.len(), kept.len()), (MESSAGES, MESSAGES), "{times:?}");
    Ok(())
}

#[test]
fn msmtp_sends_over_tls() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    let content = mail::plain("msmtp", ALICE, CAROL, "By msmtp", ".dot\r\n\r\nend");
    let mut child = Command::new("msmtp")
        .args(["--file=/dev/null", "--host=127.0.0.1", "--tls=on", "--tls-starttls=on"])
        .args(["--tls-certcheck=off", "--domain=mail.acme.example", "--from", ALICE])
        .arg(format!("--port={}", appliance.smtp().port()))
        .args(["--dsn-notify=success", "--", CAROL])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("cannot start msmtp; install it: apt-get install msmtp")?;
    child.stdin.take().context("a pipe")?.write_all(&content)?;
    let ended = child.wait_with_output()?;
    ensure!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    let came = appliance.sink().wait_for(CAROL, "end", PATIENCE)?;
    assert_eq!(body(&came.content), b".dot\r\n\r\nend\r\n");
    let shown = String::from_utf8_lossy(&came.content);
    assert!(shown.contains("ESMTPS"), "{shown}");
    // The next hop does not report, so the gateway says that it handed it on.
    appliance.sink().wait_for(ALICE, "relayed", PATIENCE)?;
    Ok(())
}
