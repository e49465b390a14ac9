//! Numbers of people in the United Kingdom.
//!
//! # Standards
//!
//! NHS Data Model and Dictionary, "NHS number" (modulus 11, weights 10 to 2); Public Health Scotland,
//! "Community Health Index"; HMRC manual NIM39110 for national insurance numbers; the check of the
//! unique taxpayer reference as HMRC gives it to software makers; Department for Education, "Unique
//! pupil numbers"; DVLA for the form of driver numbers.

use super::{
    Checksum,
    arithmetic::{characters, eleven, is_birth_in_some_century, number, repeated, small, weighted},
};

/// The checks of this family.
pub(super) const CHECKSUMS: &[Checksum] = &[
    Checksum {
        name: "nhs",
        about: "NHS numbers of England, Wales and the Isle of Man (modulus 11)",
        example: "943 476 5919",
        passes: nhs,
    },
    // The same under the number's whole name.
    Checksum {
        name: "nhs-number",
        about: "NHS numbers of England, Wales and the Isle of Man (modulus 11)",
        example: "943 476 5919",
        passes: nhs,
    },
    Checksum {
        name: "uk-chi",
        about: "Community Health Index numbers of Scotland (day of birth, modulus 11)",
        example: "010170 0016",
        passes: |it| {
            number::<10>(it).is_some_and(|digits| {
                let year = small(&digits[4..6]);
                nhs(it) && is_birth_in_some_century(year, small(&digits[2..4]), small(&digits[..2]))
            })
        },
    },
    Checksum {
        name: "uk-driver",
        about: "driver numbers of Great Britain (day of birth)",
        example: "MORGA 657054 SM9IJ",
        passes: |it| driver(it) == Some(true),
    },
    Checksum {
        name: "uk-nino",
        about: "United Kingdom national insurance numbers (prefixes that are given out)",
        example: "AB 12 34 56 C",
        passes: |it| nino(it) == Some(true),
    },
    Checksum {
        name: "uk-upn",
        about: "unique pupil numbers of England (modulus 23)",
        example: "B801200005001",
        passes: |it| pupil(it) == Some(true),
    },
    Checksum {
        name: "uk-utr",
        about: "United Kingdom unique taxpayer references (modulus 11)",
        example: "1955839661",
        passes: |it| number::<10>(it).is_some_and(|it| utr(&it)),
    },
];

fn nhs(value: &str) -> bool {
    number::<10>(value).is_some_and(|digits| {
        let sum = weighted(&digits, &[10, 9, 8, 7, 6, 5, 4, 3, 2]);
        !repeated(&digits) && eleven(sum) == Some(digits[9])
    })
}

/// The day is spread over the middle: year, month (women add 50), day, year.
fn driver(value: &str) -> Option<bool> {
    let all = characters::<16>(value)?;
    let middle: [u32; 6] = number(&String::from_iter(&all[5..11]))?;
    let [decade, tens, month, day_tens, day, year] = middle;
    let month = small(&[if tens > 4 { tens - 5 } else { tens }, month]);
    // A short name is filled up with nines.
    let name: String = all[..5].iter().collect();
    let named = name.trim_end_matches('9').chars().all(|it| it.is_ascii_alphabetic());
    let born = is_birth_in_some_century(small(&[decade, year]), month, small(&[day_tens, day]));
    Some(named && all[0].is_ascii_alphabetic() && born)
}

fn nino(value: &str) -> Option<bool> {
    let [first, second, digits @ .., suffix] = characters::<9>(value)?;
    let _: [u32; 6] = number(&String::from_iter(digits))?;
    let never = ["BG", "GB", "NK", "KN", "TN", "NT", "ZZ"];
    let prefix = String::from_iter([first, second]);
    let letters = first.is_ascii_alphabetic() && second.is_ascii_alphabetic();
    Some(
        letters
            && !"DFIQUV".contains(first)
            && !"DFIOQUV".contains(second)
            && !never.contains(&prefix.as_str())
            && ('A'..='D').contains(&suffix),
    )
}

fn pupil(value: &str) -> Option<bool> {
    let [check, body @ .., last] = characters::<13>(value)?;
    let body: [u32; 11] = number(&String::from_iter(body))?;
    // A temporary number ends in a letter.
    let letters = "ABCDEFGHJKLMNPQRTUVWXYZ";
    let last = match last.to_digit(10) {
        Some(digit) => digit,
        None => u32::try_from(letters.find(last)?).ok()?,
    };
    let sum = weighted(&body, &[2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]) + last * 13;
    Some(letters.chars().nth(usize::try_from(sum % 23).ok()?) == Some(check))
}

fn utr(digits: &[u32; 10]) -> bool {
    let sum = weighted(&digits[1..], &[6, 7, 8, 9, 10, 5, 4, 3, 2]);
    let check = "21987654321".chars().nth(usize::try_from(sum % 11).unwrap_or(11));
    !repeated(digits) && check.and_then(|it| it.to_digit(10)) == Some(digits[0])
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    #[test]
    fn cases() {
        let nhs = ["9434765919", "401 023 2137"];
        check("nhs-number", &nhs, &["943 476 5918", "000 000 0000", "94347659190"]);
        check("uk-chi", &["0101700016"], &["0113700018", "9434765919"]);
        check("uk-driver", &["MORGA657054SM9IJ", "FOX99 807311 AB1CD"], &["MORGA613354SM9IJ"]);
        check("uk-nino", &["tw987654a"], &["BG123612A", "UV 98 76 54 B", "AB 12 34 56 1"]);
        check("uk-upn", &["B801200005001"], &["A801200005001"]);
        check("uk-utr", &["2234567890", "9624088948"], &["2955839661"]);
    }
}
