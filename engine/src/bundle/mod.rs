//! Checked rules as octets: what the signed bundle holds, and what a program is loaded from.
//!
//! # Format
//!
//! [`MAGIC`], the format's number, all texts one behind the other, the model, the places that
//! traces name, and the index. Numbers are LEB128, a list is its length and its entries, a choice is one octet and its
//! parts, a text is the length of the next of the texts. A domain, and what several examinations share,
//! stands once; later mentions are its number.
//!
//! # Invariants
//!
//! - The same rules give the same octets, whatever the order of files and declarations; only the lines of
//!   declarations that were moved differ.
//! - [`decode`] is total: any octets give a program or a refusal. Every number that names something is
//!   checked against what there is.

mod clauses;
pub(crate) mod codec;
mod content;
mod people;
mod places;
mod validate;

use std::sync::Arc;

use self::codec::{Coded, Reader, Writer, record};
use crate::{Program, Rules, model::Model};

/// What every encoded form begins with.
pub const MAGIC: [u8; 4] = *b"writ";

/// The format that this version writes, and the only one that it reads. It counts up with every change
/// of what is written, of how the index is made, and of its hash.
pub const FORMAT: u16 = 3;

/// Octets of memory that [`decode`] takes at most for each octet that it is given, the compiled
/// regular expressions and the scanner's tables aside: those have limits of their own.
pub const MEMORY_PER_OCTET_MAX: usize = 1_024;

/// Why octets are not rules.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Corrupt {
    /// They do not begin as rules do.
    #[error("this is not a form of compiled rules")]
    NotRules,
    /// They are of a format that this version does not read.
    #[error("the rules have format {found}; this version reads format {FORMAT}")]
    OtherFormat {
        /// What they say.
        found: u16,
    },
    /// Something in them cannot be.
    #[error("the rules are damaged at octet {at}")]
    Damaged {
        /// How far they could be read.
        at: usize,
    },
}

/// The octets of checked rules; their tests and assertions are left out.
#[must_use]
pub fn encode(rules: &Rules) -> Vec<u8> {
    let mut to = without_places(rules);
    places::write(&rules.model, &mut to);
    Program::write_index(&rules.model, &mut to);
    to.into_octets(&head())
}

/// What the rules mean, without the lines where they say it.
#[cfg(test)]
pub(crate) fn meaning(rules: &Rules) -> Vec<u8> {
    without_places(rules).into_octets(&head())
}

fn head() -> Vec<u8> {
    [&MAGIC[..], &FORMAT.to_le_bytes()].concat()
}

fn without_places(rules: &Rules) -> Writer {
    let mut to = Writer::default();
    rules.model.write(&mut to);
    to
}

/// The program that the octets say. It decides and explains as the one that was compiled from the
/// same rules.
///
/// # Errors
///
/// [`Corrupt`] for anything that [`encode`] cannot have written.
pub fn decode(octets: &[u8]) -> Result<Program, Corrupt> {
    let rest = octets.strip_prefix(&MAGIC).ok_or(Corrupt::NotRules)?;
    let (format, _) = rest.split_first_chunk::<2>().ok_or(Corrupt::NotRules)?;
    let found = u16::from_le_bytes(*format);
    if found != FORMAT {
        return Err(Corrupt::OtherFormat { found });
    }
    let mut from = Reader::new(octets, MAGIC.len().saturating_add(format.len()))?;
    let mut model = Model::read(&mut from)?;
    if !validate::is_sound(&model) {
        return Err(from.damaged());
    }
    places::read(&mut model, &mut from)?;
    let program = Program::read(Arc::new(model), &mut from)?;
    if from.is_at_end() { Ok(program) } else { Err(from.damaged()) }
}

record! {
    Model {
        organisation, sets, examinations, fingerprints, definitions, default, policies, requests, bypasses,
    }
}
