//! The message of a test that stands in a file.
//!
//! Lines of the block go over what the file says: `subject` and `header` replace its fields.
//! `body` and `attach` do not: a body of several parts has no one place for them.

use engine::Organisation;
use grammar::{literal::Address, tree::TestMessage};
use wire::mime::{Limits, scan};

use super::{Scene, limits};
use crate::file;

/// The octets of the file, with the fields that the block replaces.
pub(super) fn read(
    scene: &Scene<'_>,
    message: &TestMessage,
    written: &str,
) -> Result<Vec<u8>, String> {
    if message.body.is_some() {
        return Err("`body` cannot change a message that stands in a file".to_owned());
    }
    if !message.attachments.is_empty() {
        return Err("`attach` cannot add to a message that stands in a file".to_owned());
    }
    let path = scene.tree.inside(written)?;
    let mut octets = file::read_regular(&path, file::MESSAGE_OCTETS_MAX)
        .map_err(|error| format!("cannot read `{written}`: {error}"))?;
    let from = message.header_from.as_ref().map(|it| it.value.to_string());
    let subject = message.subject.as_ref().map(|it| it.value.as_str());
    let fixed = [("From", from.as_deref()), ("Subject", subject)];
    for (name, value) in fixed.into_iter().filter_map(|it| Some((it.0, it.1?))) {
        octets = with_field(&octets, name, value);
    }
    for (name, value) in &message.headers {
        octets = with_field(&octets, &name.value, &value.value);
    }
    Ok(octets)
}

/// Takes every field of the name off, and puts one with the value on top. It is written as UTF-8, as
/// RFC 6532 allows.
fn with_field(message: &[u8], name: &str, value: &str) -> Vec<u8> {
    let scanned = scan(message, &Limits::default());
    let clean = |it: char| if it.is_control() { ' ' } else { it };
    let value: String = value.chars().map(clean).collect();
    let mut out = format!("{name}: {value}\r\n").into_bytes();
    let mut done = 0;
    for field in scanned.parts.iter().take(1).flat_map(|it| it.header.named(message, name)) {
        out.extend_from_slice(message.get(done..field.lines.start).unwrap_or_default());
        done = field.lines.end;
    }
    out.extend_from_slice(message.get(done..).unwrap_or_default());
    out
}

/// Sender and recipients by the headers: From, and To with Cc and Bcc. What is no address is left
/// out, as no server would have taken it.
pub(crate) fn envelope(
    message: &[u8],
    organisation: &Organisation,
) -> (Option<Address>, Vec<Address>) {
    let reading = examine::reading(message, &limits(organisation));
    let address = |it: &examine::Person| Address::parse(&it.address).ok();
    let bcc = bcc(message);
    let people = reading.to.iter().chain(&reading.cc).filter_map(address).chain(bcc);
    let mut recipients: Vec<Address> = Vec::new();
    for person in people {
        if !recipients.contains(&person) {
            recipients.push(person);
        }
    }
    (reading.from.first().and_then(address), recipients)
}

fn bcc(message: &[u8]) -> Vec<Address> {
    let scanned = scan(message, &Limits::default());
    let values = scanned.parts.iter().take(1).flat_map(|it| it.header.values(message, "bcc"));
    let boxes = values.flat_map(|it| wire::mime::mailboxes(&wire::mime::unfold(it)));
    boxes.filter_map(|it| Address::parse(&String::from_utf8_lossy(&it.address)).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_replaced_wherever_it_stands() {
        let message =
            b"From: a@b.example\r\nsubject: one\r\n two\r\nSubject: three\r\n\r\nSubject: body\r\n";
        assert_eq!(
            with_field(message, "Subject", "n\u{e9}w\r\nBcc: eve"),
            "Subject: n\u{e9}w  Bcc: eve\r\nFrom: a@b.example\r\n\r\nSubject: body\r\n".as_bytes()
        );
    }
}
