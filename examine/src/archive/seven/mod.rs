//! 7z.
//!
//! # Source
//!
//! 7zFormat.txt of the LZMA SDK.

mod folder;
mod header;

use flate2::Crc;
use memchr::memmem;

use self::{
    folder::{Why, unpack},
    header::{Files, Folder, Most, Streams, read_header},
};
use super::{Member, Opened, octets::Octets, remark};
use crate::{
    budget::{Budget, Stop},
    limits::SEVEN_ZIP_HEADER_OCTETS_MAX,
    remark::{
        ARCHIVE_DAMAGED, ARCHIVE_FOREIGN_METHOD, ARCHIVE_MEMBERS_OVER_LIMIT, ARCHIVE_TRAILING,
        ENCRYPTED_ARCHIVE, Remark,
    },
};

/// What a 7z begins with.
pub(super) const START: &[u8] = b"7z\xbc\xaf\x27\x1c";

/// Headers that may be packed in one another; programs pack one.
const PACKED_HEADERS_MAX: usize = 4;

/// Opens a 7z, which may stand behind the program that unpacks it.
pub(super) fn open(octets: &[u8], budget: &mut Budget) -> Opened {
    let at = memmem::find(octets, START).unwrap_or_default();
    let archive = octets.get(at..).unwrap_or_default();
    let mut opened = Opened::default();
    if let Err(remark) = read(archive, &mut opened, budget) {
        opened.remarks.push(remark);
    }
    opened
}

fn read(archive: &[u8], opened: &mut Opened, budget: &mut Budget) -> Result<(), Remark> {
    let (packed, header, trailing) = parts(archive).ok_or(ARCHIVE_DAMAGED)?;
    opened.remarks.extend(trailing.then_some(ARCHIVE_TRAILING));
    let mut header = header.to_vec();
    for _ in 0..PACKED_HEADERS_MAX {
        if header.is_empty() {
            return Ok(());
        }
        let most = Most::new(budget.members_left());
        let read = read_header(&header, &most);
        if most.exceeded.get() {
            return Err(ARCHIVE_MEMBERS_OVER_LIMIT);
        }
        match read.ok_or(ARCHIVE_DAMAGED)? {
            header::Header::Packed(streams) => header = packed_header(packed, &streams, budget)?,
            header::Header::Plain(streams, files) => {
                members(packed, &streams, files, opened, budget);
                return Ok(());
            }
        }
    }
    Err(ARCHIVE_DAMAGED)
}

/// The packed octets, the header, and whether something stands behind it.
fn parts(archive: &[u8]) -> Option<(&[u8], &[u8], bool)> {
    let mut start = Octets::new(archive.strip_prefix(START)?);
    start.take(2)?;
    let sum = start.u32()?;
    if sum_of(start.rest().get(..20)?) != sum {
        return None;
    }
    let at = usize::try_from(start.u64()?).ok()?;
    let length = usize::try_from(start.u64()?).ok()?;
    let sum = start.u32()?;
    let (packed, behind) = start.rest().split_at_checked(at)?;
    let (header, rest) = behind.split_at_checked(length)?;
    (sum_of(header) == sum).then_some((packed, header, !rest.is_empty()))
}

fn packed_header(
    packed: &[u8],
    streams: &Streams<'_>,
    budget: &mut Budget,
) -> Result<Vec<u8>, Remark> {
    let folder = streams.folders.first().ok_or(ARCHIVE_DAMAGED)?;
    if folder.coders.iter().any(|coder| SEVEN_ZIP_HEADER_OCTETS_MAX < coder.size) {
        return Err(remark(Stop::OverLimit));
    }
    let unpacked = unpack(packed, folder, budget).map_err(why)?;
    match unpacked.stop {
        None if folder.sum.is_none_or(|sum| sum == sum_of(&unpacked.octets)) => Ok(unpacked.octets),
        None => Err(ARCHIVE_DAMAGED),
        Some(stop) => Err(remark(stop)),
    }
}

fn why(why: Why) -> Remark {
    match why {
        Why::Damaged => ARCHIVE_DAMAGED,
        Why::Encrypted => ENCRYPTED_ARCHIVE,
        Why::Foreign => ARCHIVE_FOREIGN_METHOD,
        Why::OverLimit => remark(Stop::OverLimit),
    }
}

fn members(
    packed: &[u8],
    streams: &Streams<'_>,
    files: Files,
    opened: &mut Opened,
    budget: &mut Budget,
) {
    let total = files.list.len();
    let mut files = files.list.into_iter();
    for folder in &streams.folders {
        let mut inside = Inside::unpack(packed, folder, budget);
        if inside.remark == Some(ENCRYPTED_ARCHIVE) {
            opened.remarks.push(ENCRYPTED_ARCHIVE);
        }
        let mut left = folder.streams.iter().peekable();
        while left.peek().is_some() {
            if budget.members_left() <= opened.members.len() {
                return opened.remarks.push(ARCHIVE_MEMBERS_OVER_LIMIT);
            }
            let Some(file) = files.next() else {
                return opened.remarks.push(ARCHIVE_DAMAGED);
            };
            let mut member = Member { name: file.name, ..Member::default() };
            if file.has_stream
                && let Some(stream) = left.next()
            {
                inside.give(stream.size, stream.sum, &mut member);
            }
            opened.members.push(member);
        }
    }
    for file in files {
        if budget.members_left() <= opened.members.len() {
            return opened.remarks.push(ARCHIVE_MEMBERS_OVER_LIMIT);
        }
        if file.has_stream {
            opened.remarks.push(ARCHIVE_DAMAGED);
        }
        opened.members.push(Member { name: file.name, ..Member::default() });
    }
    if total == 0 && !streams.folders.is_empty() {
        opened.remarks.push(ARCHIVE_DAMAGED);
    }
    opened.remarks.sort_unstable();
    opened.remarks.dedup();
}

/// What came out of a folder, which is handed to its files one after the other.
struct Inside {
    octets: Vec<u8>,
    at: usize,
    /// Why there is no more.
    remark: Option<Remark>,
}

impl Inside {
    fn unpack(packed: &[u8], folder: &Folder<'_>, budget: &mut Budget) -> Self {
        match unpack(packed, folder, budget) {
            Ok(unpacked) => {
                Self { octets: unpacked.octets, at: 0, remark: unpacked.stop.map(remark) }
            }
            Err(reason) => Self { octets: Vec::new(), at: 0, remark: Some(why(reason)) },
        }
    }

    fn give(&mut self, size: u64, sum: Option<u32>, member: &mut Member) {
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let rest = self.octets.get(self.at..).unwrap_or_default();
        let octets = rest.get(..size.min(rest.len())).unwrap_or_default();
        self.at = self.at.saturating_add(octets.len());
        if octets.len() < size {
            member.remarks.push(self.remark.unwrap_or(ARCHIVE_DAMAGED));
        } else if sum.is_some_and(|sum| sum != sum_of(octets)) {
            member.remarks.push(ARCHIVE_DAMAGED);
        }
        member.octets = octets.to_vec();
    }
}

fn sum_of(octets: &[u8]) -> u32 {
    let mut sum = Crc::new();
    sum.update(octets);
    sum.sum()
}
