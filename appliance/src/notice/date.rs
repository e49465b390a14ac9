//! Dates as people read them.

use jiff::{Timestamp, tz::TimeZone};

/// `27 September 2026` in the zone; UTC when the zone is not known.
pub(super) fn day(at_ms: i64, zone: &str) -> String {
    format(at_ms, zone, "%-d %B %Y")
}

/// `08/22/2017 08:22:37 EDT` in the zone.
pub(super) fn moment(at_ms: i64, zone: &str) -> String {
    format(at_ms, zone, "%m/%d/%Y %H:%M:%S %Z")
}

/// `22 August 2017, 08:22 EDT` in the zone.
pub(crate) fn minute(at_ms: i64, zone: &str) -> String {
    format(at_ms, zone, "%-d %B %Y, %H:%M %Z")
}

fn format(at_ms: i64, zone: &str, form: &str) -> String {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let at = Timestamp::from_millisecond(at_ms).unwrap_or_default();
    at.to_zoned(zone).strftime(form).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_the_zone() {
        let at_ms = 1_503_404_557_000;
        assert_eq!(moment(at_ms, "America/New_York"), "08/22/2017 08:22:37 EDT");
        assert_eq!(day(at_ms, "Asia/Tokyo"), "22 August 2017");
        assert_eq!(minute(at_ms, "nowhere"), "22 August 2017, 12:22 UTC");
    }
}
