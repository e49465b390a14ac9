//! Asks a sender whether a message is to go (N-18): to many, to somebody new, or whatever a rule
//! makes one think twice about.

use maud::html;

use super::{House, Letter, date, page};

/// Recipients named in the mail.
const NAMED_MAX: usize = 20;

/// What the mail says.
#[derive(Clone, Debug)]
pub(crate) struct Ask<'a> {
    /// The subject.
    pub(crate) subject: &'a str,
    /// To whom it has not gone.
    pub(crate) recipients: &'a [String],
    /// By which policies it is asked.
    pub(crate) policies: &'a [String],
    /// When it arrived, milliseconds since 1970 UTC.
    pub(crate) sent_ms: i64,
    /// After so many days it is returned.
    pub(crate) days: u16,
    /// Where the sender decides.
    pub(crate) link: &'a str,
    /// Where the portal is, which the link begins with.
    pub(crate) portal_url: &'a str,
}

/// Writes the mail.
pub(crate) fn ask(house: &House<'_>, ask: &Ask<'_>) -> Letter {
    let title = "Please confirm before this is sent";
    let intro = format!(
        "The rules of {} ask you to look at this message once more. It has not been sent to the \
         people below. Open the page to send it or to stop it; looking at the page changes \
         nothing.",
        house.name
    );
    let outro = format!(
        "If you do nothing, the message is not sent, and is returned to you after {} days.",
        ask.days
    );
    let genuine = format!(
        "Is this genuine? The link always begins with {}/s/ and the page never asks for a password.",
        ask.portal_url
    );
    let count = ask.recipients.len();
    let mut named = ask.recipients.get(..NAMED_MAX).unwrap_or(ask.recipients).join(", ");
    if NAMED_MAX < count {
        named.push_str(&format!(" and {} others", count.saturating_sub(NAMED_MAX)));
    }
    let people = if count == 1 { "1 person".to_owned() } else { format!("{count} people") };
    let rows = [
        ("Subject", ask.subject.to_owned()),
        ("Not yet sent to", format!("{people}: {named}")),
        ("Written", date::moment(ask.sent_ms, house.time_zone)),
        ("Rule", ask.policies.join(", ")),
    ];
    let text = format!(
        "{title}\n\n{intro}\n\n{}\nSend it or stop it:\n{}\n\n{outro}\n\n{genuine}\n\n{}",
        page::plain_facts(&rows),
        ask.link,
        page::footer(house)
    );
    let content = html! {
        (page::paragraph(&intro))
        (page::facts(&rows))
        (page::button(ask.link, "Send it or stop it"))
        (page::paragraph(&outro))
        (page::aside(&genuine))
        (page::address(ask.link))
    };
    Letter {
        subject: format!("{title}: {}", ask.subject),
        text,
        html: page::page(house, title, &content),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_recipients_are_counted_and_some_named() {
        let house = House { name: "Acme", help_desk: "", time_zone: "UTC" };
        let recipients: Vec<String> = (0..23).map(|it| format!("r{it}@x.example")).collect();
        let letter = ask(
            &house,
            &Ask {
                subject: "Offer <b>",
                recipients: &recipients,
                policies: &["many".to_owned()],
                sent_ms: 0,
                days: 14,
                link: "https://portal.example/s/TOKEN",
                portal_url: "https://portal.example",
            },
        );
        for part in [&letter.text, &letter.html] {
            assert!(part.contains("https://portal.example/s/TOKEN"));
            assert!(part.contains("23 people: r0@x.example, "));
            assert!(part.contains("r19@x.example and 3 others"));
            assert!(!part.contains("r20@x.example"));
            assert!(part.contains("after 14 days"));
        }
        assert!(!letter.html.contains("<b>"), "{}", letter.html);
    }
}
