//! The directories of a zip, found from its ends.

use memchr::memmem;

use super::{
    super::{Member, octets::Octets},
    entry::{Header, Local},
};

/// Ends that are looked at.
const ENDS_MAX: usize = 16;

/// Octets that an end may have behind it: its own length and that of the longest comment.
const END_OCTETS: usize = 22 + 65_535;

/// What an end begins with.
const END: &[u8] = b"PK\x05\x06";

/// Whether programs that look for the end of a zip find one: they let anything stand before it.
pub(crate) fn has_end(octets: &[u8]) -> bool {
    has_end_outside(octets, &[])
}

/// The same, of ends that stand in none of those places.
pub(crate) fn has_end_outside(octets: &[u8], places: &[(usize, usize)]) -> bool {
    let outside = |at: usize| !places.iter().any(|place| (place.0..place.1).contains(&at));
    ends(octets).any(outside)
}

/// Where each end stands that programs look at.
fn ends(octets: &[u8]) -> impl Iterator<Item = usize> {
    let tail_at = octets.len().saturating_sub(END_OCTETS);
    let tail = octets.get(tail_at..).unwrap_or_default();
    memmem::find_iter(tail, END).map(move |at| tail_at.saturating_add(at))
}

/// Where members that are zips stand in the octets as they are: an end in there is theirs.
pub(crate) fn places_of_zips(octets: &[u8], members: &[Member]) -> Vec<(usize, usize)> {
    let with_end = members
        .iter()
        .filter_map(|it| Some((it.octets.as_slice(), memmem::rfind(&it.octets, END)?)));
    let mut places = Vec::new();
    for (member, end) in with_end.take(ENDS_MAX) {
        let starts = ends(octets).take(ENDS_MAX).filter_map(|at| at.checked_sub(end));
        let stands = |at: &usize| octets.get(*at..).is_some_and(|it| it.starts_with(member));
        places.extend(starts.filter(stands).map(|at| (at, at.saturating_add(member.len()))));
    }
    places
}

/// All directories that some program could go by.
#[derive(Debug, Default)]
pub(super) struct Directories<'a> {
    /// The one that most programs go by first.
    pub(super) list: Vec<Directory<'a>>,
    /// Whether there are more ends than are looked at.
    pub(super) too_many: bool,
    /// Whether an end says that the zip goes on in other files.
    pub(super) elsewhere: bool,
}

/// A directory.
#[derive(Debug)]
pub(super) struct Directory<'a> {
    pub(super) at: usize,
    /// Where its end stands.
    pub(super) end_at: usize,
    /// Octets before the zip, by which its offsets are off.
    pub(super) base: usize,
    pub(super) entries: Vec<Central<'a>>,
    pub(super) comment: &'a [u8],
    /// Whether the end says something else than what is there.
    pub(super) contradicts: bool,
    /// Whether there are more entries than are read.
    pub(super) cut: bool,
}

/// An entry of a directory.
#[derive(Debug)]
pub(super) struct Central<'a> {
    pub(super) header: Header<'a>,
    pub(super) comment: &'a [u8],
    offset: u64,
}

impl<'a> Central<'a> {
    /// The local headers that programs find for it.
    pub(super) fn places(&self, octets: &'a [u8], base: usize) -> Vec<(usize, Local<'a>)> {
        let offset = usize::try_from(self.offset).unwrap_or(usize::MAX);
        let mut places = vec![offset.saturating_add(base), offset];
        places.dedup();
        places.into_iter().filter_map(|at| Some((at, Local::read(octets, at)?))).collect()
    }

    fn read(from: &mut Octets<'a>) -> Option<Self> {
        from.take(4)?;
        let (mut header, name, extra) = Header::read(from)?;
        let comment = from.u16()?;
        from.take(8)?;
        let mut offset = u64::from(from.u32()?);
        header.name = from.take(name)?;
        header.extra(from.take(extra)?, Some(&mut offset));
        let comment = from.take(comment.into())?;
        Some(Self { header, comment, offset })
    }
}

/// Finds all directories, with so many entries each at most.
pub(super) fn directories(octets: &[u8], entries_max: usize) -> Directories<'_> {
    let tail_at = octets.len().saturating_sub(END_OCTETS);
    let tail = octets.get(tail_at..).unwrap_or_default();
    let mut found = Directories::default();
    for (index, at) in memmem::rfind_iter(tail, END).enumerate() {
        if index == ENDS_MAX {
            found.too_many = true;
            break;
        }
        let Some(end) = End::read(octets, tail_at.saturating_add(at)) else { continue };
        found.elsewhere |= end.disk != 0;
        found.list.extend(end.directories(octets, entries_max));
    }
    // Programs that check the comment's length take the end whose comment ends the file.
    if let Some(best) = found.list.iter().position(|it| it.ends_file(octets)) {
        found.list.swap(0, best);
    }
    found
}

