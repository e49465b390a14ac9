//! Numbers of people and companies in the Americas, and of banks and physicians in the United States.
//!
//! # Standards
//!
//! Argentina: AFIP, general resolution 10/97. Brazil: Receita Federal (CNPJ with letters by its
//! instruction 2.229 of 2024). Canada: Employment and Social Development (Luhn). Chile: decree 3 of
//! 1969. Colombia: DIAN. Ecuador: civil registry. Mexico: RENAPO for the CURP, SAT for the RFC.
//! Peru: SUNAT. United States: ANSI X9.100-160-1 (routing numbers), 45 CFR 162.406 (physicians), the
//! Social Security Administration since 2011 and the Internal Revenue Service for what is given out.

use super::{
    Checksum,
    arithmetic::{
        characters, compact, eleven, is_birth_in_some_century, luhn, number, repeated, small, ten,
        weighted,
    },
};

/// The checks of this family.
pub(super) const CHECKSUMS: &[Checksum] = &[
    Checksum {
        name: "aba-routing",
        about: "routing transit numbers of United States banks (modulus 10)",
        example: "011000015",
        passes: |it| number::<9>(it).is_some_and(|it| aba(&it)),
    },
    Checksum {
        name: "ar-cuit",
        about: "Argentine tax numbers (modulus 11)",
        example: "20-05536168-2",
        passes: |it| number::<11>(it).is_some_and(|it| ar_cuit(&it)),
    },
    Checksum {
        name: "br-cnpj",
        about: "Brazilian company numbers (modulus 11, twice)",
        example: "16.727.230/0001-97",
        passes: |it| br_cnpj(it) == Some(true),
    },
    Checksum {
        name: "br-cpf",
        about: "Brazilian tax numbers of people (modulus 11, twice)",
        example: "390.533.447-05",
        passes: |it| number::<11>(it).is_some_and(|it| br_cpf(&it)),
    },
    Checksum {
        name: "ca-sin",
        about: "Canadian social insurance numbers (Luhn)",
        example: "130 692 544",
        passes: |it| number::<9>(it).is_some_and(|it| !matches!(it[0], 0 | 8) && luhn(&it)),
    },
    Checksum {
        name: "cl-rut",
        about: "Chilean tax numbers (modulus 11)",
        example: "12.531.909-2",
        passes: |it| cl_rut(it) == Some(true),
    },
    Checksum {
        name: "ec-ci",
        about: "Ecuadorian identity card numbers (Luhn)",
        example: "1714307103",
        passes: |it| {
            number::<10>(it).is_some_and(|it| {
                matches!(small(&it[..2]), 1..=24 | 30 | 50) && it[2] < 6 && luhn(&it)
            })
        },
    },
    Checksum {
        name: "mx-curp",
        about: "Mexican population register codes (modulus 10)",
        example: "BEML920313HMCLNS09",
        passes: |it| mx_curp(it) == Some(true),
    },
    Checksum {
        name: "mx-rfc",
        about: "Mexican tax numbers (day of birth or foundation)",
        example: "GODE561231GR8",
        passes: |it| mx_rfc(it) == Some(true),
    },
    Checksum {
        name: "pe-ruc",
        about: "Peruvian tax numbers (modulus 11)",
        example: "20512333797",
        passes: |it| number::<11>(it).is_some_and(|it| pe_ruc(&it)),
    },
    Checksum {
        name: "us-ssn",
        about: "United States social security numbers that were given out",
        example: "536-22-8145",
        passes: |it| number::<9>(it).is_some_and(|it| us_ssn(&it)),
    },
    Checksum {
        name: "us-itin",
        about: "United States taxpayer numbers of people without a social security number",
        example: "911-70-1234",
        passes: |it| number::<9>(it).is_some_and(|it| us_itin(&it)),
    },
    Checksum {
        name: "us-npi",
        about: "United States provider numbers of physicians (Luhn)",
        example: "1234567893",
        passes: |it| number::<10>(it).is_some_and(|it| us_npi(&it)),
    },
];

