//! Numbers of cells as a sheet shows them.

use quick_xml::events::{BytesStart, Event};
use std::collections::BTreeMap;

use super::{attribute, reader};

/// The pattern of figures of each cell style, for styles whose pattern shows more than the number.
#[derive(Clone, Debug, Default)]
pub(crate) struct Numbers {
    patterns: BTreeMap<usize, String>,
}

/// Styles of cells that are looked at; a sheet program takes 65,490.
const STYLES_MAX: usize = 65_536;

/// Figures of a pattern or number; those that a program keeps are fifteen.
const FIGURES_MAX: usize = 32;

/// Reads the patterns of a file of styles.
pub(crate) fn numbers(xml: &str) -> Numbers {
    let mut formats: BTreeMap<String, String> = BTreeMap::new();
    let mut numbers = Numbers::default();
    let mut in_cells = false;
    let mut count = 0;
    let mut reader = reader(xml);
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(start) => match start.local_name().as_ref() {
                "numFmt" => formats.extend(pattern(&start)),
                "cellXfs" => in_cells = true,
                "xf" if in_cells && count < STYLES_MAX => {
                    let format = attribute(&start, "numFmtId");
                    if let Some(pattern) = format.and_then(|it| formats.get(&it)) {
                        numbers.patterns.insert(count, pattern.clone());
                    }
                    count += 1;
                }
                _ => {}
            },
            Event::End(end) if end.local_name().as_ref() == "cellXfs" => in_cells = false,
            Event::Eof => break,
            Event::CData(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::DocType(_)
            | Event::Empty(_)
            | Event::End(_)
            | Event::GeneralRef(_)
            | Event::PI(_)
            | Event::Text(_) => {}
        }
    }
    numbers
}

/// A pattern that only sets figures and signs between them, such as `000-00-0000`.
fn pattern(start: &BytesStart<'_>) -> Option<(String, String)> {
    let (id, code) = (attribute(start, "numFmtId")?, attribute(start, "formatCode")?);
    let first = code.split(';').next()?;
    let plain: String = first.chars().filter(|it| !matches!(it, '\\' | '"')).collect();
    let places = plain.chars().filter(|it| matches!(it, '0' | '#')).count();
    let signs = plain.chars().all(|it| matches!(it, '0' | '#' | '-' | ' ' | '(' | ')' | '/'));
    (signs && 2 < places && places <= FIGURES_MAX).then_some((id, plain))
}

/// A number as it is shown: without an exponent, in the pattern of its style.
pub(super) fn number(text: &str, style: Option<usize>, numbers: &Numbers) -> String {
    const WHOLE_MAX: f64 = 1e18;
    let value: Option<f64> = text.parse().ok();
    let plain = match value {
        Some(value) if text.contains(['E', 'e']) && value.abs() < WHOLE_MAX => {
            if value.fract() == 0.0 { format!("{value:.0}") } else { format!("{value}") }
        }
        Some(_) | None => text.to_owned(),
    };
    let pattern = style.and_then(|style| numbers.patterns.get(&style));
    match pattern {
        Some(pattern) if plain.bytes().all(|it| it.is_ascii_digit()) => in_pattern(&plain, pattern),
        Some(_) | None => plain,
    }
}

/// Figures set into a pattern from the right.
fn in_pattern(figures: &str, pattern: &str) -> String {
    let mut left = figures.chars().rev();
    let mut shown: Vec<char> = Vec::new();
    for place in pattern.chars().rev() {
        match place {
            '0' => shown.push(left.next().unwrap_or('0')),
            '#' => shown.extend(left.next()),
            sign => shown.push(sign),
        }
    }
    shown.extend(left);
    shown.iter().rev().collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_in_their_pattern() {
        let styles = "<styleSheet><numFmts><numFmt numFmtId='164' formatCode='000\\-00\\-0000'/>\
                      <numFmt numFmtId='165' formatCode='yyyy'/></numFmts>\
                      <cellStyleXfs><xf numFmtId='165'/></cellStyleXfs>\
                      <cellXfs><xf numFmtId='0'/><xf numFmtId='164'/><xf numFmtId='165'/></cellXfs></styleSheet>";
        let numbers = numbers(styles);
        for (text, style, shown) in [
            ("1234567", Some(1), "001-23-4567"),
            ("1234567", Some(0), "1234567"),
            ("1234567", Some(2), "1234567"),
            ("4.01288888888188E+15", None, "4012888888881880"),
            ("1.5", None, "1.5"),
            ("1.25E-2", None, "0.0125"),
            ("x", Some(1), "x"),
        ] {
            assert_eq!(number(text, style, &numbers), shown);
        }
    }
}
