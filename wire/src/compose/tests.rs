//! What was written, as it looks and as another reader reads it.

use grammar::literal::{Address, Domain};
use mail_parser::{MessageParser, MimeHeaders};
use proptest::prelude::*;

use super::*;
use crate::smtp::{
    client::{Reply, Status},
    dsn::{EnvelopeId, OriginalRecipient},
    server::PeerName,
};

fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

fn mail() -> Mail {
    let from = Mailbox::new("Alice Smith", address("alice@acme.example"));
    let mut mail = Mail::new(
        from,
        Date::new(1_000_000_000_000, 60),
        MessageId::parse("1@acme.example").unwrap(),
    );
    mail.to.push(Mailbox::bare(address("bob@other.example")));
    mail.subject = "Hello".to_owned();
    mail.text = "Hello Bob,\nhow are you?\n".to_owned();
    mail
}

fn written(mail: &Mail) -> String {
    let written = String::from_utf8(mail.write(0xabc)).unwrap();
    check_lines(&written);
    written
}

/// Every line ends with CRLF, has only ASCII, and is short enough.
#[track_caller]
fn check_lines(written: &str) {
    assert!(written.is_ascii(), "{written:?}");
    assert!(written.ends_with("\r\n"), "{written:?}");
    for line in written.split_terminator("\r\n") {
        assert!(!line.contains(['\r', '\n']), "{line:?}");
        assert!(line.len() <= 998, "{line:?}");
    }
}

/// Names of the header fields in order, as a reader that knows only RFC 5322 sees them.
fn names(written: &str) -> Vec<&str> {
    let (header, _) = written.split_once("\r\n\r\n").unwrap();
    let starts = header.split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
    starts.map(|line| line.split_once(':').unwrap().0).collect()
}

#[test]
fn a_plain_message_is_readable() {
    assert_eq!(
        written(&mail()),
        "From: Alice Smith <alice@acme.example>\r\n\
         To: bob@other.example\r\n\
         Subject: Hello\r\n\
         Date: Sun, 9 Sep 2001 02:46:40 +0100\r\n\
         Message-ID: <1@acme.example>\r\n\
         MIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\
         Content-Transfer-Encoding: 7bit\r\n\
         \r\n\
         Hello Bob,\r\n\
         how are you?\r\n"
    );
}

#[test]
fn all_parts_come_in_their_order() {
    let mut mail = mail();
    mail.text = "Größe = 1\n".to_owned();
    mail.html = Some("<p>日本語</p>".to_owned());
    mail.attachments.push(Attachment {
        name: "C:\\tmp\\Größe.txt".to_owned(),
        media_type: "Text/Plain".to_owned(),
        content: b"x".to_vec(),
    });
    assert_eq!(
        written(&mail).split_once("MIME-Version: 1.0\r\n").unwrap().1,
        "Content-Type: multipart/mixed;\r\n \
         boundary=\"=_00000000000000000000000000000abc.00000000\"\r\n\
         \r\n\
         --=_00000000000000000000000000000abc.00000000\r\n\
         Content-Type: multipart/alternative;\r\n \
         boundary=\"=_00000000000000000000000000000abc.00000001\"\r\n\
         \r\n\
         --=_00000000000000000000000000000abc.00000001\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\
         Content-Transfer-Encoding: base64\r\n\
         \r\n\
         R3LDtsOfZSA9IDENCg==\r\n\
         \r\n\
         --=_00000000000000000000000000000abc.00000001\r\n\
         Content-Type: text/html; charset=utf-8\r\n\
         Content-Transfer-Encoding: base64\r\n\
         \r\n\
         PHA+5pel5pys6KqePC9wPg0K\r\n\
         \r\n\
         --=_00000000000000000000000000000abc.00000001--\r\n\
         \r\n\
         --=_00000000000000000000000000000abc.00000000\r\n\
         Content-Type: text/plain\r\n\
         Content-Disposition: attachment; filename*=utf-8''Gr%C3%B6%C3%9Fe.txt\r\n\
         Content-Transfer-Encoding: base64\r\n\
         \r\n\
         eA==\r\n\
         \r\n\
         --=_00000000000000000000000000000abc.00000000--\r\n"
    );
}

