//! Whole conversations as transcripts: `S:` is what the server says, `C:` what the client must send.

use grammar::literal::{Address, Domain};
use proptest::prelude::*;

use super::*;
use crate::smtp::{
    credentials::Credentials,
    dsn::{EnvelopeId, MailWish, Notify, OriginalRecipient, Returned},
    path::ReversePath,
    server::Body,
};

struct Driver {
    client: Client,
    reader: ReplyReader,
    effect: Effect,
    sent: String,
}

impl Driver {
    fn new(settings: Settings) -> Self {
        let (client, effect) = Client::new(settings);
        Self { client, reader: ReplyReader::new(), effect, sent: String::new() }
    }

    fn step(&mut self, input: Input) {
        let (placeholder, _) = Client::new(settings(TlsPolicy::Never));
        let (client, effect) = std::mem::replace(&mut self.client, placeholder).step(input);
        self.client = client;
        if let Effect::Send(octets) = &effect {
            self.sent.push_str(std::str::from_utf8(octets).unwrap());
        }
        self.effect = effect;
    }

    fn hear(&mut self, mut octets: &[u8]) {
        while !octets.is_empty() {
            match self.reader.feed(octets) {
                Ok((used, reply)) => {
                    octets = &octets[used..];
                    if let Some(reply) = reply {
                        self.step(Input::Reply(reply));
                    }
                }
                Err(_) => return self.step(Input::Lost),
            }
        }
    }

    /// Answers an instruction in brackets, or checks what it says about the last effect.
    #[track_caller]
    fn direct(&mut self, words: &str) {
        let (verb, rest) = words.split_once(' ').unwrap_or((words, ""));
        match verb {
            "message" => self.step(Input::Message(job(rest, Body::SevenBit))),
            "required" => {
                let wish = MailWish { requires_tls: true, ..MailWish::default() };
                self.step(Input::Message(Job { wish, ..job(rest, Body::SevenBit) }));
            }
            "8bit" => self.step(Input::Message(job(rest, Body::EightBit))),
            "probe" => self.step(Input::Probe(job(rest, Body::SevenBit))),
            "quit" => self.step(Input::Quit),
            "lost" => self.step(Input::Lost),
            "tls" => {
                assert_eq!(self.effect, Effect::StartTls);
                self.step(Input::TlsStarted);
            }
            "content" => {
                assert_eq!(self.effect, Effect::Content);
                self.step(Input::ContentSent);
            }
            "ready" => assert_eq!(self.effect, Effect::Ready),
            "close" => assert_eq!(self.effect, Effect::Close),
            "done" | "failed" => assert_eq!(told(&self.effect), words),
            _ => panic!("unknown instruction {words:?}"),
        }
    }
}

/// The effect that ends something, in short.
fn told(effect: &Effect) -> String {
    match effect {
        Effect::Done(outcomes, after) => {
            let outcomes: Vec<String> = outcomes
                .iter()
                .map(|outcome| match outcome {
                    Outcome::Delivered(reply) => format!("delivered {reply}"),
                    Outcome::Permanent(reply) => format!("permanent {reply}"),
                    Outcome::Temporary(reply) => format!("temporary {reply}"),
                })
                .collect();
            format!("done {} | {after:?}", outcomes.join(" | "))
        }
        Effect::Failed(failure) => format!("failed {failure}"),
        Effect::Close
        | Effect::Content
        | Effect::Read
        | Effect::Ready
        | Effect::Send(_)
        | Effect::StartTls => format!("{effect:?}"),
    }
}

fn job(addresses: &str, body: Body) -> Job {
    let mut addresses = addresses.split(' ');
    let sender = match addresses.next().unwrap() {
        "<>" => ReversePath::Null,
        sender => ReversePath::Mailbox(Address::parse(sender).unwrap()),
    };
    let recipients = addresses.map(|it| Address::parse(it).unwrap().into()).collect();
    Job { sender, recipients, body, octets: 100, utf8: false, wish: MailWish::default() }
}

fn settings(tls: TlsPolicy) -> Settings {
    Settings { helo: Domain::parse("mx.ours.example").unwrap(), tls, credentials: None }
}

