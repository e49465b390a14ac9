//! What is written in the messages of the tests and of the preview.

use portal::{AttachmentBody, AttachmentInfo, Mailbox, Reading};

use crate::world::{Letter, MARIAN, NOW_MS};

/// Somebody with a name.
pub(crate) fn mailbox(name: &str, address: &str) -> Mailbox {
    Mailbox { name: name.to_owned(), address: address.to_owned() }
}

/// Anna writes to Marian, with a table and two files.
pub(crate) fn completion_statement() -> Letter {
    let mut files = vec![
        file("Completion statement.pdf", "application/pdf", b"%PDF-1.7 0123456789"),
        file("Größe €.html", "text/html", b"<script>alert(1)</script>"),
    ];
    let attachments = infos(&files);
    // A picture inside the message is a part, and not in the list of attachments.
    files.push(file("logo.png", "image/png", b"\x89PNG\r\n\x1a\n0000"));
    let reading = Reading {
        subject: "Completion statement for 14 Harbour Row".to_owned(),
        from: mailbox("Anna Kowalski", "anna.kowalski@northshire.example"),
        to: vec![mailbox("Marian Osei", MARIAN)],
        cc: vec![
            mailbox("J. Whitlock", "j.whitlock@harbourlegal.example"),
            mailbox("Legal Services", "legal@northshire.example"),
        ],
        date_ms: Some(NOW_MS - 60_000),
        message_id: Some("completion.1@northshire.example".to_owned()),
        references: vec!["first@northshire.example".to_owned()],
        text: Some(TEXT.to_owned()),
        html: Some(HTML.to_owned()),
        remote_pictures_dropped: 3,
        attachments,
    };
    Letter { files, ..Letter::new(reading) }
}

/// A letter of text alone.
pub(crate) fn plain(subject: &str, name: &str, address: &str, text: &str) -> Letter {
    Letter::new(Reading {
        subject: subject.to_owned(),
        from: mailbox(name, address),
        to: vec![mailbox("Marian Osei", MARIAN)],
        date_ms: Some(NOW_MS - 60_000),
        message_id: Some("plain.1@northshire.example".to_owned()),
        text: Some(text.to_owned()),
        ..Reading::default()
    })
}

/// A file.
pub(crate) fn file(name: &str, kind: &str, bytes: &[u8]) -> AttachmentBody {
    AttachmentBody { name: name.to_owned(), kind: kind.to_owned(), bytes: bytes.to_vec() }
}

/// The list of files.
pub(crate) fn infos(files: &[AttachmentBody]) -> Vec<AttachmentInfo> {
    (0..)
        .zip(files)
        .map(|(index, it)| AttachmentInfo {
            index,
            name: it.name.clone(),
            kind: it.kind.clone(),
            octets: it.bytes.len().try_into().unwrap_or(u64::MAX),
        })
        .collect()
}

const TEXT: &str = "Dear Ms Osei,

Please find attached the completion statement and the transfer, signed and dated.

Balance due 27 November: 223,712.40

Please check the account details by telephone before you send any money.

Kind regards,
Anna Kowalski
Legal Services
";

const HTML: &str = "<p>Dear Ms Osei,</p>\
<p>Please find attached the completion statement and the transfer, signed and dated. The balance due \
on completion is set out below.</p>\
<table><thead><tr><th align=\"left\">Item</th><th align=\"right\">Amount</th></tr></thead><tbody>\
<tr><td>Purchase price</td><td align=\"right\">£248,000.00</td></tr>\
<tr><td>Deposit held</td><td align=\"right\">−£24,800.00</td></tr>\
<tr><td>Search and registration fees</td><td align=\"right\">£512.40</td></tr>\
<tr><td><b>Balance due 27 November</b></td><td align=\"right\"><b>£223,712.40</b></td></tr></tbody></table>\
<p>Please check the account details by telephone before you send any money. We never change them by \
email.</p><p>Kind regards,<br>Anna Kowalski<br>Legal Services</p>";
