//! On ordinary messages, another parser finds the same.

use mail_parser::{MessageParser, MimeHeaders};

use crate::mime::{Limits, decode, scan};

const MESSAGES: [&str; 4] = [
    "From: a@x.example\r\nSubject: plain\r\n\r\nbody\r\nof two lines\r\n",
    "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\ncaf=C3=A9 =\r\nau lait\r\n",
    "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"m-1\"\r\n\r\npreamble\r\n--m-1\r\nContent-Type: multipart/alternative; boundary=a_2\r\n\r\n--a_2\r\nContent-Type: text/plain\r\n\r\nplain\r\n--a_2\r\nContent-Type: text/html\r\n\r\n<p>html</p>\r\n--a_2--\r\n\r\n--m-1\r\nContent-Type: application/pdf; name=report.pdf\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename*0=\"re\"; filename*1=\"port.pdf\"\r\n\r\nJVBERi0xLjQK\r\n--m-1--\r\n",
    "Content-Type: multipart/related; boundary=r; type=\"text/html\"\n\n--r\nContent-Type: text/html\n\n<img src=cid:a@b>\n--r\nContent-Type: image/png; name=a.png\nContent-ID: <a@b>\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n--r--\n",
];

#[test]
fn ordinary_messages_agree() {
    for message in MESSAGES {
        let bytes = message.as_bytes();
        let ours = scan(bytes, &Limits::default());
        let theirs = MessageParser::default().parse(bytes).unwrap();
        assert_eq!(ours.parts.len(), theirs.parts.len(), "{message}");
        for (part, other) in ours.parts.iter().zip(&theirs.parts) {
            if let Some(kind) = other.content_type() {
                assert_eq!(part.content_type.kind, kind.c_type.to_lowercase());
                assert_eq!(
                    part.content_type.subtype,
                    kind.c_subtype.as_deref().unwrap_or("").to_lowercase()
                );
            }
            if !part.container {
                let decoded = decode(&bytes[part.body.clone()], part.encoding).bytes;
                assert_eq!(
                    String::from_utf8_lossy(&decoded),
                    String::from_utf8_lossy(other.contents()),
                    "{message}"
                );
            }
            let id = other.content_id().unwrap_or_default();
            assert_eq!(String::from_utf8_lossy(&part.content_id), id);
            if part.disposition.declared {
                let name = part.names().next().map(|name| name.value.clone()).unwrap_or_default();
                assert_eq!(String::from_utf8_lossy(&name), other.attachment_name().unwrap());
            }
        }
    }
}
