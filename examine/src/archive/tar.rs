//! Tar, of all kinds that are about.
//!
//! # Source
//!
//! POSIX.1-2017, pax; the manual of GNU tar, "Basic Tar Format".

use std::collections::BTreeSet;

use super::{Member, Opened, named_in_old_charset};
use crate::{
    budget::{Budget, Stop, Unpacked},
    remark::{
        ARCHIVE_DAMAGED, ARCHIVE_DUPLICATE, ARCHIVE_FOREIGN_METHOD, ARCHIVE_MEMBERS_OVER_LIMIT,
        ARCHIVE_TRAILING, TAR_CONTRADICTS,
    },
};

/// Everything stands in blocks of this length.
const BLOCK: usize = 512;

/// What the keys begin with that tell of a file with holes: of GNU, of Schily, of Sun.
const SPARSE: [&[u8]; 4] =
    [b"GNU.sparse.", b"SCHILY.filetype", b"SCHILY.realsize", b"SUN.holesdata"];

/// Whether octets begin with the header of a tar.
pub(super) fn is_tar(octets: &[u8]) -> bool {
    octets.first_chunk().is_some_and(|block| Header::read(block).is_some())
}

/// Opens a tar.
pub(super) fn open(octets: &[u8], budget: &mut Budget) -> Opened {
    let mut tar = Tar { rest: octets, ..Tar::default() };
    tar.read(budget);
    let mut names = BTreeSet::new();
    if tar.opened.members.iter().any(|it| !names.insert(&it.name)) {
        tar.opened.remarks.push(ARCHIVE_DUPLICATE);
    }
    tar.opened.remarks.sort_unstable();
    tar.opened.remarks.dedup();
    tar.opened
}

#[derive(Default)]
struct Tar<'a> {
    rest: &'a [u8],
    opened: Opened,
    /// What was said ahead of the next member.
    ahead: Ahead,
    /// Whether the end was seen: what stands behind it, some programs read and some do not.
    ended: bool,
}

/// What extended headers say of the next member.
#[derive(Default)]
struct Ahead {
    names: Vec<String>,
    size: Option<u64>,
}

impl<'a> Tar<'a> {
    fn read(&mut self, budget: &mut Budget) {
        let mut zeros = 0;
        let mut in_noise = false;
        while let Some((block, rest)) = self.rest.split_first_chunk::<BLOCK>() {
            if block.iter().all(|octet| *octet == 0) {
                self.rest = rest;
                zeros += 1;
                self.ended |= zeros == 2;
                in_noise = false;
                continue;
            }
            zeros = 0;
            let Some(header) = Header::read(block) else {
                self.rest = rest;
                if !in_noise {
                    let remark = if self.ended { ARCHIVE_TRAILING } else { ARCHIVE_DAMAGED };
                    self.opened.remarks.push(remark);
                }
                in_noise = true;
                continue;
            };
            in_noise = false;
            if self.ended {
                self.opened.remarks.push(ARCHIVE_TRAILING);
            }
            if budget.members_left() <= self.opened.members.len() {
                return self.opened.remarks.push(ARCHIVE_MEMBERS_OVER_LIMIT);
            }
            self.rest = rest;
            self.header(&header, budget);
        }
        let odd = self.rest.iter().any(|octet| *octet != 0);
        let remark = if self.ended { ARCHIVE_TRAILING } else { ARCHIVE_DAMAGED };
        self.opened.remarks.extend(odd.then_some(remark));
    }

    fn header(&mut self, header: &Header<'_>, budget: &mut Budget) {
        match header.kind {
            b'L' | b'K' => {
                let (said, _) = self.take(header.size);
                let name = said.split(|octet| *octet == 0).next().unwrap_or_default();
                self.ahead.names.push(named_in_old_charset(name));
            }
            b'g' | b'x' | b'X' => {
                let (said, whole) = self.take(header.size);
                if !whole || self.extended(said).is_none() {
                    self.opened.remarks.push(ARCHIVE_DAMAGED);
                }
            }
            _ => self.member(header, budget),
        }
    }

    fn member(&mut self, header: &Header<'_>, budget: &mut Budget) {
        let ahead = std::mem::take(&mut self.ahead);
        let size = ahead.size.unwrap_or(header.size);
        // What the two say is where the next member begins: programs have disagreed.
        if size != header.size && header.size != 0 {
            self.opened.remarks.push(TAR_CONTRADICTS);
        }
        // Links, devices and folders have no octets; some programs skip them all the same.
        if matches!(header.kind, b'1'..=b'6') && size != 0 {
            self.opened.remarks.push(TAR_CONTRADICTS);
        }
        let (octets, whole) = self.take(size);
        let mut unpacked = budget.copy(octets);
        if !whole {
            unpacked.stop = Some(Stop::Damaged);
        }
        let mut names = ahead.names;
        names.reverse();
        names.push(header.name());
        names.push(named_in_old_charset(header.link));
        names.retain(|name| !name.is_empty());
        let name = names.first().cloned().unwrap_or_default();
        names.retain(|it| *it != name);
        let foreign = matches!(header.kind, b'S' | b'M' | b'D' | b'V');
        if foreign && header.kind != b'V' {
            unpacked = Unpacked { octets: Vec::new(), ..unpacked };
        }
        let mut member = Member::unpacked(name, unpacked);
        if foreign {
            member.remarks.push(ARCHIVE_FOREIGN_METHOD);
        }
        member.other_names = names;
        self.opened.members.push(member);
    }

