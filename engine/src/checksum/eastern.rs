//! Numbers of people in central and eastern Europe.
//!
//! # Standards
//!
//! Bulgaria: the ordinance on the unified register, article 101. Czechia and Slovakia: law 133/2000
//! and law 301/1995. Croatia: law 60/08 on the OIB (MOD 11,10 of ISO 7064). Estonia: EVS 585:2007.
//! Hungary: law XX of 1996, and law CL of 2017 for the tax number. Latvia: the law on the register
//! of persons, article 6. Lithuania: law VIII-1484. Poland: the law on the register of the
//! population of 2010, article 15. Romania: the decree of 4 May 1978. Slovenia and the other states
//! of former Yugoslavia: law on the unique master citizen number, 1976. Ukraine: the order of the
//! finance ministry 822 of 2017. Russia: the order of the tax service of 29 June 2012, and the
//! pension fund's order for SNILS.

use super::{
    Checksum,
    arithmetic::{
        decimal, eleven, is_birth, mod_11_10, number, only_digits, repeated, small, ten, weighted,
    },
};

/// The checks of this family.
pub(super) const CHECKSUMS: &[Checksum] = &[
    Checksum {
        name: "bg-egn",
        about: "Bulgarian civil numbers (modulus 11)",
        example: "8001010008",
        passes: |it| number::<10>(it).is_some_and(|it| bg_egn(&it)),
    },
    Checksum {
        name: "cz-rc",
        about: "Czech and Slovak birth numbers (modulus 11)",
        example: "710319/2745",
        passes: |it| only_digits(it).is_some_and(|it| birth_number(&it) == Some(true)),
    },
    Checksum {
        name: "hr-oib",
        about: "Croatian personal identification numbers (MOD 11,10)",
        example: "33392005961",
        passes: |it| number::<11>(it).is_some_and(|it| !repeated(&it) && mod_11_10(&it)),
    },
    Checksum {
        name: "isikukood",
        about: "Estonian and Lithuanian personal codes (modulus 11)",
        example: "36805280109",
        passes: |it| number::<11>(it).is_some_and(|it| baltic(&it)),
    },
    Checksum {
        name: "hu-taj",
        about: "Hungarian social security numbers (modulus 10)",
        example: "111 111 110",
        passes: |it| {
            number::<9>(it).is_some_and(|it| {
                weighted(&it, &[3, 7, 3, 7, 3, 7, 3, 7]) % 10 == it[8] && it[..8] != [0; 8]
            })
        },
    },
    Checksum {
        name: "hu-tax-id",
        about: "Hungarian tax numbers of people (modulus 11)",
        example: "8071592153",
        passes: |it| {
            number::<10>(it).is_some_and(|it| {
                it[0] == 8 && weighted(&it, &[1, 2, 3, 4, 5, 6, 7, 8, 9]) % 11 == it[9]
            })
        },
    },
    Checksum {
        name: "lv-personas-kods",
        about: "Latvian personal codes (modulus 11)",
        example: "161175-19997",
        passes: |it| number::<11>(it).is_some_and(|it| lv_code(&it)),
    },
    Checksum {
        name: "pl-pesel",
        about: "Polish population register numbers (modulus 10)",
        example: "44051401359",
        passes: |it| number::<11>(it).is_some_and(|it| pl_pesel(&it)),
    },
    Checksum {
        name: "pl-nip",
        about: "Polish tax numbers (modulus 11)",
        example: "856-734-62-15",
        passes: |it| number::<10>(it).is_some_and(|it| pl_nip(&it)),
    },
    Checksum {
        name: "pl-regon",
        about: "Polish business numbers (modulus 11)",
        example: "192598184",
        passes: |it| only_digits(it).is_some_and(|it| pl_regon(&it)),
    },
    Checksum {
        name: "ro-cnp",
        about: "Romanian personal numbers (modulus 11)",
        example: "1630615123457",
        passes: |it| number::<13>(it).is_some_and(|it| ro_cnp(&it)),
    },
    Checksum {
        name: "emso",
        about: "master citizen numbers of Slovenia and former Yugoslavia (modulus 11)",
        example: "0101006500006",
        passes: |it| number::<13>(it).is_some_and(|it| emso(&it)),
    },
    Checksum {
        name: "ua-rntrc",
        about: "Ukrainian tax numbers of people (modulus 11)",
        example: "1759013776",
        passes: |it| number::<10>(it).is_some_and(|it| ua_rntrc(&it)),
    },
    Checksum {
        name: "ru-inn",
        about: "Russian tax numbers (modulus 11)",
        example: "7827004526",
        passes: |it| only_digits(it).is_some_and(|it| ru_inn(&it)),
    },
    Checksum {
        name: "ru-snils",
        about: "Russian pension insurance numbers (modulus 101)",
        example: "112-233-445 95",
        passes: |it| number::<11>(it).is_some_and(|it| ru_snils(&it)),
    },
];

