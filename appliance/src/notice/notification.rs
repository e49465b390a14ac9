//! What `also notify` sends: that a policy decided, never what the message says.

use super::{House, Letter, date, page};

/// What happened.
#[derive(Clone, Debug)]
pub(crate) struct Notification<'a> {
    /// The message's id in this appliance.
    pub(crate) message: &'a str,
    /// The envelope sender; empty for the null sender.
    pub(crate) sender: &'a str,
    /// To whom.
    pub(crate) recipients: &'a [String],
    /// What happened, in a word.
    pub(crate) outcome: &'a str,
    /// Policies that decided.
    pub(crate) policies: &'a [String],
    /// When, milliseconds since 1970 UTC.
    pub(crate) at_ms: i64,
}

/// Writes the notification.
pub(crate) fn notification(house: &House<'_>, told: &Notification<'_>) -> Letter {
    let title = "A policy decided on a message";
    let rows = [
        ("Message", told.message.to_owned()),
        ("From", told.sender.to_owned()),
        ("To", told.recipients.join(", ")),
        ("Outcome", told.outcome.to_owned()),
        ("Decided by", told.policies.join(", ")),
        ("At", date::minute(told.at_ms, house.time_zone)),
    ];
    let text = format!("{title}.\n\n{}\n{}", page::plain_facts(&rows), page::footer(house));
    let content = page::facts(&rows);
    let subject = format!("{title}: {}", told.policies.join(", "));
    Letter { subject, text, html: page::page(house, title, &content) }
}
