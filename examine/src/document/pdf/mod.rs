//! PDF: the text of all pages, forms and notes of every revision, and the files in it.
//!
//! # Current limitations
//!
//! What a font's own program draws is not looked at: a text is what its font says that its codes
//! mean, and a font that says nothing makes the document unreadable. Pages of pictures or drawings
//! alone are told as unreadable. Encrypted documents are not opened, without a password either.
//!
//! # Source
//!
//! ISO 32000-1.

mod cmap;
mod content;
mod doubt;
mod file;
mod filter;
mod font;
mod form;
mod glyph;
mod layout;
mod lexer;
mod matrix;
mod reader;
mod survey;
mod tables;
mod value;
mod widths;

use memchr::memmem;

pub(super) use reader::read;

use crate::{
    archive,
    budget::Stop,
    limits::SNIFFED_OCTETS,
    remark::{DOCUMENT_DAMAGED, Remark},
};

/// Whether octets are a PDF: readers look for its sign somewhere near the start.
pub(super) fn is_pdf(octets: &[u8]) -> bool {
    let start = octets.get(..octets.len().min(SNIFFED_OCTETS)).unwrap_or_default();
    memmem::find(start, b"%PDF-").is_some()
}

fn remark(stop: Stop) -> Remark {
    match stop {
        Stop::Damaged => DOCUMENT_DAMAGED,
        Stop::OverLimit => archive::remark(stop),
    }
}

#[cfg(test)]
mod tests;
