//! One part as an examination sees it, for people.

/// What examination made of a part.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct PartReport {
    /// Its place, such as `1.2`; `0` is the message itself.
    pub path: String,
    /// The number that segments carry ([`engine::facts::Segment::part`]).
    pub part: u32,
    /// Its declared type, such as `text/plain`.
    pub kind: String,
    /// Types that its octets say, if it is a file.
    pub found: Vec<String>,
    /// Its decoded file name; empty without one.
    pub name: String,
    /// Octets, decoded; 0 for a part that holds others.
    pub octets: u64,
    /// The charset that its text was read in.
    pub charset: Option<String>,
    /// Remarks, in words.
    pub flags: Vec<String>,
    /// Its text as a reader sees it, hidden text behind; not normalised.
    pub text: String,
}
