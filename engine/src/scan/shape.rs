//! How the matches of a pattern can look, octet by octet, from where they begin: what `starts`
//! fills its tables with.
//!
//! The expression becomes a small automaton over octets. It admits too much rather than too
//! little: an edge of a word is only taken to be none between two digits or two word characters,
//! other assertions always hold, and what follows a match may be anything.
//!
//! Text is normalised, so what folding would change cannot stand in it.

use std::collections::BTreeMap;

use regex_syntax::hir::{Class, Hir, HirKind, Look, Repetition};

use super::extent::folded;

/// Octets that one table tells of: its index has a bit for each.
pub(super) const TABLE_OCTETS: usize = 8;

/// Entries of a table.
pub(super) const ENTRIES: usize = 1 << TABLE_OCTETS;

/// Copies of what is repeated: each takes an octet at least, and two tables see no further.
const COPIES_MAX: u32 = 17;

/// Nodes of an automaton; a larger expression has no shape.
const NODES_MAX: usize = 1 << 12;

/// Characters beyond ASCII that a class may have for each to be asked whether folding changes it.
const ASKED_MAX: usize = 4;

/// ASCII digits.
pub(super) const DIGITS: u128 = 0x03ff << 48;

/// What `\w` takes of ASCII.
pub(super) const WORDS: u128 = DIGITS | 0x07ff_fffe << 64 | 0x07ff_fffe << 96 | 1 << 95;

/// Printable ASCII but for upper case, which normalised text does not have.
const IN_TEXT: u128 = (u128::MAX >> 1) & !(u128::MAX >> 96) & !(0x07ff_fffe << 64);

/// Bits by which the first octets must part the places where a match begins from others.
const TELLING_BITS: u32 = 12;

/// Octets that may stand at one place.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Octets {
    pub(super) ascii: u128,
    /// From 128 on.
    pub(super) others: u128,
}

/// Octets that follow the first of a character beyond ASCII.
pub(super) const FOLLOWING: Octets = Octets { ascii: 0, others: (1 << 64) - 1 };

/// The automaton of one expression.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    nodes: Vec<Node>,
    start: usize,
}

#[derive(Clone, Debug)]
enum Node {
    /// `\b`.
    Edge(usize),
    Either(Vec<usize>),
    End,
    Octet(Octets, usize),
}

/// By the bits of eight octets: whether a match can have them, in its first eight octets and in
/// its next eight.
#[derive(Clone, Debug)]
pub(super) struct Tables {
    pub(super) near: [bool; ENTRIES],
    pub(super) far: [bool; ENTRIES],
}

impl Shape {
    /// The shape of an expression, unless it is too large.
    pub(super) fn new(hir: &Hir) -> Option<Self> {
        let mut built = Self { nodes: vec![Node::End], start: 0 };
        built.start = built.add(hir, 0);
        (built.nodes.len() <= NODES_MAX).then_some(built)
    }

    /// What may stand at each of the first places; after the shortest match anything may.
    pub(super) fn places(&self) -> [Octets; TABLE_OCTETS] {
        let anything = Octets { ascii: u128::MAX, others: u128::MAX };
        let mut places = [anything; TABLE_OCTETS];
        let mut here = vec![self.start];
        for place in &mut places {
            let Some(octets) = self.octets_after(&here, |_| true) else { break };
            *place = octets.iter().fold(Octets::default(), |any, it| any.or(it.0));
            here = octets.into_iter().map(|it| it.1).collect();
            here.sort_unstable();
            here.dedup();
        }
        places
    }

    /// Whether few places of a text can be where a match begins.
    pub(super) fn is_telling(&self) -> bool {
        let told = |it: Octets| {
            let octets = (it.ascii & IN_TEXT).count_ones().max(1);
            IN_TEXT.count_ones().checked_div(octets).map_or(0, u32::ilog2)
        };
        self.places().into_iter().map(told).sum::<u32>() >= TELLING_BITS
    }

