//! Header fields that effects add.

use engine::decision::Effect;
use wire::edit::Edit;

use super::{Copy, encode::header_value, insert};

/// The fields of every `add header`, on top of the message.
pub(super) fn edits(copy: &Copy<'_>, effects: &[Effect]) -> Vec<Edit> {
    let mut lines = String::new();
    for effect in effects {
        match effect {
            Effect::AddHeader { name, value } if is_name(name) => {
                lines.push_str(&line(name, &header_value(value), copy.newline));
            }
            Effect::AddHeader { .. }
            | Effect::Banner { .. }
            | Effect::CopyTo(_)
            | Effect::Notify(_)
            | Effect::StripTag(_)
            | Effect::TagSubject(_) => {}
        }
    }
    if lines.is_empty() { Vec::new() } else { vec![insert(copy.top(), lines)] }
}

/// A whole field in the line ends of the message.
pub(super) fn line(name: &str, value: &str, newline: &str) -> String {
    format!("{name}: {value}\r\n").replace("\r\n", newline)
}

/// RFC 5322 section 2.2; anything else would end the header or begin another field.
fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|octet| octet.is_ascii_graphic() && octet != b':')
}
