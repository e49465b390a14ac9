//! Dates as headers write them.

use std::fmt;

/// A moment and the offset of the clock it is shown by.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Date {
    at_ms: i64,
    offset_minutes: i32,
}

const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The first and the last second whose year has four digits: 1000-01-01 and 9999-12-31.
const SECS_MIN: i64 = -30_610_224_000;
const SECS_MAX: i64 = 253_402_300_799;

impl Date {
    /// A moment in milliseconds since 1970 UTC, shown by a clock `offset_minutes` ahead of UTC.
    /// Years outside of 1000–9999 and offsets over a day are written as the nearest that can be.
    #[must_use]
    pub fn new(at_ms: i64, offset_minutes: i32) -> Self {
        Self { at_ms, offset_minutes: offset_minutes.clamp(-1_439, 1_439) }
    }

    /// A moment in milliseconds since 1970 UTC, shown in UTC.
    #[must_use]
    pub fn utc(at_ms: i64) -> Self {
        Self::new(at_ms, 0)
    }
}

/// RFC 5322 §3.3: `Thu, 1 Jan 1970 00:00:00 +0000`.
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let offset_secs = i64::from(self.offset_minutes) * 60;
        let secs =
            (self.at_ms.div_euclid(1_000).saturating_add(offset_secs)).clamp(SECS_MIN, SECS_MAX);
        let (days, second) = (secs.div_euclid(86_400), secs.rem_euclid(86_400));
        let (year, month, day) = civil(days);
        let name = |names: &[&'static str], index: i64| {
            usize::try_from(index).ok().and_then(|index| names.get(index).copied()).unwrap_or("")
        };
        let sign = if self.offset_minutes < 0 { '-' } else { '+' };
        let offset = self.offset_minutes.abs();
        write!(
            f,
            "{}, {day} {} {year} {:02}:{:02}:{:02} {sign}{:02}{:02}",
            name(&DAYS, days.rem_euclid(7)),
            name(&MONTHS, month - 1),
            second / 3_600,
            second / 60 % 60,
            second % 60,
            offset / 60,
            offset % 60,
        )
    }
}

/// Year, month and day of a day since 1970, in the Gregorian calendar.
///
/// The year is counted from March, so that the leap day is its last; 719,468 days lie between
/// 0000-03-01 and 1970-01-01, and 400 years have 146,097.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(at_ms: i64, offset_minutes: i32, expected: &str) {
        assert_eq!(Date::new(at_ms, offset_minutes).to_string(), expected);
    }

    #[test]
    fn dates() {
        check(0, 0, "Thu, 1 Jan 1970 00:00:00 +0000");
        check(-1, 0, "Wed, 31 Dec 1969 23:59:59 +0000");
        check(951_782_400_000, 0, "Tue, 29 Feb 2000 00:00:00 +0000");
        check(1_709_164_800_000, 0, "Thu, 29 Feb 2024 00:00:00 +0000");
        check(4_107_542_399_000, 0, "Sun, 28 Feb 2100 23:59:59 +0000");
        check(4_107_542_400_000, 0, "Mon, 1 Mar 2100 00:00:00 +0000");
        check(1_000_000_000_000, 330, "Sun, 9 Sep 2001 07:16:40 +0530");
        check(1_000_000_000_000, -210, "Sat, 8 Sep 2001 22:16:40 -0330");
    }

    #[test]
    fn dates_that_headers_cannot_hold() {
        check(i64::MAX, 0, "Fri, 31 Dec 9999 23:59:59 +0000");
        check(i64::MIN, 0, "Wed, 1 Jan 1000 00:00:00 +0000");
        check(0, i32::MAX, "Thu, 1 Jan 1970 23:59:00 +2359");
    }
}
