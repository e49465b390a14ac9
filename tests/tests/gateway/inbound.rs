//! What SMTP in offers beyond the basics, by real sockets.

use tests::{appliance::Setup, client::Client, mail, python::python};

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
