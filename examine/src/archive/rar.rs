//! The listing of a RAR: names and what is said of them. Its content is packed in a way that only
//! its maker may write readers for, and stays unread.
//!
//! # Source
//!
//! RAR 5.0 archive format, rarlab.com; technote.txt of RAR 2.9 to 4.

use memchr::memmem;

use super::{Member, Opened, named_in_old_charset, octets::Octets};
use crate::{
    budget::Budget,
    remark::{
        ARCHIVE_DAMAGED, ARCHIVE_FOREIGN_METHOD, ARCHIVE_MEMBERS_OVER_LIMIT, ENCRYPTED_ARCHIVE,
        UNREAD_ARCHIVE,
    },
};

/// What a RAR begins with.
pub(super) const START: &[u8] = b"Rar!\x1a\x07";

/// Lists a RAR, which may stand behind the program that unpacks it.
pub(super) fn open(octets: &[u8], budget: &mut Budget) -> Opened {
    let mut opened = Opened { remarks: vec![UNREAD_ARCHIVE], ..Opened::default() };
    let at = memmem::find(octets, START).unwrap_or_default();
    let mut from = Octets::new(octets.get(at..).unwrap_or_default());
    from.take(START.len());
    let listed = match from.u8() {
        Some(0) => list(&mut from, old_block, &mut opened, budget),
        Some(1) if from.u8() == Some(0) => list(&mut from, block, &mut opened, budget),
        _ => None,
    };
    if listed.is_none() {
        opened.remarks.push(ARCHIVE_DAMAGED);
    }
    opened
}

/// What a block is.
enum Block {
    File(Member),
    /// All that follows is encrypted.
    Encrypted,
    End,
    Other,
}

/// Reads blocks to the end; none where they make no sense.
fn list<'a>(
    from: &mut Octets<'a>,
    next: fn(&mut Octets<'a>) -> Option<Block>,
    opened: &mut Opened,
    budget: &Budget,
) -> Option<()> {
    while !from.rest().is_empty() {
        if budget.members_left() <= opened.members.len() {
            opened.remarks.push(ARCHIVE_MEMBERS_OVER_LIMIT);
            break;
        }
        match next(from)? {
            Block::File(member) => opened.members.push(member),
            Block::Encrypted => {
                opened.remarks.push(ENCRYPTED_ARCHIVE);
                break;
            }
            Block::End => break,
            Block::Other => {}
        }
    }
    Some(())
}

fn member(names: Vec<String>, size: u64, encrypted: bool) -> Block {
    let mut names = names.into_iter();
    let name = names.next().unwrap_or_default();
    let mut remarks = Vec::new();
    remarks.extend((size > 0).then_some(ARCHIVE_FOREIGN_METHOD));
    remarks.extend(encrypted.then_some(ENCRYPTED_ARCHIVE));
    Block::File(Member { name, other_names: names.collect(), octets: Vec::new(), remarks })
}

