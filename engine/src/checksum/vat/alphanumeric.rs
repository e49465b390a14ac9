//! Numbers with letters in them.

use super::super::{
    arithmetic::{
        decimal, eleven, luhn, mod_97, number, small, ten, weighted, weighted_by_digit, worth,
    },
    southern::{es_cif, es_dni, es_nie},
    western::{nl_bsn, pps_letter},
};

/// `U`, seven digits and a check digit.
pub(super) fn at(own: &str) -> Option<bool> {
    let digits = number::<8>(own.strip_prefix('U')?)?;
    let sum = weighted_by_digit(&digits, &[1, 2, 1, 2, 1, 2, 1]);
    Some(ten(sum + 4) == digits[7])
}

/// `E`, nine digits, and in which language the tax is called.
pub(super) fn ch(own: &str) -> Option<bool> {
    let own = own.strip_prefix('E')?;
    let called = ["MWST", "TVA", "IVA", "TPV"].iter().find_map(|it| own.strip_suffix(it));
    let digits = number::<9>(called.unwrap_or(own))?;
    let check = eleven(weighted(&digits, &[5, 4, 3, 2, 7, 6, 5, 4]));
    Some(digits.iter().any(|it| *it > 0) && check == Some(digits[8]))
}

/// Eight digits and a letter; 12 was never given out.
pub(super) fn cy(own: &str) -> Option<bool> {
    let (digits, letter) = own.split_at_checked(8)?;
    let digits = number::<8>(digits)?;
    let odd = |digit: u32| match digit {
        0 => 1,
        1 => 0,
        2 => 5,
        3 => 7,
        4 => 9,
        other => other * 2 + 3,
    };
    let [a, b, c, d, e, f, g, h] = digits;
    let sum = odd(a) + odd(c) + odd(e) + odd(g) + b + d + f + h;
    let check = char::from_digit(sum % 26 + 10, 36)?.to_ascii_uppercase();
    Some(small(&digits[..2]) != 12 && letter.chars().eq([check]))
}

pub(super) fn es(own: &str) -> Option<bool> {
    let person = es_nie(own) == Some(true) || own.len() == 9 && es_dni(own) == Some(true);
    // Minors, residents abroad and foreigners without a number: a letter, seven digits, a letter.
    let special = own.strip_prefix(['K', 'L', 'M']).is_some_and(|it| es_dni(it) == Some(true));
    Some(person || special || es_cif(own) == Some(true))
}

/// Two signs of a key, which may be letters, and the nine digits of the business.
pub(super) fn fr(own: &str) -> Option<bool> {
    let (key, siren) = own.split_at_checked(2)?;
    let digits = number::<9>(siren)?;
    let siren = decimal(&digits);
    // Monaco's have no business number of France.
    let business = siren > 0 && (luhn(&digits) || digits[..3] == [0, 0, 0]);
    if let Some(key) = number::<2>(key) {
        return Some(business && (12 + 3 * (siren % 97)) % 97 == decimal(&key));
    }
    let signs = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    let mut key = key.chars().map(|it| signs.find(it).and_then(|it| u64::try_from(it).ok()));
    let (first, second) = (key.next()??, key.next()??);
    let sum =
        if first < 10 { first * 24 + second } else { first * 34 + second - 90 }.checked_sub(10)?;
    Some(business && (siren + sum / 11 + 1) % 11 == sum % 11)
}

/// Seven digits and one or two letters; before 1992 the second sign was a letter.
pub(super) fn ie(own: &str) -> Option<bool> {
    let (first, rest) = own.split_at_checked(1)?;
    let (second, rest) = rest.split_at_checked(1)?;
    let (digits, letters) = if second.chars().all(|it| it.is_ascii_digit()) {
        let (digits, letters) = own.split_at_checked(7)?;
        (digits.to_owned(), letters)
    } else {
        let (middle, letter) = rest.split_at_checked(5)?;
        (format!("0{middle}{first}"), letter)
    };
    let digits = number::<7>(&digits)?;
    let mut letters = letters.chars();
    let check = letters.next()?;
    let added = match letters.next() {
        None | Some('W') => 0,
        Some(letter @ 'A'..='I') => worth(letter)? - 9,
        Some(_) => return None,
    };
    Some(letters.next().is_none() && pps_letter(&digits, added) == Some(check))
}

/// Nine digits, `B` and two; people's since 2020 are by MOD 97-10 over the whole.
pub(super) fn nl(own: &str) -> Option<bool> {
    let (body, suffix) = own.split_once('B')?;
    let suffix = number::<2>(suffix)?;
    let padded = format!("{body:0>9}");
    let digits = number::<9>(&padded).filter(|_| body.len() >= 7)?;
    let whole = format!("NL{padded}B{}{}", suffix[0], suffix[1]);
    Some(small(&suffix) > 0 && (nl_bsn(&digits) || mod_97(whole.chars()) == 1))
}
