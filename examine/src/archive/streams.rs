//! Files that are one compressed stream after the other: gzip, bzip2, xz, Zstandard. Programs write
//! what is in all of them in one.

use std::io::{Error, ErrorKind, Read, Result};

use bzip2::{Decompress, Status};
use lzma_rust2::XzReader;
use ruzstd::decoding::{
    FrameDecoder, StreamingDecoder,
    errors::{FrameDecoderError, FrameHeaderError},
};

use super::{
    Member, Opened,
    decoder::{Decoder, Decoding},
    inflate::damaged,
    name_inside,
    octets::Octets,
};
use crate::{
    budget::Budget,
    limits::{WINDOW_OCTETS_MAX, XZ_PIECE_OCTETS_MIN, XZ_PIECES_FREE},
    remark::{ARCHIVE_OVER_LIMIT, ARCHIVE_TRAILING},
};

/// One stream at the start of octets.
pub(super) trait Stream<'a>: Read + Sized {
    /// Endings of the names of such files, and what stands for them inside.
    const ENDINGS: &'static [(&'static str, &'static str)];

    /// Begins the stream; none where the octets do not begin with one.
    fn begin(packed: &'a [u8]) -> Result<Option<Self>>;

    /// What stands behind the stream, which has come to its end, and what the stream said beside
    /// its contents.
    fn end(self) -> Result<(&'a [u8], Said)>;
}

/// What a stream says beside its contents.
#[derive(Debug, Default)]
pub(super) struct Said {
    pub(super) name: Option<String>,
    pub(super) comment: Option<String>,
}

/// Opens a file that consists of such streams.
pub(super) fn open<'a, S: Stream<'a>>(octets: &'a [u8], name: &str, budget: &mut Budget) -> Opened {
    let mut all = Concatenated::<S>::new(octets, budget.decoders);
    let unpacked = budget.read(octets.len(), &mut all);
    budget.decoders = all.decoders_left;
    let mut inside = Member::unpacked(name_inside(name, S::ENDINGS), unpacked);
    let mut opened = Opened::default();
    inside.remarks.extend(all.too_many.then_some(ARCHIVE_OVER_LIMIT));
    opened.remarks.extend(all.trailing.then_some(ARCHIVE_TRAILING));
    for said in all.said {
        opened.texts.extend(said.comment);
        inside.other_names.extend(said.name);
    }
    if inside.name.is_empty() && !inside.other_names.is_empty() {
        inside.name = inside.other_names.remove(0);
    }
    opened.members.push(inside);
    opened
}

/// All streams of a file, as one reader.
pub(super) struct Concatenated<'a, S> {
    rest: &'a [u8],
    open: Option<S>,
    begun: bool,
    pub(super) decoders_left: usize,
    said: Vec<Said>,
    /// Whether some streams were left out because of the limit.
    pub(super) too_many: bool,
    /// Whether something that is no stream stands behind the last one.
    pub(super) trailing: bool,
}

impl<'a, S: Stream<'a>> Concatenated<'a, S> {
    pub(super) fn new(octets: &'a [u8], decoders_left: usize) -> Self {
        Self {
            rest: octets,
            open: None,
            begun: false,
            decoders_left,
            said: Vec::new(),
            too_many: false,
            trailing: false,
        }
    }

    /// Begins the next stream; whether there is one.
    fn next(&mut self) -> Result<bool> {
        // Tapes and disks fill up with zeros.
        if self.begun && self.rest.iter().all(|octet| *octet == 0) {
            return Ok(false);
        }
        let Some(left) = self.decoders_left.checked_sub(1) else {
            self.too_many = true;
            return Ok(false);
        };
        self.decoders_left = left;
        self.open = S::begin(self.rest)?;
        if self.open.is_none() {
            self.trailing = self.begun;
            return if self.begun { Ok(false) } else { Err(damaged()) };
        }
        self.begun = true;
        Ok(true)
    }
}

impl<'a, S: Stream<'a>> Read for Concatenated<'a, S> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        loop {
            if let Some(stream) = &mut self.open {
                let came = stream.read(buffer)?;
                if came > 0 {
                    return Ok(came);
                }
            }
            if let Some(stream) = self.open.take() {
                let (rest, said) = stream.end()?;
                self.rest = rest;
                if said.name.is_some() || said.comment.is_some() {
                    self.said.push(said);
                }
            }
            if self.too_many || self.trailing || !self.next()? {
                return Ok(0);
            }
        }
    }
}

/// Bzip2, which no standard describes.
pub(super) type Bzip2<'a> = Decoding<'a, Decompress>;

impl<'a> Stream<'a> for Bzip2<'a> {
    const ENDINGS: &'static [(&'static str, &'static str)] =
        &[(".tbz2", ".tar"), (".tbz", ".tar"), (".tb2", ".tar"), (".bz2", ""), (".bz", "")];

    fn begin(packed: &'a [u8]) -> Result<Option<Self>> {
        let begins = matches!(packed, [b'B', b'Z', b'h', b'1'..=b'9', ..]);
        Ok(begins.then(|| Self::with(packed, Decompress::new(false))))
    }

    fn end(self) -> Result<(&'a [u8], Said)> {
        Ok((self.rest(), Said::default()))
    }
}

