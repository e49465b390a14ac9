//! Gzip.
//!
//! # Source
//!
//! RFC 1952.

use std::io::{Read, Result};

use flate2::Crc;

use super::{
    Member, Opened,
    inflate::{Inflate, damaged},
    name_inside, named_in_old_charset,
    octets::Octets,
};
use crate::{
    budget::Budget,
    limits::STREAMS_MAX,
    remark::{ARCHIVE_OVER_LIMIT, ARCHIVE_TRAILING},
};

/// Endings of names, and what stands for them inside.
const ENDINGS: [(&str, &str); 5] =
    [(".tgz", ".tar"), (".gz", ""), (".svgz", ".svg"), (".emz", ".emf"), (".wmz", ".wmf")];

/// Opens all streams of the file: programs write what is in them one after the other.
pub(super) fn open(octets: &[u8], name: &str, budget: &mut Budget) -> Opened {
    let mut streams = Streams { rest: octets, ..Streams::default() };
    let unpacked = budget.read(octets.len(), &mut streams);
    let mut inside = Member::unpacked(name_inside(name, &ENDINGS), unpacked);
    let mut opened = Opened { texts: streams.comments, ..Opened::default() };
    if streams.too_many {
        inside.remarks.push(ARCHIVE_OVER_LIMIT);
    }
    if streams.trailing {
        opened.remarks.push(ARCHIVE_TRAILING);
    }
    if inside.name.is_empty() {
        inside.name = streams.names.pop().unwrap_or_default();
    }
    streams.names.retain(|it| *it != inside.name);
    streams.names.dedup();
    inside.other_names = streams.names;
    opened.members.push(inside);
    opened
}

/// All streams of a file, one after the other.
#[derive(Debug, Default)]
struct Streams<'a> {
    rest: &'a [u8],
    open: Option<(Inflate<'a>, Crc)>,
    count: usize,
    names: Vec<String>,
    comments: Vec<String>,
    too_many: bool,
    trailing: bool,
}

impl Read for Streams<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        loop {
            if let Some((stream, crc)) = &mut self.open {
                let came = stream.read(buffer)?;
                crc.update(buffer.get(..came).unwrap_or_default());
                if came > 0 {
                    return Ok(came);
                }
            }
            if let Some((stream, crc)) = self.open.take() {
                self.close(&stream, &crc)?;
            }
            if !self.next()? {
                return Ok(0);
            }
        }
    }
}

impl<'a> Streams<'a> {
    /// Checks the end of a stream.
    fn close(&mut self, stream: &Inflate<'a>, crc: &Crc) -> Result<()> {
        let mut end = Octets::new(stream.rest());
        let (sum, length) = (end.u32().ok_or_else(damaged)?, end.u32().ok_or_else(damaged)?);
        self.rest = end.rest();
        match sum == crc.sum() && length == crc.amount() {
            true => Ok(()),
            false => Err(damaged()),
        }
    }

    /// Begins the next stream; whether there is one.
    fn next(&mut self) -> Result<bool> {
        // Tapes and disks fill up with zeros.
        if self.count > 0 && self.rest.iter().all(|octet| *octet == 0) {
            return Ok(false);
        }
        if !self.rest.starts_with(b"\x1f\x8b") {
            self.trailing = self.count > 0;
            return if self.trailing { Ok(false) } else { Err(damaged()) };
        }
        self.count += 1;
        if STREAMS_MAX < self.count {
            self.too_many = true;
            return Ok(false);
        }
        let mut header = Octets::new(self.rest);
        self.header(&mut header).ok_or_else(damaged)?;
        self.open = Some((Inflate::new(header.rest()), Crc::new()));
        Ok(true)
    }

    fn header(&mut self, header: &mut Octets<'a>) -> Option<()> {
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
        for (flag, into) in [(8, &mut self.names), (16, &mut self.comments)] {
            if flags & flag != 0 {
                into.push(named_in_old_charset(header.until_zero()?));
            }
        }
        if flags & 2 != 0 {
            header.take(2)?;
        }
        Some(())
    }
}
