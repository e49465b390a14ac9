//! The header of a 7z: folders of packed streams, and the files in them.

use std::cell::Cell;

use super::super::octets::Octets;

/// Coders of one folder; programs chain four.
const CODERS_MAX: usize = 8;

/// A header.
pub(super) enum Header<'a> {
    /// One that is packed itself.
    Packed(Streams<'a>),
    Plain(Streams<'a>, Files),
}

/// The packed streams.
#[derive(Debug, Default)]
pub(super) struct Streams<'a> {
    pub(super) folders: Vec<Folder<'a>>,
}

/// Streams that are unpacked in one.
#[derive(Debug, Default)]
pub(super) struct Folder<'a> {
    pub(super) coders: Vec<Coder<'a>>,
    /// For each coder, which other gives it its octets; none for the one that reads packed ones.
    pub(super) fed_by: Vec<Option<usize>>,
    /// The coder that no other reads from.
    pub(super) last: usize,
    /// Whether its coders form something else than a chain.
    pub(super) is_graph: bool,
    /// Where its packed octets stand.
    pub(super) packed_at: u64,
    pub(super) packed: u64,
    pub(super) sum: Option<u32>,
    /// What stands in it, one behind the other.
    pub(super) streams: Vec<Stream>,
    inputs: usize,
    packed_streams: usize,
}

/// One step of unpacking.
#[derive(Debug)]
pub(super) struct Coder<'a> {
    pub(super) id: &'a [u8],
    pub(super) properties: &'a [u8],
    /// Octets that come out of it.
    pub(super) size: u64,
}

/// The octets of one file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stream {
    pub(super) size: u64,
    pub(super) sum: Option<u32>,
}

/// The files, in the order of their streams.
#[derive(Debug, Default)]
pub(super) struct Files {
    pub(super) list: Vec<File>,
}

/// A file.
#[derive(Debug)]
pub(super) struct File {
    pub(super) name: String,
    pub(super) has_stream: bool,
}

/// The most things of a kind that a header may list, and whether one lists more.
#[derive(Debug)]
pub(super) struct Most {
    things: usize,
    pub(super) exceeded: Cell<bool>,
}

impl Most {
    pub(super) fn new(things: usize) -> Self {
        Self { things, exceeded: Cell::new(false) }
    }

    fn check(&self, things: usize) -> Option<usize> {
        self.exceeded.set(self.exceeded.get() || self.things < things);
        (things <= self.things).then_some(things)
    }
}

/// Reads a header; none where it makes no sense, or lists too much.
pub(super) fn read_header<'a>(octets: &'a [u8], most: &Most) -> Option<Header<'a>> {
    let mut from = Octets::new(octets);
    match from.u8()? {
        0x17 => Some(Header::Packed(streams(&mut from, most)?)),
        0x01 => {
            let mut found = (Streams::default(), Files::default());
            loop {
                match from.u8()? {
                    0x00 => return Some(Header::Plain(found.0, found.1)),
                    0x02 => properties(&mut from)?,
                    0x04 => found.0 = streams(&mut from, most)?,
                    0x05 => found.1 = files(&mut from, most)?,
                    // Additional streams, which no program writes, hold names elsewhere.
                    _ => return None,
                }
            }
        }
        _ => None,
    }
}

fn properties(from: &mut Octets<'_>) -> Option<()> {
    while from.u8()? != 0 {
        let length = length(from)?;
        from.take(length)?;
    }
    Some(())
}

/// A number of one to nine octets: the first tells how many follow, and holds the highest bits.
fn number(from: &mut Octets<'_>) -> Option<u64> {
    let first = from.u8()?;
    let more = first.leading_ones();
    let mut value = 0;
    for index in 0..more {
        value |= u64::from(from.u8()?) << (8 * index);
    }
    let high = u64::from(first) & (0x7f_u64 >> more);
    Some(if more < 8 { value | high << (8 * more) } else { value })
}

/// A number of things that each take an octet of the header at least.
fn length(from: &mut Octets<'_>) -> Option<usize> {
    let length = usize::try_from(number(from)?).ok()?;
    (length <= from.rest().len()).then_some(length)
}