fn with_login(tls: TlsPolicy) -> Settings {
    let credentials = Credentials::new("bob".to_owned(), "tulip".to_owned());
    Settings { credentials: Some(credentials), ..settings(tls) }
}

#[track_caller]
fn check_with(settings: Settings, transcript: &str) {
    let mut driver = Driver::new(settings);
    assert_eq!(driver.effect, Effect::Read);
    for line in transcript.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some(said) = line.strip_prefix("S: ") {
            assert_eq!(driver.sent, "", "unexpected before {line:?}");
            driver.hear(format!("{said}\r\n").as_bytes());
        } else if let Some(expected) = line.strip_prefix("C: ") {
            let (sent, rest) = driver.sent.split_once("\r\n").unwrap_or(("(nothing)", ""));
            assert_eq!(sent, expected);
            driver.sent = rest.to_owned();
        } else {
            assert_eq!(driver.sent, "", "unexpected before {line:?}");
            driver.direct(line.strip_prefix('(').and_then(|it| it.strip_suffix(')')).unwrap());
        }
    }
    assert_eq!(driver.sent, "");
}

#[track_caller]
fn check(transcript: &str) {
    check_with(settings(TlsPolicy::Opportunistic), transcript);
}

#[test]
fn two_messages_over_one_connection() {
    check(
        "S: 220-mx.other.example
         S: 220 ESMTP
         C: EHLO mx.ours.example
         S: 250-mx.other.example
         S: 250-SIZE 1000
         S: 250 8BITMIME
         (ready)
         (message a@ours.example one@other.example)
         C: MAIL FROM:<a@ours.example> SIZE=100
         S: 250 2.1.0 Ok
         C: RCPT TO:<one@other.example>
         S: 250 2.1.5 Ok
         C: DATA
         S: 354 Go
         (content)
         S: 250 2.0.0 queued as 1
         (done delivered 250 2.0.0 queued as 1 | Ready)
         (8bit <> one@other.example)
         C: MAIL FROM:<> SIZE=100 BODY=8BITMIME
         S: 250 2.1.0 Ok
         C: RCPT TO:<one@other.example>
         S: 250 2.1.5 Ok
         C: DATA
         S: 354 Go
         (content)
         S: 451 4.3.0 Full
         (done temporary 451 4.3.0 Full | Ready)
         (quit)
         C: QUIT
         S: 221 2.0.0 Bye
         (close)",
    );
}

const PIPELINING: &str = "S: 220 mx
     C: EHLO mx.ours.example
     S: 250-mx
     S: 250 PIPELINING
     (ready)
     (message a@ours.example one@other.example two@other.example)
     C: MAIL FROM:<a@ours.example>
     C: RCPT TO:<one@other.example>
     C: RCPT TO:<two@other.example>
     C: DATA
     ";

#[test]
fn a_pipelined_message_has_an_outcome_for_each_recipient() {
    check(&format!(
        "{PIPELINING}
         S: 250 Ok
         S: 250 Ok
         S: 550-5.1.1 No
         S: 550 5.1.1 such user
         S: 354 Go
         (content)
         S: 250 Ok
         (done delivered 250 Ok | permanent 550 5.1.1 No 5.1.1 such user | Ready)"
    ));
}

#[test]
fn a_refused_sender_is_the_outcome_of_all() {
    check(&format!(
        "{PIPELINING}
         S: 550 5.7.1 Go away
         S: 503 5.5.1 MAIL first
         S: 503 5.5.1 MAIL first
         S: 503 5.5.1 MAIL first
         (done permanent 550 5.7.1 Go away | permanent 550 5.7.1 Go away | Ready)
         (message a@ours.example three@other.example)
         C: RSET
         C: MAIL FROM:<a@ours.example>
         C: RCPT TO:<three@other.example>
         C: DATA
         S: 250 Ok
         S: 250 Ok
         S: 250 Ok
         S: 354 Go
         (content)
         S: 250 Ok
         (done delivered 250 Ok | Ready)"
    ));
}

#[test]
fn data_accepted_for_nobody_gets_an_empty_message() {
    check(&format!(
        "{PIPELINING}
         S: 250 Ok
         S: 550 No
         S: 452 Full
         S: 354 Go
         C: .
         S: 554 No recipients
         (done permanent 550 No | temporary 452 Full | Ready)"
    ));
}

