//! Command lines, well-formed and hostile, and what is made of them.

use proptest::prelude::*;

use super::*;

/// A command in short, or the code and status of its refusal.
fn short(line: &[u8]) -> String {
    match Command::parse(line) {
        Ok(Command::Mail(mail)) => {
            let sender = mail.sender.address().map(ToString::to_string).unwrap_or_default();
            format!("mail <{sender}> {:?} {:?}", mail.body, mail.declared_octets)
        }
        Ok(Command::Rcpt(Recipient { path: ForwardPath::Mailbox(address), is_ascii, .. })) => {
            format!("rcpt <{address}>{}", if is_ascii { "" } else { " utf8" })
        }
        Ok(Command::Rcpt(Recipient { path: ForwardPath::Postmaster, .. })) => {
            "postmaster".to_owned()
        }
        Ok(Command::Ehlo(name)) => format!("ehlo {}", name.as_str()),
        Ok(Command::Helo(name)) => format!("helo {}", name.as_str()),
        Ok(command) => format!("{command:?}"),
        Err(error) => error.reply().to_string().split(' ').take(2).collect::<Vec<_>>().join(" "),
    }
}

#[track_caller]
fn check(line: &str, expected: &str) {
    assert_eq!(short(line.as_bytes()), expected, "{line:?}");
}

#[test]
fn commands() {
    check("EHLO a.example", "ehlo a.example");
    check("ehlo [192.0.2.1]", "ehlo [192.0.2.1]");
    check("HELO [IPv6:2001:db8::1]", "helo [IPv6:2001:db8::1]");
    check("HELO my_pc", "helo my_pc");
    check("MAIL FROM:<a@b.example>", "mail <a@b.example> SevenBit None");
    check("mail from:<>", "mail <> SevenBit None");
    check("MAIL FROM: <a@b.example>", "mail <a@b.example> SevenBit None");
    check(
        "MAIL FROM:<a@b.example> SIZE=9 BODY=8BITMIME AUTH=<>",
        "mail <a@b.example> EightBit Some(9)",
    );
    check("RCPT TO:<\"a b\"@c.example>", "rcpt <\"a b\"@c.example>");
    check("RCPT TO:<Postmaster>", "postmaster");
    check("MAIL FROM:<é@bücher.example> SMTPUTF8", "mail <é@xn--bcher-kva.example> SevenBit None");
    check("RCPT TO:<é@b.example>", "rcpt <é@b.example> utf8");
    check("DATA", "Data");
    check("DATA ", "Data");
    check("BDAT 10 LAST", "Bdat(Chunk { octets: 10, last: true })");
    check("bdat 0 last", "Bdat(Chunk { octets: 0, last: true })");
    check("BDAT 18446744073709551615", "Bdat(Chunk { octets: 18446744073709551615, last: false })");
    check("rset", "Rset");
    check("NOOP anything", "Noop");
    check("QUIT", "Quit");
    check("VRFY bob", "Vrfy");
    check("HELP", "Help");
    check("STARTTLS", "StartTls");
    check("AUTH PLAIN", "Auth(Exchange(Plain))");
    check("AUTH LOGIN", "Auth(Exchange(LoginUser))");
    check("AUTH PLAIN AGJvYgB0dWxpcA==", "Auth(Exchange(Given))");
}

