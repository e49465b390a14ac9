//! What is looked for in a message: terms, patterns and examinations.

use super::{Name, Reference, Span, Spanned, Text};

/// `terms NAME { … }`: a dictionary.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "a name and its entries")]
pub struct Terms {
    pub name: Name,
    pub entries: Vec<Term>,
}

/// One entry of a dictionary.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Term {
    /// What to find.
    pub text: Text,
    /// `near "other"`: the other text that must stand close by.
    pub near: Option<Text>,
    /// `within N words` of it; 10 when absent.
    pub within_words: Option<Spanned<u32>>,
    /// `weight N`; 1 when absent.
    pub weight: Option<Spanned<u32>>,
    /// `whole word`.
    pub whole_word: bool,
    /// `exact case`; the default and `any case` compare case-folded.
    pub exact_case: bool,
}

/// `pattern NAME { … }`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Pattern {
    /// Its name.
    pub name: Name,
    /// The regular expression as written between the slashes (`\/` is a slash); the span is that of the inside.
    pub regex: Option<Text>,
    /// `check luhn`, …; all must pass.
    pub checks: Vec<Name>,
    /// `weight N`; 1 when absent.
    pub weight: Option<Spanned<u32>>,
    /// `near "word", "word" within N words`.
    pub near: Vec<Text>,
    /// The distance of `near`; 10 when absent.
    pub within_words: Option<Spanned<u32>>,
    /// Values that must match, run as tests.
    pub accepts: Vec<Text>,
    /// Values that must not.
    pub rejects: Vec<Text>,
}

/// Where an examination looks.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum Scope {
    Subject,
    Body,
    Headers,
    AttachmentNames,
    AttachmentText,
}

/// `examination NAME { … }`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Examination {
    /// Its name.
    pub name: Name,
    /// `look in …`.
    pub look_in: Vec<Spanned<Scope>>,
    /// `count …`.
    pub counts: Vec<Count>,
    /// `require …`: every line must be satisfied.
    pub requires: Vec<Findable>,
    /// `veto …`: any one stops the examination.
    pub vetoes: Vec<Findable>,
    /// `less N for …`.
    pub less: Vec<(Spanned<u32>, Findable)>,
    /// `ignore "…"`: values never counted.
    pub ignores: Vec<Text>,
    /// `activates at N`.
    pub activates_at: Option<Spanned<u32>>,
    /// `unreadable counts as …` (mandatory line; checked by the engine).
    pub unreadable: Option<Spanned<CountsAs>>,
    /// `ambiguous counts as …`; activated when absent.
    pub ambiguous: Option<Spanned<CountsAs>>,
    /// `over limit counts as …`; the organisation's `on error` when absent.
    pub over_limit: Option<Spanned<CountsAs>>,
}

/// How a case that could not be told is routed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum CountsAs {
    Activated,
    Clear,
}

/// Something to find: a quoted text, or a reference to terms or a pattern.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "the two forms")]
pub enum Findable {
    Text(Text),
    Named(Reference),
}

/// One `count` line.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Count {
    /// What is counted.
    pub what: Findable,
    /// `distinct`: a normalised value counts once.
    pub distinct: bool,
    /// `up to …`.
    pub cap: Option<Spanned<Cap>>,
    /// The whole line.
    pub span: Span,
}

/// The bound of a `count` line.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum Cap {
    Times(u32),
    Points(u32),
}

/// `fingerprints NAME from "file" { … }`: documents or values that were fingerprinted.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Fingerprints {
    /// Its name.
    pub name: Name,
    /// The file of the set, by its path from the folder of the tree.
    pub file: Text,
    /// `at least N percent` of a document, or `N values` of a table.
    pub at_least: Option<Spanned<AtLeast>>,
    /// `unreadable counts as …` (mandatory line; checked by the engine).
    pub unreadable: Option<Spanned<CountsAs>>,
    /// `ambiguous counts as …`; activated when absent.
    pub ambiguous: Option<Spanned<CountsAs>>,
    /// `over limit counts as …`; the organisation's `on error` when absent.
    pub over_limit: Option<Spanned<CountsAs>>,
}

/// How much of a fingerprinted set must be there.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum AtLeast {
    Percent(u32),
    Values(u32),
}
