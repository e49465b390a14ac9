//! What sheets print above and below their cells.

/// A header or footer without what sets its looks: the sections of it on lines of their own.
///
/// # Source
///
/// ECMA-376 part 1 section 18.3.1.46.
pub(super) fn without_codes(text: &str) -> String {
    /// Figures of a size.
    const SIZE_FIGURES_MAX: usize = 3;
    const COLOUR_CHARACTERS: usize = 6;
    let mut plain = String::new();
    let characters: Vec<char> = text.chars().collect();
    let mut rest = characters.as_slice();
    while let [first, behind @ ..] = rest {
        rest = behind;
        if *first != '&' {
            plain.push(*first);
            continue;
        }
        let [code, behind @ ..] = rest else { break };
        let skip = |count: usize| behind.get(count..).unwrap_or_default();
        rest = match code {
            '&' => {
                plain.push('&');
                behind
            }
            '"' => skip(behind.iter().position(|it| *it == '"').map_or(behind.len(), |it| it + 1)),
            'K' | 'k' => skip(COLOUR_CHARACTERS),
            'L' | 'C' | 'R' | 'l' | 'c' | 'r' => {
                plain.push('\n');
                behind
            }
            '0'..='9' => {
                let figures = behind.iter().take_while(|it| it.is_ascii_digit()).count();
                skip(figures.min(SIZE_FIGURES_MAX - 1))
            }
            _ => behind,
        };
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_headers() {
        for (text, plain) in [
            ("&Lzeb&B&Bra-mar&10ker", "\nzebra-marker"),
            ("&\"Arial,Bold\"&K00FF00a&&b", "a&b"),
            ("&1234567", "4567"),
            ("a&", "a"),
        ] {
            assert_eq!(without_codes(text), plain, "{text}");
        }
    }
}