#[test]
fn without_pipelining_nothing_is_sent_in_vain() {
    check(
        "S: 220 mx
         C: EHLO mx.ours.example
         S: 250 mx
         (message a@ours.example one@other.example two@other.example)
         C: MAIL FROM:<a@ours.example>
         S: 250 Ok
         C: RCPT TO:<one@other.example>
         S: 550 No
         C: RCPT TO:<two@other.example>
         S: 552 Too many
         (done permanent 550 No | temporary 552 Too many | Ready)",
    );
}

#[test]
fn a_refused_data_command_concerns_who_was_accepted() {
    check(&format!(
        "{PIPELINING}
         S: 250 Ok
         S: 550 No
         S: 250 Ok
         S: 451 Not now
         (done permanent 550 No | temporary 451 Not now | Ready)"
    ));
}

#[test]
fn a_server_that_leaves_gives_what_it_said_so_far() {
    check(&format!(
        "{PIPELINING}
         S: 250 Ok
         S: 550 No
         S: 421 4.3.2 Shutting down
         (done permanent 550 No | temporary 421 4.3.2 Shutting down | Close)"
    ));
    check(&format!(
        "{PIPELINING}
         S: 250 Ok
         S: 250 Ok
         S: 550 No
         S: 354 Go
         (content)
         (lost)
         (done temporary 421 4.4.2 Connection lost | permanent 550 No | Close)"
    ));
    check(&format!(
        "{PIPELINING}
         S: 250 Ok
         S: hello there
         (done temporary 421 4.4.2 Connection lost | temporary 421 4.4.2 Connection lost | Close)"
    ));
}

#[test]
fn a_reply_before_the_final_dot_is_out_of_step() {
    check(&format!(
        "{PIPELINING}
         S: 250 Ok
         S: 250 Ok
         S: 250 Ok
         S: 354 Go
         S: 250 Ok
         (done temporary 421 4.4.2 Connection lost | temporary 421 4.4.2 Connection lost | Close)"
    ));
}

#[test]
fn who_is_asked_about_gets_nothing() {
    check(
        "S: 220 mx
         C: EHLO mx.ours.example
         S: 250 mx
         (probe a@ours.example one@other.example two@other.example)
         C: MAIL FROM:<a@ours.example>
         S: 250 Ok
         C: RCPT TO:<one@other.example>
         S: 550 5.1.1 Nobody
         C: RCPT TO:<two@other.example>
         S: 250 2.1.5 Ok
         (done permanent 550 5.1.1 Nobody | delivered 250 2.1.5 Ok | Ready)
         (message a@ours.example one@other.example)
         C: RSET",
    );
    check(
        "S: 220 mx
         C: EHLO mx.ours.example
         S: 250-mx
         S: 250 PIPELINING
         (probe a@ours.example one@other.example two@other.example)
         C: MAIL FROM:<a@ours.example>
         C: RCPT TO:<one@other.example>
         C: RCPT TO:<two@other.example>
         S: 250 Ok
         S: 250 2.1.5 Ok
         S: 450 4.2.0 Later
         (done delivered 250 2.1.5 Ok | temporary 450 4.2.0 Later | Ready)",
    );
}

#[test]
fn what_the_server_cannot_take_is_not_sent() {
    check(
        "S: 220 mx
         C: EHLO mx.ours.example
         S: 250-mx
         S: 250 SIZE 99
         (message a@ours.example one@other.example)
         (done permanent 552 5.3.4 Message is larger than the next server takes | Ready)
         (8bit a@ours.example one@other.example)
         (done permanent 552 5.3.4 Message is larger than the next server takes | Ready)",
    );
    check(
        "S: 220 mx
         C: EHLO mx.ours.example
         S: 250 mx
         (8bit a@ours.example one@other.example)
         (done permanent 554 5.6.3 The next server does not take 8-bit content | Ready)
         (message a@ours.example é@other.example one@other.example)
         C: MAIL FROM:<a@ours.example>
         S: 250 Ok
         C: RCPT TO:<one@other.example>
         S: 250 Ok
         C: DATA
         S: 354 Go
         (content)
         S: 250 Ok
         (done permanent 553 5.6.7 Address cannot be written without SMTPUTF8 | delivered 250 Ok | Ready)",
    );
}

