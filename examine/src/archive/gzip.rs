//! Gzip.
//!
//! # Source
//!
//! RFC 1952.

use std::io::{Read, Result};

use flate2::Crc;

use super::{
    inflate::{Inflate, damaged},
    named_in_old_charset,
    octets::Octets,
    streams::{Said, Stream},
};

/// One stream of a gzip file.
pub(super) struct Gzip<'a> {
    inside: Inflate<'a>,
    sum: Crc,
    said: Said,
}

impl<'a> Stream<'a> for Gzip<'a> {
    const ENDINGS: &'static [(&'static str, &'static str)] =
        &[(".tgz", ".tar"), (".gz", ""), (".svgz", ".svg"), (".emz", ".emf"), (".wmz", ".wmf")];

    fn begin(packed: &'a [u8]) -> Result<Option<Self>> {
        if !packed.starts_with(b"\x1f\x8b") {
            return Ok(None);
        }
        let mut header = Octets::new(packed);
        let said = said(&mut header).ok_or_else(damaged)?;
        Ok(Some(Self { inside: Inflate::new(header.rest()), sum: Crc::new(), said }))
    }

    fn end(self) -> Result<(&'a [u8], Said)> {
        let mut end = Octets::new(self.inside.rest());
        let (sum, length) = (end.u32().ok_or_else(damaged)?, end.u32().ok_or_else(damaged)?);
        match sum == self.sum.sum() && length == self.sum.amount() {
            true => Ok((end.rest(), self.said)),
            false => Err(damaged()),
        }
    }
}

impl Read for Gzip<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let came = self.inside.read(buffer)?;
        self.sum.update(buffer.get(..came).unwrap_or_default());
        Ok(came)
    }
}

/// Reads a stream's header.
fn said(header: &mut Octets<'_>) -> Option<Said> {
    let [_, _, method, flags] = *header.array::<4>()?;
    header.take(6)?;
    // Deflate is the only method there ever was; the other flags are not defined.
    if method != 8 || flags & 0b1110_0000 != 0 {
        return None;
    }
    if flags & 4 != 0 {
        let extra = header.u16()?;
        header.take(extra.into())?;
    }
    let mut text = |flag: u8| match flags & flag {
        0 => Some(None),
        _ => Some(Some(named_in_old_charset(header.until_zero()?))),
    };
    let said = Said { name: text(8)?, comment: text(16)? };
    if flags & 2 != 0 {
        header.take(2)?;
    }
    Some(said)
}
