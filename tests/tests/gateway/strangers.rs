//! What strangers must put up with: waiting, rates; and how a proxy in front names them.

use std::{
    fs,
    io::{Read, Write},
    net::{IpAddr, TcpStream},
    time::{Duration, Instant},
};

use tests::{
    appliance::{Appliance, Setup},
    client::Client,
    mail,
};

use crate::{ALICE, BOB, CAROL, PATIENCE, RULES};

const STRANGER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(127, 0, 0, 2));
const EVE: &str = "eve@other.example";

/// An appliance with more lines in the table `[smtp]`, and in `[limits]`.
fn start(smtp: &str, limits: &str) -> anyhow::Result<Appliance> {
    let mut appliance = Setup::new(RULES).prepare()?;
    let text = fs::read_to_string(appliance.config())?;
    let text = text.replacen("[smtp]\n", &format!("[smtp]\n{smtp}"), 1);
    let text = text.replacen("[limits]\n", &format!("[limits]\n{limits}"), 1);
    fs::write(appliance.config(), text)?;
    appliance.start()?;
    Ok(appliance)
}

/// Says `first` at once, and returns all that is answered until the connection ends or is silent.
fn blurt(appliance: &Appliance, first: &[u8]) -> anyhow::Result<String> {
    let mut stream = TcpStream::connect(appliance.smtp())?;
    stream.set_read_timeout(Some(Duration::from_secs(3)))?;
    stream.write_all(first)?;
    let mut said = Vec::new();
    let mut octets = [0; 1024];
    while let Ok(read) = stream.read(&mut octets) {
        if read == 0 {
            said.extend_from_slice(b"(closed)");
            break;
        }
        said.extend_from_slice(octets.get(..read).unwrap_or_default());
    }
    Ok(String::from_utf8(said)?)
}