/// The month tells the century.
pub(super) fn bg_egn(digits: &[u32; 10]) -> bool {
    let (year, month, day) = (small(&digits[..2]), small(&digits[2..4]), small(&digits[4..6]));
    let (century, month) = match month {
        41.. => (2000, month - 40),
        21.. => (1800, month - 20),
        _ => (1900, month),
    };
    let sum = weighted(digits, &[2, 4, 8, 5, 10, 9, 7, 3, 6]);
    is_birth(century + year, month, day) && sum % 11 % 10 == digits[9]
}

/// Nine digits until 1953, without a check digit; then ten, divisible by 11. Women add 50 to the
/// month; 20 more is added where the numbers of a day are used up.
pub(super) fn birth_number(digits: &[u32]) -> Option<bool> {
    let (year, month, day) =
        (small(digits.get(..2)?), small(digits.get(2..4)?), small(digits.get(4..6)?));
    let month = if month > 50 { month - 50 } else { month };
    let (year, summed) = match digits.len() {
        9 if year >= 80 => (1800 + year, true),
        9 => (1900 + year, year < 54),
        10 => {
            let century = if year < 54 { 2000 } else { 1900 };
            let check = decimal(digits.get(..9)?) % 11 % 10;
            (century + year, u64::from(*digits.get(9)?) == check)
        }
        _ => return None,
    };
    let month = if month > 20 && year >= 2004 { month - 20 } else { month };
    Some(summed && is_birth(year, month, day))
}

