//! Numbers of people in Denmark, Finland, Iceland, Norway and Sweden, and of Swedish organisations.
//!
//! # Standards
//!
//! Denmark: the CPR office's notes on the personal number; its modulus 11 is no longer kept since
//! 2007, so that the day of birth alone is checked. Finland: the decree on population data, 128/2010,
//! section 2, with the signs of 2023. Iceland: Registers Iceland. Norway: the regulation on the
//! population register, section 2-2. Sweden: Skatteverket, SKV 704 and SKV 709.

use super::{
    Checksum,
    arithmetic::{
        eleven, is_birth, is_birth_in_some_century, is_day, luhn, number, only_digits, small,
        weighted,
    },
};

/// The checks of this family.
pub(super) const CHECKSUMS: &[Checksum] = &[
    Checksum {
        name: "dk-cpr",
        about: "Danish personal numbers (day of birth; no check digit since 2007)",
        example: "211062-5629",
        passes: |it| cpr(it) == Some(true),
    },
    Checksum {
        name: "fi-hetu",
        about: "Finnish personal identity codes",
        example: "131052-308T",
        passes: |it| hetu(it) == Some(true),
    },
    Checksum {
        name: "is-kennitala",
        about: "Icelandic identification numbers (modulus 11)",
        example: "120174-3399",
        passes: |it| kennitala(it) == Some(true),
    },
    Checksum {
        name: "no-fodselsnummer",
        about: "Norwegian birth numbers and D-numbers (modulus 11, twice)",
        example: "151086 95088",
        passes: |it| fodselsnummer(it) == Some(true),
    },
    Checksum {
        name: "se-personnummer",
        about: "Swedish personal and co-ordination numbers (Luhn)",
        example: "880320-0016",
        passes: |it| personnummer(it) == Some(true),
    },
    Checksum {
        name: "se-orgnr",
        about: "Swedish organisation numbers (Luhn)",
        example: "556703-7485",
        passes: |it| number::<10>(it).is_some_and(|digits| digits[2] >= 2 && luhn(&digits)),
    },
];

/// The century is in the seventh digit.
fn cpr(value: &str) -> Option<bool> {
    let digits = number::<10>(value)?;
    let (day, month, year) = (small(&digits[..2]), small(&digits[2..4]), small(&digits[4..6]));
    let century = match (digits[6], year) {
        (0..=3, _) | (4 | 9, 37..) => 1900,
        (4 | 9, _) | (5..=8, ..=57) => 2000,
        (_, _) => 1800,
    };
    Some(is_birth(century + year, month, day))
}

fn hetu(value: &str) -> Option<bool> {
    // The sign between day and number tells the century; the plus and the hyphen are no letters.
    let signs: Vec<char> = value.trim().chars().map(|it| it.to_ascii_uppercase()).collect();
    let [day @ .., sign, one, two, three, check] = signs.as_slice() else { return Some(false) };
    let day: String = day.iter().collect();
    let day = number::<6>(&day).filter(|_| day.len() == 6)?;
    let serial: [u32; 3] = number(&String::from_iter([one, two, three]))?;
    let century = match sign {
        '+' => 1800,
        '-' | 'U'..='Y' => 1900,
        'A'..='F' => 2000,
        _ => return Some(false),
    };
    let year = century + small(&day[4..]);
    let number = usize::try_from(small(&day) * 1_000 + small(&serial)).ok()?;
    Some(
        is_day(year, small(&day[2..4]), small(&day[..2]))
            && small(&serial) >= 2
            && "0123456789ABCDEFHJKLMNPRSTUVWXY".chars().nth(number % 31) == Some(*check),
    )
}

/// Organisations add 40 to the day.
fn kennitala(value: &str) -> Option<bool> {
    let digits = number::<10>(value)?;
    let (day, month, year) = (small(&digits[..2]), small(&digits[2..4]), small(&digits[4..6]));
    let day = if day > 40 { day - 40 } else { day };
    let century = match digits[9] {
        8 => 1800,
        9 => 1900,
        0 => 2000,
        _ => return Some(false),
    };
    let check = eleven(weighted(&digits, &[3, 2, 7, 6, 5, 4, 3, 2]))?;
    Some(is_birth(century + year, month, day) && check == digits[8])
}

/// D-numbers add 40 to the day, numbers given by hospitals 40 to the month.
fn fodselsnummer(value: &str) -> Option<bool> {
    let digits = number::<11>(value)?;
    let (day, month, year) = (small(&digits[..2]), small(&digits[2..4]), small(&digits[4..6]));
    let day = if day > 40 { day - 40 } else { day };
    let month = if month > 40 { month - 40 } else { month };
    let first = eleven(weighted(&digits, &[3, 7, 6, 1, 8, 9, 4, 5, 2]))?;
    let second = eleven(weighted(&digits, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]))?;
    let checks = digits[9] == first && digits[10] == second;
    Some(checks && is_birth_in_some_century(year, month, day))
}

/// Ten digits, or twelve with the century; co-ordination numbers add 60 to the day.
fn personnummer(value: &str) -> Option<bool> {
    let digits = only_digits(value)?;
    let short = digits.len().checked_sub(10).and_then(|it| digits.get(it..))?;
    let [year @ .., _, _, _, _, _, _, _, _] = digits.as_slice() else { return None };
    let (month, day) = (small(short.get(2..4)?), small(short.get(4..6)?));
    let day = if day > 60 { day - 60 } else { day };
    let born = match year.len() {
        2 => is_birth_in_some_century(small(year), month, day),
        4 => is_birth(small(year), month, day),
        _ => false,
    };
    Some(born && luhn(short))
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    #[test]
    fn cases() {
        check(
            "dk-cpr",
            &["2110625629", "010100-4004"],
            &["211352-5629", "2110525629", "211062562"],
        );
        check(
            "fi-hetu",
            &["131052A308T", "131052X308T", "010594Y9032"],
            &["131052-308U", "310252-308Y", "131052Z308T", "131052-001K"],
        );
        check("is-kennitala", &["490589-1209"], &["320174-3399", "120174-3389"]);
        check(
            "no-fodselsnummer",
            &["23114048690", "26 11 15 940 14"],
            &["26111593817", "66131594014"],
        );
        check(
            "se-personnummer",
            &["8803200115", "20110925-2385", "198712202384"],
            &["8899200425", "19001309-2393", "880320-0018"],
        );
        check("se-orgnr", &["5567037485"], &["5517037485", "5567037486"]);
    }
}