const TLS: &str = "S: 220 mx
     C: EHLO mx.ours.example
     S: 250-mx
     S: 250-AUTH PLAIN LOGIN
     S: 250 STARTTLS
     C: STARTTLS
     ";

#[test]
fn what_requires_tls_goes_where_that_is_understood_only() {
    check_with(
        settings(TlsPolicy::Required),
        &format!(
            "{TLS}
             S: 220 Go
             (tls)
             C: EHLO mx.ours.example
             S: 250-mx
             S: 250 REQUIRETLS
             (ready)
             (required a@ours.example one@other.example)
             C: MAIL FROM:<a@ours.example> REQUIRETLS
             S: 250 2.1.0 Ok
             C: RCPT TO:<one@other.example>
             S: 550 5.1.1 No
             (done permanent 550 5.1.1 No | Ready)"
        ),
    );
    // Neither is an offer in clear one.
    for (policy, greeting) in [
        (
            TlsPolicy::Required,
            format!("{TLS}\nS: 220 Go\n(tls)\nC: EHLO mx.ours.example\nS: 250 mx"),
        ),
        (
            TlsPolicy::Never,
            "S: 220 mx\nC: EHLO mx.ours.example\nS: 250-mx\nS: 250 REQUIRETLS".to_owned(),
        ),
    ] {
        check_with(
            settings(policy),
            &format!(
                "{greeting}
                 (ready)
                 (required a@ours.example one@other.example)
                 (done permanent 550 5.7.30 The next server does not support REQUIRETLS | Ready)"
            ),
        );
    }
}

#[test]
fn tls_starts_the_conversation_anew() {
    check_with(
        with_login(TlsPolicy::Required),
        &format!(
            "{TLS}
             S: 220 Go
             (tls)
             C: EHLO mx.ours.example
             S: 250-mx
             S: 250-AUTH PLAIN LOGIN
             S: 250 STARTTLS
             C: AUTH PLAIN AGJvYgB0dWxpcA==
             S: 235 Ok
             (ready)"
        ),
    );
}

#[test]
fn an_offer_made_before_tls_does_not_count_after_it() {
    check_with(
        with_login(TlsPolicy::Required),
        &format!(
            "{TLS}
             S: 220 Go
             (tls)
             C: EHLO mx.ours.example
             S: 250 mx
             (failed the server offers no AUTH that is known here)"
        ),
    );
}

#[test]
fn an_offer_made_before_tls_does_not_count_without_one_after_it() {
    check(
        "S: 220 mx
         C: EHLO mx.ours.example
         S: 250-mx
         S: 250-SIZE 10
         S: 250-PIPELINING
         S: 250 STARTTLS
         C: STARTTLS
         S: 220 Go
         (tls)
         C: EHLO mx.ours.example
         S: 502 What
         C: HELO mx.ours.example
         S: 250 mx
         (ready)
         (message a@ours.example one@other.example)
         C: MAIL FROM:<a@ours.example>
         S: 550 No
         (done permanent 550 No | Ready)",
    );
}

#[test]
fn login_answers_two_challenges() {
    check_with(
        with_login(TlsPolicy::Opportunistic),
        &format!(
            "{TLS}
             S: 220 Go
             (tls)
             C: EHLO mx.ours.example
             S: 250-mx
             S: 250 AUTH LOGIN
             C: AUTH LOGIN
             S: 334 VXNlcm5hbWU6
             C: Ym9i
             S: 334 UGFzc3dvcmQ6
             C: dHVsaXA=
             S: 535 5.7.8 No
             (failed the server refuses the credentials: 535 5.7.8 No)"
        ),
    );
}

#[test]
fn no_password_leaves_in_clear() {
    check_with(
        with_login(TlsPolicy::Opportunistic),
        "S: 220 mx
         C: EHLO mx.ours.example
         S: 250-mx
         S: 250 AUTH PLAIN
         (failed the server offers no TLS)",
    );
    check_with(
        with_login(TlsPolicy::Opportunistic),
        &format!("{TLS} S: 454 Not now\n (failed the server offers no TLS)"),
    );
}

