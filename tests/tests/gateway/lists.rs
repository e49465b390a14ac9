//! Lists, other names, and those who take no mail.

use std::fs;

use tests::{
    appliance::{Appliance, Setup},
    client::{Client, send},
    mail,
    ports::free_port,
};

use crate::{ALICE, BOB, CAROL, PATIENCE, RULES};

const FILE: &str = "\
alice@acme.example
carol@acme.example
team@acme.example: carol@acme.example, bob@shop.example, dora@acme.example
# The name it had.
@acme.old.example: @acme.example
dora@acme.example deleted \"Dora has left: write to Carol\"
@east.acme.example suspended
";

/// An appliance with this list, and more lines of configuration.
fn listing(tables: &str) -> anyhow::Result<Appliance> {
    let rules = RULES.replacen("*.acme.example", "*.acme.example, acme.old.example", 1);
    let mut appliance = Setup::new(&rules).prepare()?;
    let text = fs::read_to_string(appliance.config())?;
    let text = text.replacen("[smtp]\n", "[smtp]\nrecipients = \"recipients.txt\"\n", 1);
    fs::write(appliance.config(), format!("{text}{tables}"))?;
    fs::write(appliance.folder().join("recipients.txt"), FILE)?;
    appliance.start()?;
    appliance.wait_for_log("event=\"recipients.taken\"", 2)?;
    Ok(appliance)
}

#[test]
fn who_takes_no_mail_is_refused_with_the_advice() -> anyhow::Result<()> {
    let appliance = listing("")?;
    let advice = "Mail is not taken here until further notice. Please reach the recipient in \
                  another way.";
    let mut client = Client::connect(appliance.smtp())?;
    client.say("EHLO mail.acme.example")?;
    client.say(&format!("MAIL FROM:<{ALICE}>"))?;
    for (to, reply) in [
        ("dora@acme.example", "550 5.2.1 Dora has left: write to Carol".to_owned()),
        ("dora@acme.old.example", "550 5.2.1 Dora has left: write to Carol".to_owned()),
        ("anybody@east.acme.example", format!("550 5.2.1 {advice}")),
        ("postmaster@east.acme.example", "250".to_owned()),
        ("nobody@acme.example", "550 5.1.1".to_owned()),
        (CAROL, "250".to_owned()),
    ] {
        let said = client.say(&format!("RCPT TO:<{to}>"))?;
        assert!(said.is(&reply), "{to}: {said:?}");
    }
    // Who comes back from a leave is there at once.
    let path = appliance.folder().join("recipients.txt");
    fs::write(path, FILE.replacen("@east.acme.example suspended", "@east.acme.example", 1))?;
    appliance.reload()?;
    appliance.wait_for_log("event=\"recipients.taken\"", 4)?;
    assert!(client.say("RCPT TO:<anybody@east.acme.example>")?.is("250"));
    Ok(())
}

#[test]
fn a_list_is_expanded_and_each_member_decided_for() -> anyhow::Result<()> {
    let appliance = listing("")?;
    let content = mail::plain("team", ALICE, "team@acme.example", "Team", "A vaultword.");
    let mut client = Client::connect(appliance.smtp())?;
    client.say("EHLO mail.acme.example")?;
    client.say(&format!("MAIL FROM:<{ALICE}>"))?;
    let rcpt =
        "RCPT TO:<team@acme.old.example> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;team@acme.old.example";
    assert!(client.say(rcpt)?.is("250"));
    // She is a member, too, and gets it once.
    assert!(client.say(&format!("RCPT TO:<{CAROL}>"))?.is("250"));
    assert!(client.say("DATA")?.is("354"));
    client.send(&tests::client::stuffed(&content))?;
    assert!(client.reply()?.is("250"));
    appliance.sink().wait_for(CAROL, "A vaultword.", PATIENCE)?;
    // The member elsewhere is secured, by the rules.
    let notice = appliance.sink().wait_for(BOB, "Secure Message", PATIENCE)?;
    assert!(!notice.contains("A vaultword."));
    // The sender reads who did not get it, and that the list took it.
    let failed = appliance.sink().wait_for(ALICE, "Dora has left: write to Carol", PATIENCE)?;
    for line in [
        "Action: failed",
        "Status: 5.2.1",
        "Final-Recipient: rfc822; dora@acme.example",
        "Original-Recipient: rfc822; team@acme.old.example",
    ] {
        assert!(failed.contains(line), "{line}: {}", failed.summary());
    }
    let taken = appliance.sink().wait_for(ALICE, "Action: expanded", PATIENCE)?;
    assert!(taken.contains("Final-Recipient: rfc822; team@acme.old.example"));
    assert!(!taken.contains("bob@shop.example"));
    let to_carol = appliance.sink().for_recipient(CAROL);
    assert_eq!(to_carol.len(), 1);
    assert!(appliance.sink().for_recipient("team@acme.example").is_empty());
    assert!(appliance.sink().for_recipient("dora@acme.example").is_empty());
    Ok(())
}

#[test]
fn a_member_whom_the_rules_refuse_is_told_of_by_mail() -> anyhow::Result<()> {
    let port = free_port()?;
    let listener = format!("[[smtp.listener]]\nlisten = \"127.0.0.1:{port}\"\nkind = \"lmtp\"\n");
    let appliance = listing(&listener)?;
    let content = mail::plain("refused", ALICE, "team@acme.example", "Team", "A nogoword.");
    let mut client = Client::connect(([127, 0, 0, 1], port).into())?;
    client.say("LHLO mail.acme.example")?;
    client.say(&format!("MAIL FROM:<{ALICE}>"))?;
    assert!(client.say("RCPT TO:<team@acme.example>")?.is("250"));
    assert!(client.say("DATA")?.is("354"));
    client.send(&tests::client::stuffed(&content))?;
    assert!(client.reply()?.is("250"));
    appliance.sink().wait_for(CAROL, "A nogoword.", PATIENCE)?;
    let failed = appliance.sink().wait_for(ALICE, "Final-Recipient: rfc822; bob@shop", PATIENCE)?;
    assert!(failed.contains("5.7.1"), "{}", failed.summary());
    assert!(appliance.sink().for_recipient(BOB).is_empty());
    Ok(())
}

#[test]
fn a_list_that_leads_to_nobody_takes_nothing() -> anyhow::Result<()> {
    let appliance = listing("")?;
    let content = mail::plain("gone", ALICE, "dora@acme.old.example", "Gone", "x");
    let said = send(appliance.smtp(), ALICE, &["dora@acme.old.example"], &content)?;
    assert!(said.is("550 5.2.1 Dora has left: write to Carol"), "{said:?}");
    assert_eq!(appliance.count("select count(*) from message")?, 0);
    Ok(())
}
