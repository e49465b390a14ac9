//! Numbers of people in Austria, Belgium, France, Germany, Ireland, Luxembourg, the Netherlands and
//! Switzerland.
//!
//! # Standards
//!
//! Austria: ASVG, section 31 (4). Belgium: the royal decrees of 3 April 1984 (national number) and
//! 8 February 1991 (bis number). France: INSEE for the NIR, `DGFiP` for the tax number, R123-221 of the
//! commercial code for SIREN and SIRET. Germany: section 139b of the Abgabenordnung (MOD 11,10 of ISO
//! 7064) and section 147 of SGB VI; section 290 of SGB V for the health insurance number. Ireland:
//! Department of Social Protection. Luxembourg: the law of 19 June 2013. Netherlands: the law on the
//! citizen service number, article 2. Switzerland: the ordinance on old-age insurance, article 133
//! bis, and eCH-0097.

use super::{
    Checksum,
    arithmetic::{
        characters, compact, decimal, eleven, is_birth, luhn, mod_11_10, number, repeated, small,
        verhoeff, weighted, weighted_by_digit, worth,
    },
};

/// The checks of this family.
pub(super) const CHECKSUMS: &[Checksum] = &[
    Checksum {
        name: "at-svnr",
        about: "Austrian social insurance numbers (modulus 11)",
        example: "1237 010180",
        passes: |it| at_svnr(it) == Some(true),
    },
    Checksum {
        name: "be-national-number",
        about: "Belgian national register numbers (modulus 97)",
        example: "85.07.30-033 28",
        passes: |it| be_number(it, &[0]) == Some(true),
    },
    Checksum {
        name: "be-bis-number",
        about: "Belgian bis numbers, of people without a national one (modulus 97)",
        example: "98.47.28-997.65",
        passes: |it| be_number(it, &[20, 40]) == Some(true),
    },
    Checksum {
        name: "ch-ahv",
        about: "Swiss old-age insurance numbers (EAN-13)",
        example: "756.9217.0769.85",
        passes: |it| number::<13>(it).is_some_and(|it| it[..3] == [7, 5, 6] && ean(&it)),
    },
    Checksum {
        name: "ch-uid",
        about: "Swiss business numbers (modulus 11)",
        example: "CHE-106.222.918",
        passes: |it| ch_uid(it) == Some(true),
    },
    Checksum {
        name: "de-idnr",
        about: "German tax identification numbers (MOD 11,10)",
        example: "36 574 261 809",
        passes: |it| de_idnr(it) == Some(true),
    },
    Checksum {
        name: "de-kvnr",
        about: "German health insurance numbers (modulus 10)",
        example: "A000500015",
        passes: |it| de_kvnr(it) == Some(true),
    },
    Checksum {
        name: "de-rvnr",
        about: "German pension insurance numbers (modulus 10)",
        example: "15 070649 C 103",
        passes: |it| de_rvnr(it) == Some(true),
    },
    Checksum {
        name: "fr-nir",
        about: "French social security numbers (modulus 97)",
        example: "2 95 10 99 126 111 93",
        passes: |it| fr_nir(it) == Some(true),
    },
    Checksum {
        name: "fr-nif",
        about: "French tax numbers of people (modulus 511)",
        example: "30 23 217 600 053",
        passes: |it| {
            number::<13>(it)
                .is_some_and(|it| it[0] <= 3 && decimal(&it[..10]) % 511 == decimal(&it[10..]))
        },
    },
    Checksum {
        name: "fr-siren",
        about: "French business numbers (Luhn)",
        example: "552 008 443",
        passes: |it| number::<9>(it).is_some_and(|it| !repeated(&it) && luhn(&it)),
    },
    Checksum {
        name: "fr-siret",
        about: "French establishment numbers (Luhn)",
        example: "732 829 320 00074",
        passes: |it| number::<14>(it).is_some_and(|it| !repeated(&it) && fr_siret(&it)),
    },
    Checksum {
        name: "ie-pps",
        about: "Irish personal public service numbers (modulus 23)",
        example: "6433435OA",
        passes: |it| ie_pps(it) == Some(true),
    },
    Checksum {
        name: "lu-matricule",
        about: "Luxembourg national identification numbers (Luhn and Verhoeff)",
        example: "1893120105732",
        passes: |it| lu_matricule(it) == Some(true),
    },
    Checksum {
        name: "nl-bsn",
        about: "Dutch citizen service numbers (the test of eleven)",
        example: "1112.22.333",
        passes: |it| number::<9>(it).is_some_and(|it| nl_bsn(&it)),
    },
];

