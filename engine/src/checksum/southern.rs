//! Numbers of people in Greece, Italy, Portugal, Spain and Turkey.
//!
//! # Standards
//!
//! Greece: law 3655/2008, article 153. Italy: the ministerial decree of 23 December 1976. Portugal:
//! decree-law 463/79; the citizen card's document number as its technical guide gives it. Spain: the
//! royal decrees 1553/2005 (DNI), 557/2011 (NIE) and 1065/2007 (NIF of companies). Turkey: law 5490.

use super::{
    Checksum,
    arithmetic::{
        characters, compact, eleven, is_birth_in_some_century, luhn, number, repeated, small, ten,
        weighted, worth,
    },
};

/// The checks of this family.
pub(super) const CHECKSUMS: &[Checksum] = &[
    Checksum {
        name: "es-dni",
        about: "Spanish identity numbers (modulus 23)",
        example: "54362315-K",
        passes: |it| es_dni(it) == Some(true),
    },
    Checksum {
        name: "es-nie",
        about: "Spanish foreigners' identity numbers (modulus 23)",
        example: "X-2482300W",
        passes: |it| es_nie(it) == Some(true),
    },
    Checksum {
        name: "es-cif",
        about: "Spanish tax numbers of companies (modulus 10)",
        example: "B64717838",
        passes: |it| es_cif(it) == Some(true),
    },
    Checksum {
        name: "gr-amka",
        about: "Greek social security numbers (Luhn)",
        example: "01013099997",
        passes: |it| {
            number::<11>(it).is_some_and(|it| {
                is_birth_in_some_century(small(&it[4..6]), small(&it[2..4]), small(&it[..2]))
                    && luhn(&it)
            })
        },
    },
    Checksum {
        name: "it-codice-fiscale",
        about: "Italian tax codes of people (modulus 26)",
        example: "RCCMNL83S18D969H",
        passes: |it| codice_fiscale(it) == Some(true),
    },
    Checksum {
        name: "pt-nif",
        about: "Portuguese tax numbers (modulus 11)",
        example: "501 964 843",
        passes: |it| number::<9>(it).is_some_and(|it| pt_nif(&it)),
    },
    Checksum {
        name: "pt-cc",
        about: "document numbers of Portuguese citizen cards (Luhn over letters)",
        example: "00000000 0 ZZ4",
        passes: |it| pt_cc(it) == Some(true),
    },
    Checksum {
        name: "tr-kimlik",
        about: "Turkish identity numbers (modulus 10, twice)",
        example: "17291716060",
        passes: |it| number::<11>(it).is_some_and(|it| tr_kimlik(&it)),
    },
];

/// The letter for a number by its remainder.
fn es_letter(number: u32) -> Option<char> {
    "TRWAGMYFPDXBNJZSQVHLCKE".chars().nth(usize::try_from(number % 23).ok()?)
}

/// Old numbers are written without the leading zero.
pub(super) fn es_dni(value: &str) -> Option<bool> {
    let value = compact(value);
    let (body, letter) = value.split_at_checked(value.len().checked_sub(1)?)?;
    let numeric = body.bytes().all(|it| it.is_ascii_digit()) && matches!(body.len(), 7 | 8);
    let number = body.parse::<u32>().ok().filter(|it| numeric && *it > 0)?;
    Some(es_letter(number) == letter.chars().next())
}

/// The first letter stands for a digit.
pub(super) fn es_nie(value: &str) -> Option<bool> {
    let [first, body @ .., letter] = characters::<9>(value)?;
    let digit = "XYZ".find(first)?;
    let body: [u32; 7] = number(&String::from_iter(body))?;
    let number = small(&[u32::try_from(digit).ok()?]) * 10_000_000 + small(&body);
    Some(es_letter(number) == Some(letter))
}

/// The last sign is a digit, a letter, or either, by the kind of company.
pub(super) fn es_cif(value: &str) -> Option<bool> {
    let [kind, body @ .., check] = characters::<9>(value)?;
    let body: [u32; 7] = number(&String::from_iter(body))?;
    let doubled = |digit: &u32| if *digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let [a, b, c, d, e, f, g] = body;
    let sum = [a, c, e, g].iter().map(doubled).sum::<u32>() + b + d + f;
    let digit = ten(sum);
    let by_digit = check.to_digit(10) == Some(digit);
    let by_letter = "JABCDEFGHI".chars().nth(usize::try_from(digit).ok()?) == Some(check);
    Some(match kind {
        'A' | 'B' | 'E' | 'H' => by_digit,
        'K' | 'L' | 'M' | 'N' | 'P' | 'Q' | 'R' | 'S' | 'W' => by_letter,
        'C' | 'D' | 'F' | 'G' | 'J' | 'U' | 'V' => by_digit || by_letter,
        _ => false,
    })
}

