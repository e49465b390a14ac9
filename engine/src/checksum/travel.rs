//! Machine-readable travel documents and vehicles.
//!
//! # Standards
//!
//! ICAO Doc 9303, parts 3 to 6 (check digits by the weights 7, 3, 1, modulus 10); ISO 3779 with 49 CFR
//! 565.15 for the check digit of vehicles.

use super::{
    Checksum,
    arithmetic::{characters, worth},
};

/// The checks of this family.
pub(super) const CHECKSUMS: &[Checksum] = &[
    Checksum {
        name: "mrz",
        about: "the machine-readable zone of passports, identity cards and visas",
        example: "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
        passes: |it| mrz(it) == Some(true),
    },
    Checksum {
        name: "vin",
        about: "vehicle identification numbers (modulus 11)",
        example: "1M8GDM9AXKP042788",
        passes: |it| vin(it) == Some(true),
    },
];

/// Where the zone has a check digit, and what it is of.
struct Check<'c> {
    of: Vec<&'c [char]>,
    digit: char,
}

/// Two lines of 44 (passports) or 36, three of 30, or the second line of the first two alone.
fn mrz(value: &str) -> Option<bool> {
    let all: Vec<char> =
        value.chars().filter(|it| !it.is_whitespace()).map(|it| it.to_ascii_uppercase()).collect();
    let checks = match all.len() {
        88 => passport(all.get(44..)?),
        44 => passport(&all),
        72 => card(all.get(36..)?),
        36 => card(&all),
        90 => small_card(&all),
        _ => None,
    }?;
    Some(checks.iter().all(|it| digit_of(&it.of.concat()) == worth_in_zone(it.digit)))
}

fn passport(line: &[char]) -> Option<Vec<Check<'_>>> {
    let part = |from: usize, to: usize| line.get(from..to);
    // A personal number that is empty may have a filler as its check digit, which is worth 0.
    Some(vec![
        Check { of: vec![part(0, 9)?], digit: *line.get(9)? },
        Check { of: vec![part(13, 19)?], digit: *line.get(19)? },
        Check { of: vec![part(21, 27)?], digit: *line.get(27)? },
        Check { of: vec![part(28, 42)?], digit: *line.get(42)? },
        Check { of: vec![part(0, 10)?, part(13, 20)?, part(21, 43)?], digit: *line.get(43)? },
    ])
}

fn card(line: &[char]) -> Option<Vec<Check<'_>>> {
    let part = |from: usize, to: usize| line.get(from..to);
    Some(vec![
        Check { of: vec![part(0, 9)?], digit: *line.get(9)? },
        Check { of: vec![part(13, 19)?], digit: *line.get(19)? },
        Check { of: vec![part(21, 27)?], digit: *line.get(27)? },
        Check { of: vec![part(0, 10)?, part(13, 20)?, part(21, 35)?], digit: *line.get(35)? },
    ])
}

fn small_card(lines: &[char]) -> Option<Vec<Check<'_>>> {
    let part = |from: usize, to: usize| lines.get(from..to);
    let mut checks = vec![
        Check { of: vec![part(30, 36)?], digit: *lines.get(36)? },
        Check { of: vec![part(38, 44)?], digit: *lines.get(44)? },
        Check {
            of: vec![part(5, 30)?, part(30, 37)?, part(38, 45)?, part(48, 59)?],
            digit: *lines.get(59)?,
        },
    ];
    // A filler there says that the number goes on in the optional part.
    if lines.get(14) != Some(&'<') {
        checks.push(Check { of: vec![part(5, 14)?], digit: *lines.get(14)? });
    }
    Some(checks)
}

fn worth_in_zone(character: char) -> Option<u32> {
    if character == '<' { Some(0) } else { worth(character) }
}

fn digit_of(characters: &[char]) -> Option<u32> {
    let weights = [7, 3, 1].into_iter().cycle();
    let products =
        characters.iter().zip(weights).map(|(it, weight)| Some(worth_in_zone(*it)? * weight));
    products.sum::<Option<u32>>().map(|it| it % 10)
}

/// Letters are worth what stands on old punch cards; I, O and Q are not used.
fn vin(value: &str) -> Option<bool> {
    let all = characters::<17>(value)?;
    let weights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
    let mut sum = 0;
    for (character, weight) in all.iter().zip(weights) {
        let number = match character {
            'A' | 'J' | '1' => 1,
            'B' | 'K' | 'S' | '2' => 2,
            'C' | 'L' | 'T' | '3' => 3,
            'D' | 'M' | 'U' | '4' => 4,
            'E' | 'N' | 'V' | '5' => 5,
            'F' | 'W' | '6' => 6,
            'G' | 'P' | 'X' | '7' => 7,
            'H' | 'Y' | '8' => 8,
            'R' | 'Z' | '9' => 9,
            '0' => 0,
            _ => return None,
        };
        sum += number * weight;
    }
    let check = if sum % 11 == 10 { 'X' } else { char::from_digit(sum % 11, 10)? };
    Some(check == all[8] && !super::arithmetic::repeated(&all))
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    const PASSPORT: &str =
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<< L898902C36UTO7408122F1204159ZE184226B<<<<<10";
    const CARD: &str = "I<UTOD231458907<<<<<<<<<<<<<<< 7408122F1204159UTO<<<<<<<<<<<6 ERIKSSON<<ANNA<MARIA<<<<<<<<<<";
    const OLD_CARD: &str =
        "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<< D231458907UTO7408122F1204159<<<<<<<6";

    #[test]
    fn cases() {
        let wrong = PASSPORT.replace("740812", "740813");
        let wrong_card = CARD.replace("D231458907", "D231458906");
        check("mrz", &[PASSPORT, CARD, OLD_CARD], &[&wrong, &wrong_card, "L898902C36UTO"]);
        check("vin", &["1m8gdm9axkp042788", "1HGCM82633A004352"], &["1M8GDM9A1KP042788"]);
    }
}
