//! Hash tables of the index: made once, looked up while deciding, never listed.
//!
//! The hash is fixed, so that two runs do the same. What is entered comes from the rules; what a
//! stranger writes is only looked up, so it cannot fill a bucket.

use crate::bundle::{
    Corrupt,
    codec::{Coded, Reader, Writer},
};

/// From a hash to a number, in one array: the first free place after the hash's own.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    /// A power of two, at most half of them taken. The upper half of the hash, which keeps most
    /// others from being compared, and the number; a place is free while that is [`FREE`].
    places: Vec<(u32, u32)>,
}

/// No number, and no place.
pub(super) const FREE: u32 = u32::MAX;

/// An odd number whose bits look random.
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

impl Table {
    /// Room for so many entries.
    pub(super) fn with_room(entries: usize) -> Self {
        let places = entries.saturating_mul(2).next_power_of_two().max(4);
        Self { places: vec![(0, FREE); places] }
    }

    /// What `look` makes of the first number under a hash of which it makes something.
    pub(super) fn find<T>(&self, hash: u64, look: impl Fn(u32) -> Option<T>) -> Option<T> {
        let mask = self.places.len().checked_sub(1)?;
        let (mut at, tag) = split(hash);
        loop {
            at &= mask;
            let (found, number) = *self.places.get(at)?;
            if number == FREE {
                return None;
            }
            if found == tag
                && let Some(found) = look(number)
            {
                return Some(found);
            }
            at = at.wrapping_add(1);
        }
    }

    fn has_room_for(&self, entries: usize) -> bool {
        entries.saturating_mul(2) <= self.places.len()
    }

    /// Enters a number that is not under this hash; there must be room.
    pub(super) fn enter(&mut self, hash: u64, number: u32) {
        let Some(mask) = self.places.len().checked_sub(1) else { return };
        let (at, tag) = split(hash);
        let mut at = at & mask;
        while let Some(place) = self.places.get_mut(at) {
            if place.1 == FREE {
                *place = (tag, number);
                return;
            }
            at = at.wrapping_add(1) & mask;
        }
    }
}

impl Coded for Table {
    fn write(&self, to: &mut Writer) {
        let numbers = self.places.iter().flat_map(|it| [it.0, it.1]);
        let octets: Vec<u8> = numbers.flat_map(u32::to_le_bytes).collect();
        to.run(&octets);
    }

    /// A table without a free place would be searched for ever.
    fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let (places, rest) = from.run()?.as_chunks::<NUMBER>();
        let places = places.chunks_exact(2).filter_map(|it| it.as_array());
        let number = |it: &[u8; NUMBER]| u32::from_le_bytes(*it);
        let places: Vec<(u32, u32)> = places.map(|[tag, it]| (number(tag), number(it))).collect();
        let is_table = places.is_empty()
            || places.len().is_power_of_two() && places.iter().any(|it| it.1 == FREE);
        if is_table && rest.is_empty() { Ok(Self { places }) } else { Err(from.damaged()) }
    }
}

/// Where a hash belongs, and what stands there for it.
fn split(hash: u64) -> (usize, u32) {
    let tag = u32::try_from(hash >> 32).unwrap_or_default();
    let low = u32::try_from(hash & u64::from(u32::MAX)).unwrap_or_default();
    (usize::try_from(low).unwrap_or_default(), tag)
}

/// Names below owners, with numbers in the order in which they came.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    table: Table,
    /// All of them: the owner's number, the text, an [`END`].
    octets: Vec<u8>,
    /// Where each begins in `octets`.
    starts: Vec<u32>,
    hashes: Vec<u64>,
}

/// What no name holds.
const END: u8 = b'\n';

/// Octets of the longest name whose owner has an owner: that of a domain.
const NAME_OCTETS_MAX: usize = grammar::limits::DOMAIN_OCTETS_MAX;

/// Octets of a number between the names.
const NUMBER: usize = 4;