#[test]
fn no_value_makes_a_header() {
    let evil = "x\r\nBcc: eve@x.example\r\n\r\n<script>\n\u{85}\u{2028}\0";
    let mut mail = mail();
    mail.from.name = evil.to_owned();
    mail.to[0].name = format!("\"{evil}");
    mail.cc.push(Mailbox::new(evil, address("\"a b\"@c.example")));
    mail.reply_to.push(Mailbox::new(evil, address("a@b.example")));
    mail.subject = evil.to_owned();
    mail.fields.push(Field::new("X-Reason", evil).unwrap());
    mail.html = Some(evil.to_owned());
    mail.attachments.push(Attachment {
        name: evil.to_owned(),
        media_type: format!("text/{evil}"),
        content: Vec::new(),
    });
    let written = written(&mail);
    let expected = [
        "From",
        "To",
        "Cc",
        "Reply-To",
        "Subject",
        "Date",
        "Message-ID",
        "X-Reason",
        "MIME-Version",
        "Content-Type",
    ];
    assert_eq!(names(&written), expected);
    // Once in the HTML, where it belongs; never in the header of a part.
    assert_eq!(written.matches("\nBcc").count(), 1, "{written}");
    assert!(written.contains("quoted-printable\r\n\r\nx\r\nBcc: eve"), "{written}");
}

#[test]
fn names_that_are_none_are_refused() {
    for name in ["", "X Y", "X:", "X\r\nBcc", "é", &"x".repeat(61)] {
        assert_eq!(Field::new(name, "x"), Err(FieldError::Name), "{name:?}");
    }
    for name in ["From", "bcc", "Content-Type", "MIME-Version", "Received"] {
        assert_eq!(Field::new(name, "x"), Err(FieldError::Reserved), "{name:?}");
    }
    for id in ["", "x", "a@b>\r\nBcc: x", "<a@b> <c@d>", "a b@c", "é@b"] {
        assert_eq!(MessageId::parse(id), None, "{id:?}");
    }
    assert_eq!(MessageId::parse(" <a@b> ").unwrap().to_string(), "<a@b>");
}

#[test]
fn long_and_foreign_headers_fold_within_76() {
    let mut mail = mail();
    mail.from.name = "Ångström ".repeat(20);
    mail.subject = "a long subject of many words ".repeat(20);
    mail.to =
        (0..20).map(|i| Mailbox::new("A, \"B\"", address(&format!("a{i}@b.example")))).collect();
    mail.references =
        (0..9).map(|i| MessageId::parse(&format!("ref{i}@b.example")).unwrap()).collect();
    let written = written(&mail);
    for line in written.split("\r\n") {
        assert!(line.len() <= 76, "{line}");
    }
    let parsed = MessageParser::default().parse(written.as_bytes()).unwrap();
    assert_eq!(parsed.from().unwrap().first().unwrap().name(), Some(mail.from.name.trim()));
    assert_eq!(parsed.subject(), Some(mail.subject.trim()));
    assert_eq!(parsed.to().unwrap().iter().count(), 20);
    assert_eq!(parsed.to().unwrap().first().unwrap().name(), Some("A, \"B\""));
}

#[test]
fn text_that_could_hold_a_boundary_is_encoded() {
    let mut mail = mail();
    mail.text = "--=_00000000000000000000000000000abc.00000000\n".to_owned();
    mail.html = Some("x".to_owned());
    let written = written(&mail);
    assert_eq!(written.matches("--=_").count(), 3, "{written}");
    assert!(written.contains("--=3D_0000"), "{written}");
}

#[test]
fn file_names_are_names_of_files() {
    let name = |name: &str| parameter::file_name(name).join(" ");
    assert_eq!(name("a b.pdf"), "filename=\"a b.pdf\"");
    assert_eq!(name("../../etc/passwd"), "filename=\"passwd\"");
    assert_eq!(name(""), "filename=\"attachment\"");
    assert_eq!(name("a\r\nb\0"), "filename=\"ab\"");
    assert_eq!(name("a\"b"), "filename*=utf-8''a%22b");
    let long = name(&format!("{}.pdf", "é".repeat(300)));
    assert!(long.starts_with("filename*0*=utf-8''%C3%A9"), "{long}");
    assert!(long.ends_with(".pdf"), "{long}");
}

