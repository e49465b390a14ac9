//! `BDAT` in conversations: exact octets, order, refusals.

use super::*;

const OPEN: &str = "EHLO c.example\r\nMAIL FROM:<>\r\nRCPT TO:<a@ours.example>\r\n";

/// What is said to `sent` after an open transaction, code and status of each reply, and what is
/// taken; the same in every cut.
#[track_caller]
fn check_as(peer: &Peer, sent: &str, said: &[&str], taken: &[&str]) {
    for cut in [1, 2, 3, 5, sent.len()] {
        let mut driver = Driver::new(settings(), peer.clone());
        driver.send(OPEN.as_bytes());
        driver.said.clear();
        for chunk in sent.as_bytes().chunks(cut) {
            driver.send(chunk);
        }
        let codes: Vec<String> = driver
            .said
            .lines()
            .map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" "))
            .collect();
        assert_eq!(codes, said, "cut at {cut}");
        let contents: Vec<&str> = driver.taken.iter().map(|(_, it)| it.as_str()).collect();
        assert_eq!(contents, taken, "cut at {cut}");
    }
}

#[track_caller]
fn check_chunks(sent: &str, said: &[&str], taken: &[&str]) {
    check_as(&Peer::stranger(), sent, said, taken);
}

#[test]
fn a_message_in_chunks() {
    check_chunks("BDAT 3 LAST\r\nx\r\nNOOP\r\n", &["250 2.6.0", "250 2.0.0"], &["x\r\n"]);
    check_chunks(
        "BDAT 2\r\nx\rBDAT 4\r\n\n.\r\nBDAT 0\r\nBDAT 0 LAST\r\nQUIT\r\n",
        &["250 2.6.0", "250 2.6.0", "250 2.6.0", "250 2.6.0", "221 2.0.0"],
        &["x\r\n.\r\n"],
    );
    check_chunks("BDAT 0 LAST\r\n", &["250 2.6.0"], &[""]);
    check_chunks("BDAT 1 LAST\r\nx", &["250 2.6.0"], &["x\r\n"]);
}

#[test]
fn a_chunk_is_never_a_command() {
    let inner = "QUIT\r\nMAIL FROM:<eve@x.example>\r\n.\r\n";
    let octets = inner.len();
    // Taken, in another order, without a recipient, after a failure: the same octets are skipped.
    check_chunks(&format!("BDAT {octets} LAST\r\n{inner}"), &["250 2.6.0"], &[inner]);
    check_chunks(
        &format!("RSET\r\nBDAT {octets} LAST\r\n{inner}NOOP\r\n"),
        &["250 2.0.0", "503 5.5.1", "250 2.0.0"],
        &[],
    );
    check_chunks(
        &format!(
            "RSET\r\nMAIL FROM:<>\r\nRCPT TO:<nobody@ours.example>\r\nBDAT {octets}\r\n{inner}RCPT TO:<a@ours.example>\r\n"
        ),
        &["250 2.0.0", "250 2.1.0", "550 5.1.1", "503 5.5.1", "250 2.1.5"],
        &[],
    );
    check_chunks(
        &format!("BDAT 3\r\na\nbBDAT {octets}\r\n{inner}BDAT {octets} LAST\r\n{inner}NOOP\r\n"),
        &["550 5.6.0", "503 5.5.1", "503 5.5.1", "250 2.0.0"],
        &[],
    );
}

#[test]
fn nothing_else_goes_on_with_a_message_in_chunks() {
    check_chunks(
        "BDAT 3\r\nx\r\nDATA\r\nRCPT TO:<b@ours.example>\r\nMAIL FROM:<>\r\nNOOP\r\nWHAT\r\n\
         STARTTLS\r\nBDAT 3 LAST\r\ny\r\n",
        &[
            "250 2.6.0",
            "503 5.5.1",
            "503 5.5.1",
            "503 5.5.1",
            "250 2.0.0",
            "500 5.5.1",
            "503 5.5.1",
            "250 2.6.0",
        ],
        &["x\r\ny\r\n"],
    );
}

