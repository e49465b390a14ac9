//! Numbers that programs write before the items of a list.

use std::collections::BTreeSet;

use quick_xml::events::BytesStart;

use super::super::attribute;

/// Patterns and first numbers that are looked at; templates have some dozen.
const KINDS_MAX: usize = 32;

/// Octets of a pattern or number that is looked at.
const OCTETS_MAX: usize = 200;

/// The lists of one file.
#[derive(Debug, Default)]
pub(super) struct Lists {
    /// What stands around a number, with `%1` for the number itself.
    patterns: BTreeSet<String>,
    starts: BTreeSet<String>,
    level: Level,
    is_joined: bool,
}

/// What is known of the level that is open.
#[derive(Debug, Default)]
struct Level {
    pattern: String,
    format: String,
    start: u32,
    /// Whether nothing stands between label and text.
    is_tight: bool,
}

impl Level {
    /// Whether label and text make one word.
    fn is_joined(&self) -> bool {
        const SMALL_MAX: u32 = 999;
        if !self.is_tight {
            return false;
        }
        let without_figures = self.pattern.trim_end_matches(|it: char| it.is_ascii_digit());
        if without_figures.ends_with('%') {
            let is_word = self.format.ends_with("Letter") || self.format.ends_with("Roman");
            return is_word && 1 < self.start || SMALL_MAX < self.start;
        }
        self.pattern.ends_with(char::is_alphanumeric)
    }
}

impl Lists {
    /// Takes what an element tells of lists.
    pub(super) fn element(&mut self, name: &str, start: &BytesStart<'_>) {
        self.level(name, start);
        let pattern = match name {
            "lvlText" => attribute(start, "val"),
            "list-level-style-number" => {
                let side = |name: &str| attribute(start, name).unwrap_or_default();
                Some(format!("{}%1{}", side("num-prefix"), side("num-suffix")))
            }
            _ => None,
        };
        let is_start = matches!(name, "start" | "startOverride");
        let number = match is_start {
            true => attribute(start, "val"),
            false if matches!(name, "list-item" | "list-level-style-number") => {
                attribute(start, "start-value")
            }
            false => None,
        };
        let says = |it: &String| {
            it.len() <= OCTETS_MAX && it.contains('%') && it.chars().any(char::is_alphabetic)
        };
        let number = number.filter(|it| it.len() <= OCTETS_MAX);
        if self.patterns.len() < KINDS_MAX {
            self.patterns.extend(pattern.filter(says));
        }
        if self.starts.len() < KINDS_MAX {
            self.starts.extend(number);
        }
    }

    fn level(&mut self, name: &str, start: &BytesStart<'_>) {
        let value = || attribute(start, "val").unwrap_or_default();
        match name {
            "lvl" => {
                self.is_joined |= self.level.is_joined();
                self.level = Level::default();
            }
            "lvlText" => self.level.pattern = value(),
            "numFmt" => self.level.format = value(),
            "start" => self.level.start = value().parse().unwrap_or(0),
            "suff" => self.level.is_tight = value() == "nothing",
            "list-level-style-number" => {
                let side = |name: &str| attribute(start, name).unwrap_or_default();
                let number = if side("num-format").is_empty() { "" } else { "%1" };
                let pattern = format!("{}{number}{}", side("num-prefix"), side("num-suffix"));
                let level = Level { pattern, is_tight: true, ..Level::default() };
                self.is_joined |= level.is_joined();
            }
            _ => {}
        }
    }

    /// Whether some label may make one word with the text behind it.
    pub(super) fn is_joined(&self) -> bool {
        self.is_joined || self.level.is_joined()
    }

    /// What stands before the first items.
    pub(super) fn labels(&self) -> Vec<String> {
        let labels = self.patterns.iter().flat_map(|pattern| {
            self.starts.iter().map(|start| {
                let mut label = String::new();
                let mut pieces = pattern.split('%');
                label.push_str(pieces.next().unwrap_or_default());
                for piece in pieces {
                    label.push_str(start);
                    label.push_str(piece.get(1..).unwrap_or_default());
                }
                label
            })
        });
        labels.collect()
    }
}
