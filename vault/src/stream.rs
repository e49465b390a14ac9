//! Bodies, sealed in segments, so that no body ever stands in memory.
//!
//! # Form
//!
//! A header of [`HEADER_OCTETS`]: the letters `CHSB`, version 1, the segment size as a power of
//! two, two zero octets, a salt of 32. Then segments of [`SEGMENT_OCTETS`] plain octets, each
//! followed by its tag; the last may be shorter, and is empty when the whole body is.
//!
//! # Invariants
//!
//! - Key and nonce prefix are derived from the data key, the salt and the name of the thing, so
//!   a body sealed for one message never opens as that of another.
//! - A segment's nonce counts it and says whether it is the last: segments left out, repeated,
//!   exchanged or cut off are refused. The header is authenticated with every segment, the
//!   length of the whole with the last one.
//!
//! # Standards
//!
//! STREAM (Hoang, Reyhanitabar, Rogaway, Vizár, "Online Authenticated-Encryption and its
//! Nonce-Reuse Misuse-Resistance", 2015) over AES-256-GCM, NIST SP 800-38D.

mod header;
mod length;
mod open;
mod seal;
mod segments;

pub use header::HEADER_OCTETS;
pub use length::{plain_octets, sealed_octets};
pub use open::{Opener, open_all};
pub use seal::{Sealer, seal_all};

/// Plain octets in a segment: small enough to hold many at once, large enough that tag and call
/// cost nothing.
pub const SEGMENT_OCTETS: usize = 1 << SEGMENT_OCTETS_LOG2;

/// Octets the seal adds to each segment.
pub const TAG_OCTETS: usize = 16;

const SEGMENT_OCTETS_LOG2: u8 = 16;

/// A segment as it is stored.
const SEALED_SEGMENT_OCTETS: usize = SEGMENT_OCTETS + TAG_OCTETS;

/// A body was not sealed or not opened.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum StreamError {
    /// What is given does not begin like a sealed body.
    #[error("this is not a sealed body")]
    Format,
    /// Changed, cut short, out of order, or sealed for another thing.
    #[error("the seal of the body is broken")]
    Seal,
    /// More segments than can be counted: 256 TiB.
    #[error("the body is too long to seal")]
    TooLong,
}

#[cfg(test)]
mod tests;
