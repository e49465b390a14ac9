//! Zip: every entry that its directory names and every one that stands in it, as some programs go
//! by the one and some by the other.
//!
//! # Source
//!
//! PKWARE APPNOTE 6.3.10.

mod directory;
mod entry;
mod name;
mod unpack;

use std::collections::{BTreeMap, BTreeSet};

use memchr::memmem;

pub(super) use self::directory::has_end;
pub(crate) use self::directory::{has_end_outside, places_of_zips};
use self::{
    directory::{Central, Directory, directories},
    entry::{Header, Local},
    unpack::{Reading, unpack},
};
use super::{Member, Opened, rar, remark, seven};
use crate::{
    budget::Budget,
    remark::{
        ARCHIVE_DAMAGED, ARCHIVE_DUPLICATE, ARCHIVE_FOREIGN_METHOD, ARCHIVE_MEMBERS_OVER_LIMIT,
        ARCHIVE_NAME_OVER_LIMIT, ENCRYPTED_ARCHIVE, NAMES_DIFFER, Remark, ZIP_CONTRADICTS, ZIP_GAP,
        ZIP_HIDDEN, ZIP_OVERLAP, ZIP_PREFIXED, ZIP_SEVERAL_ENDS,
    },
};

/// What a local header begins with.
const LOCAL: &[u8] = b"PK\x03\x04";

/// The bit of the flags of an entry that only a password opens.
const ENCRYPTED: u16 = 1;

/// The bit of the flags of an entry whose sizes stand behind it.
const SIZES_BEHIND: u16 = 8;

/// Opens a zip.
pub(super) fn open(octets: &[u8], budget: &mut Budget) -> Opened {
    let mut zip = Zip {
        octets,
        opened: Opened::default(),
        covered: Vec::new(),
        packed: BTreeSet::new(),
        ends: Vec::new(),
        done: BTreeMap::new(),
    };
    zip.read(budget);
    zip.opened
}

/// A zip that is being read.
struct Zip<'a> {
    octets: &'a [u8],
    opened: Opened,
    /// Where entries stand, from their header to the last octet that they need.
    covered: Vec<(usize, usize)>,
    /// Where only their packed octets stand.
    packed: BTreeSet<(usize, usize)>,
    /// Where ends of directories stand, with their comments.
    ends: Vec<(usize, usize)>,
    /// The member of each way of reading an entry: one that many entries point to is unpacked once.
    done: BTreeMap<Reading, usize>,
}

impl<'a> Zip<'a> {
    fn read(&mut self, budget: &mut Budget) {
        let found = directories(self.octets, budget.members_left());
        if found.list.is_empty() {
            self.remark(ARCHIVE_DAMAGED);
        }
        if found.too_many || found.elsewhere {
            self.remark(ARCHIVE_DAMAGED);
        }
        let mut ends = BTreeSet::new();
        for (index, directory) in found.list.iter().enumerate() {
            // An end that stands inside of an entry is that of a zip in this zip.
            let is_new = ends.insert(directory.end_at);
            if index > 0 && is_new && self.covers(directory.end_at) {
                continue;
            }
            if index > 0 {
                self.remark(ZIP_SEVERAL_ENDS);
            }
            self.directory(directory, budget);
            if has_twice(directory.entries.iter().map(|entry| entry.header.name)) {
                self.remark(ARCHIVE_DUPLICATE);
            }
            self.covered.push((directory.at, directory.end_at.saturating_add(4)));
            self.ends.push((directory.end_at, directory.file_end()));
            self.covered.sort_unstable();
        }
        // Disks of a set begin with four octets of their own.
        let is_prefixed = self.covered.first().is_some_and(|first| first.0 > 4);
        if is_prefixed {
            self.remark(ZIP_PREFIXED);
        }
        self.hidden(budget, !found.list.is_empty());
        if !is_prefixed && (self.has_gap() || self.has_foreign()) {
            self.remark(ZIP_GAP);
        }
        self.opened.remarks.sort_unstable();
        self.opened.remarks.dedup();
    }

    fn remark(&mut self, remark: Remark) {
        self.opened.remarks.push(remark);
    }