#[test]
fn media_types_that_may_not_be_base64_are_hidden() {
    let written_as = |media_type: &str| {
        let mut mail = mail();
        mail.attachments.push(Attachment {
            name: "x".to_owned(),
            media_type: media_type.to_owned(),
            content: Vec::new(),
        });
        let written = written(&mail);
        let header = written.rsplit("Content-Type: ").next().unwrap();
        header.split_once("\r\n").unwrap().0.to_owned()
    };
    assert_eq!(written_as("application/PDF"), "application/pdf");
    for media_type in ["", "pdf", "message/rfc822", "multipart/mixed", "a/b; c=d", "a/b\r\nX: y"] {
        assert_eq!(written_as(media_type), "application/octet-stream", "{media_type}");
    }
}

fn report() -> Report {
    Report {
        from: Mailbox::new("Mail Delivery System", address("postmaster@acme.example")),
        to: address("alice@acme.example"),
        host: Domain::parse("mx.acme.example").unwrap(),
        date: Date::utc(1_000_000_000_000),
        message_id: MessageId::parse("2@mx.acme.example").unwrap(),
        arrived: Date::utc(999_999_000_000),
        original: MessageId::parse("1@acme.example"),
        envelope_id: None,
        action: Action::Failed,
        note: String::new(),
        recipients: vec![Reported {
            address: address("bob@other.example"),
            original: None,
            status: Status { class: 5, subject: 1, detail: 1 },
            remote: Some(Domain::parse("mx.other.example").unwrap()),
            said: Some(Reply::new(550, [&b"5.1.1 No such\r\nX-Evil: user"[..]])),
        }],
    }
}

#[test]
fn a_report_spells_an_address_beyond_ascii() {
    let mut report = report();
    report.recipients[0].address = address("zo\u{eb}@b.example");
    let written = String::from_utf8(report.write(1)).unwrap();
    check_lines(&written);
    assert!(written.contains("\r\nFinal-Recipient: utf-8; zo\\x{EB}@b.example\r\n"), "{written}");
}

#[test]
fn a_report_names_what_the_sender_named() {
    let mut report = report();
    report.envelope_id = EnvelopeId::parse("QQ+2B314");
    report.recipients[0].original = OriginalRecipient::parse("rfc822;Bob+2Bx@b.example");
    for (action, word) in [
        (Action::Expanded, "expanded"),
        (Action::Relayed, "relayed"),
        (Action::Delivered, "delivered"),
    ] {
        report.action = action;
        let written = String::from_utf8(report.write(1)).unwrap();
        check_lines(&written);
        assert!(written.contains("Original-Envelope-Id: QQ+314\r\n"), "{written}");
        let recipient = "\r\n\r\nOriginal-Recipient: rfc822; Bob+x@b.example\r\n\
                         Final-Recipient: rfc822; bob@other.example\r\n";
        assert!(written.contains(recipient), "{written}");
        assert!(written.contains(&format!("\r\nAction: {word}\r\n")), "{written}");
    }
}

