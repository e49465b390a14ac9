//! How a pattern's matches begin: rejects most places before the automaton is asked.

use std::ops::Range;

use super::shape::{Octets, Shape};

/// The first octets of every match.
#[derive(Clone, Debug)]
pub(crate) struct Lead {
    /// Bit `n` of an octet's entry: it may stand at place `n`.
    allowed: Vec<u8>,
    /// Octets of the shortest match, up to those that are looked at.
    octets: usize,
    /// A match begins at the edge of a word.
    at_edge: bool,
}

impl Lead {
    pub(super) fn new(shape: &Shape, at_edge: bool) -> Self {
        let places = shape.places();
        let anything = Octets { ascii: u128::MAX, others: u128::MAX };
        let octets = places.iter().take_while(|it| **it != anything).count();
        let bits = |octet: u8| {
            let ascii = octet.is_ascii();
            let may = |it: &Octets| (if ascii { it.ascii } else { it.others }) >> (octet & 127) & 1;
            places.iter().rev().fold(0, |bits, it| bits << 1 | u8::from(may(it) != 0))
        };
        Self { allowed: (0..=u8::MAX).map(bits).collect(), octets, at_edge }
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
        }
        let before = at.checked_sub(1).and_then(|it| text.get(it));
        let inside =
            |it: Option<&u8>| it.is_some_and(|it| it.is_ascii_alphanumeric() || *it == b'_');
        !(self.at_edge && inside(before) && inside(here.first()))
    }
}

#[cfg(test)]
mod tests {
    use super::{super::extent::is_at_edge, *};

    fn firsts(expression: &str, text: &str) -> Vec<usize> {
        let mut parser = regex_syntax::ParserBuilder::new().case_insensitive(true).build();
        let hir = parser.parse(expression).unwrap();
        let lead = Lead::new(&Shape::new(&hir).unwrap(), is_at_edge(&hir));
        (0..text.len())
            .filter(|it| lead.first(text.as_bytes(), *it..*it + 1, text.len()) == Some(*it))
            .collect()
    }

    #[test]
    fn only_places_where_a_match_may_begin_are_left() {
        let text = "gb82 xgb82 g82 gb8 üb12";
        assert_eq!(firsts(r"\b[A-Z]{2}[0-9]{2}", text), [0]);
        assert_eq!(firsts(r"[A-Z]{2}[0-9]{2}", text), [0, 6]);
        assert_eq!(firsts(r"\b[\x{fc}]b[0-9]{2}", text), [19]);
        assert_eq!(firsts(r"(?:ab|b)c?", "ab b x"), [0, 1, 3]);
    }
}