    fn directory(&mut self, directory: &Directory<'a>, budget: &mut Budget) {
        if directory.cut {
            self.remark(ARCHIVE_MEMBERS_OVER_LIMIT);
        }
        if directory.contradicts {
            self.remark(ZIP_CONTRADICTS);
        }
        self.opened.texts.extend(name::text(directory.comment));
        let mut ranges = BTreeSet::new();
        for entry in &directory.entries {
            if budget.members_left() <= self.opened.members.len() {
                self.remark(ARCHIVE_MEMBERS_OVER_LIMIT);
                return;
            }
            self.opened.texts.extend(name::text(entry.comment));
            self.opened.texts.extend(entry.header.unicode_comment.and_then(name::text));
            let places = entry.places(self.octets, directory.base);
            if places.len() > 1 {
                self.remark(ZIP_CONTRADICTS);
            }
            if places.is_empty() {
                let mut member = named(&entry.header, None);
                member.remarks.push(ARCHIVE_DAMAGED);
                self.remark(ARCHIVE_DAMAGED);
                self.opened.members.push(member);
            }
            for (at, local) in places {
                let end = self.entry(entry, &local, budget);
                if !ranges.insert((at, end)) {
                    self.remark(ZIP_OVERLAP);
                }
            }
        }
        let overlap = ranges.iter().zip(ranges.iter().skip(1)).any(|(one, two)| two.0 < one.1);
        if overlap {
            self.remark(ZIP_OVERLAP);
        }
        self.covered.extend(ranges);
        self.covered.sort_unstable();
    }

    /// Reads an entry that the directory names; where its octets end.
    fn entry(&mut self, entry: &Central<'a>, local: &Local<'a>, budget: &mut Budget) -> usize {
        let mut member = named(&entry.header, Some(&local.header));
        let (said, own) = (&entry.header, &local.header);
        let mut readings = vec![Reading::of(said, local.data_at)];
        let sizes_behind = own.flags & SIZES_BEHIND != 0;
        let differs = own.method != said.method
            || (!sizes_behind || own.packed != 0) && own.packed != said.packed
            || !sizes_behind && (own.sum != said.sum || own.size != said.size);
        let encryption_differs = (own.flags ^ said.flags) & ENCRYPTED != 0;
        if differs || encryption_differs {
            self.remark(ZIP_CONTRADICTS);
        }
        if differs {
            let packed = if sizes_behind && own.packed == 0 { said.packed } else { own.packed };
            readings.push(Reading { packed, ..Reading::of(own, local.data_at) });
        }
        if own.flags & said.flags & ENCRYPTED != 0 {
            readings.clear();
        }
        if (own.flags | said.flags) & ENCRYPTED != 0 {
            member.remarks.push(ENCRYPTED_ARCHIVE);
            self.remark(ENCRYPTED_ARCHIVE);
        }
        let mut least = own.packed.min(said.packed);
        if sizes_behind || own.flags & ENCRYPTED != 0 {
            least = said.packed;
        }
        for reading in readings {
            let needed = self.member(member.clone(), said, reading, budget);
            least = least.min(needed.unwrap_or(least));
        }
        if own.flags & said.flags & ENCRYPTED != 0 {
            self.opened.members.push(member);
        }
        let end = local.data_at.saturating_add(usize::try_from(least).unwrap_or(usize::MAX));
        self.packed.insert((local.data_at, end));
        end
    }

    /// Unpacks a member in one way of reading it; how many octets that needs, where the packed ones
    /// say so themselves.
    fn member(
        &mut self,
        mut member: Member,
        said: &Header<'a>,
        reading: Reading,
        budget: &mut Budget,
    ) -> Option<u64> {
        if let Some(known) = self.done.get(&reading).and_then(|at| self.opened.members.get_mut(*at))
        {
            known.other_names.push(member.name);
            known.other_names.extend(member.other_names);
            return None;
        }
        let done = unpack(self.octets, &reading, said.size, budget);
        if done.foreign {
            member.remarks.push(ARCHIVE_FOREIGN_METHOD);
        }
        member.remarks.extend(done.unpacked.stop.map(remark));
        member.octets = done.unpacked.octets;
        let whole = !done.foreign && done.unpacked.stop.is_none();
        if whole && !said.tells(&member.octets) {
            member.remarks.push(ZIP_CONTRADICTS);
        }
        self.done.insert(reading, self.opened.members.len());
        self.opened.members.push(member);
        done.needed
    }

    /// Whether the place is inside of what was read; the list is sorted.
    fn covers(&self, at: usize) -> bool {
        let after = self.covered.partition_point(|range| range.0 <= at);
        // Entries may overlap: some before the last one may reach further.
        let before = self.covered.get(..after).unwrap_or_default();
        before.iter().rev().take(OVERLAPS_MAX).any(|range| at < range.1)
    }