fn at_svnr(value: &str) -> Option<bool> {
    let digits = number::<10>(value)?;
    let check = weighted(&digits, &[3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11;
    // Months above 12 are given out when a day's numbers are used up.
    let (day, month) = (small(&digits[4..6]), small(&digits[6..8]));
    let dated = (1..=31).contains(&day) && (1..=15).contains(&month);
    Some(digits[0] > 0 && dated && check == digits[3])
}

/// `added` is what may have been added to the month.
fn be_number(value: &str, added: &[u32]) -> Option<bool> {
    let digits = number::<11>(value)?;
    let (year, month, day) = (small(&digits[..2]), small(&digits[2..4]), small(&digits[4..6]));
    let (body, check) = (decimal(&digits[..9]), decimal(&digits[9..]));
    // Before the number of somebody born in 2000 or later stands a 2 for the arithmetic.
    let summed = |prefix: u64| 97 - (prefix * 1_000_000_000 + body) % 97 == check;
    let dated = |century: u32| {
        added.iter().filter_map(|added| month.checked_sub(*added)).any(|month| {
            // Months and days that are not known are 0.
            let known = is_birth(century + year, month, day);
            known || month == 0 && day <= 31 || month <= 12 && day == 0
        })
    };
    Some(body > 0 && (summed(0) && dated(1900) || summed(2) && dated(2000)))
}

fn ean(digits: &[u32; 13]) -> bool {
    weighted(digits, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]).is_multiple_of(10)
}

fn ch_uid(value: &str) -> Option<bool> {
    let value = compact(value);
    let digits = number::<9>(value.strip_prefix("CHE")?)?;
    let check = eleven(weighted(&digits, &[5, 4, 3, 2, 7, 6, 5, 4]))?;
    Some(check == digits[8] && !repeated(&digits))
}

/// Of the first ten digits one stands twice or three times, all others at most once.
fn de_idnr(value: &str) -> Option<bool> {
    let digits = number::<11>(value)?;
    let times = |digit: u32| digits[..10].iter().filter(|it| **it == digit).count();
    let several: Vec<usize> = (0..10).map(times).filter(|it| *it > 1).collect();
    Some(digits[0] > 0 && matches!(several[..], [2 | 3]) && mod_11_10(&digits))
}

fn de_kvnr(value: &str) -> Option<bool> {
    let [letter, rest @ ..] = characters::<10>(value)?;
    let letter = worth(letter).filter(|it| *it > 9)? - 9;
    let rest: [u32; 9] = number(&String::from_iter(rest))?;
    let weights = [1, 2, 1, 2, 1, 2, 1, 2, 1, 2];
    let digits: Vec<u32> = [letter / 10, letter % 10].into_iter().chain(rest).collect();
    Some(weighted_by_digit(&digits, &weights) % 10 == rest[8])
}

fn de_rvnr(value: &str) -> Option<bool> {
    let all = characters::<12>(value)?;
    let area: [u32; 2] = number(&String::from_iter(&all[..2]))?;
    let born: [u32; 6] = number(&String::from_iter(&all[2..8]))?;
    let letter = worth(all[8]).filter(|it| *it > 9)? - 9;
    let serial: [u32; 3] = number(&String::from_iter(&all[9..]))?;
    let (day, month) = (small(&born[..2]), small(&born[2..4]));
    // A day that is used up goes on above 31.
    let dated = (1..=99).contains(&day) && (1..=12).contains(&month);
    let digits: Vec<u32> = area
        .into_iter()
        .chain(born)
        .chain([letter / 10, letter % 10, serial[0], serial[1]])
        .collect();
    let sum = weighted_by_digit(&digits, &[2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1]);
    Some(dated && sum % 10 == serial[2])
}

/// Births in Corsica have a letter in the number of the department.
fn fr_nir(value: &str) -> Option<bool> {
    let all = String::from_iter(characters::<15>(value)?);
    let (sex, rest) = all.split_at_checked(1)?;
    let department = all.get(5..7)?;
    let (body, key) = match department {
        "2A" => (all.replacen("2A", "19", 1), all.get(13..)?),
        "2B" => (all.replacen("2B", "18", 1), all.get(13..)?),
        _ => (all.clone(), all.get(13..)?),
    };
    let body: [u32; 13] = number(body.get(..13)?)?;
    let key: [u32; 2] = number(key)?;
    let month = rest.get(2..4)?.parse::<u32>().ok()?;
    // 20 to 42 and 50 to 99 stand for a month that is not known.
    let dated = (1..=12).contains(&month) || (20..=42).contains(&month) || month >= 50;
    let first = "123478".contains(sex);
    Some(first && dated && 97 - decimal(&body) % 97 == decimal(&key))
}

/// The post office's numbers are by the sum of their digits instead.
fn fr_siret(digits: &[u32; 14]) -> bool {
    let post = digits[..9] == [3, 5, 6, 0, 0, 0, 0, 0, 0];
    luhn(digits) && luhn(&digits[..9]) || post && digits.iter().sum::<u32>().is_multiple_of(5)
}

fn ie_pps(value: &str) -> Option<bool> {
    let value = compact(value);
    let (digits, letters) = value.split_at_checked(7)?;
    let digits: [u32; 7] = number(digits)?;
    let mut letters = letters.chars();
    let check = letters.next()?;
    let second = match letters.next() {
        None | Some('W') => 0,
        Some(letter @ 'A'..='I') => worth(letter)? - 9,
        Some(_) => return None,
    };
    Some(letters.next().is_none() && pps_letter(&digits, second) == Some(check))
}

/// The check letter; `second` is what a second letter is worth.
pub(super) fn pps_letter(digits: &[u32; 7], second: u32) -> Option<char> {
    let sum = weighted(digits, &[8, 7, 6, 5, 4, 3, 2]) + second * 9;
    "WABCDEFGHIJKLMNOPQRSTUV".chars().nth(usize::try_from(sum % 23).ok()?)
}

fn lu_matricule(value: &str) -> Option<bool> {
    let digits = number::<13>(value)?;
    let (year, month, day) = (small(&digits[..4]), small(&digits[4..6]), small(&digits[6..8]));
    let other: Vec<u32> = digits[..11].iter().chain(&digits[12..]).copied().collect();
    Some(is_birth(year, month, day) && luhn(&digits[..12]) && verhoeff(&other))
}

pub(super) fn nl_bsn(digits: &[u32; 9]) -> bool {
    let sum = weighted(digits, &[9, 8, 7, 6, 5, 4, 3, 2]);
    !repeated(digits) && sum % 11 == digits[8]
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    #[test]
    fn people() {
        check("at-svnr", &["1237010180"], &["1247010180", "1237320180", "0237010180"]);
        check(
            "be-national-number",
            &["17 07 30 033 84", "85.07.30-033 28"],
            &["00400100184", "85.07.30-033 29", "98.47.28-997.65"],
        );
        check("be-bis-number", &["98472899765"], &["85.07.30-033 28", "98472899766"]);
        check("ch-ahv", &["7569217076985"], &["7569217076984", "7559217076985"]);
        check(
            "de-idnr",
            &["36574261809", "1112345678 6"],
            &["11112345678", "36574261890", "98765432106", "06574261809"],
        );
        check("de-kvnr", &["A123456780", "z000000005"], &["A123456787", "1123456780"]);
        check(
            "de-rvnr",
            &["65070803A019", "20151090B023"],
            &["15070649C100", "15070049C103", "15071349C103"],
        );
        check(
            "fr-nir",
            &["253072A07300443", "295109912611193"],
            &["253072C07300443", "295109912611194", "995109912611193"],
        );
        check("fr-nif", &["3023217600053"], &["070198776543", "9701987765432", "3023217600054"]);
        check("ie-pps", &["6433435F", "6433435OA"], &["1234567XX", "6433435E"]);
        check("lu-matricule", &["1893120105732"], &["1893120105733", "1893130105732"]);
        check("nl-bsn", &["111222333"], &["111252333", "1112223334", "000000000"]);
    }

    #[test]
    fn businesses() {
        check("ch-uid", &["CHE100155212"], &["CHE-100.155.213", "100155212"]);
        check("fr-siren", &["552008443", "404833048"], &["404833047", "000000000"]);
        check("fr-siret", &["73282932000074", "35600000049837"], &["73282932000079"]);
    }
}
