//! What SMTP in offers beyond the basics, by real sockets.

use tests::{
    appliance::{Appliance, Setup},
    client::Client,
    mail,
    python::python,
};

use crate::{ALICE, BOB, CAROL, PATIENCE, RULES};

/// Opens a transaction for one recipient.
fn open(client: &mut Client, to: &str) -> anyhow::Result<()> {
    for line in [format!("MAIL FROM:<{ALICE}>"), format!("RCPT TO:<{to}>")] {
        let reply = client.say(&line)?;
        anyhow::ensure!(reply.code == 250, "{line}: {reply:?}");
    }
    Ok(())
}

#[test]
fn a_message_comes_in_chunks_as_it_comes_after_data() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    let mut client = Client::connect(appliance.smtp())?;
    assert!(client.say("EHLO mail.acme.example")?.text.contains("\nCHUNKING"));
    let content = mail::plain("chunks", ALICE, BOB, "Chunked", "one\r\n.\r\n..two");
    // Cut where it hurts, and every command in front of its reply.
    for size in [1, 7, 100, content.len()] {
        open(&mut client, BOB)?;
        let mut sent = Vec::new();
        let mut chunks = content.chunks(size).peekable();
        let mut count = 0;
        while let Some(chunk) = chunks.next() {
            let last = if chunks.peek().is_none() { " LAST" } else { "" };
            sent.extend_from_slice(format!("BDAT {}{last}\r\n", chunk.len()).as_bytes());
            sent.extend_from_slice(chunk);
            count += 1;
        }
        client.send(&sent)?;
        for number in 1..=count {
            let reply = client.reply()?;
            assert!(reply.is("250 2.6.0"), "{size}, chunk {number}: {reply:?}");
        }
    }
    let reply = client.message(ALICE, &[BOB], &content)?;
    assert_eq!(reply.code, 250, "{reply:?}");
    tests::wait::wait_until("five messages", PATIENCE, || appliance.sink().received().len() == 5)?;
    for received in appliance.sink().received() {
        let text = String::from_utf8(received.content)?;
        assert!(text.ends_with("one\r\n.\r\n..two\r\n"), "{text:?}");
    }
    Ok(())
}

#[test]
fn what_a_refused_chunk_holds_is_no_command() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    let smuggled = format!(
        "MAIL FROM:<{ALICE}>\r\nRCPT TO:<{CAROL}>\r\nDATA\r\nSubject: evil\r\n\r\nx\r\n.\r\n"
    );
    let length = smuggled.len();
    let mut client = Client::connect(appliance.smtp())?;
    client.say("EHLO mail.acme.example")?;
    client.send(format!("BDAT {length}\r\n{smuggled}NOOP\r\n").as_bytes())?;
    assert!(client.reply()?.is("503 5.5.1"));
    assert!(client.reply()?.is("250 2.0.0"));
    open(&mut client, BOB)?;
    // The first chunk has a bare line feed; what is behind it was sent before that was known.
    client.send(format!("BDAT 3\r\na\nbBDAT {length} LAST\r\n{smuggled}NOOP\r\n").as_bytes())?;
    assert!(client.reply()?.is("550 5.6.0"));
    assert!(client.reply()?.is("503 5.5.1"));
    assert!(client.reply()?.is("250 2.0.0"));
    // A message that is given up leaves nothing.
    open(&mut client, BOB)?;
    client.send(b"BDAT 5\r\nabc\r\nRSET\r\nNOOP\r\n")?;
    for _ in 0..3 {
        assert_eq!(client.reply()?.code, 250);
    }
    tests::wait::wait_until("no unfinished bodies", PATIENCE, || {
        let incoming = appliance.data().join("bodies/incoming");
        tests::search::files(&incoming).is_ok_and(|it| it.is_empty())
    })?;
    let reply = client.say("BDAT many")?;
    assert!(reply.is("501 5.5.4") && client.is_closed()?, "{reply:?}");
    assert!(appliance.sink().received().is_empty());
    Ok(())
}

#[test]
fn a_client_with_chunks_of_its_own_is_understood() -> anyhow::Result<()> {
    const SEND: &str = "
import smtplib, sys
content = b'Subject: From Python\\r\\n\\r\\n' + b'.line of text\\r\\n' * 20000
with smtplib.SMTP('127.0.0.1', int(sys.argv[1])) as client:
    client.ehlo('mail.acme.example')
    assert client.has_extn('chunking')
    print(client.mail(sys.argv[2])[0], client.rcpt(sys.argv[3])[0])
    while content:
        chunk, content = content[:100001], content[100001:]
        client.send(b'BDAT %d%s\\r\\n' % (len(chunk), b'' if content else b' LAST') + chunk)
        print(client.getreply()[0])
";
    let appliance = Setup::new(RULES).start()?;
    let port = appliance.smtp().port().to_string();
    assert_eq!(python(SEND, &[&port, ALICE, BOB])?.trim(), "250 250\n250\n250\n250\n250");
    let received = appliance.sink().wait_for(BOB, "From Python", PATIENCE)?;
    assert_eq!(String::from_utf8(received.content)?.matches("\r\n.line of text").count(), 20000);
    Ok(())
}

