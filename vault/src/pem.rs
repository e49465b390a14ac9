//! Keys as text.

use base64::{Engine as _, engine::general_purpose::STANDARD};

/// Characters of a line.
const COLUMNS: usize = 64;

/// The text of a key in DER form.
///
/// # Source
///
/// RFC 7468, section 2.
pub(crate) fn pem(label: &str, der: &[u8]) -> String {
    let mut text = format!("-----BEGIN {label}-----\n");
    for (at, character) in STANDARD.encode(der).chars().enumerate() {
        if at != 0 && at.is_multiple_of(COLUMNS) {
            text.push('\n');
        }
        text.push(character);
    }
    text + &format!("\n-----END {label}-----\n")
}
