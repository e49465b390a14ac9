//! Documents: their text, and the files in them, as members that the walk goes on with.
//!
//! Each reader is a function from octets and [`crate::budget::Budget`] to
//! [`crate::archive::Opened`]. It never fails: what it cannot read it says in remarks.

mod compound;
mod field;
mod flow;
mod loose;
mod margin;
mod markup;
mod office;
mod ole;
mod pdf;
mod picture;
mod recording;
mod rtf;
mod single;

pub(crate) use compound::is_compound;
pub(crate) use office::{is_office, read as office};
pub(crate) use rtf::is_rtf as is_rich_text;

use crate::{archive::Opened, budget::Budget};

/// Reads the octets as the documents that they are, of all kinds that stand in them by themselves;
/// none where they are none.
pub(crate) fn read(octets: &[u8], budget: &mut Budget) -> Vec<Opened> {
    let mut documents = Vec::new();
    if rtf::is_rtf(octets) {
        documents.push(rtf::read(octets, budget));
    }
    if pdf::is_pdf(octets) {
        documents.push(pdf::read(octets, budget));
    }
    if is_compound(octets) {
        documents.push(compound::read(octets, budget));
    }
    documents.extend(office::flat(octets));
    documents.extend(single::read(octets, budget));
    documents
}

/// Texts that stand beside a picture, a drawing or a recording in its file, which is not read any
/// more for them.
pub(crate) fn beside(octets: &[u8], budget: &mut Budget) -> Vec<Opened> {
    picture::read(octets, budget).into_iter().chain(recording::read(octets)).collect()
}
