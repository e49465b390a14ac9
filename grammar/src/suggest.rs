//! Did you mean: the closest of the words that could have stood there.
//!
//! A word is close when at most a third of its letters differ, so that a suggestion is a misspelling
//! and never a guess.

/// The closest of `candidates` to `word`, the first of equals; none when all are too far.
///
/// ```
/// # use grammar::suggest::closest;
/// assert_eq!(closest("form", ["to", "from"]), Some("from"));
/// assert_eq!(closest("size", ["to", "from"]), None);
/// ```
pub fn closest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let letters = word.chars().count();
    let near = |candidate: &'c str| {
        let far = distance(word, candidate);
        (far.saturating_mul(3) <= letters && far > 0).then_some((far, candidate))
    };
    let mut best: Option<(usize, &'c str)> = None;
    for candidate in candidates {
        if candidate != word && candidate.eq_ignore_ascii_case(word) {
            return Some(candidate);
        }
        let Some((far, candidate)) = near(candidate) else { continue };
        if best.is_none_or(|(least, _)| far < least) {
            best = Some((far, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Whether `found`, as [`closest`] gives it, is the only one that close: `enternal` is as far from
/// `internal` as from `external`, and nobody but the author knows which. What says the opposite is never
/// meant for certain: whoever writes `disallowed` does not mean `allowed`.
pub(crate) fn is_only<'c>(
    word: &str,
    found: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> bool {
    if found.eq_ignore_ascii_case(word) {
        return true;
    }
    if negates(word, found) || negates(found, word) {
        return false;
    }
    let far = distance(word, found);
    candidates.into_iter().all(|other| other == found || far < distance(word, other))
}

/// What turns a word into its opposite.
const NEGATIONS: [&str; 7] = ["dis", "un", "de", "in", "non", "not", "n"];

/// Whether a word is a negation of, or of something close to, another one.
fn negates(word: &str, other: &str) -> bool {
    let is_meant = |rest: &str| {
        let close = distance(rest, other).saturating_mul(3) <= rest.chars().count();
        rest.eq_ignore_ascii_case(other) || !rest.is_empty() && close
    };
    let bare = NEGATIONS.iter().filter(|it| !other.starts_with(**it));
    bare.filter_map(|it| word.strip_prefix(it)).any(is_meant)
}

/// Letters to insert, delete, change, or swap with a neighbour, to get from one word to the other;
/// without end where that is more than a third of the letters by their number alone, so that a word of
/// any length costs little.
fn distance(from: &str, to: &str) -> usize {
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    if from.len().abs_diff(to.len()).saturating_mul(3) > from.len() {
        return usize::MAX;
    }
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    for (row, from_char) in from.iter().enumerate() {
        let mut current = vec![row.saturating_add(1)];
        for (column, to_char) in to.iter().enumerate() {
            let at = |line: &[usize], index: usize| line.get(index).copied().unwrap_or(usize::MAX);
            let change = at(&last, column).saturating_add(usize::from(from_char != to_char));
            let delete = at(&last, column.saturating_add(1)).saturating_add(1);
            let insert = at(&current, column).saturating_add(1);
            let swapped = row > 0
                && column > 0
                && from.get(row.saturating_sub(1)) == Some(to_char)
                && to.get(column.saturating_sub(1)) == Some(from_char);
            let swap = if swapped {
                at(&before_last, column.saturating_sub(1)).saturating_add(1)
            } else {
                usize::MAX
            };
            current.push(change.min(delete).min(insert).min(swap));
        }
        before_last = std::mem::replace(&mut last, current);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{closest, is_only};

    #[test]
    fn a_swap_is_one_step() {
        assert_eq!(closest("thne", ["then", "when"]), Some("then"));
    }

    #[test]
    fn of_two_that_are_as_close_none_is_certain() {
        let people = ["internal", "external"];
        assert_eq!(closest("enternal", people), Some("internal"));
        assert!(!is_only("enternal", "internal", people));
        assert!(is_only("intrnal", "internal", people));
    }

    #[test]
    fn the_opposite_is_never_certain() {
        for (word, found) in [
            ("disallowed", "allowed"),
            ("unclear", "clear"),
            ("deactivates", "activates"),
            ("undeliver", "deliver"),
            ("unavailable", "available"),
            ("unsecured", "secure"),
            ("unreachable", "reachable"),
            ("ever", "never"),
            ("allowed", "disallowed"),
        ] {
            assert!(!is_only(word, found, [found]), "{word}");
        }
        for (word, found) in [
            ("alowed", "allowed"),
            ("unreadble", "unreadable"),
            ("intrnal", "internal"),
            ("neer", "never"),
        ] {
            assert!(is_only(word, found, [found]), "{word}");
        }
    }

    #[test]
    fn a_short_word_is_never_guessed() {
        assert_eq!(closest("fo", ["to", "for"]), None);
    }

    #[test]
    fn the_same_word_is_no_suggestion() {
        assert_eq!(closest("from", ["from"]), None);
    }
}
