//! What the portal shows.

use crate::{Limits, attachment, reading, with_picture_urls};

const LETTER: &str = "From: =?utf-8?q?Andr=C3=A9?= <a@x.example>\r\nTo: b@y.example, \"C, D\" <c@y.example>\r\nCc: d@y.example\r\n\
Reply-To: r@x.example\r\nDate: Mon, 2 Mar 2026 09:30:00 +0000\r\nMessage-ID: <1@x.example>\r\nIn-Reply-To: <0@x.example>\r\n\
Subject: Plan\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\n\
--m\r\nContent-Type: multipart/alternative; boundary=a\r\n\r\n--a\r\n\r\nplain body\r\n\
--a\r\nContent-Type: multipart/related; boundary=r\r\n\r\n\
--r\r\nContent-Type: text/html\r\n\r\n<p onclick=x>html <img src=\"cid:pic@x\"><img src=\"https://t.example/p\"><script>y</script></p>\r\n\
--r\r\nContent-Type: application/octet-stream\r\nContent-ID: <pic@x>\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--r--\r\n--a--\r\n\
--m\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=\"../r\u{e9}port.pdf\"\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0=\r\n\
--m\r\nContent-Type: message/rfc822\r\n\r\nSubject: Inner one\r\n\r\ninner\r\n--m--\r\n";

#[test]
fn a_letter_with_everything() {
    let read = reading(LETTER.as_bytes(), &Limits::default());
    assert_eq!(
        (read.from[0].display.as_str(), read.from[0].address.as_str()),
        ("André", "a@x.example")
    );
    assert_eq!(read.to[1].display, "C, D");
    assert_eq!((read.cc.len(), read.reply_to.len()), (1, 1));
    assert_eq!(
        (read.message_id.as_str(), read.references.as_slice()),
        ("1@x.example", &["0@x.example".to_owned()][..])
    );
    assert_eq!(
        (read.subject.as_str(), read.date.as_str()),
        ("Plan", "Mon, 2 Mar 2026 09:30:00 +0000")
    );
    assert_eq!(read.text, "plain body");
    let html = read.html.unwrap();
    assert_eq!(html, "<p>html <img src=\"cid:5\"><img></p>\r\n".replace("\r\n", ""), "{html:?}");
    assert_eq!(read.remote_pictures_dropped, 1);
    assert_eq!((read.pictures[0].index, read.pictures[0].kind), (5, "image/png"));
    assert_eq!(
        with_picture_urls(&html, |part| format!("/p/{part}")),
        "<p>html <img src=\"/p/5\"><img></p>"
    );
    let files: Vec<_> = read
        .attachments
        .iter()
        .map(|file| (file.index, file.name.as_str(), file.octets, file.inline))
        .collect();
    assert_eq!(
        files,
        [
            (5, "attachment-5", 8, true),
            (6, "réport.pdf", 5, false),
            (7, "Inner one.eml", 27, false)
        ]
    );
    let file = attachment(LETTER.as_bytes(), 6).unwrap();
    assert_eq!(
        (file.name.as_str(), file.kind.as_str(), file.bytes.as_slice()),
        ("réport.pdf", "application/pdf", &b"%PDF-"[..])
    );
    assert_eq!(attachment(LETTER.as_bytes(), 7).unwrap().bytes, b"Subject: Inner one\r\n\r\ninner");
    assert_eq!(attachment(LETTER.as_bytes(), 0), None);
    assert_eq!(attachment(LETTER.as_bytes(), 99), None);
}

#[test]
fn html_alone_gives_text_too() {
    let read = reading(
        b"Content-Type: text/html; charset=utf-8\n\n<h1>One</h1><p>two &amp; three",
        &Limits::default(),
    );
    assert_eq!(read.text, "One\ntwo & three");
    assert_eq!(read.html.as_deref(), Some("<h1>One</h1><p>two &amp; three</p>"));
}

#[test]
fn plain_text_has_no_html() {
    let read = reading(b"Subject: x\n\n<script>plain</script>", &Limits::default());
    assert_eq!((read.text.as_str(), read.html), ("<script>plain</script>", None));
}

#[test]
fn a_footer_beside_html_is_shown_in_both_views() {
    let message = b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n\n<p>letter\n--b\n\nfoot<er\n--b--\n";
    let read = reading(message, &Limits::default());
    assert_eq!(read.text, "letter\n\nfoot<er");
    assert_eq!(read.html.as_deref(), Some("<p>letter</p><pre>foot&lt;er</pre>"));
}