/// The owner of names that have none.
pub(super) const NOBODY: u32 = FREE;

impl Names {
    /// The number of the name below an owner, whose hash this is.
    pub(super) fn find(&self, hash: u64, owner: u32, text: &str) -> Option<u32> {
        self.table.find(hash, |number| {
            let start = usize::try_from(number).ok().and_then(|it| self.starts.get(it))?;
            after_name(&self.octets, *start, Some(owner), text).map(|_| number)
        })
    }

    /// The same; enters the name where it is new.
    pub(super) fn number(&mut self, hash: u64, owner: u32, text: &str) -> u32 {
        if let Some(known) = self.find(hash, owner, text) {
            return known;
        }
        let number = u32::try_from(self.starts.len()).unwrap_or(FREE);
        if !self.table.has_room_for(self.starts.len().saturating_add(1)) {
            self.table = Table::with_room(self.starts.len().saturating_mul(2));
            let known = self.hashes.iter().zip(0..);
            known.for_each(|(hash, number)| self.table.enter(*hash, number));
        }
        self.hashes.push(hash);
        self.starts.push(u32::try_from(self.octets.len()).unwrap_or(FREE));
        self.octets.extend_from_slice(&owner.to_le_bytes());
        self.octets.extend_from_slice(text.as_bytes());
        self.octets.push(END);
        self.table.enter(hash, number);
        number
    }

    pub(super) fn len(&self) -> usize {
        self.starts.len()
    }

    /// Their owners, in the order of their numbers.
    pub(super) fn owners(&self) -> impl Iterator<Item = u32> {
        let places = self.starts.iter().map(|it| usize::try_from(*it).unwrap_or(usize::MAX));
        let octets = places.filter_map(|it| self.octets.get(it..)?.first_chunk());
        octets.map(|it| u32::from_le_bytes(*it))
    }

    /// Their texts, in the order of their numbers.
    pub(super) fn texts(&self) -> impl Iterator<Item = &[u8]> {
        let ends = self.starts.iter().skip(1).copied().map(usize::try_from);
        let ends = ends.map(|it| it.unwrap_or(self.octets.len())).chain([self.octets.len()]);
        self.starts.iter().zip(ends).map(|(start, end)| {
            let start = usize::try_from(*start).unwrap_or(usize::MAX).saturating_add(NUMBER);
            self.octets.get(start..end.saturating_sub(1)).unwrap_or_default()
        })
    }
}

/// What stands behind a name that begins here, where it is this one.
fn after_name<'o>(
    octets: &'o [u8],
    start: u32,
    owner: Option<u32>,
    text: &str,
) -> Option<&'o [u8]> {
    let rest = octets.get(usize::try_from(start).ok()?..)?;
    let (number, rest) = rest.split_first_chunk::<NUMBER>()?;
    if owner.is_some_and(|it| it.to_le_bytes() != *number) {
        return None;
    }
    let (name, rest) = rest.split_at_checked(text.len())?;
    rest.strip_prefix(&[END]).filter(|_| name == text.as_bytes())
}

/// Names with lists of numbers, each name with its own in one place: to look one up costs a place of the
/// table and that one.
#[derive(Clone, Debug, Default)]
pub(super) struct Pages {
    table: Table,
    /// For each name: where its owner's page begins, its text, an [`END`], a mark, the lengths of
    /// its lists, the lists.
    octets: Vec<u8>,
    lists: usize,
}

/// What stands behind a name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Page<'p> {
    /// Where it begins among the pages.
    pub(super) start: u32,
    /// Where its owner begins, among the pages that have the owners.
    pub(super) owner: u32,
    /// Given with the name.
    pub(super) mark: u8,
    lengths: &'p [u8],
    members: &'p [u8],
}

/// What a name is given when it gets its page.
#[derive(Clone, Copy, Debug)]
pub(super) struct Given {
    /// Where the owner's page begins; [`NOBODY`] where it has none.
    pub(super) owner: u32,
    pub(super) mark: u8,
}