    /// Takes that many octets and fills up to whole blocks; whether all were there.
    fn take(&mut self, size: u64) -> (&'a [u8], bool) {
        let wanted = usize::try_from(size).unwrap_or(usize::MAX);
        let taken = self.rest.get(..wanted.min(self.rest.len())).unwrap_or_default();
        let blocks = wanted.div_ceil(BLOCK).saturating_mul(BLOCK);
        self.rest = self.rest.get(blocks..).unwrap_or_default();
        (taken, taken.len() == wanted)
    }

    /// Reads an extended header: lines of length, key and value.
    fn extended(&mut self, mut said: &[u8]) -> Option<()> {
        while said.first().is_some_and(|octet| *octet != 0) {
            let digits = said.iter().take_while(|octet| octet.is_ascii_digit()).count();
            let length = std::str::from_utf8(said.get(..digits)?).ok()?.parse().ok()?;
            let line = said.get(..length)?.get(digits..)?;
            said = said.get(length..)?;
            let line = line.strip_prefix(b" ")?.strip_suffix(b"\n")?;
            let at = memchr::memchr(b'=', line)?;
            let value = line.get(at + 1..)?;
            match line.get(..at)? {
                b"path" | b"linkpath" | b"GNU.sparse.name" => {
                    self.ahead.names.push(named_in_old_charset(value));
                }
                b"comment" => self.opened.texts.push(named_in_old_charset(value)),
                b"size" => self.ahead.size = Some(std::str::from_utf8(value).ok()?.parse().ok()?),
                // A file with its holes left out, in each of the forms that there are.
                key if SPARSE.iter().any(|it| key.starts_with(it)) => {
                    self.opened.remarks.push(ARCHIVE_FOREIGN_METHOD);
                }
                _ => {}
            }
        }
        Some(())
    }
}

/// A header block, whose sum is right.
struct Header<'b> {
    name: &'b [u8],
    prefix: &'b [u8],
    link: &'b [u8],
    size: u64,
    kind: u8,
}

impl<'b> Header<'b> {
    fn read(block: &'b [u8; BLOCK]) -> Option<Self> {
        let text = |from: usize, to: usize| {
            let field = block.get(from..to).unwrap_or_default();
            field.split(|octet| *octet == 0).next().unwrap_or_default()
        };
        let sum = number(block.get(148..156)?)?;
        let of_sum = 148..156;
        let counted = |signed: bool| -> i64 {
            let octets = block.iter().enumerate();
            let one = |(at, octet): (usize, &u8)| match of_sum.contains(&at) {
                true => i64::from(b' '),
                false if signed => i64::from(i8::from_ne_bytes([*octet])),
                false => i64::from(*octet),
            };
            octets.map(one).sum()
        };
        let sum = i64::try_from(sum).ok()?;
        // Old programs added the octets up as signed ones.
        if sum != counted(false) && sum != counted(true) {
            return None;
        }
        let is_ustar = block.get(257..263)? == b"ustar\0";
        let prefix = if is_ustar { text(345, 500) } else { &[] };
        Some(Self {
            name: text(0, 100),
            prefix,
            link: text(157, 257),
            size: number(block.get(124..136)?)?,
            kind: *block.get(156)?,
        })
    }

    fn name(&self) -> String {
        match self.prefix.is_empty() {
            true => named_in_old_charset(self.name),
            false => named_in_old_charset(&[self.prefix, b"/", self.name].concat()),
        }
    }
}

/// A number in octal digits, or, where the first bit is set, in octets.
fn number(field: &[u8]) -> Option<u64> {
    if let Some((first, rest)) = field.split_first()
        && first & 0x80 != 0
    {
        let low = rest.last_chunk::<8>()?;
        let high = rest.get(..rest.len().checked_sub(8)?)?;
        let small = *first == 0x80 && high.iter().all(|octet| *octet == 0);
        return small.then(|| u64::from_be_bytes(*low));
    }
    let field = field.split(|octet| *octet == 0).next().unwrap_or_default().trim_ascii();
    if field.is_empty() {
        return Some(0);
    }
    u64::from_str_radix(std::str::from_utf8(field).ok()?, 8).ok()
}
