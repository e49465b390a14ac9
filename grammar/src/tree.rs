//! The tree of one rule file: what the author wrote, checked for form only.
//!
//! # Invariants
//!
//! - Every value that a diagnostic may point at carries its [`Span`].
//! - Literals are parsed: an address, a network or a date in the tree is well-formed.
//! - Names are not resolved; that is the work of `engine::check`.

mod content;
mod definition;
mod outcome;
mod people;
mod policy;
mod sets;
mod test;

pub use self::{
    content::{
        AtLeast, Cap, Count, CountsAs, Examination, Findable, Fingerprints, Pattern, Scope, Term,
        Terms,
    },
    definition::{Banner, Definition, Internal, Limit, Notice, OnExpiry, ReadReceipt},
    outcome::{
        AuthenticationMethod, Condition, ConditionKind, Effect, EffectKind, Outcome, OutcomeKind,
        Override, Validity,
    },
    people::{Compare, Relation, Selector, SelectorKind, SetKind, Side, Source},
    policy::{Bypass, Policy, Request, RequestSign},
    sets::{Addresses, Attribute, Domains, Group, Networks, OnError, Organisation},
    test::{
        Assert, AssertKind, AttachmentContent, Besides, CopyOption, Expect, ExpectKind, Given,
        Test, TestAttachment, TestMessage,
    },
};

/// Which file of a rule tree a span is in; an index into the list handed to the parser.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct FileId(pub u32);

/// A range of bytes of one file.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte.
    pub end: u32,
}

/// A value and where it stands.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where the author wrote it.
    pub span: Span,
}

/// A name: lower-case words joined by hyphens, such as `payment-card`.
pub type Name = Spanned<String>;

/// A quoted string with its escapes resolved.
pub type Text = Spanned<String>;

/// A use of a name, perhaps of another file: `merger-words`, `std.iban`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Reference {
    /// The part before the dot.
    pub qualifier: Option<Name>,
    /// The part after it, or all of it.
    pub name: Name,
}

/// Who releases what is held `for sender`: whoever sent the message.
pub const SENDER: &str = "sender";

impl Reference {
    /// Whether it is the sender of the message, where it says for whom something is held.
    #[must_use]
    pub fn is_sender(&self) -> bool {
        self.qualifier.is_none() && self.name.value == SENDER
    }
}

/// One file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Tree {
    /// Which file this is.
    pub file: FileId,
    /// The edition of the first line, `writ 1`; absent when the line is missing (a diagnostic says so).
    pub edition: Option<Spanned<u32>>,
    /// `use` lines.
    pub uses: Vec<Use>,
    /// The items that could be read, in order.
    pub items: Vec<Item>,
    /// Names that items would have declared whose first line could not be read; what refers to them is
    /// no further mistake.
    pub lost: Vec<String>,
    /// The first words of items whose names could not be read: each may be what some name means.
    pub nameless: Vec<&'static str>,
}

impl Tree {
    /// A file with nothing in it.
    #[must_use]
    pub(crate) fn empty(file: FileId) -> Self {
        Self {
            file,
            edition: None,
            uses: Vec::new(),
            items: Vec::new(),
            lost: Vec::new(),
            nameless: Vec::new(),
        }
    }
}

/// A `use` line.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Use {
    /// `use std` (the shipped library) or `use "file.writ" as name`.
    pub source: UseSource,
    /// The whole line.
    pub span: Span,
}

/// What a `use` line brings in.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum UseSource {
    /// A shipped library by name.
    Library(Name),
    /// Another file of the tree under an alias.
    File {
        /// The path as written, relative to the folder of the tree.
        path: Text,
        /// What its names are qualified with.
        alias: Name,
    },
}

/// One item with its doc comment.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Item {
    /// The `##` lines above it, without the marks.
    pub doc: Option<String>,
    /// From the keyword to the closing brace.
    pub span: Span,
    /// Some of its lines could not be read (a diagnostic says so): what seems absent may be among them.
    pub damaged: bool,
    /// What it is.
    pub kind: ItemKind,
}

/// Every kind of item.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "each variant is the struct of the same name")]
pub enum ItemKind {
    Organisation(Organisation),
    Addresses(Addresses),
    Domains(Domains),
    Networks(Networks),
    Group(Group),
    Attribute(Attribute),
    Terms(Terms),
    Pattern(Pattern),
    Examination(Examination),
    Fingerprints(Fingerprints),
    Definition(Definition),
    Default(Outcome),
    Policy(Policy),
    Request(Request),
    Bypass(Bypass),
    Test(Test),
    Assert(Assert),
}

impl Span {
    /// The range of bytes in the text of the file.
    #[must_use]
    pub fn range(self) -> std::ops::Range<usize> {
        let offset = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
        offset(self.start)..offset(self.end)
    }

    /// The smallest span over both; both must be in the same file.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}