#[test]
fn a_message_in_chunks_can_be_given_up() {
    let again = "MAIL FROM:<>\r\nRCPT TO:<a@ours.example>\r\nBDAT 3 LAST\r\ny\r\n";
    check_chunks(
        &format!("BDAT 3\r\nx\r\nRSET\r\nBDAT 1 LAST\r\nx{again}"),
        &["250 2.6.0", "250 2.0.0", "503 5.5.1", "250 2.1.0", "250 2.1.5", "250 2.6.0"],
        &["y\r\n"],
    );
    check_chunks(
        "BDAT 3\r\nx\r\nHELO c.example\r\nBDAT 1 LAST\r\nx",
        &["250 2.6.0", "250 mx.ours.example", "503 5.5.1"],
        &[],
    );
}

#[test]
fn a_chunk_without_a_size_ends_the_conversation() {
    for bad in ["BDAT", "BDAT x", "BDAT 1 2", "BDAT 99999999999999999999 LAST"] {
        let mut driver = Driver::new(settings(), Peer::stranger());
        driver.send(format!("{OPEN}{bad}\r\nMAIL FROM:<>\r\n").as_bytes());
        assert!(driver.said.ends_with("501 5.5.4 Chunk size malformed\r\n"), "{}", driver.said);
        assert!(!driver.is_open);
    }
}

#[test]
fn a_message_in_chunks_is_bounded_and_must_be_stored() {
    let size = SizeLimit { decoded_octets: 7, wire_octets: 10 };
    let mut driver = Driver::new(Settings { size, ..settings() }, Peer::stranger());
    driver.send(OPEN.as_bytes());
    driver.said.clear();
    driver.send(b"BDAT 9\r\n1234567\r\nBDAT 3\r\nx\r\nBDAT 3 LAST\r\ny\r\nNOOP\r\n");
    let codes: Vec<&str> = driver.said.lines().filter_map(|line| line.get(..9)).collect();
    assert_eq!(codes, ["250 2.6.0", "552 5.3.4", "503 5.5.1", "250 2.0.0"]);
    assert!(driver.taken.is_empty());
    check_chunks(
        "BDAT 9\r\ndisk fullBDAT 2 LAST\r\n\r\nBDAT 0 LAST\r\n",
        &["250 2.6.0", "452 4.3.1", "503 5.5.1"],
        &[],
    );
}

#[test]
fn a_chunk_that_has_no_place_is_refused_once_it_was_read() {
    let mut driver = Driver::new(settings(), Peer::stranger());
    driver.send(OPEN.as_bytes());
    let chunk = Chunk { octets: 5, last: false };
    assert_eq!(driver.step(Input::Line(Line::Text(b"BDAT 5"))), Effect::Chunk(chunk));
    let effect = driver.step(Input::Refused(Reply::CANNOT_STORE));
    assert_eq!(effect, Effect::Reply(Reply::CANNOT_STORE));
    let effect = driver.step(Input::Line(Line::Text(b"BDAT 5 LAST")));
    assert_eq!(effect, Effect::Skip(5, Reply::OUT_OF_ORDER));
}

#[test]
fn bare_line_ends_of_some_peers_are_mended() {
    let peer = Peer::trusted().with_line_ends(LineEnds::Fix);
    check_as(&peer, "BDAT 6 LAST\r\na\nb\rc\r", &["250 2.6.0"], &["a\r\nb\r\nc\r\n"]);
    check_as(
        &peer,
        "DATA\r\na\nb\rc\r\n..d\n..e\r\n.\r\n",
        &["354 End", "250 2.6.0"],
        &["a\r\nb\r\nc\r\n.d\r\n..e\r\n"],
    );
    // None of these is an end; all of it is one message.
    for sequence in ["\n.\n", "\n.\r\n", "\r.\r", "\r\n.\r\r\n", "\r\n.\n", "\n.\r"] {
        let mut driver = Driver::new(settings(), peer.clone());
        driver.send(OPEN.as_bytes());
        driver.said.clear();
        let inner = "MAIL FROM:<eve@ours.example>\r\nDATA";
        driver.send(format!("DATA\r\nx{sequence}{inner}\r\n.\r\n").as_bytes());
        assert_eq!(driver.said.lines().count(), 2, "{sequence:?}: {}", driver.said);
        let [(_, content)] = driver.taken.as_slice() else { panic!("{sequence:?}: one message") };
        assert!(content.ends_with(&format!("{inner}\r\n")), "{sequence:?}: {content:?}");
        assert!(!content.replace("\r\n", "").contains(['\r', '\n']), "{sequence:?}");
    }
    // A NUL is mended for nobody.
    check_as(&peer, "BDAT 3 LAST\r\na\0\n", &["550 5.6.0"], &[]);
}
