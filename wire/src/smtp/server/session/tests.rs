//! Whole conversations as transcripts, over a driver that holds everything in memory.

use grammar::literal::Domain;
use proptest::prelude::*;

use super::*;
use crate::smtp::{
    data::Piece,
    line::LineReader,
    server::{
        relay::Place,
        settings::{Protocol, SizeLimit},
    },
};

/// What the tokio driver does, without a socket.
struct Driver {
    session: Session,
    reader: LineReader,
    receiving: Option<(DataReader, Vec<u8>)>,
    /// The message that comes in chunks, and whether one of them is under way.
    chunks: Option<(ChunkReader, Vec<u8>)>,
    in_chunk: bool,
    /// Octets to drop, and what to say then.
    skipping: Option<(u64, Reply)>,
    said: String,
    taken: Vec<(Envelope, String)>,
    is_open: bool,
}

impl Driver {
    fn new(settings: Settings, peer: Peer) -> Self {
        let session = Session::new(Arc::new(settings), peer);
        let said = session.greeting().to_string();
        Self {
            session,
            reader: LineReader::default(),
            receiving: None,
            chunks: None,
            in_chunk: false,
            skipping: None,
            said,
            taken: Vec::new(),
            is_open: true,
        }
    }

    fn send(&mut self, mut octets: &[u8]) {
        while self.is_open && (!octets.is_empty() || self.is_due()) {
            if let Some((left, reply)) = self.skipping.take() {
                let dropped = usize::try_from(left).unwrap_or(usize::MAX).min(octets.len());
                octets = &octets[dropped..];
                let left = left - u64::try_from(dropped).unwrap();
                if left == 0 {
                    self.perform(Effect::Reply(reply), &[], &mut octets);
                } else {
                    self.skipping = Some((left, reply));
                }
                continue;
            }
            if self.in_chunk {
                let (mut reader, mut content) = self.chunks.take().unwrap();
                let (used, piece) = reader.feed(octets);
                octets = &octets[used..];
                let mut ended = None;
                match piece {
                    Piece::Content(run) => content.extend_from_slice(run),
                    Piece::Nothing => {}
                    Piece::End(end) => ended = Some(end),
                }
                let whole = content.clone();
                self.chunks = Some((reader, content));
                if let Some(end) = ended {
                    self.in_chunk = false;
                    let effect = self.step(Input::Received(end));
                    self.perform(effect, &whole, &mut octets);
                }
                continue;
            }
            if let Some((mut receiver, mut content)) = self.receiving.take() {
                let (used, piece) = receiver.feed(octets);
                octets = &octets[used..];
                match piece {
                    Piece::Content(run) => content.extend_from_slice(run),
                    Piece::Nothing => {}
                    Piece::End(end) => {
                        let effect = self.step(Input::Received(end));
                        self.perform(effect, &content, &mut octets);
                        continue;
                    }
                }
                self.receiving = Some((receiver, content));
                continue;
            }
            let mut reader = std::mem::take(&mut self.reader);
            let (used, line) = reader.feed(octets);
            octets = &octets[used..];
            let effect = line.map(|line| self.step(Input::Line(line)));
            self.reader = reader;
            if let Some(effect) = effect {
                self.perform(effect, &[], &mut octets);
            }
        }
    }

    /// Whether something is to be done without an octet more.
    fn is_due(&self) -> bool {
        let chunk_is_read = || self.chunks.as_ref().is_some_and(|(it, _)| !it.wants_octets());
        self.in_chunk && chunk_is_read()
            || self.skipping.as_ref().is_some_and(|(left, _)| *left == 0)
    }

    fn step(&mut self, input: Input<'_>) -> Effect {
        let placeholder = Session::new(Arc::clone(&self.session.settings), Peer::stranger());
        let session = std::mem::replace(&mut self.session, placeholder);
        let (session, effect) = session.step(input);
        self.session = session;
        effect
    }

