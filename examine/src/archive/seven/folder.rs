//! Unpacking a folder: its coders, one behind the other.

use std::io::Read;

use lzma_rust2::{
    Lzma2Reader, LzmaReader,
    filter::{bcj::BcjReader, delta::DeltaReader},
};
use ruzstd::decoding::StreamingDecoder;

use super::header::{Coder, Folder};
use crate::{
    budget::{Budget, Stop, Unpacked},
    limits::WINDOW_OCTETS_MAX,
};

/// Why a folder is not unpacked at all.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Why {
    Damaged,
    Encrypted,
    Foreign,
    OverLimit,
}

/// The coder that encrypts.
const AES: &[u8] = &[0x06, 0xf1, 0x07, 0x01];

/// Unpacks a folder.
pub(super) fn unpack(
    packed: &[u8],
    folder: &Folder<'_>,
    budget: &mut Budget,
) -> Result<Unpacked, Why> {
    if folder.coders.iter().any(|coder| coder.id == AES) {
        return Err(Why::Encrypted);
    }
    if folder.is_graph {
        return Err(Why::Foreign);
    }
    let from = usize::try_from(folder.packed_at).ok().ok_or(Why::Damaged)?;
    let length = usize::try_from(folder.packed).ok().ok_or(Why::Damaged)?;
    let packed = packed.get(from..).ok_or(Why::Damaged)?;
    let cut = packed.len() < length;
    let packed = packed.get(..length.min(packed.len())).unwrap_or_default();
    let mut reader: Box<dyn Read + '_> = Box::new(packed);
    let mut size = 0;
    for coder in chain(folder)? {
        reader = Box::new(step(reader, coder, budget)?.take(coder.size));
        size = coder.size;
    }
    let mut unpacked = budget.read(packed.len(), reader);
    let came = u64::try_from(unpacked.octets.len()).unwrap_or(u64::MAX);
    if unpacked.stop.is_none() && (cut || came < size) {
        unpacked.stop = Some(Stop::Damaged);
    }
    Ok(unpacked)
}

/// The coders, that first which reads the packed octets.
fn chain<'f, 'a>(folder: &'f Folder<'a>) -> Result<Vec<&'f Coder<'a>>, Why> {
    let mut chain = Vec::new();
    let mut next = Some(folder.last);
    while let Some(index) = next {
        // Coders that feed one another in a circle never end.
        if chain.len() == folder.coders.len() {
            return Err(Why::Damaged);
        }
        chain.push(folder.coders.get(index).ok_or(Why::Damaged)?);
        next = *folder.fed_by.get(index).ok_or(Why::Damaged)?;
    }
    chain.reverse();
    Ok(chain)
}

fn step<'r>(
    from: Box<dyn Read + 'r>,
    coder: &Coder<'_>,
    budget: &mut Budget,
) -> Result<Box<dyn Read + 'r>, Why> {
    Ok(match coder.id {
        [0x00] => from,
        [0x03] => {
            let distance = usize::from(*coder.properties.first().ok_or(Why::Damaged)?);
            Box::new(DeltaReader::new(from, distance.saturating_add(1)))
        }
        [0x21] => {
            let window = lzma2_window(*coder.properties.first().ok_or(Why::Damaged)?)?;
            Box::new(Lzma2Reader::new(from, fitting(window, coder.size)?, None))
        }
        [0x03, 0x01, 0x01] => lzma(from, coder, budget)?,
        [0x03, 0x03, 0x01, 0x03] | [0x04] => Box::new(BcjReader::new_x86(from, 0)),
        [0x03, 0x03, 0x02, 0x05] | [0x05] => Box::new(BcjReader::new_ppc(from, 0)),
        [0x03, 0x03, 0x04, 0x01] | [0x06] => Box::new(BcjReader::new_ia64(from, 0)),
        [0x03, 0x03, 0x05, 0x01] | [0x07] => Box::new(BcjReader::new_arm(from, 0)),
        [0x03, 0x03, 0x07, 0x01] | [0x08] => Box::new(BcjReader::new_arm_thumb(from, 0)),
        [0x03, 0x03, 0x08, 0x05] | [0x09] => Box::new(BcjReader::new_sparc(from, 0)),
        [0x0a] => Box::new(BcjReader::new_arm64(from, 0)),
        [0x04, 0x01, 0x08] => Box::new(flate2::read::DeflateDecoder::new(from)),
        [0x04, 0x02, 0x02] => {
            heavy(budget)?;
            Box::new(bzip2::read::MultiBzDecoder::new(from))
        }
        [0x04, 0xf7, 0x11, 0x01] => {
            heavy(budget)?;
            let window = WINDOW_OCTETS_MAX.into();
            let decoder = StreamingDecoder::new_with_max_window_size(from, window);
            Box::new(decoder.ok().ok_or(Why::Damaged)?)
        }
        _ => return Err(Why::Foreign),
    })
}

fn lzma<'r>(
    from: Box<dyn Read + 'r>,
    coder: &Coder<'_>,
    budget: &mut Budget,
) -> Result<Box<dyn Read + 'r>, Why> {
    let [properties, window @ ..] = coder.properties else { return Err(Why::Damaged) };
    let window = u32::from_le_bytes(*window.first_chunk().ok_or(Why::Damaged)?);
    let window = fitting(window, coder.size)?;
    // Its tables grow with these bits.
    if properties % 9 + properties / 9 % 5 > 4 {
        heavy(budget)?;
    }
    let reader = LzmaReader::new_with_props(from, coder.size, *properties, window, None);
    Ok(Box::new(reader.ok().ok_or(Why::Damaged)?))
}

fn heavy(budget: &mut Budget) -> Result<(), Why> {
    if budget.decoder() { Ok(()) } else { Err(Why::OverLimit) }
}

/// The window of an LZMA2 stream by its one octet of properties.
fn lzma2_window(properties: u8) -> Result<u32, Why> {
    match properties {
        40 => Ok(u32::MAX),
        0..40 => Ok((2 | u32::from(properties & 1)) << (properties / 2 + 11)),
        _ => Err(Why::Damaged),
    }
}

/// The window that a decoder gets, which needs no more than what comes out of it.
fn fitting(window: u32, size: u64) -> Result<u32, Why> {
    let needed = u64::from(window).min(size).max(4096);
    match u32::try_from(needed) {
        Ok(needed) if needed <= WINDOW_OCTETS_MAX => Ok(needed),
        Ok(_) | Err(_) => Err(Why::OverLimit),
    }
}
