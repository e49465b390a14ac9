//! Numbers of people in Asia.
//!
//! # Standards
//!
//! China: GB 11643-1999. Hong Kong: Immigration Department. India: UIDAI (Aadhaar and virtual
//! identity, Verhoeff). Indonesia: law 24 of 2013. Israel: the population registry (Luhn). Japan:
//! the ministerial ordinance 85 of 2014, article 5. Korea: the rules on resident registration and on
//! foreigners' registration. Malaysia: the national registration regulations of 1990. Pakistan:
//! NADRA. Singapore: Immigration and Checkpoints Authority. Taiwan: Ministry of the Interior.
//! Thailand: the identity card act of 1983.

use super::{
    Checksum,
    arithmetic::{
        characters, eleven, is_birth, is_birth_in_some_century, is_day, luhn, number, only_digits,
        repeated, small, ten, verhoeff, weighted, worth,
    },
};

/// The checks of this family.
pub(super) const CHECKSUMS: &[Checksum] = &[
    Checksum {
        name: "cn-ric",
        about: "Chinese resident identity numbers (MOD 11-2)",
        example: "11010519491231002X",
        passes: |it| cn_ric(it) == Some(true),
    },
    Checksum {
        name: "hk-id",
        about: "Hong Kong identity card numbers (modulus 11)",
        example: "A123456(3)",
        passes: |it| hk_id(it) == Some(true),
    },
    Checksum {
        name: "id-nik",
        about: "Indonesian population numbers (province and day of birth)",
        example: "3171011708450001",
        passes: |it| number::<16>(it).is_some_and(|it| id_nik(&it)),
    },
    Checksum {
        name: "il-id",
        about: "Israeli identity numbers (Luhn)",
        example: "3933742-3",
        passes: |it| {
            only_digits(it)
                .is_some_and(|it| matches!(it.len(), 8 | 9) && !repeated(&it) && luhn(&it))
        },
    },
    Checksum {
        name: "in-aadhaar",
        about: "Indian Aadhaar numbers (Verhoeff)",
        example: "2341 2341 2346",
        passes: |it| number::<12>(it).is_some_and(|it| aadhaar(&it)),
    },
    Checksum {
        name: "in-vid",
        about: "Indian virtual identities (Verhoeff)",
        example: "2341 2341 2341 2341",
        passes: |it| number::<16>(it).is_some_and(|it| aadhaar(&it)),
    },
    Checksum {
        name: "jp-my-number",
        about: "Japanese individual numbers (modulus 11)",
        example: "6214 9832 0257",
        passes: |it| number::<12>(it).is_some_and(|it| my_number(&it)),
    },
    Checksum {
        name: "kr-rrn",
        about: "Korean resident and foreigner registration numbers (modulus 11)",
        example: "971013-9019902",
        passes: |it| number::<13>(it).is_some_and(|it| kr_rrn(&it)),
    },
    Checksum {
        name: "my-nric",
        about: "Malaysian identity card numbers (day and place of birth)",
        example: "770305-02-1234",
        passes: |it| number::<12>(it).is_some_and(|it| my_nric(&it)),
    },
    Checksum {
        name: "pk-cnic",
        about: "Pakistani identity card numbers (province and sex)",
        example: "34201-0891231-8",
        passes: |it| {
            number::<13>(it)
                .is_some_and(|it| (1..=7).contains(&it[0]) && it[12] > 0 && !repeated(&it))
        },
    },
    Checksum {
        name: "sg-nric",
        about: "Singapore identity and foreign identification numbers (modulus 11)",
        example: "S9108268C",
        passes: |it| sg_nric(it) == Some(true),
    },
    Checksum {
        name: "th-pin",
        about: "Thai identity numbers (modulus 11)",
        example: "7 1006 00445 63 8",
        passes: |it| number::<13>(it).is_some_and(|it| th_pin(&it)),
    },
    Checksum {
        name: "tw-id",
        about: "Taiwanese identity numbers (modulus 10)",
        example: "A123456789",
        passes: |it| tw_id(it) == Some(true),
    },
];

fn cn_ric(value: &str) -> Option<bool> {
    let all = characters::<18>(value)?;
    let body: [u32; 17] = number(&String::from_iter(&all[..17]))?;
    let province = small(&body[..2]);
    let known = matches!(province, 11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81..=83 | 91);
    let born = is_birth(small(&body[6..10]), small(&body[10..12]), small(&body[12..14]));
    let sum = weighted(&body, &[7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]);
    let check = "10X98765432".chars().nth(usize::try_from(sum % 11).ok()?);
    Some(known && born && check == Some(all[17]))
}

/// One or two letters, six digits and a check digit in brackets, where A stands for 10.
fn hk_id(value: &str) -> Option<bool> {
    let value = super::arithmetic::compact(value);
    let (letters, rest) = value.split_at_checked(value.len().checked_sub(7)?)?;
    let letters: Vec<u32> = letters.chars().map(worth).collect::<Option<_>>()?;
    if !letters.iter().all(|it| *it > 9) {
        return None;
    }
    let (body, check) = rest.split_at_checked(6)?;
    let body: [u32; 6] = number(body)?;
    // A missing first letter is worth 36.
    let (first, second) = match letters[..] {
        [only] => (36, only),
        [first, second] => (first, second),
        _ => return None,
    };
    let sum = first * 9 + second * 8 + weighted(&body, &[7, 6, 5, 4, 3, 2]);
    let check = worth(check.chars().next()?)?;
    Some(check <= 10 && (sum + check).is_multiple_of(11))
}

