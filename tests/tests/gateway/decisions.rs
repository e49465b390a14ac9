//! What the rules decide is what happens, for each recipient.

use tests::{
    appliance::{Appliance, Setup},
    client::{Reply, send},
    mail::{self, header},
    sink::{AtEnd, Received},
    wait::wait_until,
};

use crate::{ALICE, BOB, CAROL, PATIENCE, PRESS, RULES};

fn mail(appliance: &Appliance, to: &[&str], subject: &str, body: &str) -> anyhow::Result<Reply> {
    let content = mail::plain(subject, ALICE, &to.join(", "), subject, body);
    send(appliance.smtp(), ALICE, to, &content)
}

/// What the next hop got, without the trace field that we put in front.
fn original(received: &Received) -> Vec<u8> {
    let content = String::from_utf8_lossy(&received.content).into_owned();
    let rest = content.strip_prefix("Received: ").unwrap_or_default();
    let end = rest
        .match_indices("\r\n")
        .find(|(at, _)| !matches!(rest.as_bytes().get(at.saturating_add(2)), Some(b' ' | b'\t')));
    let at = end.map_or(0, |(at, _)| at.saturating_add(2));
    rest.get(at..).unwrap_or_default().as_bytes().to_vec()
}

fn decided(appliance: &Appliance, subject: &str) -> anyhow::Result<Vec<[String; 3]>> {
    let rows = appliance.decisions()?.into_iter().filter(|it| it[0] == subject);
    Ok(rows.map(|[_, to, what, by]| [to, what, by]).collect())
}

fn row(to: &str, what: &str, by: &str) -> [String; 3] {
    [to, what, by].map(str::to_owned)
}

#[test]
fn a_plain_message_is_relayed_as_it_was() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    let body = "A line.\r\n.\r\n..two dots\r\n\r\ntrailing space \r\nGr\u{fc}\u{df}e";
    let content = mail::plain("plain", ALICE, BOB, "Chairs", body);
    let reply = send(appliance.smtp(), ALICE, &[BOB, CAROL], &content)?;
    assert!(reply.is("250 2.6.0"), "{reply:?}");
    for recipient in [BOB, CAROL] {
        let received = appliance.sink().wait_for(recipient, "Chairs", PATIENCE)?;
        assert_eq!(received.sender, ALICE);
        assert_eq!(original(&received), content, "{}", String::from_utf8_lossy(&content));
    }
    let expected = [row(BOB, "deliver", "default"), row(CAROL, "deliver", "default")];
    assert_eq!(decided(&appliance, "Chairs")?, expected);
    Ok(())
}

#[test]
fn a_secured_message_makes_a_copy_a_notice_and_a_confirmation() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    let reply = mail(&appliance, &[BOB, CAROL], "Plans", "The vaultword is here.")?;
    assert_eq!(reply.code, 250, "{reply:?}");
    let expected = [row(BOB, "secure", "vault-secured"), row(CAROL, "deliver", "vault-secured")];
    let sink = appliance.sink();
    let notice = sink.wait_for(BOB, "Subject:", PATIENCE)?;
    assert!(mail::text(&notice.content)?.contains(&format!("{}/n/", appliance.portal_url())));
    for told in ["vaultword", "Plans", ALICE] {
        assert!(!mail::text(&notice.content)?.contains(told), "the notice tells `{told}`");
    }
    assert_eq!(notice.sender, "");
    let inside = sink.wait_for(CAROL, "CONFIDENTIAL - do not forward", PATIENCE)?;
    assert!(inside.contains("vaultword"));
    let confirmation = sink.wait_for(ALICE, "Subject:", PATIENCE)?;
    let told = mail::text(&confirmation.content)?;
    assert!(told.contains("Plans") && told.contains(BOB), "{told}");
    assert!(!told.contains("vaultword"), "{told}");
    assert_eq!(decided(&appliance, "Plans")?, expected);
    assert_eq!(sink.received().len(), 3, "a copy, a notice, a confirmation");
    Ok(())
}

#[test]
fn the_banner_is_in_text_and_html_and_the_rest_is_unchanged() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    let content = format!(
        "From: {ALICE}\r\nTo: {CAROL}\r\nSubject: Two forms\r\nX-Odd:   kept  as is\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=outer\r\n\r\n\
         preamble\r\n--outer\r\nContent-Type: multipart/alternative; boundary=inner\r\n\r\n\
         --inner\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nthe vaultword\r\n\
         --inner\r\nContent-Type: text/html; charset=us-ascii\r\n\r\n\
         <html><body><p>the vaultword</p></body></html>\r\n--inner--\r\n\
         --outer\r\nContent-Type: application/octet-stream\r\n\
         Content-Disposition: attachment; filename=\"a.bin\"\r\n\
         Content-Transfer-Encoding: base64\r\n\r\nAAECAwQFBgc=\r\n--outer--\r\nepilogue\r\n"
    );
    let reply = send(appliance.smtp(), ALICE, &[CAROL], content.as_bytes())?;
    assert_eq!(reply.code, 250, "{reply:?}");
    let received = appliance.sink().wait_for(CAROL, "Two forms", PATIENCE)?;
    let octets = original(&received);
    let copy = String::from_utf8_lossy(&octets).into_owned();
    assert_eq!(copy.matches("CONFIDENTIAL - do not forward").count(), 2, "{copy}");
    // Each line of the original is there, in order; only lines of the banner are new.
    let mut lines = content.lines();
    let mut next = lines.next();
    let mut added = Vec::new();
    for line in copy.lines() {
        if next == Some(line) {
            next = lines.next();
        } else {
            added.push(line);
        }
    }
    let split = added.iter().any(|it| it.contains("<p>the vaultword</p>"));
    assert!(next.is_none() || split, "`{next:?}` is missing; added: {added:?}");
    let (_, after) = copy.split_once("--inner--").unwrap_or_default();
    let (_, expected) = content.split_once("--inner--").unwrap_or_default();
    assert_eq!(after, expected);
    Ok(())
}

