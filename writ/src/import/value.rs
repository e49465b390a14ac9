//! Values of an export: yes and no, lengths of time, days, networks, addresses.

use grammar::literal::{Address, Date, Network};

use super::field::plain;

/// How dates of figures and slashes are to be read.
#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
pub(crate) enum DateOrder {
    /// 31/12/2026.
    DayFirst,
    /// 12/31/2026.
    MonthFirst,
}

/// A day of an export, and whether it was said to the second.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Day {
    pub(crate) date: Date,
    /// The time in it, where there is one.
    pub(crate) at: Option<jiff::civil::Time>,
}

/// Yes, no, or neither.
pub(crate) fn yes(value: Option<&str>) -> Option<bool> {
    match plain(value?).as_str() {
        "1" | "active" | "aktiv" | "allow" | "allowed" | "always" | "alwayson" | "checked"
        | "enable" | "enabled" | "eternal" | "ja" | "on" | "oui" | "perpetual" | "selected"
        | "ticked" | "true" | "wahr" | "x" | "y" | "yes" => Some(true),
        "0" | "denied" | "deny" | "disable" | "disabled" | "falsch" | "false" | "inactive"
        | "inaktiv" | "n" | "nein" | "never" | "no" | "non" | "none" | "notselected" | "off"
        | "unchecked" | "unticked" => Some(false),
        _ => None,
    }
}

/// A number of days.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Days {
    Never,
    Number(u32),
}

/// `7`, `7 Days`, `2 weeks`, `Never Expire`.
pub(crate) fn days(value: &str) -> Option<Days> {
    let plain = plain(value);
    if ["never", "neverexpire", "neverexpires", "none", "no", "notallowed"]
        .contains(&plain.as_str())
    {
        return Some(Days::Never);
    }
    let digits: String = plain.chars().take_while(char::is_ascii_digit).collect();
    let number: u32 = digits.parse().ok()?;
    let factor = match plain.strip_prefix(&digits)? {
        "" | "day" | "days" | "d" => 1,
        "week" | "weeks" => 7,
        "month" | "months" => 30,
        "year" | "years" => 365,
        _ => return None,
    };
    let number = number.checked_mul(factor).filter(|it| (1..=DAYS_MAX).contains(it))?;
    Some(Days::Number(number))
}

/// Days in the longest duration of the rules.
const DAYS_MAX: u32 = 36_500;

/// A day, in the organisation's zone where the export says its own.
///
/// # Errors
///
/// A sentence: it is no day, or could be two.
pub(crate) fn day(
    value: &str,
    order: Option<DateOrder>,
    zone: &jiff::tz::TimeZone,
) -> Result<Day, String> {
    let value = value.trim();
    if let Some(zoned) = with_offset(value) {
        let civil = zoned.to_zoned(zone.clone()).datetime();
        return Ok(Day { date: civil.date().into(), at: Some(civil.time()) });
    }
    if let Ok(civil) = value.parse::<jiff::civil::DateTime>() {
        let at = value.contains(':').then(|| civil.time());
        return Ok(Day { date: civil.date().into(), at });
    }
    for form in ["%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%b %d, %Y", "%B %d, %Y"] {
        if let Ok(date) = jiff::civil::Date::strptime(form, value) {
            return Ok(Day { date: date.into(), at: None });
        }
    }
    figures(value, order)
}

fn with_offset(value: &str) -> Option<jiff::Timestamp> {
    let plain: Option<jiff::Timestamp> = value.parse().ok();
    plain.or_else(|| jiff::Timestamp::strptime("%Y-%m-%dT%H:%M:%S%z", value).ok())
}

/// `31/12/2026`, `12/31/2026`, and with points or hyphens.
fn figures(value: &str, order: Option<DateOrder>) -> Result<Day, String> {
    let no_day = || match Date::parse(value) {
        Err(error) => error.to_string(),
        Ok(date) => format!("`{value}` is not read as {date}"),
    };
    let numbers: Vec<i16> =
        value.split(['/', '.', '-']).map_while(|it| it.trim().parse().ok()).collect();
    let [one, two, year] = numbers.as_slice() else { return Err(no_day()) };
    // Two figures for the year would be the first century.
    if *year < 1900 {
        return Err(no_day());
    }
    let (day, month) = match order {
        Some(DateOrder::DayFirst) => (one, two),
        Some(DateOrder::MonthFirst) => (two, one),
        None if one == two => (one, two),
        // No month has such a number: only one order is left.
        None if *one > 12 && *two <= 12 => (one, two),
        None if *two > 12 && *one <= 12 => (two, one),
        None => {
            return Err(format!(
                "`{value}` is one of two days; say `--date-order day-first` or `month-first`"
            ));
        }
    };
    let small = |it: &i16| i8::try_from(*it).map_err(|_range| no_day());
    let date =
        jiff::civil::Date::new(*year, small(month)?, small(day)?).map_err(|_none| no_day())?;
    Ok(Day { date: date.into(), at: None })
}

