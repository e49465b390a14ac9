//! The check digit of an NHS number.
//!
//! # Standards
//!
//! NHS Data Model and Dictionary, "NHS number": modulus 11 with the weights 10 to 2.

use super::{Checksum, digits};

/// `check nhs`.
pub(super) const CHECKSUM: Checksum = Checksum {
    name: "nhs",
    about: "NHS numbers of England, Wales and the Isle of Man (modulus 11)",
    example: "943 476 5919",
    passes,
};

/// `check nhs-number`: the same under the number's whole name.
pub(super) const BY_WHOLE_NAME: Checksum = Checksum { name: "nhs-number", ..CHECKSUM };

fn passes(value: &str) -> bool {
    let digits: Vec<u32> = digits(value).collect();
    let Some((check, body)) = digits.split_last() else { return false };
    if body.len() != 9 || body.iter().all(|it| *it == 0) {
        return false;
    }
    let sum = body
        .iter()
        .zip((2..=10).rev())
        .fold(0_u32, |sum, (digit, weight)| sum.saturating_add(digit.saturating_mul(weight)));
    // A remainder of 1 would need the check digit 10; such numbers are never given out.
    match sum % 11 {
        0 => *check == 0,
        1 => false,
        remainder => 11_u32.checked_sub(remainder) == Some(*check),
    }
}

#[cfg(test)]
mod tests {
    use super::passes;

    #[test]
    fn cases() {
        assert!(passes("9434765919"));
        assert!(passes("401 023 2137"));
        assert!(!passes("943 476 5918"));
        assert!(!passes("000 000 0000"));
        assert!(!passes("94347659190"));
    }
}
