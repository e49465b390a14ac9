//! SMTP to the letter: sizes, order, lengths, pipelining.

use std::{
    net::TcpStream,
    time::{Duration, Instant},
};

use tests::{
    appliance::Setup,
    client::{Client, send},
    mail,
    python::python,
};

use crate::{ALICE, BOB, CAROL, PATIENCE, RULES};

/// Octets on the wire of the 1 MiB that the rules allow.
const WIRE_MAX: usize = 1_436_549;

#[test]
fn a_message_over_the_limit_is_refused_with_both_figures() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    let mut client = Client::connect(appliance.smtp())?;
    let offer = client.say("EHLO mail.acme.example")?;
    assert!(offer.text.contains(&format!("SIZE {WIRE_MAX}")), "{offer:?}");
    let figures = |octets: usize| {
        format!(
            "552 5.3.4 Message of {octets} octets is over the limit: {WIRE_MAX} octets as sent, \
             1048576 octets decoded"
        )
    };
    let declared = client.say("MAIL FROM:<alice@acme.example> SIZE=2000000")?;
    assert!(declared.is(&figures(2_000_000)), "{declared:?}");
    let mut large = mail::plain("large", ALICE, BOB, "Large", "x");
    while large.len() <= WIRE_MAX {
        large.extend_from_slice("0123456789abcdef".repeat(60).as_bytes());
        large.extend_from_slice(b"\r\n");
    }
    let sent = client.message(ALICE, &[BOB], &large)?;
    assert!(sent.is(&figures(large.len())), "{sent:?}");
    // The conversation goes on, and what fits is taken.
    large.truncate(1_000_000);
    let sent = client.message(ALICE, &[BOB], &large)?;
    assert_eq!(sent.code, 250, "{sent:?}");
    appliance.sink().wait_for(BOB, "Subject: Large", PATIENCE)?;
    assert_eq!(appliance.sink().received().len(), 1);
    Ok(())
}

#[test]
fn commands_out_of_order_are_refused() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    Client::connect(appliance.smtp())?.talk(
        "C: MAIL FROM:<alice@acme.example>
         S: 503 5.5.1
         C: EHLO
         S: 501
         C: HELO mail.acme.example
         S: 250
         C: RCPT TO:<bob@shop.example>
         S: 503 5.5.1
         C: DATA
         S: 503 5.5.1
         C: MAIL FROM:<alice@acme.example>
         S: 250
         C: MAIL FROM:<alice@acme.example>
         S: 503 5.5.1
         C: DATA
         S: 503 5.5.1
         C: RCPT TO:<bob@shop.example> RET=HDRS
         S: 555
         C: RCPT TO:bob@shop.example
         S: 501
         C: RCPT TO:<bob@shop.example>
         S: 250
         C: EHLO mail.acme.example
         S: 250 gateway.acme.example
         C: DATA
         S: 503 5.5.1
         C: MAIL FROM:<alice@acme.example> BODY=8BITMIME
         S: 250
         C: MAIL FROM:<alice@acme.example> SIZE=abc
         S: 50
         C: AUTH PLAIN AGEAYg==
         S: 502 5.5.1
         C: VRFY bob
         S: 252
         C: EXPN staff
         S: 502
         C: TURN
         S: 50
         C: QUIT
         S: 221",
    )
}

#[test]
fn long_lines_and_endless_mistakes_come_to_an_end() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    let mut client = Client::connect(appliance.smtp())?;
    client.say("EHLO mail.acme.example")?;
    let long = client.say(&format!("NOOP {}", "x".repeat(20_000)))?;
    assert!(long.is("500 5.5.2"), "{long:?}");
    let local = "l".repeat(300);
    let reply = client.say(&format!("MAIL FROM:<{local}@acme.example>"))?;
    assert!((500..560).contains(&reply.code), "{reply:?}");
    // A line of content may have 16 KiB, and not more.
    for (length, code) in [(16_000, 250), (17_000, 550)] {
        let content = mail::plain("long", ALICE, CAROL, "Long", &"y".repeat(length));
        let reply = client.message(ALICE, &[CAROL], &content)?;
        assert_eq!(reply.code, code, "{length}: {reply:?}");
    }
    let endless = vec![b'z'; 200_000];
    client.send(&endless).ok();
    let reply = client.reply()?;
    assert!(reply.is("500 5.5.2"), "{reply:?}");
    assert!(client.is_closed()?);

    let mut client = Client::connect(appliance.smtp())?;
    let last = (0..30).map_while(|_| client.say("WHAT").ok()).last();
    assert!(last.as_ref().is_some_and(|it| it.is("421 4.7.0")), "{last:?}");
    let mut client = Client::connect(appliance.smtp())?;
    let last = (0..300).map_while(|_| client.say("NOOP").ok()).last();
    assert!(last.as_ref().is_some_and(|it| it.is("421 4.7.0")), "{last:?}");
    Ok(())
}