fn streams<'a>(from: &mut Octets<'a>, most: &Most) -> Option<Streams<'a>> {
    let mut found = Streams::default();
    let mut packed = (0, Vec::new());
    loop {
        match from.u8()? {
            0x00 => return Some(found),
            0x06 => packed = packed_sizes(from)?,
            0x07 => {
                found.folders = folders(from, most)?;
                place(&mut found.folders, &packed)?;
            }
            0x08 => files_of_folders(from, &mut found.folders, most)?,
            _ => return None,
        }
    }
}

/// Where the packed streams begin, and the octets of each.
fn packed_sizes(from: &mut Octets<'_>) -> Option<(u64, Vec<u64>)> {
    let at = number(from)?;
    let count = length(from)?;
    let mut sizes = Vec::new();
    loop {
        match from.u8()? {
            0x00 => return Some((at, sizes)),
            0x09 => sizes = (0..count).map(|_| number(from)).collect::<Option<_>>()?,
            0x0a => drop(sums(from, count)?),
            _ => return None,
        }
    }
}

/// Tells each folder where its packed octets stand: all streams follow one another.
fn place(folders: &mut [Folder<'_>], (at, sizes): &(u64, Vec<u64>)) -> Option<()> {
    let mut at = *at;
    let mut sizes = sizes.iter();
    for folder in folders {
        folder.packed_at = at;
        for index in 0..folder.packed_streams {
            let size = *sizes.next()?;
            if index == 0 {
                folder.packed = size;
            }
            at = at.checked_add(size)?;
        }
    }
    Some(())
}

/// Sums of `count` things, of which some may have none.
fn sums(from: &mut Octets<'_>, count: usize) -> Option<Vec<Option<u32>>> {
    let defined = match from.u8()? {
        0 => bits(from, count)?,
        _ => vec![true; count],
    };
    let sum = |has: bool| if has { from.u32().map(Some) } else { Some(None) };
    defined.into_iter().map(sum).collect()
}

fn bits(from: &mut Octets<'_>, count: usize) -> Option<Vec<bool>> {
    let octets = from.take(count.div_ceil(8))?;
    let all = octets.iter().flat_map(|octet| (0..8).map(move |bit| octet & (0x80 >> bit) != 0));
    Some(all.take(count).collect())
}

fn folders<'a>(from: &mut Octets<'a>, most: &Most) -> Option<Vec<Folder<'a>>> {
    if from.u8()? != 0x0b {
        return None;
    }
    let count = most.check(length(from)?)?;
    if from.u8()? != 0 {
        return None;
    }
    let mut folders: Vec<Folder<'a>> = (0..count).map(|_| folder(from)).collect::<Option<_>>()?;
    loop {
        match from.u8()? {
            0x00 => break,
            0x0a => {
                let sums = sums(from, count)?;
                folders.iter_mut().zip(sums).for_each(|(folder, sum)| folder.sum = sum);
            }
            0x0c => {
                for coder in folders.iter_mut().flat_map(|folder| &mut folder.coders) {
                    coder.size = number(from)?;
                }
            }
            _ => return None,
        }
    }
    for folder in &mut folders {
        let size = folder.coders.get(folder.last)?.size;
        folder.streams = vec![Stream { size, sum: folder.sum }];
    }
    Some(folders)
}

fn folder<'a>(from: &mut Octets<'a>) -> Option<Folder<'a>> {
    let count = length(from)?;
    if count == 0 || CODERS_MAX < count {
        return None;
    }
    let mut folder = Folder::default();
    for _ in 0..count {
        let kind = from.u8()?;
        let id = from.take(usize::from(kind & 0x0f))?;
        if kind & 0x10 != 0 {
            let (inputs, outputs) = (length(from)?, length(from)?);
            // Only coders with one output are about.
            if outputs != 1 || CODERS_MAX < inputs {
                return None;
            }
            folder.is_graph |= inputs != 1;
            folder.inputs += inputs;
        } else {
            folder.inputs += 1;
        }
        let length = if kind & 0x20 != 0 { length(from)? } else { 0 };
        folder.coders.push(Coder { id, properties: from.take(length)?, size: 0 });
    }
    folder.fed_by = vec![None; count];
    let mut read_from = vec![false; count];
    for _ in 1..count {
        let input = usize::try_from(number(from)?).ok()?;
        let output = usize::try_from(number(from)?).ok()?;
        *read_from.get_mut(output)? = true;
        if !folder.is_graph {
            *folder.fed_by.get_mut(input)? = Some(output);
        }
    }
    folder.last = read_from.iter().position(|is_read| !is_read)?;
    folder.packed_streams = folder.inputs.checked_sub(count - 1)?;
    if folder.packed_streams > 1 {
        for _ in 0..folder.packed_streams {
            number(from)?;
        }
    }
    Some(folder)
}