    fn perform(&mut self, effect: Effect, content: &[u8], rest: &mut &[u8]) {
        match effect {
            Effect::Close(reply) => {
                self.said.push_str(&reply.to_string());
                self.is_open = false;
            }
            Effect::Reply(reply) => {
                self.chunks = None;
                self.said.push_str(&reply.to_string());
            }
            Effect::ReplyEach(replies) => {
                self.chunks = None;
                self.said.extend(replies.iter().map(ToString::to_string));
            }
            Effect::Continue(reply) => self.said.push_str(&reply.to_string()),
            Effect::Skip(octets, reply) => self.skipping = Some((octets, reply)),
            Effect::Chunk(chunk) => {
                let fresh = (self.session.chunk_receiver(), Vec::new());
                let (mut reader, content) = self.chunks.take().unwrap_or(fresh);
                reader.begin(chunk);
                self.chunks = Some((reader, content));
                self.in_chunk = true;
            }
            Effect::Read => {}
            Effect::Judge(rcpt) => self.answer(Input::Judged(judge(&rcpt)), rest),
            Effect::Verify(credentials) => {
                let verdict = match credentials.password() {
                    "tulip" => Verification::Granted(Senders::parse("a@b.example").unwrap()),
                    "later" => Verification::Unavailable,
                    _ => Verification::Denied,
                };
                self.answer(Input::Verified(verdict), rest);
            }
            Effect::StartTls(reply) => {
                self.said.push_str(&reply.to_string());
                self.reader.discard();
                *rest = &[];
                self.answer(Input::TlsStarted, rest);
            }
            Effect::Receive(reply) => {
                self.said.push_str(&reply.to_string());
                self.receiving = Some((self.session.receiver(), Vec::new()));
            }
            Effect::Store(envelope) => {
                let content = String::from_utf8_lossy(content).into_owned();
                let input = if content.contains("disk full") {
                    Input::Refused(Reply::CANNOT_STORE)
                } else if content.contains("not for the first") {
                    Input::StoredBut(vec![(0, Reply::REFUSED)])
                } else {
                    self.taken.push((envelope, content));
                    Input::Stored
                };
                self.answer(input, rest);
            }
        }
    }

    fn answer(&mut self, input: Input<'_>, rest: &mut &[u8]) {
        let effect = self.step(input);
        self.perform(effect, &[], rest);
    }
}

fn judge(rcpt: &Rcpt) -> RcptVerdict {
    let place = match rcpt.recipient.domain().as_str() {
        "ours.example" => Place::Ours,
        _ => Place::Elsewhere,
    };
    match rcpt.recipient.local() {
        "nobody" => RcptVerdict::Unknown,
        "later" => RcptVerdict::TryLater,
        "gone" => RcptVerdict::Reject(Reply::refusal(
            super::super::Code::Suspended,
            "Ask\r\n250 us by phone: +49 é",
        )),
        _ => RcptVerdict::Accept(place),
    }
}

fn settings() -> Settings {
    let host = Domain::parse("mx.ours.example").unwrap();
    let postmaster = Address::parse("postmaster@ours.example").unwrap();
    Settings::new(host, postmaster)
}

fn secure() -> Settings {
    Settings { start_tls: StartTlsOffer::Offered, auth: AuthOffer::UnderTls, ..settings() }
}

/// Plays a transcript: `C:` lines are sent, `S:` lines must be all that is said in between.
#[track_caller]
fn check_with(settings: Settings, peer: Peer, transcript: &str) -> Driver {
    let mut driver = Driver::new(settings, peer);
    for line in transcript.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some(sent) = line.strip_prefix("C:") {
            assert_eq!(driver.said, "", "unexpected before {line:?}");
            driver.send(format!("{}\r\n", sent.strip_prefix(' ').unwrap_or(sent)).as_bytes());
        } else if let Some(expected) = line.strip_prefix("S:") {
            let expected = expected.strip_prefix(' ').unwrap_or(expected);
            let (said, rest) = driver.said.split_once("\r\n").unwrap_or(("(nothing)", ""));
            // An empty challenge ends with a blank, which editors cut off.
            assert_eq!(said.trim_end(), expected);
            driver.said = rest.to_owned();
        } else if line == "(closed)" {
            assert!(!driver.is_open, "still open");
        } else {
            panic!("a transcript line starts with `C:` or `S:`, not {line:?}");
        }
    }
    assert_eq!(driver.said, "");
    driver
}

#[track_caller]
fn check(transcript: &str) -> Driver {
    check_with(settings(), Peer::stranger(), transcript)
}

