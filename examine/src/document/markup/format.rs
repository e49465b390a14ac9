//! Format codes of sheets: a number as a cell shows it.
//!
//! # Source
//!
//! ECMA-376 part 1 section 18.8.31.

mod date;

/// A piece of a format code.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Piece {
    /// A letter that stands for a part of a date or time, and how often it stands there.
    Date(char, usize),
    /// The place of a figure, with its sign: `0`, `#` or `?`.
    Figure(char),
    /// The number as it is.
    General,
    Group,
    /// Morning or afternoon.
    Half,
    Literal(char),
    Percent,
    Point,
    /// What makes the section one that is not read.
    Scientific,
    /// The text, in a section for texts.
    Text,
}

/// The letter of hours that go on beyond a day.
const ELAPSED: char = 'H';

/// Characters of a format code that are looked at; a sheet program takes 255.
const CODE_CHARACTERS_MAX: usize = 256;

/// A format code that shows more or else than the number, or the number in another way.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Format {
    sections: Vec<Vec<Piece>>,
    /// Whether a section says by itself which numbers it is for.
    has_conditions: bool,
}

impl Format {
    /// Reads a format code.
    pub(super) fn new(code: &str) -> Self {
        let mut format = Self { sections: vec![Vec::new()], has_conditions: false };
        let code: Vec<char> = code.chars().take(CODE_CHARACTERS_MAX).collect();
        let mut rest = code.as_slice();
        while let [first, behind @ ..] = rest {
            rest = format.piece(*first, behind);
        }
        format
    }

    fn add(&mut self, piece: Piece) {
        if let Some(section) = self.sections.last_mut() {
            section.push(piece);
        }
    }

    /// Reads one piece; returns what stands behind it.
    fn piece<'c>(&mut self, first: char, behind: &'c [char]) -> &'c [char] {
        let skip = |count: usize| behind.get(count..).unwrap_or_default();
        match (first, behind) {
            (';', _) => self.sections.push(Vec::new()),
            ('"', _) => {
                let end = behind.iter().position(|it| *it == '"').unwrap_or(behind.len());
                behind.iter().take(end).for_each(|it| self.add(Piece::Literal(*it)));
                return skip(end + 1);
            }
            ('[', _) => {
                let end = behind.iter().position(|it| *it == ']').unwrap_or(behind.len());
                self.bracket(behind.get(..end).unwrap_or_default());
                return skip(end + 1);
            }
            ('\\', [literal, ..]) => {
                self.add(Piece::Literal(*literal));
                return skip(1);
            }
            ('_', [_, ..]) => {
                self.add(Piece::Literal(' '));
                return skip(1);
            }
            // Fills the cell.
            ('*', [_, ..]) => return skip(1),
            ('E' | 'e', ['+' | '-', ..]) => {
                self.add(Piece::Scientific);
                return skip(1);
            }
            ('A' | 'a', _) => {
                for half in ["M/PM", "/P"] {
                    let here = behind.iter().take(half.len()).collect::<String>();
                    if here.eq_ignore_ascii_case(half) {
                        self.add(Piece::Half);
                        return skip(half.len());
                    }
                }
                self.add(Piece::Literal(first));
            }
            ('G' | 'g', _) => {
                let rest = "eneral";
                let here = behind.iter().take(rest.len()).collect::<String>();
                let is_general = here.eq_ignore_ascii_case(rest);
                self.add(if is_general { Piece::General } else { Piece::Literal(first) });
                return if is_general { skip(rest.len()) } else { behind };
            }
            ('y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S', _) => {
                let letter = first.to_ascii_lowercase();
                let more = behind.iter().take_while(|it| it.eq_ignore_ascii_case(&letter)).count();
                self.add(Piece::Date(letter, more + 1));
                return skip(more);
            }
            ('0' | '#' | '?', _) => self.add(Piece::Figure(first)),
            ('.', _) => self.add(Piece::Point),
            (',', _) => self.add(Piece::Group),
            ('%', _) => self.add(Piece::Percent),
            ('@', _) => self.add(Piece::Text),
            _ => self.add(Piece::Literal(first)),
        }
        behind
    }

    /// What stands in brackets: a currency with its language, a time that goes on beyond a day, a
    /// condition, a colour.
    fn bracket(&mut self, inside: &[char]) {
        match inside {
            ['$', currency @ ..] => {
                let sign = currency.iter().take_while(|it| **it != '-');
                sign.for_each(|it| self.add(Piece::Literal(*it)));
            }
            ['<' | '>' | '=', ..] => self.has_conditions = true,
            [letter @ ('h' | 'H' | 'm' | 'M' | 's' | 'S'), rest @ ..]
                if rest.iter().all(|it| it.eq_ignore_ascii_case(letter)) =>
            {
                let letter = letter.to_ascii_lowercase();
                self.add(Piece::Date(if letter == 'h' { ELAPSED } else { letter }, inside.len()));
            }
            _ => {}
        }
    }

    /// Letters and figures that it writes beside a number or a text, as the section for it does.
    pub(super) fn letters(&self, is_of_text: bool) -> usize {
        let sections = self.sections.iter().filter(|it| !is_of_text || it.contains(&Piece::Text));
        let pieces = sections.flatten();
        pieces.filter(|it| matches!(it, Piece::Literal(it) if it.is_alphanumeric())).count()
    }

    /// How many pieces it has.
    pub(super) fn work(&self) -> usize {
        self.sections.iter().map(Vec::len).sum()
    }

    /// The number as it is shown; several texts where it cannot be told by which section. None
    /// where a section is not read.
    pub(super) fn shown(&self, value: f64) -> Vec<String> {
        let count = self.sections.len();
        let at = match () {
            () if self.has_conditions => None,
            () if value < 0.0 && 1 < count => Some(1),
            () if value == 0.0 && 2 < count => Some(2),
            () => Some(0),
        };
        let sections = self.sections.iter().enumerate().take(SECTIONS_MAX);
        let chosen = sections.filter(|(index, _)| at.is_none_or(|at| *index == at));
        chosen
            .filter_map(|(index, section)| {
                let text = of_section(section, value)?;
                let is_signed = value < 0.0 && index == 0 && !text.is_empty();
                Some(if is_signed { format!("-{text}") } else { text })
            })
            .collect()
    }
}

