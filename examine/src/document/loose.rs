//! Words that stand loose in binary octets.

/// Characters of a run that counts as a word.
const RUN_MIN: usize = 4;

/// Runs of printable characters, of one octet or of two, one a line.
pub(super) fn words(octets: &[u8]) -> String {
    let mut words = String::new();
    let narrow = octets.iter().map(|it| Some(char::from(*it)).filter(char::is_ascii));
    runs(narrow, &mut words);
    for start in [0, 1] {
        let (pairs, _) = octets.get(start..).unwrap_or_default().as_chunks::<2>();
        runs(pairs.iter().map(|it| wide(u16::from_le_bytes(*it))), &mut words);
    }
    words
}

/// A character as words of machines have them.
fn wide(unit: u16) -> Option<char> {
    const LATIN_END: u16 = 0x250;
    (unit < LATIN_END).then(|| char::from_u32(u32::from(unit))).flatten()
}

fn runs(characters: impl Iterator<Item = Option<char>>, words: &mut String) {
    let mut run = String::new();
    for character in characters.chain([None]) {
        match character.filter(|it| !it.is_control()) {
            Some(character) => run.push(character),
            None => {
                if RUN_MIN <= run.chars().count() {
                    words.push_str(&run);
                    words.push('\n');
                }
                run.clear();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_both_widths() {
        assert_eq!(words(b"\x01name\x02abc\x02a\0b\0c\0d\0\0"), "name\nabcd\n");
    }
}
