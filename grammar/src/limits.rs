//! Every bound the language obeys, in one place, with its unit.

/// Octets in one rule file.
pub const FILE_OCTETS_MAX: usize = 16 * 1024 * 1024;

/// Octets in one statement, its continuation lines included.
pub const STATEMENT_OCTETS_MAX: usize = 64 * 1024;

/// Entries in one comma-separated list; longer ones belong in a set of their own.
pub const LIST_ENTRIES_MAX: usize = 1_000;

/// Blocks inside one another: an item, and the message of a test.
pub const DEPTH_MAX: usize = 2;

/// Diagnostics reported for one file; the rest is counted.
pub const DIAGNOSTICS_MAX: usize = 500;

/// Octets in the local part of an address. RFC 5321 §4.5.3.1.1 asks for 64 at least; programs that
/// write the recipient into their bounce address need more.
pub const LOCAL_OCTETS_MAX: usize = 128;

/// Octets in a domain as text; 255 on the wire (RFC 1035 §3.1).
pub const DOMAIN_OCTETS_MAX: usize = 253;

/// Octets in one label of a domain (RFC 1035 §2.3.4).
pub const LABEL_OCTETS_MAX: usize = 63;

/// Octets in a header name; a header line holds 998 (RFC 5322 §2.1.1), its name much less.
pub const HEADER_NAME_OCTETS_MAX: usize = 76;

/// Characters in a name of a rule tree.
pub const NAME_CHARS_MAX: usize = 64;

/// Seconds in the longest duration: 100 years of 365 days.
pub const DURATION_SECS_MAX: u64 = 100 * 365 * 86_400;

// Offsets are kept in 32 bits.
const _: () = assert!(FILE_OCTETS_MAX < 1 << 31);
const _: () = assert!(STATEMENT_OCTETS_MAX < FILE_OCTETS_MAX);
