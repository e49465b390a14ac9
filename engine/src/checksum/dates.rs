//! Days, as people write their birthdays.
//!
//! # Standards
//!
//! ISO 8601 for year, month, day; the orders day, month, year and month, day, year are both read.

use super::{
    Checksum,
    arithmetic::{is_birth, is_birth_in_some_century, small},
};

/// The checks of this family.
pub(super) const CHECKSUMS: &[Checksum] = &[Checksum {
    name: "day",
    about: "days that the calendar has, since 1900",
    example: "29.02.1996",
    passes: |it| day(it) == Some(true),
}];

/// Three runs of digits, or two beside the name of a month.
fn day(value: &str) -> Option<bool> {
    let runs: Vec<&str> =
        value.split(|it: char| !it.is_ascii_digit()).filter(|it| !it.is_empty()).collect();
    let numbers: Vec<u32> = runs.iter().map(|it| it.parse().ok()).collect::<Option<_>>()?;
    let real = |year: u32, digits: usize, month: u32, day: u32| match digits {
        2 => is_birth_in_some_century(year, month, day),
        _ => year >= 1900 && is_birth(year, month, day),
    };
    Some(match (numbers.as_slice(), runs.as_slice()) {
        ([year, month, day], [written, ..]) if written.len() == 4 => real(*year, 4, *month, *day),
        ([one, other, year], [.., written]) => {
            real(*year, written.len(), *other, *one) || real(*year, written.len(), *one, *other)
        }
        // A month's name says which it is; 31 days is the most that can be known here.
        ([day, year], _) => (1..=31).contains(day) && (1900..=2035).contains(&small(&[*year])),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    #[test]
    fn cases() {
        check(
            "day",
            &["1996-02-29", "02/29/1996", "1.2.85", "3 March 1971", "March 3, 1971"],
            &["29.02.1997", "13/13/2001", "1885-01-01", "45 March 1971", "12.34"],
        );
    }
}
