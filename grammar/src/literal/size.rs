//! Sizes: `35 MiB`, `10 MB`, `500 KB`.
//!
//! `KB`, `MB` and `GB` are thousands, as on a disk; `KiB`, `MiB` and `GiB` are powers of 1024.

use std::fmt;

use nom::{
    bytes::complete::take_while,
    character::complete::{alpha0, char, digit1, space0},
    combinator::opt,
    sequence::preceded,
};

use super::{refusal::refusal, whole::whole};

/// A size in octets.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Size {
    octets: u64,
}

refusal! {
    /// Why a text is not a size.
    SizeError
}

/// Largest first of each kind, so that [`fmt::Display`] takes the first that leaves no rest.
/// Digits behind a dot that may as well be a number's last three.
pub(in crate::literal) const THOUSANDS: usize = 3;

const UNITS: [(&str, u64); 7] = [
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("GB", 1_000_000_000),
    ("MB", 1_000_000),
    ("KB", 1_000),
    ("octets", 1),
];

impl Size {
    /// Reads a whole number and `octets`, `KB`, `MB`, `GB`, `KiB`, `MiB` or `GiB`.
    ///
    /// # Errors
    ///
    /// [`SizeError`] when number or unit is wrong, or the octets do not fit 63 bits.
    pub fn parse(text: &str) -> Result<Self, SizeError> {
        let Some((amount, fraction, space, unit)) = amount_and_unit(text) else {
            return Err(SizeError::new(
                format!("`{text}` is not a size; write one such as `10 MB` or `35 MiB`"),
                None,
            ));
        };
        if unit.is_empty() {
            return Err(SizeError::new(
                format!("`{text}` has no unit; write `{text} MB`, `{text} KB` or another"),
                None,
            ));
        }
        let Some((name, unit_octets)) = unit_of(unit) else {
            let message = format!(
                "`{unit}` is not a unit of size; there are octets, KB, MB, GB, KiB, MiB and GiB"
            );
            return Err(SizeError::new(
                message,
                guess(unit)
                    .filter(|_| fraction.is_empty())
                    .map(|name| format!("{amount} {name}"))
                    .filter(|offer| Self::parse(offer).is_ok()),
            )
            // `10 M` may be meant as MB or as MiB.
            .certain_if(unit.len() > 1));
        };
        if fraction.len() == THOUSANDS {
            let message =
                format!("`{text}` is no whole number, or one with a dot before its thousands");
            let offer = format!("{amount}{fraction} {name}");
            return Err(SizeError::new(message, Some(offer)));
        }
        if !fraction.is_empty() {
            return Err(SizeError::new(
                format!("`{text}` is not a whole number"),
                smaller(amount, fraction, unit_octets),
            )
            .certain_if(true));
        }
        let octets = amount.parse::<u64>().ok().and_then(|amount| amount.checked_mul(unit_octets));
        let Some(octets) = octets.filter(|octets| *octets <= i64::MAX.unsigned_abs()) else {
            return Err(SizeError::new(
                format!("`{text}` is larger than anything that can be sent"),
                None,
            ));
        };
        if !space {
            return Err(SizeError::new(
                format!("`{text}` needs a space between number and unit"),
                Some(format!("{amount} {name}")),
            )
            .certain_if(true));
        }
        Ok(Self { octets })
    }

    /// From octets.
    #[must_use]
    pub fn from_octets(octets: u64) -> Self {
        Self { octets }
    }

    /// In octets.
    #[must_use]
    pub fn octets(self) -> u64 {
        self.octets
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit =
            UNITS.iter().find(|(_, octets)| self.octets > 0 && self.octets.is_multiple_of(*octets));
        let (name, unit_octets) = unit.copied().unwrap_or(("octets", 1));
        write!(f, "{} {name}", self.octets.checked_div(unit_octets).unwrap_or(self.octets))
    }
}

/// Splits `1.5 MB` into whole part, digits after the point, whether a space stands before the unit, and unit.
pub(in crate::literal) fn amount_and_unit(text: &str) -> Option<(&str, &str, bool, &str)> {
    let fraction = preceded(char('.'), take_while(|character: char| character.is_ascii_digit()));
    let (amount, fraction, space, unit) = whole((digit1, opt(fraction), space0, alpha0), text)?;
    Some((amount, fraction.unwrap_or(""), !space.is_empty(), unit))
}

fn unit_of(word: &str) -> Option<(&'static str, u64)> {
    let word = if word == "octet" { "octets" } else { word };
    UNITS.iter().find(|(name, _)| *name == word).copied()
}

fn guess(unit: &str) -> Option<&'static str> {
    Some(match unit.to_ascii_lowercase().as_str() {
        "b" | "byte" | "bytes" | "octets" | "octet" => "octets",
        "k" | "kb" | "kilobytes" => "KB",
        "m" | "mb" | "meg" | "megabytes" => "MB",
        "g" | "gb" | "gigabytes" => "GB",
        "kib" => "KiB",
        "mib" => "MiB",
        "gib" => "GiB",
        _ => return None,
    })
}

/// `1.5 MB` as `1500 KB`, where a smaller unit has it whole.
fn smaller(amount: &str, fraction: &str, unit_octets: u64) -> Option<String> {
    let scale = 10_u64.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let whole = format!("{amount}{fraction}").parse::<u64>().ok()?.checked_mul(unit_octets)?;
    let octets = whole.is_multiple_of(scale).then(|| whole.checked_div(scale))??;
    Some(Size { octets }.to_string())
}
