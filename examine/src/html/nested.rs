//! Pages that stand in the attributes of a page.

use wire::mime::{Encoding, decode};

use super::entity::decode_entities;
use crate::{charset, kind::is_texty, media::is_made_so};

/// What a `data:` URL holds.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Held {
    /// Text that is shown as a page, or may be.
    Page(String),
    Sheet(String),
    Script,
    /// Octets of a kind that is not read here.
    Unread,
}

/// What the value of an attribute holds in `data:` URLs, of which a `srcset` and a style may have
/// several; nothing for pictures, sound, films and fonts.
///
/// # Source
///
/// RFC 2397; WHATWG URL section 4.4, which drops tabs and line ends.
pub(super) fn held(value: &str) -> Vec<Held> {
    let starts = |it: &&str| {
        let start = value.trim_start().get(..it.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(it))
    };
    // Most values are addresses of another scheme, and lead away.
    let is_other = ["http:", "https:", "mailto:", "cid:", "tel:"].iter().any(starts);
    if (is_other && !value.contains(',')) || !value.contains([':', '&']) {
        return Vec::new();
    }
    let value: String =
        decode_entities(value).chars().filter(|it| !matches!(it, '\t' | '\r' | '\n')).collect();
    // A refresh has its URL behind a time.
    let lower = value.to_ascii_lowercase();
    let mut ats = lower.match_indices(SCHEME).map(|it| it.0).peekable();
    let mut found = Vec::new();
    let mut has_whole = false;
    while let Some(at) = ats.next() {
        // A page that is not encoded may have others in it; what stands behind is told once.
        let is_whole = !has_whole && !is_encoded(value.get(at..).unwrap_or_default());
        let next = ats.peek().copied().filter(|_| !is_whole);
        let held = url(value.get(at..next.unwrap_or(value.len())).unwrap_or_default());
        has_whole |= is_whole && held.is_some();
        found.extend(held);
    }
    found
}

const SCHEME: &str = "data:";

/// Whether a `data:` URL is in base64.
fn is_encoded(url: &str) -> bool {
    let kind = url.split(',').next().unwrap_or_default().trim_end();
    kind.get(kind.len().saturating_sub("base64".len())..)
        .is_some_and(|it| it.eq_ignore_ascii_case("base64"))
}

/// What one `data:` URL holds.
fn url(url: &str) -> Option<Held> {
    let (kind, data) = url.get(SCHEME.len()..)?.split_once(',')?;
    let kind = kind.to_ascii_lowercase();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    if is_media(essence) {
        return None;
    }
    let octets = percent_decoded(data);
    let octets = match kind.trim_end().ends_with("base64") {
        true => {
            let end = octets.iter().position(|it| b"\"'), ".contains(it)).unwrap_or(octets.len());
            decode(octets.get(..end).unwrap_or_default(), Encoding::Base64).bytes.into_owned()
        }
        false => octets,
    };
    if octets.is_empty() || is_made_so(&octets) {
        return None;
    }
    if essence.contains("javascript") || essence.contains("ecmascript") {
        return Some(Held::Script);
    }
    if !is_texty(&octets) {
        return Some(Held::Unread);
    }
    let charset = kind.split(';').find_map(|it| it.trim().strip_prefix("charset="));
    let text = charset::decode(&octets, charset).text;
    let text = text.into_owned();
    Some(if essence == "text/css" { Held::Sheet(text) } else { Held::Page(text) })
}

/// Types whose octets no browser shows as text.
fn is_media(essence: &str) -> bool {
    let picture = essence.strip_prefix("image/").is_some_and(|it| it != "svg+xml");
    let other = ["font/", "audio/", "video/", "application/font", "application/x-font"];
    picture || other.iter().any(|it| essence.starts_with(it))
}

fn percent_decoded(text: &str) -> Vec<u8> {
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        let figures = behind.get(..2).and_then(|it| std::str::from_utf8(it).ok());
        let value = figures.and_then(|it| u8::from_str_radix(it, 16).ok());
        match value.filter(|_| *first == b'%') {
            Some(value) => {
                octets.push(value);
                rest = behind.get(2..).unwrap_or_default();
            }
            None => {
                octets.push(*first);
                rest = behind;
            }
        }
    }
    octets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_that_hold_what_they_lead_to() {
        let page = |it: &str| Some(Held::Page(it.to_owned()));
        for (value, expected) in [
            ("data:text/html;base64,emVicmE=", page("zebra")),
            (" DA\nTA:,zeb%72a", page("zebra")),
            ("0;url=data&colon;text/html,&lt;b>", page("<b>")),
            ("data:image/svg+xml,<svg>", page("<svg>")),
            ("data:text/css,p{}", Some(Held::Sheet("p{}".to_owned()))),
            ("data:text/javascript,x()", Some(Held::Script)),
            ("data:application/x;base64,AAECAwQ=", Some(Held::Unread)),
            ("data:image/png;base64,emVicmE=", None),
            ("https://x.example/data", None),
            ("data", None),
            ("data:image/png;base64,iVBO 1x, data:;base64,emVicmE= 2x", page("zebra")),
            ("background:url('data:image/svg+xml;base64,emVicmE=')", page("zebra")),
        ] {
            assert_eq!(held(value).into_iter().next(), expected, "{value}");
        }
    }
}