/// The first digit tells sex and century; the second weights are for a remainder of 10.
fn baltic(digits: &[u32; 11]) -> bool {
    let century = match digits[0] {
        1 | 2 => 1800,
        3 | 4 => 1900,
        5 | 6 => 2000,
        _ => return false,
    };
    let first = weighted(digits, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11;
    let second = weighted(digits, &[3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11 % 10;
    let check = if first < 10 { first } else { second };
    let year = century + small(&digits[1..3]);
    is_birth(year, small(&digits[3..5]), small(&digits[5..7])) && check == digits[10]
}

/// Codes given since 2017 begin with 32 and tell no day.
pub(super) fn lv_code(digits: &[u32; 11]) -> bool {
    let (day, month, year) = (small(&digits[..2]), small(&digits[2..4]), small(&digits[4..6]));
    let century = [1800, 1900, 2000].into_iter().nth(usize::try_from(digits[6]).unwrap_or(9));
    let dated = century.is_some_and(|it| is_birth(it + year, month, day));
    let sum = 1 + weighted(digits, &[10, 5, 8, 4, 2, 1, 6, 3, 7, 9]);
    (dated || day == 32) && sum % 11 % 10 == digits[10]
}

/// The month tells the century.
fn pl_pesel(digits: &[u32; 11]) -> bool {
    let (year, month, day) = (small(&digits[..2]), small(&digits[2..4]), small(&digits[4..6]));
    let (century, month) = match month {
        81.. => (1800, month - 80),
        41.. => return false,
        21.. => (2000, month - 20),
        _ => (1900, month),
    };
    let check = ten(weighted(digits, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3]));
    is_birth(century + year, month, day) && check == digits[10]
}

pub(super) fn pl_nip(digits: &[u32; 10]) -> bool {
    !repeated(digits) && weighted(digits, &[6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 == digits[9]
}

/// Nine digits, or fourteen for a branch.
fn pl_regon(digits: &[u32]) -> bool {
    let right = |weights: &[u32], at: usize| {
        digits.get(at).is_some_and(|it| weighted(digits, weights) % 11 % 10 == *it)
    };
    let short = right(&[8, 9, 2, 3, 4, 5, 6, 7], 8) && !repeated(digits);
    match digits.len() {
        9 => short,
        14 => short && right(&[2, 4, 8, 5, 0, 9, 7, 3, 6, 1, 2, 4, 8], 13),
        _ => false,
    }
}

pub(super) fn ro_cnp(digits: &[u32; 13]) -> bool {
    let century = match digits[0] {
        1 | 2 | 7 | 8 | 9 => 1900,
        3 | 4 => 1800,
        5 | 6 => 2000,
        _ => return false,
    };
    let year = century + small(&digits[1..3]);
    let county = small(&digits[7..9]);
    let known = matches!(county, 1..=48 | 51..=52 | 70 | 80..=83);
    let remainder = weighted(digits, &[2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
    let check = if remainder == 10 { 1 } else { remainder };
    known && is_birth(year, small(&digits[3..5]), small(&digits[5..7])) && check == digits[12]
}

/// Three digits of the year.
fn emso(digits: &[u32; 13]) -> bool {
    let year = small(&digits[4..7]);
    let year = if year < 800 { 2000 + year } else { 1000 + year };
    let sum = weighted(digits, &[7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]);
    is_birth(year, small(&digits[2..4]), small(&digits[..2])) && eleven(sum) == Some(digits[12])
}

fn ua_rntrc(digits: &[u32; 10]) -> bool {
    // The first weight is -1: 10 is the same by modulus 11.
    let sum = weighted(digits, &[10, 5, 7, 9, 4, 6, 10, 5, 7]);
    !repeated(digits) && sum % 11 % 10 == digits[9]
}

/// Ten digits for companies, twelve for people.
fn ru_inn(digits: &[u32]) -> bool {
    let right = |weights: &[u32], at: usize| {
        digits.get(at).is_some_and(|it| weighted(digits, weights) % 11 % 10 == *it)
    };
    let summed = match digits.len() {
        10 => right(&[2, 4, 10, 3, 5, 9, 4, 6, 8], 9),
        12 => {
            right(&[7, 2, 4, 10, 3, 5, 9, 4, 6, 8], 10)
                && right(&[3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8], 11)
        }
        _ => false,
    };
    summed && !repeated(digits)
}

fn ru_snils(digits: &[u32; 11]) -> bool {
    let check = weighted(digits, &[9, 8, 7, 6, 5, 4, 3, 2, 1]) % 101 % 100;
    !repeated(digits) && check == small(&digits[9..])
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    #[test]
    fn cases() {
        check("bg-egn", &["8001010008", "7523169263"], &["8019010008", "8001010007"]);
        check("cz-rc", &["7103192745", "991231123", "530312/123"], &["1103492745", "7103192746"]);
        check("hr-oib", &["33392005961"], &["33392005962", "00000000000"]);
        check("isikukood", &["61205010081", "38703181745"], &["36805280108", "36813280109"]);
        check("hu-taj", &["111111110"], &["111111111", "000000000"]);
        check("hu-tax-id", &["8071592153"], &["8071592152", "7071592153"]);
        check("lv-personas-kods", &["16117519997"], &["161375-19997", "328673-00677"]);
        check("pl-pesel", &["44051401359", "02070803628"], &["44051401358", "02381307589"]);
        check("pl-nip", &["8567346215"], &["8567346216", "0000000000"]);
        check("pl-regon", &["12345678512347"], &["192598183", "12345678612342"]);
        check("ro-cnp", &["1630615123457"], &["1630615993454", "1632215123457", "1630615123458"]);
        check("emso", &["1508995500237", "2902932505526"], &["3202006500008", "0101006500007"]);
        check("ua-rntrc", &["1759013776"], &["1759013770"]);
        check("ru-inn", &["123456789047"], &["1234567890", "0000000000"]);
        check("ru-snils", &["11223344595"], &["112-233-445 96"]);
    }
}
