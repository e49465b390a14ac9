//! Identifiers of banks and of their customers' accounts, other than IBAN and routing numbers.
//!
//! # Standards
//!
//! ISO 9362 (BIC). Spain: the Consejo Superior Bancario's account code, two digits by modulus 11.

use super::{
    Checksum,
    arithmetic::{characters, number, weighted},
    country,
};

/// The checks of this family.
pub(super) const CHECKSUMS: &[Checksum] = &[
    Checksum {
        name: "bic",
        about: "bank identifier codes whose country exists",
        example: "DEUTDEFF500",
        passes: bic,
    },
    Checksum {
        name: "es-ccc",
        about: "Spanish account codes (modulus 11, twice)",
        example: "1234-1234-16 1234567890",
        passes: |it| number::<20>(it).is_some_and(|it| es_ccc(&it)),
    },
];

fn bic(value: &str) -> bool {
    let whole = characters::<8>(value).map(Vec::from);
    let Some(all) = whole.or_else(|| characters::<11>(value).map(Vec::from)) else { return false };
    let country: String = all.iter().skip(4).take(2).collect();
    all.iter().take(6).all(char::is_ascii_alphabetic) && country::is_known(&country)
}

fn es_ccc(digits: &[u32; 20]) -> bool {
    let check = |sum: u32| match 11 - sum % 11 {
        11 => 0,
        10 => 1,
        other => other,
    };
    let bank = check(weighted(digits, &[4, 8, 5, 10, 9, 7, 3, 6]));
    let account = check(weighted(&digits[10..], &[1, 2, 4, 8, 5, 10, 9, 7, 3, 6]));
    bank == digits[8] && account == digits[9]
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    #[test]
    fn cases() {
        check("bic", &["deutdeff", "NEDSZAJJXXX"], &["DEUTZZFF", "1EUTDEFF", "DEUTDEFF50"]);
        check("es-ccc", &["12341234161234567890"], &["12341234171234567890", "134123416123456789"]);
    }
}