#[test]
fn required_tls_is_not_given_up() {
    let required = || settings(TlsPolicy::Required);
    check_with(
        required(),
        "S: 220 mx
         C: EHLO mx.ours.example
         S: 250 mx
         (failed the server offers no TLS)",
    );
    check_with(required(), &format!("{TLS} S: 454 Not now\n (failed the server offers no TLS)"));
    check_with(required(), &format!("{TLS} S: 220 Go\n (lost)\n (failed the connection was lost)"));
    // Refusing EHLO is no way round it.
    check_with(
        required(),
        "S: 220 mx
         C: EHLO mx.ours.example
         S: 502 What
         C: HELO mx.ours.example
         S: 250 mx
         (failed the server offers no TLS)",
    );
}

#[test]
fn tls_that_is_wanted_only_can_be_refused() {
    check(&format!("{TLS} S: 454 Not now\n (ready)"));
}

#[test]
fn servers_that_do_not_want_to_talk() {
    check("S: 554 No\n (failed the server refuses to talk: 554 No)");
    check("S: 421 Later\n (failed the server refuses to talk: 421 Later)");
    check("S: 250 Odd\n (failed the server refuses to talk: 250 Odd)");
    check("S: \u{1b}\n (failed the connection was lost)");
    check(
        "S: 220 mx\n C: EHLO mx.ours.example\n S: 450 x\n (failed the server refuses to talk: 450 x)",
    );
}

#[test]
fn many_recipients_go_out_in_groups() {
    let mut driver = Driver::new(settings(TlsPolicy::Never));
    driver.hear(b"220 mx\r\n250-mx\r\n250 PIPELINING\r\n");
    let recipients: Vec<String> = (0..120).map(|index| format!("r{index}@x.example")).collect();
    driver.sent.clear();
    driver.step(Input::Message(job(&format!("<> {}", recipients.join(" ")), Body::SevenBit)));
    let mut groups = Vec::new();
    while !driver.sent.is_empty() {
        let commands = std::mem::take(&mut driver.sent);
        groups.push(commands.lines().count());
        for command in commands.lines() {
            let reply: &[u8] = if command == "DATA" { b"354 Go\r\n" } else { b"250 Ok\r\n" };
            driver.hear(reply);
        }
    }
    assert_eq!(groups, [50, 50, 22]);
    assert_eq!(driver.effect, Effect::Content);
}

#[test]
fn status_codes_are_read_from_the_text() {
    let status =
        |text: &str| Reply::new(550, [text.as_bytes()]).status().map(|status| status.to_string());
    assert_eq!(status("5.1.1 No"), Some("5.1.1".to_owned()));
    assert_eq!(status("5.12.345"), Some("5.12.345".to_owned()));
    for text in ["", "No", "4.1.1 No", "5.1", "5.1.1.1", "5.+1.1", "5.1.1111", "5.1.x"] {
        assert_eq!(status(text), None, "{text}");
    }
}

proptest! {
    /// Whatever a server says, each recipient has one outcome once the message is over, and
    /// nobody's is a success unless a 2xx followed the final dot.
    #[test]
    fn nonsense_from_the_server_loses_no_recipient(
        replies in proptest::collection::vec(
            prop_oneof![Just(220), Just(250), Just(354), Just(450), Just(550), Just(421), 200..600_u16],
            0..14),
        pipelining in any::<bool>(),
    ) {
        let mut driver = Driver::new(settings(TlsPolicy::Never));
        driver.hear(b"220 mx\r\n");
        driver.hear(if pipelining { b"250-mx\r\n250 PIPELINING\r\n" } else { b"250 mx\r\n" });
        driver.step(Input::Message(job("<> a@x.example b@x.example", Body::SevenBit)));
        let mut final_code = None;
        for code in replies {
            if driver.effect == Effect::Content {
                driver.step(Input::ContentSent);
                final_code = Some(code);
            }
            if matches!(driver.effect, Effect::Done(..)) {
                break;
            }
            driver.step(Input::Reply(Reply::new(code, [&b"x"[..]])));
        }
        if !matches!(driver.effect, Effect::Done(..)) {
            driver.step(Input::Lost);
        }
        let Effect::Done(outcomes, _) = &driver.effect else { panic!("{:?}", driver.effect) };
        prop_assert_eq!(outcomes.len(), 2);
        let delivered = outcomes.iter().any(|it| matches!(it, Outcome::Delivered(_)));
        prop_assert!(!delivered || final_code.is_some_and(|code| code / 100 == 2));
    }
}

