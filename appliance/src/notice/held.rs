//! Tells a sender that a message waits until somebody lets it go (N-04).

use maud::html;

use super::{House, Letter, date, page};

/// What the letter says.
#[derive(Clone, Debug)]
pub(crate) struct Held<'a> {
    /// The subject.
    pub(crate) subject: &'a str,
    /// To whom it has not gone.
    pub(crate) recipients: &'a [String],
    /// When it arrived, milliseconds since 1970 UTC.
    pub(crate) sent_ms: i64,
    /// After so many days it is returned.
    pub(crate) days: u16,
}

/// Writes the letter.
pub(crate) fn held(house: &House<'_>, held: &Held<'_>) -> Letter {
    let title = "Your message waits to be released";
    let intro = format!(
        "The rules of {} hold this message until somebody there has looked at it. It has not been \
         sent to the people below. You need do nothing, and need not send it again: if it is not \
         released within {} days, you will be told.",
        house.name, held.days
    );
    let rows = [
        ("Subject", held.subject.to_owned()),
        ("To", held.recipients.join(", ")),
        ("Sent", date::moment(held.sent_ms, house.time_zone)),
    ];
    let text = format!("{intro}\n\n{}\n{}", page::plain_facts(&rows), page::footer(house));
    let content = html! { (page::paragraph(&intro)) (page::facts(&rows)) };
    Letter {
        subject: format!("{title}: {}", held.subject),
        text,
        html: page::page(house, title, &content),
    }
}
