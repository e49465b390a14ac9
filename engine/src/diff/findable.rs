//! What is looked for: whether a dictionary or a pattern finds more or less than before.

use crate::scan::{
    examination::{Findable, Term},
    pattern::Pattern,
};

/// Which way something went.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Shift {
    /// Some is no longer found, nothing new is.
    Less,
    /// Something more is found, nothing is lost.
    More,
    /// Both, or it cannot be told.
    Both,
    /// Less, but for messages in several forms, of which another one may count.
    MostlyLess,
    /// More, but for the same.
    MostlyMore,
}

impl Shift {
    /// For what stops an examination: the other way round.
    pub(super) fn reversed(self) -> Self {
        match self {
            Self::Less => Self::More,
            Self::More => Self::Less,
            Self::Both => Self::Both,
            Self::MostlyLess => Self::MostlyMore,
            Self::MostlyMore => Self::MostlyLess,
        }
    }

    /// As it is where what is counted decides which form of a message counts, and what stops an
    /// examination stands in one form alone.
    pub(super) fn mostly(self) -> Self {
        match self {
            Self::Less | Self::MostlyLess => Self::MostlyLess,
            Self::More | Self::MostlyMore => Self::MostlyMore,
            Self::Both => Self::Both,
        }
    }

    /// By whether a limit that keeps something out went up.
    pub(super) fn of_bound<T: Copy + Ord>(old: T, new: T) -> Option<Self> {
        match old.cmp(&new) {
            std::cmp::Ordering::Less => Some(Self::Less),
            std::cmp::Ordering::Equal => None,
            std::cmp::Ordering::Greater => Some(Self::More),
        }
    }
}

/// One difference.
#[derive(Clone, Debug)]
pub(super) struct Change {
    pub(super) words: String,
    pub(super) shift: Shift,
    /// The text of a dictionary that it is about.
    pub(super) term: Option<String>,
}

/// Terms that are told of one change.
const TERMS_TOLD_MAX: usize = 6;

/// Everything that differs.
pub(super) fn changes(old: &Findable, new: &Findable) -> Vec<Change> {
    if old.patterns.is_empty() != new.patterns.is_empty() {
        let words = "is of another kind than before".to_owned();
        return vec![Change { words, shift: Shift::Both, term: None }];
    }
    let mut changes = terms(old, new);
    for (before, after) in old.patterns.iter().zip(&new.patterns) {
        pattern(before, after, &mut changes);
    }
    changes
}

fn terms(old: &Findable, new: &Findable) -> Vec<Change> {
    let mut lost: Vec<&Term> = old.terms.iter().map(|it| &**it).collect();
    let mut gained: Vec<&Term> = Vec::new();
    for term in new.terms.iter().map(|it| &**it) {
        match lost.iter().position(|it| *it == term) {
            Some(at) => drop(lost.remove(at)),
            None => gained.push(term),
        }
    }
    let (mut less, mut more, mut both) = (Vec::new(), Vec::new(), Vec::new());
    lost.retain(|before| {
        let Some(at) = gained.iter().position(|it| it.text == before.text) else { return true };
        let after = gained.remove(at);
        for (words, shift) in term_changes(before, after) {
            let told = (format!("\"{}\" {words}", after.label), after.label.to_string());
            match shift {
                Shift::Less | Shift::MostlyLess => less.push(told),
                Shift::More | Shift::MostlyMore => more.push(told),
                Shift::Both => both.push(told),
            }
        }
        false
    });
    let quoted = |it: &&Term| (format!("\"{}\"", it.label), it.label.to_string());
    let lost: Vec<(String, String)> = lost.iter().map(quoted).collect();
    let gained: Vec<(String, String)> = gained.iter().map(quoted).collect();
    let all = [
        ("no longer has ", lost, Shift::Less),
        ("also has ", gained, Shift::More),
        ("", less, Shift::Less),
        ("", more, Shift::More),
        ("", both, Shift::Both),
    ];
    let listed = |(verb, terms, shift): (&str, Vec<(String, String)>, Shift)| {
        let first = terms.first()?.1.clone();
        let others = terms.len().saturating_sub(TERMS_TOLD_MAX);
        let mut words: Vec<String> =
            terms.into_iter().take(TERMS_TOLD_MAX).map(|it| it.0).collect();
        if others > 0 {
            words.push(format!("{others} more"));
        }
        let words = format!("{verb}{}", words.join(", "));
        Some(Change { words, shift, term: Some(first) })
    };
    all.into_iter().filter_map(listed).collect()
}