    /// The tables whose bits say which octets are among `ones`: digits, or word characters.
    pub(super) fn tables(&self, ones: u128) -> Tables {
        let mut walk = Walk { shape: self, ones, states: Vec::new(), known: BTreeMap::new() };
        // Matches are sought where no word character, and so no digit, stands before.
        let start = walk.known(vec![(self.start, false)]);
        let mut near = [false; ENTRIES];
        walk.fill(&mut near, 0, 0, start);
        let mut far = [false; ENTRIES];
        let after = (0..TABLE_OCTETS).try_fold(vec![(self.start, false)], |here, _| {
            let mut next = walk.step(&here, false)?;
            next.extend(walk.step(&here, true)?);
            next.sort_unstable();
            next.dedup();
            Some(next)
        });
        let after = after.map_or(ANYTHING, |it| walk.known(it));
        walk.fill(&mut far, 0, 0, after);
        Tables { near, far }
    }

    /// The octets that can come next, each with what follows it; nothing when a match may have
    /// ended. `may_pass` says whether an edge can be here.
    fn octets_after(
        &self,
        here: &[usize],
        may_pass: impl Fn(usize) -> bool,
    ) -> Option<Vec<(Octets, usize)>> {
        let mut octets = Vec::new();
        let mut seen = here.to_vec();
        let mut todo = here.to_vec();
        while let Some(number) = todo.pop() {
            let follow: &[usize] = match self.nodes.get(number) {
                Some(Node::Edge(next)) if may_pass(number) => std::slice::from_ref(next),
                Some(Node::Edge(_)) => &[],
                Some(Node::Either(nexts)) => nexts,
                Some(Node::Octet(allowed, next)) => {
                    octets.push((*allowed, *next));
                    &[]
                }
                Some(Node::End) | None => return None,
            };
            for next in follow {
                if !seen.contains(next) {
                    seen.push(*next);
                    todo.push(*next);
                }
            }
        }
        Some(octets)
    }

    fn push(&mut self, node: Node) -> usize {
        if self.nodes.len() <= NODES_MAX {
            self.nodes.push(node);
        }
        self.nodes.len().saturating_sub(1)
    }

    /// Adds the nodes of an expression that `next` follows; gives the first.
    fn add(&mut self, hir: &Hir, next: usize) -> usize {
        match hir.kind() {
            HirKind::Empty => next,
            HirKind::Look(Look::WordAscii | Look::WordUnicode) => self.push(Node::Edge(next)),
            HirKind::Look(_) => next,
            HirKind::Literal(literal) => literal.0.iter().rev().fold(next, |next, octet| {
                let mut octets = Octets::default();
                octets.add(*octet);
                self.push(Node::Octet(octets, next))
            }),
            HirKind::Class(class) => self.add_class(allowed(class), next),
            HirKind::Capture(capture) => self.add(&capture.sub, next),
            HirKind::Concat(subs) => subs.iter().rev().fold(next, |next, it| self.add(it, next)),
            HirKind::Alternation(subs) => {
                let firsts = subs.iter().map(|it| self.add(it, next)).collect();
                self.push(Node::Either(firsts))
            }
            HirKind::Repetition(repetition) => self.add_repetition(repetition, next),
        }
    }

    fn add_class(&mut self, allowed: Octets, next: usize) -> usize {
        let ascii = self.push(Node::Octet(Octets { others: 0, ..allowed }, next));
        if allowed.others == 0 {
            return ascii;
        }
        // A character beyond ASCII has two to four octets.
        let fourth = self.push(Node::Octet(FOLLOWING, next));
        let third = self.push(Node::Either(vec![fourth, next]));
        let third = self.push(Node::Octet(FOLLOWING, third));
        let second = self.push(Node::Either(vec![third, next]));
        let second = self.push(Node::Octet(FOLLOWING, second));
        let first = self.push(Node::Octet(Octets { ascii: 0, ..allowed }, second));
        self.push(Node::Either(vec![ascii, first]))
    }

