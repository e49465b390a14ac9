//! The Luhn formula, of payment cards and many identity numbers.
//!
//! # Standards
//!
//! ISO/IEC 7812-1, annex B.

use super::{Checksum, digits};

/// `check luhn`.
pub(super) const CHECKSUM: Checksum = Checksum {
    name: "luhn",
    about: "payment cards and other numbers whose last digit is by the Luhn formula",
    example: "4012 8888 8888 1881",
    passes,
};

fn passes(value: &str) -> bool {
    let mut count = 0_usize;
    let mut sum = 0_u32;
    for digit in digits(value).rev() {
        let doubled = if count % 2 == 1 { digit.saturating_mul(2) } else { digit };
        sum = sum.saturating_add(if doubled > 9 { doubled.saturating_sub(9) } else { doubled });
        count = count.saturating_add(1);
    }
    // A run of zeros satisfies the formula and is no number of anybody.
    2 <= count && 0 < sum && sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::passes;

    #[test]
    fn cases() {
        assert!(passes("5555-5555-5555-4444"));
        assert!(passes("4111111111111111"));
        assert!(!passes("4012 8888 8888 1882"));
        assert!(!passes("0000 0000 0000 0000"));
        assert!(!passes("0"));
        assert!(!passes(""));
    }
}
