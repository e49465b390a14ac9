//! Where patterns can begin: asked for all patterns at once, 64 in one word.
//!
//! A pattern takes part whose matches begin at the edge of a word with a word character, or with a
//! digit, or with either of another script: few places of a text are such. There the next sixteen octets are summed up in four
//! numbers of eight bits (which are digits, which are word characters), and for each number a
//! table tells which patterns can look like that; then the first eight octets are asked one by one.
//! What is left is a place where the automaton of the pattern is started.

use super::{
    kinds::{BLOCK, Kinds},
    shape::{DIGITS, ENTRIES, Octets, Shape, TABLE_OCTETS, Tables, WORDS},
};

/// Patterns in one word.
const GROUP: usize = 64;

/// Places that are listed for one message; with more, each pattern looks for its own.
const LISTED_MAX: usize = 1 << 18;

/// Where the matches of a pattern begin.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Begins {
    /// With an ASCII digit, or with a character beyond ASCII.
    AtDigit,
    /// With an ASCII word character that has none before it, or with a character beyond ASCII.
    AtEdge,
}

/// A pattern that takes part.
pub(super) struct Entrant<'a> {
    pub(super) pattern: usize,
    pub(super) begins: Begins,
    pub(super) shape: &'a Shape,
}

/// The tables of all patterns that take part.
#[derive(Clone, Debug)]
pub(super) struct Starts {
    families: Vec<Family>,
}

/// Patterns that begin alike.
#[derive(Clone, Debug)]
struct Family {
    begins: Begins,
    groups: Vec<Group>,
    /// By the word characters among the first eight octets, none of them a digit: whether any
    /// pattern can look like that. Most words of a text end here.
    plain: Box<[bool; ENTRIES]>,
    /// Some pattern can begin beyond ASCII.
    others: bool,
}

/// Up to 64 patterns: each table has one bit for each of them.
#[derive(Clone, Debug)]
struct Group {
    patterns: Vec<usize>,
    digits: Box<[[u64; ENTRIES]; 2]>,
    words: Box<[[u64; ENTRIES]; 2]>,
    places: Box<[[u64; 256]; TABLE_OCTETS]>,
}

/// Places by pattern, in ascending order.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    /// Where those of a pattern end in `places`.
    ends: Vec<usize>,
    /// Segment, offset in the segment.
    places: Vec<(u32, u32)>,
}

/// Eight octets: which are digits, which are word characters.
#[derive(Clone, Copy)]
struct Ahead {
    digits: usize,
    words: usize,
}

impl Begins {
    /// How all matches of a pattern begin, if alike and if `at_edge` says whether at one.
    pub(super) fn of(shape: &Shape, at_edge: bool) -> Option<Self> {
        let [Octets { ascii, .. }, ..] = shape.places();
        match (at_edge, ascii & !DIGITS, ascii & !WORDS) {
            (true, _, 0) => Some(Self::AtEdge),
            (false, 0, _) => Some(Self::AtDigit),
            (true | false, ..) => None,
        }
    }
}

