//! Text as programs show it that take marks in it for looks: terminals, enriched mail, notebooks.

use crate::{
    formula,
    leaf::Label,
    remark::{Remark, SHEET_FORMATS, SHEET_UNCOMPUTED},
};

/// Letters and figures that a format of numbers may write: units and months have no more.
const FORMAT_LETTERS_MAX: usize = 6;

/// What a text is without its marks, in the ways in which programs read them; empty where there is
/// no such mark.
pub(crate) fn rendered(label: &Label, text: &str) -> String {
    let mut all = String::new();
    let mut add = |it: Option<String>| {
        if let Some(it) = it {
            all.push_str(&it);
            all.push('\n');
        }
    };
    add(without_escapes(text));
    if label.subtype == "markdown" || label.ends_in(&["markdown", "md"]) {
        let is_mark = |it: char| matches!(it, '*' | '_' | '`' | '~');
        add(text.contains(is_mark).then(|| text.chars().filter(|it| !is_mark(*it)).collect()));
    }
    if label.ends_in(&["ipynb"]) {
        // A text stands there line by line, each in quotes.
        let is_between = |it: &&str| it.trim() == ",";
        add(Some(text.split('"').filter(|it| !is_between(it)).collect()));
    }
    all
}

/// Text without the escapes that set looks on a terminal; none where it has none.
///
/// # Source
///
/// ECMA-48 section 5.4.
fn without_escapes(text: &str) -> Option<String> {
    const START: &str = "\u{1b}[";
    memchr::memchr(0x1b, text.as_bytes())?;
    let (first, rest) = text.split_once(START)?;
    let mut plain = first.to_owned();
    for piece in rest.split(START) {
        let is_parameter = |it: char| matches!(it, '\u{20}'..='\u{3f}');
        let behind = piece.trim_start_matches(is_parameter);
        plain.push_str(behind.strip_prefix(|it| matches!(it, '@'..='~')).unwrap_or(behind));
    }
    Some(plain)
}

/// Enriched text without what stands in it for programs alone: parameters and comments.
///
/// # Source
///
/// RFC 1896; RFC 1341 section 7.1.3.
pub(crate) fn without_parameters(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let mut plain = String::with_capacity(text.len());
    let mut at = 0;
    while let Some((start, name)) = next_of(&lower, at) {
        plain.push_str(text.get(at..start).unwrap_or_default());
        let end = format!("</{name}>");
        let rest = lower.get(start..).unwrap_or_default();
        at = rest.find(&end).map_or(text.len(), |it| start + it + end.len());
    }
    plain.push_str(text.get(at..).unwrap_or_default());
    plain
}

/// The next element from a place on that no program shows, and its name.
fn next_of(lower: &str, from: usize) -> Option<(usize, &'static str)> {
    const NAMES: [&str; 2] = ["comment", "param"];
    let rest = lower.get(from..)?;
    let mut tags = rest.match_indices('<');
    tags.find_map(|(at, _)| {
        let tag = rest.get(at + 1..)?;
        let name =
            NAMES.iter().find(|it| tag.strip_prefix(**it).is_some_and(|it| it.starts_with('>')));
        name.map(|it| (from + at, *it))
    })
}

/// What is to be said of a text that sheet programs compute when they open it.
pub(crate) fn computed(label: &Label, text: &str) -> Vec<Remark> {
    let mut remarks = Vec::new();
    let is_table = matches!(label.subtype.as_str(), "csv" | "tab-separated-values")
        || label.ends_in(&["csv", "prn", "tab", "tsv"]);
    if text.trim_start_matches('\u{feff}').starts_with("ID;P") {
        for line in text.lines() {
            if let Some(format) = line.strip_prefix("P;P") {
                let is_named = FORMAT_LETTERS_MAX < letters_in_quotes(format);
                remarks.extend(is_named.then_some(SHEET_FORMATS));
            }
            let formula = line.strip_prefix("C;").and_then(|it| it.split_once(";E"));
            let makes_text = formula.is_some_and(|it| formula::makes_text(it.1));
            remarks.extend(makes_text.then_some(SHEET_UNCOMPUTED));
        }
    } else if is_table && formula::stands_in_fields(text) {
        remarks.push(SHEET_UNCOMPUTED);
    }
    remarks.sort_unstable();
    remarks.dedup();
    remarks
}

/// Letters and figures that a format of numbers writes: those in quotes.
fn letters_in_quotes(format: &str) -> usize {
    let quoted = format.split('"').skip(1).step_by(2);
    quoted.flat_map(str::chars).filter(|it| it.is_alphanumeric()).count()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn label(name: &str) -> Label {
        Label::named(name.to_owned(), BTreeSet::new())
    }

    #[test]
    fn marks_are_taken_out() {
        for (name, text, plain) in [
            ("a.txt", "zeb\u{1b}[1mra\u{1b}[0;31m-m", "zebra-m\n"),
            ("a.txt", "zebra", ""),
            ("a.md", "zeb**ra-m**", "zebra-m\n"),
            ("a.ipynb", "[\"zeb\",\n \"ra\"]", "[zebra]\n"),
        ] {
            assert_eq!(rendered(&label(name), text), plain, "{text:?}");
        }
        for (text, plain) in [
            ("zeb<color><Param>red</param>ra</color>", "zeb<color>ra</color>"),
            ("zeb<comment>x</comment>ra<param", "zebra<param"),
            ("<params>x<param>y", "<params>x"),
        ] {
            assert_eq!(without_parameters(text), plain, "{text}");
        }
    }

    #[test]
    fn tables_that_are_computed() {
        for (name, text, remarks) in [
            ("a.csv", "a,=B1&\"x\"", &[SHEET_UNCOMPUTED][..]),
            ("a.txt", "a,=B1&\"x\"", &[]),
            ("a.slk", "ID;PX\nP;P\"zebra-mar\"0\nC;K1\nE", &[SHEET_FORMATS]),
            ("a.slk", "ID;PX\nP;P\"EUR\"0\nC;K1;E1+1\nE", &[]),
            ("a.slk", "ID;PX\nC;X1;K0;E\"zeb\"&\"ra\"\nE", &[SHEET_UNCOMPUTED]),
        ] {
            assert_eq!(computed(&label(name), text), remarks, "{text}");
        }
    }
}
