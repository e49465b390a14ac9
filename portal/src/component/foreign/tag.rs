//! A tag in the one form in which cleaned HTML is written: lower case, attributes after a blank and
//! in double quotes. Whatever a browser would forgive besides is refused.

/// A tag.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Tag<'a> {
    /// Whether it ends an element.
    pub(super) closes: bool,
    pub(super) name: &'a str,
    /// Names, and values with their references resolved.
    pub(super) attributes: Vec<(&'a str, String)>,
}

/// Reads what follows a `<`: a tag, and the text after it.
pub(super) fn read(piece: &str) -> Option<(Tag<'_>, &str)> {
    let (closes, rest) = match piece.strip_prefix('/') {
        Some(rest) => (true, rest),
        None => (false, piece),
    };
    let (name, mut rest) = name(rest)?;
    let mut attributes = Vec::new();
    loop {
        if let Some(text) = rest.strip_prefix('>') {
            return Some((Tag { closes, name, attributes }, text));
        }
        let (attribute, after) = name_of_attribute(rest.strip_prefix(' ')?)?;
        let (value, after) = after.strip_prefix("=\"")?.split_once('"')?;
        attributes.push((attribute, resolved(value)));
        rest = after;
    }
}

fn name(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !c.is_ascii_lowercase() && !c.is_ascii_digit())?;
    text.split_at_checked(end).filter(|(name, _)| !name.is_empty())
}

fn name_of_attribute(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !c.is_ascii_lowercase() && c != '-')?;
    text.split_at_checked(end).filter(|(name, _)| !name.is_empty())
}

/// The references that the cleaning writes; any other stays as it is, and is escaped again.
fn resolved(value: &str) -> String {
    value
        .replace("&nbsp;", "\u{a0}")
        .replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}
