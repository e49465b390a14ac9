//! What an examination sees.

use engine::facts::{Alternative, Attachment};
use grammar::tree::Scope;

use super::{extracted, texts, with_file};

#[test]
fn every_scope_is_filled_from_its_place() {
    let extract = extracted(
        "From: \"Doe, J\" <J.Doe@X.example>, b@x.example\r\n\
         Subject: =?utf-8?B?R2VoZWlt?= Plan\r\nX-Note: caf=?utf-8?q?=C3=A9?=\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n\
         --b\r\nContent-Type: multipart/alternative; boundary=a\r\n\r\n\
         --a\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nCaf=E9 one\r\n\
         --a\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<b>Caf&eacute;</b> two<p hidden>three\r\n--a--\r\n\
         --b\r\nContent-Type: text/csv; name=\"Liste.CSV\"\r\nContent-Disposition: attachment; filename=\"Liste.CSV\"\r\nContent-Transfer-Encoding: base64\r\n\r\nYSxiDQo=\r\n\
         --b\r\nContent-Type: message/rfc822\r\n\r\nSubject: Inner\r\nFrom: c@x.example\r\n\r\nDeep text\r\n\
         --b\r\nContent-Type: application/octet-stream; name=x.bin\r\nContent-Transfer-Encoding: base64\r\n\r\nAAECAwQ=\r\n--b--\r\n",
    );
    let content = &extract.content;
    let from: Vec<String> = content.header_from.iter().map(ToString::to_string).collect();
    assert_eq!(from, ["J.Doe@x.example", "b@x.example"]);
    assert_eq!(content.subject, "Geheim Plan");
    assert_eq!(content.headers[2], ("X-Note".to_owned(), "café".to_owned()));
    assert_eq!(texts(&extract, Scope::Subject), ["geheim plan"]);
    assert_eq!(texts(&extract, Scope::Body), ["café one", "café two", "three"]);
    assert_eq!(texts(&extract, Scope::AttachmentText), ["a,b ", "inner", "deep text"]);
    assert_eq!(texts(&extract, Scope::AttachmentNames), ["liste.csv", "x.bin"]);
    assert!(texts(&extract, Scope::Headers)[0].contains("x-note: café"));
    assert!(!texts(&extract, Scope::Headers)[0].contains("geheim"));
    let attachment = |name: &str, kind: &str, octets| Attachment {
        name: name.into(),
        kind: kind.into(),
        octets,
        ..Attachment::default()
    };
    assert_eq!(
        content.attachments,
        [
            attachment("Liste.CSV", "text/csv", 5),
            attachment("", "message/rfc822", 46),
            attachment("x.bin", "application/octet-stream", 5),
        ]
    );
    assert_eq!(content.unreadable, ["file of a kind that is not read (part 4)"]);
    assert_eq!((content.ambiguous.len(), content.over_limit.len()), (0, 0));
    assert_eq!(content.cased.len(), content.segments.len());
    let branches: Vec<_> = content
        .segments
        .iter()
        .filter_map(|segment| segment.alternative)
        .map(|a| (a.group, a.branch))
        .collect();
    assert!(branches.contains(&(1, 1)) && branches.contains(&(1, 2)));
    let paths: Vec<_> =
        extract.parts.iter().map(|part| (part.path.as_str(), part.charset.as_deref())).collect();
    assert_eq!(paths[2], ("1.1", Some("windows-1252")));
    assert_eq!(extract.parts[3].text, "Café two\nthree");
    assert_eq!(extract.parts[3].flags, ["hidden text"]);
    assert_eq!(extract.parts[6].path, "3.1");
}