fn aba(digits: &[u32; 9]) -> bool {
    // The first two are a district of the Federal Reserve, a thrift, or an electronic transaction.
    let district = matches!(small(&digits[..2]), 1..=12 | 21..=32 | 61..=72 | 80);
    district && weighted(digits, &[3, 7, 1, 3, 7, 1, 3, 7, 1]).is_multiple_of(10)
}

fn ar_cuit(digits: &[u32; 11]) -> bool {
    let kind = matches!(small(&digits[..2]), 20 | 23..=27 | 30 | 33 | 34 | 50 | 51 | 55);
    let sum = weighted(digits, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]);
    kind && eleven(sum).unwrap_or(9) == digits[10]
}

/// Since 2026 with letters, each worth its code less that of the digit 0.
fn br_cnpj(value: &str) -> Option<bool> {
    let all = characters::<14>(value)?;
    let worths: Vec<u32> = all.iter().map(|it| u32::from(*it).saturating_sub(48)).collect();
    let numeric = all[12..].iter().all(char::is_ascii_digit);
    let first = eleven(weighted(&worths, &[5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2])).unwrap_or(0);
    let second = eleven(weighted(&worths, &[6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2])).unwrap_or(0);
    let checks = worths.get(12) == Some(&first) && worths.get(13) == Some(&second);
    Some(numeric && !repeated(&worths) && checks)
}

fn br_cpf(digits: &[u32; 11]) -> bool {
    let first = eleven(weighted(digits, &[10, 9, 8, 7, 6, 5, 4, 3, 2])).unwrap_or(0);
    let second = eleven(weighted(digits, &[11, 10, 9, 8, 7, 6, 5, 4, 3, 2])).unwrap_or(0);
    !repeated(digits) && digits[9] == first && digits[10] == second
}

/// Seven or eight digits and a check, where K stands for 10.
fn cl_rut(value: &str) -> Option<bool> {
    let value = compact(value);
    let (body, check) = value.split_at_checked(value.len().checked_sub(1)?)?;
    let digits = super::arithmetic::only_digits(body).filter(|it| matches!(it.len(), 7 | 8))?;
    let reversed: Vec<u32> = digits.iter().rev().copied().collect();
    let expected = match (11 - weighted(&reversed, &[2, 3, 4, 5, 6, 7, 2, 3]) % 11) % 11 {
        10 => 'K',
        digit => char::from_digit(digit, 10)?,
    };
    Some(!repeated(&digits) && check.starts_with(expected))
}

/// Two letters of each state, and of those born abroad.
const MX_STATES: &str = "AS BC BS CC CS CH CL CM DF DG GT GR HG JC MC MN MS NT NL OC PL QT QR SP SL SR TC TS TL VZ YN ZS NE";

/// First syllables that the register replaces because they are rude words.
const MX_RUDE: &str = "BACA BAKA BUEI BUEY CACA CACO CAGA CAGO CAKA CAKO COGE COGI COJA COJE COJI COJO COLA \
    CULO FALO FETO GETA GUEI GUEY JETA JOTO KACA KACO KAGA KAGO KAKA KAKO KOGE KOGI KOJA KOJE KOJI \
    KOJO KOLA KULO LILO LOCA LOCO LOKA LOKO MAME MAMO MEAR MEAS MEON MIAR MION MOCO MOKO MULA MULO \
    NACA NACO PEDA PEDO PENE PIPI PITO POPO PUTA PUTO QULO RATA ROBA ROBE ROBO RUIN SENO TETA VACA \
    VAGA VAGO VAKA VUEI VUEY WUEI WUEY";

fn mx_curp(value: &str) -> Option<bool> {
    let all: Vec<char> = compact(value).chars().collect();
    let worths: Vec<u32> = all
        .iter()
        .map(|it| "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ".chars().position(|known| known == *it))
        .map(|it| it.and_then(|it| u32::try_from(it).ok()))
        .collect::<Option<_>>()?;
    let name: String = all.get(..4)?.iter().collect();
    let born: [u32; 6] = number(&String::from_iter(all.get(4..10)?))?;
    let state: String = all.get(11..13)?.iter().collect();
    let weights: Vec<u32> = (2..=18).rev().collect();
    let check = ten(weighted(worths.get(..17)?, &weights));
    let known = MX_STATES.split(' ').any(|it| it == state) && !rude(&name);
    let dated = is_birth_in_some_century(small(&born[..2]), small(&born[2..4]), small(&born[4..]));
    let sex = matches!(all.get(10), Some('H' | 'M' | 'X'));
    Some(all.len() == 18 && known && dated && sex && worths.last() == Some(&check))
}