#[test]
fn a_message_from_greeting_to_quit() {
    let driver = check(
        "S: 220 mx.ours.example ESMTP
         C: EHLO client.example
         S: 250-mx.ours.example
         S: 250-PIPELINING
         S: 250-SIZE 50279219
         S: 250-8BITMIME
         S: 250-CHUNKING
         S: 250-DSN
         S: 250-SMTPUTF8
         S: 250 ENHANCEDSTATUSCODES
         C: MAIL FROM:<a@b.example> BODY=8BITMIME SIZE=30
         S: 250 2.1.0 Sender ok
         C: RCPT TO:<one@ours.example>
         S: 250 2.1.5 Recipient ok
         C: RCPT TO:<Postmaster>
         S: 250 2.1.5 Recipient ok
         C: RCPT TO:<ONE@ours.example>
         S: 250 2.1.5 Recipient ok
         C: DATA
         S: 354 End with <CRLF>.<CRLF>
         C: Subject: x
         C:
         C: ..dot
         C: .
         S: 250 2.6.0 Message accepted
         C: QUIT
         S: 221 2.0.0 Bye
         (closed)",
    );
    let [(envelope, content)] = driver.taken.as_slice() else { panic!("one message") };
    let recipients: Vec<String> = envelope.recipients().iter().map(ToString::to_string).collect();
    assert_eq!(recipients, ["one@ours.example", "postmaster@ours.example"]);
    assert_eq!(envelope.sender().address().unwrap().to_string(), "a@b.example");
    assert_eq!(content, "Subject: x\r\n\r\n.dot\r\n");
    assert_eq!(driver.session.protocol(), "ESMTP");
}

#[test]
fn helo_offers_nothing() {
    check(
        "S: 220 mx.ours.example ESMTP
         C: HELO client.example
         S: 250 mx.ours.example
         C: MAIL FROM:<>
         S: 250 2.1.0 Sender ok",
    );
}

#[test]
fn strangers_cannot_relay() {
    let refused = "S: 220 mx.ours.example ESMTP
         C: HELO client.example
         S: 250 mx.ours.example
         C: MAIL FROM:<a@ours.example>
         S: 250 2.1.0 Sender ok
         C: RCPT TO:<a@other.example>
         S: 550 5.7.1 Relaying denied
         C: RCPT TO:<@ours.example:a@other.example>
         S: 550 5.7.1 Relaying denied
         C: RCPT TO:<a%other.example@ours.example>
         S: 550 5.7.1 Relaying denied
         C: RCPT TO:<other.example!a@ours.example>
         S: 550 5.7.1 Relaying denied
         C: RCPT TO:<\"a@other.example\"@ours.example>
         S: 550 5.7.1 Relaying denied
         C: DATA
         S: 503 5.5.1 No valid recipients";
    check(refused);
}

fn lmtp() -> Settings {
    Settings { protocol: Protocol::Lmtp, ..settings() }
}

const TO_THREE: &str = "S: 220 mx.ours.example LMTP
         C: LHLO client.example
         S: 250-mx.ours.example
         S: 250-PIPELINING
         S: 250-SIZE 50279219
         S: 250-8BITMIME
         S: 250-CHUNKING
         S: 250-DSN
         S: 250-SMTPUTF8
         S: 250 ENHANCEDSTATUSCODES
         C: MAIL FROM:<a@b.example>
         S: 250 2.1.0 Sender ok
         C: RCPT TO:<one@ours.example>
         S: 250 2.1.5 Recipient ok
         C: RCPT TO:<nobody@ours.example>
         S: 550 5.1.1 No such recipient
         C: RCPT TO:<two@ours.example>
         S: 250 2.1.5 Recipient ok
         C: RCPT TO:<One@ours.example>
         S: 250 2.1.5 Recipient ok";

#[test]
fn over_lmtp_each_recipient_is_answered() {
    let taken = "C: DATA
         S: 354 End with <CRLF>.<CRLF>
         C: x
         C: .
         S: 250 2.6.0 Message accepted
         S: 250 2.6.0 Message accepted
         S: 250 2.6.0 Message accepted
         C: RCPT TO:<one@ours.example>
         S: 503 5.5.1 Bad sequence of commands";
    let driver = check_with(lmtp(), Peer::stranger(), &format!("{TO_THREE}\n{taken}"));
    assert_eq!(driver.taken[0].0.recipients().len(), 2);
    assert_eq!(driver.session.protocol(), "LMTP");
    for (content, first, others) in [
        (
            "disk full",
            "452 4.3.1 Cannot store the message now",
            "452 4.3.1 Cannot store the message now",
        ),
        ("not for the first", "550 5.7.1 Message refused", "250 2.6.0 Message accepted"),
    ] {
        let said = format!(
            "{TO_THREE}\nC: DATA\nS: 354 End with <CRLF>.<CRLF>\nC: {content}\nC: .\nS: {first}\n\
             S: {others}\nS: {first}\nC: QUIT\nS: 221 2.0.0 Bye\n(closed)"
        );
        check_with(lmtp(), Peer::stranger(), &said);
    }
}

