//! How a pattern's matches begin: rejects most places before the automaton is asked.

use std::ops::Range;

use regex_syntax::hir::{Class, Hir, HirKind, Look};

/// Octets looked at: one bit each.
const OCTETS_MAX: usize = 8;

/// The first octets of every match.
#[derive(Clone, Debug)]
pub(crate) struct Lead {
    /// Bit `n` of an octet's entry: it may stand at place `n`.
    allowed: Vec<u8>,
    octets: usize,
    /// A match begins at the edge of a word.
    at_edge: bool,
}

/// What may stand at one place; beyond ASCII any octet may, or none.
#[derive(Clone, Copy, Debug, Default)]
struct Allowed {
    ascii: u128,
    others: bool,
}

/// A sequence of places.
struct Places {
    allowed: Vec<Allowed>,
    /// What follows stands right after them.
    certain: bool,
}

impl Lead {
    pub(crate) fn new(hir: &Hir) -> Self {
        let places = places(hir).allowed;
        let mut built = Self { allowed: vec![0; 256], octets: 0, at_edge: is_at_edge(hir) };
        for place in places.iter().take(OCTETS_MAX) {
            let bit = 1_u8 << built.octets;
            for (octet, entry) in (0_u32..).zip(&mut built.allowed) {
                let ascii = octet < 128 && place.ascii >> octet & 1 != 0;
                if ascii || octet >= 128 && place.others {
                    *entry |= bit;
                }
            }
            built.octets = built.octets.saturating_add(1);
        }
        built
    }

    /// The first of these places where a match that ends by `end` may begin.
    pub(crate) fn first(&self, text: &[u8], places: Range<usize>, end: usize) -> Option<usize> {
        places.into_iter().find(|at| self.may_begin(text, *at, end))
    }

    fn may_begin(&self, text: &[u8], at: usize, end: usize) -> bool {
        let here = text.get(at..end).unwrap_or_default();
        if here.len() < self.octets {
            return false;
        }
        for (place, octet) in here.iter().take(self.octets).enumerate() {
            if self.allowed.get(usize::from(*octet)).is_none_or(|it| it >> place & 1 == 0) {
                return false;
            }
            if !octet.is_ascii() {
                // How long the character is does not matter: what follows is not looked at.
                break;
            }
        }
        let before = at.checked_sub(1).and_then(|it| text.get(it));
        let inside =
            |it: Option<&u8>| it.is_some_and(|it| it.is_ascii_alphanumeric() || *it == b'_');
        !(self.at_edge && inside(before) && inside(here.first()))
    }
}

fn is_at_edge(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Look(look) => matches!(look, Look::WordAscii | Look::WordUnicode),
        HirKind::Capture(capture) => is_at_edge(&capture.sub),
        HirKind::Concat(subs) => subs.first().is_some_and(is_at_edge),
        HirKind::Alternation(subs) => subs.iter().all(is_at_edge),
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Repetition(_) => false,
    }
}

fn places(hir: &Hir) -> Places {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Places { allowed: Vec::new(), certain: true },
        HirKind::Literal(literal) => {
            let ascii = literal.0.iter().take_while(|it| it.is_ascii());
            let allowed: Vec<Allowed> =
                ascii.map(|it| Allowed { ascii: 1 << *it, others: false }).collect();
            let certain = allowed.len() == literal.0.len();
            Places { allowed, certain }
        }
        HirKind::Class(class) => Places { allowed: vec![allowed(class)], certain: true },
        HirKind::Capture(capture) => places(&capture.sub),
        HirKind::Concat(subs) => {
            let mut all = Places { allowed: Vec::new(), certain: true };
            subs.iter().for_each(|it| all.then(|| places(it)));
            all
        }
        HirKind::Alternation(subs) => {
            let either = subs.iter().map(places).reduce(Places::or);
            either.unwrap_or(Places { allowed: Vec::new(), certain: false })
        }
        HirKind::Repetition(repetition) => {
            let mut all = Places { allowed: Vec::new(), certain: true };
            for _ in 0..repetition.min.min(8) {
                all.then(|| places(&repetition.sub));
            }
            all.certain &= repetition.max == Some(repetition.min) && repetition.min <= 8;
            all
        }
    }
}

impl Places {
    fn then(&mut self, next: impl FnOnce() -> Self) {
        if self.certain && self.allowed.len() < OCTETS_MAX {
            let next = next();
            self.allowed.extend(next.allowed);
            self.certain = next.certain;
        } else {
            self.certain = false;
        }
    }

    fn or(self, other: Self) -> Self {
        let certain = self.certain && other.certain && self.allowed.len() == other.allowed.len();
        let both = self.allowed.into_iter().zip(other.allowed);
        let either = |(one, other): (Allowed, Allowed)| Allowed {
            ascii: one.ascii | other.ascii,
            others: one.others | other.others,
        };
        Self { allowed: both.map(either).collect(), certain }
    }
}

fn allowed(class: &Class) -> Allowed {
    let ranges: Vec<(u32, u32)> = match class {
        Class::Unicode(class) => {
            class.ranges().iter().map(|it| (u32::from(it.start()), u32::from(it.end()))).collect()
        }
        Class::Bytes(class) => {
            class.ranges().iter().map(|it| (u32::from(it.start()), u32::from(it.end()))).collect()
        }
    };
    let mut allowed = Allowed::default();
    for (start, end) in ranges {
        allowed.others |= end >= 128;
        (start..=end.min(127)).for_each(|it| allowed.ascii |= 1 << it);
    }
    allowed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn firsts(expression: &str, text: &str) -> Vec<usize> {
        let mut parser = regex_syntax::ParserBuilder::new().case_insensitive(true).build();
        let lead = Lead::new(&parser.parse(expression).unwrap());
        (0..text.len())
            .filter(|it| lead.first(text.as_bytes(), *it..*it + 1, text.len()) == Some(*it))
            .collect()
    }

    #[test]
    fn only_places_where_a_match_may_begin_are_left() {
        let text = "gb82 xgb82 g82 gb8 üb12";
        assert_eq!(firsts(r"\b[A-Z]{2}\d{2}", text), [0, 15 + 4, 15 + 4 + 1]);
        assert_eq!(firsts(r"[A-Z]{2}\d{2}", text)[..2], [0, 6]);
        assert_eq!(firsts(r"(?:ab|b)c?", "ab b x"), [0, 1, 3]);
    }
}
