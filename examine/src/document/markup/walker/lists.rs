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
}

impl Lists {
    /// Takes what an element tells of lists.
    pub(super) fn element(&mut self, name: &str, start: &BytesStart<'_>) {
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
