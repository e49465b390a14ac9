//! Fonts: what characters the codes of a text stand for, and how wide they are.
//!
//! # Source
//!
//! ISO 32000-1 sections 9.6, 9.7 and 9.10.

use std::collections::BTreeMap;

use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GBK, SHIFT_JIS, UTF_16BE};

use super::{
    cmap::{Map, number},
    file::Pdf,
    glyph::{Base, characters},
    value::{Dictionary, Value, whole},
    widths::Widths,
};
use crate::{
    budget::Budget,
    limits::{PDF_DIFFERENCES_MAX, PDF_MAP_ENTRIES_MAX},
};

/// One glyph that a text shows.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Glyph {
    pub(super) text: String,
    /// What the encoding says, where the map to characters says something else.
    pub(super) other: Option<String>,
    /// Whether the encoding says another letter or figure.
    pub(super) contradicts: bool,
    /// Whether its characters are known.
    pub(super) known: bool,
    /// In parts of the font's size.
    pub(super) width: f64,
    /// Whether it is the code that spacing between words counts for.
    pub(super) space: bool,
}

/// How codes stand in octets.
#[derive(Clone, Debug)]
enum Codes {
    /// Octets of a charset.
    Charset(&'static Encoding),
    /// As a map in the file says.
    Mapped(Box<Map>),
    Single,
    /// Two octets a code.
    Wide,
}

/// A font.
#[derive(Clone, Debug)]
pub(super) struct Font {
    /// What tells it from the others of the document.
    pub(super) number: usize,
    codes: Codes,
    map: Option<Map>,
    /// Characters of the codes of a simple font.
    encoding: Vec<Option<String>>,
    /// Whether the encoding is the font's own, which is not read.
    guessed: bool,
    widths: BTreeMap<u32, f64>,
    usual_width: Option<f64>,
    /// The widths that every reader knows, for a font that gives none.
    usual: Widths,
}

impl Font {
    /// Reads a font.
    pub(super) fn read(pdf: &Pdf<'_>, font: &Dictionary, budget: &mut Budget) -> Self {
        let mut stream = |value: Option<&Value>| {
            let Some(Value::Reference(number)) = value else { return None };
            let object = pdf.object(*number)?;
            object.stream.map(|_| Map::read(&pdf.decode(object, budget).octets))
        };
        let map = stream(font.get("ToUnicode"));
        if pdf.get(font, "Subtype").is_some_and(|it| it.is_name("Type0")) {
            let codes = match pdf.get(font, "Encoding") {
                Some(Value::Name(name)) => named_codes(name),
                _ => stream(font.get("Encoding"))
                    .map_or(Codes::Wide, |it| Codes::Mapped(Box::new(it))),
            };
            let descendants =
                pdf.get(font, "DescendantFonts").map(Value::items).unwrap_or_default();
            let inner = descendants.first().and_then(|it| pdf.resolve(it)?.dictionary());
            let (widths, usual) = inner.map(|it| wide_widths(pdf, it)).unwrap_or_default();
            let usual_width = Some(usual.unwrap_or(1.0));
            let (encoding, guessed, usual) = (Vec::new(), false, Widths::default());
            return Self { number: 0, codes, map, encoding, guessed, widths, usual_width, usual };
        }
        let (encoding, guessed) = encoding(pdf, font);
        let widths = simple_widths(pdf, font);
        let usual = Widths::of(pdf.get(font, "BaseFont").and_then(Value::name).unwrap_or_default());
        let (codes, usual_width) = (Codes::Single, None);
        Self { number: 0, codes, map, encoding, guessed, widths, usual_width, usual }
    }

    /// A font that is not there.
    pub(super) fn missing() -> Self {
        let encoding = (0..=255).map(|code| Base::Windows.characters(code)).collect();
        Self {
            number: 0,
            codes: Codes::Single,
            map: None,
            encoding,
            guessed: true,
            widths: BTreeMap::new(),
            usual_width: None,
            usual: Widths::default(),
        }
    }

    /// Entries of its maps, encoding and widths.
    pub(super) fn entries(&self) -> usize {
        let of_codes = match &self.codes {
            Codes::Mapped(map) => map.entries(),
            Codes::Charset(_) | Codes::Single | Codes::Wide => 0,
        };
        let of_map = self.map.as_ref().map_or(0, Map::entries);
        of_codes
            .saturating_add(of_map)
            .saturating_add(self.encoding.len())
            .saturating_add(self.widths.len())
    }

