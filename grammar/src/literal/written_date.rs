//! Days as people write them: which one is meant, or why nobody else can know.

use super::date::{Date, DateError};

/// In English, of which a beginning is enough, in German and in French.
const MONTHS: [[&str; 3]; 12] = [
    ["january", "januar", "janvier"],
    ["february", "februar", "février"],
    ["march", "märz", "mars"],
    ["april", "april", "avril"],
    ["may", "mai", "mai"],
    ["june", "juni", "juin"],
    ["july", "juli", "juillet"],
    ["august", "august", "août"],
    ["september", "september", "septembre"],
    ["october", "oktober", "octobre"],
    ["november", "november", "novembre"],
    ["december", "dezember", "décembre"],
];

/// Words that say nothing in a date.
const FILLERS: [&str; 3] = ["of", "on", "the"];

/// Parts of a text that can be a date.
const PARTS_MAX: usize = 5;

/// What a text that is not a date in the form of the language was meant to be.
enum Written<'t> {
    /// A year in full, a month and a day.
    Day { year: i16, month: i8, day: i8 },
    /// Two numbers that may each be the month: the days that it may be.
    Either(Date, Date),
    /// A year of two digits, and the day, where the rest tells which number is which.
    ShortYear(Option<(i16, i8, i8)>),
    /// A part is missing.
    Without(&'t str),
}

/// Why a text is no date, and the day that was meant where that is known.
pub(super) fn why_not(text: &str) -> DateError {
    let general = format!("`{text}` is not a date; write year, month and day such as `2026-03-02`");
    match written(text) {
        None => DateError::new(general, None),
        Some(Written::Day { year, month, day }) => match Date::new(year, month, day) {
            Some(date) => DateError::new(general, Some(date.to_string())).certain_if(true),
            None => no_such_day(text, year, month),
        },
        Some(Written::Either(one, other)) => {
            DateError::new(format!("`{text}` can be two days: write `{one}` or `{other}`"), None)
        }
        Some(Written::ShortYear(day)) => {
            let day = day.and_then(|(year, month, day)| Date::new(year, month, day));
            let message = format!(
                "the year of `{text}` has two digits; write all four, such as `2026-03-02`"
            );
            DateError::new(message, day.map(|it| it.to_string()))
        }
        Some(Written::Without(part)) => DateError::new(
            format!("`{text}` has no {part}; write year, month and day such as `2026-03-02`"),
            None,
        ),
    }
}

/// Why there is no such day.
pub(super) fn no_such_day(text: &str, year: i16, month: i8) -> DateError {
    let message = match Date::new(year, month, 1) {
        Some(first) => {
            let days = first.civil().days_in_month();
            format!("there is no {text}: that month has {days} days")
        }
        None => format!("there is no {text}: months go from 01 to 12"),
    };
    DateError::new(message, None)
}

fn written(text: &str) -> Option<Written<'static>> {
    let separates = |it: char| it.is_whitespace() || matches!(it, ',' | '-' | '.' | '/');
    let parts = text.split(separates).filter(|it| !it.is_empty());
    let said = parts.filter(|it| !FILLERS.contains(it)).take(PARTS_MAX);
    let said: Vec<&str> = said.collect();
    match said.as_slice() {
        [one, two, year] => match (month_called(one), month_called(two)) {
            (None, Some(month)) => spoken(month, one, year),
            (Some(month), None) => spoken(month, two, year),
            (None, None) => numbers(one, two, year),
            (Some(_), Some(_)) => None,
        },
        [one, two] => {
            month_called(one).or_else(|| month_called(two))?;
            let number = if month_called(one).is_some() { two } else { one };
            digits(number)?;
            Some(Written::Without(if number.len() == 4 { "day" } else { "year" }))
        }
        [digits] if digits.len() == 8 => {
            let part = |range: std::ops::Range<usize>| number(digits.get(range)?);
            let (year, month, day) = (part(0..4)?, part(4..6)?, part(6..8)?);
            let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
            Date::new(year, month, day).map(|_| Written::Day { year, month, day })
        }
        _ => None,
    }
}

/// A month in words, a day and a year.
fn spoken(month: i8, day: &str, year: &str) -> Option<Written<'static>> {
    let bare = ["st", "nd", "rd", "th"].iter().find_map(|it| day.strip_suffix(it)).unwrap_or(day);
    let day = i8::try_from(number(bare)?).ok()?;
    let digits = digits(year)?;
    let written = number(year)?;
    Some(match digits {
        4 => Written::Day { year: written, month, day },
        2 => Written::ShortYear(Some((written.saturating_add(2000), month, day))),
        _ => return None,
    })
}

fn numbers(one: &str, two: &str, three: &str) -> Option<Written<'static>> {
    let (first, second, third) = (number(one)?, number(two)?, number(three)?);
    match (digits(one)?, digits(two)?, digits(three)?) {
        (4, ..=2, ..=2) => year_first(first, second, third),
        (..=2, ..=2, 4) => year_last(first, second, third),
        (..=2, ..=2, 2) => Some(Written::ShortYear(short_year(first, second, third))),
        _ => None,
    }
}

fn year_first(year: i16, month: i16, day: i16) -> Option<Written<'static>> {
    let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    Some(Written::Day { year, month, day })
}

fn year_last(one: i16, two: i16, year: i16) -> Option<Written<'static>> {
    let (one, two) = (i8::try_from(one).ok()?, i8::try_from(two).ok()?);
    match (one > 12, two > 12) {
        (true, _) => Some(Written::Day { year, month: two, day: one }),
        (false, true) => Some(Written::Day { year, month: one, day: two }),
        (false, false) if one == two => Some(Written::Day { year, month: one, day: two }),
        (false, false) => {
            Some(Written::Either(Date::new(year, one, two)?, Date::new(year, two, one)?))
        }
    }
}

/// Which of three numbers of two digits is the year, the month and the day, where only one order can be:
/// beyond 31 is a year, beyond 12 no month.
fn short_year(one: i16, two: i16, three: i16) -> Option<(i16, i8, i8)> {
    let (year, month, day) = match (one > 31, three > 31) {
        (true, false) => (one, two, three),
        (false, true) if one > 12 => (three, two, one),
        (false, true) if two > 12 => (three, one, two),
        (true, true) | (false, _) => return None,
    };
    Some((year.saturating_add(2000), i8::try_from(month).ok()?, i8::try_from(day).ok()?))
}

fn month_called(word: &str) -> Option<i8> {
    let lower = word.to_lowercase();
    let begins = |[english, others @ ..]: &[&str; 3]| {
        lower.len() >= 3 && english.starts_with(lower.as_str()) || others.contains(&lower.as_str())
    };
    let at = MONTHS.iter().position(begins).or_else(|| (lower == "sept").then_some(8))?;
    i8::try_from(at.saturating_add(1)).ok()
}

fn digits(text: &str) -> Option<usize> {
    text.bytes().all(|it| it.is_ascii_digit()).then_some(text.len())
}

fn number(text: &str) -> Option<i16> {
    digits(text)?;
    text.parse().ok()
}