    fn add_repetition(&mut self, repetition: &Repetition, next: usize) -> usize {
        let sub = &repetition.sub;
        let may_be_empty = sub.properties().minimum_len().unwrap_or(0) == 0;
        let mut first = next;
        if may_be_empty || repetition.max.is_none() {
            first = self.push(Node::Either(Vec::new()));
            let body = self.add(sub, first);
            if let Some(node) = self.nodes.get_mut(first) {
                *node = Node::Either(vec![body, next]);
            }
        } else {
            let most = repetition.max.unwrap_or(0).min(COPIES_MAX);
            for _ in repetition.min.min(COPIES_MAX)..most {
                let body = self.add(sub, first);
                first = self.push(Node::Either(vec![body, next]));
            }
        }
        let least = if may_be_empty { 0 } else { repetition.min.min(COPIES_MAX) };
        (0..least).fold(first, |next, _| self.add(sub, next))
    }
}

impl Octets {
    pub(super) fn add(&mut self, octet: u8) {
        match octet.checked_sub(128) {
            Some(other) => self.others |= 1 << other,
            None => self.ascii |= 1 << octet,
        }
    }

    /// Whether an octet is one of them.
    #[inline]
    pub(super) fn has(self, octet: u8) -> bool {
        let these = if octet.is_ascii() { self.ascii } else { self.others };
        these >> (octet & 127) & 1 != 0
    }

    pub(super) fn or(self, other: Self) -> Self {
        Self { ascii: self.ascii | other.ascii, others: self.others | other.others }
    }
}

/// The first octets of the characters of a class.
pub(super) fn allowed(class: &Class) -> Octets {
    let mut allowed = Octets::default();
    match class {
        Class::Unicode(class) => {
            let all = class.ranges().iter().flat_map(|it| it.start()..=it.end());
            let others: Vec<char> =
                all.filter(|it| !it.is_ascii()).take(ASKED_MAX.saturating_add(1)).collect();
            let are_few = others.len() <= ASKED_MAX;
            let staying = others.iter().filter(|it| are_few && folded(**it) == Some(**it));
            staying.for_each(|it| allowed.add(first_octet(*it)));
            for range in class.ranges() {
                let last = if are_few { range.end().min('\u{7f}') } else { range.end() };
                // The first octets ascend with the characters.
                if range.start() <= last {
                    (first_octet(range.start())..=first_octet(last)).for_each(|it| allowed.add(it));
                }
            }
        }
        Class::Bytes(class) => {
            for range in class.ranges() {
                (range.start()..=range.end()).for_each(|it| allowed.add(it));
            }
        }
    }
    allowed
}

fn first_octet(character: char) -> u8 {
    let mut octets = [0; 4];
    character.encode_utf8(&mut octets).bytes().next().unwrap_or(0)
}

/// Nodes where an automaton may be, each with whether the octet before was a one.
type State = Vec<(usize, bool)>;

/// The number of the state in which anything may follow.
const ANYTHING: usize = usize::MAX;

/// One expression under the question which octets are ones.
struct Walk<'a> {
    shape: &'a Shape,
    ones: u128,
    /// The states after a zero and after a one, by number, once asked.
    states: Vec<(State, Option<[usize; 2]>)>,
    known: BTreeMap<State, usize>,
}

