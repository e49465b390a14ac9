//! Field codes of word processors, as far as a code makes text by itself.
//!
//! # Source
//!
//! ECMA-376 part 1 section 17.16.5.

/// What a field code shows that stands nowhere else.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Made {
    Text(String),
    /// Something that only the program can tell.
    Unknown,
}

/// What a field code shows by itself; none where its result is what is shown.
pub(super) fn made(code: &str) -> Option<Made> {
    let code = code.trim();
    let (name, rest) = code.split_once(char::is_whitespace).unwrap_or((code, ""));
    match name.to_ascii_uppercase().as_str() {
        "SYMBOL" => symbol(rest).map(|it| Made::Text(it.to_string())),
        "EQ" => rest.contains(|it: char| it.is_alphanumeric()).then_some(Made::Unknown),
        // The name of the macro or the place, then what is shown.
        "GOTOBUTTON" | "MACROBUTTON" => {
            let shown = rest.trim_start().split_once(char::is_whitespace)?.1.trim();
            (!shown.is_empty()).then(|| Made::Text(shown.to_owned()))
        }
        _ => None,
    }
}

/// The character of a number, or the character that stands there itself.
fn symbol(rest: &str) -> Option<char> {
    let word = rest.split_whitespace().next()?;
    let lower = word.to_ascii_lowercase();
    let number = match lower.strip_prefix("0x") {
        Some(figures) => u32::from_str_radix(figures, 16).ok(),
        None => lower.parse().ok(),
    };
    match number {
        Some(number) => char::from_u32(number),
        None => word.chars().next(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_that_make_text() {
        let text = |it: &str| Some(Made::Text(it.to_owned()));
        for (code, expected) in [
            (" SYMBOL 122 \\f \"Arial\" ", text("z")),
            ("symbol 0x7A", text("z")),
            ("SYMBOL 4000000000", None),
            ("EQ \\s(z)", Some(Made::Unknown)),
            ("MACROBUTTON None [click here]", text("[click here]")),
            ("HYPERLINK \"http://x.example\"", None),
            ("", None),
        ] {
            assert_eq!(made(code), expected, "{code}");
        }
    }
}