/// An address; none with a star outside of quotes, which the rules refuse: it would stand for nothing.
pub(crate) fn address(value: &str) -> Option<Address> {
    let is_pattern = value.contains('*') && !value.starts_with('"');
    Address::parse(value).ok().filter(|_| !is_pattern)
}

/// Networks of a list, each with whether it was written otherwise; or the first that is none.
///
/// # Errors
///
/// What is no network.
pub(crate) fn networks(value: &str) -> Result<Vec<(String, bool)>, String> {
    let mut found = Vec::new();
    let ranges = value.replace(" - ", "-").replace('\u{2013}', "-");
    for one in ranges.split([',', ';', '|', '\n', ' ', '\t', '\r']).filter(|it| !it.is_empty()) {
        let Err(error) = Network::parse(one) else {
            found.push((one.to_owned(), false));
            continue;
        };
        // A host with the length of its network means the network to the source; a range from one
        // address to another is several networks, and nothing else.
        let meant = error.offer().unwrap_or_default().split(", ").map(Network::parse);
        let meant: Vec<Network> =
            meant.collect::<Result<_, _>>().map_err(|_none| one.to_owned())?;
        found.extend(meant.iter().map(|it| (it.to_string(), !error.is_certain())));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time() {
        assert_eq!(days("7-Day"), Some(Days::Number(7)));
        assert_eq!(days("2 weeks"), Some(Days::Number(14)));
        assert_eq!(days("Never Expire"), Some(Days::Never));
        assert_eq!(days("0"), None);
        assert_eq!(days("99999999999"), None);
        assert_eq!(days("7 moons"), None);
    }

    #[test]
    fn days_are_read_or_asked_about() {
        let london = jiff::tz::TimeZone::get("Europe/London").unwrap();
        let read = |value: &str, order| day(value, order, &london).map(|it| it.date.to_string());
        for value in
            ["2026-06-30", "30 Jun 2026", "30 June 2026", "Jun 30, 2026", "2026-06-30T17:00:00"]
        {
            assert_eq!(read(value, None).unwrap(), "2026-06-30", "{value}");
        }
        // Past midnight in London's summer.
        assert_eq!(read("2026-06-30T23:30:00+0000", None).unwrap(), "2026-07-01");
        assert_eq!(read("04/05/2026", Some(DateOrder::DayFirst)).unwrap(), "2026-05-04");
        assert_eq!(read("04/05/2026", Some(DateOrder::MonthFirst)).unwrap(), "2026-04-05");
        assert!(read("04/05/2026", None).unwrap_err().contains("--date-order"));
        assert!(read("31/04/2026", Some(DateOrder::DayFirst)).is_err());
        assert!(read("01/02/26", Some(DateOrder::DayFirst)).is_err());
        assert!(read("soon", None).is_err());
        assert_eq!(read("31/12/2026", None).unwrap(), "2026-12-31");
        assert_eq!(read("12/31/2026", None).unwrap(), "2026-12-31");
        assert!(read("2026-13-45", None).unwrap_err().contains("months go from 01 to 12"));
        assert!(read("2099-02-30", None).unwrap_err().contains("that month has 28 days"));
        assert!(read("45/13/2026", None).is_err());
    }

    #[test]
    fn a_host_in_a_network_is_the_network() {
        let read = networks("192.0.2.17/24; 198.51.100.7\n2001:db8::/32").unwrap();
        let words: Vec<&str> = read.iter().map(|it| it.0.as_str()).collect();
        assert_eq!(words, ["192.0.2.0/24", "198.51.100.7", "2001:db8::/32"]);
        assert!(read[0].1 && !read[1].1);
        assert_eq!(networks("192.0.2.0/24, here"), Err("here".to_owned()));
        for range in ["192.0.2.10-192.0.2.12", "192.0.2.10 - 192.0.2.12"] {
            let words = ["192.0.2.10/31", "192.0.2.12/32"].map(|it| (it.to_owned(), false));
            assert_eq!(networks(range).unwrap(), words, "{range}");
        }
        assert!(networks("192.0.2.12-192.0.2.10").is_err());
    }

    #[test]
    fn a_star_is_no_address() {
        assert!(address("*@wild.example").is_none() && address("a*b@c.example").is_none());
        assert!(address("a@c.example").is_some());
    }
}
