//! Fields in which a stranger says, in our name, that its mail was checked.

use wire::edit::Edit;

use super::{Copy, offset};

/// The name of the field.
const NAME: &[u8] = b"authentication-results";

/// Removes each `Authentication-Results` that names `host` anywhere, however the name is written: where
/// comments and quotes end is read in more than one way. Nobody trusts what a stranger writes there, so
/// one field too many is no loss.
///
/// # Source
///
/// RFC 8601 §5.
pub(super) fn edits(copy: &Copy<'_>, host: &str) -> Vec<Edit> {
    let text = |range: &std::ops::Range<usize>| copy.message.get(range.clone()).unwrap_or_default();
    let is_forged = |field: &&wire::mime::Field| {
        text(&field.name).eq_ignore_ascii_case(NAME) && names(text(&field.value), host)
    };
    let forged = copy.root.header.fields.iter().filter(is_forged);
    let remove = |field: &wire::mime::Field| Edit {
        at: offset(field.lines.start),
        remove: offset(field.lines.len()),
        insert: Vec::new(),
    };
    forged.map(remove).collect()
}

/// Whether one of the words is `host`.
fn names(value: &[u8], host: &str) -> bool {
    let is_part = |it: u8| it.is_ascii_alphanumeric() || !it.is_ascii() || b"-._".contains(&it);
    let plain: Vec<u8> = value.iter().copied().filter(|it| *it != b'\\').collect();
    let mut words = plain.split(|it| !is_part(*it));
    words.any(|word| {
        let word = word.strip_suffix(b".").unwrap_or(word);
        word.eq_ignore_ascii_case(host.as_bytes())
    })
}

#[cfg(test)]
mod tests {
    use crate::edits::{for_delivery, in_the_name_of};

    fn left(message: &str) -> String {
        let edits = for_delivery(message.as_bytes(), &[], Some("mx.acme.example")).unwrap();
        let header = message.split_inclusive("\r\n\r\n").next().unwrap();
        let alone = in_the_name_of(header.as_bytes(), "mx.acme.example").unwrap();
        assert_eq!(alone, edits, "the header alone says the same");
        String::from_utf8(wire::edit::apply(message.as_bytes(), &edits).unwrap()).unwrap()
    }

    #[test]
    fn what_is_said_in_our_name_goes() {
        for value in [
            " mx.acme.example; dmarc=pass",
            "MX.Acme.EXAMPLE 1; spf=pass",
            " (a;=comment) mx.acme.example (; another); spf=pass",
            " \"mx.acme.example\"; spf=pass",
            " \"mx\\.acme.example\"; spf=pass",
            "\r\n\tmx.acme.example.;\r\n\tspf=pass",
            "mx.acme.example",
        ] {
            let message = format!(
                "From: a@b.example\r\nauthentication-RESULTS:{value}\r\nTo: c@d\r\n\r\nx\r\n"
            );
            assert_eq!(left(&message), "From: a@b.example\r\nTo: c@d\r\n\r\nx\r\n", "{value}");
        }
    }

    #[test]
    fn what_others_said_stays() {
        for field in [
            "Authentication-Results: mx.other.example; spf=pass",
            "Authentication-Results: amx.acme.example; spf=pass",
            "X-Authentication-Results: mx.acme.example; spf=pass",
        ] {
            let message = format!("{field}\r\nFrom: a@b.example\r\n\r\nx\r\n");
            assert_eq!(left(&message), message);
        }
    }
}