impl Decoder for Decompress {
    fn totals(&self) -> (u64, u64) {
        (self.total_in(), self.total_out())
    }

    fn step(&mut self, packed: &[u8], buffer: &mut [u8]) -> Result<bool> {
        Ok(self.decompress(packed, buffer).map_err(Error::from)? == Status::StreamEnd)
    }
}

/// Xz.
///
/// # Source
///
/// The .xz File Format, version 1.2.1.
pub(super) struct Xz<'a>(XzReader<Metered<'a>>);

impl<'a> Stream<'a> for Xz<'a> {
    const ENDINGS: &'static [(&'static str, &'static str)] = &[(".txz", ".tar"), (".xz", "")];

    fn begin(packed: &'a [u8]) -> Result<Option<Self>> {
        // Streams have padding between them.
        let zeros = packed.iter().take_while(|octet| **octet == 0).count() / 4 * 4;
        let packed = packed.get(zeros..).unwrap_or_default();
        // The decoder counts its tables too.
        let memory = WINDOW_OCTETS_MAX / 1024 + 1024;
        let begins = packed.starts_with(b"\xfd7zXZ\0");
        Ok(begins.then(|| Self(XzReader::new_mem_limit(Metered::new(packed), false, memory))))
    }

    fn end(self) -> Result<(&'a [u8], Said)> {
        Ok((self.0.into_inner().rest, Said::default()))
    }
}

impl Read for Xz<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        self.0.read(buffer)
    }
}

/// The packed octets of an xz. Each of its blocks makes its decoder anew, so that many small ones
/// cost far more than their length; they show by the many small pieces that they are read in.
struct Metered<'a> {
    rest: &'a [u8],
    octets: usize,
    pieces: usize,
}

impl<'a> Metered<'a> {
    fn new(rest: &'a [u8]) -> Self {
        Self { rest, octets: 0, pieces: 0 }
    }
}

impl Read for Metered<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let octets = self.rest.read(buffer)?;
        self.octets = self.octets.saturating_add(octets);
        self.pieces = self.pieces.saturating_add(1);
        let most = XZ_PIECES_FREE.saturating_add(self.octets / XZ_PIECE_OCTETS_MIN);
        match self.pieces <= most {
            true => Ok(octets),
            false => Err(ErrorKind::OutOfMemory.into()),
        }
    }
}

/// Zstandard.
///
/// # Source
///
/// RFC 8878.
pub(super) enum Zstd<'a> {
    Frame(Box<StreamingDecoder<&'a [u8], FrameDecoder>>),
    /// A frame that decoders pass over; what stands behind it.
    Skipped(&'a [u8]),
}

impl<'a> Stream<'a> for Zstd<'a> {
    const ENDINGS: &'static [(&'static str, &'static str)] = &[(".tzst", ".tar"), (".zst", "")];

    fn begin(packed: &'a [u8]) -> Result<Option<Self>> {
        let mut header = Octets::new(packed);
        let magic = header.u32();
        if magic.is_some_and(|it| it & 0xffff_fff0 == 0x184d_2a50) {
            let length = header.u32().and_then(|it| usize::try_from(it).ok());
            length.and_then(|it| header.take(it)).ok_or_else(damaged)?;
            return Ok(Some(Self::Skipped(header.rest())));
        }
        if magic != Some(0xfd2f_b528) {
            return Ok(None);
        }
        let decoder = StreamingDecoder::new_with_max_window_size(packed, WINDOW_OCTETS_MAX.into());
        match decoder {
            Ok(decoder) => Ok(Some(Self::Frame(Box::new(decoder)))),
            Err(
                FrameDecoderError::WindowSizeTooBig { .. }
                | FrameDecoderError::FailedToInitialize(FrameHeaderError::WindowTooBig { .. })
                | FrameDecoderError::FrameHeaderError(FrameHeaderError::WindowTooBig { .. }),
            ) => Err(ErrorKind::OutOfMemory.into()),
            Err(_) => Err(damaged()),
        }
    }

    fn end(self) -> Result<(&'a [u8], Said)> {
        let rest = match self {
            Self::Frame(decoder) => {
                let (rest, state) = decoder.into_parts();
                let (said, sum) = (state.get_checksum_from_data(), state.get_calculated_checksum());
                if said.is_some() && said != sum {
                    return Err(damaged());
                }
                rest
            }
            Self::Skipped(rest) => rest,
        };
        Ok((rest, Said::default()))
    }
}

impl Read for Zstd<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        match self {
            Self::Frame(decoder) => decoder.read(buffer),
            Self::Skipped(_) => Ok(0),
        }
    }
}
