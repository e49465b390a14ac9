//! Hash tables of the index: made once, looked up while deciding, never listed.
//!
//! The hash is fixed, so that two runs do the same. What is entered comes from the rules; what a
//! stranger writes is only looked up, so it cannot fill a bucket.

/// From a 64-bit key to a number, in one array: the first free place after the key's own.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    /// A power of two, at most half of them taken; a place is free while its number is [`FREE`].
    places: Vec<(u64, u32)>,
}

const FREE: u32 = u32::MAX;

/// An odd number whose bits look random.
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

impl Table {
    /// Room for so many entries.
    pub(super) fn with_room(entries: usize) -> Self {
        let places = entries.saturating_mul(2).next_power_of_two().max(4);
        Self { places: vec![(0, FREE); places] }
    }

    /// The number under a key for which `is` holds.
    pub(super) fn find(&self, key: u64, is: impl Fn(u32) -> bool) -> Option<u32> {
        let mask = self.places.len().checked_sub(1)?;
        let mut at = spread(key) & mask;
        loop {
            let (found, number) = *self.places.get(at)?;
            if number == FREE {
                return None;
            }
            if found == key && is(number) {
                return Some(number);
            }
            at = at.wrapping_add(1) & mask;
        }
    }

    /// Puts another number in the place of each.
    fn renumber(&mut self, number: impl Fn(u32) -> u32) {
        for place in self.places.iter_mut().filter(|it| it.1 != FREE) {
            place.1 = number(place.1);
        }
    }

    /// Enters a number that is not under this key; there must be room.
    pub(super) fn enter(&mut self, key: u64, number: u32) {
        let Some(mask) = self.places.len().checked_sub(1) else { return };
        let mut at = spread(key) & mask;
        while let Some(place) = self.places.get_mut(at) {
            if place.1 == FREE {
                *place = (key, number);
                return;
            }
            at = at.wrapping_add(1) & mask;
        }
    }
}

fn spread(key: u64) -> usize {
    usize::try_from(key.wrapping_mul(FACTOR) >> 32).unwrap_or_default()
}

/// Names with numbers in the order in which they came.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    /// To where each name begins in `text`.
    table: Table,
    /// All of them, each behind four octets with its number and before an [`END`].
    text: Vec<u8>,
    count: u32,
}

/// What no name holds.
const END: u8 = b'\n';

impl Names {
    pub(super) fn with_room(names: usize) -> Self {
        Self { table: Table::with_room(names), ..Self::default() }
    }

    /// The number of the name that is these parts, one after the other, whose hash this is.
    pub(super) fn find(&self, hash: u64, parts: [&str; 3]) -> Option<u32> {
        let start = self.table.find(hash, |it| self.is(it, parts))?;
        let rest = usize::try_from(start).ok().and_then(|it| self.text.get(it..))?;
        rest.first_chunk::<4>().map(|it| u32::from_le_bytes(*it))
    }

    fn is(&self, start: u32, parts: [&str; 3]) -> bool {
        let rest = usize::try_from(start).ok().and_then(|it| self.text.get(it.checked_add(4)?..));
        let Some(mut rest) = rest else { return false };
        for part in parts {
            let Some(after) = rest.strip_prefix(part.as_bytes()) else { return false };
            rest = after;
        }
        rest.first() == Some(&END)
    }

    /// The same; enters the name where it is new.
    pub(super) fn number(&mut self, hash: u64, parts: [&str; 3]) -> u32 {
        if let Some(known) = self.find(hash, parts) {
            return known;
        }
        let number = self.count;
        self.count = self.count.saturating_add(1);
        let start = u32::try_from(self.text.len()).unwrap_or(FREE);
        self.text.extend_from_slice(&number.to_le_bytes());
        for part in parts {
            self.text.extend_from_slice(part.as_bytes());
        }
        self.text.push(END);
        self.table.enter(hash, start);
        number
    }

    pub(super) fn len(&self) -> usize {
        usize::try_from(self.count).unwrap_or(usize::MAX)
    }
}

/// Names with lists of numbers, each name with its own in one place: to look one up costs a place of the
/// table and that one.
#[derive(Clone, Debug, Default)]
pub(super) struct Pages {
    table: Table,
    /// For each name: its text, an [`END`], a mark, the lengths of its lists, the lists.
    octets: Vec<u8>,
    lists: usize,
}

/// What stands behind a name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Page<'p> {
    /// Given with the name.
    pub(super) mark: u8,
    lengths: &'p [u8],
    members: &'p [u8],
}

/// Octets of a number in a page.
const NUMBER: usize = 4;

impl Pages {
    /// The names with so many lists each, which are numbered through, and a mark.
    pub(super) fn new(names: Names, each: usize, lists: &Lists, mark: impl Fn(u32) -> u8) -> Self {
        let mut octets = Vec::new();
        let mut starts = Vec::with_capacity(names.len());
        let mut rest = names.text.as_slice();
        let mut list = 0_u32;
        // They stand in the order of their numbers.
        for number in 0..names.count {
            let text = rest.get(NUMBER..).unwrap_or_default();
            let end = memchr::memchr(END, text).map_or(text.len(), |it| it.saturating_add(1));
            let (name, after) = text.split_at_checked(end).unwrap_or_default();
            starts.push(u32::try_from(octets.len()).unwrap_or(FREE));
            octets.extend_from_slice(name);
            octets.push(mark(number));
            let own = list..list.saturating_add(u32::try_from(each).unwrap_or(u32::MAX));
            for list in own.clone() {
                let length = u32::try_from(lists.of(list).len()).unwrap_or(u32::MAX);
                octets.extend_from_slice(&length.to_le_bytes());
            }
            let members = own.clone().flat_map(|it| lists.of(it));
            members.for_each(|it| octets.extend_from_slice(&it.to_le_bytes()));
            (rest, list) = (after, own.end);
        }
        let (mut table, text) = (names.table, names.text);
        table.renumber(|old| {
            let place = usize::try_from(old).ok().and_then(|it| text.get(it..)?.first_chunk());
            let number = place.and_then(|it| usize::try_from(u32::from_le_bytes(*it)).ok());
            number.and_then(|it| starts.get(it)).copied().unwrap_or(FREE)
        });
        octets.shrink_to_fit();
        Self { table, octets, lists: each }
    }