/// Digits may have been replaced by letters where two people would have the same code.
fn codice_fiscale(value: &str) -> Option<bool> {
    let all = characters::<16>(value)?;
    let digit = |at: usize| -> Option<u32> {
        let character = *all.get(at)?;
        let replaced = || u32::try_from("LMNPQRSTUV".find(character)?).ok();
        character.to_digit(10).or_else(replaced)
    };
    let named = all[..6].iter().chain([&all[8], &all[11], &all[15]]).all(char::is_ascii_alphabetic);
    let month = u32::try_from("ABCDEHLMPRST".find(all[8])?).ok()? + 1;
    let year = digit(6)? * 10 + digit(7)?;
    // Women add 40 to the day.
    let day = digit(9)? * 10 + digit(10)?;
    let day = if day > 40 { day - 40 } else { day };
    let numbered = (12..15).all(|at| digit(at).is_some());
    let sum: u32 = all[..15].iter().enumerate().map(|(at, it)| codice_worth(at, *it)).sum();
    let check = char::from_digit(sum % 26 + 10, 36)?.to_ascii_uppercase();
    Some(named && numbered && is_birth_in_some_century(year, month, day) && check == all[15])
}

/// What a character adds: in the odd places, counted from one, by a table of the decree.
fn codice_worth(at: usize, character: char) -> u32 {
    const ODD: [u32; 26] = [
        1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24,
        23,
    ];
    let number = worth(character).unwrap_or(0);
    let number = if number > 9 { number - 10 } else { number };
    if at % 2 == 1 {
        return number;
    }
    usize::try_from(number).ok().and_then(|it| ODD.get(it)).copied().unwrap_or(0)
}

pub(super) fn pt_nif(digits: &[u32; 9]) -> bool {
    let sum = weighted(digits, &[9, 8, 7, 6, 5, 4, 3, 2]);
    // A remainder of 1 gives 0 here.
    let check = eleven(sum).unwrap_or(0);
    digits[0] > 0 && !repeated(digits) && check == digits[8]
}

/// Luhn from the right, where a letter is worth 10 and more.
fn pt_cc(value: &str) -> Option<bool> {
    let all = characters::<12>(value)?;
    let numeric = all[..9].iter().chain([&all[11]]).all(char::is_ascii_digit);
    let added = |(at, it): (usize, &char)| {
        let number = worth(*it).unwrap_or(0);
        let doubled = if at % 2 == 1 { number * 2 } else { number };
        if at % 2 == 1 && doubled > 9 { doubled - 9 } else { doubled }
    };
    let sum: u32 = all.iter().rev().enumerate().map(added).sum();
    Some(numeric && sum.is_multiple_of(10))
}

fn tr_kimlik(digits: &[u32; 11]) -> bool {
    let [a, b, c, d, e, f, g, h, i, ten, eleven] = *digits;
    let (odd, even) = (a + c + e + g + i, b + d + f + h);
    // 100 keeps the difference above zero and changes no remainder.
    let first = (odd * 7 + 100 - even) % 10;
    a > 0 && first == ten && (odd + even + ten) % 10 == eleven
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    #[test]
    fn cases() {
        check("es-dni", &["54362315K", "1111111-G", "01111111G"], &["54362315Z", "00000000T"]);
        check("es-nie", &["Y8063915Z", "X9613851N"], &["Y806391Q", "x-2482300a", "A2482300W"]);
        check("es-cif", &["A78109592", "J99216582"], &["J99216583", "O64717838"]);
        check("gr-amka", &["01015734500"], &["01013099999", "32015734500"]);
        check(
            "it-codice-fiscale",
            &["RCCMNL83S18D969H"],
            &["RCCMNL83S18D969I", "CNTCHR83T32D969H"],
        );
        check("pt-nif", &["501964843", "999999990"], &["501964842", "000000000"]);
        check("pt-cc", &["000000000ZZ4"], &["000000000ZZ3"]);
        check("tr-kimlik", &["17291716060", "10000000146"], &["17291716050", "07291716092"]);
    }
}