fn term_changes(old: &Term, new: &Term) -> Vec<(String, Shift)> {
    let mut found = Vec::new();
    let mut add = |words: String, shift: Option<Shift>| {
        found.extend(shift.map(|it| (words, it)));
    };
    let weight = Shift::of_bound(new.weight, old.weight);
    add(format!("has weight {}, it had {}", new.weight, old.weight), weight);
    let only = |word: &str, is: bool| {
        if is { format!("is only found {word}") } else { format!("need not be {word}") }
    };
    add(only("as a whole word", new.whole_word), Shift::of_bound(old.whole_word, new.whole_word));
    let case = match (&old.exact, &new.exact) {
        (Some(one), Some(other)) if one != other => Some(Shift::Both),
        (one, other) => Shift::of_bound(one.is_some(), other.is_some()),
    };
    add(only("in this case", new.exact.is_some()), case);
    let near = match (&old.near, &new.near) {
        (Some(one), Some(other)) if one != other => Some(Shift::Both),
        (one, other) => Shift::of_bound(one.is_some(), other.is_some()),
    };
    let other = new.near.as_ref().map_or_else(
        || "need not be near another text".to_owned(),
        |it| format!("must be near \"{it}\""),
    );
    add(other, near);
    if new.near.is_some() && near.is_none() {
        let words = format!("within {} words, it was {}", new.within_words, old.within_words);
        add(words, Shift::of_bound(new.within_words, old.within_words));
    }
    if found.is_empty() {
        // The text as written may differ in what normalisation drops.
        let same = old.label != new.label && old.text == new.text;
        found.extend((!same).then(|| ("differs".to_owned(), Shift::Both)));
    }
    found
}

fn pattern(old: &Pattern, new: &Pattern, changes: &mut Vec<Change>) {
    let mut add = |words: String, shift: Option<Shift>| {
        changes.extend(shift.map(|shift| Change { words, shift, term: None }));
    };
    if old.expression != new.expression {
        let words = format!("matches /{}/, it matched /{}/", new.expression, old.expression);
        add(words, Some(Shift::Both));
    }
    let checks = |it: &Pattern| it.checks.iter().map(|it| it.name).collect::<Vec<_>>();
    let (had, has) = (checks(old), checks(new));
    for name in has.iter().filter(|it| !had.contains(it)) {
        add(format!("must also pass the check `{name}`"), Some(Shift::Less));
    }
    for name in had.iter().filter(|it| !has.contains(it)) {
        // A longer match that passes now can swallow two that passed before.
        add(format!("need not pass the check `{name}`"), Some(Shift::Both));
    }
    let weight = Shift::of_bound(new.weight, old.weight);
    add(format!("has weight {}, it had {}", new.weight, old.weight), weight);
    let near = |it: &Pattern| {
        let words: Vec<String> = it.near.iter().map(|it| format!("\"{it}\"")).collect();
        if words.is_empty() { "nothing".to_owned() } else { words.join(" or ") }
    };
    let covers = |wide: &Pattern, narrow: &Pattern| {
        wide.near.is_empty()
            || !narrow.near.is_empty() && narrow.near.iter().all(|it| wide.near.contains(it))
    };
    let shift = match (covers(new, old), covers(old, new)) {
        (true, true) => None,
        (true, false) => Some(Shift::More),
        (false, true) => Some(Shift::Less),
        (false, false) => Some(Shift::Both),
    };
    add(format!("must be near {}, it was {}", near(new), near(old)), shift);
    if !old.near.is_empty() && !new.near.is_empty() {
        let words = format!("within {} words, it was {}", new.within_words, old.within_words);
        add(words, Shift::of_bound(new.within_words, old.within_words));
        let whole = Shift::of_bound(old.near_whole_word, new.near_whole_word);
        let words = "what it must be near is a whole word, or need not be any more";
        add(words.to_owned(), whole);
    }
}