    /// The page of the name that is these parts, one after the other, whose hash this is.
    pub(super) fn find(&self, hash: u64, parts: [&str; 3]) -> Option<Page<'_>> {
        let after = |start: u32| {
            let mut rest = self.octets.get(usize::try_from(start).ok()?..)?;
            for part in parts {
                rest = rest.strip_prefix(part.as_bytes())?;
            }
            rest.strip_prefix(&[END])
        };
        let start = self.table.find(hash, |it| after(it).is_some())?;
        let (mark, rest) = after(start)?.split_first()?;
        let (lengths, members) = rest.split_at_checked(self.lists.saturating_mul(NUMBER))?;
        Some(Page { mark: *mark, lengths, members })
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

fn mixed(word: u64) -> u64 {
    let product = u128::from(word ^ FACTOR).wrapping_mul(u128::from(SEED));
    let high = u64::try_from(product >> 64).unwrap_or_default();
    (word ^ FACTOR).wrapping_mul(SEED) ^ high
}

/// Lists of numbers in one array.
#[derive(Clone, Debug, Default)]
pub(super) struct Lists {
    /// Where each list starts in `members`, and the end of the last one.
    starts: Vec<u32>,
    members: Vec<u32>,
}

impl Lists {
    /// Makes `count` lists of pairs of a list's number and a member.
    pub(super) fn new(count: usize, mut pairs: Vec<(u32, u32)>) -> Self {
        pairs.sort_unstable();
        pairs.dedup();
        let mut starts = Vec::with_capacity(count.saturating_add(1));
        let mut at = 0_u32;
        let mut left = pairs.iter().peekable();
        for list in 0..u32::try_from(count).unwrap_or(u32::MAX) {
            starts.push(at);
            while left.next_if(|it| it.0 == list).is_some() {
                at = at.saturating_add(1);
            }
        }
        starts.push(at);
        Self { starts, members: pairs.into_iter().map(|it| it.1).collect() }
    }

    /// The members of a list.
    pub(super) fn of(&self, list: u32) -> &[u32] {
        let Ok(list) = usize::try_from(list) else { return &[] };
        let Some([start, end]) = self.starts.get(list..).and_then(|it| it.first_chunk::<2>())
        else {
            return &[];
        };
        let range = usize::try_from(*start).ok().zip(usize::try_from(*end).ok());
        range.and_then(|(start, end)| self.members.get(start..end)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_and_others_are_not() {
        let mut names = Names::with_room(1_000);
        for number in 0..1_000_u32 {
            let name = format!("name-{number}");
            let parts = [name.as_str(), "@", "x"];
            assert_eq!(names.number(hash(SEED, &name), parts), number);
            assert_eq!(names.number(hash(SEED, &name), parts), number);
        }
        assert_eq!(names.len(), 1_000);
        for number in 0..1_000_u32 {
            let name = format!("name-{number}");
            assert_eq!(names.find(hash(SEED, &name), ["", &name, "@x"]), Some(number));
            // The hash alone is not enough, nor is the front of a name.
            assert_eq!(names.find(hash(SEED, &name), [&name, "@", "y"]), None);
            assert_eq!(names.find(hash(SEED, &name), [&name, "@", ""]), None);
            let other = format!("eman-{number}");
            assert_eq!(names.find(hash(SEED, &other), [&other, "@", "x"]), None);
        }
        assert_eq!(Names::default().find(7, [""; 3]), None);
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
    fn a_page_has_the_mark_and_the_lists_of_its_name() {
        let mut names = Names::with_room(3);
        for (number, name) in (0..).zip(["a", "ab", ""]) {
            assert_eq!(names.number(hash(SEED, name), [name, "", ""]), number);
        }
        let lists = Lists::new(6, vec![(0, 7), (2, 1), (2, 9), (3, 1_000_000)]);
        let pages = Pages::new(names, 2, &lists, |it| u8::try_from(it).unwrap() + 10);
        let all = |name: &str| {
            let page = pages.find(hash(SEED, name), [name, "", ""])?;
            let list = |it| page.list(it).collect::<Vec<u32>>();
            Some((page.mark, list(0), list(1), list(2)))
        };
        assert_eq!(all("a"), Some((10, vec![7], vec![], vec![])));
        assert_eq!(all("ab"), Some((11, vec![1, 9], vec![1_000_000], vec![])));
        assert_eq!(all(""), Some((12, vec![], vec![], vec![])));
        assert_eq!(all("b"), None);
        assert!(pages.find(hash(SEED, "ab"), ["a", "", ""]).is_none());
        assert!(Pages::default().find(7, [""; 3]).is_none());
    }

    #[test]
    fn lists_keep_apart() {
        let lists = Lists::new(4, vec![(2, 9), (0, 1), (2, 8), (2, 9)]);
        let all: Vec<&[u32]> = (0..5).map(|it| lists.of(it)).collect();
        assert_eq!(all, [&[1][..], &[], &[8, 9], &[], &[]]);
    }
}
