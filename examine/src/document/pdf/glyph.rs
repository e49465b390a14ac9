//! Names of glyphs, and the encodings of fonts that have them.
//!
//! # Source
//!
//! Adobe Glyph List and its specification; ISO 32000-1 annex D.

use std::{collections::BTreeMap, sync::LazyLock};

use encoding_rs::{MACINTOSH, WINDOWS_1252};

/// Accents at the end of names, as combining characters.
const ACCENTS: [(&str, char); 15] = [
    ("acute", '\u{301}'),
    ("breve", '\u{306}'),
    ("caron", '\u{30c}'),
    ("cedilla", '\u{327}'),
    ("circumflex", '\u{302}'),
    ("commaaccent", '\u{326}'),
    ("dblgrave", '\u{30f}'),
    ("dieresis", '\u{308}'),
    ("dotaccent", '\u{307}'),
    ("grave", '\u{300}'),
    ("hungarumlaut", '\u{30b}'),
    ("macron", '\u{304}'),
    ("ogonek", '\u{328}'),
    ("ring", '\u{30a}'),
    ("tilde", '\u{303}'),
];

/// Names that do not say their character, each with what it says.
const NAMES: &str = r#"
    AE Æ  Alpha Α  Beta Β  Chi Χ  Delta Δ  Epsilon Ε  Eta Η  Eth Ð  Euro €  Gamma Γ  Iota Ι
    Kappa Κ  Lambda Λ  Lslash Ł  Mu Μ  Nu Ν  OE Œ  Omega Ω  Omicron Ο  Oslash Ø  Phi Φ  Pi Π
    Psi Ψ  Rho Ρ  Sigma Σ  Tau Τ  Theta Θ  Thorn Þ  Upsilon Υ  Xi Ξ  Zeta Ζ  acute ´  ae æ
    alpha α  ampersand &  asciicircum ^  asciitilde ~  asterisk *  at @  backslash \  bar |
    beta β  braceleft {  braceright }  bracketleft [  bracketright ]  breve ˘  brokenbar ¦
    bullet •  caron ˇ  cedilla ¸  cent ¢  chi χ  circumflex ˆ  colon :  comma ,  copyright ©
    currency ¤  dagger †  daggerdbl ‡  degree °  delta δ  dieresis ¨  divide ÷  dollar $
    dotaccent ˙  dotlessi ı  dotlessj ȷ  eight 8  ellipsis …  emdash —  endash –  epsilon ε
    equal =  eta η  eth ð  exclam !  exclamdown ¡  ff ff  ffi ffi  ffl ffl  fi fi  five 5  fl fl
    florin ƒ  four 4  fraction ⁄  gamma γ  germandbls ß  grave `  greater >  guillemotleft «
    guillemotright »  guilsinglleft ‹  guilsinglright ›  hungarumlaut ˝  hyphen -  infinity ∞
    iota ι  kappa κ  lambda λ  less <  logicalnot ¬  lslash ł  macron ¯  minus −  mu µ
    multiply ×  nine 9  nu ν  numbersign #  oe œ  ogonek ˛  omega ω  omicron ο  one 1  onehalf ½
    onequarter ¼  onesuperior ¹  ordfeminine ª  ordmasculine º  oslash ø  paragraph ¶
    parenleft (  parenright )  percent %  period .  periodcentered ·  perthousand ‰  phi φ  pi π
    plus +  plusminus ±  psi ψ  question ?  questiondown ¿  quotedbl "  quotedblbase „
    quotedblleft “  quotedblright ”  quoteleft ‘  quoteright ’  quotesinglbase ‚  quotesingle '
    registered ®  rho ρ  section §  semicolon ;  seven 7  sigma σ  six 6  slash /  sterling £
    tau τ  theta θ  thorn þ  three 3  tilde ˜  trademark ™  two 2  underscore _  yen ¥  zero 0
"#;

/// More names, of text fonts of other kinds.
const OTHERS: [(&str, &str); 15] = [
    ("space", " "),
    ("dcroat", "đ"),
    ("Dcroat", "Đ"),
    ("hbar", "ħ"),
    ("nbspace", " "),
    ("nonbreakingspace", " "),
    ("notdef", ""),
    (".notdef", ""),
    ("sfthyphen", "\u{ad}"),
    ("softhyphen", "\u{ad}"),
    ("threequarters", "¾"),
    ("threesuperior", "³"),
    ("twosuperior", "²"),
    ("upsilon", "υ"),
    ("xi", "ξ"),
];

/// The characters that a glyph's name tells.
pub(super) fn characters(name: &str) -> Option<String> {
    if let Some(known) = known(name) {
        return Some(known.to_owned());
    }
    let name = name.split('.').next().filter(|it| !it.is_empty())?;
    let parts = name.split('_').map(part);
    parts.collect()
}

fn known(name: &str) -> Option<&'static str> {
    static KNOWN: LazyLock<BTreeMap<&str, &str>> = LazyLock::new(|| {
        let mut words = NAMES.split_whitespace();
        let pairs = std::iter::from_fn(|| words.next().zip(words.next()));
        OTHERS.into_iter().chain(pairs).collect()
    });
    KNOWN.get(name).copied()
}

fn part(name: &str) -> Option<String> {
    if let Some(known) = known(name) {
        return Some(known.to_owned());
    }
    let mut letters = name.chars();
    if let (Some(letter), None) = (letters.next(), letters.next()) {
        return Some(letter.to_string());
    }
    let accented = || {
        ACCENTS.iter().find_map(|(accent, mark)| {
            let base = name.strip_suffix(accent)?;
            let base = if base == "dotlessi" { "i" } else { base };
            (base.chars().count() == 1).then(|| format!("{base}{mark}"))
        })
    };
    numbered(name).or_else(accented).or_else(|| cyrillic(name).map(String::from))
}

/// `uni0041`, which may hold several, and `u1F600`.
fn numbered(name: &str) -> Option<String> {
    if let Some(figures) = name.strip_prefix("uni").filter(|it| it.len() % 4 == 0 && it.len() > 3) {
        let (groups, _) = figures.as_bytes().as_chunks::<4>();
        let unit = |it: &[u8; 4]| u16::from_str_radix(std::str::from_utf8(it).ok()?, 16).ok();
        let units: Option<Vec<u16>> = groups.iter().map(unit).collect();
        return units.map(|it| String::from_utf16_lossy(&it));
    }
    let figures = name.strip_prefix('u').filter(|it| (4..=6).contains(&it.len()))?;
    let code = u32::from_str_radix(figures, 16).ok()?;
    char::from_u32(code).map(String::from)
}

/// The names that Adobe gave Cyrillic letters.
fn cyrillic(name: &str) -> Option<char> {
    let number: u32 = name.strip_prefix("afii")?.parse().ok()?;
    let code = match number {
        10_017..=10_022 => number - 10_017 + 0x410,
        10_023 => 0x401,
        10_024..=10_049 => number - 10_024 + 0x416,
        10_065..=10_070 => number - 10_065 + 0x430,
        10_071 => 0x451,
        10_072..=10_097 => number - 10_072 + 0x436,
        61_352 => 0x2116,
        _ => return None,
    };
    char::from_u32(code)
}

/// An encoding of simple fonts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Base {
    Mac,
    Standard,
    Windows,
}

impl Base {
    pub(super) fn of(name: &[u8]) -> Option<Self> {
        match name {
            b"MacRomanEncoding" => Some(Self::Mac),
            b"StandardEncoding" => Some(Self::Standard),
            b"WinAnsiEncoding" => Some(Self::Windows),
            _ => None,
        }
    }

    /// The characters of a code.
    pub(super) fn characters(self, code: u8) -> Option<String> {
        if code < b' ' || code == 0x7f {
            return None;
        }
        match self {
            Self::Mac => Some(MACINTOSH.decode_without_bom_handling(&[code]).0.into_owned()),
            Self::Windows => Some(WINDOWS_1252.decode_without_bom_handling(&[code]).0.into_owned()),
            Self::Standard => standard(code),
        }
    }
}

fn standard(code: u8) -> Option<String> {
    const HIGH: [(u8, &str); 6] = [
        (0xa1, "¡¢£⁄¥ƒ§¤'“«‹›\u{fb01}\u{fb02}"),
        (0xb1, "–†‡·"),
        (0xb6, "¶•‚„”»…‰"),
        (0xc1, "`´ˆ˜¯˘˙¨"),
        (0xe1, "Æ"),
        (0xf1, "æ"),
    ];
    const ALONE: [(u8, char); 18] = [
        (0x27, '’'),
        (0x60, '‘'),
        (0xbf, '¿'),
        (0xca, '˚'),
        (0xcb, '¸'),
        (0xcd, '˝'),
        (0xce, '˛'),
        (0xcf, 'ˇ'),
        (0xd0, '—'),
        (0xe3, 'ª'),
        (0xe8, 'Ł'),
        (0xe9, 'Ø'),
        (0xea, 'Œ'),
        (0xeb, 'º'),
        (0xf5, 'ı'),
        (0xf8, 'ł'),
        (0xf9, 'ø'),
        (0xfa, 'œ'),
    ];
    if code == 0xfb {
        return Some("ß".to_owned());
    }
    if let Some((_, character)) = ALONE.iter().find(|it| it.0 == code) {
        return Some(character.to_string());
    }
    if code.is_ascii() {
        return Some(char::from(code).to_string());
    }
    let (start, characters) = HIGH.iter().rev().find(|it| it.0 <= code)?;
    characters.chars().nth(usize::from(code - start)).map(String::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_characters() {
        assert_eq!(NAMES.split_whitespace().count() % 2, 0);
        for (name, found) in [
            ("A", "A"),
            ("four", "4"),
            ("four.oldstyle", "4"),
            ("f_i", "fi"),
            ("uni00340030", "40"),
            ("u1F600", "😀"),
            ("eacute", "e\u{301}"),
            ("afii10017", "А"),
            ("Euro", "€"),
        ] {
            assert_eq!(characters(name).as_deref(), Some(found), "{name}");
        }
        assert_eq!([characters("g17"), characters("a1"), characters("C0032")], [None, None, None]);
    }

    #[test]
    fn encodings() {
        for (base, code, found) in [
            (Base::Windows, 0x80, "€"),
            (Base::Mac, 0x80, "Ä"),
            (Base::Standard, 0xae, "\u{fb01}"),
            (Base::Standard, 0xfb, "ß"),
            (Base::Standard, b'4', "4"),
        ] {
            assert_eq!(base.characters(code).as_deref(), Some(found), "{base:?} {code}");
        }
        assert_eq!(Base::Standard.characters(0xd5), None);
    }
}
