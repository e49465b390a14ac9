//! The check digits of an International Bank Account Number, and its form in each country.
//!
//! # Standards
//!
//! ISO 13616-1; the arithmetic is MOD 97-10 of ISO 7064; the forms are those of the IBAN Registry
//! that SWIFT keeps for ISO.

use super::{
    Checksum,
    arithmetic::{compact, mod_97},
};

/// `check iban`.
pub(super) const CHECKSUMS: &[Checksum] = &[Checksum {
    name: "iban",
    about: "international bank account numbers: length and form by country, and MOD 97-10",
    example: "GB82 WEST 1234 5698 7654 32",
    passes,
}];

/// What follows the country and the two check digits, in the registry's notation: `n` digits, `a`
/// letters, `c` letters or digits.
const FORMS: &[(&str, &str)] = &[
    ("AD", "8n12c"),
    ("AE", "19n"),
    ("AL", "8n16c"),
    ("AT", "16n"),
    ("AZ", "4a20c"),
    ("BA", "16n"),
    ("BE", "12n"),
    ("BG", "4a6n8c"),
    ("BH", "4a14c"),
    ("BI", "23n"),
    ("BR", "23n1a1c"),
    ("BY", "4c4n16c"),
    ("CH", "5n12c"),
    ("CR", "18n"),
    ("CY", "8n16c"),
    ("CZ", "20n"),
    ("DE", "18n"),
    ("DJ", "23n"),
    ("DK", "14n"),
    ("DO", "4c20n"),
    ("EE", "16n"),
    ("EG", "25n"),
    ("ES", "20n"),
    ("FI", "14n"),
    ("FK", "2a12n"),
    ("FO", "14n"),
    ("FR", "10n11c2n"),
    ("GB", "4a14n"),
    ("GE", "2a16n"),
    ("GI", "4a15c"),
    ("GL", "14n"),
    ("GR", "7n16c"),
    ("GT", "24c"),
    ("HN", "4a20n"),
    ("HR", "17n"),
    ("HU", "24n"),
    ("IE", "4a14n"),
    ("IL", "19n"),
    ("IQ", "4a15n"),
    ("IS", "22n"),
    ("IT", "1a10n12c"),
    ("JO", "4a4n18c"),
    ("KW", "4a22c"),
    ("KZ", "3n13c"),
    ("LB", "4n20c"),
    ("LC", "4a24c"),
    ("LI", "5n12c"),
    ("LT", "16n"),
    ("LU", "3n13c"),
    ("LV", "4a13c"),
    ("LY", "21n"),
    ("MC", "10n11c2n"),
    ("MD", "20c"),
    ("ME", "18n"),
    ("MK", "3n10c2n"),
    ("MN", "16n"),
    ("MR", "23n"),
    ("MT", "4a5n18c"),
    ("MU", "4a19n3a"),
    ("NI", "4a20n"),
    ("NL", "4a10n"),
    ("NO", "11n"),
    ("OM", "3n16c"),
    ("PK", "4a16c"),
    ("PL", "24n"),
    ("PS", "4a21c"),
    ("PT", "21n"),
    ("QA", "4a21c"),
    ("RO", "4a16c"),
    ("RS", "18n"),
    ("RU", "14n15c"),
    ("SA", "2n18c"),
    ("SC", "4a20n3a"),
    ("SD", "14n"),
    ("SE", "20n"),
    ("SI", "15n"),
    ("SK", "20n"),
    ("SM", "1a10n12c"),
    ("SO", "19n"),
    ("ST", "21n"),
    ("SV", "4a20n"),
    ("TL", "19n"),
    ("TN", "20n"),
    ("TR", "5n1n16c"),
    ("UA", "6n19c"),
    ("VA", "18n"),
    ("VG", "4a16n"),
    ("XK", "16n"),
    ("YE", "4a4n18c"),
];

fn passes(value: &str) -> bool {
    let value = compact(value);
    let Some((country, rest)) = value.split_at_checked(2) else { return false };
    let Some((check, account)) = rest.split_at_checked(2) else { return false };
    let Some((_, form)) = FORMS.iter().find(|it| it.0 == country) else { return false };
    // The arithmetic gives 02 to 98 and no others.
    check.parse::<u32>().is_ok_and(|it| (2..=98).contains(&it))
        && has_form(account, form)
        && mod_97(account.chars().chain(country.chars()).chain(check.chars())) == 1
}

/// Whether an account is written as its country writes it.
fn has_form(account: &str, form: &str) -> bool {
    let mut characters = account.chars();
    let mut count = 0_u32;
    for sign in form.chars() {
        if let Some(digit) = sign.to_digit(10) {
            count = count * 10 + digit;
            continue;
        }
        let fits = |it: char| match sign {
            'n' => it.is_ascii_digit(),
            'a' => it.is_ascii_alphabetic(),
            _ => it.is_ascii_alphanumeric(),
        };
        if !(0..count).all(|_| characters.next().is_some_and(fits)) {
            return false;
        }
        count = 0;
    }
    characters.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::{FORMS, passes};

    #[test]
    fn cases() {
        assert!(passes("de89370400440532013000"));
        assert!(passes("NO93 8601 1117 947"));
        assert!(passes("MT84 MALT 0110 0001 2345 MTLC AST0 01S"));
        assert!(!passes("DE88370400440532013000"));
        assert!(!passes("89DE370400440532013000"));
        assert!(!passes("GB82"));
    }

    /// Right by the arithmetic alone.
    #[test]
    fn the_country_says_length_and_form() {
        assert!(!passes("DE75 5121 0800 1245 1261 99 1"));
        assert!(!passes("GB21 1234 1234 5698 7654 32"));
        assert!(!passes("ZZ82 WEST 1234 5698 7654 32"));
    }

    #[test]
    fn forms_are_sorted_and_within_the_standard() {
        assert!(FORMS.windows(2).all(|it| it[0].0 < it[1].0));
        for (country, form) in FORMS {
            let lengths: Vec<u32> = form
                .split(|it: char| it.is_ascii_alphabetic())
                .filter_map(|it| it.parse().ok())
                .collect();
            assert!((11..=30).contains(&lengths.iter().sum::<u32>()), "{country}");
        }
    }
}
