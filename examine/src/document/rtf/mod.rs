//! Rich Text Format: all text of all destinations, the shown apart from the hidden.
//!
//! # Source
//!
//! Rich Text Format Specification 1.9.1. Word takes a file that begins with `{\rt` alone.

mod charset;
mod destination;
mod packed;
mod reader;
mod token;

pub(super) use packed::decompressed;
pub(super) use reader::read;

/// Whether octets are RTF.
pub(crate) fn is_rtf(octets: &[u8]) -> bool {
    octets.starts_with(b"{\\rt")
}

#[cfg(test)]
mod tests;