#[test]
fn a_proxy_names_the_peer_and_nobody_else_does() -> anyhow::Result<()> {
    let appliance = start("proxy-networks = [\"127.0.0.3\"]\n", "")?;
    let proxied = |header: &[u8], from: [u8; 4]| -> anyhow::Result<Client> {
        Client::connect_by(header, from.into(), appliance.smtp())
    };
    // The proxy is nobody itself; whom it names may relay, or not.
    for (header, reply) in [
        (&b"PROXY TCP4 127.0.0.1 127.0.0.3 40000 25\r\n"[..], "250"),
        (b"PROXY TCP4 192.0.2.7 127.0.0.3 40000 25\r\n", "550 5.7.1"),
        (b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\x7f\0\0\x01\x7f\0\0\x03\x9c\x40\0\x19", "250"),
        (b"\r\n\r\n\0\r\nQUIT\n\x20\0\0\0", "550 5.7.1"),
    ] {
        let mut client = proxied(header, [127, 0, 0, 3])?;
        client.say("EHLO mail.acme.example")?;
        client.say(&format!("MAIL FROM:<{ALICE}>"))?;
        let said = client.say(&format!("RCPT TO:<{BOB}>"))?;
        assert!(said.is(reply), "{header:?}: {said:?}");
    }
    // A proxy that says nothing, or nonsense, is not spoken with.
    assert!(proxied(b"EHLO mail.acme.example\r\n", [127, 0, 0, 3]).is_err());
    appliance.wait_for_log("event=\"smtp.not-proxied\"", 1)?;
    // Nobody else is believed.
    let mut client = proxied(b"PROXY TCP4 127.0.0.1 127.0.0.3 40000 25\r\n", [127, 0, 0, 2])?;
    assert!(client.reply()?.is("500 5.5.1"));
    client.say("EHLO mail.acme.example")?;
    client.say(&format!("MAIL FROM:<{ALICE}>"))?;
    assert!(client.say(&format!("RCPT TO:<{BOB}>"))?.is("550 5.7.1"));
    // The trace names the peer, not the proxy.
    let header = b"PROXY TCP4 127.0.0.1 127.0.0.3 40000 25\r\n";
    let mut client = proxied(header, [127, 0, 0, 3])?;
    client.say("EHLO mail.acme.example")?;
    client.message(ALICE, &[BOB], &mail::plain("by", ALICE, BOB, "By proxy", "x"))?;
    let received = appliance.sink().wait_for(BOB, "By proxy", PATIENCE)?;
    assert!(received.contains("[127.0.0.1]"), "{}", String::from_utf8_lossy(&received.content));
    Ok(())
}

#[test]
fn strangers_wait_for_the_greeting_and_for_replies() -> anyhow::Result<()> {
    let appliance = start("greeting-delay-seconds = 1\n", "")?;
    let began = Instant::now();
    let mut client = Client::connect_from(STRANGER, appliance.smtp())?;
    assert!(Duration::from_secs(1) <= began.elapsed());
    // Who does not wait for the go-ahead sends what it means for somebody else.
    client.say("EHLO other.example")?;
    for line in [format!("MAIL FROM:<{EVE}>"), format!("RCPT TO:<{CAROL}>")] {
        assert_eq!(client.say(&line)?.code, 250);
    }
    client.send(b"DATA\r\nSubject: rash\r\n\r\nx\r\n.\r\n")?;
    assert!(client.reply()?.is("554 5.5.0"));
    // What may go together, may.
    let mut client = Client::connect_from(STRANGER, appliance.smtp())?;
    client.say("EHLO other.example")?;
    let group = format!("MAIL FROM:<{EVE}>\r\nRCPT TO:<{CAROL}>\r\nDATA\r\n");
    client.send(group.as_bytes())?;
    for code in [250, 250, 354] {
        assert_eq!(client.reply()?.code, code);
    }
    // Our own are not made to wait.
    let said = blurt(&appliance, b"EHLO mail.acme.example\r\nQUIT\r\n")?;
    assert!(said.starts_with("220 ") && said.ends_with("221 2.0.0 Bye\r\n(closed)"), "{said}");
    Ok(())
}

#[test]
fn who_speaks_first_is_closed() -> anyhow::Result<()> {
    let mut setup = Setup::new(RULES);
    setup.relay_networks = vec!["127.0.0.9/32".to_owned()];
    let mut appliance = setup.prepare()?;
    let text = fs::read_to_string(appliance.config())?;
    let delay = "[smtp]\ngreeting-delay-seconds = 2\n";
    fs::write(appliance.config(), text.replacen("[smtp]\n", delay, 1))?;
    appliance.start()?;
    let said = blurt(&appliance, b"EHLO other.example\r\n")?;
    assert!(said.starts_with("554 5.5.0 "), "{said}");
    Ok(())
}

#[test]
fn strangers_have_a_rate_and_our_own_have_none() -> anyhow::Result<()> {
    let appliance = start("", "messages-per-minute = 3\nrecipients-per-minute = 6\n")?;
    let content = mail::plain("rate", EVE, CAROL, "Rate", "x");
    let mut client = Client::connect_from(STRANGER, appliance.smtp())?;
    client.say("EHLO other.example")?;
    let codes: Vec<String> = (0..4)
        .map(|_| {
            client.message(EVE, &[CAROL], &content).map(|it| format!("{} {}", it.code, it.text))
        })
        .collect::<Result<_, _>>()?;
    assert!(codes[..3].iter().all(|it| it.starts_with("250")), "{codes:?}");
    assert!(codes[3].starts_with("450 4.7.1"), "{codes:?}");
    let mut client = Client::connect_from(STRANGER, appliance.smtp())?;
    client.say("EHLO other.example")?;
    client.say(&format!("MAIL FROM:<{EVE}>"))?;
    let last = (0..3).map(|_| client.say(&format!("RCPT TO:<{CAROL}>"))).last();
    assert!(last.is_some_and(|it| it.is_ok_and(|it| it.is("450 4.7.1"))));
    for _ in 0..8 {
        let reply = tests::client::send(appliance.smtp(), ALICE, &[CAROL], &content)?;
        assert_eq!(reply.code, 250, "{reply:?}");
    }
    Ok(())
}