#[test]
fn a_report_tells_people_and_programs() {
    let written = String::from_utf8(report().write(1)).unwrap();
    check_lines(&written);
    assert_eq!(
        written,
        "From: Mail Delivery System <postmaster@acme.example>\r\n\
         To: alice@acme.example\r\n\
         Subject: Your message could not be delivered\r\n\
         Date: Sun, 9 Sep 2001 01:46:40 +0000\r\n\
         Message-ID: <2@mx.acme.example>\r\n\
         References: <1@acme.example>\r\n\
         Auto-Submitted: auto-replied\r\n\
         MIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status;\r\n \
         boundary=\"=_00000000000000000000000000000001.00000000\"\r\n\
         \r\n\
         --=_00000000000000000000000000000001.00000000\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\
         Content-Transfer-Encoding: 7bit\r\n\
         \r\n\
         This is the mail system at mx.acme.example.\r\n\
         \r\n\
         Your message could not be delivered to the recipients below.\r\n\
         \r\n  \
         bob@other.example (5.1.1)\r\n    \
         550 5.1.1 No such??X-Evil: user\r\n\
         \r\n\
         For its confidentiality, the message itself is not returned.\r\n\
         \r\n\
         --=_00000000000000000000000000000001.00000000\r\n\
         Content-Type: message/delivery-status\r\n\
         \r\n\
         Reporting-MTA: dns; mx.acme.example\r\n\
         Arrival-Date: Sun, 9 Sep 2001 01:30:00 +0000\r\n\
         \r\n\
         Final-Recipient: rfc822; bob@other.example\r\n\
         Action: failed\r\n\
         Status: 5.1.1\r\n\
         Remote-MTA: dns; mx.other.example\r\n\
         Diagnostic-Code: smtp; 550 5.1.1 No such??X-Evil: user\r\n\
         \r\n\
         --=_00000000000000000000000000000001.00000000\r\n\
         Content-Type: text/rfc822-headers\r\n\
         \r\n\
         Message-ID: <1@acme.example>\r\n\
         \r\n\
         --=_00000000000000000000000000000001.00000000--\r\n"
    );
}

#[test]
fn a_delay_says_until_when() {
    let mut report = report();
    report.action = Action::Delayed(Date::utc(1_000_400_000_000));
    report.original = None;
    report.note = "Grüße".to_owned();
    let written = String::from_utf8(report.write(1)).unwrap();
    check_lines(&written);
    assert!(written.contains("\r\nAction: delayed\r\n"), "{written}");
    assert!(
        written.contains("\r\nWill-Retry-Until: Thu, 13 Sep 2001 16:53:20 +0000\r\n"),
        "{written}"
    );
    assert!(!written.contains("rfc822-headers"), "{written}");
    let parsed = MessageParser::default().parse(written.as_bytes()).unwrap();
    assert!(parsed.body_text(0).unwrap().contains("\n\r\nGrüße\r\n"));
}

#[test]
fn a_trace_line_tells_where_a_message_came_from() {
    let host = Domain::parse("client.example").unwrap();
    let by = Domain::parse("mx.acme.example").unwrap();
    let name = PeerName::parse("my-pc").unwrap();
    let recipient = address("bob@acme.example");
    let mut trace = Trace {
        peer_name: &name,
        peer_ip: "192.0.2.1".parse().unwrap(),
        peer_host: Some(&host),
        by: &by,
        protocol: "ESMTPS",
        tls: Some("TLSv1.3 TLS13_AES_256_GCM_SHA384"),
        id: "0123abc",
        recipient: Some(&recipient),
        date: Date::utc(0),
    };
    assert_eq!(
        String::from_utf8(trace.write()).unwrap(),
        "Received: from my-pc (client.example [192.0.2.1]) by mx.acme.example\r\n \
         with ESMTPS (TLSv1.3 TLS13_AES_256_GCM_SHA384) id 0123abc\r\n \
         for <bob@acme.example>; Thu, 1 Jan 1970 00:00:00 +0000\r\n"
    );
    trace.peer_ip = "2001:db8::1".parse().unwrap();
    (trace.peer_host, trace.tls, trace.recipient) = (None, Some("x)\r\ny"), None);
    trace.id = "a;\r\nb";
    assert_eq!(
        String::from_utf8(trace.write()).unwrap(),
        "Received: from my-pc ([IPv6:2001:db8::1]) by mx.acme.example with ESMTPS\r\n \
         (xy) id ab; Thu, 1 Jan 1970 00:00:00 +0000\r\n"
    );
}

/// Text as a reader gives it back: line ends are CRLF, and there is one at the end.
fn canonical(text: &str) -> String {
    let unified = text.replace("\r\n", "\n").replace('\r', "\n");
    let lines = unified.strip_suffix('\n').unwrap_or(&unified);
    if unified.is_empty() { String::new() } else { format!("{}\r\n", lines.replace('\n', "\r\n")) }
}