/// A number in groups of seven bits, the lowest first.
fn number(from: &mut Octets<'_>) -> Option<u64> {
    let mut value = 0;
    for index in 0..10_u32 {
        let octet = from.u8()?;
        value |= u64::from(octet & 0x7f).checked_shl(7 * index)?;
        if octet & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

/// A block of RAR 5.
fn block(from: &mut Octets<'_>) -> Option<Block> {
    from.u32()?;
    let length = usize::try_from(number(from)?).ok()?;
    let mut header = Octets::new(from.take(length)?);
    let (kind, flags) = (number(&mut header)?, number(&mut header)?);
    let extra = if flags & 1 != 0 { number(&mut header)? } else { 0 };
    let packed = if flags & 2 != 0 { number(&mut header)? } else { 0 };
    let extra = usize::try_from(extra).ok()?;
    let (body, extra) = header.rest().split_at_checked(header.rest().len().checked_sub(extra)?)?;
    let found = match kind {
        2 => file(body, extra)?,
        4 => Block::Encrypted,
        5 => Block::End,
        _ => Block::Other,
    };
    from.take(usize::try_from(packed).ok()?)?;
    Some(found)
}

fn file(body: &[u8], extra: &[u8]) -> Option<Block> {
    let mut body = Octets::new(body);
    let flags = number(&mut body)?;
    let size = number(&mut body)?;
    number(&mut body)?;
    for flag in [2, 4] {
        if flags & flag != 0 {
            body.take(4)?;
        }
    }
    number(&mut body)?;
    number(&mut body)?;
    let length = usize::try_from(number(&mut body)?).ok()?;
    let name = String::from_utf8_lossy(body.take(length)?).into_owned();
    let mut extra = Octets::new(extra);
    let mut encrypted = false;
    while !extra.rest().is_empty() {
        let length = usize::try_from(number(&mut extra)?).ok()?;
        let mut record = Octets::new(extra.take(length)?);
        encrypted |= number(&mut record)? == 1;
    }
    Some(member(vec![name], size, encrypted))
}

/// A block of RAR 2.9 to 4.
fn old_block(from: &mut Octets<'_>) -> Option<Block> {
    let whole = *from;
    from.u16()?;
    let (kind, flags, length) = (from.u8()?, from.u16()?, from.u16()?);
    let length = usize::from(length);
    let mut header = Octets::new(whole.rest().get(7..length)?);
    let mut packed = if flags & 0x8000 != 0 { u64::from(header.u32()?) } else { 0 };
    let found = match kind {
        0x73 if flags & 0x80 != 0 => Block::Encrypted,
        0x74 => {
            let (names, size, high) = old_file(&mut header, flags)?;
            packed |= u64::from(high) << 32;
            member(names, size, flags & 4 != 0)
        }
        0x7b => Block::End,
        _ => Block::Other,
    };
    *from = Octets::new(whole.rest().get(length..)?);
    if !matches!(found, Block::Encrypted) {
        from.take(usize::try_from(packed).ok()?)?;
    }
    Some(found)
}

/// Names, size, and the high half of the packed size.
fn old_file(header: &mut Octets<'_>, flags: u16) -> Option<(Vec<String>, u64, u32)> {
    let mut size = u64::from(header.u32()?);
    header.take(11)?;
    let length = header.u16()?;
    header.take(4)?;
    let mut high = 0;
    if flags & 0x100 != 0 {
        high = header.u32()?;
        size |= u64::from(header.u32()?) << 32;
    }
    let name = header.take(length.into())?;
    let mut names = Vec::new();
    if flags & 0x200 != 0
        && let Some(at) = memchr::memchr(0, name)
    {
        let (narrow, wide) = (name.get(..at)?, name.get(at + 1..)?);
        names.push(in_unicode(narrow, wide));
        names.push(named_in_old_charset(narrow));
    } else {
        names.push(named_in_old_charset(name));
    }
    Some((names, size, high))
}

/// A name in UTF-16, packed as differences from the one in a charset of old.
fn in_unicode(narrow: &[u8], packed: &[u8]) -> String {
    let mut from = Octets::new(packed);
    let high = u16::from(from.u8().unwrap_or_default()) << 8;
    let mut units: Vec<u16> = Vec::new();
    let mut narrow_at = |count: usize| u16::from(narrow.get(count).copied().unwrap_or_default());
    let mut flags = (0_u8, 0);
    while !from.rest().is_empty() {
        if flags.1 == 0 {
            flags = (from.u8().unwrap_or_default(), 4);
        }
        let next = match flags.0 >> 6 {
            0 => from.u8().map(|it| vec![u16::from(it)]),
            1 => from.u8().map(|it| vec![u16::from(it) | high]),
            2 => from.u16().map(|it| vec![it]),
            _ => run(&mut from, high, units.len(), &mut narrow_at),
        };
        let Some(next) = next else { break };
        units.extend(next);
        flags = (flags.0 << 2, flags.1 - 1);
    }
    String::from_utf16_lossy(&units)
}

fn run(
    from: &mut Octets<'_>,
    high: u16,
    at: usize,
    narrow: &mut impl FnMut(usize) -> u16,
) -> Option<Vec<u16>> {
    let length = from.u8()?;
    let shift = if length & 0x80 != 0 { Some(from.u8()?) } else { None };
    let count = usize::from(length & 0x7f).saturating_add(2);
    let mut unit = |index: usize| match shift {
        Some(shift) => narrow(at.saturating_add(index)).wrapping_add(shift.into()) & 0xff | high,
        None => narrow(at.saturating_add(index)),
    };
    Some((0..count).map(&mut unit).collect())
}