/// Sections of a format code.
const SECTIONS_MAX: usize = 4;

fn of_section(section: &[Piece], value: f64) -> Option<String> {
    let has = |wanted: fn(&Piece) -> bool| section.iter().any(wanted);
    if has(|it| *it == Piece::Scientific) {
        return None;
    }
    if has(|it| matches!(it, Piece::Date(..))) {
        return date::shown(section, value);
    }
    if has(|it| matches!(it, Piece::Figure(_))) {
        return figures(section, value);
    }
    let text = section.iter().map(|piece| match piece {
        Piece::General | Piece::Text => value.abs().to_string(),
        Piece::Literal(literal) => literal.to_string(),
        Piece::Percent => "%".to_owned(),
        Piece::Point => ".".to_owned(),
        Piece::Group => ",".to_owned(),
        Piece::Date(..) | Piece::Figure(_) | Piece::Half | Piece::Scientific => String::new(),
    });
    Some(text.collect())
}

/// A number whose figures stand in places of the code.
fn figures(section: &[Piece], value: f64) -> Option<String> {
    const WHOLE_MAX: f64 = 1e18;
    const DECIMALS_MAX: usize = 30;
    let is_figure = |it: &Piece| matches!(it, Piece::Figure(_));
    let point = section.iter().position(|it| *it == Piece::Point).unwrap_or(section.len());
    let (whole, behind) = section.split_at(point);
    let decimals = behind.iter().filter(|it| is_figure(it)).count();
    // A comma behind the last place, before the point or at the end, takes three figures away.
    let tail = whole.iter().rev().take_while(|it| !is_figure(it));
    let end = behind.iter().rev().take_while(|it| !is_figure(it));
    let groups = tail.chain(end).filter(|it| **it == Piece::Group).count();
    let percents = section.iter().filter(|it| **it == Piece::Percent).count();
    let mut scaled = value.abs();
    for _ in 0..percents.min(SECTIONS_MAX) {
        scaled *= 100.0;
    }
    for _ in 0..groups.min(SECTIONS_MAX) {
        scaled /= 1_000.0;
    }
    if WHOLE_MAX <= scaled || DECIMALS_MAX < decimals {
        return None;
    }
    // Halves are rounded up.
    let plain = format!("{:.decimals$}", scaled + scaled * f64::EPSILON);
    let (front, back) = plain.split_once('.').unwrap_or((&plain, ""));
    let mut shown = in_places(whole, front.trim_start_matches('0'));
    let mut back = back.chars();
    for piece in behind {
        match piece {
            Piece::Figure(_) => shown.extend(back.next()),
            Piece::Group => {}
            Piece::Date(..)
            | Piece::General
            | Piece::Half
            | Piece::Literal(_)
            | Piece::Percent
            | Piece::Point
            | Piece::Scientific
            | Piece::Text => shown.extend(sign(piece)),
        }
    }
    Some(shown.trim().to_owned())
}