impl Directory<'_> {
    /// Where the end with its comment ends.
    pub(super) fn file_end(&self) -> usize {
        self.end_at.saturating_add(22).saturating_add(self.comment.len())
    }

    fn ends_file(&self, octets: &[u8]) -> bool {
        self.file_end() == octets.len()
    }
}

/// What the end of a zip says.
struct End<'a> {
    at: usize,
    /// Where the directory ends: here, or where the large form of the end begins.
    directory_end: usize,
    disk: u32,
    count: u64,
    directory_octets: u64,
    directory_at: u64,
    comment: &'a [u8],
    /// Whether its comment is cut, or the large form says something else.
    contradicts: bool,
}

impl<'a> End<'a> {
    fn read(octets: &'a [u8], at: usize) -> Option<Self> {
        let mut from = Octets::new(octets.get(at..)?.strip_prefix(END)?);
        let disk = from.u16()?;
        from.take(2)?;
        let (here, count) = (from.u16()?, from.u16()?);
        let (directory_octets, directory_at) = (from.u32()?, from.u32()?);
        let length = from.u16()?.into();
        let comment = from.take(length);
        let mut end = Self {
            at,
            directory_end: at,
            disk: if disk == u16::MAX { 0 } else { disk.into() },
            count: count.into(),
            directory_octets: directory_octets.into(),
            directory_at: directory_at.into(),
            comment: comment.unwrap_or(from.rest()),
            contradicts: comment.is_none() || here != count,
        };
        end.large(octets);
        Some(end)
    }

    /// Takes what the large form before it says.
    fn large(&mut self, octets: &[u8]) -> Option<()> {
        let mut locator = Octets::new(octets.get(self.at.checked_sub(20)?..)?);
        if locator.take(4)? != b"PK\x06\x07" {
            return None;
        }
        locator.take(4)?;
        let said = usize::try_from(locator.u64()?).ok()?;
        let before = octets.get(..self.at)?;
        // With octets before the zip, the offset is off; the record stands right before.
        let own = self.at.checked_sub(76).unwrap_or(said);
        let begins = |at: &usize| before.get(*at..).is_some_and(|it| it.starts_with(b"PK\x06\x06"));
        let record = [own, said].into_iter().find(begins)?;
        let mut from = Octets::new(before.get(record..)?);
        const LENGTH: u64 = 44;
        from.take(4)?;
        let length = from.u64()?;
        from.take(4)?;
        let disk = from.u32()?;
        from.take(12)?;
        let (count, size, at) = (from.u64()?, from.u64()?, from.u64()?);
        let agree = |small: u64, most: u64, large: u64| small == most || small == large;
        let small = u64::from(u32::MAX);
        self.contradicts |= length != LENGTH || record != own;
        self.contradicts |= !agree(self.count, u16::MAX.into(), count)
            || !agree(self.directory_octets, small, size)
            || !agree(self.directory_at, small, at);
        self.disk = disk;
        (self.count, self.directory_octets, self.directory_at) = (count, size, at);
        self.directory_end = record;
        Some(())
    }

    /// The directories that the end can mean: the one right before it, the one at the offset that
    /// it says.
    fn directories(self, octets: &'a [u8], entries_max: usize) -> Vec<Directory<'a>> {
        let said = usize::try_from(self.directory_at).unwrap_or(usize::MAX);
        let length = usize::try_from(self.directory_octets).unwrap_or(usize::MAX);
        let before = self.directory_end.checked_sub(length);
        let mut places: Vec<usize> = before.into_iter().chain([said]).collect();
        places.dedup();
        let begins = |at: &usize| match self.count {
            0 => *at == self.directory_end,
            _ => octets.get(*at..).is_some_and(|it| it.starts_with(b"PK\x01\x02")),
        };
        places.retain(begins);
        let several = places.len() > 1;
        let directory = |at: usize| {
            let (entries, reached) = entries(octets, at, self.directory_end, entries_max);
            let cut = entries.len() == entries_max && reached < self.directory_end;
            let count = u64::try_from(entries.len()).unwrap_or(u64::MAX);
            Directory {
                at,
                end_at: self.at,
                base: at.saturating_sub(said),
                // The small form counts modulo 65,536 in zips of old programs.
                contradicts: self.contradicts
                    || several
                    || at < said
                    || !cut && (reached != self.directory_end || count != self.count),
                cut,
                entries,
                comment: self.comment,
            }
        };
        places.into_iter().map(directory).collect()
    }
}

/// The entries of a directory, and where the last one ends.
fn entries(octets: &[u8], at: usize, end: usize, most: usize) -> (Vec<Central<'_>>, usize) {
    let mut rest = octets.get(at..end).unwrap_or_default();
    let mut entries = Vec::new();
    while entries.len() < most
        && let Some(after) = rest.strip_prefix(b"PK\x01\x02")
    {
        let mut from = Octets::new(after);
        let Some(entry) = Central::read(&mut from) else { break };
        entries.push(entry);
        rest = from.rest();
    }
    (entries, end.saturating_sub(rest.len()))
}
