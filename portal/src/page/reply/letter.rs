//! The reply as a mail (RFC 5322).

use wire::Address;
use wire::compose::{Attachment, Date, Field, Mail, Mailbox, MessageId};

use super::recipients::Recipients;
use super::upload::Draft;
use crate::app::App;
use crate::error::PageError;
use crate::gateway::Reading;
use crate::session::Viewer;
use crate::when::Calendar;

/// The most references that a reply carries on.
const REFERENCES_MAX: usize = 20;
/// The most lines that are quoted.
const QUOTED_LINES_MAX: usize = 2000;

/// The subject of an answer: `Re:` once.
pub(super) fn answer_subject(subject: &str) -> String {
    let subject = subject.trim();
    let is_answer = subject.get(..3).is_some_and(|it| it.eq_ignore_ascii_case("re:"));
    if is_answer { subject.to_owned() } else { format!("Re: {subject}").trim_end().to_owned() }
}

/// Writes the reply.
///
/// # Errors
///
/// When the account's own address does not parse.
pub(super) fn compose(
    app: &App,
    viewer: &Viewer,
    original: &Reading,
    draft: &Draft,
    recipients: &Recipients,
) -> Result<Vec<u8>, PageError> {
    let own = Address::parse(&viewer.profile.address).map_err(PageError::internal)?;
    let from = Mailbox::new(&viewer.profile.name(), own);
    let now_ms = app.now_ms();
    let calendar = Calendar::new(&app.settings.time_zone, now_ms);
    let mut mail = Mail::new(from, Date::new(now_ms, calendar.offset_minutes()), message_id(app)?);
    mail.to = recipients.to.iter().cloned().map(Mailbox::bare).collect();
    mail.cc = recipients.cc.iter().cloned().map(Mailbox::bare).collect();
    mail.subject = draft.subject.trim().to_owned();
    mail.in_reply_to = original.message_id.as_deref().and_then(MessageId::parse);
    mail.references = references(original);
    // Mail clients show it to whoever reads the answer (RFC 4021 §2.1.55).
    let sensitivity = Field::new("Sensitivity", "Company-Confidential");
    mail.fields.push(sensitivity.map_err(PageError::internal)?);
    mail.text = body(original, draft, &calendar);
    mail.attachments = draft
        .files
        .iter()
        .map(|it| Attachment {
            name: it.name.clone(),
            media_type: it.kind.clone(),
            content: it.content.clone(),
        })
        .collect();
    Ok(mail.write(seed()))
}

/// 128 random bits for the boundaries.
fn seed() -> u128 {
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, ..] = vault::Token::random().hash().0;
    u128::from_be_bytes([a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p])
}

/// A new name of a message, in the domain that notices come from.
fn message_id(app: &App) -> Result<MessageId, PageError> {
    let domain = app.settings.notice_sender.rsplit('@').next().unwrap_or_default();
    MessageId::parse(&format!("{}@{domain}", vault::random_id()))
        .ok_or_else(|| PageError::internal("the notice sender has no domain"))
}

/// What came before, and the answered message last (RFC 5322, section 3.6.4).
fn references(original: &Reading) -> Vec<MessageId> {
    let all = original.references.iter().chain(&original.message_id);
    let all: Vec<MessageId> = all.filter_map(|it| MessageId::parse(it)).collect();
    let skipped = all.len().saturating_sub(REFERENCES_MAX);
    all.into_iter().skip(skipped).collect()
}

/// The text, and under it what it answers.
fn body(original: &Reading, draft: &Draft, calendar: &Calendar) -> String {
    let mut body = draft.body.trim_end().to_owned();
    let Some(text) = original.text.as_deref().filter(|_| draft.quotes) else { return body };
    let on = original.date_ms.map(|it| format!("On {}, ", calendar.moment(it))).unwrap_or_default();
    body.push_str(&format!("\n\n{on}{} wrote:\n", original.from.called()));
    for line in text.trim_end().lines().take(QUOTED_LINES_MAX) {
        body.push_str(if line.starts_with('>') { ">" } else { "> " });
        body.push_str(line);
        body.push('\n');
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_marked_once() {
        assert_eq!(answer_subject("Keys"), "Re: Keys");
        assert_eq!(answer_subject("RE: Keys"), "RE: Keys");
        assert_eq!(answer_subject("Регистр"), "Re: Регистр");
        assert_eq!(answer_subject(""), "Re:");
    }

    #[test]
    fn what_is_quoted_is_marked() {
        let original = Reading { text: Some("a\n> b\n".to_owned()), ..Reading::default() };
        let draft = Draft { body: "Thanks\n".to_owned(), quotes: true, ..Draft::default() };
        let calendar = Calendar::new(&jiff::tz::TimeZone::UTC, 0);
        assert_eq!(body(&original, &draft, &calendar), "Thanks\n\n wrote:\n> a\n>> b\n");
    }

    #[test]
    fn references_go_on_from_the_answered_message() {
        let original = Reading {
            message_id: Some("2@a.example".to_owned()),
            references: vec!["1@a.example".to_owned(), "not one".to_owned()],
            ..Reading::default()
        };
        let found: Vec<String> = references(&original).iter().map(ToString::to_string).collect();
        assert_eq!(found, ["<1@a.example>", "<2@a.example>"]);
    }
}