impl Starts {
    pub(super) fn new(entrants: &[Entrant<'_>]) -> Self {
        let family = |begins: Begins| {
            let these = entrants.iter().filter(|it| it.begins == begins);
            let mut these: Vec<(usize, [Octets; TABLE_OCTETS], [Tables; 2])> = these
                .map(|it| {
                    let tables = [it.shape.tables(DIGITS), it.shape.tables(WORDS)];
                    (it.pattern, it.shape.places(), tables)
                })
                .collect();
            // Those that can do without a digit come together, so that few groups are asked where
            // none is near.
            these.sort_by_key(|(pattern, _, [digits, _])| (!digits.near[0], *pattern));
            let groups: Vec<Group> = these.chunks(GROUP).map(Group::new).collect();
            let mut plain = Box::new([false; ENTRIES]);
            for (words, plain) in plain.iter_mut().enumerate() {
                let ahead = Ahead { digits: 0, words };
                let is_word = words & 1 == 1;
                let first = |it: u8| is_word == it.is_ascii() && !it.is_ascii_digit();
                *plain = groups.iter().any(|it| it.near(ahead) & it.first(first) != 0);
            }
            let others = groups.iter().any(|it| it.first(|it| !it.is_ascii()) != 0);
            Family { begins, groups, plain, others }
        };
        let families = [Begins::AtDigit, Begins::AtEdge].map(family);
        let families = families.into_iter().filter(|it| !it.groups.is_empty()).collect();
        Self { families }
    }

    /// Lists the places in these texts, each with its number, where a pattern can begin that
    /// `is_wanted`; nothing when they are too many.
    pub(super) fn places<'t>(
        &self,
        patterns: usize,
        texts: impl Iterator<Item = (usize, &'t str)>,
        is_wanted: impl Fn(usize) -> bool,
    ) -> Option<Places> {
        let wanted: Vec<Vec<u64>> = self.families.iter().map(|it| it.wanted(&is_wanted)).collect();
        let mut all = Vec::new();
        for (number, text) in texts {
            let number = u32::try_from(number).ok()?;
            u32::try_from(text.len()).ok()?;
            for (family, wanted) in self.families.iter().zip(&wanted) {
                family.list(text.as_bytes(), wanted, |pattern, at| {
                    // The length fits, so the offset does.
                    all.push((pattern, (number, u32::try_from(at).unwrap_or(u32::MAX))));
                    all.len() < LISTED_MAX
                })?;
            }
        }
        Some(Places::new(patterns, &all))
    }
}

impl Family {
    /// The patterns that are wanted, by group.
    fn wanted(&self, is_wanted: impl Fn(usize) -> bool) -> Vec<u64> {
        let of_group = |group: &Group| {
            let bits = (0_u32..).zip(&group.patterns).filter(|it| is_wanted(*it.1));
            bits.fold(0, |all, it| all | 1_u64.wrapping_shl(it.0))
        };
        self.groups.iter().map(of_group).collect()
    }

    /// Tells `found` of each pattern that can begin somewhere; stops once it says `false`.
    fn list(
        &self,
        text: &[u8],
        wanted: &[u64],
        mut found: impl FnMut(usize, usize) -> bool,
    ) -> Option<()> {
        let mut blocks = text.chunks(BLOCK);
        let mut here = Kinds::of(blocks.next().unwrap_or_default());
        let mut word_before = 0;
        for from in (0..text.len()).step_by(BLOCK) {
            let next = Kinds::of(blocks.next().unwrap_or_default());
            let mut starts = match self.begins {
                Begins::AtDigit => here.digits,
                Begins::AtEdge => here.words & !(here.words << 1 | word_before),
            };
            if self.others {
                starts |= here.firsts;
            }
            while starts != 0 {
                let place = starts.trailing_zeros();
                starts &= starts.wrapping_sub(1);
                let ahead = Ahead::new(here, next, place);
                if ahead.digits == 0 && self.plain.get(ahead.words) == Some(&false) {
                    continue;
                }
                let at = from.saturating_add(usize::try_from(place).unwrap_or(0));
                let rest = text.get(at..).unwrap_or_default();
                for (group, wanted) in self.groups.iter().zip(wanted) {
                    let mut left = group.near(ahead) & wanted;
                    if left != 0 {
                        let far = Ahead::new(here, next, place.wrapping_add(8));
                        left = group.look(left, far, rest);
                    }
                    while left != 0 {
                        let bit = usize::try_from(left.trailing_zeros()).unwrap_or(0);
                        left &= left.wrapping_sub(1);
                        let pattern = group.patterns.get(bit).copied();
                        if pattern.is_some_and(|it| !found(it, at)) {
                            return None;
                        }
                    }
                }
            }
            word_before = here.words >> (BLOCK - 1);
            here = next;
        }
        Some(())
    }
}

impl Ahead {
    /// The octets from this place on, counted from the start of `here`.
    fn new(here: Kinds, next: Kinds, place: u32) -> Self {
        let eight = |here: u64, next: u64| {
            let (here, next) = if place < u64::BITS { (here, next) } else { (next, 0) };
            // In two steps: a shift by 64 is none.
            let both = here.wrapping_shr(place) | (next << 1).wrapping_shl(!place & 63);
            usize::from(both.to_le_bytes()[0])
        };
        Self { digits: eight(here.digits, next.digits), words: eight(here.words, next.words) }
    }

