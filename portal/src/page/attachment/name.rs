//! The name under which a browser saves a file.
//!
//! # Standards
//!
//! RFC 6266 (Content-Disposition), RFC 8187 (the form with a character set).

/// The longest name, in characters.
const NAME_CHARS_MAX: usize = 150;

/// The value of `Content-Disposition`: a name of ASCII for old browsers, and the whole name.
pub(super) fn disposition(name: &str) -> String {
    let name = clean(name);
    let ascii: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || "._- ()".contains(c) { c } else { '_' })
        .collect();
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{}", encode(&name))
}

/// Without folders, control characters and marks that turn the direction of writing: `exe.fdp`
/// must not read as `pdf.exe` backwards.
fn clean(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let is_sly = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let kept: Vec<char> = last.chars().filter(|c| !is_sly(*c)).collect();
    // The ending says what the file is, so a long name is cut in front.
    let from = kept.len().saturating_sub(NAME_CHARS_MAX);
    let kept: String = kept.into_iter().skip(from).collect();
    let kept = kept.trim_matches(['.', ' ']);
    if kept.is_empty() { "attachment".to_owned() } else { kept.to_owned() }
}

/// RFC 8187, section 3.2.1.
fn encode(name: &str) -> String {
    use std::fmt::Write as _;

    let mut encoded = String::new();
    for octet in name.bytes() {
        if octet.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&octet) {
            encoded.push(char::from(octet));
        } else {
            // Writing to a string does not fail.
            let _ = write!(encoded, "%{octet:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, ascii: &str, encoded: &str) {
        let expected = format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{encoded}");
        assert_eq!(disposition(name), expected);
    }

    #[test]
    fn names_are_plain_and_whole() {
        check("Completion statement.pdf", "Completion statement.pdf", "Completion%20statement.pdf");
        check("Größe €.txt", "Gr__e _.txt", "Gr%C3%B6%C3%9Fe%20%E2%82%AC.txt");
        check("../../etc/passwd", "passwd", "passwd");
        check("C:\\a\\b.doc", "b.doc", "b.doc");
        check(
            "a\"; x=\"\r\nSet-Cookie: y",
            "a__ x__Set-Cookie_ y",
            "a%22%3B%20x%3D%22Set-Cookie%3A%20y",
        );
        check("invoice\u{202e}fdp.exe", "invoicefdp.exe", "invoicefdp.exe");
        check("...", "attachment", "attachment");
        check("", "attachment", "attachment");
    }

    #[test]
    fn a_long_name_keeps_its_ending() {
        let long = format!("{}.pdf", "x".repeat(400));
        assert!(disposition(&long).contains("xxx.pdf\""));
        assert!(disposition(&long).len() < 400);
    }
}