#[test]
fn wishes_are_handed_on_where_they_are_taken() {
    for (offer, mail, rcpt) in [
        ("250-DSN\r\n", " RET=HDRS ENVID=a+2Bb", " NOTIFY=SUCCESS,DELAY ORCPT=rfc822;o@x.example"),
        ("", "", ""),
    ] {
        let (client, _) = Client::new(settings(TlsPolicy::Never));
        let hear = |client: Client, text: &str| {
            let mut reader = ReplyReader::default();
            let (_, reply) = reader.feed(text.as_bytes()).unwrap();
            client.step(Input::Reply(reply.unwrap()))
        };
        let (client, _) = hear(client, "220 mx\r\n");
        let (client, effect) = hear(client, &format!("250-mx\r\n{offer}250 PIPELINING\r\n"));
        assert_eq!((effect, client.hands_on_wishes()), (Effect::Ready, !offer.is_empty()));
        let mut job = job("<> a@b.example c@d.example", Body::SevenBit);
        job.wish.returned = Returned::parse("hdrs");
        job.wish.envelope_id = EnvelopeId::parse("a+2Bb");
        job.recipients[0].wish.notify = Notify::parse("delay,success");
        job.recipients[0].wish.original = OriginalRecipient::parse("rfc822;o@x.example");
        let (_, effect) = client.step(Input::Message(job));
        let expected = format!(
            "MAIL FROM:<>{mail}\r\nRCPT TO:<a@b.example>{rcpt}\r\nRCPT TO:<c@d.example>\r\nDATA\r\n"
        );
        assert_eq!(effect, Effect::Send(expected.into_bytes()));
    }
}

#[test]
fn what_needs_utf8_goes_where_it_is_offered() {
    let hear = |client: Client, text: &str| {
        let (_, reply) = ReplyReader::default().feed(text.as_bytes()).unwrap();
        client.step(Input::Reply(reply.unwrap()))
    };
    let sent = |offer: &str, addresses: &str, utf8: bool| {
        let (client, _) = Client::new(settings(TlsPolicy::Never));
        let (client, _) = hear(client, "220 mx\r\n");
        let (client, _) = hear(client, &format!("250-mx\r\n{offer}250 PIPELINING\r\n"));
        let job = Job { utf8, ..job(addresses, Body::SevenBit) };
        let effect = client.step(Input::Message(job)).1;
        let Effect::Send(octets) = effect else { return format!("{effect:?}") };
        String::from_utf8(octets).unwrap().replace("\r\n", "|")
    };
    let offer = "250-SMTPUTF8\r\n";
    let plain = "MAIL FROM:<a@b.example>|RCPT TO:<c@xn--bcher-kva.example>|DATA|";
    assert_eq!(sent("", "a@b.example c@bücher.example", false), plain);
    assert_eq!(sent(offer, "a@b.example c@bücher.example", false), plain);
    let with = plain.replacen(".example>|", ".example> SMTPUTF8|", 1);
    assert_eq!(sent(offer, "a@b.example c@bücher.example", true), with);
    assert!(sent("", "a@b.example c@d.example", true).contains("5.6.9"));
    let sender = "MAIL FROM:<é@b.example> SMTPUTF8|RCPT TO:<c@d.example>|DATA|";
    assert_eq!(sent(offer, "é@b.example c@d.example", false), sender);
    assert!(sent("", "é@b.example c@d.example", false).contains("5.6.7"));
    let both = "MAIL FROM:<a@b.example> SMTPUTF8|RCPT TO:<é@d.example>|RCPT TO:<f@d.example>|DATA|";
    assert_eq!(sent(offer, "a@b.example é@d.example f@d.example", false), both);
    // Those who need nothing get the message all the same.
    let rest = "MAIL FROM:<a@b.example>|RCPT TO:<f@d.example>|DATA|";
    assert_eq!(sent("", "a@b.example é@d.example f@d.example", false), rest);
}
