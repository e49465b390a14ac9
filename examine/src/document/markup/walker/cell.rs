//! Cells of a sheet, their formulas, and the codes in what sheets print above and below.

use std::borrow::Cow;

use quick_xml::events::BytesStart;

use super::{super::attribute, Effect, Walker, line};
use crate::remark::{SHEET_UNCOMPUTED, TEXT_OVER_LIMIT};

/// The cell that is open.
#[derive(Debug, Default)]
pub(super) struct Cell {
    kind: String,
    style: Option<usize>,
    formula: String,
    has_value: bool,
}

impl Cell {
    pub(super) fn new(start: &BytesStart<'_>) -> Self {
        let style = attribute(start, "s").and_then(|it| it.parse().ok());
        let kind = attribute(start, "t").unwrap_or_default();
        Self { kind, style, ..Self::default() }
    }
}

impl Walker<'_> {
    /// A value of a cell: the place of a shared string, a number, or what it shows.
    pub(super) fn value(&mut self) {
        let Some(text) = self.held.take() else { return };
        self.cell.has_value |= !text.is_empty();
        match self.cell.kind.as_str() {
            "s" => {
                let index: Option<usize> = text.trim().parse().ok();
                let string = index.and_then(|it| self.shared.strings.get_mut(it));
                if let Some((string, used)) = string {
                    *used = true;
                    let string = string.clone();
                    self.push(&string);
                }
            }
            "" | "n" => {
                let mut shown = self.shared.numbers.shown(text.trim(), self.cell.style).into_iter();
                let first = shown.next().unwrap_or_default();
                let is_over = self.shared.numbers.is_over_limit();
                self.out.remarks.extend(is_over.then_some(TEXT_OVER_LIMIT));
                shown.for_each(|other| line(&mut self.out.hidden, &other));
                if !first.starts_with(text.trim()) {
                    line(&mut self.out.hidden, &text);
                }
                self.push(&first);
            }
            _ => self.push(&unescaped(&text)),
        }
    }

    pub(super) fn close_cell(&mut self) {
        let cell = std::mem::take(&mut self.cell);
        if !cell.has_value && makes_text(&cell.formula) {
            self.out.remarks.push(SHEET_UNCOMPUTED);
        }
        self.close_flow(Effect::Cell);
    }

    /// A formula, and the words in it as `&` puts them together.
    pub(super) fn close_formula(&mut self) {
        let (_, others) = self.readings();
        self.hidden = self.hidden.saturating_sub(1);
        for formula in others {
            line(&mut self.out.hidden, &formula);
            if formula.contains('"') && formula.contains('&') {
                let joined: String =
                    formula.chars().filter(|it| !matches!(it, '"' | '&' | ' ')).collect();
                line(&mut self.out.hidden, &joined);
            }
            self.cell.formula = formula;
        }
    }

    /// A header or footer, as it stands and without its codes.
    pub(super) fn close_header(&mut self) {
        let (shown, others) = self.readings();
        let plain = without_codes(&shown);
        line(self.target(), &plain);
        others.iter().chain([&shown]).for_each(|it| line(&mut self.out.hidden, it));
    }
}

/// Whether the result of a formula can be anything else than a sum, a count or the like of what
/// stands in the sheet, or a word of its own.
fn makes_text(formula: &str) -> bool {
    const COUNTING: [&str; 20] = [
        "ABS",
        "AND",
        "AVERAGE",
        "COUNT",
        "COUNTA",
        "COUNTIF",
        "COUNTIFS",
        "IF",
        "IFERROR",
        "MAX",
        "MEDIAN",
        "MIN",
        "NOW",
        "OR",
        "ROUND",
        "SUBTOTAL",
        "SUM",
        "SUMIF",
        "SUMPRODUCT",
        "TODAY",
    ];
    /// Figures of a number that may be one of somebody.
    const FIGURES_MAX: usize = 6;
    if formula.contains('&') {
        return true;
    }
    let is_word = |it: char| it.is_alphanumeric() || matches!(it, '_' | '.');
    let mut rest = formula;
    while let Some(at) = rest.find('(') {
        let name = rest.get(..at).unwrap_or_default();
        let name = name.trim_end().rsplit(|it| !is_word(it)).next().unwrap_or_default();
        if !name.is_empty() && !COUNTING.iter().any(|it| it.eq_ignore_ascii_case(name)) {
            return true;
        }
        rest = rest.get(at + 1..).unwrap_or_default();
    }
    let mut words = formula.split(|it| !is_word(it));
    words.any(|it| FIGURES_MAX < it.len() && it.bytes().all(|it| it.is_ascii_digit()))
}

