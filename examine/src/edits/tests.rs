//! Edits over whole messages.

use engine::decision::Effect;
use wire::edit::apply;

use super::for_delivery;
use crate::{Limits, extract, reading};

fn banner(text: &str) -> Effect {
    Effect::Banner { text: text.to_owned(), html: false }
}

fn edited(message: &[u8], effects: &[Effect]) -> Vec<u8> {
    apply(message, &for_delivery(message, effects, None).unwrap()).unwrap()
}

/// The edited message as text with LF line ends.
fn edited_text(message: &str, effects: &[Effect]) -> String {
    String::from_utf8(edited(message.as_bytes(), effects)).unwrap()
}

#[test]
fn subject_tags_are_taken_off_and_put_in_front() {
    let strip = Effect::StripTag("[secure]".to_owned());
    let tag = Effect::TagSubject("[Extern]".to_owned());
    for (subject, effects, expected) in [
        ("Subject: [secure] Offer", vec![&strip], "Subject: Offer"),
        ("Subject: Re: [SECURE] Offer", vec![&strip], "Subject: Re: Offer"),
        ("Subject: Offer [Secure]", vec![&strip], "Subject: Offer "),
        ("subject:[secure]Offer", vec![&strip], "subject:Offer"),
        ("Subject: a [secure] [secure] b", vec![&strip], "Subject: a b"),
        ("Subject: [secure]", vec![&strip], "Subject: "),
        ("Subject: [secure] =?utf-8?q?caf=C3=A9?=", vec![&strip], "Subject: =?utf-8?q?caf=C3=A9?="),
        ("Subject: =?utf-8?q?[secure]_caf=C3=A9?=", vec![&strip], "Subject: =?utf-8?B?Y2Fmw6k=?="),
        ("Subject: =?utf-8?q?[sec?= =?utf-8?q?ure]_Offer?=", vec![&strip], "Subject: Offer"),
        ("Subject: no tag here", vec![&strip], "Subject: no tag here"),
        ("Subject: Offer", vec![&tag], "Subject: [Extern] Offer"),
        ("Subject: Re: [extern] Offer", vec![&tag], "Subject: Re: [extern] Offer"),
        ("Subject: [secure] Offer", vec![&strip, &tag], "Subject: [Extern] Offer"),
    ] {
        let effects: Vec<Effect> = effects.into_iter().cloned().collect();
        let message = format!("From: a@x.example\n{subject}\nTo: b@x.example\n\nbody");
        let expected = format!("From: a@x.example\n{expected}\nTo: b@x.example\n\nbody");
        assert_eq!(edited_text(&message, &effects), expected);
    }
    assert_eq!(
        edited_text("To: b@x.example\n\nx", &[tag]),
        "Subject: [Extern]\nTo: b@x.example\n\nx"
    );
    let umlaut = Effect::TagSubject("[Äußeres]".to_owned());
    for subject in ["Offer", "=?utf-8?q?Offer?="] {
        let tagged =
            edited(format!("Subject: {subject}\n\nx").as_bytes(), std::slice::from_ref(&umlaut));
        assert_eq!(reading(&tagged, &Limits::default()).subject, "[Äußeres] Offer");
    }
}

#[test]
fn added_headers_cannot_add_others() {
    let header = Effect::AddHeader {
        name: "X-Class".to_owned(),
        value: "a\r\nBcc: evil@x.example".to_owned(),
    };
    assert_eq!(
        edited_text("To: b@x.example\r\n\r\nx", &[header]),
        "X-Class: a  Bcc: evil@x.example\r\nTo: b@x.example\r\n\r\nx"
    );
    let bad = Effect::AddHeader { name: "X\r\nBcc".to_owned(), value: "a".to_owned() };
    assert_eq!(edited_text("To: b@x.example\n\nx", &[bad]), "To: b@x.example\n\nx");
}

