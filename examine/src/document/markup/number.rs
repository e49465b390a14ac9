//! Numbers of cells as a sheet shows them.

use std::collections::BTreeMap;

use super::{Tag, attribute, format::Format, tags};
use crate::limits::FORMAT_WORK_MAX;

/// The formats of each cell style, over all members of a document that give styles: more than one
/// where members differ, for then a program shows one of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Numbers {
    formats: BTreeMap<usize, Vec<usize>>,
    /// Each format once, and the place of each code among them.
    known: Vec<Format>,
    places: BTreeMap<String, usize>,
    /// Pieces of formats that were looked at.
    work: usize,
    /// Whether some format writes words beside a text, or where a condition says so.
    is_worded: bool,
}

/// Styles of cells that are looked at; a sheet program takes 65,490.
const STYLES_MAX: usize = 65_536;

/// Letters that a format may write where a condition holds: those of a currency.
const UNIT_LETTERS_MAX: usize = 3;

/// Formats of one style that are looked at.
const FORMATS_MAX: usize = 4;

impl Numbers {
    /// Adds the formats of a file of styles.
    pub(crate) fn gather(&mut self, xml: &str) {
        let mut codes: BTreeMap<String, String> = BTreeMap::new();
        let mut styles = Vec::new();
        let (mut in_cells, mut in_conditions) = (false, false);
        for tag in tags(xml) {
            match tag {
                Tag::Start(start) => match start.local_name().as_ref() {
                    "numFmt" if in_conditions => {
                        let code = attribute(&start, "formatCode").unwrap_or_default();
                        self.is_worded |= UNIT_LETTERS_MAX < Format::new(&code).letters(false);
                    }
                    "numFmt" => {
                        let code = attribute(&start, "formatCode");
                        codes.extend(attribute(&start, "numFmtId").zip(code));
                    }
                    "cellXfs" => in_cells = true,
                    "dxfs" => in_conditions = true,
                    "xf" if in_cells && styles.len() < STYLES_MAX => {
                        styles.push(attribute(&start, "numFmtId").unwrap_or_default());
                    }
                    _ => {}
                },
                Tag::End(end) => {
                    in_cells &= end.local_name().as_ref() != "cellXfs";
                    in_conditions &= end.local_name().as_ref() != "dxfs";
                }
            }
        }
        for (style, id) in styles.iter().enumerate() {
            self.add(style, id, &codes);
        }
    }

    /// Adds the format of a style, by its number.
    pub(crate) fn add(&mut self, style: usize, id: &str, codes: &BTreeMap<String, String>) {
        let code = codes.get(id).map(String::as_str).or_else(|| built_in(id));
        let Some(code) = code.filter(|_| style < STYLES_MAX) else { return };
        let place = self.places.get(code).copied().unwrap_or_else(|| {
            let format = Format::new(code);
            self.is_worded |= 0 < format.letters(true);
            self.known.push(format);
            self.places.insert(code.to_owned(), self.known.len() - 1);
            self.known.len() - 1
        });
        let formats = self.formats.entry(style).or_default();
        if formats.len() < FORMATS_MAX && !formats.contains(&place) {
            formats.push(place);
        }
    }

    /// Whether some format writes words where they are not put to what a cell holds here.
    pub(crate) fn is_worded(&self) -> bool {
        self.is_worded
    }

    /// Whether more would have had to be looked at than is.
    pub(crate) fn is_over_limit(&self) -> bool {
        FORMAT_WORK_MAX < self.work
    }

    /// A number as it is shown, without an exponent and in the format of its style; other texts
    /// that it may be shown as, behind it. There is always one.
    pub(crate) fn shown(&mut self, text: &str, style: Option<usize>) -> Vec<String> {
        const WHOLE_MAX: f64 = 1e18;
        let value: Option<f64> = text.parse().ok();
        let is_plain = text.bytes().all(|it| it.is_ascii_digit());
        let plain = match value {
            Some(value) if !is_plain && value.abs() < WHOLE_MAX => value.to_string(),
            Some(_) | None => text.to_owned(),
        };
        let formats = style.and_then(|it| self.formats.get(&it));
        let formats = formats.into_iter().flatten().filter_map(|it| self.known.get(*it));
        self.work += formats.clone().map(Format::work).sum::<usize>();
        if FORMAT_WORK_MAX < self.work {
            return vec![plain];
        }
        let mut shown: Vec<String> = formats
            .flat_map(|format| value.map(|it| format.shown(it)).unwrap_or_default())
            .filter(|it| !it.is_empty())
            .collect();
        // What only has more decimals says the same.
        if !shown.first().is_some_and(|it| it.starts_with(&plain)) {
            shown.push(plain);
        }
        shown.dedup();
        shown
    }
}

/// The format codes that a file names by number alone; none for the number as it is.
fn built_in(id: &str) -> Option<&'static str> {
    Some(match id {
        "1" | "3" | "37" | "38" => "0",
        "2" | "4" | "39" | "40" => "0.00",
        "9" => "0%",
        "10" => "0.00%",
        "14" => "m/d/yyyy",
        "15" => "d-mmm-yy",
        "16" => "d-mmm",
        "17" => "mmm-yy",
        "18" => "h:mm AM/PM",
        "19" => "h:mm:ss AM/PM",
        "20" => "h:mm",
        "21" => "h:mm:ss",
        "22" => "m/d/yyyy h:mm",
        "45" => "mm:ss",
        "46" => "[h]:mm:ss",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_in_their_formats() {
        let styles = "<styleSheet><cellStyleXfs><xf numFmtId='165'/></cellStyleXfs>\
                      <cellXfs><xf numFmtId='0'/><xf numFmtId='164'/><xf numFmtId='165'/><xf numFmtId='9'/>\
                      </cellXfs><numFmts><numFmt numFmtId='164' formatCode='000\\-00\\-0000'/>\
                      <numFmt numFmtId='165' formatCode='yyyy'/></numFmts></styleSheet>";
        let mut numbers = Numbers::default();
        numbers.gather(styles);
        for (text, style, shown) in [
            ("1234567", Some(1), &["001-23-4567", "1234567"][..]),
            ("1234567", Some(0), &["1234567"]),
            ("29221", Some(2), &["1980", "29221"]),
            ("3782822463100.05", Some(3), &["378282246310005%", "3782822463100.05"]),
            ("4.01288888888188E+15", None, &["4012888888881880"]),
            ("+4012888888881881.0", None, &["4012888888881881"]),
            ("1.5", None, &["1.5"]),
            ("1.25E-2", None, &["0.0125"]),
            ("1e300", None, &["1e300"]),
            ("x", Some(1), &["x"]),
        ] {
            assert_eq!(numbers.shown(text, style), shown, "{text}");
        }
        assert!(!numbers.is_worded());
        for styles in [
            "<s><numFmts><numFmt numFmtId='164' formatCode='0;0;0;\"zeb\"@'/></numFmts>\
             <cellXfs><xf numFmtId='164'/></cellXfs></s>",
            "<s><cellXfs/><dxfs><dxf><numFmt numFmtId='165' formatCode='\"zebra\"0'/></dxf></dxfs></s>",
        ] {
            let mut numbers = Numbers::default();
            numbers.gather(styles);
            assert!(numbers.is_worded(), "{styles}");
        }
        numbers.gather("<s><cellXfs><xf/><xf numFmtId='1'/></cellXfs></s>");
        assert_eq!(numbers.shown("1234567", Some(1)), ["001-23-4567", "1234567"]);
    }
}
