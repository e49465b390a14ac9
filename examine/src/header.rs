//! Header values as a reader sees them.

use wire::mime::{Mailbox, Parameter, chunks, mailboxes, unfold};

use crate::{
    charset,
    remark::{CHARSET_GUESSED, Remark, WORD_DAMAGED},
};

/// A decoded value with the remarks that it gave.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Value {
    pub(crate) text: String,
    pub(crate) remarks: Vec<Remark>,
}

/// Decodes a folded value: encoded words, raw UTF-8, raw 8-bit.
pub(crate) fn decode(value: &[u8]) -> Value {
    decode_unfolded(unfold(value).trim_ascii())
}

/// Decodes a value that has been unfolded.
pub(crate) fn decode_unfolded(value: &[u8]) -> Value {
    if let Some(text) = plain(value) {
        return Value { text: text.to_owned(), remarks: Vec::new() };
    }
    let mut decoded = Value::default();
    for chunk in chunks(value) {
        let text = match &chunk.charset {
            Some(charset) => charset::decode(&chunk.bytes, Some(charset)),
            None => charset::decode_raw(&chunk.bytes),
        };
        // Raw UTF-8 is what RFC 6532 has; anything else raw was guessed.
        let guess = text.remark == Some(CHARSET_GUESSED) && text.charset == "UTF-8";
        decoded.remarks.extend(text.remark.filter(|_| !guess));
        decoded.remarks.extend(chunk.damaged.then_some(WORD_DAMAGED));
        // Line ends inside an encoded word would be new header lines to whoever copies the value.
        decoded.text.extend(text.text.chars().map(|c| if c.is_control() { ' ' } else { c }));
    }
    decoded
}

/// A value that stands there as it is read: nearly all do.
fn plain(value: &[u8]) -> Option<&str> {
    let shown = value.iter().fold(true, |all, octet| all & matches!(octet, b' '..=b'~'));
    if !shown || memchr::memmem::find(value, b"=?").is_some() {
        return None;
    }
    std::str::from_utf8(value).ok()
}

/// Decodes a parameter such as a file name.
pub(crate) fn decode_parameter(parameter: &Parameter) -> Value {
    match &parameter.charset {
        Some(label) => {
            let text = charset::decode(&parameter.value, Some(label));
            Value { text: text.text.into_owned(), remarks: text.remark.into_iter().collect() }
        }
        None => decode_unfolded(&parameter.value),
    }
}

/// A mailbox, decoded.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Named {
    pub(crate) display: String,
    pub(crate) address: String,
}

/// The mailboxes of a folded value.
pub(crate) fn people(value: &[u8]) -> Vec<Named> {
    let named = |mailbox: Mailbox| Named {
        display: decode_unfolded(&mailbox.display).text,
        address: decode_unfolded(&mailbox.address).text,
    };
    mailboxes(&unfold(value)).into_iter().map(named).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_read_as_mail_programs_show_them() {
        for (value, text) in [
            ("  =?utf-8?Q?caf=C3?=\r\n =?utf-8?Q?=A9?= now", "café now"),
            ("=?ISO-8859-1?B?Y2Fm6Q==?= =?utf-8?q?_x?=", "café x"),
            ("a=?utf-8?q?b?=c", "abc"),
            ("=?utf-8?q?unclosed", "=?utf-8?q?unclosed"),
            ("raw é", "raw é"),
            ("=?utf-8*en?Q?a_b?=", "a b"),
            ("=?utf-8?Q?a=0D=0AX: y?=", "a  X: y"),
        ] {
            assert_eq!(decode(value.as_bytes()).text, text, "{value}");
        }
    }

    #[test]
    fn lists_of_people() {
        let value = b"\"Doe, John\" <j@x.example>, =?utf-8?q?Andr=C3=A9?= <a@x.example>,\r\n team: b@x.example (Bob), <@r.example:c@x.example>;";
        let found = people(value);
        let pairs: Vec<_> =
            found.iter().map(|n| (n.display.as_str(), n.address.as_str())).collect();
        assert_eq!(
            pairs,
            [
                ("Doe, John", "j@x.example"),
                ("André", "a@x.example"),
                ("Bob", "b@x.example"),
                ("", "c@x.example")
            ]
        );
    }
}
