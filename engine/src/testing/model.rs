//! Tests and assertions with their names resolved.

use std::sync::Arc;

use grammar::{
    literal::{Address, Network},
    tree::{AssertKind, CopyOption, TestMessage},
};

use super::besides::SpokenBesides;
use crate::{
    model::{
        outcome::{Condition, Outcome},
        selector::Side,
        source::Place,
    },
    scan::pattern::Pattern,
};

/// `test "…" { … }`.
#[derive(Clone, Debug)]
pub(crate) struct ResolvedTest {
    pub(crate) title: String,
    pub(crate) place: Option<Place>,
    pub(crate) message: Option<TestMessage>,
    pub(crate) given: Vec<Supposed>,
    pub(crate) expects: Vec<Expected>,
}

/// A fact that a test supposes, in the directory's words.
#[derive(Clone, Debug)]
pub(crate) enum Supposed {
    InGroup { address: Address, group: String },
    WithAttribute { address: Address, attribute: String, value: String },
}

/// An outcome as a test or an assertion speaks of it: what it leaves out may be anything.
#[derive(Clone, Debug)]
pub(crate) enum Spoken {
    /// `secure` with whatever definition.
    Secure,
    /// `deliver over verified tls` with whatever otherwise.
    VerifiedTls,
    /// As a policy writes it; a text that is empty may be any.
    Outcome(Outcome),
}

/// One `expect` line.
#[derive(Clone, Debug)]
pub(crate) struct Expected {
    pub(crate) place: Option<Place>,
    pub(crate) kind: ExpectedKind,
}

/// What is expected.
#[derive(Clone, Debug)]
pub(crate) enum ExpectedKind {
    Outcome {
        /// Every recipient when absent.
        recipient: Option<Address>,
        outcome: Spoken,
        with_banner: bool,
        because: Vec<String>,
    },
    Besides {
        /// Every recipient when absent.
        recipient: Option<Address>,
        besides: SpokenBesides,
    },
    Option {
        /// Every recipient when absent.
        recipient: Option<Address>,
        option: CopyOption,
    },
    /// The examination of this number.
    Scores {
        examination: usize,
        score: u32,
    },
    Activates {
        examination: usize,
        activates: bool,
    },
}

/// `assert … { … }`.
#[derive(Clone, Debug)]
pub(crate) struct ResolvedAssert {
    pub(crate) kind: AssertKind,
    pub(crate) title: String,
    pub(crate) place: Option<Place>,
    pub(crate) from: Side,
    pub(crate) to: Side,
    pub(crate) source: Option<Vec<Network>>,
    pub(crate) when: Vec<Condition>,
    pub(crate) outcome: Option<Spoken>,
    /// Names of bypasses that excuse.
    pub(crate) unless: Vec<String>,
}

/// An `accepts` or `rejects` line.
#[derive(Clone, Debug)]
pub(crate) struct PatternCase {
    pub(crate) place: Option<Place>,
    /// Without what it must be near: a value stands alone in these lines.
    pub(crate) pattern: Arc<Pattern>,
    pub(crate) text: String,
    pub(crate) accepts: bool,
}