impl Pages {
    /// The names with so many lists each, which are numbered through; and where each page begins.
    pub(super) fn new(
        names: &Names,
        each: usize,
        lists: &Lists,
        given: impl Fn(u32, &[u32]) -> Given,
    ) -> (Self, Vec<u32>) {
        let of = |number: u32| {
            let each = u32::try_from(each).unwrap_or(u32::MAX);
            let first = number.saturating_mul(each);
            (first..first.saturating_add(each)).map(|it| lists.of(it))
        };
        // A page is as long as its name and its lists, so all places are known beforehand.
        let behind = each.saturating_mul(NUMBER).saturating_add(1);
        let mut length = 0_usize;
        let mut starts = Vec::with_capacity(names.len());
        for (number, text) in (0_u32..).zip(names.texts()) {
            starts.push(u32::try_from(length).unwrap_or(FREE));
            let members: usize = of(number).map(<[u32]>::len).sum();
            let own = text.len().saturating_add(NUMBER).saturating_add(1);
            let own = own.saturating_add(behind).saturating_add(members.saturating_mul(NUMBER));
            length = length.saturating_add(own);
        }
        let mut octets = Vec::with_capacity(length);
        for (number, text) in (0_u32..).zip(names.texts()) {
            let Given { owner, mark } = given(number, &starts);
            octets.extend_from_slice(&owner.to_le_bytes());
            octets.extend_from_slice(text);
            octets.extend_from_slice(&[END, mark]);
            for list in of(number) {
                let length = u32::try_from(list.len()).unwrap_or(u32::MAX);
                octets.extend_from_slice(&length.to_le_bytes());
            }
            of(number).flatten().for_each(|it| octets.extend_from_slice(&it.to_le_bytes()));
        }
        let mut table = Table::with_room(names.len());
        names.hashes.iter().zip(&starts).for_each(|(hash, start)| table.enter(*hash, *start));
        (Self { table, octets, lists: each }, starts)
    }

    /// The page of the name whose hash this is; below this owner, where one is said.
    pub(super) fn find(&self, hash: u64, owner: Option<u32>, text: &str) -> Option<Page<'_>> {
        self.table
            .find(hash, |start| self.page(start, after_name(&self.octets, start, owner, text)?))
    }

    /// The page that begins here, of a name of at most [`NAME_OCTETS_MAX`].
    pub(super) fn at(&self, start: u32) -> Option<Page<'_>> {
        let name = self.octets.get(usize::try_from(start).ok()?.checked_add(NUMBER)?..)?;
        let end = memchr::memchr(END, name.get(..=NAME_OCTETS_MAX).unwrap_or(name))?;
        self.page(start, name.get(end.checked_add(1)?..)?)
    }

    /// Whether from each page on, the owner of the owner and so on has none after so many.
    pub(super) fn have_owners(&self, at_most: usize) -> bool {
        let starts = self.table.places.iter().map(|it| it.1).filter(|it| *it != FREE);
        let owner = |start: &u32| self.at(*start).map(|it| it.owner);
        let chain = |start| std::iter::successors(Some(start), owner);
        starts.map(chain).all(|mut it| it.by_ref().take(at_most).last() == Some(NOBODY))
    }

    fn page<'p>(&'p self, start: u32, behind_name: &'p [u8]) -> Option<Page<'p>> {
        let owner = self.octets.get(usize::try_from(start).ok()?..)?.first_chunk()?;
        let (mark, rest) = behind_name.split_first()?;
        let (lengths, members) = rest.split_at_checked(self.lists.saturating_mul(NUMBER))?;
        Some(Page { start, owner: u32::from_le_bytes(*owner), mark: *mark, lengths, members })
    }
}

impl Coded for Pages {
    fn write(&self, to: &mut Writer) {
        let Self { table, octets, lists } = self;
        table.write(to);
        to.run(octets);
        lists.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let table = Table::read(from)?;
        Ok(Self { table, octets: from.run()?.to_vec(), lists: Coded::read(from)? })
    }
}