#[test]
fn over_lmtp_the_last_chunk_alone_is_answered_for_each() {
    let chunks = "C: BDAT 3
         C: x
         S: 250 2.6.0 3 octets received
         C: BDAT 0 LAST
         S: 250 2.6.0 Message accepted
         S: 250 2.6.0 Message accepted
         S: 250 2.6.0 Message accepted";
    check_with(lmtp(), Peer::stranger(), &format!("{TO_THREE}\n{chunks}"));
}

#[test]
fn lmtp_and_smtp_are_not_mixed_up() {
    check_with(
        lmtp(),
        Peer::stranger(),
        "S: 220 mx.ours.example LMTP
         C: MAIL FROM:<a@b.example>
         S: 503 5.5.1 Send LHLO first
         C: EHLO client.example
         S: 500 5.5.1 Command unknown
         C: HELO client.example
         S: 500 5.5.1 Command unknown",
    );
    check(
        "S: 220 mx.ours.example ESMTP
         C: LHLO client.example
         S: 502 5.5.1 Command not implemented",
    );
}

#[test]
fn trusted_peers_can_relay() {
    check_with(
        settings(),
        Peer::trusted(),
        "S: 220 mx.ours.example ESMTP
         C: HELO client.example
         S: 250 mx.ours.example
         C: MAIL FROM:<a@ours.example>
         S: 250 2.1.0 Sender ok
         C: RCPT TO:<a@other.example>
         S: 250 2.1.5 Recipient ok",
    );
}

#[test]
fn recipients_are_refused_one_by_one() {
    check(
        "S: 220 mx.ours.example ESMTP
         C: HELO client.example
         S: 250 mx.ours.example
         C: MAIL FROM:<a@b.example>
         S: 250 2.1.0 Sender ok
         C: RCPT TO:<nobody@ours.example>
         S: 550 5.1.1 No such recipient
         C: RCPT TO:<later@ours.example>
         S: 451 4.3.0 Try again later
         C: RCPT TO:<gone@ours.example>
         S: 550 5.2.1 Ask??250 us by phone: +49 ?",
    );
}

#[test]
fn letters_beyond_ascii_are_for_those_who_ask() {
    let driver = check(
        "S: 220 mx.ours.example ESMTP
         C: HELO client.example
         S: 250 mx.ours.example
         C: MAIL FROM:<é@b.example>
         S: 553 5.6.7 Address needs SMTPUTF8 in MAIL
         C: MAIL FROM:<a@b.example>
         S: 250 2.1.0 Sender ok
         C: RCPT TO:<é@ours.example>
         S: 553 5.6.7 Address needs SMTPUTF8 in MAIL
         C: RSET
         S: 250 2.0.0 Ok
         C: MAIL FROM:<é@bücher.example> SMTPUTF8
         S: 250 2.1.0 Sender ok
         C: RCPT TO:<é@ours.example>
         S: 250 2.1.5 Recipient ok
         C: RCPT TO:<É@Ours.example>
         S: 250 2.1.5 Recipient ok
         C: RCPT TO:<é@other.example>
         S: 550 5.7.1 Relaying denied
         C: BDAT 3 LAST
         C: x
         S: 250 2.6.0 Message accepted",
    );
    let [(envelope, _)] = driver.taken.as_slice() else { panic!("one message") };
    assert!(envelope.is_utf8());
    let recipients: Vec<String> = envelope.recipients().iter().map(ToString::to_string).collect();
    assert_eq!(recipients, ["é@ours.example", "É@ours.example"]);
}

#[test]
fn order_is_kept() {
    check(
        "S: 220 mx.ours.example ESMTP
         C: MAIL FROM:<a@b.example>
         S: 503 5.5.1 Send EHLO first
         C: RCPT TO:<a@ours.example>
         S: 503 5.5.1 Send EHLO first
         C: RSET
         S: 250 2.0.0 Ok
         C: DATA
         S: 503 5.5.1 Send EHLO first
         C: HELO client.example
         S: 250 mx.ours.example
         C: DATA
         S: 503 5.5.1 Bad sequence of commands
         C: RCPT TO:<a@ours.example>
         S: 503 5.5.1 Bad sequence of commands
         C: MAIL FROM:<a@b.example>
         S: 250 2.1.0 Sender ok
         C: MAIL FROM:<a@b.example>
         S: 503 5.5.1 Bad sequence of commands
         C: DATA
         S: 503 5.5.1 No valid recipients
         C: STARTTLS
         S: 502 5.5.1 Command not implemented
         C: AUTH PLAIN
         S: 502 5.5.1 Command not implemented
         C: VRFY bob
         S: 252 2.5.0 Send some mail, I will try
         C: RCPT TO:<a@ours.example>
         S: 250 2.1.5 Recipient ok",
    );
}

