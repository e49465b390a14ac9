//! Bounds of examination beside those of the scanner, [`wire::mime::limits`].

/// Octets of normalised text of one message. Compatibility forms can grow a text elevenfold.
pub const TEXT_OCTETS_MAX: usize = 64 * 1024 * 1024;

/// Attributes of one HTML tag that are looked at; those behind show nothing.
pub const TAG_ATTRIBUTES_MAX: usize = 64;

/// Work that an HTML tree may cost before the cleaned view is left out: the sum, over all tags, of
/// the elements open at that place. The largest newsletters reach some hundred thousand.
pub const HTML_TREE_COST_MAX: usize = 8_000_000;

/// Octets of HTML that the cleaned view takes.
pub const HTML_OCTETS_MAX: usize = 4 * 1024 * 1024;

/// Octets at the start of a body that its real kind is told from.
pub const SNIFFED_OCTETS: usize = 4096;
