//! Text that stands outside the parts of a multipart, and whether it matters.

/// Sentences that mail programs put before the first part for readers without MIME.
const CUSTOMARY: [&str; 10] = [
    "this is a multi-part message in mime format.",
    "this is a multi-part message in mime format",
    "this is a multipart message in mime format.",
    "this is a multipart message in mime format",
    "this is a mime-encapsulated message.",
    "this is a mime-encapsulated message",
    "this is a mime-formatted message. if you see this text it means that your e-mail software does not support mime-formatted messages.",
    "this is a cryptographically signed message in mime format.",
    "this is an openpgp/mime signed message (rfc 4880 and 3156)",
    "this message is in mime format. since your mail reader does not understand this format, some or all of this message may not be legible.",
];

/// The longest text that is compared with the customary ones, octets.
const CUSTOMARY_OCTETS_MAX: usize = 256;

/// Whether text outside the parts is something a reader could miss or see.
pub(super) fn holds_text(text: &[u8]) -> bool {
    let text = text.trim_ascii();
    !text.is_empty() && !is_customary(text)
}

fn is_customary(text: &[u8]) -> bool {
    if text.len() > CUSTOMARY_OCTETS_MAX {
        return false;
    }
    let text = String::from_utf8_lossy(text).to_ascii_lowercase();
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    CUSTOMARY.contains(&words.join(" ").as_str())
}
