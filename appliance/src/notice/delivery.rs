//! "Secure Message Delivery": tells a recipient that a message waits in the portal
//!

use maud::html;

use super::{House, Letter, date, page};

/// What the notice says. It never holds the message, and the subject only where the definition
/// shows it.
#[derive(Clone, Debug)]
pub(crate) struct Delivery<'a> {
    /// Who wrote: the sender's domain, or the address where the subject is shown.
    pub(crate) from: &'a str,
    /// The subject, where the definition shows it.
    pub(crate) subject: Option<&'a str>,
    /// The link of this notice alone.
    pub(crate) link: &'a str,
    /// Where the portal is, which the link begins with.
    pub(crate) portal_url: &'a str,
    /// Until when the message is kept, milliseconds since 1970 UTC.
    pub(crate) until_ms: i64,
}

/// Writes the notice.
pub(crate) fn delivery(house: &House<'_>, notice: &Delivery<'_>) -> Letter {
    const TITLE: &str = "Secure Message Delivery";
    let until = date::day(notice.until_ms, house.time_zone);
    let mut rows = vec![("From", notice.from.to_owned())];
    rows.extend(notice.subject.map(|it| ("Subject", it.to_owned())));
    rows.push(("Available until", until.clone()));
    let intro = format!(
        "{} has sent you a message that is kept encrypted. It is not attached to this mail: you read it, and answer it, on our secure site.",
        house.name
    );
    let first_time = "The first time, you choose a password for your account. After that, log in with your email address and that password. We never send a password by email.";
    let genuine = format!(
        "Is this genuine? The link always begins with {}/ and we never ask for a password by email. You can also open that address yourself and log in: the message is there too.",
        notice.portal_url
    );
    let text = format!(
        "{TITLE}\n\n{intro}\n\n{}\nView your secure email:\n{}\n\n{first_time}\n\n{genuine}\n\n{}",
        page::plain_facts(&rows),
        notice.link,
        page::footer(house)
    );
    let content = html! {
        (page::paragraph(&intro))
        (page::facts(&rows))
        (page::button(notice.link, "View your secure email"))
        (page::paragraph(first_time))
        (page::aside(&genuine))
        (page::address(notice.link))
    };
    let html = page::page(house, TITLE, &content);
    Letter { subject: TITLE.to_owned(), text, html }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUSE: House<'_> =
        House { name: "acme", help_desk: "help@acme.example", time_zone: "Europe/London" };

    fn notice(subject: Option<&'static str>) -> Delivery<'static> {
        Delivery {
            from: "acme.example",
            subject,
            link: "https://portal.example/n/TOKEN",
            portal_url: "https://portal.example",
            until_ms: 1_790_000_000_000,
        }
    }

    #[test]
    fn both_parts_hold_the_link_the_date_and_the_help_desk() {
        let letter = delivery(&HOUSE, &notice(None));
        for part in [&letter.text, &letter.html] {
            assert!(part.contains("https://portal.example/n/TOKEN"));
            assert!(part.contains("21 September 2026"));
            assert!(part.contains("help@acme.example"));
            assert!(!part.contains("Subject"));
        }
    }

    #[test]
    fn a_hostile_subject_stays_text() {
        let letter = delivery(&HOUSE, &notice(Some("<img src=x>")));
        assert!(letter.html.contains("&lt;img src=x&gt;") && !letter.html.contains("<img"));
    }
}