fn id_nik(digits: &[u32; 16]) -> bool {
    let (day, month, year) = (small(&digits[6..8]), small(&digits[8..10]), small(&digits[10..12]));
    // Women add 40 to the day.
    let day = if day > 40 { day - 40 } else { day };
    let province = small(&digits[..2]);
    let known =
        matches!(province, 11..=21 | 31..=36 | 51..=53 | 61..=65 | 71..=76 | 81..=82 | 91..=96);
    known && is_birth_in_some_century(year, month, day) && small(&digits[12..]) > 0
}

/// The first is neither 0 nor 1, and a number read backwards is no number of its own.
fn aadhaar(digits: &[u32]) -> bool {
    let mirrored = digits.iter().eq(digits.iter().rev());
    digits.first().is_some_and(|it| *it > 1) && !mirrored && verhoeff(digits)
}

fn my_number(digits: &[u32; 12]) -> bool {
    let sum = weighted(digits, &[6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]);
    !repeated(digits) && eleven(sum).unwrap_or(0) == digits[11]
}

/// The seventh digit tells sex, century and, from 5 to 8, a foreigner, whose check digit counts on
/// by two.
fn kr_rrn(digits: &[u32; 13]) -> bool {
    let century = match digits[6] {
        1 | 2 | 5 | 6 => 1900,
        3 | 4 | 7 | 8 => 2000,
        _ => 1800,
    };
    let born = is_day(century + small(&digits[..2]), small(&digits[2..4]), small(&digits[4..6]));
    let sum = weighted(digits, &[2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]);
    let check = (11 - sum % 11) % 10;
    let foreign = (5..=8).contains(&digits[6]) && (check + 2) % 10 == digits[12];
    let place = small(&digits[7..9]);
    born && place <= 96 && (check == digits[12] || foreign)
}

fn my_nric(digits: &[u32; 12]) -> bool {
    let place = small(&digits[6..8]);
    let known = matches!(place, 1..=16 | 21..=68 | 71..=72 | 74..=79 | 82..=93 | 98..=99);
    let (year, month, day) = (small(&digits[..2]), small(&digits[2..4]), small(&digits[4..6]));
    known && is_birth_in_some_century(year, month, day)
}

/// The first letter tells who, and whether before 2000.
fn sg_nric(value: &str) -> Option<bool> {
    let [first, body @ .., check] = characters::<9>(value)?;
    let body: [u32; 7] = number(&String::from_iter(body))?;
    let (added, letters) = match first {
        'S' => (0, "JZIHGFEDCBA"),
        'T' => (4, "JZIHGFEDCBA"),
        'F' => (0, "XWUTRQPNMLK"),
        'G' => (4, "XWUTRQPNMLK"),
        'M' => (3, "XWUTRQPNJLK"),
        _ => return None,
    };
    let sum = weighted(&body, &[2, 7, 6, 5, 4, 3, 2]) + added;
    Some(letters.chars().nth(usize::try_from(sum % 11).ok()?) == Some(check))
}

fn th_pin(digits: &[u32; 13]) -> bool {
    let sum = weighted(digits, &[13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
    let province =
        matches!(small(&digits[1..3]), 10..=27 | 30..=58 | 60..=67 | 70..=77 | 80..=86 | 90..=96);
    (1..=8).contains(&digits[0])
        && province
        && !repeated(digits)
        && (11 - sum % 11) % 10 == digits[12]
}

/// The letter of the place is worth two digits.
fn tw_id(value: &str) -> Option<bool> {
    let [letter, body @ ..] = characters::<10>(value)?;
    let body: [u32; 9] = number(&String::from_iter(body))?;
    let place = u32::try_from("ABCDEFGHJKLMNPQRSTUVXYWZIO".find(letter)?).ok()? + 10;
    let sum = place / 10 + place % 10 * 9 + weighted(&body, &[8, 7, 6, 5, 4, 3, 2, 1, 1]);
    Some(matches!(body[0], 1 | 2 | 8 | 9) && ten(sum) == 0)
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    #[test]
    fn cases() {
        check("cn-ric", &["11010519491231002x"], &["36042619910102009X", "990426199112010074"]);
        check("hk-id", &["A1234563", "G123456(A)", "AB987654(3)"], &["A123456(4)", "1123456(3)"]);
        check("id-nik", &["3171011708450001"], &["0171011708450001", "3171013217450001"]);
        check("il-id", &["39337423"], &["39337424", "490154203237518"]);
        check(
            "in-aadhaar",
            &["312345678909", "3123:4567:8909"],
            &["1234:5678:9012", "234123412347"],
        );
        check("in-vid", &["2341234123412341"], &["2341234123412342"]);
        check("jp-my-number", &["621498320257"], &["6214 9832 0258", "000000000000"]);
        check(
            "kr-rrn",
            &["881219-5460537", "050912-2000019"],
            &["971013-9019903", "971013-9999904", "0013321234567"],
        );
        check("my-nric", &["810909785542"], &["810909805542", "880229195542"]);
        check("pk-cnic", &["4220103976408"], &["94201-0891231-8"]);
        check("sg-nric", &["T7572225C", "F1612347K", "M1234567K"], &["S9108268D", "A1234567Z"]);
        check("th-pin", &["1100900359657"], &["9-2345-45678-78-1", "1111111111111"]);
        check("tw-id", &["A800000014"], &["A123456788", "A323456789"]);
    }
}
