//! One line of a dictionary: `weight text`, `weight regex …`, and their like.

/// A line that says something.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Entry {
    /// 1-based line in the dictionary.
    pub(crate) line: usize,
    /// Points of an occurrence.
    pub(crate) weight: i64,
    /// The most that the line adds to the score.
    pub(crate) points_max: Option<u32>,
    /// The examination does not activate without it.
    pub(crate) required: bool,
    /// It speaks against.
    pub(crate) excluded: bool,
    pub(crate) sought: Sought,
}

/// What a line looks for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Sought {
    /// A number of a payment card that fits the expression.
    Card(String),
    /// Another dictionary, by what it is called.
    Dictionary(String),
    Expression(String),
    /// A whole document, by its digest.
    Hash(String),
    Text(String),
}

/// Reads a line; nothing for an empty one or a comment.
///
/// # Errors
///
/// Why it is not understood.
pub(crate) fn read(number: usize, line: &str) -> Result<Option<Entry>, &'static str> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return Ok(None);
    }
    let (weight, rest) =
        weight(line).ok_or("a line begins with its weight, such as `4 \"Project X\"`")?;
    let (points_max, mut rest) = match rest.strip_prefix(':') {
        Some(rest) => {
            let (points, rest) = number_of(rest.trim_start())
                .ok_or("after `:` stands the highest score of the line")?;
            (Some(points), rest)
        }
        None => (None, rest),
    };
    let (mut required, mut excluded) = (false, false);
    loop {
        let (word, after) = word(rest);
        match word {
            "required" if !after.is_empty() => required = true,
            "exclude" | "excluded" if !after.is_empty() => excluded = true,
            _ => break,
        }
        rest = after;
    }
    if required && excluded {
        return Err("a line is required or excludes, not both");
    }
    let sought = sought(rest.trim())?;
    Ok(Some(Entry { line: number, weight, points_max, required, excluded, sought }))
}

fn sought(rest: &str) -> Result<Sought, &'static str> {
    let (word, after) = word(rest);
    let kind = word.split(',').next().unwrap_or_default();
    if kind == "regex" && !after.is_empty() {
        let options: Vec<&str> = word.split(',').skip(1).collect();
        return match options.as_slice() {
            [] => Ok(Sought::Expression(after.to_owned())),
            ["cardnumber"] => Ok(Sought::Card(after.to_owned())),
            _ => Err("this option of `regex` is not known; `cardnumber` is"),
        };
    }
    match word {
        "hash" if !after.is_empty() => Ok(Sought::Hash(after.to_owned())),
        "dictionary" if !after.is_empty() => {
            Ok(Sought::Dictionary(quoted(after).unwrap_or_else(|_| after.to_owned())))
        }
        _ => quoted(rest).map(Sought::Text),
    }
}

/// A text in quotes of any kind, or without.
fn quoted(text: &str) -> Result<String, &'static str> {
    const QUOTES: [char; 4] = ['"', '\u{201C}', '\u{201D}', '\u{201E}'];
    let Some(inner) = text.strip_prefix(QUOTES) else {
        if text.is_empty() {
            return Err("nothing to look for stands after the weight");
        }
        if text.contains(QUOTES) || OPERATORS.iter().any(|it| text.contains(it)) {
            return Err("operators between texts, such as AND or NEAR, are not known here");
        }
        return Ok(text.to_owned());
    };
    let Some((inner, after)) = inner.split_once(QUOTES) else {
        return Err("this text is not closed with a quote");
    };
    if inner.trim().is_empty() {
        return Err("there is nothing between the quotes");
    }
    if !after.trim().is_empty() && !after.trim_start().starts_with('#') {
        return Err(
            "something follows the quoted text; operators such as AND or NEAR are not known here",
        );
    }
    Ok(inner.to_owned())
}

const OPERATORS: [&str; 4] = [" AND ", " OR ", " NOT ", " NEAR "];

/// The number in front, which may be negative, and what follows it.
fn weight(line: &str) -> Option<(i64, &str)> {
    let (sign, rest) = match line.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, line),
    };
    let (number, rest) = number_of(rest)?;
    let ends = rest.is_empty() || rest.starts_with([' ', '\t', ':', '"', '\u{201C}']);
    ends.then(|| (i64::from(number).saturating_mul(sign), rest.trim_start()))
}

fn number_of(text: &str) -> Option<(u32, &str)> {
    let end = text.find(|it: char| !it.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(end)?;
    Some((digits.parse().ok()?, rest))
}

/// The first word, in small letters where it is one of ours, and what follows.
fn word(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    text.split_once([' ', '\t']).map_or((text, ""), |(word, rest)| (word, rest.trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(line: &str) -> Entry {
        read(1, line).unwrap().unwrap()
    }

    #[test]
    fn every_form_is_read() {
        assert_eq!(
            entry("4 \"Company Confidential\"").sought,
            Sought::Text("Company Confidential".into())
        );
        assert_eq!(
            entry("4 \u{201C}Project X\u{201D} # note").sought,
            Sought::Text("Project X".into())
        );
        assert_eq!(entry("2 plain words").sought, Sought::Text("plain words".into()));
        let capped = entry("4:12 required \"Project X\"");
        assert_eq!((capped.weight, capped.points_max, capped.required), (4, Some(12), true));
        assert!(entry("1 exclude \"Tax exemption\"").excluded);
        assert_eq!(
            entry("10 regex 4[0-9]{12} x").sought,
            Sought::Expression("4[0-9]{12} x".into())
        );
        assert_eq!(entry("1 regex,cardnumber \\d{16}").sought, Sought::Card("\\d{16}".into()));
        assert_eq!(
            entry("1 hash 9EBD Confidential.PDF").sought,
            Sought::Hash("9EBD Confidential.PDF".into())
        );
        assert_eq!(
            entry("3 dictionary \"Drug names\"").sought,
            Sought::Dictionary("Drug names".into())
        );
        assert_eq!(entry("-5 \"newsletter\"").weight, -5);
        assert_eq!(entry("5 regex").sought, Sought::Text("regex".into()));
        assert_eq!(read(1, "  # comment"), Ok(None));
        assert_eq!(read(1, ""), Ok(None));
    }

    #[test]
    fn what_is_not_understood_is_told() {
        for line in [
            "confidential",
            "4",
            "4 \"\"",
            "4 \"open",
            "4 \"a\" AND \"b\"",
            "4 a NEAR b",
            "4x a",
            "4: a",
            "99999999999 a",
            "1 regex,other a",
            "1 required exclude a",
        ] {
            assert!(read(1, line).is_err(), "{line}");
        }
    }
}
