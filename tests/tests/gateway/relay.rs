//! Nobody outside can relay, and a header cannot make an outsider one of us.

use std::net::IpAddr;

use tests::{appliance::Setup, client::Client, mail};

use crate::{ALICE, BOB, CAROL, PATIENCE, RULES};

/// An address of this machine that is in no relay network.
const OUTSIDE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(127, 0, 0, 2));

/// Ways to ask for a mailbox elsewhere, all of which real relays once followed.
const ELSEWHERE: &[&str] = &[
    "bob@shop.example",
    "BOB@SHOP.EXAMPLE",
    "bob%shop.example@acme.example",
    "bob%shop.example@sub.acme.example",
    "shop.example!bob@acme.example",
    "\"bob@shop.example\"@acme.example",
    "\"bob%shop.example\"@acme.example",
    "\"shop.example!bob\"@acme.example",
    "@acme.example:bob@shop.example",
    "@acme.example,@sub.acme.example:bob@shop.example",
    "bob@shop.example@acme.example",
    "bob@acme.example.shop.example",
    "bob@acme.example@shop.example",
    "bob@notacme.example",
    "bob@[127.0.0.1]",
    "bob@[198.51.100.7]",
    "bob%shop.example@[127.0.0.1]",
    "bob@xn--acme-.example",
    "\"bob\"@shop.example",
    "bob(acme.example)@shop.example",
    "bob",
    "\"bob@shop.example\"",
];

#[test]
fn an_outsider_reaches_our_domains_only() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    for sender in ["x@outside.example", ALICE, ""] {
        let mut client = Client::connect_from(OUTSIDE, appliance.smtp())?;
        client.say("EHLO outside.example")?;
        for (number, recipient) in ELSEWHERE.iter().enumerate() {
            if number % 8 == 0 {
                client = Client::connect_from(OUTSIDE, appliance.smtp())?;
                client.say("EHLO outside.example")?;
                client.say(&format!("MAIL FROM:<{sender}>"))?;
            }
            let reply = client.say(&format!("RCPT TO:<{recipient}>"))?;
            // Either it is no address at all, or it is one that we do not relay to.
            let refused = reply.is("550 5.7.1 Relaying denied") || reply.is("501 5.1.3");
            assert!(refused, "<{recipient}> from <{sender}>: {reply:?}");
        }
        let data = client.say("DATA")?;
        assert_eq!(data.code, 503, "{data:?}");
    }
    for plain in ["bob@shop.example", "bob%shop.example@acme.example"] {
        let mut client = Client::connect_from(OUTSIDE, appliance.smtp())?;
        client.say("EHLO outside.example")?;
        let reply = client.envelope("x@outside.example", &[plain])?;
        assert!(reply.is("550 5.7.1 Relaying denied"), "<{plain}>: {reply:?}");
    }
    Ok(())
}

#[test]
fn an_outsider_may_write_to_us_and_a_peer_of_ours_to_everyone() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    let mut client = Client::connect_from(OUTSIDE, appliance.smtp())?;
    client.say("EHLO outside.example")?;
    let content = mail::plain("in", "x@outside.example", CAROL, "Hello", "From outside.");
    let to = [CAROL, "dora@sub.acme.example", "Postmaster"];
    let reply = client.message("x@outside.example", &to, &content)?;
    assert_eq!(reply.code, 250, "{reply:?}");
    appliance.sink().wait_for(CAROL, "From outside.", PATIENCE)?;
    appliance.sink().wait_for("postmaster@acme.example", "From outside.", PATIENCE)?;
    let content = mail::plain("out", ALICE, BOB, "Hello", "From inside.");
    let reply = tests::client::send(appliance.smtp(), ALICE, &[BOB], &content)?;
    assert_eq!(reply.code, 250, "{reply:?}");
    appliance.sink().wait_for(BOB, "From inside.", PATIENCE)?;
    Ok(())
}

/// The rules of this test: what comes from the chair's own address is let through unread.
const BYPASS: &str = r#"
policy nothing-odd-in {
  why      "Odd words stay out."
  from     everyone
  to       internal
  compare  either
  when     waiting activates
  then     hold for board
}

bypass chair-unread {
  why      "The chair's own mail is not read."
  owner    chair@acme.example
  from     chair@acme.example
  compare  either
  valid    forever
  skips    waiting
}
"#;

#[test]
fn a_header_from_outside_earns_no_bypass() -> anyhow::Result<()> {
    let appliance = Setup::new(&format!("{RULES}{BYPASS}")).start()?;
    let content = mail::plain("spoof", "chair@acme.example", CAROL, "Chair", "A waitword.");
    let mut client = Client::connect_from(OUTSIDE, appliance.smtp())?;
    client.say("EHLO outside.example")?;
    let reply = client.message("x@outside.example", &[CAROL], &content)?;
    assert_eq!(reply.code, 250, "{reply:?}");
    let held = "select count(*) from delivery where state = 'held'";
    assert_eq!(appliance.count(held)?, 1);
    // The same header from one of our own servers is believed: the bypass is a real one.
    let reply = tests::client::send(appliance.smtp(), ALICE, &[CAROL], &content)?;
    assert_eq!(reply.code, 250, "{reply:?}");
    appliance.sink().wait_for(CAROL, "waitword", PATIENCE)?;
    assert_eq!(appliance.count(held)?, 1);
    assert_eq!(appliance.sink().received().len(), 1);
    Ok(())
}
