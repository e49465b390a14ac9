//! The read receipt: tells the sender that a recipient opened a message.

use super::{House, Letter, date, page};

/// Who read what, when.
#[derive(Clone, Debug)]
pub(crate) struct Receipt<'a> {
    /// The recipient.
    pub(crate) reader: &'a str,
    /// The subject.
    pub(crate) subject: &'a str,
    /// When the message was sent, milliseconds since 1970 UTC.
    pub(crate) sent_ms: i64,
    /// When it was opened, milliseconds since 1970 UTC.
    pub(crate) read_ms: i64,
}

/// Writes the receipt.
pub(crate) fn receipt(house: &House<'_>, read: &Receipt<'_>) -> Letter {
    let title = "Secure Message Read";
    let intro = format!(
        "{} logged in and opened your secure message. This does not prove that it was understood.",
        read.reader
    );
    let rows = [
        ("Subject", read.subject.to_owned()),
        ("Sent", date::minute(read.sent_ms, house.time_zone)),
        ("Opened", date::minute(read.read_ms, house.time_zone)),
    ];
    let text = format!("{intro}\n\n{}\n{}", page::plain_facts(&rows), page::footer(house));
    let content = maud::html! { (page::paragraph(&intro)) (page::facts(&rows)) };
    Letter {
        subject: format!("{title}: {}", read.subject),
        text,
        html: page::page(house, title, &content),
    }
}