/// Text of a sheet with the characters that it writes by number, such as `_x0041_`.
///
/// # Source
///
/// ECMA-376 part 1 section 22.9.2.19.
pub(super) fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains("_x") {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut units: Vec<u16> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let escape = rest.get(at + 2..at + 7).filter(|it| it.ends_with('_'));
        let unit = escape.and_then(|it| u16::from_str_radix(it.get(..4)?, 16).ok());
        let kept = if unit.is_some() { at } else { at + 2 };
        if kept != 0 {
            plain.push_str(&String::from_utf16_lossy(&std::mem::take(&mut units)));
            plain.push_str(rest.get(..kept).unwrap_or_default());
        }
        units.extend(unit);
        rest = rest.get(at + if unit.is_some() { 7 } else { 2 }..).unwrap_or_default();
    }
    plain.push_str(&String::from_utf16_lossy(&units));
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// A header or footer without what sets its looks: the sections of it on lines of their own.
///
/// # Source
///
/// ECMA-376 part 1 section 18.3.1.46.
fn without_codes(text: &str) -> String {
    /// Figures of a size.
    const SIZE_FIGURES_MAX: usize = 3;
    const COLOUR_CHARACTERS: usize = 6;
    let mut plain = String::new();
    let characters: Vec<char> = text.chars().collect();
    let mut rest = characters.as_slice();
    while let [first, behind @ ..] = rest {
        rest = behind;
        if *first != '&' {
            plain.push(*first);
            continue;
        }
        let [code, behind @ ..] = rest else { break };
        let skip = |count: usize| behind.get(count..).unwrap_or_default();
        rest = match code {
            '&' => {
                plain.push('&');
                behind
            }
            '"' => skip(behind.iter().position(|it| *it == '"').map_or(behind.len(), |it| it + 1)),
            'K' | 'k' => skip(COLOUR_CHARACTERS),
            'L' | 'C' | 'R' | 'l' | 'c' | 'r' => {
                plain.push('\n');
                behind
            }
            '0'..='9' => {
                let figures = behind.iter().take_while(|it| it.is_ascii_digit()).count();
                skip(figures.min(SIZE_FIGURES_MAX - 1))
            }
            _ => behind,
        };
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_that_give_more_than_numbers() {
        for formula in ["A1&B1", "CHAR(65)", "SUM(A1)+CHAR (65)", "4012888888881800+81"] {
            assert!(makes_text(formula), "{formula}");
        }
        for formula in ["", "\"a\"", "A1+1", "SUM(A1:B2)/2", "IF(A1>0,(B1),0)", "sum(A1)"] {
            assert!(!makes_text(formula), "{formula}");
        }
    }

    #[test]
    fn escapes_of_sheets() {
        for (text, plain) in [
            ("_x007A_ebra_x002D_m", "zebra-m"),
            ("_xD83D__xDE00_", "😀"),
            ("_x00_x0041_", "_x00A"),
            ("_x_x0041", "_x_x0041"),
            ("a_xé", "a_xé"),
        ] {
            assert_eq!(unescaped(text), plain, "{text}");
        }
    }

    #[test]
    fn codes_of_headers() {
        for (text, plain) in [
            ("&Lzeb&B&Bra-mar&10ker", "\nzebra-marker"),
            ("&\"Arial,Bold\"&K00FF00a&&b", "a&b"),
            ("&1234567", "4567"),
            ("a&", "a"),
        ] {
            assert_eq!(without_codes(text), plain, "{text}");
        }
    }
}
