//! Checks that are one published scheme and nothing else.
//!
//! # Standards
//!
//! ISO/IEC 7812-1, annex B (Luhn); 3GPP TS 23.003, section 6 (IMEI); Verhoeff 1969.

use super::{
    Checksum,
    arithmetic::{luhn, only_digits, repeated, verhoeff},
};

/// The checks of this family.
pub(super) const CHECKSUMS: &[Checksum] = &[
    Checksum {
        name: "luhn",
        about: "payment cards and other numbers whose last digit is by the Luhn formula",
        example: "4012 8888 8888 1881",
        passes: |it| {
            let digits: Vec<u32> = super::digits(it).collect();
            // A run of zeros satisfies the formula and is no number of anybody.
            digits.len() >= 2 && digits.iter().any(|it| *it > 0) && luhn(&digits)
        },
    },
    Checksum {
        name: "imei",
        about: "numbers of mobile devices (Luhn where they have a check digit)",
        example: "35-209900-176148-1",
        passes: |it| only_digits(it).is_some_and(|it| !repeated(&it) && device(&it)),
    },
    Checksum {
        name: "verhoeff",
        about: "numbers whose last digit is by Verhoeff's scheme",
        example: "2363",
        passes: |it| only_digits(it).is_some_and(|it| it.len() >= 2 && verhoeff(&it)),
    },
];

/// Fifteen digits with a check digit; fourteen without, sixteen with the version of the software.
fn device(digits: &[u32]) -> bool {
    match digits.len() {
        14 | 16 => true,
        15 => luhn(digits),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    #[test]
    fn cases() {
        check(
            "luhn",
            &["5555-5555-5555-4444", "4111111111111111"],
            &["4012 8888 8888 1882", "0000 0000 0000 0000", "0", ""],
        );
        check(
            "imei",
            &["352099001761481", "35686800-004141-20"],
            &["35-417803-685978-1", "3520990017614", "11111111111111"],
        );
        check("verhoeff", &["2363"], &["3263", "0"]);
    }
}
