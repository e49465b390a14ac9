//! A compound file as streams in storages.
//!
//! # Source
//!
//! [MS-CFB].

use std::collections::{BTreeMap, BTreeSet};

use crate::{archive::Octets, budget::Budget};

/// A storage or a stream.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) is_stream: bool,
    /// The storage that it stands in; the root stands in itself.
    pub(super) storage: usize,
    start: u32,
    size: u64,
}

/// A compound file.
#[derive(Debug, Default)]
pub(super) struct Compound<'c> {
    octets: &'c [u8],
    /// Octets of a sector, as a power of two, and of a small sector.
    sector: u32,
    small: u32,
    /// Streams that are shorter stand in small sectors.
    cutoff: u64,
    next: Vec<u32>,
    next_small: Vec<u32>,
    smalls: Vec<u8>,
    pub(super) entries: Vec<Entry>,
    /// The first stream of each name in a storage, in lower case.
    streams: BTreeMap<(usize, String), usize>,
    pub(super) damaged: bool,
}

/// Sectors from here on are none.
const SPECIAL: u32 = 0xffff_fffa;
const NONE: u32 = 0xffff_ffff;

impl<'c> Compound<'c> {
    /// Reads the tables; none for what is no compound file.
    pub(super) fn read(octets: &'c [u8], budget: &mut Budget) -> Option<Self> {
        let mut header = Octets::new(octets);
        header.take(30)?;
        let (sector, small) = (u32::from(header.u16()?), u32::from(header.u16()?));
        header.take(10)?;
        let (_tables, directory) = (header.u32()?, header.u32()?);
        header.take(4)?;
        let cutoff = u64::from(header.u32()?);
        let (first_small, _) = (header.u32()?, header.u32()?);
        let (first_more, _) = (header.u32()?, header.u32()?);
        if !(7..=16).contains(&sector) || !(2..=sector).contains(&small) {
            return None;
        }
        let mut compound = Self { octets, sector, small, cutoff, ..Self::default() };
        let tables = compound.tables(&mut header, first_more);
        compound.next = numbers(tables.iter().flat_map(|it| compound.sector(*it)));
        let directory = compound.chain(directory, u64::MAX, budget);
        let smalls = compound.chain(first_small, u64::MAX, budget);
        compound.next_small = numbers(smalls.iter());
        compound.directory(&directory);
        if let Some((start, size)) = compound.entries.first().map(|it| (it.start, it.size)) {
            compound.smalls = compound.chain(start, size, budget);
        }
        Some(compound)
    }

    /// The sectors of the table of sectors.
    fn tables(&self, header: &mut Octets<'_>, first_more: u32) -> Vec<u32> {
        const IN_HEADER: usize = 109;
        let entries = (self.size() / 4).max(1);
        // More than the file has sectors for says nothing.
        let most = self.octets.len() / self.size() / entries + 1;
        let mut tables: Vec<u32> = (0..IN_HEADER).filter_map(|_| header.u32()).collect();
        let mut more = first_more;
        while more < SPECIAL && tables.len() < most + IN_HEADER {
            let mut listed = numbers(self.sector(more).iter());
            if listed.len() < entries {
                break;
            }
            more = listed.pop().unwrap_or(NONE);
            tables.extend(listed);
        }
        tables.retain(|it| *it < SPECIAL);
        tables.truncate(most);
        tables
    }

    fn size(&self) -> usize {
        1 << self.sector
    }