/// Only forms of one text are alternatives; files are listed in whatever branch they stand.
#[test]
fn files_in_an_alternative_count_by_themselves() {
    let part = |head: &str, text: &str| format!("--a\r\n{head}\r\n\r\n{text}\r\n");
    let file =
        |text: &str| part("Content-Type: text/plain\r\nContent-Disposition: attachment", text);
    let body = [
        part("Content-Type: text/plain", "plain form"),
        part("Content-Type: text/html", "<b>html</b> form"),
        file("first file"),
        file("second file"),
        part("Content-Type: text/plain", "another plain text"),
        part("Content-Type: message/rfc822", "Subject: inner\r\n\r\ninner text"),
    ];
    let message = format!(
        "Content-Type: multipart/alternative; boundary=a\r\n\r\n{}--a--\r\n",
        body.concat()
    );
    let content = extracted(&message).content;
    let told = |it: &engine::facts::Segment| {
        let text = content.text.get(it.start..it.end).unwrap().to_owned();
        (text, it.alternative.map(|it| it.branch))
    };
    let told: Vec<_> =
        content.segments.iter().filter(|it| it.scope != Scope::Headers).map(told).collect();
    let told: Vec<_> = told.iter().map(|it| (it.0.as_str(), it.1)).collect();
    assert_eq!(
        told,
        [
            ("plain form", Some(1)),
            ("html form", Some(2)),
            ("first file", None),
            ("second file", None),
            ("another plain text", None),
            ("inner", None),
            ("inner text", None),
        ]
    );
}

#[test]
fn segments_are_sorted_and_apart() {
    let extract = extracted("Subject: a\n\nbegin 644 notes.txt\n#0V%T\n`\nend\n");
    let mut free = 0;
    for segment in &extract.content.segments {
        assert!(free <= segment.start && segment.start < segment.end, "{segment:?}");
        free = segment.end;
    }
    assert_eq!(texts(&extract, Scope::AttachmentNames), ["notes.txt"]);
    assert_eq!(texts(&extract, Scope::AttachmentText), ["cat"]);
}

#[test]
fn messages_behind_an_encoding_are_read() {
    let inner = "Subject: Inner\r\nContent-Type: multipart/alternative; boundary=i\r\n\r\n--i\r\n\r\nsecret\r\n--i--\r\n";
    let outer = format!(
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n--b--\r\n",
        crate::edits::base64_of(inner.as_bytes())
    );
    let extract = extracted(&outer);
    assert_eq!(texts(&extract, Scope::AttachmentText), ["inner", "secret"]);
    let paths: Vec<_> = extract.parts.iter().map(|part| part.path.as_str()).collect();
    assert_eq!(paths, ["0", "1", "1.1", "1.1.1"]);
    assert_eq!(
        extract.content.segments.last().unwrap().alternative,
        Some(Alternative { group: 1, branch: 1 })
    );
    assert!(extract.content.ambiguous.is_empty());
}

/// What an examination cannot read, by message.
#[test]
fn parts_that_nobody_reads_are_unreadable() {
    for (message, unreadable) in [
        (
            "Content-Type: application/pkcs7-mime; smime-type=enveloped-data\n\nMIIB",
            "encrypted with S/MIME (part 0)",
        ),
        (
            "Content-Type: application/x-pkcs7-mime; smime-type=signed-data\n\nMIIB",
            "unreadable S/MIME signature (part 0)",
        ),
        (
            "Content-Type: multipart/encrypted; boundary=b\n\n--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--b--\n",
            "encrypted with PGP (part 0)",
        ),
        ("Subject: x\n\n-----BEGIN PGP MESSAGE-----\n\nabc\n", "encrypted with PGP (part 0)"),
        (
            "Content-Type: message/partial; id=a; number=1; total=2\n\nx",
            "fragment of a message (part 0)",
        ),
    ] {
        assert_eq!(extracted(message).content.unreadable, [unreadable], "{message}");
    }
}

