//! Cells of a sheet, their formulas, and the codes in what sheets print above and below.

use std::borrow::Cow;

use quick_xml::events::BytesStart;

use super::{
    super::{super::margin::without_codes, attribute},
    Effect, Walker, line,
};
use crate::{
    formula::{gives_text, is_stale, makes_text},
    remark::{SHEET_UNCOMPUTED, TEXT_OVER_LIMIT},
};

/// The cell that is open.
#[derive(Debug, Default)]
pub(super) struct Cell {
    kind: String,
    style: Option<usize>,
    formula: String,
    has_value: bool,
    /// The result of a formula, as far as it is a text.
    result: String,
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
                    self.cell.result = string;
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
            _ => {
                let text = unescaped(&text);
                self.push(&text);
                self.cell.result = text.into_owned();
            }
        }
    }

    pub(super) fn close_cell(&mut self) {
        let cell = std::mem::take(&mut self.cell);
        let is_number = matches!(cell.kind.as_str(), "" | "n");
        let is_uncomputed = match (cell.has_value, cell.kind.as_str()) {
            (false, _) => makes_text(&cell.formula),
            // A number where only a text can be is what programs write that compute nothing.
            (true, _) if is_number => gives_text(&cell.formula),
            (true, "s" | "str") => is_stale(&cell.formula, &cell.result),
            (true, _) => false,
        };
        self.out.remarks.extend(is_uncomputed.then_some(SHEET_UNCOMPUTED));
        self.close_flow(Effect::Cell);
    }

    /// The formula of a cell in Open Document, which is an attribute, as its result may be.
    pub(super) fn open_table_cell(&mut self, start: &BytesStart<'_>) {
        let Some(formula) = attribute(start, "formula") else { return };
        let result = attribute(start, "string-value").unwrap_or_default();
        let others = ["boolean-value", "date-value", "time-value", "value"];
        let is_number = others.iter().any(|it| attribute(start, it).is_some());
        let has_value = is_number || !result.is_empty();
        let kind = if is_number { "n" } else { "str" }.to_owned();
        self.cell = Cell { kind, formula, has_value, result, ..Cell::default() };
    }

    /// Ends a cell in Open Document, whose shown text begins at `mark`.
    pub(super) fn close_table_cell(&mut self, mark: usize) {
        let cell = std::mem::take(&mut self.cell);
        if cell.formula.is_empty() {
            return;
        }
        let shown = self.out.shown.get(mark..).unwrap_or_default().trim();
        let is_uncomputed = match cell.kind.as_str() {
            "n" => gives_text(&cell.formula),
            _ if shown.is_empty() && !cell.has_value => makes_text(&cell.formula),
            _ => is_stale(&cell.formula, if cell.has_value { &cell.result } else { shown }),
        };
        self.out.remarks.extend(is_uncomputed.then_some(SHEET_UNCOMPUTED));
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

#[cfg(test)]
mod tests {
    use super::*;

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
}
