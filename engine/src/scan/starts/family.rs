//! Patterns that begin alike, and the places of a text where any of them can.
//!
//! Where a match begins a digit stands near, or it looks as those few can that do without: both
//! are told for 64 places at once.

use super::{
    super::{
        kinds::{self, BLOCK, ahead, block},
        shape::{DIGITS, ENTRIES, Shape, TABLE_OCTETS, WORDS},
    },
    Begins,
    group::{Ahead, Blocks, Group, PATTERNS_MAX, Tabled},
};

/// Patterns that begin alike.
#[derive(Clone, Debug)]
pub(super) struct Family {
    begins: Begins,
    groups: Vec<Group>,
    /// Octets before the first digit, at most, where one is among the first eight.
    reach: u32,
    /// How those look that have no digit there, if any can do without.
    plain: Option<Plain>,
    /// Some pattern can begin beyond ASCII.
    others: bool,
}

/// What every match has that begins without a digit.
#[derive(Clone, Debug)]
struct Plain {
    /// Which of the first sixteen octets are word characters.
    words: u16,
    /// Which are none.
    others: u16,
    /// By the word characters among the first eight octets: whether any pattern can look so.
    near: Box<[bool; ENTRIES]>,
}

impl Family {
    pub(super) fn new<'s>(
        begins: Begins,
        patterns: impl Iterator<Item = (usize, &'s Shape)>,
    ) -> Self {
        let tables = |shape: &Shape| [shape.tables(DIGITS), shape.tables(WORDS)];
        let mut these: Vec<Tabled> =
            patterns.map(|(pattern, it)| (pattern, it.places(), tables(it))).collect();
        // Those that can do without a digit come together, so that few groups are asked where
        // none is near.
        these.sort_by_key(|(pattern, _, [digits, _])| (!digits.near[0], *pattern));
        let firsts = these.iter().flat_map(|(.., [digits, _])| {
            (0_usize..).zip(&digits.near).filter(|it| *it.1).map(|it| it.0.trailing_zeros())
        });
        let reach = firsts.filter(|it| *it < usize::BITS).max().unwrap_or(0);
        let groups: Vec<Group> = these.chunks(PATTERNS_MAX).map(Group::new).collect();
        let others = groups.iter().any(|it| it.first(|it| !it.is_ascii()) != 0);
        Self { begins, reach, plain: Plain::new(&groups), groups, others }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// The patterns that are wanted, by group.
    pub(super) fn wanted(&self, is_wanted: impl Fn(usize) -> bool) -> Vec<u64> {
        let of_group = |group: &Group| {
            let bits = (0_u32..).zip(&group.patterns).filter(|it| is_wanted(*it.1));
            bits.fold(0, |all, it| all | 1_u64.wrapping_shl(it.0))
        };
        self.groups.iter().map(of_group).collect()
    }

    /// Tells `found` of each pattern that can begin somewhere; stops once it says `false`.
    pub(super) fn list(
        &self,
        text: &[u8],
        wanted: &[u64],
        mut found: impl FnMut(usize, usize) -> bool,
    ) -> Option<()> {
        let octets = |from: usize| block(text.get(from..).unwrap_or_default());
        let mut next_digits = kinds::digits(&octets(0));
        let mut next_words = None;
        for from in (0..text.len()).step_by(BLOCK) {
            let next = octets(from.saturating_add(BLOCK));
            let digits = [next_digits, kinds::digits(&next)];
            let known_words = next_words.take();
            [_, next_digits] = digits;
            let near = self.near_digits(digits);
            if near == 0 && self.plain.is_none() && !self.others {
                continue;
            }
            let here = octets(from);
            let words = [known_words.unwrap_or_else(|| kinds::words(&here)), kinds::words(&next)];
            next_words = Some(words[1]);
            let blocks = Blocks { digits, words };
            let mut starts = match self.begins {
                Begins::AtDigit => digits[0],
                Begins::AtEdge => {
                    let before = from.checked_sub(1).and_then(|it| text.get(it));
                    let word_before =
                        before.is_some_and(|it| it.is_ascii_alphanumeric() || *it == b'_');
                    words[0] & !(words[0] << 1 | u64::from(word_before))
                }
            };
            if self.others {
                starts |= kinds::firsts(&here);
            }
            let plain = self.plain.as_ref().map_or(0, |it| it.places(starts & !near, words));
            let mut starts = starts & near | plain;
            while starts != 0 {
                let place = starts.trailing_zeros();
                starts &= starts.wrapping_sub(1);
                let at = from.saturating_add(usize::try_from(place).unwrap_or(0));
                let rest = text.get(at..).unwrap_or_default();
                self.ask(&blocks, place, rest, wanted, |pattern| found(pattern, at))?;
            }
        }
        Some(())
    }

    /// Tells `found` of each pattern that can begin at a place.
    fn ask(
        &self,
        blocks: &Blocks,
        place: u32,
        rest: &[u8],
        wanted: &[u64],
        mut found: impl FnMut(usize) -> bool,
    ) -> Option<()> {
        let near = Ahead::new(blocks, place);
        if near.digits == 0 && self.plain.as_ref().is_none_or(|it| !it.has(near.words)) {
            return Some(());
        }
        for (group, wanted) in self.groups.iter().zip(wanted) {
            let mut left = group.near(near) & wanted;
            if left != 0 {
                let far = Ahead::new(blocks, place.wrapping_add(u8::BITS));
                left = group.look(left, far, rest);
            }
            while left != 0 {
                let bit = usize::try_from(left.trailing_zeros()).unwrap_or(0);
                left &= left.wrapping_sub(1);
                let pattern = group.patterns.get(bit).copied();
                if pattern.is_some_and(|it| !found(it)) {
                    return None;
                }
            }
        }
        Some(())
    }

    /// The places of the first of two blocks that have a digit within reach.
    fn near_digits(&self, [here, next]: [u64; 2]) -> u64 {
        if here | next == 0 {
            return 0;
        }
        (1..=self.reach).fold(here, |near, place| near | ahead(here, next, place))
    }
}

impl Plain {
    /// Nothing when every pattern has a digit.
    fn new(groups: &[Group]) -> Option<Self> {
        let (mut near, mut far) = (Box::new([false; ENTRIES]), [false; ENTRIES]);
        for group in groups {
            let mut these = 0;
            for (words, is_near) in near.iter_mut().enumerate() {
                let is_word = words & 1 == 1;
                let first = |it: u8| is_word == it.is_ascii() && !it.is_ascii_digit();
                let here = group.near(Ahead { digits: 0, words }) & group.first(first);
                *is_near |= here != 0;
                these |= here;
            }
            for (is_far, goes_on) in far.iter_mut().zip(group.going_on(these)) {
                *is_far |= goes_on;
            }
        }
        let (near_words, near_others) = certain(&near);
        let (far_words, far_others) = certain(&far);
        let both = |near: u16, far: u16| near | far << TABLE_OCTETS;
        let (words, others) = (both(near_words, far_words), both(near_others, far_others));
        near.contains(&true).then_some(Self { words, others, near })
    }

    /// Those of the places of the first of two blocks where a match may begin.
    fn places(&self, mut places: u64, [here, next]: [u64; 2]) -> u64 {
        for place in 0..u16::BITS {
            if places == 0 {
                break;
            }
            let bit = 1_u16.wrapping_shl(place);
            if self.words & bit != 0 {
                places &= ahead(here, next, place);
            } else if self.others & bit != 0 {
                places &= !ahead(here, next, place);
            }
        }
        places
    }

    fn has(&self, words: usize) -> bool {
        self.near.get(words) == Some(&true)
    }
}

/// Which bits are set, and which are not, in every index whose entry is set.
fn certain(table: &[bool; ENTRIES]) -> (u16, u16) {
    let set = (0_u16..).zip(table).filter(|it| *it.1).map(|it| it.0);
    set.fold((0xff, 0xff), |(ones, zeroes), it| (ones & it, zeroes & !it))
}