#[test]
fn refusals() {
    check("", "500 5.5.1");
    check(" EHLO a", "500 5.5.1");
    check("HELLO", "500 5.5.1");
    check("GET / HTTP/1.1", "521 5.5.1");
    for line in [
        "BDAT",
        "BDAT ",
        "BDAT -1",
        "BDAT +1",
        "BDAT 1 FIRST",
        "BDAT 1  LAST",
        "BDAT 1 LAST 2",
        "BDAT 0x10",
        "BDAT 99999999999999999999",
        "BDAT 1\t",
        "BDATA 1",
        "BDAT 1 \u{e9}",
    ] {
        check(line, "501 5.5.4");
    }
    check(&format!("BDAT 1{}", " ".repeat(600)), "501 5.5.4");
    check("EXPN staff", "502 5.5.1");
    check("EHLO", "501 5.5.4");
    check("EHLO a b", "501 5.5.4");
    check("EHLO a(b)", "501 5.5.4");
    check(&format!("EHLO {}", "a".repeat(256)), "501 5.5.4");
    check("VRFY", "501 5.5.2");
    check("DATA now", "501 5.5.4");
    check("QUIT 1", "501 5.5.4");
    check("STARTTLS x", "501 5.5.4");
    check("MAIL", "501 5.5.2");
    check("MAIL FROM", "501 5.5.2");
    check("MAIL FROM <a@b.example>", "501 5.5.2");
    check("MAIL FROM :<a@b.example>", "501 5.5.2");
    check("MAIL TO:<a@b.example>", "501 5.5.2");
    check("MAIL FROM:a@b.example", "501 5.1.7");
    check("MAIL FROM:<a@b.example", "501 5.1.7");
    check("MAIL FROM:<a>", "501 5.1.7");
    check("MAIL FROM:<a@>", "501 5.1.7");
    check("MAIL FROM:<@b.example>", "501 5.1.7");
    check("MAIL FROM:<a@b.example>SIZE=1", "501 5.5.4");
    check("MAIL FROM:<a@b.example> SIZE=x", "501 5.5.4");
    check("MAIL FROM:<é@b.example>", "553 5.6.7");
    check("MAIL FROM:<a@é.example> BODY=8BITMIME", "553 5.6.7");
    check("MAIL FROM:<é@b.example> SMTPUTF8=1", "501 5.5.4");
    check("MAIL FROM:<a@b.example> SMTPUTF8é", "501 5.5.4");
    check("RCPT TO:<>", "501 5.1.3");
    check("RCPT TO:<a@b..example>", "501 5.1.3");
    check("RCPT TO:<a@[192.0.2.1]>", "501 5.1.3");
    check("RCPT TO:<a@b.example> NOTIFY=NOW", "501 5.5.4");
    check("RCPT TO:<a@b.example> RET=HDRS", "555 5.5.4");
    check("AUTH", "501 5.5.2");
    check("AUTH NTLM", "504 5.5.4");
    check("AUTH PLAIN !", "501 5.5.2");
}

#[test]
fn octets_that_no_command_has() {
    check("NOOP \0", "500 5.5.2");
    check("NOOP \u{1b}[2J", "500 5.5.2");
    check("NOOP é", "500 5.5.2");
    check("RCPT TO:<a\t@b.example>", "500 5.5.2");
    assert_eq!(short(b"RCPT TO:<\xff@b.example>"), "500 5.5.2");
}

#[test]
fn some_commands_are_waited_for() {
    for line in ["EHLO a.example", "data", "NOOP x", "StartTLS", "AUTH LOGIN", "VRFY bob"] {
        assert!(must_wait_after(line.as_bytes()), "{line}");
    }
    for line in ["MAIL FROM:<>", "RCPT TO:<a@b.example>", "RSET", "BDAT 1", "QUIT", "DATABASE"] {
        assert!(!must_wait_after(line.as_bytes()), "{line}");
    }
}

#[test]
fn lengths() {
    let noop = |octets: usize| format!("NOOP {}", "x".repeat(octets - "NOOP \r\n".len()));
    check(&noop(COMMAND_LINE_OCTETS_MAX), "Noop");
    check(&noop(COMMAND_LINE_OCTETS_MAX + 1), "500 5.5.2");
    let claim = "x".repeat(400);
    check(
        &format!("MAIL FROM:<a@b.example> SIZE=1 AUTH={claim}@c.example"),
        "501 5.5.4", // the claimed address is too long, the line is not
    );
    check(&format!("MAIL FROM:<a@b.example> X={}", "x".repeat(1_200)), "500 5.5.2");
    check(&format!("AUTH PLAIN {}", "A".repeat(2_000)), "501 5.5.2");
}

proptest! {
    #[test]
    fn a_reply_is_clean_whatever_the_line(line in proptest::collection::vec(any::<u8>(), 0..600)) {
        if let Err(error) = Command::parse(&line) {
            let reply = error.reply().to_bytes();
            let text = reply.strip_suffix(b"\r\n").unwrap();
            prop_assert!(text.iter().all(|octet| (b' '..=b'~').contains(octet)));
            prop_assert!((500..=555).contains(&error.reply().code()));
        }
    }

    #[test]
    fn what_looks_like_a_command_never_panics(
        line in "(MAIL FROM|RCPT TO|AUTH|EHLO|VRFY)[: ][<@a.\"\\\\>=+ ,é\u{0}-]{0,20}( [A-Z0-9=]{0,8}){0,3}",
    ) {
        let _: Result<_, _> = Command::parse(line.as_bytes());
    }
}