impl Walk<'_> {
    fn known(&mut self, state: State) -> usize {
        if let Some(number) = self.known.get(&state) {
            return *number;
        }
        let number = self.states.len();
        self.states.push((state.clone(), None));
        self.known.insert(state, number);
        number
    }

    /// Where the automaton may be after a one or a zero; nothing when a match may have ended.
    fn step(&self, state: &[(usize, bool)], one: bool) -> Option<State> {
        let mut next = State::new();
        for after_one in [false, true] {
            let here = state.iter().filter(|it| it.1 == after_one).map(|it| it.0);
            let here: Vec<usize> = here.collect();
            for (allowed, follow) in self.shape.octets_after(&here, |_| !(after_one && one))? {
                let has_zero = allowed.others != 0 || allowed.ascii & !self.ones != 0;
                if if one { allowed.ascii & self.ones != 0 } else { has_zero } {
                    next.push((follow, one));
                }
            }
        }
        next.sort_unstable();
        next.dedup();
        Some(next)
    }

    fn follow(&mut self, number: usize, one: bool) -> usize {
        let Some((state, follow)) = self.states.get(number) else { return ANYTHING };
        if let Some([zero, after_one]) = follow {
            return if one { *after_one } else { *zero };
        }
        let both = [self.step(state, false), self.step(state, true)];
        let both = both.map(|it| it.map_or(ANYTHING, |it| self.known(it)));
        if let Some((_, follow)) = self.states.get_mut(number) {
            *follow = Some(both);
        }
        let [zero, after_one] = both;
        if one { after_one } else { zero }
    }

    /// Enters what can follow `octets` bits of an index, of which the ones are set.
    fn fill(&mut self, table: &mut [bool; ENTRIES], index: usize, octets: usize, state: usize) {
        if self.states.get(state).is_some_and(|it| it.0.is_empty()) {
            return;
        }
        if octets == TABLE_OCTETS {
            table.get_mut(index).into_iter().for_each(|it| *it = true);
            return;
        }
        for one in [false, true] {
            let next = self.follow(state, one);
            let index = if one { index | 1 << octets } else { index };
            self.fill(table, index, octets.saturating_add(1), next);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(expression: &str) -> Shape {
        let mut parser = regex_syntax::ParserBuilder::new().case_insensitive(true).build();
        Shape::new(&parser.parse(expression).unwrap()).unwrap()
    }

    /// Whether a text may begin with a match, by digits and by word characters.
    fn passes(expression: &str, text: &str) -> (bool, bool) {
        let passes = |ones: u128| {
            let tables = shape(expression).tables(ones);
            let is_one = |it: u8| it.is_ascii() && ones >> it & 1 != 0;
            let bits = |octets: &[u8]| {
                octets.iter().rev().fold(0, |bits, it| bits << 1 | usize::from(is_one(*it)))
            };
            let mut octets = text.as_bytes().to_vec();
            octets.resize(16, b' ');
            tables.near[bits(&octets[..8])] && tables.far[bits(&octets[8..])]
        };
        (passes(DIGITS), passes(WORDS))
    }

    #[test]
    fn digits_and_words_are_seen() {
        let ten = r"\b[0-9]{10}\b";
        assert_eq!(passes(ten, "0123456789"), (true, true));
        assert_eq!(passes(ten, "012345678"), (false, false));
        assert_eq!(passes(ten, "01234567890"), (false, false));
        assert_eq!(passes(ten, "0123456789a"), (true, false));
        assert_eq!(passes(ten, "0123456789é"), (true, true));
        let vat = r"\bDE[ :(-]{0,3}(?:[ .-]?[0-9]){9}\b";
        assert_eq!(passes(vat, "de 1234 56789"), (true, true));
        assert_eq!(passes(vat, "de123456789"), (true, true));
        assert_eq!(passes(vat, "determined"), (false, false));
        assert_eq!(passes(r"\b[a-z]+\b", "an"), (true, true));
        assert_eq!(passes(r"(?:a*\d?)*x{20,}", "xxx"), (true, true));
        assert_eq!(passes(r"\b[a-z0-9]{17}\b", "abcdefgh ijk"), (true, false));
    }

    #[test]
    fn places_are_those_of_the_shortest_match() {
        let places = shape(r"\b[A-C]{2} ?[0-9]").places();
        let of = |text: &str| text.bytes().fold(0_u128, |all, it| all | 1 << it);
        let letters = of("abcABC");
        let digits = of("0123456789");
        assert_eq!(places.map(|it| it.ascii)[..4], [letters, letters, of(" ") | digits, u128::MAX]);
        assert!(places[0].others == 0 && places[3].others != 0);
        // The Kelvin sign does not stand in normalised text.
        assert_eq!(shape("[k]").places()[0].others, 0);
        assert_eq!(shape("[kü]").places()[0].others, 1 << (0xc3 - 128));
    }
}
