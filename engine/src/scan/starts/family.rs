//! Patterns that begin alike, and the places of a text where any of them can.
//!
//! Where a match begins a digit stands near, or it looks as those few can that do without: both
//! are told for 64 places at once.

use super::{
    super::{
        kinds::{self, BLOCK, Pair, block},
        shape::{DIGITS, ENTRIES, Shape, TABLE_OCTETS, WORDS},
    },
    Begins,
    group::{Ahead, Group, PATTERNS_MAX, Tabled},
};

/// Patterns that begin alike.
#[derive(Clone, Debug)]
pub(super) struct Family {
    begins: Begins,
    groups: Vec<Group>,
    /// How those look that have no digit among the first eight octets but one among the next.
    late: Option<Plain>,
    /// How those look that have none there either.
    plain: Option<Plain>,
    /// Some pattern can begin beyond ASCII.
    others: bool,
}

/// What every match has that begins without a digit among its first eight octets.
#[derive(Clone, Debug)]
struct Plain {
    /// So many word characters come first, of sixteen octets.
    words: u32,
    /// Which of them are no word characters.
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
        let groups: Vec<Group> = these.chunks(PATTERNS_MAX).map(Group::new).collect();
        let others = groups.iter().any(|it| it.first(|it| !it.is_ascii()) != 0);
        let late = Plain::new(&groups, |digits| digits != 0);
        let plain = Plain::new(&groups, |digits| digits == 0);
        Self { begins, late, plain, groups, others }
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
        let mut next = octets(0);
        let mut next_digits = kinds::digits(&next);
        let mut next_words = None;
        for from in (0..text.len()).step_by(BLOCK) {
            let here = std::mem::replace(&mut next, octets(from.saturating_add(BLOCK)));
            let digits = Pair { here: next_digits, next: kinds::digits(&next) };
            next_digits = digits.next;
            let known_words = next_words.take();
            let [near, late] = digits.any_of_eight_and_sixteen();
            let late = if self.late.is_some() { late & !near } else { 0 };
            if near | late == 0 && self.plain.is_none() {
                continue;
            }
            let words = Pair {
                here: known_words.unwrap_or_else(|| kinds::letters(&here) | digits.here),
                next: kinds::letters(&next) | digits.next,
            };
            next_words = Some(words.next);
            let mut starts = match self.begins {
                Begins::AtDigit => digits.here,
                Begins::AtEdge => {
                    let before = from.checked_sub(1).and_then(|it| text.get(it));
                    let word_before =
                        before.is_some_and(|it| it.is_ascii_alphanumeric() || *it == b'_');
                    words.here & !(words.here << 1 | u64::from(word_before))
                }
            };
            if self.others {
                starts |= kinds::firsts(&here);
            }
            let of = |look: &Option<Plain>, places: u64| {
                look.as_ref().map_or(0, |it| it.places(starts & places, words))
            };
            let mut starts = starts & near | of(&self.late, late) | of(&self.plain, !(near | late));
            while starts != 0 {
                let place = starts.trailing_zeros();
                starts &= starts.wrapping_sub(1);
                let at = from.saturating_add(usize::try_from(place).unwrap_or(0));
                let rest = text.get(at..).unwrap_or_default();
                let ahead = Ahead::of_both(digits, words, place);
                self.ask(ahead, rest, wanted, |pattern| found(pattern, at))?;
            }
        }
        Some(())
    }

    /// Tells `found` of each pattern that can begin at a place.
    fn ask(
        &self,
        [near, far]: [Ahead; 2],
        rest: &[u8],
        wanted: &[u64],
        mut found: impl FnMut(usize) -> bool,
    ) -> Option<()> {
        if near.digits == 0 {
            let look = if far.digits == 0 { &self.plain } else { &self.late };
            if look.as_ref().is_none_or(|it| !it.has(near.words)) {
                return Some(());
            }
        }
        for (group, wanted) in self.groups.iter().zip(wanted) {
            let mut left = group.near(near) & wanted;
            if left != 0 {
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
}

impl Plain {
    /// How those of the patterns look whose digits among the second eight octets can be such; if
    /// there are any.
    fn new(groups: &[Group], far_digits: impl Fn(usize) -> bool) -> Option<Self> {
        let (mut near, mut far) = (Box::new([false; ENTRIES]), [false; ENTRIES]);
        for group in groups {
            let mut these = 0;
            for (words, is_near) in near.iter_mut().enumerate() {
                let is_word = words & 1 == 1;
                let first = |it: u8| is_word == it.is_ascii() && !it.is_ascii_digit();
                let here = group.near(Ahead { digits: 0, words })
                    & group.first(first)
                    & group.with_far_digits(&far_digits);
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
        let words = both(near_words, far_words).trailing_ones();
        let others = both(near_others, far_others);
        near.contains(&true).then_some(Self { words, others, near })
    }

    /// Those of the places of the first of two blocks where a match may begin.
    #[inline]
    fn places(&self, mut places: u64, words: Pair) -> u64 {
        places &= words.all_of(self.words);
        let mut others = self.others;
        while others != 0 && places != 0 {
            places &= !words.from(others.trailing_zeros());
            others &= others.wrapping_sub(1);
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