#[test]
fn ehlo_and_rset_end_the_transaction() {
    check(
        "S: 220 mx.ours.example ESMTP
         C: HELO client.example
         S: 250 mx.ours.example
         C: MAIL FROM:<a@b.example>
         S: 250 2.1.0 Sender ok
         C: RCPT TO:<a@ours.example>
         S: 250 2.1.5 Recipient ok
         C: HELO client.example
         S: 250 mx.ours.example
         C: DATA
         S: 503 5.5.1 Bad sequence of commands
         C: MAIL FROM:<a@b.example>
         S: 250 2.1.0 Sender ok
         C: RSET
         S: 250 2.0.0 Ok
         C: RCPT TO:<a@ours.example>
         S: 503 5.5.1 Bad sequence of commands",
    );
}

#[test]
fn pipelined_commands_are_answered_in_order() {
    let mut driver = Driver::new(settings(), Peer::stranger());
    driver.send(
        b"HELO c.example\r\nMAIL FROM:<>\r\nRCPT TO:<nobody@ours.example>\r\n\
          RCPT TO:<a@ours.example>\r\nDATA\r\nx\r\n.\r\nQUIT\r\nNOOP\r\n",
    );
    let codes: Vec<&str> = driver.said.lines().filter_map(|line| line.get(..3)).collect();
    assert_eq!(codes, ["220", "250", "250", "550", "250", "354", "250", "221"]);
    assert_eq!(driver.taken.len(), 1);
}

#[test]
fn a_size_over_the_limit_is_refused_with_both_figures() {
    let size = SizeLimit { decoded_octets: 7, wire_octets: 10 };
    let driver = check_with(
        Settings { size, ..settings() },
        Peer::stranger(),
        "S: 220 mx.ours.example ESMTP
         C: HELO client.example
         S: 250 mx.ours.example
         C: MAIL FROM:<a@b.example> SIZE=11
         S: 552 5.3.4 Message of 11 octets is over the limit: 10 octets as sent, 7 octets decoded
         C: MAIL FROM:<a@b.example> SIZE=10
         S: 250 2.1.0 Sender ok
         C: RCPT TO:<a@ours.example>
         S: 250 2.1.5 Recipient ok
         C: DATA
         S: 354 End with <CRLF>.<CRLF>
         C: 123456789
         C: .
         S: 552 5.3.4 Message of 11 octets is over the limit: 10 octets as sent, 7 octets decoded
         C: MAIL FROM:<a@b.example>
         S: 250 2.1.0 Sender ok
         C: RCPT TO:<a@ours.example>
         S: 250 2.1.5 Recipient ok
         C: DATA
         S: 354 End with <CRLF>.<CRLF>
         C: 12345678
         C: .
         S: 250 2.6.0 Message accepted",
    );
    assert_eq!(driver.taken.len(), 1);
}

#[test]
fn a_message_that_cannot_be_stored_is_not_acknowledged() {
    let driver = check(
        "S: 220 mx.ours.example ESMTP
         C: HELO client.example
         S: 250 mx.ours.example
         C: MAIL FROM:<a@b.example>
         S: 250 2.1.0 Sender ok
         C: RCPT TO:<a@ours.example>
         S: 250 2.1.5 Recipient ok
         C: DATA
         S: 354 End with <CRLF>.<CRLF>
         C: disk full
         C: .
         S: 452 4.3.1 Cannot store the message now
         C: DATA
         S: 503 5.5.1 Bad sequence of commands",
    );
    assert!(driver.taken.is_empty());
}