    /// Entries that no directory names.
    fn hidden(&mut self, budget: &mut Budget, has_directory: bool) {
        let mut until = 0;
        let mut hidden = Vec::new();
        for at in memmem::find_iter(self.octets, LOCAL) {
            if at < until || self.covers(at) {
                continue;
            }
            let Some(local) = Local::read(self.octets, at).filter(Local::is_likely) else {
                continue;
            };
            if budget.members_left() <= self.opened.members.len() {
                self.remark(ARCHIVE_MEMBERS_OVER_LIMIT);
                break;
            }
            if has_directory {
                self.remark(ZIP_HIDDEN);
            }
            until = self.hidden_entry(&local, budget);
            hidden.push((at, until));
        }
        self.covered.append(&mut hidden);
        self.covered.sort_unstable();
    }

    /// Whether something stands between or behind what was read that belongs to nothing of it.
    fn has_gap(&self) -> bool {
        let mut parts = self.covered.clone();
        parts.extend(&self.ends);
        parts.push((self.octets.len(), self.octets.len()));
        parts.sort_unstable();
        // What stands before the first one is told by itself.
        let mut until = parts.first().map_or(0, |it| it.0);
        for (from, to) in parts {
            let gap = self.octets.get(until..from).unwrap_or_default();
            if GAP_OCTETS < gap.len() && !gap.iter().all(|it| *it == 0 || it.is_ascii_whitespace())
            {
                return true;
            }
            until = until.max(to);
        }
        false
    }

    /// Whether an archive of another kind begins in what is no packed file: in a name, in a comment.
    fn has_foreign(&self) -> bool {
        let mut ranges: Vec<(usize, usize)> = Vec::new();
        for range in &self.packed {
            // What ends before an earlier one does cannot tell more than that one.
            if ranges.last().is_none_or(|it| it.1 < range.1) {
                ranges.push(*range);
            }
        }
        let is_packed = |at: usize| {
            let before = ranges.partition_point(|it| it.0 <= at).checked_sub(1);
            before.and_then(|it| ranges.get(it)).is_some_and(|it| at < it.1)
        };
        let begins = |start| memmem::find_iter(self.octets, start).any(|at| !is_packed(at));
        begins(rar::START) || begins(seven::START)
    }

    /// Reads an entry by its own header alone; where its octets end.
    fn hidden_entry(&mut self, local: &Local<'a>, budget: &mut Budget) -> usize {
        let header = &local.header;
        let mut member = named(header, None);
        let mut reading = Reading::of(header, local.data_at);
        let sizes_behind = header.flags & SIZES_BEHIND != 0 && header.packed == 0;
        let rest = self.octets.get(local.data_at..).unwrap_or_default();
        if sizes_behind {
            // The end of deflated octets is found by inflating them, of others by what comes next.
            let end = if header.method == 8 { rest.len() } else { next_header(rest) };
            reading.packed = u64::try_from(end).unwrap_or(u64::MAX);
        }
        let mut end = reading.packed;
        if header.flags & ENCRYPTED != 0 {
            member.remarks.push(ENCRYPTED_ARCHIVE);
            self.remark(ENCRYPTED_ARCHIVE);
            self.opened.members.push(member);
        } else {
            let mut said = header.clone();
            said.unsure = sizes_behind;
            end = self.member(member, &said, reading, budget).unwrap_or(end).min(end);
        }
        let end = local.data_at.saturating_add(usize::try_from(end).unwrap_or(usize::MAX));
        self.packed.insert((local.data_at, end));
        end
    }
}

/// Octets between two files of a zip that belong to neither: sum and sizes of the one before.
const GAP_OCTETS: usize = 24;

/// Where the next header of any kind begins.
fn next_header(octets: &[u8]) -> usize {
    let is_header = |at: &usize| {
        let kind = octets.get(at.saturating_add(2)..).and_then(|it| it.first_chunk());
        kind.is_some_and(|kind| matches!(kind, [1, 2] | [3, 4] | [7, 8]))
    };
    memmem::find_iter(octets, b"PK").find(is_header).unwrap_or(octets.len())
}

/// Entries before a place that are looked at for whether they reach it.
const OVERLAPS_MAX: usize = 64;

/// A member by the names in its headers.
fn named(header: &Header<'_>, local: Option<&Header<'_>>) -> Member {
    let mut names = name::names(header);
    let mut remarks = Vec::new();
    if let Some(local) = local {
        if local.name != header.name {
            remarks.push(NAMES_DIFFER);
        }
        names.extend(name::names(local));
    }
    if header.is_too_long() || local.is_some_and(Header::is_too_long) {
        remarks.push(ARCHIVE_NAME_OVER_LIMIT);
    }
    let first = names.first().cloned().unwrap_or_default();
    names.retain(|it| *it != first);
    Member { name: first, other_names: names, octets: Vec::new(), remarks }
}

fn has_twice<'n>(names: impl Iterator<Item = &'n [u8]>) -> bool {
    let mut seen = BTreeSet::new();
    names.into_iter().any(|name| !seen.insert(name))
}
