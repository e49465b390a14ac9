//! LMTP: every recipient is answered by itself.

use std::{fs, net::SocketAddr};

use tests::{
    appliance::{Appliance, Setup},
    client::{Client, send},
    mail,
    ports::free_port,
    postfix::Postfix,
};

use crate::{ALICE, BOB, CAROL, PATIENCE, RULES};

/// An appliance with a listener for LMTP, and where that is.
fn listening() -> anyhow::Result<(Appliance, SocketAddr)> {
    let mut appliance = Setup::new(RULES).prepare()?;
    let address = SocketAddr::from(([127, 0, 0, 1], free_port()?));
    let listener = format!("[[smtp.listener]]\nlisten = \"{address}\"\nkind = \"lmtp\"\n");
    let text = fs::read_to_string(appliance.config())?;
    fs::write(appliance.config(), format!("{text}{listener}"))?;
    appliance.start()?;
    Ok((appliance, address))
}

#[test]
fn who_is_refused_is_told_at_once_and_who_is_not_gets_it() -> anyhow::Result<()> {
    let (appliance, address) = listening()?;
    let mut client = Client::connect(address)?;
    assert_eq!(client.say("EHLO mail.acme.example")?.code, 500);
    assert_eq!(client.say("LHLO mail.acme.example")?.code, 250);
    let content = mail::plain("some", ALICE, BOB, "Some", "A nogoword.");
    let content = String::from_utf8(content)?;
    client.say(&format!("MAIL FROM:<{ALICE}>"))?;
    for to in [BOB, CAROL, BOB] {
        assert_eq!(client.say(&format!("RCPT TO:<{to}>"))?.code, 250);
    }
    assert_eq!(client.say("DATA")?.code, 354);
    client.send(format!("{content}\r\n.\r\n").as_bytes())?;
    let replies = [client.reply()?, client.reply()?, client.reply()?];
    assert_eq!(replies.each_ref().map(|it| it.code), [550, 250, 550], "{replies:?}");
    appliance.sink().wait_for(CAROL, "A nogoword.", PATIENCE)?;
    // Nobody is told a second time.
    assert_eq!(client.say("QUIT")?.code, 221);
    assert_eq!(appliance.count("select count(*) from message")?, 1);
    assert!(appliance.sink().for_recipient(ALICE).is_empty());
    Ok(())
}

#[test]
fn a_postfix_hands_over_by_lmtp_and_returns_what_is_refused() -> anyhow::Result<()> {
    let (appliance, address) = listening()?;
    let postfix = Postfix::before_by_lmtp(address)?;
    let content = mail::plain("some", ALICE, BOB, "Some", "A nogoword.");
    assert_eq!(send(postfix.address(), ALICE, &[BOB, CAROL], &content)?.code, 250);
    appliance.sink().wait_for(CAROL, "A nogoword.", PATIENCE)?;
    // The report comes back through the gateway, from Postfix.
    let report = appliance.sink().wait_for(ALICE, "Undelivered Mail Returned", PATIENCE)?;
    let shown = String::from_utf8_lossy(&report.content).into_owned();
    assert!(shown.contains("Diagnostic-Code: smtp; 550 5.7.1 That word"), "{shown}");
    assert!(!report.contains(&format!("Final-Recipient: rfc822; {CAROL}")));
    let came = appliance.sink().for_recipient(CAROL).pop();
    assert!(came.is_some_and(|it| it.contains("with LMTPS")), "{}", postfix.log());
    Ok(())
}
