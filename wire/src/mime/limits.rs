//! Every bound of the scanner, in one place.

/// Bounds of one message. Going over one sets a flag and ends that work cleanly; what was read
/// until then stays.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Limits {
    /// Parts, the message itself included.
    pub parts: usize,
    /// How deep parts may stand in parts; the message itself is at depth 0.
    pub depth: usize,
    /// Octets of one header block.
    pub header_octets: usize,
    /// Header fields in all parts together.
    pub header_fields: usize,
    /// Parameters of one field.
    pub parameters: usize,
    /// Octets of all parts together, after their transfer encoding is undone.
    pub decoded_octets: u64,
    /// Octets that all archives together may unpack to, and that may be read from them.
    pub unpacked_octets: u64,
    /// Members of all archives together.
    pub members: usize,
    /// Unpacked octets for each packed one, of one compressed stream, beyond a fixed start.
    pub ratio: u64,
}

/// Parts: the largest digests seen in the wild hold some hundreds.
pub const PARTS_MAX: usize = 2_000;
/// Depth: forwarded forwards reach ten; every level costs one comparison a delimiter line.
pub const DEPTH_MAX: usize = 50;
/// Octets of a header block; Postfix stops at 102,400 (`header_size_limit`).
pub const HEADER_OCTETS_MAX: usize = 512 * 1024;
/// Header fields in the whole message.
pub const HEADER_FIELDS_MAX: usize = 20_000;
/// Parameters of a field; RFC 2231 continuations of a very long name are some dozens.
pub const PARAMETERS_MAX: usize = 256;
/// Octets decoded; several times the usual 35 MiB of a message.
pub const DECODED_OCTETS_MAX: u64 = 128 * 1024 * 1024;
/// Octets unpacked; the XML of a large office document is ten times its file.
pub const UNPACKED_OCTETS_MAX: u64 = 128 * 1024 * 1024;
/// Members of archives; source trees have some thousands.
pub const MEMBERS_MAX: usize = 10_000;
/// Ratio of unpacking; tables and logs reach a hundred.
pub const RATIO_MAX: u64 = 250;
/// Candidate boundaries of one multipart, where its header gives several.
pub const BOUNDARIES_MAX: usize = 4;

const _: () = assert!(DEPTH_MAX < PARTS_MAX, "a chain of the full depth fits the parts");

impl Default for Limits {
    fn default() -> Self {
        Self {
            parts: PARTS_MAX,
            depth: DEPTH_MAX,
            header_octets: HEADER_OCTETS_MAX,
            header_fields: HEADER_FIELDS_MAX,
            parameters: PARAMETERS_MAX,
            decoded_octets: DECODED_OCTETS_MAX,
            unpacked_octets: UNPACKED_OCTETS_MAX,
            members: MEMBERS_MAX,
            ratio: RATIO_MAX,
        }
    }
}