    fn of(self, digits: &[u64; ENTRIES], words: &[u64; ENTRIES]) -> u64 {
        let of = |table: &[u64; ENTRIES], at: usize| table.get(at).copied().unwrap_or(0);
        of(digits, self.digits) & of(words, self.words)
    }
}

impl Group {
    fn new(entrants: &[(usize, [Octets; TABLE_OCTETS], [Tables; 2])]) -> Self {
        let mut group = Self {
            patterns: Vec::new(),
            digits: Box::new([[0; ENTRIES]; 2]),
            words: Box::new([[0; ENTRIES]; 2]),
            places: Box::new([[0; 256]; TABLE_OCTETS]),
        };
        for (bit, (pattern, places, [digits, words])) in (0_u32..).zip(entrants) {
            let bit = 1_u64.wrapping_shl(bit);
            group.patterns.push(*pattern);
            for (to, from) in group.digits.iter_mut().zip([&digits.near, &digits.far]) {
                enter(bit, to, from.iter().copied());
            }
            for (to, from) in group.words.iter_mut().zip([&words.near, &words.far]) {
                enter(bit, to, from.iter().copied());
            }
            for (to, from) in group.places.iter_mut().zip(places) {
                let bits = |of: u128| (0..128).map(move |it| of >> it & 1 != 0);
                enter(bit, to, bits(from.ascii).chain(bits(from.others)));
            }
        }
        group
    }

    /// The patterns that can begin with an octet of these.
    fn first(&self, octets: impl Fn(u8) -> bool) -> u64 {
        let [place, ..] = self.places.as_ref();
        let these = (0..=u8::MAX).zip(place).filter(|it| octets(it.0));
        these.fold(0, |all, it| all | it.1)
    }

    /// The patterns that can look like the first eight octets.
    fn near(&self, ahead: Ahead) -> u64 {
        let ([digits, _], [words, _]) = (self.digits.as_ref(), self.words.as_ref());
        ahead.of(digits, words)
    }

    /// Those of them that can look like the next eight, and begin with the text.
    fn look(&self, near: u64, far: Ahead, rest: &[u8]) -> u64 {
        let ([_, digits], [_, words]) = (self.digits.as_ref(), self.words.as_ref());
        let mut left = near & far.of(digits, words);
        for (place, octet) in self.places.iter().zip(rest) {
            if left == 0 {
                break;
            }
            left &= place.get(usize::from(*octet)).copied().unwrap_or(0);
        }
        left
    }
}

fn enter(bit: u64, table: &mut [u64; 256], entries: impl Iterator<Item = bool>) {
    for (to, enters) in table.iter_mut().zip(entries) {
        *to |= if enters { bit } else { 0 };
    }
}

impl Places {
    /// Parts the places by pattern; their order stays.
    fn new(patterns: usize, all: &[(usize, (u32, u32))]) -> Self {
        let mut ends = vec![0_usize; patterns];
        for (pattern, _) in all {
            ends.get_mut(*pattern).into_iter().for_each(|it| *it = it.saturating_add(1));
        }
        let mut sum = 0_usize;
        // First where those of each pattern start; as they are put there it becomes their end.
        for end in &mut ends {
            sum = sum.saturating_add(std::mem::replace(end, sum));
        }
        let mut places = vec![(0, 0); all.len()];
        for (pattern, place) in all {
            let Some(end) = ends.get_mut(*pattern) else { continue };
            places.get_mut(*end).into_iter().for_each(|it| *it = *place);
            *end = end.saturating_add(1);
        }
        Self { ends, places }
    }

    /// Those of a pattern, as (segment, offset in the segment).
    pub(super) fn of(&self, pattern: usize) -> &[(u32, u32)] {
        let start = pattern.checked_sub(1).and_then(|it| self.ends.get(it)).copied().unwrap_or(0);
        let end = self.ends.get(pattern).copied().unwrap_or(0);
        self.places.get(start..end).unwrap_or_default()
    }
}
