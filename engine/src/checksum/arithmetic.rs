//! Arithmetic that several checks share.

/// The digits of a value; nothing where a letter stands among them or there are not exactly `N`.
pub(super) fn number<const N: usize>(value: &str) -> Option<[u32; N]> {
    only_digits(value)?.try_into().ok()
}

/// The digits of a value, however many; nothing where a letter stands among them.
pub(super) fn only_digits(value: &str) -> Option<Vec<u32>> {
    let characters = value.chars().filter(|it| it.is_alphanumeric());
    characters.map(|it| it.to_digit(10)).collect()
}

/// The letters and digits of a value, in upper case.
pub(super) fn compact(value: &str) -> String {
    value.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

/// A value without its separators, of exactly `N` letters and digits of ASCII in upper case.
pub(super) fn characters<const N: usize>(value: &str) -> Option<[char; N]> {
    let all: Vec<char> = compact(value).chars().collect();
    let all: [char; N] = all.try_into().ok()?;
    all.iter().all(char::is_ascii_alphanumeric).then_some(all)
}

/// What a digit or a letter is worth: 0 to 9, then A 10 to Z 35.
pub(super) fn worth(character: char) -> Option<u32> {
    character.to_digit(36)
}

/// The sum of digits times their weights, as far as both go.
pub(super) fn weighted(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum()
}

/// The sum of the digits of each product.
pub(super) fn weighted_by_digit(digits: &[u32], weights: &[u32]) -> u32 {
    let products = digits.iter().zip(weights).map(|(digit, weight)| digit * weight);
    products.map(|it| it / 10 + it % 10).sum()
}

/// The number that digits are; enough for nineteen of them.
pub(super) fn decimal(digits: &[u32]) -> u64 {
    digits.iter().fold(0_u64, |sum, it| sum.saturating_mul(10).saturating_add(u64::from(*it)))
}

/// The number of a few digits, such as a day.
pub(super) fn small(digits: &[u32]) -> u32 {
    digits.iter().fold(0_u32, |sum, it| sum.saturating_mul(10).saturating_add(*it))
}

/// Whether all are one and the same: nobody's number, though the arithmetic may agree.
pub(super) fn repeated<T: PartialEq>(digits: &[T]) -> bool {
    digits.windows(2).all(|it| it.first() == it.last())
}

/// `11 - sum mod 11`, with 11 as 0; a check digit of 10 does not exist.
pub(super) fn eleven(sum: u32) -> Option<u32> {
    match sum % 11 {
        0 => Some(0),
        1 => None,
        remainder => Some(11 - remainder),
    }
}

/// `10 - sum mod 10`, with 10 as 0.
pub(super) fn ten(sum: u32) -> u32 {
    (10 - sum % 10) % 10
}

/// Luhn: whether every second digit doubled, from the right, makes a sum that ends in 0.
pub(super) fn luhn(digits: &[u32]) -> bool {
    let doubled = |(at, digit): (usize, &u32)| match (at % 2, *digit) {
        (0, digit) => digit,
        (_, digit) if digit > 4 => digit * 2 - 9,
        (_, digit) => digit * 2,
    };
    digits.iter().rev().enumerate().map(doubled).sum::<u32>() % 10 == 0
}

/// MOD 11,10 of ISO 7064: whether the last digit is right.
pub(super) fn mod_11_10(digits: &[u32]) -> bool {
    let Some((check, body)) = digits.split_last() else { return false };
    let product = body.iter().fold(10_u32, |product, digit| {
        let sum = (product + digit) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (product + check) % 10 == 1
}

/// The remainder by 97 of letters and digits, a letter being the two digits of its worth: MOD 97-10
/// of ISO 7064 where it is 1.
pub(super) fn mod_97(characters: impl IntoIterator<Item = char>) -> u32 {
    characters.into_iter().fold(0, |remainder, character| {
        let number = worth(character).unwrap_or(0);
        let shift = if number < 10 { 10 } else { 100 };
        (remainder * shift + number) % 97
    })
}

/// Verhoeff's scheme over the dihedral group of ten elements: whether the last digit is right.
///
/// # Source
///
/// J. Verhoeff, Error Detecting Decimal Codes, Mathematical Centre Tract 29, 1969.
pub(super) fn verhoeff(digits: &[u32]) -> bool {
    // A digit below 5 is a turn of a pentagon, one above a turn of its mirror image.
    let multiply = |one: u32, other: u32| {
        let (a, b) = (one % 5, other % 5);
        match (one < 5, other < 5) {
            (true, true) => (a + b) % 5,
            (true, false) => (a + b) % 5 + 5,
            (false, true) => (5 + a - b) % 5 + 5,
            (false, false) => (5 + a - b) % 5,
        }
    };
    let permute = |digit: u32| match digit {
        0 => 1,
        1 => 5,
        2 => 7,
        3 => 6,
        4 => 2,
        5 => 8,
        6 => 3,
        7 => 0,
        8 => 9,
        _ => 4,
    };
    let permuted = |(at, digit): (usize, &u32)| (0..at % 8).fold(*digit, |it, _| permute(it));
    digits.iter().rev().enumerate().map(permuted).fold(0, multiply) == 0
}

/// A year after which nobody lives yet: the arithmetic knows no clock.
const BIRTH_YEAR_MAX: u32 = 2035;

/// Whether there is such a day, and somebody alive or on record could be born on it.
pub(super) fn is_birth(year: u32, month: u32, day: u32) -> bool {
    (1800..=BIRTH_YEAR_MAX).contains(&year) && is_day(year, month, day)
}

/// Whether there is such a day in some century, where only two digits of the year are written.
pub(super) fn is_birth_in_some_century(year: u32, month: u32, day: u32) -> bool {
    [1900, 2000].iter().any(|century| is_birth(century + year, month, day))
}

/// Whether the calendar has such a day.
pub(super) fn is_day(year: u32, month: u32, day: u32) -> bool {
    let common = year.is_multiple_of(100) && !year.is_multiple_of(400);
    let leap = year.is_multiple_of(4) && !common;
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        _ => 0,
    };
    (1..=days).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_examples() {
        // Each from its standard or from the paper that gives the scheme.
        assert!(verhoeff(&[2, 3, 6, 3]));
        assert!(!verhoeff(&[3, 2, 6, 3]));
        assert!(mod_11_10(&[0, 7, 9, 4, 5]));
        assert!(!mod_11_10(&[0, 7, 9, 4, 6]));
        assert_eq!(mod_97("3214282912345698765432161182".chars()), 1);
        assert!(luhn(&[7, 9, 9, 2, 7, 3, 9, 8, 7, 1, 3]));
        assert!(!luhn(&[7, 9, 9, 2, 7, 3, 9, 8, 7, 1, 4]));
    }

    #[test]
    fn the_calendar() {
        assert!(is_day(2000, 2, 29) && !is_day(1900, 2, 29) && is_day(1996, 2, 29));
        assert!(!is_day(2001, 13, 1) && !is_day(2001, 4, 31) && !is_day(2001, 1, 0));
        assert!(!is_birth(2052, 1, 1) && is_birth_in_some_century(52, 1, 1));
    }

    #[test]
    fn letters_among_digits_are_no_number() {
        assert_eq!(number::<3>("1-2 3"), Some([1, 2, 3]));
        assert_eq!(number::<3>("1-2 3x"), None);
        assert_eq!(number::<3>("12"), None);
    }
}
