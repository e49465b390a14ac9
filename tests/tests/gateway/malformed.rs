//! Malformed messages are answered, decided and survived.

use tests::{appliance::Setup, client::Client};

use crate::{ALICE, BOB, RULES};

/// A message with its name.
type Named = (&'static str, Vec<u8>);

fn typed(kind: &str, body: &str) -> String {
    format!("Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: {kind}\r\n\r\n{body}")
}

fn encoded(encoding: &str, body: &str) -> String {
    typed(&format!("text/plain\r\nContent-Transfer-Encoding: {encoding}"), body)
}

fn named(texts: Vec<(&'static str, String)>) -> Vec<Named> {
    texts.into_iter().map(|(name, text)| (name, text.into_bytes())).collect()
}

/// Structures that end nowhere, or too deep.
fn structures() -> Vec<Named> {
    let nested = (0..2_000).fold(String::new(), |text, level| {
        let inner = level + 1;
        let kind = format!("Content-Type: multipart/mixed; boundary=b{inner}");
        text + &format!("--b{level}\r\n{kind}\r\n\r\n")
    });
    let forwarded = "Content-Type: message/rfc822\r\n\r\n".repeat(1_500);
    let parts = "--p\r\nContent-Type: text/plain\r\n\r\na\r\n".repeat(20_000);
    let long = format!("multipart/mixed; boundary={}", "b".repeat(5_000));
    let two = "text/plain\r\nContent-Type: multipart/mixed; boundary=x";
    let mixed = "multipart/mixed; boundary=";
    named(vec![
        ("empty", String::new()),
        ("no header", "\r\n\r\n".to_owned()),
        ("header without an end", "Subject: never ends".to_owned()),
        ("only continuation lines", " a\r\n\tb\r\n c\r\n".to_owned()),
        ("a boundary that never comes", typed("multipart/mixed; boundary=q", "text\r\n")),
        ("a boundary without a name", typed("multipart/mixed", "--\r\n\r\nx\r\n----\r\n")),
        ("a boundary of 5,000 letters", typed(&long, "x\r\n")),
        ("two content types", typed(two, "--x\r\n\r\na\r\n")),
        ("nested 2,000 deep", typed(&format!("{mixed}b0"), &nested)),
        ("forwarded 1,500 times", format!("Subject: x\r\n{forwarded}end\r\n")),
        ("20,000 parts", typed(&format!("{mixed}p"), &parts)),
        ("header lines by the thousand", "X: y\r\n".repeat(20_000) + "\r\nbody\r\n"),
        ("30,000 people", format!("To: {}\r\n\r\nx", "a@b.example,\r\n ".repeat(30_000))),
    ])
}

/// Encodings and forms that say other than they are.
fn encodings() -> Vec<Named> {
    let open = "<div><table><b a='\r\n".repeat(5_000);
    let entities = "&#x110000;&#0;&notanentity;<!--\r\n".repeat(2_000);
    let endless = format!("text/plain{}", "; name*0*=utf-8''%FF%".repeat(300));
    let words = "Subject: =?utf-8?B?=?utf-8?Q?=?=?= =?x?Z?y?=\r\n\r\nx";
    let every: Vec<u8> = (1..=255_u8).filter(|it| ![b'\r', b'\n'].contains(it)).collect();
    let every = [b"X-All: ", every.as_slice(), b"\r\n\r\n", every.as_slice()].concat();
    let charset = b"Content-Type: text/plain; charset=utf-8\r\n\r\n\xe9\xff\xfe";
    let mut all = named(vec![
        ("base64 of anything", encoded("base64", "!!!=A==B===\r\n\u{fc}\r\n=")),
        ("quoted-printable cut off", encoded("quoted-printable", "=\r\n=G1=C3=\r\n=")),
        ("an encoding unheard of", encoded("rot13", "uryyb\r\n")),
        ("a charset unheard of", typed("text/plain; charset=\"klingon\\\"; x\"", "hello\r\n")),
        ("encoded words within encoded words", words.to_owned()),
        ("parameters without end", typed(&endless, "x")),
        ("html that never closes", typed("text/html", &open)),
        ("html of entities", typed("text/html", &entities)),
        ("uuencoded without an end", "\r\nbegin 644 x.bin\r\nM!!!!!\r\n".to_owned()),
        ("tnef by name alone", typed("application/ms-tnef; name=winmail.dat", "\u{1}\u{2}")),
    ]);
    all.push(("every octet in a header", every));
    all.push(("latin-1 that says utf-8", [&b"Subject: \xe9\r\n"[..], charset].concat()));
    all.push(("an octet of value 0", b"Subject: a\0b\r\n\r\nx\0".to_vec()));
    all
}

#[test]
fn every_malformed_message_is_answered_and_survived() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    let mut accepted: u64 = 0;
    for (name, content) in structures().into_iter().chain(encodings()) {
        let mut client = Client::connect(appliance.smtp())?;
        client.say("EHLO mail.acme.example")?;
        let reply = client.message(ALICE, &[BOB], &content)?;
        let refusal = name == "an octet of value 0";
        assert_eq!(reply.code, if refusal { 550 } else { 250 }, "{name}: {reply:?}");
        accepted = accepted.saturating_add(u64::from(!refusal));
    }
    // Each has its delivery, whatever became of it; each was decided.
    assert_eq!(appliance.count("select count(*) from message where kind = 'mail'")?, accepted);
    let undecided = "select count(*) from message where kind = 'mail' and decision is null";
    assert_eq!(appliance.count(undecided)?, 0);
    for event in ["role.ended", "role.stalled", "message.undecided"] {
        assert!(!appliance.log().contains(event), "{}", appliance.log());
    }
    Ok(())
}