impl<'p> Page<'p> {
    /// The members of one of its lists.
    pub(super) fn list(self, number: usize) -> impl Iterator<Item = u32> + use<'p> {
        let (lengths, _) = self.lengths.as_chunks::<NUMBER>();
        let (members, _) = self.members.as_chunks::<NUMBER>();
        let length = |it: &[u8; NUMBER]| usize::try_from(u32::from_le_bytes(*it)).unwrap_or(0);
        let before = lengths.iter().take(number).map(length).fold(0, usize::saturating_add);
        let count = lengths.get(number).map_or(0, length);
        let list = members.get(before..before.saturating_add(count)).unwrap_or_default();
        list.iter().map(|it| u32::from_le_bytes(*it))
    }
}

/// What a hash starts from.
pub(super) const SEED: u64 = 0x517c_c1b7_2722_0a95;

/// The hash of what `seed` is the hash of, with a text behind it.
pub(super) fn hash(seed: u64, text: &str) -> u64 {
    let bytes = text.as_bytes();
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let mut state = mixed(seed ^ length);
    let mut rest = bytes;
    while let Some((word, after)) = rest.split_first_chunk::<8>() {
        state = mixed(state ^ u64::from_le_bytes(*word));
        rest = after;
    }
    if rest.is_empty() {
        return state;
    }
    // The last octets once more rather than fewer than eight: no copy of unknown length.
    let last = if let Some(word) = bytes.last_chunk::<8>() {
        u64::from_le_bytes(*word)
    } else if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        u64::from(u32::from_le_bytes(*first)) | (u64::from(u32::from_le_bytes(*last)) << 32)
    } else {
        rest.iter().fold(0, |word, byte| (word << 8) | u64::from(*byte))
    };
    mixed(state ^ last)
}

/// The hash of a pair of numbers.
pub(super) fn hash_pair(one: u32, other: u32) -> u64 {
    mixed((u64::from(one) << 32) | u64::from(other))
}

fn mixed(word: u64) -> u64 {
    let product = u128::from(word ^ FACTOR).wrapping_mul(u128::from(SEED));
    let high = u64::try_from(product >> 64).unwrap_or_default();
    (word ^ FACTOR).wrapping_mul(SEED) ^ high
}

/// Lists of numbers in one array.
#[derive(Clone, Debug, Default)]
pub(super) struct Lists {
    /// Where each list begins and ends in `members`.
    ranges: Vec<(u32, u32)>,
    members: Vec<u32>,
}

impl Lists {
    /// Makes `count` lists of pairs of a list's number and a member. Members keep their order; one
    /// that comes again at once is left out.
    pub(super) fn new(count: usize, pairs: &[(u32, u32)]) -> Self {
        let mut ranges = vec![(0_u32, 0_u32); count];
        let place = |list: u32| usize::try_from(list).unwrap_or(usize::MAX);
        for (list, _) in pairs {
            if let Some(range) = ranges.get_mut(place(*list)) {
                range.1 = range.1.saturating_add(1);
            }
        }
        let mut at = 0_u32;
        for range in &mut ranges {
            let length = range.1;
            *range = (at, at);
            at = at.saturating_add(length);
        }
        let mut members = vec![0; pairs.len()];
        for (list, member) in pairs {
            let Some((start, end)) = ranges.get_mut(place(*list)) else { continue };
            let last = end.checked_sub(1).filter(|it| *it >= *start);
            if last.and_then(|it| members.get(place(it))) == Some(member) {
                continue;
            }
            if let Some(free) = members.get_mut(place(*end)) {
                *free = *member;
                *end = end.saturating_add(1);
            }
        }
        Self { ranges, members }
    }

