//! Maps from the codes of a font to characters, and how many octets a code has.
//!
//! # Source
//!
//! ISO 32000-1 sections 9.7.5 and 9.10.3; Adobe Technical Note 5014.

use std::collections::BTreeMap;

use super::lexer::{Lexer, Token};
use crate::limits::PDF_MAP_ENTRIES_MAX;

/// A map.
#[derive(Clone, Debug, Default)]
pub(super) struct Map {
    /// Characters of single codes.
    single: BTreeMap<u32, String>,
    /// Ranges by their start: their end, and the characters of the start.
    ranges: BTreeMap<u32, (u32, String)>,
    /// Ranges of codes: how many octets, the lowest, the highest.
    spaces: Vec<(usize, u32, u32)>,
}

/// Ranges of codes that are looked at; those of known maps are some five.
const SPACES_MAX: usize = 64;

impl Map {
    /// Reads a map.
    pub(super) fn read(octets: &[u8]) -> Self {
        let mut map = Self::default();
        let mut lexer = Lexer::new(octets, 0);
        let mut words: Vec<Word> = Vec::new();
        while let Some(token) = lexer.next() {
            let full = PDF_MAP_ENTRIES_MAX < map.entries();
            match token {
                Token::Text(text) => words.push(Word::Text(text)),
                Token::ArrayOpen => words.push(Word::Open),
                Token::ArrayClose => words.push(Word::Close),
                Token::Keyword(word) => {
                    match word {
                        b"endbfchar" if !full => map.characters(&words),
                        b"endbfrange" if !full => map.ranges(&words),
                        b"endcodespacerange" => map.spaces(&words),
                        _ => {}
                    }
                    words.clear();
                }
                Token::DictionaryClose
                | Token::DictionaryOpen
                | Token::Name(_)
                | Token::Number(_) => {}
            }
        }
        map
    }

    /// Codes and ranges of codes that it says something of.
    pub(super) fn entries(&self) -> usize {
        self.single.len().saturating_add(self.ranges.len())
    }

    fn characters(&mut self, words: &[Word]) {
        for pair in words.chunks(2) {
            if let [Word::Text(code), Word::Text(characters)] = pair {
                self.single.insert(number(code), text(characters));
            }
        }
    }

    fn ranges(&mut self, words: &[Word]) {
        let mut rest = words;
        loop {
            rest = match rest {
                [Word::Text(low), Word::Text(high), Word::Text(start), rest @ ..] => {
                    self.ranges.insert(number(low), (number(high), text(start)));
                    rest
                }
                [Word::Text(low), Word::Text(_), Word::Open, rest @ ..] => {
                    let items = rest.iter().take_while(|it| matches!(it, Word::Text(_)));
                    for (code, item) in (number(low)..=u32::MAX).zip(items.clone()) {
                        if let Word::Text(characters) = item {
                            self.single.insert(code, text(characters));
                        }
                    }
                    rest.get(items.count()..).unwrap_or_default()
                }
                [_, rest @ ..] => rest,
                [] => return,
            };
        }
    }

    fn spaces(&mut self, words: &[Word]) {
        for pair in words.chunks(2) {
            if let [Word::Text(low), Word::Text(high)] = pair
                && self.spaces.len() < SPACES_MAX
                && !low.is_empty()
            {
                self.spaces.push((low.len(), number(low), number(high)));
            }
        }
    }

    /// The characters of a code.
    pub(super) fn get(&self, code: u32) -> Option<String> {
        if let Some(characters) = self.single.get(&code) {
            return Some(characters.clone());
        }
        let (low, (high, start)) = self.ranges.range(..=code).next_back()?;
        if *high < code {
            return None;
        }
        let mut characters: Vec<char> = start.chars().collect();
        let last = characters.pop()?;
        characters.push(char::from_u32(u32::from(last).checked_add(code - low)?)?);
        Some(characters.into_iter().collect())
    }

    /// How many octets the code at the start has.
    pub(super) fn width(&self, octets: &[u8], usual: usize) -> usize {
        (1..=4)
            .find(|width| {
                let Some(code) = octets.get(..*width).map(number) else { return false };
                let is_in =
                    |it: &&(usize, u32, u32)| it.0 == *width && (it.1..=it.2).contains(&code);
                self.spaces.iter().any(|it| is_in(&it))
            })
            .unwrap_or(usual)
    }
}

#[derive(Clone, Debug)]
enum Word {
    Close,
    Open,
    Text(Vec<u8>),
}

pub(super) fn number(octets: &[u8]) -> u32 {
    octets.iter().fold(0, |sum, it| sum << 8 | u32::from(*it))
}

/// Characters in UTF-16; one octet stands for itself. What is longer than any ligature is a trick,
/// and no text.
fn text(octets: &[u8]) -> String {
    const OCTETS_MAX: usize = 32;
    if OCTETS_MAX < octets.len() {
        return String::new();
    }
    if let [octet] = octets {
        return char::from(*octet).to_string();
    }
    let (pairs, _) = octets.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().map(|it| u16::from_be_bytes(*it)).collect();
    String::from_utf16_lossy(&units)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_ranges_and_widths() {
        let map = Map::read(
            b"1 begincodespacerange <00> <7f> <8140> <9ffc> endcodespacerange
              2 beginbfchar <01> <0034> <02> <00660069> endbfchar
              2 beginbfrange <10> <12> <0041> <20> <21> [<0058> <D83DDE00>] endbfrange",
        );
        let of = |code| map.get(code).unwrap_or_default();
        assert_eq!([of(1), of(2), of(0x11), of(0x20)], ["4", "fi", "B", "X"]);
        assert_eq!((of(0x21).as_str(), map.get(0x13)), ("😀", None));
        assert_eq!([map.width(b"\x81\x40", 1), map.width(b"\x41\x40", 2)], [2, 1]);
        assert_eq!(map.width(b"\xff", 2), 2);
    }
}