    fn sector(&self, number: u32) -> &'c [u8] {
        let start = usize::try_from(number).ok().and_then(|it| it.checked_add(1));
        let start = start.and_then(|it| it.checked_mul(self.size())).unwrap_or(usize::MAX);
        let rest = self.octets.get(start..).unwrap_or_default();
        rest.get(..self.size().min(rest.len())).unwrap_or_default()
    }

    /// The octets of a chain of sectors, `size` of them at most.
    fn chain(&mut self, start: u32, size: u64, budget: &mut Budget) -> Vec<u8> {
        let mut octets: Vec<u8> = Vec::new();
        let mut at = start;
        // A chain that is longer than the file runs in a circle.
        while at < SPECIAL && u64::try_from(octets.len()).is_ok_and(|it| it < size) {
            let sector = self.sector(at);
            let circle = self.octets.len() < octets.len();
            if sector.is_empty() || circle || !budget.octets(sector.len()) {
                self.damaged = true;
                break;
            }
            octets.extend_from_slice(sector);
            at = usize::try_from(at).ok().and_then(|it| self.next.get(it)).copied().unwrap_or(NONE);
        }
        octets.truncate(usize::try_from(size).unwrap_or(usize::MAX));
        octets
    }

    fn small_chain(&mut self, start: u32, size: u64, budget: &mut Budget) -> Vec<u8> {
        let small = 1_usize << self.small;
        let mut octets: Vec<u8> = Vec::new();
        let mut at = start;
        while at < SPECIAL && u64::try_from(octets.len()).is_ok_and(|it| it < size) {
            let place = usize::try_from(at).unwrap_or(usize::MAX);
            let rest = self.smalls.get(place.saturating_mul(small)..).unwrap_or_default();
            let sector = rest.get(..small.min(rest.len())).unwrap_or_default();
            if sector.is_empty() || !budget.octets(sector.len()) {
                self.damaged = true;
                break;
            }
            octets.extend_from_slice(sector);
            at = self.next_small.get(place).copied().unwrap_or(NONE);
        }
        octets.truncate(usize::try_from(size).unwrap_or(usize::MAX));
        octets
    }

    fn directory(&mut self, directory: &[u8]) {
        const ENTRY_OCTETS: usize = 128;
        let (entries, _) = directory.as_chunks::<ENTRY_OCTETS>();
        let read: Vec<_> = entries.iter().filter_map(entry).collect();
        let wide = |it: u32| usize::try_from(it).unwrap_or(usize::MAX);
        self.entries = read.iter().map(|it| it.0.clone()).collect();
        // Children of a storage are a tree of siblings.
        let mut known = BTreeSet::from([0]);
        let mut left: Vec<(usize, usize)> = Vec::new();
        left.extend(read.first().map(|it| (wide(it.1.child), 0)));
        while let Some((index, storage)) = left.pop() {
            let Some((entry, links)) = read.get(index) else { continue };
            if !known.insert(index) {
                continue;
            }
            if let Some(place) = self.entries.get_mut(index) {
                place.storage = storage;
            }
            left.extend([(wide(links.left), storage), (wide(links.right), storage)]);
            if !entry.is_stream {
                left.push((wide(links.child), index));
            }
        }
        for (index, entry) in self.entries.iter().enumerate().filter(|it| it.1.is_stream) {
            let key = (entry.storage, entry.name.to_ascii_lowercase());
            self.streams.entry(key).or_insert(index);
        }
    }

    /// The octets of a stream.
    pub(super) fn stream(&mut self, index: usize, budget: &mut Budget) -> Vec<u8> {
        let Some(entry) = self.entries.get(index).filter(|it| it.is_stream) else {
            return Vec::new();
        };
        let (start, size) = (entry.start, entry.size);
        let octets = match size < self.cutoff {
            true => self.small_chain(start, size, budget),
            false => self.chain(start, size, budget),
        };
        self.damaged |= u64::try_from(octets.len()).is_ok_and(|it| it < size);
        octets
    }

    /// The place of a stream in a storage, by its name.
    pub(super) fn find(&self, storage: usize, name: &str) -> Option<usize> {
        self.streams.get(&(storage, name.to_ascii_lowercase())).copied()
    }
}

struct Links {
    left: u32,
    right: u32,
    child: u32,
}

/// An entry of the directory; those of no kind keep their place.
fn entry(octets: &[u8; 128]) -> Option<(Entry, Links)> {
    const STREAM: u8 = 2;
    let mut fields = Octets::new(octets);
    let name = fields.take(64)?;
    let length = usize::from(fields.u16()?).saturating_sub(2).min(name.len());
    let (pairs, _) = name.get(..length)?.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().map(|it| u16::from_le_bytes(*it)).collect();
    let (kind, _colour) = (fields.u8()?, fields.u8()?);
    let links = Links { left: fields.u32()?, right: fields.u32()?, child: fields.u32()? };
    fields.take(36)?;
    let start = fields.u32()?;
    // The upper half is noise in files of small sectors.
    let size = u64::from(fields.u32()?);
    let name = String::from_utf16_lossy(&units);
    Some((Entry { name, is_stream: kind == STREAM, storage: 0, start, size }, links))
}

fn numbers<'n>(octets: impl Iterator<Item = &'n u8>) -> Vec<u32> {
    let octets: Vec<u8> = octets.copied().collect();
    let (groups, _) = octets.as_chunks::<4>();
    groups.iter().map(|it| u32::from_le_bytes(*it)).collect()
}