#[test]
fn a_message_that_has_no_place_is_refused_before_it_is_sent() {
    let mut driver = Driver::new(settings(), Peer::stranger());
    driver.send(b"HELO c.example\r\nMAIL FROM:<>\r\nRCPT TO:<a@ours.example>\r\n");
    let effect = driver.step(Input::Line(Line::Text(b"DATA")));
    assert_eq!(effect, Effect::Receive(Reply::GO_AHEAD));
    let effect = driver.step(Input::Refused(Reply::CANNOT_STORE));
    assert_eq!(effect, Effect::Reply(Reply::CANNOT_STORE));
    let effect = driver.step(Input::Line(Line::Text(b"MAIL FROM:<>")));
    assert_eq!(effect, Effect::Reply(Reply::SENDER_OK));
}

#[test]
fn smuggled_commands_are_content_and_the_message_is_refused() {
    for sequence in ["\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r", "\r\n.\r\r\n", "\r\n\0.\r\n"] {
        let mut driver = Driver::new(settings(), Peer::stranger());
        driver.send(b"HELO c.example\r\nMAIL FROM:<>\r\nRCPT TO:<a@ours.example>\r\nDATA\r\n");
        driver.said.clear();
        let smuggled = "MAIL FROM:<eve@ours.example>\r\nRCPT TO:<a@ours.example>\r\nDATA\r\nevil";
        driver.send(format!("x{sequence}{smuggled}\r\n.\r\n").as_bytes());
        assert_eq!(driver.said.lines().count(), 1, "{sequence:?}: {}", driver.said);
        assert!(driver.said.starts_with("550 5.6.0 "), "{sequence:?}: {}", driver.said);
        assert!(driver.taken.is_empty());
    }
}

#[test]
fn bare_line_ends_in_commands_end_the_conversation() {
    for octets in ["HELO a\nMAIL FROM:<>\r\n", "HELO a\rMAIL FROM:<>\r\n"] {
        let mut driver = Driver::new(settings(), Peer::stranger());
        driver.said.clear();
        driver.send(octets.as_bytes());
        assert_eq!(driver.said, "521 5.5.2 Lines end with CRLF, and with nothing else\r\n");
        assert!(!driver.is_open);
    }
}

#[test]
fn a_browser_that_was_made_to_speak_to_us_is_not_listened_to() {
    let hidden = "EHLO a.example\r\nMAIL FROM:<>\r\nRCPT TO:<a@ours.example>\r\nDATA\r\nx\r\n.\r\n";
    for request in ["POST / HTTP/1.1", "get /", "CONNECT mail.ours.example:25 HTTP/1.1"] {
        let mut driver = Driver::new(settings(), Peer::stranger());
        driver.said.clear();
        driver.send(format!("{request}\r\nHost: ours.example\r\n\r\n{hidden}").as_bytes());
        assert_eq!(driver.said, "521 5.5.1 This is a mail server\r\n");
        assert!(!driver.is_open && driver.taken.is_empty());
    }
}

#[test]
fn tls_starts_the_conversation_anew() {
    let driver = check_with(
        secure(),
        Peer::stranger(),
        "S: 220 mx.ours.example ESMTP
         C: EHLO client.example
         S: 250-mx.ours.example
         S: 250-PIPELINING
         S: 250-SIZE 50279219
         S: 250-8BITMIME
         S: 250-CHUNKING
         S: 250-DSN
         S: 250-SMTPUTF8
         S: 250-ENHANCEDSTATUSCODES
         S: 250 STARTTLS
         C: AUTH PLAIN AGJvYgB0dWxpcA==
         S: 538 5.7.11 Start TLS first
         C: MAIL FROM:<a@b.example>
         S: 250 2.1.0 Sender ok
         C: STARTTLS
         S: 220 2.0.0 Ready to start TLS
         C: MAIL FROM:<a@b.example>
         S: 503 5.5.1 Send EHLO first
         C: STARTTLS
         S: 503 5.5.1 TLS is active
         C: EHLO client.example
         S: 250-mx.ours.example
         S: 250-PIPELINING
         S: 250-SIZE 50279219
         S: 250-8BITMIME
         S: 250-CHUNKING
         S: 250-DSN
         S: 250-SMTPUTF8
         S: 250-ENHANCEDSTATUSCODES
         S: 250-REQUIRETLS
         S: 250 AUTH PLAIN LOGIN",
    );
    assert_eq!(driver.session.protocol(), "ESMTPS");
}

#[test]
fn commands_put_behind_starttls_are_dropped() {
    let mut driver = Driver::new(secure(), Peer::stranger());
    driver
        .send(b"EHLO c.example\r\nSTARTTLS\r\nEHLO evil.example\r\nMAIL FROM:<eve@x.example>\r\n");
    assert!(driver.said.ends_with("220 2.0.0 Ready to start TLS\r\n"), "{}", driver.said);
    assert_eq!(driver.session.peer_name(), None);
}