    /// The members of a list.
    pub(super) fn of(&self, list: u32) -> &[u32] {
        let place = |it: u32| usize::try_from(it).ok();
        let range = place(list).and_then(|it| self.ranges.get(it));
        let range = range.and_then(|(start, end)| place(*start).zip(place(*end)));
        range.and_then(|(start, end)| self.members.get(start..end)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_and_others_are_not() {
        let mut names = Names::default();
        for number in 0..1_000_u32 {
            let name = format!("name-{number}");
            assert_eq!(names.number(hash(SEED, &name), 7, &name), number);
            assert_eq!(names.number(hash(SEED, &name), 7, &name), number);
        }
        assert_eq!(names.len(), 1_000);
        assert!(names.texts().eq((0..1_000).map(|it| format!("name-{it}").into_bytes())));
        for number in 0..1_000_u32 {
            let name = format!("name-{number}");
            assert_eq!(names.find(hash(SEED, &name), 7, &name), Some(number));
            // The hash alone is not enough, nor the front of a name, nor that of another owner.
            assert_eq!(names.find(hash(SEED, &name), 7, &format!("{name}x")), None);
            assert_eq!(names.find(hash(SEED, &name), 7, "name"), None);
            assert_eq!(names.find(hash(SEED, &name), 8, &name), None);
            let other = format!("eman-{number}");
            assert_eq!(names.find(hash(SEED, &other), 7, &other), None);
        }
        assert_eq!(Names::default().find(7, 0, ""), None);
    }

    /// A change of any octet of a text of any length changes its hash.
    #[test]
    fn every_octet_counts() {
        for length in 1..40 {
            let text = "a".repeat(length);
            for at in 0..length {
                let mut other = text.clone();
                other.replace_range(at..=at, "b");
                assert_ne!(hash(SEED, &text), hash(SEED, &other), "{at} of {length}");
            }
            assert_ne!(hash(SEED, &text), hash(SEED, &"a".repeat(length + 1)));
        }
    }

    #[test]
    fn a_page_has_the_owner_the_mark_and_the_lists_of_its_name() {
        let mut names = Names::default();
        for (number, name) in (0..).zip(["a", "ab", ""]) {
            assert_eq!(names.number(hash(SEED, name), NOBODY, name), number);
        }
        let lists = Lists::new(6, &[(0, 7), (2, 1), (2, 9), (3, 1_000_000)]);
        let given = |it: u32, starts: &[u32]| Given {
            owner: if it == 1 { starts[0] } else { NOBODY },
            mark: u8::try_from(it).unwrap() + 10,
        };
        let (pages, starts) = Pages::new(&names, 2, &lists, given);
        let all = |page: Page<'_>| {
            let list = |it| page.list(it).collect::<Vec<u32>>();
            (page.mark, list(0), list(1), list(2))
        };
        let find = |name: &str| pages.find(hash(SEED, name), None, name);
        assert_eq!(find("a").map(all), Some((10, vec![7], vec![], vec![])));
        assert_eq!(find("ab").map(all), Some((11, vec![1, 9], vec![1_000_000], vec![])));
        assert_eq!(find("").map(all), Some((12, vec![], vec![], vec![])));
        assert!(find("b").is_none());
        assert!(pages.find(hash(SEED, "ab"), None, "a").is_none());
        assert!(pages.find(hash(SEED, "ab"), Some(5), "ab").is_none());
        assert_eq!(find("ab").map(|it| it.owner), Some(0));
        assert_eq!(pages.at(0).map(all), find("a").map(all));
        assert_eq!(pages.at(starts[1]).map(all), find("ab").map(all));
        assert!(pages.at(NOBODY).is_none());
        assert!(Pages::default().find(7, None, "").is_none());
    }

    #[test]
    fn lists_keep_apart() {
        let lists = Lists::new(4, &[(2, 8), (0, 1), (2, 9), (2, 9), (9, 9)]);
        let all: Vec<&[u32]> = (0..5).map(|it| lists.of(it)).collect();
        assert_eq!(all, [&[1][..], &[], &[8, 9], &[], &[]]);
    }
}