/// Sends a message to a recipient with parameters, and returns what it was answered.
fn wish(appliance: &Appliance, mail: &str, to: &str, rcpt: &str) -> anyhow::Result<()> {
    let mut client = Client::connect(appliance.smtp())?;
    assert!(client.say("EHLO mail.acme.example")?.text.contains("\nDSN"));
    let lines = [format!("MAIL FROM:<{ALICE}>{mail}"), format!("RCPT TO:<{to}>{rcpt}")];
    for line in &lines {
        let reply = client.say(line)?;
        anyhow::ensure!(reply.code == 250, "{line}: {reply:?}");
    }
    client.say("DATA")?;
    client.send(&tests::client::stuffed(&mail::plain("wish", ALICE, to, "Wish", "x")))?;
    let reply = client.reply()?;
    anyhow::ensure!(reply.code == 250, "{reply:?}");
    Ok(())
}

#[test]
fn a_sender_is_told_what_it_wants_to_be_told() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    let sink = appliance.sink();
    // The next hop does not report, so that it was handed on is told.
    let original = " NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;Bob+2B1@shop.example";
    wish(&appliance, " RET=FULL ENVID=QQ+2B314", BOB, original)?;
    let told = sink.wait_for(ALICE, "Action: relayed", PATIENCE)?;
    for text in [
        "Original-Envelope-Id: QQ+314\r\n",
        "Original-Recipient: rfc822; Bob+1@shop.example\r\n",
        "Status: 2.1.9\r\n",
    ] {
        assert!(told.contains(text), "{}", String::from_utf8_lossy(&told.content));
    }
    assert!(told.sender.is_empty() && !told.contains("Subject: Wish"));
    assert_eq!(sink.for_recipient(BOB)[0].envelope[1], format!("RCPT TO:<{BOB}>"));
    // Who never wants to be told is not told of a failure either; who says nothing is.
    sink.refuse(BOB, "550 5.1.1 Nobody");
    wish(&appliance, "", BOB, " NOTIFY=NEVER")?;
    appliance.wait_for_log("outcome=\"failed\"", 1)?;
    wish(&appliance, " ENVID=last", BOB, "")?;
    let told = sink.wait_for(ALICE, "Action: failed", PATIENCE)?;
    assert!(told.contains("Original-Envelope-Id: last\r\n"));
    assert_eq!(sink.for_recipient(ALICE).len(), 2);
    Ok(())
}

#[test]
fn a_next_hop_that_reports_is_told_what_to_report() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    appliance.sink().reports();
    wish(
        &appliance,
        " RET=HDRS ENVID=a+2Bb",
        BOB,
        " NOTIFY=SUCCESS,DELAY ORCPT=rfc822;o@x.example",
    )?;
    let received = appliance.sink().wait_for(BOB, "Subject: Wish", PATIENCE)?;
    let lines = [
        format!("MAIL FROM:<{ALICE}> RET=HDRS ENVID=a+2Bb"),
        format!("RCPT TO:<{BOB}> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;o@x.example"),
    ];
    assert_eq!(received.envelope, lines);
    appliance.wait_for_log("outcome=\"sent\"", 1)?;
    assert!(appliance.sink().for_recipient(ALICE).is_empty());
    Ok(())
}

#[test]
fn addresses_beyond_ascii_go_where_they_are_understood() -> anyhow::Result<()> {
    let zoe = "zo\u{eb}@shop.example";
    let appliance = Setup::new(RULES).start()?;
    let sink = appliance.sink();
    let take = |header: &str, to: &str| -> anyhow::Result<()> {
        let mut client = Client::connect(appliance.smtp())?;
        assert!(client.say("EHLO mail.acme.example")?.text.contains("\nSMTPUTF8"));
        let body = "SMTPUTF8 BODY=8BITMIME";
        for line in [format!("MAIL FROM:<{ALICE}> {body}"), format!("RCPT TO:<{to}>")] {
            let reply = client.say(&line)?;
            anyhow::ensure!(reply.code == 250, "{line}: {reply:?}");
        }
        client.say("DATA")?;
        client.send(&tests::client::stuffed(&mail::plain("utf8", ALICE, BOB, header, "x")))?;
        let reply = client.reply()?;
        anyhow::ensure!(reply.code == 250, "{reply:?}");
        Ok(())
    };
    // Nothing in it needs the extension, whatever its sender said.
    take("Plain", BOB)?;
    assert!(!sink.wait_for(BOB, "Plain", PATIENCE)?.envelope[0].contains("SMTPUTF8"));
    take("Address", zoe)?;
    let told = sink.wait_for(ALICE, "Status: 5.6.7", PATIENCE)?;
    assert!(told.contains("Final-Recipient: utf-8; zo\\x{EB}@shop.example"));
    take("Gr\u{fc}\u{df}e", BOB)?;
    sink.wait_for(ALICE, "Status: 5.6.9", PATIENCE)?;
    sink.utf8();
    take("Gr\u{fc}\u{df}e", zoe)?;
    let received = sink.wait_for(zoe, "Subject: Gr\u{fc}\u{df}e", PATIENCE)?;
    assert!(received.envelope[0].contains(" SMTPUTF8"), "{:?}", received.envelope);
    assert!(received.contains("with UTF8SMTP "), "{}", String::from_utf8_lossy(&received.content));
    Ok(())
}