fn rude(name: &str) -> bool {
    MX_RUDE.split_whitespace().any(|it| it == name)
}

/// Four letters of a person or three of a company, the day, and three signs that keep them apart.
fn mx_rfc(value: &str) -> Option<bool> {
    let all: Vec<char> = compact(value).chars().collect();
    let letters = all.iter().take_while(|it| it.is_alphabetic()).count();
    let (letters, rest) = match (letters, all.len()) {
        (3, 12) | (4, 10 | 13) => all.split_at_checked(letters)?,
        // A company's name may have an ampersand, which is no letter.
        (2, 11) => all.split_at_checked(2)?,
        _ => return None,
    };
    let day: [u32; 6] = number(&String::from_iter(rest.get(..6)?))?;
    let own = rest.get(6..)?.iter().all(char::is_ascii_alphanumeric);
    let dated = is_birth_in_some_century(small(&day[..2]), small(&day[2..4]), small(&day[4..]));
    Some(own && dated && !rude(&String::from_iter(letters)))
}

fn pe_ruc(digits: &[u32; 11]) -> bool {
    let kind = matches!(small(&digits[..2]), 10 | 15 | 16 | 17 | 20);
    let sum = weighted(digits, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]);
    kind && (11 - sum % 11) % 10 == digits[10]
}

/// No part is all zeros; 000, 666 and 900 on were never given out, nor the numbers of advertisements.
fn us_ssn(digits: &[u32; 9]) -> bool {
    let (area, group, serial) = (small(&digits[..3]), small(&digits[3..5]), small(&digits[5..]));
    let advertised = matches!(
        (area, group, serial),
        (78, 5, 1120) | (219, 9, 9999) | (457, 55, 5462) | (987, 65, 4320..=4329)
    );
    area > 0
        && area < 900
        && area != 666
        && group > 0
        && serial > 0
        && !advertised
        && !repeated(digits)
}

fn us_itin(digits: &[u32; 9]) -> bool {
    let group = small(&digits[3..5]);
    digits[0] == 9 && matches!(group, 50..=65 | 70..=88 | 90..=92 | 94..=99)
}

/// Luhn with the prefix 80840 of health numbers of the United States.
fn us_npi(digits: &[u32; 10]) -> bool {
    let whole: Vec<u32> = [8, 0, 8, 4, 0].iter().chain(digits).copied().collect();
    matches!(digits[0], 1 | 2) && luhn(&whole)
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    #[test]
    fn cases() {
        check(
            "aba-routing",
            &["1210-0024-8", "121042882"],
            &["121000249", "000000000", "11100002"],
        );
        check("ar-cuit", &["20055361682"], &["20055361683", "99055361682"]);
        check("br-cnpj", &["12.ABC.345/01DE–35"], &["16.727.230/0001-98", "00000000000000"]);
        check("br-cpf", &["39053344705"], &["23100299900", "11111111111"]);
        check("ca-sin", &["123-456-782"], &["823456785", "999-999-999", "046454286"]);
        check("cl-rut", &["125319092", "76086428-5"], &["12531909-3"]);
        check("ec-ci", &["0926687856"], &["171430710", "2614307103"]);
        check(
            "mx-curp",
            &["PEGL890909MJCRMS08"],
            &["BACA890909MJCRMS05", "PEGL890909MJCRMS09", "PEGL890909MQQRMS02"],
        );
        check("mx-rfc", &["AAC0903183F6", "GODE 561231 GR8"], &["CACA580710NF7", "GODE561331GR8"]);
        check("pe-ruc", &["20512333797"], &["20512333798"]);
        check("us-ssn", &["078-05-1123"], &["078-05-1120", "666-12-3456", "123-00-3456"]);
        check("us-itin", &["911701234"], &["911-89-1234", "912-93-4567"]);
        check("us-npi", &["1003000126"], &["9234567893", "1003000127"]);
    }
}
