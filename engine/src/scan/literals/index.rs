//! From a key that stands in the text to the literals that stand there.
//!
//! Literals under one key at one distance start at one place, so those that match are all
//! prefixes of the text there: one binary search finds the longest, a chain the others.
//!
//! # Invariants
//!
//! A look-up takes at most [`GROUPS_PER_KEY_MAX`] binary searches, whatever the text: literals
//! that would need more are told back by [`Index::new`].

use super::needles::Needles;

/// Distances at which literals may stand before one key.
const GROUPS_PER_KEY_MAX: usize = 32;

/// One literal under one of its keys.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Entry {
    pub(super) key: u64,
    /// Which octets of a load the key is.
    pub(super) shape: u32,
    /// Octets from the start of the literal to the key.
    pub(super) offset: u32,
    pub(super) needle: u32,
}

/// Literals under one key at one distance.
#[derive(Clone, Copy, Debug)]
struct Group {
    key: u64,
    shape: u32,
    offset: u32,
    /// Its literals in `sorted`; the literal itself where it is alone, as most are.
    first: u32,
    count: u32,
    /// The first octets of a literal that is alone: tells most others apart without its text.
    head: u32,
}

/// A literal in its group.
#[derive(Clone, Copy, Debug)]
struct Member {
    needle: u32,
    /// Steps back in the group to the longest other literal that starts it; 0 for none.
    parent_back: u32,
}

/// Bits of the table that is asked first, for each entry.
const MARKS_PER_ENTRY: usize = 32;

/// The literals by key.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    /// A bit for each key, at [`Index::mix`] of it.
    marks: Vec<u64>,
    marks_shift: u32,
    /// Where each bucket starts in `groups`; one more than there are buckets.
    buckets: Vec<u32>,
    bucket_shift: u32,
    groups: Vec<Group>,
    sorted: Vec<Member>,
}

impl Index {
    /// Builds the index; also gives the literals that a key has no room for.
    pub(super) fn new(mut entries: Vec<Entry>, needles: &Needles) -> (Self, Vec<u32>) {
        let log2 = log2(entries.len());
        let marks_log2 = log2.saturating_add(MARKS_PER_ENTRY.trailing_zeros()).max(6);
        let mut built = Self {
            bucket_shift: 64_u32.saturating_sub(log2),
            marks: vec![0; 1 << marks_log2.saturating_sub(6)],
            marks_shift: 64_u32.saturating_sub(marks_log2),
            ..Self::default()
        };
        // By the mix first, which parts nearly all; the few that are alike are put in order apart.
        entries.sort_unstable_by_key(|it| mix(it.shape, it.key));
        for alike in entries
            .chunk_by_mut(|one, other| mix(one.shape, one.key) == mix(other.shape, other.key))
        {
            let text = |it: &Entry| needles.get(it.needle);
            alike.sort_by(|one, other| {
                let key = |it: &Entry| (it.shape, it.key, it.offset);
                key(one).cmp(&key(other)).then_with(|| text(one).cmp(text(other)))
            });
        }
        let crowded = take_crowded(&mut entries);
        let place = |it: &Entry| (it.shape, it.key, it.offset);
        for members in entries.chunk_by(|one, other| place(one) == place(other)) {
            built.push(members, needles);
        }
        built.fill_buckets(log2);
        (built, crowded)
    }

    fn push(&mut self, members: &[Entry], needles: &Needles) {
        let Some(head) = members.first() else { return };
        let (first, count) = (number(self.sorted.len()), number(members.len()));
        let Entry { key, shape, offset, needle } = *head;
        let alone = members.len() == 1;
        let head = if alone { head_of(needles.get(needle)).unwrap_or(NO_HEAD) } else { NO_HEAD };
        let first = if alone { needle } else { first };
        self.groups.push(Group { key, shape, offset, first, count, head });
        let (word, bit) = self.mark(mix(shape, key));
        if let Some(word) = self.marks.get_mut(word) {
            *word |= bit;
        }
        if alone {
            return;
        }
        // Those whose texts start the text at hand, shortest first.
        let mut open: Vec<(usize, u32)> = Vec::new();
        for (at, entry) in members.iter().enumerate() {
            let text = needles.get(entry.needle);
            while open.last().is_some_and(|it| !text.starts_with(needles.get(it.1))) {
                open.pop();
            }
            let parent_back = open.last().map_or(0, |it| number(at.saturating_sub(it.0)));
            self.sorted.push(Member { needle: entry.needle, parent_back });
            open.push((at, entry.needle));
        }
    }

