//! File names as parameters of `Content-Disposition`.
//!
//! # Standards
//!
//! RFC 2231 §3 (continuations), §4 (character sets); RFC 2183 §2.3.

/// Octets of a value on one line.
const SECTION_OCTETS_MAX: usize = 56;

/// Characters of a file name that are kept.
const NAME_CHARS_MAX: usize = 200;

/// Writes a file name as words, each a parameter with the semicolon that the next one needs.
pub(super) fn file_name(name: &str) -> Vec<String> {
    let base = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = base.chars().filter(|letter| !letter.is_control()).collect();
    let kept = shortened(kept.trim());
    let name = if kept.is_empty() { "attachment" } else { kept.as_str() };
    let is_quotable = |octet: u8| matches!(octet, b' '..=b'~') && !b"\"\\".contains(&octet);
    if name.len() <= SECTION_OCTETS_MAX && name.bytes().all(is_quotable) {
        return vec![format!("filename=\"{name}\"")];
    }
    let sections = sections(name);
    if let [only] = sections.as_slice() {
        return vec![format!("filename*=utf-8''{only}")];
    }
    let last = sections.len().saturating_sub(1);
    let word = |(index, section): (usize, &String)| {
        let charset = if index == 0 { "utf-8''" } else { "" };
        let end = if index == last { "" } else { ";" };
        format!("filename*{index}*={charset}{section}{end}")
    };
    sections.iter().enumerate().map(word).collect()
}

/// Shortens a long name in front of its extension, which says what the file is.
fn shortened(name: &str) -> String {
    let length = name.chars().count();
    if length <= NAME_CHARS_MAX {
        return name.to_owned();
    }
    let extension = name.rsplit_once('.').map(|(_, it)| it).filter(|it| it.chars().count() <= 16);
    let tail = extension.map(|it| format!(".{it}")).unwrap_or_default();
    let head = NAME_CHARS_MAX.saturating_sub(tail.chars().count());
    name.chars().take(head).chain(tail.chars()).collect()
}

/// Percent-encodes `name` in runs that end between characters.
fn sections(name: &str) -> Vec<String> {
    let mut sections = Vec::new();
    let mut section = String::new();
    for letter in name.chars() {
        let mut octets = [0; 4];
        let encoded: String = letter.encode_utf8(&mut octets).bytes().map(percent).collect();
        if SECTION_OCTETS_MAX < section.len().saturating_add(encoded.len()) {
            sections.push(std::mem::take(&mut section));
        }
        section.push_str(&encoded);
    }
    sections.push(section);
    sections
}

/// RFC 2231 §7: what is not an attribute-char is a percent sign and two digits.
fn percent(octet: u8) -> String {
    if octet.is_ascii_alphanumeric() || b"!#$&+-.^_`{|}~".contains(&octet) {
        return char::from(octet).to_string();
    }
    format!("%{octet:02X}")
}
