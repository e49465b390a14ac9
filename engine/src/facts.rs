//! What a decision is made from: everything known about one message, as plain values.
//!
//! `examine` fills [`Content`] from the bytes; the shell adds the envelope, the peer and the time.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

use grammar::literal::Address;

/// One message with its envelope.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The envelope sender; absent for the null sender `<>`.
    pub sender: Option<Address>,
    /// Envelope recipients, in order.
    pub recipients: Vec<Address>,
    /// Who handed the message over; absent when unknown.
    pub peer: Option<IpAddr>,
    /// The peer is in the organisation's relay networks or has authenticated.
    pub trusted: bool,
    /// The session used TLS.
    pub tls: bool,
    /// When it arrived, milliseconds since 1970 UTC.
    pub at_ms: i64,
    /// What the bytes say.
    pub content: Content,
    /// Groups and attributes of the people concerned.
    pub directory: Directory,
    /// Results of SPF, DKIM and DMARC where known.
    pub authentication: Authentication,
}

/// What the bytes of a message say, decoded and normalised once.
#[derive(Clone, Debug, Default)]
pub struct Content {
    /// Every header From address, normalised.
    pub header_from: Vec<Address>,
    /// Whether the header has an author whose address is none that can be read, or no author at all:
    /// who is shown to a reader is then anybody's guess.
    pub from_unreadable: bool,
    /// The decoded subject as a reader sees it, not normalised.
    pub subject: String,
    /// Decoded header fields, in order: name as written, value unfolded and decoded.
    pub headers: Vec<(String, String)>,
    /// The text that examinations read: segments one after the other, each normalised by
    /// [`crate::normal::normalise`].
    pub text: String,
    /// Which bytes of `text` are what; sorted by start, no overlap.
    pub segments: Vec<Segment>,
    /// The text of each segment, in the order of `segments`, by
    /// [`crate::normal::normalise_keeping_case`]; a term with `exact case` compares with it. Where
    /// a segment has none here, such a term is found in any case: too much rather than too little.
    pub cased: Vec<String>,
    /// Attachments, for conditions on names, types and sizes.
    pub attachments: Vec<Attachment>,
    /// Octets of all parts, decoded.
    pub decoded_octets: u64,
    /// Places where the message could not be read (encrypted, damaged), in words for the trace.
    pub unreadable: Vec<String>,
    /// Places where the message can be read in two ways.
    pub ambiguous: Vec<String>,
    /// Limits the message went over.
    pub over_limit: Vec<String>,
}

/// A run of [`Content::text`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Segment {
    /// Where it comes from.
    pub scope: grammar::tree::Scope,
    /// Offset of its first byte in [`Content::text`].
    pub start: usize,
    /// Offset after its last byte.
    pub end: usize,
    /// Which MIME part, in the order of the message; 0 is the message itself.
    pub part: u32,
    /// Segments of one `multipart/alternative` share the group and differ in the branch: only the
    /// highest-scoring branch counts.
    pub alternative: Option<Alternative>,
}

/// One branch of a `multipart/alternative`.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[expect(missing_docs, reason = "two ordinals")]
pub struct Alternative {
    pub group: u32,
    pub branch: u32,
}

/// An attachment.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Attachment {
    /// Its decoded file name; empty when it has none.
    pub name: String,
    /// Other names that the part gives, which some reader could store it under; sorted.
    pub other_names: Vec<String>,
    /// Its type: the declared one, such as `application/pdf`, lower case.
    pub kind: String,
    /// Types that its octets say, whatever it is called; sorted.
    pub found: Vec<String>,
    /// Octets, decoded.
    pub octets: u64,
}

/// Groups and attributes, by [`Directory::key`] of an address.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Directory {
    /// The directory's path of each group that an address is in, as [`Directory::group`] has it; sorted.
    pub groups: BTreeMap<String, Vec<String>>,
    /// Attribute values of an address: directory attribute name to values, both as
    /// [`Directory::value`] has them.
    pub attributes: BTreeMap<String, BTreeMap<String, BTreeSet<String>>>,
}

impl Directory {
    /// The form of an address that the maps are keyed by: `local@domain` in lower case.
    #[must_use]
    pub fn key(address: &Address) -> String {
        format!("{}@{}", address.local_folded(), address.domain().as_str())
    }

    /// Puts an address into a group, named by the directory's path of it.
    pub fn add_group(&mut self, address: &Address, group: &str) {
        let groups = self.groups.entry(Self::key(address)).or_default();
        let group = Self::group(group);
        if let Err(at) = groups.binary_search(&group) {
            groups.insert(at, group);
        }
    }

    /// Gives an address a value of an attribute, named as the directory names it, beside those that
    /// it has.
    pub fn set_attribute(&mut self, address: &Address, attribute: &str, value: &str) {
        let values = self.attributes.entry(Self::key(address)).or_default();
        values.entry(Self::value(attribute)).or_default().insert(Self::value(value));
    }

    /// The values of each attribute that somebody has.
    #[must_use]
    pub fn known_values(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let mut known: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (attribute, values) in self.attributes.values().flatten() {
            known.entry(attribute).or_default().extend(values.iter().map(String::as_str));
        }
        known
    }

    /// The form in which names of groups are compared: as values, and without the spaces that mean
    /// nothing in a distinguished name.
    ///
    /// # Source
    ///
    /// RFC 4514 section 2 and RFC 4518 section 2.6.1.
    #[must_use]
    pub fn group(text: &str) -> String {
        let text = Self::value(text);
        if !text.contains('=') {
            return text;
        }
        let mut name = String::with_capacity(text.len());
        for character in text.chars() {
            if SIGNS.contains(&character) {
                name.truncate(name.trim_end().len());
            }
            if character != ' ' || !name.ends_with(SIGNS) {
                name.push(character);
            }
        }
        name
    }

    /// The form in which values of attributes are compared: in lower case, with single spaces.
    #[must_use]
    pub fn value(text: &str) -> String {
        let words: Vec<&str> = text.split_whitespace().collect();
        words.join(" ").to_lowercase()
    }
}

/// What stands between the parts of a distinguished name.
const SIGNS: [char; 3] = [',', '+', '='];

/// Results of mail authentication; `None` where not checked.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[expect(missing_docs, reason = "the three methods")]
pub struct Authentication {
    pub spf: Option<bool>,
    pub dkim: Option<bool>,
    pub dmarc: Option<bool>,
}
