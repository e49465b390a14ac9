//! How long a body is, sealed and plain.

use super::{HEADER_OCTETS, SEALED_SEGMENT_OCTETS, SEGMENT_OCTETS, TAG_OCTETS};

/// Length of a body of `plain` octets once it is sealed, in octets.
#[must_use]
pub fn sealed_octets(plain: u64) -> u64 {
    let segments = plain.div_ceil(wide(SEGMENT_OCTETS)).max(1);
    plain
        .saturating_add(segments.saturating_mul(wide(TAG_OCTETS)))
        .saturating_add(wide(HEADER_OCTETS))
}

/// Length of what a sealed body of `sealed` octets holds, in octets.
///
/// Absent when no body has that length. The true length is known only when the body was opened
/// to its end.
#[must_use]
pub fn plain_octets(sealed: u64) -> Option<u64> {
    let segments_octets = sealed.checked_sub(wide(HEADER_OCTETS))?;
    let segments = segments_octets.div_ceil(wide(SEALED_SEGMENT_OCTETS)).max(1);
    let plain = segments_octets.checked_sub(segments.checked_mul(wide(TAG_OCTETS))?)?;
    (sealed_octets(plain) == sealed).then_some(plain)
}

/// A length of memory as a length of a file. No machine has more memory than files may have.
pub(super) fn wide(octets: usize) -> u64 {
    u64::try_from(octets).unwrap_or(u64::MAX)
}