/// Whatever its label and name say, a file that no reader opens is told, and what can be read of it
/// is read.
#[test]
fn a_file_without_a_reader_is_unreadable() {
    let noise: Vec<u8> = (0..600_u32).map(|it| ((it * it * 193) >> 5).to_le_bytes()[0]).collect();
    let archive = "archive, which is not opened (part 0)";
    let damaged = "damaged archive (part 0)";
    let file = "file of a kind that is not read (part 0)";
    for (kind, name, octets, unreadable) in [
        ("application/vnd.ms-excel", "a.xlsx", &b"PK\x03\x04\x14\0\0\0\x08\0 rest"[..], damaged),
        ("text/plain", "a.txt", b"PK\x03\x04\x14\0\0\0\x08\0 rest", damaged),
        ("application/octet-stream", "a", b"7z\xbc\xaf\x27\x1c\0\x04rest", damaged),
        ("application/ms-tnef", "winmail.dat", b"\x78\x9f\x3e\x22\x01\0rest", damaged),
        ("application/vnd.ms-cab-compressed", "a.cab", b"MSCF\0\0\0\0rest", archive),
        ("text/plain", "a.txt", b"\x04\x22\x4d\x18\x64\x40 4012 8888", archive),
        ("text/plain", "a.lzh", b"\x20\x33-lh5- 4012 8888", archive),
        ("application/pgp-encrypted", "a.pgp", b"\x85\x01\x0c\x03\x90\xf1\x88\xff\0\x01", file),
        ("image/png", "a.png", &noise, file),
        ("text/plain", "a.txt", &noise, "text with octets that are no text (part 0)"),
    ] {
        let content = with_file(kind, name, octets).content;
        assert_eq!(content.unreadable, [unreadable], "{kind} {name}");
        assert_eq!(content.attachments.len(), 1);
    }
}

