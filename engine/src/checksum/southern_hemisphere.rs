//! Numbers of people and companies in Australia, New Zealand and South Africa.
//!
//! # Standards
//!
//! Australia: Australian Taxation Office (TFN, ABN), ASIC (ACN), Services Australia (Medicare). New
//! Zealand: Inland Revenue, non-resident withholding tax specification. South Africa: the
//! identification act 68 of 1997 (Luhn).

use super::{
    Checksum,
    arithmetic::{
        eleven, is_birth_in_some_century, luhn, number, only_digits, repeated, small, ten, weighted,
    },
};

/// The checks of this family.
pub(super) const CHECKSUMS: &[Checksum] = &[
    Checksum {
        name: "au-abn",
        about: "Australian business numbers (modulus 89)",
        example: "51 824 753 556",
        passes: |it| number::<11>(it).is_some_and(|it| abn(&it)),
    },
    Checksum {
        name: "au-acn",
        about: "Australian company numbers (modulus 10)",
        example: "004 085 616",
        passes: |it| {
            number::<9>(it).is_some_and(|it| {
                !repeated(&it) && ten(weighted(&it, &[8, 7, 6, 5, 4, 3, 2, 1])) == it[8]
            })
        },
    },
    Checksum {
        name: "au-medicare",
        about: "Australian Medicare card numbers (modulus 10)",
        example: "2123 45670 1",
        passes: |it| only_digits(it).is_some_and(|it| medicare(&it)),
    },
    Checksum {
        name: "au-tfn",
        about: "Australian tax file numbers (modulus 11)",
        example: "123 456 782",
        passes: |it| only_digits(it).is_some_and(|it| tfn(&it)),
    },
    Checksum {
        name: "nz-ird",
        about: "New Zealand inland revenue numbers (modulus 11)",
        example: "49-091-850",
        passes: |it| only_digits(it).is_some_and(|it| ird(&it) == Some(true)),
    },
    Checksum {
        name: "za-id",
        about: "South African identity numbers (day of birth, Luhn)",
        example: "750330 5044 089",
        passes: |it| number::<13>(it).is_some_and(|it| za_id(&it)),
    },
];

fn abn(digits: &[u32; 11]) -> bool {
    let [first, rest @ ..] = digits;
    let sum = first.saturating_sub(1) * 10 + weighted(rest, &[1, 3, 5, 7, 9, 11, 13, 15, 17, 19]);
    *first > 0 && sum.is_multiple_of(89)
}

/// Ten digits, or eleven with the number of the person on the card.
fn medicare(digits: &[u32]) -> bool {
    let first = digits.first().is_some_and(|it| (2..=6).contains(it));
    let sum = weighted(digits, &[1, 3, 7, 9, 1, 3, 7, 9]);
    first && matches!(digits.len(), 10 | 11) && digits.get(8) == Some(&(sum % 10))
}

fn tfn(digits: &[u32]) -> bool {
    let sum = match digits.len() {
        8 => weighted(digits, &[10, 7, 8, 4, 6, 3, 5, 1]),
        9 => weighted(digits, &[1, 4, 3, 7, 5, 8, 6, 9, 10]),
        _ => return false,
    };
    !repeated(digits) && sum.is_multiple_of(11)
}

/// Eight or nine digits within what was given out; the second weights are for a remainder of 10.
fn ird(digits: &[u32]) -> Option<bool> {
    let (check, body) = digits.split_last()?;
    let whole = super::arithmetic::decimal(digits);
    let known = (10_000_000..150_000_000).contains(&whole)
        || digits.len() == 8 && (1_000_000..10_000_000).contains(&whole);
    let padded: Vec<u32> = if body.len() == 7 { [&[0], body].concat() } else { body.to_vec() };
    let first = eleven(weighted(&padded, &[3, 2, 7, 6, 5, 4, 3, 2]));
    let second = || eleven(weighted(&padded, &[7, 4, 3, 2, 5, 2, 7, 6]));
    Some(matches!(digits.len(), 8 | 9) && known && first.or_else(second) == Some(*check))
}

/// After the day a serial number, then citizenship.
fn za_id(digits: &[u32; 13]) -> bool {
    let (year, month, day) = (small(&digits[..2]), small(&digits[2..4]), small(&digits[4..6]));
    is_birth_in_some_century(year, month, day) && digits[10] <= 2 && luhn(digits)
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    #[test]
    fn cases() {
        check("au-abn", &["51824753556"], &["00000000560", "51824753557"]);
        check("au-acn", &["004085616"], &["004085617", "000000000"]);
        check("au-medicare", &["2123456701", "21234567011"], &["2123 25870 1", "1123456701"]);
        check("au-tfn", &["123456782"], &["123456783", "000000000"]);
        check("nz-ird", &["4909185-0", "136410132"], &["9125568", "136410133"]);
        check("za-id", &["7503305044089", "9202201234088"], &["8503305044089", "7513305044089"]);
    }
}