#[test]
fn eight_bit_and_pipelining_work_for_a_real_client() -> anyhow::Result<()> {
    const SEND: &str = "
import smtplib, sys
from email.message import EmailMessage
from email.policy import SMTP
message = EmailMessage(policy=SMTP.clone(cte_type='8bit'))
message['From'], message['To'] = sys.argv[2], sys.argv[3]
message['Subject'] = 'Gr\u{fc}\u{df}e'
message.set_content('Gr\u{fc}\u{df}e aus K\u{f6}ln \u{1f680}\\n', cte='8bit')
message.add_attachment(bytes(range(256)), maintype='application', subtype='octet-stream', filename='\u{fc}.bin')
with smtplib.SMTP('127.0.0.1', int(sys.argv[1])) as client:
    client.ehlo('mail.acme.example')
    assert client.has_extn('8bitmime') and client.has_extn('pipelining')
    print(client.send_message(message, mail_options=['BODY=8BITMIME']))
";
    let appliance = Setup::new(RULES).start()?;
    let port = appliance.smtp().port().to_string();
    assert_eq!(python(SEND, &[&port, ALICE, BOB])?.trim(), "{}");
    let received = appliance.sink().wait_for(BOB, "aus K\u{f6}ln \u{1f680}", PATIENCE)?;
    assert!(mail::text(&received.content)?.contains("Gr\u{fc}\u{df}e aus K\u{f6}ln"));

    // Everything of two messages in one packet, as RFC 2920 allows up to DATA.
    let mut client = Client::connect(appliance.smtp())?;
    let envelope = format!("MAIL FROM:<{ALICE}>\r\nRCPT TO:<{CAROL}>\r\nDATA\r\n");
    client.send(format!("EHLO mail.acme.example\r\n{envelope}").as_bytes())?;
    let codes: Vec<u16> =
        (0..4).map(|_| client.reply().map(|it| it.code)).collect::<Result<_, _>>()?;
    assert_eq!(codes, [250, 250, 250, 354]);
    let content = "Subject: piped\r\n\r\nfirst\r\n.\r\n";
    client.send(format!("{content}{envelope}").as_bytes())?;
    let codes: Vec<u16> =
        (0..4).map(|_| client.reply().map(|it| it.code)).collect::<Result<_, _>>()?;
    assert_eq!(codes, [250, 250, 250, 354]);
    client.send(b"Subject: piped\r\n\r\nsecond\r\n.\r\nQUIT\r\n")?;
    assert_eq!((client.reply()?.code, client.reply()?.code), (250, 221));
    for text in ["first", "second"] {
        appliance.sink().wait_for(CAROL, text, PATIENCE)?;
    }
    Ok(())
}

#[test]
fn a_thousand_recipients_and_no_more() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    let mut client = Client::connect(appliance.smtp())?;
    client.say("EHLO mail.acme.example")?;
    client.say(&format!("MAIL FROM:<{ALICE}>"))?;
    let began = Instant::now();
    for number in 0..1000 {
        let reply = client.say(&format!("RCPT TO:<r{number}@acme.example>"))?;
        assert_eq!(reply.code, 250, "{number}: {reply:?}");
    }
    let reply = client.say("RCPT TO:<r1000@acme.example>")?;
    assert!(reply.is("452 4.5.3"), "{reply:?}");
    assert_eq!(client.say("DATA")?.code, 354);
    client.send(b"Subject: all\r\n\r\nto all\r\n.\r\n")?;
    let reply = client.reply()?;
    assert_eq!(reply.code, 250, "{reply:?}");
    tests::wait::wait_until("a thousand deliveries", Duration::from_secs(60), || {
        let got: usize = appliance.sink().received().iter().map(|it| it.recipients.len()).sum();
        got == 1000
    })?;
    let mut to: Vec<String> =
        appliance.sink().received().into_iter().flat_map(|it| it.recipients).collect();
    to.sort();
    to.dedup();
    assert_eq!(to.len(), 1000, "each of them once; {:?}", began.elapsed());
    Ok(())
}

#[test]
fn silent_peers_do_not_keep_others_out() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    // They say hello, open a message, send a few octets of it, and then nothing.
    let mut silent = Vec::new();
    for number in 0..100 {
        let mut client = Client::connect(appliance.smtp())?;
        if number % 2 == 0 {
            client.say("EHLO slow.example")?;
            client.envelope(ALICE, &[BOB])?;
            client.send(b"Subject: s")?;
        }
        silent.push(client);
    }
    let idle: Vec<TcpStream> =
        (0..100).map(|_| TcpStream::connect(appliance.smtp())).collect::<Result<_, _>>()?;
    let began = Instant::now();
    let content = mail::plain("quick", ALICE, CAROL, "Quick", "now");
    let reply = send(appliance.smtp(), ALICE, &[CAROL], &content)?;
    assert_eq!(reply.code, 250, "{reply:?}");
    appliance.sink().wait_for(CAROL, "Quick", PATIENCE)?;
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    drop((silent, idle));
    // What they had begun leaves nothing behind.
    tests::wait::wait_until("no unfinished bodies", PATIENCE, || {
        let incoming = appliance.data().join("bodies/incoming");
        tests::search::files(&incoming).is_ok_and(|it| it.is_empty())
    })
}