#[test]
fn pictures_signatures_and_empty_files_are_not_unreadable() {
    let signature = crate::cms::tests::detached();
    for (kind, octets) in [
        ("image/png", &b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR"[..]),
        ("application/octet-stream", b"GIF89a\x01\0\x01\0\0\0\0;"),
        ("audio/mpeg", b"ID3\x04\0\0\0\0\0\0"),
        ("video/mp4", b"\0\0\0\x18ftypmp42\0\0\0\0"),
        ("application/pkcs7-signature", &signature),
        ("application/octet-stream", b""),
    ] {
        assert_eq!(with_file(kind, "a", octets).content.unreadable, Vec::<String>::new(), "{kind}");
    }
    // A signature that carries a message is read.
    let wrapped = crate::cms::tests::signed(b"Subject: x\r\n\r\nthe marker word");
    let extract = with_file("application/pkcs7-signature", "smime.p7s", &wrapped);
    assert!(extract.content.text.contains("the marker word"));
}

/// Editors and spreadsheets open all of these.
#[test]
fn an_odd_octet_makes_no_text_unreadable() {
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    for (kind, name, octets) in [
        ("application/octet-stream", "a.csv", b"name\0\nmarker 4012".to_vec()),
        ("application/octet-stream", "a.csv", b"\x01\nmarker 4012".to_vec()),
        ("application/octet-stream", "a", b"\x01\nmarker 4012 and more words".to_vec()),
        ("text/plain", "a.txt", wide("marker 4012")),
        ("application/octet-stream", "a", wide("marker 4012")),
        ("application/octet-stream", "a.txt", b"%PDF\nmarker 4012".to_vec()),
        ("application/octet-stream", "a.html", b"<b>mar</b>ker 4012".to_vec()),
    ] {
        let extract = with_file(kind, name, &octets);
        let found = texts(&extract, Scope::AttachmentText).concat();
        assert!(found.contains("marker 4012"), "{kind} {name}: {found:?}");
    }
}

/// Whoever a reader may be shown is a sender, and where nobody can tell, that is told.
#[test]
fn every_author_of_the_header_is_known_or_unreadable() {
    for (from, authors, unreadable) in [
        ("From: ceo@acme.example", &["ceo@acme.example"][..], false),
        ("From: ceo@acme.example.", &["ceo@acme.example"], false),
        ("From: CEO <ceo@acme.example.>", &["ceo@acme.example"], false),
        ("From: ceo@acme.example\u{1}", &["ceo@acme.example"], false),
        ("From: ceo@acme.example\0", &["ceo@acme.example"], false),
        ("From: ceo@acme\u{200b}.example", &["ceo@acme.example"], false),
        (
            "From: CEO <ceo@acme.example> <x@evil.example>",
            &["ceo@acme.example", "x@evil.example"],
            false,
        ),
        ("From: <x@evil.example> ceo@acme.example", &["x@evil.example", "ceo@acme.example"], false),
        ("From: x@evil.example, ceo@@acme.example", &["x@evil.example"], true),
        ("From: Mailer-Daemon", &[], false),
        ("From: CEO <>", &[], true),
        ("Subject: no author", &[], true),
    ] {
        let content = extracted(&format!("{from}\r\n\r\nx")).content;
        let found: Vec<String> = content.header_from.iter().map(ToString::to_string).collect();
        assert_eq!(
            (found, content.from_unreadable),
            (authors.iter().map(|it| (*it).to_owned()).collect(), unreadable),
            "{from:?}"
        );
    }
}

#[test]
fn a_fragment_is_read_as_the_message_that_it_begins() {
    let message = "Content-Type: message/partial; id=a; number=1; total=2\n\n\
        Content-Transfer-Encoding: base64\n\nc2VjcmV0\n";
    assert_eq!(texts(&extracted(message), Scope::AttachmentText), ["secret"]);
}

#[test]
fn a_signed_message_is_read_through_its_wrapping() {
    let inner = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nsecret\r\n--b--\r\n";
    let wrapped = crate::edits::base64_of(&crate::cms::tests::signed(inner.as_bytes()));
    let message = format!(
        "Subject: s\nContent-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\n\
         Content-Transfer-Encoding: base64\n\n{wrapped}\n"
    );
    let extract = extracted(&message);
    assert_eq!(texts(&extract, Scope::Body), ["secret"]);
    assert_eq!((extract.content.subject.as_str(), extract.content.unreadable.len()), ("s", 0));
}

#[test]
fn limits_are_named_and_the_rest_stands() {
    let message = "Subject: a\n\nbody";
    let limits = crate::Limits { decoded_octets: 3, ..crate::Limits::default() };
    let content = crate::extract(message.as_bytes(), &limits).content;
    assert_eq!(content.over_limit, ["decoded size (part 0)"]);
    assert_eq!(content.subject, "a");
    let deep = "Content-Type: message/rfc822\n\n".repeat(60) + "Subject: deep\n\nx";
    let content = extracted(&deep).content;
    assert_eq!(content.over_limit.len(), 1, "{:?}", content.over_limit);
    assert!(content.over_limit[0].starts_with("parts nested too deep"));
}

#[test]
fn text_under_any_label_is_read() {
    for message in [
        "Content-Type: application/octet-stream; name=a\n\nthe marker word\n",
        "Content-Type: image/png; name=a.png\n\nthe marker word\n",
        "Content-Type: application/octet-stream; name=a\n\n<html><p>the <b>mar</b>ker word\n",
        "Content-Type: text/html; charset=utf-16le; name=a\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment\n\nPABiAD4AbQBhAHIAawBlAHIAPAAvAGIAPgA=\n",
    ] {
        let extract = extracted(message);
        let found = texts(&extract, Scope::AttachmentText);
        assert!(found.iter().any(|text| text.contains("marker")), "{message}: {found:?}");
    }
}

#[test]
fn every_name_that_a_part_gives_is_a_name_of_the_attachment() {
    let names = |fields: &str| {
        let extract = extracted(&format!("{fields}\r\n\r\nx"));
        let attachment = extract.content.attachments.first().unwrap().clone();
        (attachment.name, attachment.other_names)
    };
    let twice = "Content-Type: application/x; name=c.scr\r\n\
        Content-Disposition: attachment; filename=\"a.txt\"; filename=\"a.exe\"";
    let (shown, others) = names(twice);
    let mut all = others;
    all.push(shown);
    all.sort();
    assert_eq!(all, ["a.exe", "a.txt", "c.scr"]);
    let nul = "Content-Disposition: attachment; filename*=utf-8''a.exe%00.txt";
    assert_eq!(names(nul), ("a.exe\0.txt".to_owned(), Vec::new()));
}