fn oneline(text: &str) -> String {
    let cleaned: String = text.chars().map(|it| if it.is_control() { ' ' } else { it }).collect();
    cleaned.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

proptest! {
    #[test]
    fn another_reader_reads_what_was_written(
        subject in "[a-zé日\"=?_, \r\n\t<>.]{1,90}",
        name in "[a-zé日\"\\\\=?(), \r\n@<>.]{1,60}",
        text in "[a-zé日=_. \r\n\t-]{0,300}",
        html in proptest::option::of("[a-zé日=_.<>& \n-]{1,300}"),
        files in proptest::collection::vec(
            ("[a-zé日\"%*'; .]{0,80}[a-z]", proptest::collection::vec(any::<u8>(), 0..200)), 0..3),
        seed in any::<u128>(),
    ) {
        let mut mail = mail();
        mail.subject.clone_from(&subject);
        mail.to[0].name.clone_from(&name);
        mail.text.clone_from(&text);
        mail.html.clone_from(&html);
        for (name, content) in &files {
            mail.attachments.push(Attachment {
                name: name.clone(),
                media_type: "application/pdf".to_owned(),
                content: content.clone(),
            });
        }
        let octets = mail.write(seed);
        check_lines(std::str::from_utf8(&octets).unwrap());
        let parsed = MessageParser::default().parse(&octets).unwrap();

        let some = |text: String| (!text.is_empty()).then_some(text);
        prop_assert_eq!(parsed.subject().map(str::to_owned), some(oneline(&subject)));
        let to = parsed.to().unwrap().first().unwrap();
        prop_assert_eq!(to.name().map(str::to_owned), some(oneline(&name)));
        prop_assert_eq!(to.address(), Some("bob@other.example"));
        prop_assert_eq!(parsed.body_text(0).unwrap_or_default(), canonical(&text));
        if let Some(html) = html {
            prop_assert_eq!(parsed.body_html(0).unwrap(), canonical(&html));
        }
        prop_assert_eq!(parsed.attachment_count(), files.len());
        for (found, (name, content)) in parsed.attachments().zip(&files) {
            prop_assert_eq!(found.attachment_name(), Some(name.trim()));
            prop_assert_eq!(found.contents(), content.as_slice());
        }
    }
}

#[test]
fn a_report_on_tls_is_what_programs_look_for() {
    let report = TlsReport {
        from: Mailbox::new("Acme", address("postmaster@acme.example")),
        to: address("tls@shop.example"),
        about: Domain::parse("shop.example").unwrap(),
        date: Date::utc(1_000_000_000_000),
        message_id: MessageId::parse("1@gateway.acme.example").unwrap(),
        id: "r1".to_owned(),
        seconds: (999_993_600, 1_000_079_999),
        compressed: vec![0x1f, 0x8b, 0, 255],
    };
    let written = String::from_utf8(report.write(7)).unwrap();
    check_lines(&written);
    let read = MessageParser::new().parse(&written).unwrap();
    let field = |name: &str| read.header_raw(name).unwrap_or_default().trim().to_owned();
    assert_eq!(
        read.subject().unwrap(),
        "Report Domain: shop.example Submitter: acme.example Report-ID: <r1@acme.example>"
    );
    assert_eq!(field("TLS-Report-Domain"), "shop.example");
    assert_eq!(field("TLS-Report-Submitter"), "acme.example");
    assert_eq!(field("TLS-Required"), "No");
    let kind = read.content_type().unwrap();
    assert_eq!((kind.ctype(), kind.attribute("report-type")), ("multipart", Some("tlsrpt")));
    let file = read.attachment(0).unwrap();
    assert_eq!(file.content_type().unwrap().subtype(), Some("tlsrpt+gzip"));
    let name = "acme.example!shop.example!999993600!1000079999!r1.json.gz";
    assert_eq!(file.attachment_name(), Some(name));
    assert_eq!(file.contents(), [0x1f, 0x8b, 0, 255]);
}