    /// The glyphs of a text.
    pub(super) fn glyphs(&self, octets: &[u8]) -> impl Iterator<Item = Glyph> {
        let mut rest = octets;
        std::iter::from_fn(move || {
            let width = match &self.codes {
                Codes::Charset(charset) => charset_width(charset, rest),
                Codes::Mapped(map) => map.width(rest, 2),
                Codes::Single => 1,
                Codes::Wide => 2,
            };
            let (code, behind) = rest.split_at(width.clamp(1, rest.len().max(1)).min(rest.len()));
            rest = behind;
            (!code.is_empty()).then(|| self.glyph(code))
        })
    }

    fn glyph(&self, octets: &[u8]) -> Glyph {
        let code = number(octets);
        let mapped = self.map.as_ref().and_then(|it| meaningful(&it.get(code)?));
        let encoded = match &self.codes {
            Codes::Charset(charset) => {
                Some(charset.decode_without_bom_handling(octets).0.into_owned())
            }
            Codes::Single => {
                usize::try_from(code).ok().and_then(|it| self.encoding.get(it)).cloned().flatten()
            }
            Codes::Mapped(_) | Codes::Wide => None,
        };
        let known = mapped.is_some() || (encoded.is_some() && !self.guessed);
        let other = match (&mapped, &encoded) {
            (Some(mapped), Some(encoded)) if mapped != encoded && !self.guessed => {
                Some(encoded.clone())
            }
            _ => None,
        };
        let is_word =
            |it: &String| it.chars().count() == 1 && it.chars().all(char::is_alphanumeric);
        let contradicts = other.as_ref().is_some_and(is_word);
        let text = mapped.or(encoded).unwrap_or_default();
        let width = self.widths.get(&code).copied().or(self.usual_width);
        let width = width.unwrap_or_else(|| self.usual.of_text(&text));
        Glyph { text, other, contradicts, known, width, space: octets == b" " }
    }
}

/// Characters that say something; symbol fonts have theirs in a private area.
fn meaningful(text: &str) -> Option<String> {
    let plain = |it: char| match u32::from(it) {
        code @ 0xf020..=0xf0ff => char::from_u32(code & 0xff),
        0 | 0xfffd | 0xe000..=0xf8ff => None,
        _ => Some(it),
    };
    text.chars().map(plain).collect::<Option<String>>().filter(|it| !it.is_empty())
}

/// The codes of a map that readers know by its name.
fn named_codes(name: &[u8]) -> Codes {
    let name = String::from_utf8_lossy(name);
    let has = |words: &[&str]| words.iter().any(|it| name.contains(it));
    if has(&["UCS2", "UTF16"]) {
        Codes::Charset(UTF_16BE)
    } else if has(&["RKSJ"]) {
        Codes::Charset(SHIFT_JIS)
    } else if has(&["GBK", "GB-EUC", "GBpc-EUC"]) {
        Codes::Charset(GBK)
    } else if has(&["B5"]) {
        Codes::Charset(BIG5)
    } else if has(&["KSC"]) {
        Codes::Charset(EUC_KR)
    } else if name.starts_with("EUC-") {
        Codes::Charset(EUC_JP)
    } else {
        Codes::Wide
    }
}

fn charset_width(charset: &'static Encoding, octets: &[u8]) -> usize {
    let first = octets.first().copied().unwrap_or(0);
    let kana = charset == SHIFT_JIS && (0xa1..=0xdf).contains(&first);
    match charset == UTF_16BE {
        true if (0xd8..=0xdb).contains(&first) => 4,
        true => 2,
        false if first < 0x81 || kana => 1,
        false => 2,
    }
}

/// The characters of the codes of a simple font, and whether they are a guess.
fn encoding(pdf: &Pdf<'_>, font: &Dictionary) -> (Vec<Option<String>>, bool) {
    let value = pdf.get(font, "Encoding");
    let descriptor = pdf.get(font, "FontDescriptor").and_then(Value::dictionary);
    let embeds = |it: &Dictionary| {
        ["FontFile", "FontFile2", "FontFile3"].iter().any(|key| it.get(key).is_some())
    };
    const SYMBOLIC: u32 = 4;
    let flags = descriptor.and_then(|it| pdf.get(it, "Flags")?.number()).and_then(whole);
    let symbolic = flags.is_some_and(|it| it & SYMBOLIC != 0);
    let own = descriptor.is_some_and(embeds) && symbolic
        || pdf.get(font, "Subtype").is_some_and(|it| it.is_name("Type3"))
        || pdf.get(font, "BaseFont").and_then(Value::name).is_some_and(is_symbols);
    let (base, differences) = match value {
        Some(Value::Name(name)) => (Base::of(name), None),
        Some(Value::Dictionary(it)) => {
            let base = pdf.get(it, "BaseEncoding").and_then(Value::name).and_then(Base::of);
            (base, pdf.get(it, "Differences"))
        }
        _ => (None, None),
    };
    let guessed = base.is_none() && own;
    let mut table: Vec<Option<String>> = (0..=255)
        .map(|code| match guessed && differences.is_some() {
            true => None,
            false => base.unwrap_or(Base::Standard).characters(code),
        })
        .collect();
    let Some(differences) = differences else { return (table, guessed) };
    let mut code = 0;
    for item in differences.items().iter().take(PDF_DIFFERENCES_MAX) {
        match pdf.resolve(item) {
            Some(Value::Number(number)) => {
                code = whole(*number).and_then(|it| usize::try_from(it).ok()).unwrap_or(0);
            }
            Some(Value::Name(name)) => {
                if let Some(place) = table.get_mut(code) {
                    *place = characters(&String::from_utf8_lossy(name));
                }
                code = code.saturating_add(1);
            }
            _ => {}
        }
    }
    (table, false)
}

/// Whether it is one of the fonts of signs that every reader has.
fn is_symbols(name: &[u8]) -> bool {
    let name = name.rsplit(|it| *it == b'+').next().unwrap_or_default();
    [&b"Symbol"[..], b"ZapfDingbats", b"Wingdings", b"Webdings"]
        .iter()
        .any(|it| name.starts_with(it))
}

fn simple_widths(pdf: &Pdf<'_>, font: &Dictionary) -> BTreeMap<u32, f64> {
    let scale = pdf.get(font, "FontMatrix").and_then(|it| it.items().first()?.number());
    let scale = scale.filter(|it| it.is_finite() && *it != 0.0).unwrap_or(0.001);
    let first = pdf.get(font, "FirstChar").and_then(Value::number).and_then(whole).unwrap_or(0);
    let widths = pdf.get(font, "Widths").map(Value::items).unwrap_or_default();
    let number = |it: &Value| pdf.resolve(it).and_then(Value::number);
    let of = |(code, width): (u32, &Value)| Some((code, number(width)? * scale));
    (first..=u32::MAX).zip(widths.iter().take(256)).filter_map(of).collect()
}

fn wide_widths(pdf: &Pdf<'_>, font: &Dictionary) -> (BTreeMap<u32, f64>, Option<f64>) {
    let usual = pdf.get(font, "DW").and_then(Value::number).map(|it| it / 1000.0);
    let mut widths = BTreeMap::new();
    let mut rest = pdf.get(font, "W").map(Value::items).unwrap_or_default();
    let number = |it: &Value| pdf.resolve(it).and_then(Value::number);
    while let [first, second, behind @ ..] = rest {
        rest = behind;
        let Some(first) = number(first).and_then(whole) else { break };
        if let Some(Value::Array(items)) = pdf.resolve(second) {
            let each = (first..=u32::MAX).zip(items.iter().filter_map(number));
            widths.extend(each.map(|(code, width)| (code, width / 1000.0)));
        } else if let ([width, behind @ ..], Some(last)) = (rest, number(second).and_then(whole)) {
            const RUN_MAX: u32 = 65_536;
            let width = number(width).unwrap_or(0.0) / 1000.0;
            let last = last.min(first.saturating_add(RUN_MAX));
            widths.extend((first..=last).map(|code| (code, width)));
            rest = behind;
        }
        if PDF_MAP_ENTRIES_MAX < widths.len() {
            break;
        }
    }
    (widths, usual)
}
