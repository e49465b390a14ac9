//! The check digit of a routing transit number of United States banks.
//!
//! # Standards
//!
//! ANSI X9.100-160-1: the weights 3, 7, 1, modulus 10.

use super::{Checksum, digits};

/// `check aba-routing`.
pub(super) const CHECKSUM: Checksum = Checksum {
    name: "aba-routing",
    about: "routing transit numbers of United States banks",
    example: "011000015",
    passes,
};

fn passes(value: &str) -> bool {
    let digits: Vec<u32> = digits(value).collect();
    let sum = digits
        .iter()
        .zip([3, 7, 1].into_iter().cycle())
        .fold(0_u32, |sum, (digit, weight)| sum.saturating_add(digit.saturating_mul(weight)));
    digits.len() == 9 && 0 < sum && sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::passes;

    #[test]
    fn cases() {
        assert!(passes("1210-0024-8"));
        assert!(!passes("121000249"));
        assert!(!passes("000000000"));
        assert!(!passes("0110000150"));
    }
}
