//! What effects change in a delivered copy, as edits over the message as it arrived.
//!
//! # Invariants
//!
//! - Octets of a signed part never change.
//! - Parts without a banner keep their octets.
//! - The edited message scans with no remark that the original did not have.

mod banner;
mod encode;
mod fields;
mod results;
mod rewrite;
mod subject;
mod wrap;

#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use encode::base64 as base64_of;

use engine::decision::Effect;
use wire::{
    edit::{Edit, EditError, check},
    mime::{Class, Flag, Limits, Part, Scan, scan},
};

use self::banner::Banner;

/// Why a copy cannot be changed.
#[derive(Debug, thiserror::Error)]
pub enum EditsError {
    /// No boundary could be found that the message does not contain.
    #[error("no boundary is free in the message")]
    Boundary,
    /// The header goes over a limit, so its fields are not all known.
    #[error("the header of the message is over a limit")]
    Header,
    /// The edits contradict each other.
    #[error("the edits do not fit the message")]
    Overlap(#[source] EditError),
}

/// The edits that `effects` make to a delivered copy of `message`. Effects that change no copy
/// (`copy to`, `notify`) give none. Results of checks that it says `host` to have found are left out;
/// give the name of the host that adds its own.
///
/// # Errors
///
/// [`EditsError`] when the message cannot be changed safely; nothing is changed then.
pub fn for_delivery(
    message: &[u8],
    effects: &[Effect],
    host: Option<&str>,
) -> Result<Vec<Edit>, EditsError> {
    let scan = scan(message, &Limits::default());
    let Some(root) = scan.parts.first() else { return Ok(Vec::new()) };
    if !effects.is_empty() && root.flags.iter().any(|flag| is_blind(*flag)) {
        return Err(EditsError::Header);
    }
    let copy = Copy { message, scan: &scan, root, newline: newline(message, root) };
    let mut edits = fields::edits(&copy, effects);
    edits.extend(subject::edits(&copy, effects));
    edits.extend(host.map(|it| results::edits(&copy, it)).unwrap_or_default());
    let banners: Vec<Banner<'_>> = effects.iter().filter_map(Banner::of).collect();
    if !banners.is_empty() {
        edits.extend(match banner::in_place(&copy, &banners) {
            Some(edits) => edits,
            None => wrap::edits(&copy, &banners)?,
        });
    }
    edits.sort_by_key(|edit| (edit.at, edit.remove));
    check(&edits, offset(message.len())).map_err(EditsError::Overlap)?;
    Ok(edits)
}

/// The edits that take out of a `header`, with which a message begins, results of checks that it says
/// `host` to have found. For a message that is not examined: its body is not looked at.
///
/// # Errors
///
/// [`EditsError::Header`] when not all of its fields are known.
pub fn in_the_name_of(header: &[u8], host: &str) -> Result<Vec<Edit>, EditsError> {
    let scan = scan(header, &Limits::default());
    let Some(root) = scan.parts.first() else { return Ok(Vec::new()) };
    if root.flags.iter().any(|flag| is_blind(*flag)) {
        return Err(EditsError::Header);
    }
    let copy = Copy { message: header, scan: &scan, root, newline: newline(header, root) };
    Ok(results::edits(&copy, host))
}

/// The message that is changed.
#[derive(Clone, Copy)]
struct Copy<'m> {
    message: &'m [u8],
    scan: &'m Scan,
    root: &'m Part,
    /// How its header ends lines.
    newline: &'static str,
}

impl Copy<'_> {
    /// Where new fields go: behind the line that a mailbox file puts before a message, and not
    /// before a line that would continue them.
    fn top(&self) -> usize {
        let header = &self.root.header;
        let first = header.fields.first().map_or(header.range.end, |field| field.lines.start);
        let strange = self.message.starts_with(b"From ") || self.message.starts_with(b" ");
        if strange || self.message.starts_with(b"\t") { first } else { 0 }
    }

    /// Whether a blank line ends the header.
    fn has_blank_line(&self) -> bool {
        self.root.body.start > self.root.header.range.end
    }

    /// Whether a limit kept parts of it from being known.
    fn is_partly_unknown(&self) -> bool {
        let flags = self.scan.parts.iter().flat_map(|part| &part.flags).chain(&self.scan.flags);
        flags.into_iter().any(|flag| flag.class() == Class::OverLimit)
    }
}

/// Limits after which the fields of a header are not all known.
fn is_blind(flag: Flag) -> bool {
    matches!(flag, Flag::FieldsOverLimit | Flag::HeaderOctetsOverLimit)
}

/// How the first line of the header, or else of the message, ends.
fn newline(message: &[u8], root: &Part) -> &'static str {
    let field = root.header.fields.first().map_or(0, |field| field.value.start);
    let from = message.get(field..).unwrap_or_default();
    match memchr::memchr2(b'\r', b'\n', from).and_then(|end| from.get(end..)) {
        Some([b'\n', ..]) => "\n",
        Some([b'\r', b'\r', b'\n', ..] | [b'\r', b'\n', ..]) | None => "\r\n",
        Some(_) => "\r",
    }
}

fn insert(at: usize, octets: impl Into<Vec<u8>>) -> Edit {
    Edit { at: offset(at), remove: 0, insert: octets.into() }
}

fn replace(range: std::ops::Range<usize>, octets: impl Into<Vec<u8>>) -> Edit {
    Edit { at: offset(range.start), remove: offset(range.len()), insert: octets.into() }
}

fn offset(at: usize) -> u64 {
    u64::try_from(at).unwrap_or(u64::MAX)
}
