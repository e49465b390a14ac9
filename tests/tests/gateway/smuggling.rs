//! Only CRLF dot CRLF ends a message: a second one cannot be smuggled past us.

use tests::{
    appliance::{Appliance, Setup},
    client::Client,
    mail,
    python::python,
};

use crate::{ALICE, BOB, CAROL, PATIENCE, RULES};

/// Ends that some server somewhere takes for one. Each stands where the end of the first message
/// would be.
const ENDS: &[&str] = &[
    "\n.\n",
    "\n.\r\n",
    "\r\n.\n",
    "\r.\r",
    "\r.\r\n",
    "\r\n.\r",
    "\r\r.\r\r",
    "\n.\r",
    "\r.\n",
    "\r\n\0.\r\n",
    "\r\n.\0\r\n",
    "\r\n.\r\0\n",
    "\r\n\u{b}.\r\n",
    "\r\n. \r\n",
    "\r\n.\r\r\n",
    "\r\r\n.\r\n\0",
];

fn attempt(appliance: &Appliance, end: &str) -> anyhow::Result<()> {
    let mut client = Client::connect(appliance.smtp())?;
    client.say("EHLO mail.acme.example")?;
    let go_ahead = client.envelope(ALICE, &[CAROL])?;
    assert_eq!(go_ahead.code, 354, "{go_ahead:?}");
    let first = "Subject: outer\r\n\r\nouter";
    let second = format!(
        "MAIL FROM:<admin@acme.example>\r\nRCPT TO:<{BOB}>\r\nDATA\r\n\
         Subject: smuggled\r\n\r\nsmuggled\r\n.\r\nQUIT\r\n"
    );
    client.send(format!("{first}{end}{second}").as_bytes())?;
    let mut codes = Vec::new();
    while let Ok(reply) = client.reply() {
        codes.push(reply.code);
    }
    // One reply for one message, one for QUIT, however it was judged; a server that saw the end
    // would have answered MAIL, RCPT and DATA too.
    assert_eq!(codes.get(1..), Some(&[221][..]), "{end:?}: {codes:?}");
    Ok(())
}

#[test]
fn no_other_end_ends_a_message() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    for end in ENDS.iter().filter(|it| **it != "\r\r\n.\r\n\0") {
        attempt(&appliance, end)?;
    }
    // The real end: the same attempt is then two messages, so the attempt above can fail.
    assert!(attempt_is_seen(&appliance)?);
    appliance.sink().wait_for(BOB, "smuggled", PATIENCE)?;
    assert_eq!(appliance.sink().for_recipient(BOB).len(), 1, "only the honest one arrived");
    for received in appliance.sink().for_recipient(CAROL) {
        // What was taken as text of the outer message has no line end that is not CRLF.
        let text = String::from_utf8_lossy(&received.content).replace("\r\n", "");
        assert!(!text.contains(['\r', '\n', '\0']), "{text:?}");
    }
    Ok(())
}

fn attempt_is_seen(appliance: &Appliance) -> anyhow::Result<bool> {
    Ok(attempt_codes(appliance, "\r\n.\r\n")? == [250, 250, 250, 354, 250, 221])
}

fn attempt_codes(appliance: &Appliance, end: &str) -> anyhow::Result<Vec<u16>> {
    let mut client = Client::connect(appliance.smtp())?;
    client.say("EHLO mail.acme.example")?;
    client.envelope(ALICE, &[CAROL])?;
    client.send(format!("Subject: outer\r\n\r\nouter{end}").as_bytes())?;
    let mut codes = vec![client.reply()?.code];
    client.send(format!("MAIL FROM:<{ALICE}>\r\nRCPT TO:<{BOB}>\r\nDATA\r\n").as_bytes())?;
    for _ in 0..3 {
        codes.push(client.reply()?.code);
    }
    client.send(b"Subject: smuggled\r\n\r\nsmuggled\r\n.\r\nQUIT\r\n")?;
    codes.push(client.reply()?.code);
    codes.push(client.reply()?.code);
    Ok(codes)
}

#[test]
fn bare_line_ends_in_commands_close_the_conversation() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    for octets in [&b"NOOP\n"[..], b"NOOP\rNOOP\r\n"] {
        let mut client = Client::connect(appliance.smtp())?;
        client.say("EHLO mail.acme.example")?;
        client.send(octets)?;
        let reply = client.reply()?;
        assert!(reply.is("521 5.5.2"), "{reply:?}");
        assert!(client.is_closed()?);
    }
    Ok(())
}

/// Sends commands behind STARTTLS in the same packet, then shakes hands: a server that keeps them
/// would answer them under TLS (CVE-2011-0411).
const INJECT: &str = "
import socket, ssl, sys
plain = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
plain.settimeout(10)
plain.recv(1000)
plain.sendall(b'EHLO mail.acme.example\\r\\n')
plain.recv(1000)
plain.sendall(b'STARTTLS\\r\\nMAIL FROM:<injected@acme.example>\\r\\n')
answer = b''
while not answer.endswith(b'\\n'):
    answer += plain.recv(1000)
print(answer.decode().strip())
context = ssl.create_default_context(cafile=sys.argv[2])
secured = context.wrap_socket(plain, server_hostname='gateway.acme.example')
def say(line):
    secured.sendall(line + b'\\r\\n')
    return secured.recv(1000).decode().strip().splitlines()[-1]
print(say(b'RCPT TO:<bob@shop.example>'))
print(say(b'EHLO mail.acme.example'))
print(say(b'RCPT TO:<bob@shop.example>'))
print(say(b'STARTTLS'))
print(secured.version())
";

#[test]
fn nothing_said_before_tls_counts_under_it() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    let port = appliance.smtp().port().to_string();
    let authority = appliance.data().join("authority.pem").display().to_string();
    let printed = python(INJECT, &[&port, &authority])?;
    let lines: Vec<&str> = printed.lines().collect();
    let starts =
        ["220 2.0.0", "503 5.5.1 Send EHLO", "250 ", "503 5.5.1 Bad sequence", "503 5.5.1 TLS"];
    assert_eq!(lines.len(), 6, "{printed}");
    for (line, start) in lines.iter().zip(starts) {
        assert!(line.starts_with(start), "expected `{start}`, got `{line}`\n{printed}");
    }
    assert_eq!(lines.last(), Some(&"TLSv1.3"), "{printed}");
    let told = mail::plain("x", ALICE, BOB, "after", "x");
    assert_eq!(tests::client::send(appliance.smtp(), ALICE, &[BOB], &told)?.code, 250);
    Ok(())
}