#[test]
fn logging_in_allows_relaying() {
    let driver = check_with(
        Settings { access: Access::Authenticated, ..secure() },
        Peer::stranger().under_tls(),
        "S: 220 mx.ours.example ESMTP
         C: HELO client.example
         S: 250 mx.ours.example
         C: AUTH PLAIN AGJvYgB0dWxpcA==
         S: 503 5.5.1 Bad sequence of commands
         C: EHLO client.example
         S: 250-mx.ours.example
         S: 250-PIPELINING
         S: 250-SIZE 50279219
         S: 250-8BITMIME
         S: 250-CHUNKING
         S: 250-DSN
         S: 250-SMTPUTF8
         S: 250-ENHANCEDSTATUSCODES
         S: 250-REQUIRETLS
         S: 250 AUTH PLAIN LOGIN
         C: MAIL FROM:<a@b.example>
         S: 530 5.7.0 Authentication required
         C: AUTH LOGIN
         S: 334 VXNlcm5hbWU6
         C: Ym9i
         S: 334 UGFzc3dvcmQ6
         C: *
         S: 501 5.7.0 Authentication cancelled
         C: AUTH PLAIN
         S: 334
         C: AGJvYgB3cm9uZw==
         S: 535 5.7.8 Credentials invalid
         C: AUTH PLAIN AGJvYgBsYXRlcg==
         S: 454 4.7.0 Cannot check that now
         C: AUTH LOGIN Ym9i
         S: 334 UGFzc3dvcmQ6
         C: dHVsaXA=
         S: 235 2.7.0 Authenticated
         C: AUTH LOGIN
         S: 503 5.5.1 Bad sequence of commands
         C: MAIL FROM:<c@b.example>
         S: 553 5.7.1 This account may not send from that address
         C: MAIL FROM:<>
         S: 553 5.7.1 This account may not send from that address
         C: MAIL FROM:<a@b.example>
         S: 250 2.1.0 Sender ok
         C: RCPT TO:<a@other.example>
         S: 250 2.1.5 Recipient ok",
    );
    assert_eq!(driver.session.protocol(), "ESMTPSA");
    assert_eq!(driver.session.standing(), &Standing::Authenticated("bob".to_owned()));
}

/// A peer that does the same thing over and over is cut off, whatever it is.
#[test]
fn everything_repeated_comes_to_an_end() {
    let start = "EHLO c.example\r\n";
    let open = "EHLO c.example\r\nMAIL FROM:<>\r\n";
    let to = "RCPT TO:<a@ours.example>\r\n";
    let open_to = format!("{open}{to}BDAT 0\r\n");
    let message = |content: &str| format!("MAIL FROM:<>\r\n{to}DATA\r\n{content}\r\n.\r\n");
    let cases = [
        ("", "JUNK\r\n".to_owned(), 20),
        ("", "DATA\r\n".to_owned(), 20),
        ("", "NOOP\r\n".to_owned(), 100),
        ("", "RSET\r\n".to_owned(), 100),
        (start, "MAIL FROM:<>\r\nRSET\r\n".to_owned(), 99),
        (start, "MAIL FROM:<> SIZE=99999999999\r\n".to_owned(), 99),
        (start, "AUTH PLAIN AGJvYgBsYXRlcg==\r\n".to_owned(), 99),
        (start, "AUTH PLAIN AGJvYgB3cm9uZw==\r\n".to_owned(), 2),
        (start, "AUTH LOGIN\r\n*\r\n".to_owned(), 20),
        (open, "RCPT TO:<nobody@ours.example>\r\n".to_owned(), 200),
        (open, to.to_owned(), 1_200),
        (start, message("x"), 1_000),
        (start, message("disk full"), 1_000),
        (start, message("a\nb"), 1_000),
        (start, "BDAT 1\r\nx".to_owned(), 99),
        (open, "BDAT 0 LAST\r\n".to_owned(), 99),
        (&open_to, "BDAT 0\r\n".to_owned(), 98),
        (&open_to, "DATA\r\n".to_owned(), 20),
    ];
    for (first, repeated, allowed) in cases {
        let mut driver = Driver::new(secure(), Peer::stranger().under_tls());
        driver.send(first.as_bytes());
        for round in 0..allowed {
            driver.send(repeated.as_bytes());
            assert!(driver.is_open, "{repeated:?} closed in round {round}");
        }
        driver.send(repeated.as_bytes());
        assert!(!driver.is_open, "{repeated:?} goes on");
        let last = driver.said.lines().last().unwrap();
        assert!(last.starts_with("421 4.7.0 Too many "), "{last}");
    }
}

