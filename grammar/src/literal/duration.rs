//! Lengths of time in words: `30 days`, `12 hours`.
//!
//! A month is 30 days and a year 365, wherever they begin: a retention of `6 months` is 180 days for
//! every message.

use std::fmt;

use super::{
    refusal::refusal,
    size::{THOUSANDS, amount_and_unit},
};
use crate::limits::DURATION_SECS_MAX;

/// A length of time in whole seconds, at least one.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Duration {
    secs: u64,
}

refusal! {
    /// Why a text is not a length of time.
    DurationError
}

const DAY_SECS: u64 = 86_400;
const UNITS: [(&str, u64); 7] = [
    ("year", 365 * DAY_SECS),
    ("month", 30 * DAY_SECS),
    ("week", 7 * DAY_SECS),
    ("day", DAY_SECS),
    ("hour", 3_600),
    ("minute", 60),
    ("second", 1),
];

impl Duration {
    /// Reads a whole number and `seconds`, `minutes`, `hours`, `days`, `weeks`, `months` or `years`.
    ///
    /// # Errors
    ///
    /// [`DurationError`] when number or unit is wrong, or it is zero or above 100 years.
    pub fn parse(text: &str) -> Result<Self, DurationError> {
        let Some((amount, fraction, space, unit)) = amount_and_unit(text) else {
            return Err(DurationError::new(
                format!(
                    "`{text}` is not a length of time; write one such as `30 days` or `12 hours`"
                ),
                None,
            ));
        };
        if unit.is_empty() {
            let message =
                format!("`{text}` has no unit; write `{text} days`, `{text} hours` or another");
            return Err(DurationError::new(message, None));
        }
        let Some((name, unit_secs)) = unit_of(unit) else {
            let message = format!(
                "`{unit}` is not a unit of time; there are seconds, minutes, hours, days, weeks, months and years"
            );
            let (offer, certain) = guess(amount, unit);
            // The digits after the point would be lost.
            let offer = offer.filter(|_| fraction.is_empty());
            return Err(DurationError::new(message, offer).certain_if(certain));
        };
        if fraction.len() == THOUSANDS {
            let message =
                format!("`{text}` is no whole number, or one with a dot before its thousands");
            let offer = words(&format!("{amount}{fraction}"), name);
            return Err(DurationError::new(message, Some(offer)));
        }
        if !fraction.is_empty() {
            return Err(DurationError::new(
                format!("`{text}` is not a whole number"),
                smaller(amount, fraction, unit_secs),
            )
            .certain_if(true));
        }
        let Some(secs) = amount
            .parse::<u64>()
            .ok()
            .and_then(|amount| amount.checked_mul(unit_secs))
            .filter(|secs| *secs <= DURATION_SECS_MAX)
        else {
            return Err(DurationError::new(
                format!("`{text}` is too long; 100 years are allowed"),
                None,
            ));
        };
        if secs == 0 {
            return Err(DurationError::new(format!("`{text}` is no time at all"), None));
        }
        if !space {
            return Err(DurationError::new(
                format!("`{text}` needs a space between number and unit"),
                Some(words(amount, name)),
            )
            .certain_if(true));
        }
        Ok(Self { secs })
    }

    /// From whole days.
    #[must_use]
    pub fn from_days(days: u32) -> Self {
        Self { secs: u64::from(days).saturating_mul(DAY_SECS) }
    }

    /// From whole seconds; none of no time at all.
    #[must_use]
    pub fn from_secs(secs: u64) -> Option<Self> {
        (secs > 0).then_some(Self { secs })
    }

    /// In seconds.
    #[must_use]
    pub fn secs(self) -> u64 {
        self.secs
    }

    /// In whole days, rounded down: `36 hours` are one day, `12 hours` none.
    #[must_use]
    pub fn days(self) -> u64 {
        self.secs.checked_div(DAY_SECS).unwrap_or(0)
    }
}

impl fmt::Display for Duration {
    /// In days, or the largest smaller unit that leaves no rest.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = UNITS.iter().skip(3).find(|(_, secs)| self.secs.is_multiple_of(*secs));
        let (name, unit_secs) = unit.copied().unwrap_or(("second", 1));
        let amount = self.secs.checked_div(unit_secs).unwrap_or(self.secs);
        write!(f, "{amount} {name}{}", if amount == 1 { "" } else { "s" })
    }
}

fn unit_of(word: &str) -> Option<(&'static str, u64)> {
    let singular = word.strip_suffix('s').unwrap_or(word);
    UNITS.iter().find(|(name, _)| *name == singular).copied()
}

/// Reads the abbreviations and capitals people write, to offer the word; then, whether it is certain.
fn guess(amount: &str, unit: &str) -> (Option<String>, bool) {
    let known = match unit.to_ascii_lowercase().as_str() {
        "y" | "yr" | "yrs" => Some("year"),
        "mo" | "mth" | "mths" => Some("month"),
        "w" | "wk" | "wks" => Some("week"),
        "d" => Some("day"),
        "h" | "hr" | "hrs" => Some("hour"),
        "min" | "mins" => Some("minute"),
        "s" | "sec" | "secs" => Some("second"),
        _ => None,
    };
    let singular = unit.strip_suffix('s').unwrap_or(unit);
    let names = UNITS.iter().map(|(name, _)| *name);
    let closest = known.or_else(|| crate::suggest::closest(singular, names.clone()));
    let certain =
        known.is_some() || closest.is_some_and(|it| crate::suggest::is_only(singular, it, names));
    let offer =
        closest.map(|name| words(amount, name)).filter(|offer| Duration::parse(offer).is_ok());
    (offer, certain)
}

fn words(amount: &str, name: &str) -> String {
    if amount == "1" { format!("1 {name}") } else { format!("{amount} {name}s") }
}

/// `1.5 days` as `36 hours`, where a smaller unit has it whole.
fn smaller(amount: &str, fraction: &str, unit_secs: u64) -> Option<String> {
    let scale = 10_u64.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let whole = format!("{amount}{fraction}").parse::<u64>().ok()?.checked_mul(unit_secs)?;
    let secs = whole.is_multiple_of(scale).then(|| whole.checked_div(scale))??;
    (secs > 0).then(|| Duration { secs }.to_string())
}