#[test]
fn a_held_message_waits_and_is_not_sent() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    let reply = mail(&appliance, &[PRESS, CAROL], "Soon", "A waitword.")?;
    assert_eq!(reply.code, 250, "{reply:?}");
    appliance.sink().wait_for(CAROL, "waitword", PATIENCE)?;
    let held = "select count(*) from delivery where state = 'held' and hold_for = 'board'";
    assert_eq!(appliance.count(held)?, 1);
    appliance.sink().wait_for(ALICE, "waits to be released", PATIENCE)?;
    assert!(appliance.sink().for_recipient(PRESS).is_empty());
    assert_eq!(appliance.sink().received().len(), 2, "a copy and a letter to its sender");
    Ok(())
}

#[test]
fn a_rejection_for_all_is_said_after_the_final_dot() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    let reply = mail(&appliance, &[PRESS, BOB], "No", "A nogoword.")?;
    assert!(reply.is("550 5.7.1 That word does not leave the house."), "{reply:?}");
    assert_eq!(appliance.count("select count(*) from message")?, 0);
    assert!(tests::search::files(&appliance.data().join("bodies"))?.is_empty());
    Ok(())
}

#[test]
fn a_rejection_by_the_envelope_is_said_at_the_recipient() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    let mut client = tests::client::Client::connect(appliance.smtp())?;
    client.talk(
        "C: EHLO mail.acme.example
         S: 250 gateway.acme.example
         C: MAIL FROM:<alice@acme.example>
         S: 250 2.1.0
         C: RCPT TO:<x@banned.example>
         S: 550 5.7.1 We do not write there.
         C: RCPT TO:<bob@shop.example>
         S: 250 2.1.5
         C: RSET
         S: 250 2.0.0",
    )
}

#[test]
fn a_rejection_for_some_is_a_bounce_that_returns_nothing() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    let reply = mail(&appliance, &[BOB, CAROL], "Some", "A nogoword and a secretmarker.")?;
    assert_eq!(reply.code, 250, "{reply:?}");
    let sink = appliance.sink();
    sink.wait_for(CAROL, "secretmarker", PATIENCE)?;
    let bounce = sink.wait_for(ALICE, "multipart/report", PATIENCE)?;
    assert_eq!(bounce.sender, "");
    let whole = String::from_utf8_lossy(&bounce.content).into_owned();
    let told = mail::text(&bounce.content)?;
    assert!(told.contains("That word does not leave the house."), "{whole}");
    assert!(whole.contains(&format!("Final-Recipient: rfc822; {BOB}")), "{whole}");
    assert!(whole.contains("Action: failed") && whole.contains("Status: 5.7.1"), "{whole}");
    for kept_back in ["secretmarker", "nogoword", "Subject: Some"] {
        assert!(!whole.contains(kept_back), "the bounce returns `{kept_back}`:\n{whole}");
    }
    assert!(sink.for_recipient(BOB).is_empty());
    Ok(())
}

#[test]
fn notify_tells_and_the_subject_is_tagged() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    let reply = mail(&appliance, &[BOB], "Watched", "A watchword, and a secretmarker.")?;
    assert_eq!(reply.code, 250, "{reply:?}");
    let delivered = appliance.sink().wait_for(BOB, "secretmarker", PATIENCE)?;
    assert_eq!(header(&delivered.content, "Subject"), "[Acme] Watched");
    let told = appliance.sink().wait_for("dlp@acme.example", "Subject:", PATIENCE)?;
    let text = mail::text(&told.content)?;
    assert!(text.contains("word-watched") && text.contains(BOB), "{text}");
    assert!(!text.contains("secretmarker"), "{text}");
    Ok(())
}

#[test]
fn a_request_without_an_external_recipient_has_no_effect_and_says_so() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    let reply = mail(&appliance, &[CAROL], "[secure] lunch", "At one.")?;
    assert_eq!(reply.code, 250, "{reply:?}");
    appliance.sink().wait_for(CAROL, "At one.", PATIENCE)?;
    let advice = appliance.sink().wait_for(ALICE, "Subject:", PATIENCE)?;
    let text = mail::text(&advice.content)?;
    assert!(text.contains("secure-tag") && text.contains("no external recipient"), "{text}");
    Ok(())
}

#[test]
fn a_refusal_of_the_next_hop_comes_back_and_a_lost_one_waits() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    appliance.sink().refuse(BOB, "550 5.1.1 nobody of that name");
    mail(&appliance, &[BOB], "Gone", "Is bob there? secretmarker")?;
    let bounce = appliance.sink().wait_for(ALICE, "multipart/report", PATIENCE)?;
    let told = mail::text(&bounce.content)?;
    assert!(told.contains("nobody of that name") && told.contains(BOB), "{told}");
    assert!(bounce.contains("Status: 5.1.1"), "{}", bounce.summary());
    assert!(bounce.contains("Diagnostic-Code: smtp; 550 5.1.1 nobody of that name"));
    assert!(!bounce.contains("secretmarker"));
    appliance.sink().at_end(AtEnd::Drop);
    mail(&appliance, &[CAROL], "Waits", "Later.")?;
    wait_until("a lost delivery", PATIENCE, || 0 < appliance.sink().dropped())?;
    let queued = "select count(*) from delivery where state = 'queued' and attempts = 1";
    wait_until("it in the queue", PATIENCE, || appliance.count(queued).is_ok_and(|it| it == 1))?;
    Ok(())
}
