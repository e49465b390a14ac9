//! Numbers that are digits alone.

use super::super::{
    arithmetic::{
        decimal, eleven, luhn, mod_11_10, number, only_digits, repeated, small, weighted,
    },
    eastern::{bg_egn, birth_number, lv_code, pl_nip, ro_cnp},
    southern::pt_nif,
};

/// Ten digits; older numbers are written without the first, a zero.
pub(super) fn be(own: &str) -> Option<bool> {
    let digits = match own.len() {
        9 => number::<10>(&format!("0{own}")),
        _ => number::<10>(own),
    }?;
    let (body, check) = (decimal(&digits[..8]), decimal(&digits[8..]));
    Some(digits[0] <= 1 && body > 0 && 97 - body % 97 == check)
}

/// Nine digits of a company; ten of a citizen, a foreigner or another person.
pub(super) fn bg(own: &str) -> Option<bool> {
    if let Some(digits) = number::<9>(own) {
        let first = weighted(&digits, &[1, 2, 3, 4, 5, 6, 7, 8]) % 11;
        let second = weighted(&digits, &[3, 4, 5, 6, 7, 8, 9, 10]) % 11 % 10;
        return Some((if first < 10 { first } else { second }) == digits[8] && !repeated(&digits));
    }
    let digits = number::<10>(own)?;
    let foreigner = weighted(&digits, &[21, 19, 17, 13, 11, 9, 7, 3, 1]) % 10 == digits[9];
    let other = eleven(weighted(&digits, &[4, 3, 2, 7, 6, 5, 4, 3, 2])) == Some(digits[9]);
    Some(!repeated(&digits) && (bg_egn(&digits) || foreigner || other))
}

/// Eight digits of a company; birth numbers of people, or nine digits that begin with 6.
pub(super) fn cz(own: &str) -> Option<bool> {
    let digits = only_digits(own)?;
    match digits[..] {
        [first, .., check] if digits.len() == 8 => {
            let sum = weighted(&digits, &[8, 7, 6, 5, 4, 3, 2]);
            Some(first < 9 && (11 - sum % 11) % 10 == check)
        }
        [6, ref rest @ .., check] if digits.len() == 9 => {
            let above = 11 - weighted(rest, &[8, 7, 6, 5, 4, 3, 2]) % 11;
            Some((if above < 10 { 9 - above } else { 19 - above }) == check)
        }
        _ => birth_number(&digits),
    }
}

pub(super) fn de(own: &str) -> Option<bool> {
    let digits = number::<9>(own)?;
    Some(digits[0] > 0 && mod_11_10(&digits))
}

