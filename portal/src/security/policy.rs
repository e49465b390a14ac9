//! What a password must be: long, not common, not about the person.
//!
//! # Standards
//!
//! NIST SP 800-63B-4 and OWASP ASVS 5.0, 6.2: fifteen characters where the password is the only
//! factor, no rules of composition, a list of what attackers try first, and the words of the
//! context. Length is counted in characters; nothing is cut or normalised.

use std::collections::BTreeSet;
use std::sync::LazyLock;

/// The fewest characters of a password.
pub(crate) const PASSWORD_CHARS_MIN: usize = 15;
/// The most characters of a password.
pub(crate) const PASSWORD_CHARS_MAX: usize = vault::password::PASSWORD_CHARS_MAX;

/// Words that passwords are commonly made of, one a line, in lower case.
static COMMON: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| {
    include_str!("common-passwords.txt")
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect()
});

/// Rows of keys and runs of letters that a finger or a habit follows.
const RUNS: [&str; 6] = [
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "1234567890",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
];
/// A run of at least so many characters counts as one common word.
const RUN_CHARS_MIN: usize = 4;
/// The longest common word.
const WORD_CHARS_MAX: usize = 24;
/// A password needs so many different characters.
const DIFFERENT_CHARS_MIN: usize = 5;
/// A password made of common words alone needs so many different ones.
const DIFFERENT_WORDS_MIN: usize = 5;
/// The shortest word of the context that counts.
const CONTEXT_CHARS_MIN: usize = 3;
/// What must be left of a password without the words of its context.
const OWN_CHARS_MIN: usize = 8;

/// Which rules a password meets.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Verdict {
    /// At least [`PASSWORD_CHARS_MIN`] characters, at most [`PASSWORD_CHARS_MAX`].
    pub(crate) long_enough: bool,
    /// Not one that attackers try first.
    pub(crate) uncommon: bool,
    /// Not made of names, the address or the organisation.
    pub(crate) impersonal: bool,
}

/// Judges a password; the context is names, the address, the organisation.
pub(crate) fn judge(password: &str, context: &[&str]) -> Verdict {
    let length = password.chars().count();
    Verdict {
        long_enough: (PASSWORD_CHARS_MIN..=PASSWORD_CHARS_MAX).contains(&length),
        uncommon: !is_common(password),
        impersonal: is_impersonal(password, context),
    }
}

/// Whether it is few characters over and over, or a few common words and runs strung together.
fn is_common(password: &str) -> bool {
    let letters: Vec<char> = plain_letters(password);
    let different: BTreeSet<char> = letters.iter().copied().collect();
    if different.len() < DIFFERENT_CHARS_MIN {
        return true;
    }
    let mut words = BTreeSet::new();
    let mut rest = letters.as_slice();
    while !rest.is_empty() {
        let Some(length) = common_prefix(rest) else { return false };
        let (word, after) = rest.split_at_checked(length).unwrap_or((rest, &[]));
        words.insert(word);
        rest = after;
    }
    words.len() < DIFFERENT_WORDS_MIN
}

/// Lower case, without punctuation and spaces, and with the usual look-alikes undone.
fn plain_letters(password: &str) -> Vec<char> {
    password
        .chars()
        .flat_map(char::to_lowercase)
        .filter_map(|c| match c {
            '@' => Some('a'),
            '$' => Some('s'),
            c if c.is_alphanumeric() => Some(c),
            _ => None,
        })
        .collect()
}

/// How long the common word or run at the start is.
fn common_prefix(letters: &[char]) -> Option<usize> {
    let word = (2..=letters.len().min(WORD_CHARS_MAX)).rev().find(|length| {
        let plain: String = letters.iter().take(*length).collect();
        COMMON.contains(plain.as_str()) || COMMON.contains(undisguised(&plain).as_str())
    });
    let run = run_length(letters);
    let repeat = letters.iter().take_while(|c| Some(*c) == letters.first()).count();
    let digits = letters.iter().take_while(|c| c.is_ascii_digit()).count();
    [word.unwrap_or(0), run, repeat, digits].into_iter().max().filter(|it| *it > 1 || digits == 1)
}

/// `p4ssw0rd` as `password`.
fn undisguised(word: &str) -> String {
    word.chars()
        .map(|c| match c {
            '0' => 'o',
            '1' => 'i',
            '3' => 'e',
            '4' => 'a',
            '5' => 's',
            '7' => 't',
            c => c,
        })
        .collect()
}

/// How many characters at the start follow one of the runs, forwards or backwards.
fn run_length(letters: &[char]) -> usize {
    let best = RUNS
        .iter()
        .flat_map(|run| [run.chars().collect::<Vec<_>>(), run.chars().rev().collect()])
        .map(|run| {
            let Some(start) = run.iter().position(|c| Some(c) == letters.first()) else { return 0 };
            run.iter().cycle().skip(start).zip(letters).take_while(|(a, b)| a == b).count()
        })
        .max()
        .unwrap_or(0);
    if best >= RUN_CHARS_MIN { best } else { 0 }
}

/// Whether enough is left when the words of the context are taken out.
fn is_impersonal(password: &str, context: &[&str]) -> bool {
    let folded = password.to_lowercase();
    let mut words: Vec<String> = context
        .iter()
        .flat_map(|phrase| phrase.split(|c: char| !c.is_alphanumeric()))
        .map(str::to_lowercase)
        .filter(|word| word.chars().count() >= CONTEXT_CHARS_MIN)
        .collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let left = words.iter().fold(folded.clone(), |left, word| left.replace(word.as_str(), ""));
    let counted = left.chars().filter(|c| c.is_alphabetic()).count();
    left == folded || counted >= OWN_CHARS_MIN
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(password: &str, expected: [bool; 3]) {
        let context = ["Marian", "Osei", "m.osei@harbourlegal.example", "Northshire Council"];
        let verdict = judge(password, &context);
        let found = [verdict.long_enough, verdict.uncommon, verdict.impersonal];
        assert_eq!(found, expected, "{password}");
    }

    #[test]
    fn a_sentence_of_ones_own_is_good() {
        check("seven otters knit quietly", [true, true, true]);
        check("Der Dackel frisst Radieschen", [true, true, true]);

        check("kF9$wz!Qm2rTbx7#", [true, true, true]);
        check("ключ от старого сарая", [true, true, true]);
    }

    #[test]
    fn length_counts_characters() {
        check("fourteen chars", [false, true, true]);
        check("größer als zehn", [true, true, true]);
        check(&"otter quilt ".repeat(22), [false, true, true]);
    }

    #[test]
    fn what_attackers_try_first_is_common() {
        for common in [
            "passwordpassword",
            "correct horse battery staple",
            "Password1234567",
            "P4ssw0rdP4ssw0rd!",
            "qwertyuiopasdfgh",
            "123456789012345",
            "aaaaaaaaaaaaaaaaaa",
            "abcabcabcabcabcabc",
            "letmeinletmein2024",
            "Welcome to summer 2025",
            "1qaz2wsx3edc4rfv",
            "iloveyouiloveyou",
            "zyxwvutsrqponmlk",
        ] {
            check(common, [true, false, true]);
        }
    }

    #[test]
    fn what_is_known_of_a_person_is_no_secret() {
        check("Marian Osei 1979!", [true, true, false]);
        check("harbourlegal.example", [true, true, false]);
        check("northshire-council-2026", [true, true, false]);
        check("Marian keeps seven brown otters", [true, true, true]);
    }
}
