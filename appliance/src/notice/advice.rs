//! What a sender is told besides, such as that a request had no effect.

use super::{House, Letter, page};

/// Writes the advice about the message with this subject.
pub(crate) fn advice(house: &House<'_>, subject: &str, lines: &[String]) -> Letter {
    let title = "About your message";
    let rows = [("Subject", subject.to_owned())];
    let text =
        format!("{}\n{}\n\n{}", page::plain_facts(&rows), lines.join("\n\n"), page::footer(house));
    let content = maud::html! {
        (page::facts(&rows))
        @for line in lines { (page::paragraph(line)) }
    };
    Letter {
        subject: format!("{title}: {subject}"),
        text,
        html: page::page(house, title, &content),
    }
}
