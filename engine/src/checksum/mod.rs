//! Checks of a matched value, `check luhn`: arithmetic that tells a number from look-alikes.
//!
//! One file a check: its rule, its source, its cases. To add one, write the file beside `luhn.rs`
//! and name it in [`CHECKSUMS`].

mod iban;
mod luhn;
mod nhs;
mod routing;

/// One check.
#[derive(Clone, Copy, Debug)]
pub struct Checksum {
    /// What the author writes after `check`.
    pub name: &'static str,
    /// What it tells apart, for the manual and for `writ lsp`.
    pub about: &'static str,
    /// A value that passes.
    pub example: &'static str,
    /// Whether a value passes; separators are ignored.
    pub passes: fn(&str) -> bool,
}

/// Every check, by name.
pub const CHECKSUMS: &[Checksum] =
    &[iban::CHECKSUM, luhn::CHECKSUM, nhs::CHECKSUM, nhs::BY_WHOLE_NAME, routing::CHECKSUM];

/// Finds a check by name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Checksum> {
    CHECKSUMS.iter().find(|it| it.name == name)
}

/// The ASCII digits of a value, in order.
fn digits(value: &str) -> impl DoubleEndedIterator<Item = u32> {
    value.chars().filter_map(|it| it.to_digit(10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_examples_pass() {
        for (at, checksum) in CHECKSUMS.iter().enumerate() {
            assert!(CHECKSUMS[at + 1..].iter().all(|it| it.name != checksum.name));
            assert!((checksum.passes)(checksum.example), "{}", checksum.name);
        }
    }

    /// Every check must notice a changed digit; that is what it is for.
    #[test]
    fn one_wrong_digit_fails() {
        for checksum in CHECKSUMS {
            for (at, digit) in checksum.example.char_indices().filter(|it| it.1.is_ascii_digit()) {
                let other = char::from_digit((digit.to_digit(10).unwrap() + 1) % 10, 10).unwrap();
                let mut wrong = checksum.example.to_owned();
                wrong.replace_range(at..=at, &other.to_string());
                assert!(!(checksum.passes)(&wrong), "{} {wrong}", checksum.name);
            }
        }
    }
}
