//! Numbers as dates and times: days since the end of 1899.

use super::{ELAPSED, Piece};

/// The last day of the year 9999.
const DAY_MAX: f64 = 2_958_465.0;

/// A point in time, its parts.
struct Moment {
    year: i64,
    month: i64,
    day: i64,
    weekday: i64,
    /// Seconds of the day.
    seconds: i64,
    days: i64,
}

/// The date as it is shown; none for a number that is no date.
pub(super) fn shown(section: &[Piece], value: f64) -> Option<String> {
    let moment = moment(value)?;
    let has_half = section.contains(&Piece::Half);
    let mut text = String::new();
    for (at, piece) in section.iter().enumerate() {
        match piece {
            Piece::Date('m', count) if is_minute(section, at) => {
                push(&mut text, moment.seconds / 60 % 60, *count);
            }
            Piece::Date(letter, count) => {
                moment.part(*letter, *count, has_half, &mut text);
            }
            Piece::Half => text.push_str(if moment.seconds < 43_200 { "AM" } else { "PM" }),
            Piece::Literal(literal) => text.push(*literal),
            Piece::Point => text.push('.'),
            Piece::Group => text.push(','),
            Piece::Percent => text.push('%'),
            Piece::Figure(_) => text.push('0'),
            Piece::General | Piece::Scientific | Piece::Text => {}
        }
    }
    Some(text.trim().to_owned())
}

/// Whether the month at that place is a minute: behind an hour, or before a second.
fn is_minute(section: &[Piece], at: usize) -> bool {
    let letter = |it: &Piece| match it {
        Piece::Date(letter, _) => Some(*letter),
        Piece::Figure(_)
        | Piece::General
        | Piece::Group
        | Piece::Half
        | Piece::Literal(_)
        | Piece::Percent
        | Piece::Point
        | Piece::Scientific
        | Piece::Text => None,
    };
    let before = section.iter().take(at).rev().find_map(letter);
    let after = section.iter().skip(at + 1).find_map(letter);
    matches!(before, Some('h' | ELAPSED)) || after == Some('s')
}

impl Moment {
    fn part(&self, letter: char, count: usize, has_half: bool, text: &mut String) {
        let name = |names: &[&str], index: i64| {
            let index = usize::try_from(index).ok();
            index.and_then(|it| names.get(it)).copied().unwrap_or_default().to_owned()
        };
        let named = |name: String| if count == 3 { name.chars().take(3).collect() } else { name };
        let hour = self.seconds / 3_600;
        match letter {
            'y' if count <= 2 => push(text, self.year % 100, 2),
            'y' => push(text, self.year, 4),
            'm' if count == 5 => text.extend(name(&MONTHS, self.month - 1).chars().take(1)),
            'm' if 3 <= count => text.push_str(&named(name(&MONTHS, self.month - 1))),
            'm' => push(text, self.month, count),
            'd' if 3 <= count => text.push_str(&named(name(&DAYS, self.weekday))),
            'd' => push(text, self.day, count),
            'h' if has_half => push(text, (hour + 11) % 12 + 1, count),
            ELAPSED => push(text, self.days * 24 + hour, count),
            'h' => push(text, hour, count),
            _ => push(text, self.seconds % 60, count),
        }
    }
}

fn push(text: &mut String, number: i64, width: usize) {
    let width = width.min(4);
    text.push_str(&format!("{number:0width$}"));
}

/// The point in time of a number of days.
fn moment(value: f64) -> Option<Moment> {
    if !(0.0..=DAY_MAX).contains(&value) {
        return None;
    }
    let whole = |value: f64| format!("{value:.0}").parse::<i64>().ok();
    let all = whole(value * 86_400.0)?;
    let (days, seconds) = (all / 86_400, all % 86_400);
    // The first spreadsheet took 1900 for a leap year: its day 60.
    let leap = days == 60;
    let since_1900 = if days < 60 { days } else { days - 1 };
    let (year, month, day) = if leap { (1900, 2, 29) } else { civil(since_1900 - 25_568) };
    Some(Moment { year, month, day, weekday: (days + 6) % 7, seconds, days })
}

/// Year, month and day of a number of days since 1970.
///
/// # Source
///
/// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// In the order of the days of a week that begins on a Sunday.
const DAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