#[test]
fn recipients_and_messages_are_bounded() {
    let bounds = Settings { recipients_max: 2, messages_max: 1, ..settings() };
    check_with(
        bounds,
        Peer::stranger(),
        "S: 220 mx.ours.example ESMTP
         C: HELO client.example
         S: 250 mx.ours.example
         C: MAIL FROM:<a@b.example>
         S: 250 2.1.0 Sender ok
         C: RCPT TO:<a@ours.example>
         S: 250 2.1.5 Recipient ok
         C: RCPT TO:<b@ours.example>
         S: 250 2.1.5 Recipient ok
         C: RCPT TO:<c@ours.example>
         S: 452 4.5.3 Too many recipients
         C: DATA
         S: 354 End with <CRLF>.<CRLF>
         C: x
         C: .
         S: 250 2.6.0 Message accepted
         C: MAIL FROM:<a@b.example>
         S: 421 4.7.0 Too many messages, connect again
         (closed)",
    );
}

#[test]
fn a_long_line_is_a_mistake_and_an_endless_one_the_end() {
    let mut driver = Driver::new(settings(), Peer::stranger());
    driver.said.clear();
    driver.send(format!("NOOP {}\r\nNOOP\r\n", "x".repeat(600)).as_bytes());
    assert_eq!(driver.said, "500 5.5.2 Line too long\r\n250 2.0.0 Ok\r\n");
    driver.send(&vec![b'x'; 70_000]);
    assert!(!driver.is_open);
}

#[test]
fn a_driver_out_of_step_gets_421() {
    let session = Session::new(Arc::new(settings()), Peer::stranger());
    let (session, effect) = session.step(Input::Stored);
    assert_eq!(effect, Effect::Close(Reply::BROKEN));
    let (_, effect) = session.step(Input::Line(Line::Text(b"NOOP")));
    assert_eq!(effect, Effect::Close(Reply::BROKEN));
}

#[test]
fn a_reply_that_accepts_cannot_reject() {
    let session = Session::new(Arc::new(settings()), Peer::stranger());
    let mut driver = Driver::new(settings(), Peer::stranger());
    driver.session = session;
    driver.send(b"HELO c.example\r\nMAIL FROM:<>\r\n");
    let effect = driver.step(Input::Line(Line::Text(b"RCPT TO:<a@ours.example>")));
    assert!(matches!(effect, Effect::Judge(_)));
    let effect = driver.step(Input::Judged(RcptVerdict::Reject(Reply::OK)));
    assert_eq!(effect, Effect::Reply(Reply::RECIPIENT_LATER));
}

proptest! {
    /// Whatever is sent, in whatever chunks: the same is said and taken, and all of it is clean.
    #[test]
    fn chunks_do_not_matter(
        commands in proptest::collection::vec(prop_oneof![
            Just("EHLO c.example\r\n"), Just("MAIL FROM:<>\r\n"), Just("STARTTLS\n"),
            Just("RCPT TO:<a@ours.example>\r\n"), Just("DATA\r\n"), Just("x\r\n..\r\n"),
            Just("\r\n.\r\n"), Just("RSET\r\n"), Just("BDAT 7\r\n"), Just("BDAT 3 LAST\r\n"),
            Just("BDAT 0 LAST\r\n"), Just("\r"), Just("AUTH LOGIN\r\n"), Just("é\r\n"),
        ], 0..20),
        cut in 1..9_usize,
    ) {
        let sent = commands.concat();
        let mut whole = Driver::new(settings(), Peer::stranger());
        whole.send(sent.as_bytes());
        let mut cuts = Driver::new(settings(), Peer::stranger());
        for chunk in sent.as_bytes().chunks(cut) {
            cuts.send(chunk);
        }
        prop_assert_eq!(&whole.said, &cuts.said);
        prop_assert_eq!(&whole.taken, &cuts.taken);
        for line in whole.said.split_terminator("\r\n") {
            prop_assert!(line.bytes().all(|octet| (b' '..=b'~').contains(&octet)));
        }
    }
}

mod chunks;