/// How the octets of each folder are those of files.
fn files_of_folders(from: &mut Octets<'_>, folders: &mut [Folder<'_>], most: &Most) -> Option<()> {
    let mut kind = from.u8()?;
    let mut counts = vec![1; folders.len()];
    if kind == 0x0d {
        for count in &mut counts {
            *count = usize::try_from(number(from)?).ok()?;
        }
        kind = from.u8()?;
    }
    most.check(counts.iter().fold(0, |sum: usize, count| sum.saturating_add(*count)))?;
    let has_sizes = kind == 0x09;
    for (folder, count) in folders.iter_mut().zip(&counts) {
        let whole = folder.coders.get(folder.last)?.size;
        let mut left = whole;
        let mut streams = Vec::new();
        for _ in 1..*count {
            let size = if has_sizes { number(from)? } else { return None };
            left = left.checked_sub(size)?;
            streams.push(Stream { size, sum: None });
        }
        if *count > 0 {
            let sum = if *count == 1 { folder.sum } else { None };
            streams.push(Stream { size: left, sum });
        }
        folder.streams = streams;
    }
    if has_sizes {
        kind = from.u8()?;
    }
    while kind != 0 {
        if kind != 0x0a {
            return None;
        }
        let unknown = folders.iter_mut().flat_map(|it| &mut it.streams);
        let unknown: Vec<_> = unknown.filter(|stream| stream.sum.is_none()).collect();
        let sums = sums(from, unknown.len())?;
        unknown.into_iter().zip(sums).for_each(|(stream, sum)| stream.sum = sum);
        kind = from.u8()?;
    }
    Some(())
}

fn files(from: &mut Octets<'_>, most: &Most) -> Option<Files> {
    let count = most.check(length(from)?)?;
    let mut names = Vec::new();
    let mut without = vec![false; count];
    loop {
        let kind = from.u8()?;
        if kind == 0 {
            break;
        }
        let length = length(from)?;
        let mut body = Octets::new(from.take(length)?);
        match kind {
            0x0e => without = bits(&mut body, count)?,
            0x11 => names = self::names(&mut body, count)?,
            _ => {}
        }
    }
    names.resize(count, String::new());
    let file = |(name, without): (String, bool)| File { name, has_stream: !without };
    Some(Files { list: names.into_iter().zip(without).map(file).collect() })
}

fn names(from: &mut Octets<'_>, count: usize) -> Option<Vec<String>> {
    if from.u8()? != 0 {
        return None;
    }
    let mut name = || {
        let mut units = Vec::new();
        loop {
            match from.u16()? {
                0 => return Some(String::from_utf16_lossy(&units)),
                unit => units.push(unit),
            }
        }
    };
    (0..count).map(|_| name()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_each_length() {
        for (octets, value) in [
            (&[0x05][..], 5),
            (&[0x81, 0x02], 0x102),
            (&[0xc1, 0x02, 0x03], 0x1_0302),
            (&[0xff, 1, 2, 3, 4, 5, 6, 7, 8], 0x0807_0605_0403_0201),
            (&[0xfe, 1, 2, 3, 4, 5, 6, 7], 0x07_0605_0403_0201),
        ] {
            assert_eq!(number(&mut Octets::new(octets)), Some(value), "{octets:?}");
            assert_eq!(number(&mut Octets::new(&octets[1..])).is_none(), octets.len() == 1);
        }
    }
}
