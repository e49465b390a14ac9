//! XML of office documents to text: all of its characters, in the readings that programs show.
//!
//! One reader serves every vocabulary. Characters are text wherever they stand; the tables of
//! [`effect`] tell only where words end and what stands apart. Nothing here calls itself: open
//! elements stand on a list of bounded length.

mod bound;
mod effect;
mod entities;
mod format;
mod number;
mod styles;
mod vocabulary;
mod walker;

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use quick_xml::{
    Reader,
    events::{BytesEnd, BytesStart, Event},
};

pub(super) use number::Numbers;
pub(super) use styles::{HiddenStyles, gather, inherit};
pub(super) use walker::{Markup, Shared, read};

/// A tag of a file.
enum Tag<'t> {
    End(BytesEnd<'t>),
    Start(BytesStart<'t>),
}

/// The tags of a file, up to where it is damaged.
fn tags(xml: &str) -> impl Iterator<Item = Tag<'_>> {
    let mut reader = Reader::from_str(xml);
    let config = reader.config_mut();
    config.expand_empty_elements = true;
    config.allow_dangling_amp = true;
    std::iter::from_fn(move || {
        loop {
            match reader.read_event().ok()? {
                Event::Start(start) | Event::Empty(start) => return Some(Tag::Start(start)),
                Event::End(end) => return Some(Tag::End(end)),
                Event::Eof => return None,
                Event::CData(_)
                | Event::Comment(_)
                | Event::Decl(_)
                | Event::DocType(_)
                | Event::GeneralRef(_)
                | Event::PI(_)
                | Event::Text(_) => {}
            }
        }
    })
}

/// The first attribute of a local name.
fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = start.attributes();
    attributes
        .with_checks(false)
        .flatten()
        .find(|it| it.key.local_name().as_ref() == name)
        .map(|it| unescaped(&it.value))
}

/// Text with its five named entities and its numbers resolved.
fn unescaped(text: &str) -> String {
    quick_xml::escape::unescape(text).map_or_else(|_| text.to_owned(), Cow::into_owned)
}

/// The characters of XML octets; none when their encoding cannot be told.
pub(super) fn characters(octets: &[u8]) -> Option<Cow<'_, str>> {
    if let Some((encoding, mark)) = Encoding::for_bom(octets) {
        let rest = octets.get(mark..).unwrap_or_default();
        let (text, broken) = encoding.decode_without_bom_handling(rest);
        return (!broken).then_some(text);
    }
    let encoding = match octets {
        [b'<', 0, ..] => UTF_16LE,
        [0, b'<', ..] => UTF_16BE,
        _ => declared(octets)?,
    };
    let (text, broken) = encoding.decode_without_bom_handling(octets);
    (!broken).then_some(text)
}

/// The encoding that the declaration names; UTF-8 without one, none for one that is not known.
fn declared(octets: &[u8]) -> Option<&'static Encoding> {
    const DECLARATION_OCTETS: usize = 256;
    let start = octets.get(..octets.len().min(DECLARATION_OCTETS)).unwrap_or_default();
    let start = String::from_utf8_lossy(start);
    let declaration = start.trim_start().strip_prefix("<?xml").and_then(|it| it.split_once("?>"));
    let Some((declaration, _)) = declaration else { return Some(UTF_8) };
    let Some((_, value)) = declaration.split_once("encoding") else { return Some(UTF_8) };
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|it| matches!(it, '"' | '\''))?;
    let label = value.strip_prefix(quote)?.split_once(quote)?.0;
    Encoding::for_label(label.as_bytes())
}

/// Whether octets begin as XML does.
pub(super) fn is_markup(octets: &[u8]) -> bool {
    let start = match octets {
        [0xef, 0xbb, 0xbf, rest @ ..] | [0xff, 0xfe, rest @ ..] | [0xfe, 0xff, rest @ ..] => rest,
        _ => octets,
    };
    let first = start.iter().find(|it| !it.is_ascii_whitespace() && **it != 0);
    first == Some(&b'<')
}

#[cfg(test)]
mod tests;