#[test]
fn a_banner_stands_in_the_text_in_its_own_encoding() {
    for (header, body, expected) in [
        ("", "hello\n", "B. 1\n\nhello\n"),
        (
            "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n",
            "h=C3=A9\n",
            "B. 1\n\nh=C3=A9\n",
        ),
        (
            "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n",
            "aGk=\n",
            "Qi4gMQ0KIA0K\naGk=\n",
        ),
        ("Content-Type: text/html\n", "<html><body>\n<p>x", "<html><body>DIVB. 1</div>\n\n<p>x"),
        (
            "Content-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n",
            "<p style=3D\"x\">y",
            "DIVB. 1</div>\n<p style=3D\"x\">y",
        ),
    ] {
        let message = format!("{header}\n{body}");
        let mut changed = edited_text(&message, &[banner("B. 1")]);
        let div =
            changed.find("<div style").map(|from| from..changed.find(";padding").unwrap_or(from));
        if let Some(range) = div {
            let end = changed.get(range.start..).unwrap().find("\">").unwrap() + range.start + 2;
            changed.replace_range(range.start..end, "DIV");
        }
        if header.contains("quoted") {
            changed = changed.replace("=\n", "");
        }
        assert_eq!(changed, format!("{header}\n{expected}"));
    }
}

#[test]
fn every_branch_of_an_alternative_gets_the_banner_and_nothing_else_changes() {
    let attachment = "--m\r\nContent-Type: text/plain; name=a.txt\r\nContent-Disposition: attachment\r\n\r\n--keep\tthis \r\n--m--\r\n";
    let message = format!(
        "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\nContent-Type: multipart/alternative; boundary=a\r\n\r\n\
         --a\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\nplain\r\n\
         --a\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nPGI+aHRtbDwvYj4=\r\n--a--\r\n{attachment}"
    );
    let changed = edited(message.as_bytes(), &[banner("Grüße")]);
    assert!(changed.ends_with(attachment.as_bytes()));
    let read = reading(&changed, &Limits::default());
    assert_eq!(read.text, "Grüße\n\nplain");
    let html = read.html.unwrap();
    assert!(html.contains(">Grüße</div>") && html.ends_with("<b>html</b>"), "{html}");
    assert_eq!(extract(&changed, &Limits::default()).content.ambiguous, Vec::<String>::new());
}

#[test]
fn signed_and_strange_bodies_are_wrapped_and_not_touched() {
    let signed = "Content-Type: multipart/signed; boundary=s; protocol=\"application/pgp-signature\"\n\n--s\n\nsigned text\n--s\nContent-Type: application/pgp-signature\n\nsig\n--s--\n";
    let opaque = "Content-Type: application/pkcs7-mime; smime-type=signed-data\nContent-Transfer-Encoding: base64\n\nMIIB\n";
    let utf_16 =
        "Content-Type: text/plain; charset=utf-16\nContent-Transfer-Encoding: base64\n\naABpAA==\n";
    let ascii = "Content-Type: text/plain\n\nplain";
    let pdf =
        "Content-Type: application/pdf;\n name=a.pdf\nContent-Disposition: attachment\n\n%PDF";
    for body in [signed, opaque, utf_16, ascii, pdf] {
        let message = format!("From: a@x.example\nMIME-Version: 1.0\n{body}");
        let changed = edited_text(&message, &[banner("Vertraulich – bleibt hier")]);
        let read = reading(changed.as_bytes(), &Limits::default());
        assert!(read.text.starts_with("Vertraulich – bleibt hier"), "{changed}");
        assert!(changed.contains(body), "{changed}");
        let before = extract(message.as_bytes(), &Limits::default()).content;
        let after = extract(changed.as_bytes(), &Limits::default()).content;
        assert_eq!(after.ambiguous, Vec::<String>::new(), "{changed}");
        assert_eq!(after.unreadable.len(), before.unreadable.len());
    }
}

#[test]
fn an_html_banner_shows_as_text_in_text() {
    let effect = Effect::Banner { text: "<b>Confi</b>dential &amp; so".to_owned(), html: true };
    assert_eq!(
        edited_text("Subject: x\n\nbody", std::slice::from_ref(&effect)),
        "Subject: x\n\nConfidential & so\n\nbody"
    );
    let html = edited_text("Content-Type: text/html\n\n<p>x", &[effect]);
    assert_eq!(html, "Content-Type: text/html\n\n<b>Confi</b>dential &amp; so\n<p>x");
}

#[test]
fn no_effect_no_edit() {
    let none = [Effect::StripTag("[x]".to_owned())];
    assert!(for_delivery(b"Subject: y\n\nz", &none, None).unwrap().is_empty());
    assert!(for_delivery(b"Subject: y\n\nz", &[], None).unwrap().is_empty());
}