    fn fill_buckets(&mut self, log2: u32) {
        let mut after = 0_usize;
        for bucket in 0..=1_u64 << log2 {
            let here = |it: &Group| mix(it.shape, it.key) >> self.bucket_shift < bucket;
            let less = self.groups.get(after..).unwrap_or_default();
            after = after.saturating_add(less.iter().take_while(|it| here(it)).count());
            self.buckets.push(number(after));
        }
    }

    /// The word of `marks` and the bit in it.
    fn mark(&self, mixed: u64) -> (usize, u64) {
        let hash = mixed >> self.marks_shift;
        (usize::try_from(hash >> 6).unwrap_or(usize::MAX), 1 << (hash & 63))
    }

    /// Whether a literal may stand under a key, by its mix; `false` is certain.
    #[inline]
    pub(super) fn may_hold(&self, mixed: u64) -> bool {
        let (word, bit) = self.mark(mixed);
        self.marks.get(word).is_some_and(|it| it & bit != 0)
    }

    /// Tells `found` of every literal that stands round the key (shape, octets, mix) at `at`, with
    /// its start.
    pub(super) fn look_up(
        &self,
        needles: &Needles,
        text: &[u8],
        (shape, key, mixed): (u32, u64, u64),
        at: usize,
        found: &mut impl FnMut(u32, usize),
    ) {
        let bucket = usize::try_from(mixed >> self.bucket_shift).unwrap_or(usize::MAX);
        let Some(&[from, to]) = self.buckets.get(bucket..).and_then(|it| it.first_chunk()) else {
            return;
        };
        for group in self.groups.get(wide(from)..wide(to)).unwrap_or_default() {
            if (group.shape, group.key) != (shape, key) {
                continue;
            }
            let Some(start) = at.checked_sub(wide(group.offset)) else { continue };
            self.tell(group, needles, text.get(start..).unwrap_or_default(), |it| found(it, start));
        }
    }

    fn tell(&self, group: &Group, needles: &Needles, rest: &[u8], mut found: impl FnMut(u32)) {
        if group.count == 1 {
            let is_other = group.head != NO_HEAD && head_of(rest) != Some(group.head);
            if !is_other && rest.starts_with(needles.get(group.first)) {
                found(group.first);
            }
            return;
        }
        let first = wide(group.first);
        let members = self.sorted.get(first..first.saturating_add(wide(group.count)));
        let members = members.unwrap_or_default();
        let after = members.partition_point(|it| {
            let needle = needles.get(it.needle);
            needle <= rest.get(..needle.len()).unwrap_or(rest)
        });
        let mut at = after.checked_sub(1);
        while let Some(member) = at.and_then(|it| members.get(it)) {
            if rest.starts_with(needles.get(member.needle)) {
                found(member.needle);
            }
            let back = Some(wide(member.parent_back)).filter(|it| *it > 0);
            at = at.zip(back).and_then(|(at, back)| at.checked_sub(back));
        }
    }
}

/// What stands for no head: no text begins so.
const NO_HEAD: u32 = u32::MAX;

/// The first octets of a text, if it has so many.
fn head_of(text: &[u8]) -> Option<u32> {
    text.first_chunk().map(|it| u32::from_le_bytes(*it))
}

/// Takes out every entry of each literal that some key has no room for.
fn take_crowded(entries: &mut Vec<Entry>) -> Vec<u32> {
    let mut crowded = Vec::new();
    for alike in entries.chunk_by(|one, other| (one.shape, one.key) == (other.shape, other.key)) {
        let groups = alike.chunk_by(|one, other| one.offset == other.offset);
        for group in groups.skip(GROUPS_PER_KEY_MAX) {
            crowded.extend(group.iter().map(|it| it.needle));
        }
    }
    crowded.sort_unstable();
    crowded.dedup();
    if !crowded.is_empty() {
        entries.retain(|it| crowded.binary_search(&it.needle).is_err());
    }
    crowded
}

/// A key of a shape, well mixed.
#[inline]
pub(super) fn mix(shape: u32, key: u64) -> u64 {
    (key ^ u64::from(shape).rotate_right(4)).wrapping_mul(0xd6e8_feb8_6659_fd93)
}

fn log2(entries: usize) -> u32 {
    entries.max(2).next_power_of_two().trailing_zeros()
}

fn number(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn wide(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
