//! Identifiers of securities and of those who issue them.
//!
//! # Standards
//!
//! ISO 6166 (ISIN), ANSI X9.6 (CUSIP), the London Stock Exchange's SEDOL Masterfile, ISO 17442 (LEI,
//! MOD 97-10 of ISO 7064), ANSI X9.145 (FIGI).

use super::{
    Checksum,
    arithmetic::{characters, luhn, mod_97, ten, weighted, worth},
    country,
};

/// The checks of this family.
pub(super) const CHECKSUMS: &[Checksum] = &[
    Checksum {
        name: "isin",
        about: "international securities identification numbers (Luhn over letters)",
        example: "US0378331005",
        passes: |it| isin(it) == Some(true),
    },
    Checksum {
        name: "cusip",
        about: "North American securities numbers (modulus 10)",
        example: "037833100",
        passes: |it| cusip(it) == Some(true),
    },
    Checksum {
        name: "sedol",
        about: "British securities numbers (modulus 10)",
        example: "0263494",
        passes: |it| sedol(it) == Some(true),
    },
    Checksum {
        name: "lei",
        about: "legal entity identifiers (MOD 97-10)",
        example: "213800KUD8LAJWSQ9D15",
        passes: |it| lei(it) == Some(true),
    },
    Checksum {
        name: "figi",
        about: "financial instrument global identifiers (Luhn over letters)",
        example: "BBG000BLNNH6",
        passes: |it| figi(it) == Some(true),
    },
];

/// Prefixes that are no country: of agencies and of securities of many countries.
const ISIN_PREFIXES: [&str; 12] =
    ["AN", "EU", "EZ", "QS", "QT", "QW", "XA", "XB", "XC", "XD", "XF", "XS"];

fn isin(value: &str) -> Option<bool> {
    let all = characters::<12>(value)?;
    let prefix = String::from_iter(&all[..2]);
    let digits: Vec<u32> = all
        .iter()
        .filter_map(|it| worth(*it))
        .flat_map(|it| if it > 9 { vec![it / 10, it % 10] } else { vec![it] })
        .collect();
    let issued = country::is_known(&prefix) || ISIN_PREFIXES.contains(&prefix.as_str());
    Some(issued && all[11].is_ascii_digit() && luhn(&digits))
}

/// `*`, `@` and `#` are worth 36 to 38 and stand in numbers of private placements.
fn cusip(value: &str) -> Option<bool> {
    let kept: Vec<char> =
        value.chars().filter(|it| it.is_ascii_alphanumeric() || "*@#".contains(*it)).collect();
    let all: [char; 9] = kept.try_into().ok()?;
    let worths = all.iter().map(|it| match it {
        '*' => Some(36),
        '@' => Some(37),
        '#' => Some(38),
        other => worth(*other),
    });
    let worths: Vec<u32> = worths.collect::<Option<_>>()?;
    let (check, body) = worths.split_last()?;
    let doubled = |(at, it): (usize, &u32)| if at % 2 == 1 { it * 2 } else { *it };
    let sum: u32 = body.iter().enumerate().map(doubled).map(|it| it / 10 + it % 10).sum();
    Some(all[8].is_ascii_digit() && sum > 0 && ten(sum) == *check)
}

/// No vowels; numbers from before 2004 are digits alone.
fn sedol(value: &str) -> Option<bool> {
    let all = characters::<7>(value)?;
    let vowels = all.iter().any(|it| "AEIOU".contains(*it));
    let old = all[0].is_ascii_digit() && !all.iter().all(char::is_ascii_digit);
    let worths: Vec<u32> = all.iter().filter_map(|it| worth(*it)).collect();
    let (check, body) = worths.split_last()?;
    let sum = weighted(body, &[1, 3, 1, 7, 3, 9]);
    Some(!vowels && !old && sum > 0 && all[6].is_ascii_digit() && ten(sum) == *check)
}

fn lei(value: &str) -> Option<bool> {
    let all = characters::<20>(value)?;
    Some(all[18..].iter().all(char::is_ascii_digit) && mod_97(all) == 1)
}

/// A provider, `G`, eight signs without vowels and a check digit.
fn figi(value: &str) -> Option<bool> {
    let all = characters::<12>(value)?;
    let prefix = String::from_iter(&all[..2]);
    let vowels = all.iter().any(|it| "AEIOU".contains(*it));
    let taken = ["BS", "BM", "GG", "GB", "GH", "KY", "VG"].contains(&prefix.as_str());
    let lettered = all[..3].iter().all(char::is_ascii_alphabetic);
    let worths: Vec<u32> = all.iter().filter_map(|it| worth(*it)).collect();
    let (check, body) = worths.split_last()?;
    let doubled = |(at, it): (usize, &u32)| if at % 2 == 1 { it * 2 } else { *it };
    let sum: u32 = body.iter().enumerate().map(doubled).map(|it| it / 10 + it % 10).sum();
    Some(!vowels && !taken && lettered && all[2] == 'G' && ten(sum) == *check)
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    #[test]
    fn cases() {
        check("isin", &["GB0002634946", "us0378331005"], &["US0378331006", "ZZ0378331005"]);
        check("cusip", &["00758M261", "837649128"], &["DUS0421CN", "837649129"]);
        check("sedol", &["0263494", "B1F3M59"], &["BO7MXC9", "0263495", "9123A58"]);
        check("lei", &["0YPKKE5F0QW6RC51HE09"], &["0YPKKE5F0QW6RC51HE08"]);
        check("figi", &["BBG0000BYL37"], &["B2G000BLNR78", "BSG000BLNR71", "BBG0000BYL38"]);
    }
}
