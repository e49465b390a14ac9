//! The MIME scanner: bytes to a flat list of parts.
//!
//! It reads hostile mail completely and says where readers would disagree. It never fails: what
//! it could not read is flagged, the rest stands.
//!
//! # Invariants
//!
//! - No recursion; every loop advances; the time is linear in the size of the message, times
//!   [`Limits::depth`] at most.
//! - Every range lies inside the message; a part stands behind its parent.
//!
//! # Standards
//!
//! RFC 5322, RFC 2045 to 2047, RFC 2231; lenient where mail readers are.

pub mod limits;

mod address;
mod boundary;

mod flag;
mod header;
mod line;
mod outside;
mod parameter;
mod part;
mod scan;
mod transfer;
mod uuencode;
mod word;

#[cfg(test)]
mod tests;

pub use address::{Mailbox, mailboxes};
pub use flag::{Class, Flag};
pub use header::{Field, Header};
pub use limits::Limits;
pub use line::unfold;
pub use parameter::{Parameter, Valued};
pub use part::{ContentType, Disposition, Part};
pub use scan::{Scan, scan};
pub use transfer::{Decoded, Encoding, decode};
pub use uuencode::{Uuencoded, uuencoded};
pub use word::{Chunk, chunks};
