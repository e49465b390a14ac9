//! Whether mail from outside comes from whom it says: by a real name server, in rules, in delivered
//! mail.

use std::{net::IpAddr, time::Instant};

use anyhow::ensure;
use tests::{
    appliance::{Appliance, Setup},
    client::{Client, Reply, send},
    dns::{Dns, Record, Zone},
    mail,
};

use crate::{ALICE, BOB, CAROL, PATIENCE};

/// The peer that the zone names as that of the shop.
const SHOP: [u8; 4] = [127, 0, 0, 5];
/// Another one, in no relay network either.
const OTHER: [u8; 4] = [127, 0, 0, 6];

const RULES: &str = "writ 1\n\norganisation acme {\n  domains acme.example\n  time zone UTC\n  \
    postmaster postmaster@acme.example\n  help desk help@acme.example\n}\n\n\
    policy forged {\n  from external\n  to internal\n  when dmarc fails\n  then hold\n}\n\n\
    policy unsigned {\n  from external\n  to internal\n  when spf fails\n  then deliver\n  \
    also tag subject \"[unproved]\"\n}\n";

fn zone() -> Zone {
    let mut zone = Zone::default();
    zone.text("shop.example", "v=spf1 ip4:127.0.0.5 -all");
    zone.text("_dmarc.shop.example", "v=DMARC1; p=reject");
    zone.text("paper.example", "v=spf1 ip4:127.0.0.5 -all");
    zone.add("silent.example", Record::Unanswered);
    zone.add("_dmarc.silent.example", Record::Unanswered);
    zone
}

fn start(dns: &Dns) -> anyhow::Result<Appliance> {
    Setup { dns: Some(dns.address()), ..Setup::new(RULES) }.start()
}

fn send_from(peer: [u8; 4], to: &Appliance, from: &str, content: &[u8]) -> anyhow::Result<Reply> {
    let mut client = Client::connect_from(IpAddr::from(peer), to.smtp())?;
    client.say("EHLO mail.stranger.example")?;
    client.message(from, &[CAROL], content)
}

#[test]
fn what_is_proved_is_told_and_what_is_forged_is_held() -> anyhow::Result<()> {
    let dns = Dns::start(zone())?;
    let appliance = start(&dns)?;
    let forged_field = b"Authentication-Results: gateway.ACME.example (x);\r\n dkim=pass\r\n";
    let content = mail::plain("good", BOB, CAROL, "Good", "from the shop");
    let content = [forged_field, content.as_slice()].concat();
    let reply = send_from(SHOP, &appliance, BOB, &content)?;
    ensure!(reply.code == 250, "{reply:?}");
    let good = appliance.sink().wait_for(CAROL, "from the shop", PATIENCE)?;
    let text = String::from_utf8(good.content.clone())?;
    let field = "Authentication-Results: gateway.acme.example;\r\n\
        \tspf=pass smtp.mailfrom=shop.example;\r\n\tdkim=none;\r\n\
        \tdmarc=pass header.from=shop.example\r\n";
    ensure!(text.starts_with(field), "{text}");
    ensure!(!text.contains("dkim=pass"), "what a stranger said of itself: {text}");

    let content = mail::plain("bad", BOB, CAROL, "Bad", "not from the shop");
    let reply = send_from(OTHER, &appliance, BOB, &content)?;
    ensure!(reply.code == 250, "{reply:?}");
    let (_, held) = appliance.command(&["hold", "list"])?;
    ensure!(held.contains("forged") || held.contains("Bad"), "{held}");
    ensure!(!appliance.sink().holds("not from the shop"));

    // A domain without DMARC: its rule says what happens.
    let paper = "press@paper.example";
    let content = mail::plain("paper", paper, CAROL, "Paper", "in no name");
    let reply = send_from(OTHER, &appliance, paper, &content)?;
    ensure!(reply.code == 250, "{reply:?}");
    let tagged = appliance.sink().wait_for(CAROL, "in no name", PATIENCE)?;
    ensure!(tagged.contains("Subject: [unproved] Paper"), "{}", tagged.summary());
    ensure!(tagged.contains("spf=fail smtp.mailfrom=paper.example"), "{}", tagged.summary());
    Ok(())
}

#[test]
fn our_own_mail_is_not_asked_about() -> anyhow::Result<()> {
    let dns = Dns::start(zone())?;
    let appliance = start(&dns)?;
    let field = b"Authentication-Results: gateway.acme.example; spf=pass\r\n";
    let content = mail::plain("own", ALICE, BOB, "Own", "from inside");
    send(appliance.smtp(), ALICE, &[BOB], &[field, content.as_slice()].concat())?;
    let own = appliance.sink().wait_for(BOB, "from inside", PATIENCE)?;
    let text = String::from_utf8(own.content.clone())?;
    ensure!(text.matches("Authentication-Results").count() == 1, "{text}");
    ensure!(dns.asked().is_empty(), "{:?}", dns.asked());
    Ok(())
}

#[test]
fn names_that_nobody_answers_for_stop_no_mail() -> anyhow::Result<()> {
    let dns = Dns::start(zone())?;
    let appliance = start(&dns)?;
    let sender = "eve@silent.example";
    let content = mail::plain("silent", sender, CAROL, "Silent", "of whom nobody knows");
    let reply = send_from(SHOP, &appliance, sender, &content)?;
    ensure!(reply.code == 250, "{reply:?}");
    let came = appliance.sink().wait_for(CAROL, "of whom nobody knows", PATIENCE)?;
    ensure!(came.contains("spf=temperror"), "{}", came.summary());
    // And none of a name server that is not there.
    drop(appliance);
    let nobody = tests::ports::free_port()?;
    let dns = Some(std::net::SocketAddr::from(([127, 0, 0, 1], nobody)));
    let appliance = Setup { dns, ..Setup::new(RULES) }.start()?;
    let began = Instant::now();
    let reply = send_from(SHOP, &appliance, BOB, &mail::plain("gone", BOB, CAROL, "G", "no dns"))?;
    ensure!(reply.code == 250, "{reply:?} after {:?}", began.elapsed());
    let came = appliance.sink().wait_for(CAROL, "no dns", PATIENCE)?;
    ensure!(came.contains("spf=temperror"), "{}", came.summary());
    Ok(())
}
