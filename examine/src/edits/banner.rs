//! A banner inside the text parts that the reader sees first.

use std::collections::BTreeMap;

use encoding_rs::{Encoding as Charset, ISO_2022_JP, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE};
use engine::decision::Effect;
use wire::{
    edit::Edit,
    mime::{Encoding, Part},
};

use super::{
    Copy,
    encode::{base64_lines, quoted_printable},
    insert, rewrite,
};
use crate::html::{escape, page};

/// A banner as its author wrote it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Banner<'e> {
    text: &'e str,
    html: bool,
}

impl<'e> Banner<'e> {
    pub(super) fn of(effect: &'e Effect) -> Option<Self> {
        match effect {
            Effect::Banner { text, html } => Some(Self { text, html: *html }),
            Effect::AddHeader { .. }
            | Effect::CopyTo(_)
            | Effect::Notify(_)
            | Effect::StripTag(_)
            | Effect::TagSubject(_) => None,
        }
    }

    pub(super) fn is_html(&self) -> bool {
        self.html
    }
}

/// The banners as lines of text, a blank line behind.
pub(super) fn plain(banners: &[Banner<'_>]) -> String {
    let mut text = String::new();
    for banner in banners {
        let shown = if banner.html { page(banner.text).shown } else { banner.text.to_owned() };
        for line in shown.lines() {
            // A space at the end would join the line to the next in `format=flowed`.
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text.push('\n');
    }
    text
}

/// The banners as HTML in ASCII.
pub(super) fn markup(banners: &[Banner<'_>]) -> String {
    let mut html = String::new();
    for banner in banners {
        let inside = match banner.html {
            true => banner.text.to_owned(),
            false => format!(
                "<div style=\"border:1px solid #92400e;background-color:#fffbeb;color:#111111;padding:8px;margin:0 0 12px 0\">{}</div>",
                escape(banner.text).replace('\n', "<br>\n")
            ),
        };
        html.push_str(&inside);
        html.push('\n');
    }
    let mut ascii = String::with_capacity(html.len());
    for character in html.chars() {
        match character {
            '\r' => {}
            character if character.is_ascii() => ascii.push(character),
            character => ascii.push_str(&format!("&#{};", u32::from(character))),
        }
    }
    ascii
}

/// The edits that put the banners into the first shown texts; none when that cannot be done
/// without touching what is signed or what cannot say it.
pub(super) fn in_place(copy: &Copy<'_>, banners: &[Banner<'_>]) -> Option<Vec<Edit>> {
    if copy.is_partly_unknown() || !copy.has_blank_line() {
        return None;
    }
    let targets = targets(copy)?;
    targets.into_iter().map(|part| into_part(copy, part, banners)).collect()
}

/// The first shown text, and that of each other branch of its alternative.
fn targets<'m>(copy: &Copy<'m>) -> Option<Vec<&'m Part>> {
    let parts = copy.scan.parts.iter().enumerate();
    let mut shown = parts.filter(|(index, part)| {
        let in_message = |part: &Part| part.content_type.kind == "message";
        part.is_shown_text() && !copy.scan.ancestors(*index).any(in_message)
    });
    let (first_index, first) = shown.next()?;
    if !copy.scan.ancestors(first_index).all(may_change) {
        return None;
    }
    let Some((group, branch)) = first.alternative else { return Some(vec![first]) };
    let mut branches = BTreeMap::from([(branch, first)]);
    for (index, part) in shown {
        let Some((_, branch)) = part.alternative.filter(|place| place.0 == group) else { continue };
        if !copy.scan.ancestors(index).all(may_change) {
            return None;
        }
        branches.entry(branch).or_insert(part);
    }
    Some(branches.into_values().collect())
}

/// Whether what stands in the part may change.
fn may_change(part: &Part) -> bool {
    let sealed = ["signed", "encrypted"].contains(&part.content_type.subtype.as_str());
    let whole = part.content_type.kind == "multipart" && !part.encoding.transforms();
    whole && !sealed
}

fn into_part(copy: &Copy<'_>, part: &Part, banners: &[Banner<'_>]) -> Option<Edit> {
    let charset = charset(part)?;
    if part.content_type.subtype == "html" {
        let fits =
            charset.is_none_or(|charset| charset.is_ascii_compatible() && charset != ISO_2022_JP);
        return fits.then(|| rewrite::html(copy, part, &markup(banners))).flatten();
    }
    let text = plain(banners);
    let octets = encoded(&text, charset)?;
    let at = part.body.start;
    match part.encoding {
        Encoding::SevenBit if !octets.is_ascii() => None,
        Encoding::SevenBit | Encoding::EightBit | Encoding::Binary => {
            Some(insert(at, in_lines(&octets, copy.newline)))
        }
        Encoding::QuotedPrintable => Some(insert(at, quoted_printable(&octets, copy.newline))),
        Encoding::Base64 => Some(insert(at, base64_block(&octets, copy.newline))),
        Encoding::Unknown | Encoding::Uuencode => None,
    }
}

/// The charset to write in: `Some(None)` for plain ASCII, none where it cannot be written.
fn charset(part: &Part) -> Option<Option<&'static Charset>> {
    let Some(parameter) = part.content_type.field.parameter("charset") else { return Some(None) };
    let label = String::from_utf8_lossy(&parameter.value).to_ascii_lowercase();
    if matches!(label.trim(), "" | "us-ascii" | "ascii") {
        return Some(None);
    }
    let charset = Charset::for_label(label.trim().as_bytes())?;
    let writable = charset != REPLACEMENT && charset != UTF_16BE && charset != UTF_16LE;
    writable.then_some(Some(charset))
}

fn encoded(text: &str, charset: Option<&'static Charset>) -> Option<Vec<u8>> {
    match charset {
        None => text.is_ascii().then(|| text.as_bytes().to_vec()),
        Some(charset) if charset == UTF_8 => Some(text.as_bytes().to_vec()),
        Some(charset) => {
            let (octets, _, unmappable) = charset.encode(text);
            (!unmappable).then(|| octets.into_owned())
        }
    }
}

/// Octets with the message's line ends.
pub(super) fn in_lines(octets: &[u8], newline: &str) -> Vec<u8> {
    let mut lines = Vec::with_capacity(octets.len() + 16);
    for octet in octets {
        match octet {
            b'\n' => lines.extend_from_slice(newline.as_bytes()),
            b'\r' => {}
            octet => lines.push(*octet),
        }
    }
    lines
}

/// A block of base64 that more base64 can follow: no padding, because readers stop at it.
fn base64_block(octets: &[u8], newline: &str) -> String {
    let mut octets = in_lines(octets, "\r\n");
    while !octets.len().is_multiple_of(3) {
        octets.insert(octets.len().saturating_sub(2), b' ');
    }
    base64_lines(&octets, newline)
}
