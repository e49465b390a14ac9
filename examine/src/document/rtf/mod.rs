//! Rich Text Format: all text of all destinations, the shown apart from the hidden.
//!
//! # Source
//!
//! Rich Text Format Specification 1.9.1. Word takes a file that begins with `{\rt` alone.

mod charset;
mod destination;
mod packed;
mod page;
mod reader;
mod token;

pub(super) use packed::decompressed;
pub(super) use reader::read;

use crate::kind::without_lead;

/// Whether octets are RTF; some programs pass over a mark of UTF-8 and blank lines.
pub(crate) fn is_rtf(octets: &[u8]) -> bool {
    without_lead(octets).starts_with(b"{\\rt")
}

#[cfg(test)]
mod tests;
