//! How a point in time reads.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};

/// A day in ms.
pub(crate) const DAY_MS: i64 = 86_400_000;

/// The eyes through which times are seen: a zone, and the present.
#[derive(Clone, Debug)]
pub(crate) struct Calendar {
    zone: TimeZone,
    now_ms: i64,
}

impl Calendar {
    /// A calendar for one page.
    pub(crate) fn new(zone: &TimeZone, now_ms: i64) -> Self {
        Self { zone: zone.clone(), now_ms }
    }

    fn at(&self, ms: i64) -> Zoned {
        Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(self.zone.clone())
    }

    fn today(&self) -> Date {
        self.at(self.now_ms).date()
    }

    /// `24 November 2026`.
    pub(crate) fn date(&self, ms: i64) -> String {
        self.at(ms).strftime("%-d %B %Y").to_string()
    }

    /// `24 November 2026, 23:59`.
    pub(crate) fn moment(&self, ms: i64) -> String {
        self.at(ms).strftime("%-d %B %Y, %H:%M").to_string()
    }

    /// `Saturday 21 November 2026, 09:41:12 GMT`.
    pub(crate) fn exact(&self, ms: i64) -> String {
        self.at(ms).strftime("%A %-d %B %Y, %H:%M:%S %Z").to_string()
    }

    /// For `<time datetime>`: `2026-11-21T09:41:12Z`.
    pub(crate) fn machine(ms: i64) -> String {
        let at = Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH);
        at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    }

    /// How far the zone is ahead of UTC now, in minutes.
    pub(crate) fn offset_minutes(&self) -> i32 {
        self.at(self.now_ms).offset().seconds() / 60
    }

    /// In a list: the time of day today, else `17 Nov`, else `17 Nov 2025`.
    pub(crate) fn short(&self, ms: i64) -> String {
        let at = self.at(ms);
        let form = if at.date() == self.today() {
            "%H:%M"
        } else if at.date().year() == self.today().year() {
            "%-d %b"
        } else {
            "%-d %b %Y"
        };
        at.strftime(form).to_string()
    }

    /// Over a message: `Today, 09:41`, `Yesterday, 16:20`, else the date and time.
    pub(crate) fn friendly(&self, ms: i64) -> String {
        let at = self.at(ms);
        let time = at.strftime("%H:%M");
        if at.date() == self.today() {
            format!("Today, {time}")
        } else if Some(at.date()) == self.yesterday() {
            format!("Yesterday, {time}")
        } else {
            at.strftime("%-d %b %Y, %H:%M").to_string()
        }
    }

    fn yesterday(&self) -> Option<Date> {
        self.today().checked_sub(1.day()).ok()
    }

    /// The heading under which a list shows a time.
    pub(crate) fn heading(&self, ms: i64) -> String {
        let day = self.at(ms).date();
        let today = self.today();
        if day >= today {
            "Today".to_owned()
        } else if Some(day) == self.yesterday() {
            "Yesterday".to_owned()
        } else if (day.year(), day.month()) == (today.year(), today.month()) {
            format!("Earlier in {}", day.strftime("%B"))
        } else {
            day.strftime("%B %Y").to_string()
        }
    }

    /// How long until a time: `today`, `in 1 day`, `in 3 days`.
    pub(crate) fn until(&self, ms: i64) -> String {
        match ms.saturating_sub(self.now_ms).max(0) / DAY_MS {
            0 => "within a day".to_owned(),
            1 => "in 1 day".to_owned(),
            days => format!("in {days} days"),
        }
    }

    /// Whether a time is less than so many days away.
    pub(crate) fn is_near(&self, ms: i64, days: i64) -> bool {
        ms.saturating_sub(self.now_ms) < days.saturating_mul(DAY_MS)
    }
}

/// `412 KB`, `1.8 MB`: a size for reading, in units of 1024.
pub(crate) fn size(octets: u64) -> String {
    /// One unit up.
    const STEP: u64 = 1024;
    let kilo = octets / STEP;
    if octets < STEP {
        format!("{octets} bytes")
    } else if kilo < STEP {
        format!("{kilo} KB")
    } else {
        let tenths = octets.saturating_mul(10) / (STEP * STEP);
        let (whole, tenth) = (tenths / 10, tenths % 10);
        if tenth == 0 { format!("{whole} MB") } else { format!("{whole}.{tenth} MB") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-21T09:41:12Z, a Saturday.
    const NOW: i64 = 1_795_254_072_000;

    #[test]
    fn times_read_as_people_say_them() {
        let calendar = Calendar::new(&TimeZone::UTC, NOW);
        assert_eq!(calendar.exact(NOW), "Saturday 21 November 2026, 09:41:12 UTC");
        assert_eq!(calendar.friendly(NOW - 60_000), "Today, 09:40");
        assert_eq!(calendar.friendly(NOW - DAY_MS), "Yesterday, 09:41");
        assert_eq!(calendar.heading(NOW - 4 * DAY_MS), "Earlier in November");
        assert_eq!(calendar.heading(NOW - 40 * DAY_MS), "October 2026");
        assert_eq!(calendar.short(NOW - 4 * DAY_MS), "17 Nov");
        assert_eq!(calendar.until(NOW + 3 * DAY_MS), "in 3 days");
        assert_eq!(Calendar::machine(NOW), "2026-11-21T09:41:12Z");
    }

    #[test]
    fn sizes_read_as_people_say_them() {
        assert_eq!(size(17), "17 bytes");
        assert_eq!(size(412 * 1024 + 3), "412 KB");
        assert_eq!(size(35 * 1024 * 1024), "35 MB");
        assert_eq!(size(1024 * 1024 * 18 / 10), "1.7 MB");
    }
}