/// Figures set into their places from the right; those left over stand at the first place.
fn in_places(pieces: &[Piece], figures: &str) -> String {
    let first = pieces.iter().position(|it| matches!(it, Piece::Figure(_)));
    let mut left = figures.chars().rev();
    let mut shown: Vec<char> = Vec::new();
    for (at, piece) in pieces.iter().enumerate().rev() {
        match piece {
            Piece::Figure('0') => shown.push(left.next().unwrap_or('0')),
            Piece::Figure(_) => shown.extend(left.next()),
            Piece::Group => {}
            Piece::Date(..)
            | Piece::General
            | Piece::Half
            | Piece::Literal(_)
            | Piece::Percent
            | Piece::Point
            | Piece::Scientific
            | Piece::Text => shown.extend(sign(piece)),
        }
        if Some(at) == first {
            shown.extend(left.by_ref());
        }
    }
    if first.is_none() {
        shown.extend(left);
    }
    shown.iter().rev().collect()
}

/// The character that a piece beside the figures stands for.
fn sign(piece: &Piece) -> Option<char> {
    match piece {
        Piece::Literal(literal) => Some(*literal),
        Piece::Percent => Some('%'),
        Piece::Point => Some('.'),
        Piece::Date(..)
        | Piece::Figure(_)
        | Piece::General
        | Piece::Group
        | Piece::Half
        | Piece::Scientific
        | Piece::Text => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_their_cells_show_them() {
        for (code, value, shown) in [
            ("000\\-00\\-0000", 78_051_120.0, "078-05-1120"),
            ("000\"-\"00\"-\"0000", 78_051_120.0, "078-05-1120"),
            ("[Red]000\\-00\\-0000", 78_051_120.0, "078-05-1120"),
            ("[$-409]000\\-00\\-0000", 78_051_120.0, "078-05-1120"),
            ("000\\-00\\-0000_)", 78_051_120.0, "078-05-1120"),
            ("\"ze\"\\b\\r\\a\\-\"mar\"\"ker-\"0", 7731.0, "zebra-marker-7731"),
            ("\"a\"", 5.0, "a"),
            ("0%", 3_782_822_463_100.05, "378282246310005%"),
            ("0,", 378_282_246_310_005_000.0, "378282246310005"),
            ("#,##0.00", 1_234_567.5, "1234567.50"),
            ("(000) 0", 12_345.0, "(1234) 5"),
            ("0.0", -2.25, "-2.3"),
            ("0;[Red]\\(0\\);\\-", -7.0, "(7)"),
            ("0;[Red]\\(0\\);\\-", 0.0, "-"),
            ("[$€-407] 0", 5.0, "€ 5"),
            ("General\" kg\"", 1.5, "1.5 kg"),
            ("dd/mm/yyyy", 29_221.0, "01/01/1980"),
            ("d mmm yy", 1.0, "1 Jan 00"),
            ("dddd, mmmm d", 60.0, "Wednesday, February 29"),
            ("h:mm AM/PM", 0.5, "12:00 PM"),
            ("hh:mm:ss", 0.75, "18:00:00"),
            ("[h]:mm", 1.5, "36:00"),
        ] {
            assert_eq!(Format::new(code).shown(value), [shown], "{code}");
        }
    }

    #[test]
    fn what_cannot_be_told_is_shown_in_every_way_or_none() {
        let conditional = Format::new("[<1]0;000\\-00\\-0000");
        assert_eq!(conditional.shown(78_051_120.0), ["78051120", "078-05-1120"]);
        assert_eq!(Format::new("0.00E+00").shown(5.0), [""; 0]);
        assert_eq!(Format::new("0").shown(1e300), [""; 0]);
        assert_eq!(Format::new("yyyy").shown(1e300), [""; 0]);
        for broken in ["\"", "[", "\\", "_", "*", "E", "A", "G", ";;;;;;"] {
            Format::new(broken).shown(1.0);
        }
    }
}
