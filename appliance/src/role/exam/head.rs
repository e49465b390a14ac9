//! What lists and notices show of a message, from its decoded headers.

use engine::{decision::ExaminationResult, facts::Content};
use jiff::fmt::rfc2822;
use wire::mime::mailboxes;

use super::mask;
use crate::protocol::exam::{Head, Mailbox};

/// People named in one header at most; a list shows no more.
const PEOPLE_MAX: usize = 1000;
/// Characters of a subject that are kept.
const SUBJECT_CHARS_MAX: usize = 1000;

/// The head of a message.
pub(super) fn head(content: &Content, examinations: &[ExaminationResult]) -> Head {
    let from = people(content, "from").into_iter().next().unwrap_or_default();
    let addresses =
        |name| people(content, name).into_iter().map(|it| it.address).collect::<Vec<_>>();
    Head {
        subject: content.subject.chars().take(SUBJECT_CHARS_MAX).collect(),
        masked_subject: mask::masked(content, examinations)
            .map(|it| it.chars().take(SUBJECT_CHARS_MAX).collect()),
        from_name: from.name,
        from: from.address,
        authors: [addresses("from"), addresses("sender")].concat(),
        to: addresses("to"),
        cc: addresses("cc"),
        date_ms: value(content, "date").and_then(date_ms),
        attachments: content.attachments.iter().map(|it| it.name.clone()).collect(),
        message_id: value(content, "message-id").map(|it| it.trim().to_owned()),
        receipt_wanted: value(content, "disposition-notification-to").is_some(),
        hops: u32::try_from(values(content, "received").count()).unwrap_or(u32::MAX),
        automatic: is_automatic(content),
        tls_optional: is_tls_optional(content),
    }
}

/// Milliseconds since 1970 UTC of a `Date` field (RFC 5322 §3.3).
pub(super) fn date_ms(value: &str) -> Option<i64> {
    rfc2822::parse(value.trim()).ok().map(|it| it.timestamp().as_millisecond())
}

fn people(content: &Content, name: &str) -> Vec<Mailbox> {
    let named = values(content, name).flat_map(|it| mailboxes(it.as_bytes()));
    let lossy = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
    named
        .map(|it| Mailbox { name: lossy(&it.display), address: lossy(&it.address) })
        .filter(|it| it.address.contains('@'))
        .take(PEOPLE_MAX)
        .collect()
}

/// Written by a program (RFC 3834 §5), or to a list.
fn is_automatic(content: &Content) -> bool {
    let submitted =
        value(content, "auto-submitted").is_some_and(|it| !it.trim().eq_ignore_ascii_case("no"));
    let bulk = value(content, "precedence").is_some_and(|it| {
        ["bulk", "junk", "list"].iter().any(|word| it.trim().eq_ignore_ascii_case(word))
    });
    submitted || bulk || value(content, "list-id").is_some()
}

/// RFC 8689 §3: one field, which says `No`.
fn is_tls_optional(content: &Content) -> bool {
    let mut said = values(content, "tls-required");
    let first = said.next();
    said.next().is_none() && first.is_some_and(|it| it.trim().eq_ignore_ascii_case("no"))
}

fn value<'a>(content: &'a Content, name: &'a str) -> Option<&'a str> {
    values(content, name).next()
}

fn values<'a>(content: &'a Content, name: &'a str) -> impl Iterator<Item = &'a str> {
    let named = content.headers.iter().filter(move |(it, _)| it.eq_ignore_ascii_case(name));
    named.map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(headers: &[(&str, &str)]) -> Content {
        let headers = headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        Content { headers, ..Content::default() }
    }

    fn head_of(content: &Content) -> Head {
        head(content, &[])
    }

    #[test]
    fn people_and_dates_are_read() {
        let head = head_of(&content(&[
            ("From", "Alice Ames <alice@acme.example>"),
            ("To", "bob@shop.example, \"Carol, C.\" <carol@acme.example>"),
            ("Date", "Tue, 22 Aug 2017 08:22:37 -0400"),
        ]));
        assert_eq!(
            (head.from_name.as_str(), head.from.as_str()),
            ("Alice Ames", "alice@acme.example")
        );
        assert_eq!(head.to, ["bob@shop.example", "carol@acme.example"]);
        assert_eq!(head.date_ms, Some(1_503_404_557_000));
    }

    #[test]
    fn programs_are_told_from_people() {
        assert!(head_of(&content(&[("Auto-Submitted", "auto-replied")])).automatic);
        assert!(head_of(&content(&[("Precedence", "bulk")])).automatic);
        assert!(!head_of(&content(&[("Auto-Submitted", "no"), ("Subject", "x")])).automatic);
    }
}