pub(super) fn dk(own: &str) -> Option<bool> {
    let digits = number::<8>(own)?;
    Some(digits[0] > 0 && weighted(&digits, &[2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11))
}

pub(super) fn ee(own: &str) -> Option<bool> {
    let digits = number::<9>(own)?;
    let sum = weighted(&digits, &[3, 7, 1, 3, 7, 1, 3, 7, 1]);
    Some(!repeated(&digits) && sum.is_multiple_of(10))
}

/// Nine digits; older numbers are written without the first, a zero.
pub(super) fn el(own: &str) -> Option<bool> {
    let digits = match own.len() {
        8 => number::<9>(&format!("0{own}")),
        _ => number::<9>(own),
    }?;
    let check = weighted(&digits, &[256, 128, 64, 32, 16, 8, 4, 2]) % 11 % 10;
    Some(!repeated(&digits) && check == digits[8])
}

pub(super) fn fi(own: &str) -> Option<bool> {
    let digits = number::<8>(own)?;
    let sum = weighted(&digits, &[7, 9, 10, 5, 8, 4, 2, 1]);
    Some(!repeated(&digits) && sum.is_multiple_of(11))
}

/// Nine digits, three more for a branch; government departments and health authorities have five signs.
pub(super) fn gb(own: &str) -> Option<bool> {
    if let Some(department) = own.strip_prefix("GD") {
        return Some(small(&number::<3>(department)?) < 500);
    }
    if let Some(authority) = own.strip_prefix("HA") {
        return Some(small(&number::<3>(authority)?) >= 500);
    }
    let digits = only_digits(own).filter(|it| matches!(it.len(), 9 | 12))?;
    let check = small(digits.get(7..9)?);
    let sum = weighted(digits.get(..7)?, &[8, 7, 6, 5, 4, 3, 2]) + check;
    // Numbers given since 2010 add 55.
    let right = sum.is_multiple_of(97) || (sum + 55).is_multiple_of(97);
    Some(right && check < 97 && digits.iter().any(|it| *it > 0))
}

pub(super) fn hr(own: &str) -> Option<bool> {
    number::<11>(own).map(|it| !repeated(&it) && mod_11_10(&it))
}

pub(super) fn hu(own: &str) -> Option<bool> {
    let digits = number::<8>(own)?;
    let sum = weighted(&digits, &[9, 7, 3, 1, 9, 7, 3, 1]);
    Some(digits[0] > 0 && !repeated(&digits) && sum.is_multiple_of(10))
}

/// After seven digits of the company three of the province's office.
pub(super) fn it(own: &str) -> Option<bool> {
    let digits = number::<11>(own)?;
    let office = small(&digits[7..10]);
    let known = matches!(office, 1..=100 | 120 | 121 | 888 | 999);
    Some(small(&digits[..7]) > 0 && known && luhn(&digits))
}

/// Nine digits, or twelve of those registered for a time; the last but one is a 1.
pub(super) fn lt(own: &str) -> Option<bool> {
    let digits = only_digits(own).filter(|it| matches!(it.len(), 9 | 12))?;
    let [body @ .., check] = digits.as_slice() else { return None };
    let weights = |first: u32| -> Vec<u32> {
        (1..=9).cycle().skip(usize::try_from(first).unwrap_or(0)).take(body.len()).collect()
    };
    let first = weighted(body, &weights(0)) % 11;
    let second = weighted(body, &weights(2)) % 11 % 10;
    Some(body.last() == Some(&1) && (if first < 10 { first } else { second }) == *check)
}

pub(super) fn lu(own: &str) -> Option<bool> {
    let digits = number::<8>(own)?;
    let body = small(&digits[..6]);
    Some(body > 0 && body % 89 == small(&digits[6..]))
}

/// Companies begin above 3; people have their personal code.
pub(super) fn lv(own: &str) -> Option<bool> {
    let digits = number::<11>(own)?;
    if digits[0] <= 3 {
        return Some(lv_code(&digits));
    }
    Some(weighted(&digits, &[9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1]) % 11 == 3)
}

pub(super) fn mt(own: &str) -> Option<bool> {
    let digits = number::<8>(own)?;
    let sum = weighted(&digits, &[3, 4, 6, 7, 8, 9, 10, 1]);
    Some(digits[0] > 0 && sum.is_multiple_of(37))
}

pub(super) fn no(own: &str) -> Option<bool> {
    let digits = number::<9>(own)?;
    let check = eleven(weighted(&digits, &[3, 2, 7, 6, 5, 4, 3, 2]));
    Some(digits[0] > 0 && check == Some(digits[8]))
}

pub(super) fn pl(own: &str) -> Option<bool> {
    number::<10>(own).map(|it| pl_nip(&it))
}

pub(super) fn pt(own: &str) -> Option<bool> {
    number::<9>(own).map(|it| pt_nif(&it))
}

/// Two to ten digits of a company, thirteen of a person.
pub(super) fn ro(own: &str) -> Option<bool> {
    if let Some(person) = number::<13>(own) {
        return Some(ro_cnp(&person));
    }
    let digits = only_digits(own).filter(|it| matches!(it.len(), 2..=10))?;
    let [body @ .., check] = digits.as_slice() else { return None };
    let reversed: Vec<u32> = body.iter().rev().copied().collect();
    let sum = weighted(&reversed, &[2, 3, 5, 7, 1, 2, 3, 5, 7]);
    Some(digits.first() > Some(&0) && sum * 10 % 11 % 10 == *check)
}

/// An organisation's number and two digits, 01 to 94.
pub(super) fn se(own: &str) -> Option<bool> {
    let digits = number::<12>(own)?;
    let last = small(&digits[10..]);
    Some((1..=94).contains(&last) && !repeated(&digits[..10]) && luhn(&digits[..10]))
}

pub(super) fn si(own: &str) -> Option<bool> {
    let digits = number::<8>(own)?;
    let check = match 11 - weighted(&digits, &[8, 7, 6, 5, 4, 3, 2]) % 11 {
        10 => 0,
        other => other,
    };
    Some(digits[0] > 0 && check == digits[7])
}

pub(super) fn sk(own: &str) -> Option<bool> {
    let digits = number::<10>(own)?;
    let third = matches!(digits[2], 2..=4 | 7..=9);
    Some(digits[0] > 0 && third && decimal(&digits).is_multiple_of(11))
}
