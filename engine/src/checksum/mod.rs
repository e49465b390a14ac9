//! Checks of a matched value, `check luhn`: arithmetic that tells a number from look-alikes.
//!
//! One file a family: its rules, their sources, their cases. To add a check, write it beside the others
//! of its family; to add a family, write its file and name it in [`FAMILIES`].
//!
//! A value comes as the text has it after normalising: letters in lower case, separators kept.

mod american;
mod arithmetic;
mod asian;
mod bank;
mod british;
mod card;
mod country;
mod dates;
mod eastern;
mod iban;
mod luhn;
mod network;
mod nordic;
mod securities;
mod southern;
mod southern_hemisphere;
mod travel;
mod vat;
mod western;

use std::sync::LazyLock;

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

const FAMILIES: &[&[Checksum]] = &[
    american::CHECKSUMS,
    asian::CHECKSUMS,
    bank::CHECKSUMS,
    british::CHECKSUMS,
    card::CHECKSUMS,
    dates::CHECKSUMS,
    eastern::CHECKSUMS,
    iban::CHECKSUMS,
    luhn::CHECKSUMS,
    network::CHECKSUMS,
    nordic::CHECKSUMS,
    securities::CHECKSUMS,
    southern::CHECKSUMS,
    southern_hemisphere::CHECKSUMS,
    travel::CHECKSUMS,
    vat::CHECKSUMS,
    western::CHECKSUMS,
];

/// Every check, by name.
pub static CHECKSUMS: LazyLock<Vec<Checksum>> = LazyLock::new(|| {
    let mut all: Vec<Checksum> = FAMILIES.iter().copied().flatten().copied().collect();
    all.sort_unstable_by_key(|it| it.name);
    all
});

/// Finds a check by name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Checksum> {
    let at = CHECKSUMS.binary_search_by_key(&name, |it| it.name).ok()?;
    CHECKSUMS.get(at)
}

/// The ASCII digits of a value, in order.
fn digits(value: &str) -> impl Iterator<Item = u32> {
    value.chars().filter_map(|it| it.to_digit(10))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a check must let pass, and what not, in either case of letters.
    #[track_caller]
    pub(super) fn check(name: &str, right: &[&str], wrong: &[&str]) {
        let passes = find(name).unwrap().passes;
        for value in right {
            assert!(passes(value) && passes(&value.to_lowercase()), "{name} {value}");
        }
        for value in wrong {
            assert!(!passes(value) && !passes(&value.to_lowercase()), "{name} {value}");
        }
    }

    #[test]
    fn names_are_unique_and_examples_pass() {
        assert!(CHECKSUMS.windows(2).all(|it| it[0].name < it[1].name));
        for checksum in CHECKSUMS.iter() {
            check(checksum.name, &[checksum.example], &[""]);
            assert!(find(checksum.name).is_some_and(|it| it.about == checksum.about));
        }
        assert!(find("lun").is_none());
    }

    /// Checks whose numbers have no check digit: form, ranges and days are all there is.
    const WITHOUT_CHECK_DIGIT: [&str; 15] = [
        "bic",
        "day",
        "dk-cpr",
        "id-nik",
        "ipv4",
        "ipv6",
        "mailbox",
        "mac",
        "mx-rfc",
        "my-nric",
        "pk-cnic",
        "uk-driver",
        "uk-nino",
        "us-itin",
        "us-ssn",
    ];

    /// That is what a check digit is for. Not every one of them notices every change: some stand for
    /// two remainders, and some numbers have digits that are not summed.
    #[test]
    fn a_wrong_digit_is_noticed() {
        for checksum in CHECKSUMS.iter().filter(|it| !WITHOUT_CHECK_DIGIT.contains(&it.name)) {
            let (mut tried, mut passed) = (0, 0);
            for (at, digit) in checksum.example.char_indices().filter(|it| it.1.is_ascii_digit()) {
                for other in ('0'..='9').filter(|it| *it != digit) {
                    let mut wrong = checksum.example.to_owned();
                    wrong.replace_range(at..=at, &other.to_string());
                    tried += 1;
                    passed += usize::from((checksum.passes)(&wrong));
                }
            }
            assert!(passed <= tried / 5, "{} lets {passed} of {tried} pass", checksum.name);
        }
    }

    /// Whatever stands in a text: a check answers, and never panics.
    #[test]
    fn anything_is_a_value() {
        let long = "9".repeat(1_000);
        for value in
            ["", "é", "１２３", "0", "ßßßßßßßßß", "\u{0}", "<<<<", &long, "K", "aß1234567é"]
        {
            for checksum in CHECKSUMS.iter() {
                (checksum.passes)(value);
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_a_value(value in "[0-9A-Za-z <é-]{0,40}") {
            for checksum in CHECKSUMS.iter() {
                (checksum.passes)(&value);
            }
        }
    }
}
