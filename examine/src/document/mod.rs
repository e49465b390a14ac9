//! Documents: their text, and the files in them, as members that the walk goes on with.
//!
//! Each reader is a function from octets and [`crate::budget::Budget`] to
//! [`crate::archive::Opened`]. It never fails: what it cannot read it says in remarks.

mod flow;
mod loose;
mod markup;
mod office;
mod ole;
mod rtf;

pub(crate) use office::{is_office, read as office};
pub(crate) use rtf::is_rtf as is_rich_text;

use crate::{archive::Opened, budget::Budget};

/// Reads the octets as the document that they are, of any kind that stands in them by itself;
/// none where they are none.
pub(crate) fn read(octets: &[u8], budget: &mut Budget) -> Option<Opened> {
    if rtf::is_rtf(octets) {
        return Some(rtf::read(octets, budget));
    }
    office::flat(octets)
}
