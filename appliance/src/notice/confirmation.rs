//! "Secure Message Sent": tells the sender that a message was secured.

use maud::html;

use super::{House, Letter, date, page};

/// What the confirmation says; every field stands there even when it is empty.
#[derive(Clone, Debug, Default)]
pub(crate) struct Confirmation {
    /// Header To.
    pub(crate) to: Vec<String>,
    /// Header Cc.
    pub(crate) cc: Vec<String>,
    /// Envelope recipients that neither names.
    pub(crate) bcc: Vec<String>,
    /// The subject, tag kept.
    pub(crate) subject: String,
    /// Names of attachments.
    pub(crate) attachments: Vec<String>,
    /// When it arrived, milliseconds since 1970 UTC.
    pub(crate) sent_ms: i64,
    /// Who reads it in the portal, and until when.
    pub(crate) secured: Vec<(String, i64)>,
    /// Policies that decided.
    pub(crate) policies: Vec<String>,
}

/// Writes the confirmation.
pub(crate) fn confirmation(house: &House<'_>, sent: &Confirmation) -> Letter {
    const TITLE: &str = "Secure Message Sent";
    let policies = sent.policies.join(", ");
    let intro = format!(
        "This is an informational message. Your message (described below) was kept encrypted on the secure message server of {}, based on corporate policy ({policies}). The recipients have been told how to read it.",
        house.name
    );
    let rows = [
        ("TO", sent.to.join(", ")),
        ("CC", sent.cc.join(", ")),
        ("BCC", sent.bcc.join(", ")),
        ("SUBJECT", sent.subject.clone()),
        ("ATTACHMENTS", sent.attachments.join(", ")),
        ("SENT", date::moment(sent.sent_ms, house.time_zone)),
    ];
    let secured: Vec<(&str, String)> = sent
        .secured
        .iter()
        .map(|(who, until)| {
            (who.as_str(), format!("available until {}", date::day(*until, house.time_zone)))
        })
        .collect();
    let text = format!(
        "{intro}\n\n----- MESSAGE DETAILS -----\n{}\n----- READ IN THE PORTAL BY -----\n{}\n{}",
        page::plain_facts(&rows),
        page::plain_facts(&secured),
        page::footer(house)
    );
    let content = html! {
        (page::paragraph(&intro))
        h2 style="margin:0 0 8px;font-size:16px" { "Message details" }
        (page::facts(&rows))
        h2 style="margin:0 0 8px;font-size:16px" { "Read in the portal by" }
        (page::facts(&secured))
    };
    Letter { subject: TITLE.to_owned(), text, html: page::page(house, TITLE, &content) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_there_even_when_empty() {
        let house = House { name: "acme", help_desk: "", time_zone: "America/New_York" };
        let sent = Confirmation {
            subject: "[secure] Test".into(),
            sent_ms: 1_503_404_557_000,
            ..Confirmation::default()
        };
        let letter = confirmation(&house, &sent);
        for line in ["TO: \n", "CC: \n", "BCC: \n", "SUBJECT: [secure] Test\n", "ATTACHMENTS: \n"] {
            assert!(letter.text.contains(line), "{}", letter.text);
        }
        assert!(letter.text.contains("SENT: 08/22/2017 08:22:37 EDT\n"));
    }
}
