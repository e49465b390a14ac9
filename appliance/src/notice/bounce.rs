//! What a sender reads when a message was not delivered. It never returns the message (F-04).

use super::{House, Letter, date, page};

/// What was not delivered, and why.
#[derive(Clone, Debug)]
pub(crate) struct Bounce<'a> {
    /// To whom, and why not.
    pub(crate) failed: &'a [(String, String)],
    /// The subject.
    pub(crate) subject: &'a str,
    /// When it arrived, milliseconds since 1970 UTC.
    pub(crate) sent_ms: i64,
}

/// Writes the human part of a bounce.
pub(crate) fn bounce(house: &House<'_>, bounced: &Bounce<'_>) -> Letter {
    let title = "Your message was not delivered";
    let intro = "Your message could not be delivered to everybody. It is not attached here, so that what it says stays protected.";
    let rows = [
        ("Subject", bounced.subject.to_owned()),
        ("Sent", date::minute(bounced.sent_ms, house.time_zone)),
    ];
    let failed: Vec<(&str, String)> =
        bounced.failed.iter().map(|(who, why)| (who.as_str(), why.clone())).collect();
    let text = format!(
        "{intro}\n\n{}\nNot delivered to:\n{}\n{}",
        page::plain_facts(&rows),
        page::plain_facts(&failed),
        page::footer(house)
    );
    let content = maud::html! {
        (page::paragraph(intro)) (page::facts(&rows))
        h2 style="margin:0 0 8px;font-size:16px" { "Not delivered to" }
        (page::facts(&failed))
    };
    Letter { subject: title.to_owned(), text, html: page::page(house, title, &content) }
}
