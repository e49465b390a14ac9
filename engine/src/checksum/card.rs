//! Payment cards: the issuer's first digits, how long its numbers are, and the Luhn formula.
//!
//! # Standards
//!
//! ISO/IEC 7812-1 (form and Luhn formula); the ranges are those that the schemes publish.

use super::{
    Checksum,
    arithmetic::{decimal, luhn, only_digits},
};

/// `check payment-card`.
pub(super) const CHECKSUMS: &[Checksum] = &[Checksum {
    name: "payment-card",
    about: "payment cards: scheme, length and Luhn formula",
    example: "4012 8888 8888 1881",
    passes,
}];

/// A range of first digits and the lengths of numbers that begin with it.
struct Scheme {
    /// First and last six digits that numbers of it begin with.
    first: (u64, u64),
    /// Shortest and longest.
    digits: (usize, usize),
}

const fn scheme(first: u64, last: u64, shortest: usize, longest: usize) -> Scheme {
    Scheme { first: (first, last), digits: (shortest, longest) }
}

/// By scheme, without the test ranges that no scheme gives out.
const SCHEMES: [Scheme; 27] = [
    // Visa, with Electron and its older numbers of 13.
    scheme(400_000, 499_999, 13, 13),
    scheme(400_000, 499_999, 16, 16),
    scheme(400_000, 499_999, 19, 19),
    // Mastercard: the 5 series and, since 2017, the 2 series.
    scheme(510_000, 559_999, 16, 16),
    scheme(222_100, 272_099, 16, 16),
    // American Express.
    scheme(340_000, 349_999, 15, 15),
    scheme(370_000, 379_999, 15, 15),
    // Discover.
    scheme(601_100, 601_199, 16, 19),
    scheme(644_000, 659_999, 16, 19),
    // Diners Club.
    scheme(300_000, 305_999, 14, 19),
    scheme(309_500, 309_599, 14, 19),
    scheme(360_000, 369_999, 14, 19),
    scheme(380_000, 399_999, 14, 19),
    // JCB, and its older numbers of 15.
    scheme(352_800, 358_999, 16, 19),
    scheme(213_100, 213_199, 15, 15),
    scheme(180_000, 180_099, 15, 15),
    // UnionPay.
    scheme(620_000, 629_999, 16, 19),
    scheme(810_000, 817_199, 16, 19),
    // Maestro, with Dankort, RuPay, Elo, Verve and InterPayment, which share its ranges.
    scheme(500_000, 509_999, 12, 19),
    scheme(560_000, 589_999, 12, 19),
    scheme(600_000, 600_999, 12, 19),
    scheme(601_200, 619_999, 12, 19),
    scheme(630_000, 643_999, 12, 19),
    scheme(660_000, 699_999, 12, 19),
    // UATP, of airlines.
    scheme(100_000, 199_999, 15, 15),
    // Mir.
    scheme(220_000, 220_499, 16, 19),
    // Troy.
    scheme(979_200, 979_299, 16, 16),
];

fn passes(value: &str) -> bool {
    let Some(digits) = only_digits(value) else { return false };
    let Some(first) = digits.get(..6).map(decimal) else { return false };
    let known = SCHEMES.iter().any(|it| {
        (it.first.0..=it.first.1).contains(&first)
            && (it.digits.0..=it.digits.1).contains(&digits.len())
    });
    known && luhn(&digits)
}

#[cfg(test)]
mod tests {
    use super::passes;

    #[test]
    fn each_scheme() {
        for number in [
            "4222222222222",
            "4111 1111 1111 1111",
            "5555-5555-5555-4444",
            "2223 0031 2200 3222",
            "3782 822463 10005",
            "6011 1111 1111 1117",
            "30569309025904",
            "36227206271667",
            "3530 1113 3330 0000",
            "6759649826438453",
            "6200000000000005",
            "122000000000003",
        ] {
            assert!(passes(number), "{number}");
        }
        // The formula agrees; no scheme has the length or the first digits.
        for number in ["41111111111111111", "7992739871300000", "0000000000000000", "5555555"] {
            assert!(!passes(number), "{number}");
        }
    }
}
