//! The packed octets of an entry.

use std::io::Read;

use lzma_rust2::LzmaReader;

use super::{
    super::{
        inflate::Inflate,
        octets::Octets,
        streams::{Bzip2, Concatenated, Stream, Xz, Zstd},
    },
    entry::Header,
};
use crate::{
    budget::{Budget, Stop, Unpacked},
    limits::WINDOW_OCTETS_MAX,
};

/// A way to read the packed octets of an entry.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Reading {
    pub(super) data_at: usize,
    pub(super) packed: u64,
    pub(super) method: u16,
}

impl Reading {
    /// As a header says it.
    pub(super) fn of(header: &Header<'_>, data_at: usize) -> Self {
        Self { data_at, packed: header.packed, method: header.method }
    }
}

/// What came of an entry.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) unpacked: Unpacked,
    /// How many packed octets there were, where they say so themselves.
    pub(super) needed: Option<u64>,
    /// Whether the method is one that is not read here.
    pub(super) foreign: bool,
}

/// Unpacks an entry that says it has `size` octets.
pub(super) fn unpack(octets: &[u8], reading: &Reading, size: u64, budget: &mut Budget) -> Done {
    let rest = octets.get(reading.data_at..).unwrap_or_default();
    let wanted = usize::try_from(reading.packed).unwrap_or(usize::MAX);
    let packed = rest.get(..wanted.min(rest.len())).unwrap_or_default();
    let mut needed = None;
    let mut foreign = false;
    let mut unpacked = match reading.method {
        0 => budget.copy(packed),
        8 => {
            let mut inside = Inflate::new(packed);
            let unpacked = budget.read(packed.len(), &mut inside);
            if unpacked.stop.is_none() {
                let read = packed.len().saturating_sub(inside.rest().len());
                needed = u64::try_from(read).ok();
            }
            unpacked
        }
        12 => streams::<Bzip2<'_>>(packed, budget),
        14 => lzma(packed, size, budget),
        93 | 20 => streams::<Zstd<'_>>(packed, budget),
        95 => streams::<Xz<'_>>(packed, budget),
        _ => {
            foreign = true;
            Unpacked::default()
        }
    };
    if packed.len() < wanted && unpacked.stop.is_none() && needed.is_none() {
        unpacked.stop = Some(Stop::Damaged);
    }
    Done { unpacked, needed, foreign }
}

fn streams<'a, S: Stream<'a>>(packed: &'a [u8], budget: &mut Budget) -> Unpacked {
    let mut all = Concatenated::<S>::new(packed, budget.decoders);
    let mut unpacked = budget.read(packed.len(), &mut all);
    budget.decoders = all.decoders_left;
    if all.too_many && unpacked.stop.is_none() {
        unpacked.stop = Some(Stop::OverLimit);
    }
    if all.trailing && unpacked.stop.is_none() {
        unpacked.stop = Some(Stop::Damaged);
    }
    unpacked
}

/// LZMA as zip has it: versions, the length of the properties, the properties.
fn lzma(packed: &[u8], size: u64, budget: &mut Budget) -> Unpacked {
    let mut header = Octets::new(packed);
    header.take(2);
    let (length, properties) = (header.u16(), header.u8());
    let (Some(5), Some(properties), Some(window)) = (length, properties, header.u32()) else {
        return Unpacked::stopped(Stop::Damaged);
    };
    raw_lzma(header.rest(), properties, window, size, budget)
}

/// A bare LZMA stream. Its window never grows beyond what comes out of it.
pub(in crate::archive) fn raw_lzma(
    packed: &[u8],
    properties: u8,
    window: u32,
    size: u64,
    budget: &mut Budget,
) -> Unpacked {
    if u64::from(WINDOW_OCTETS_MAX) < u64::from(window).min(size) || !budget.decoder() {
        return Unpacked::stopped(Stop::OverLimit);
    }
    let window = window.min(WINDOW_OCTETS_MAX);
    match LzmaReader::new_with_props(packed, size, properties, window, None) {
        Ok(reader) => budget.read(packed.len(), reader.take(size)),
        Err(_) => Unpacked::stopped(Stop::Damaged),
    }
}
