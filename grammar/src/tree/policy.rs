//! Policies, requests and bypasses.

use super::{
    Compare, Condition, Effect, Name, Outcome, Override, Reference, Side, Source, Spanned, Text,
    Validity,
};
use crate::literal::Address;

/// `policy NAME { … }`; routing without `when`, content with it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Policy {
    /// Its name.
    pub name: Name,
    /// The reason.
    pub why: Option<Text>,
    /// Who answers for it.
    pub owner: Option<Spanned<Address>>,
    /// The sender side; everyone when absent.
    pub from: Option<Side>,
    /// The recipient side; everyone when absent.
    pub to: Option<Side>,
    /// `between A and B` instead of from and to.
    pub between: Option<(Side, Side)>,
    /// Which From is read; envelope when absent.
    pub compare: Option<Spanned<Compare>>,
    /// Peers; any when empty.
    pub source: Vec<Source>,
    /// When it holds; always when absent.
    pub validity: Option<Spanned<Validity>>,
    /// The conditions, joined by `and`.
    pub when: Vec<Condition>,
    /// `then …` (mandatory; checked by the engine).
    pub then: Option<Outcome>,
    /// `also …`.
    pub also: Vec<Effect>,
    /// `override …`.
    pub overrides: Vec<Override>,
}

/// `request NAME { … }`: what a sender may ask for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Request {
    /// Its name.
    pub name: Name,
    /// The reason.
    pub why: Option<Text>,
    /// Who may ask; internal when absent.
    pub from: Option<Side>,
    /// Which recipients it concerns; everyone when absent.
    pub to: Option<Side>,
    /// What asks: `subject contains "…"` or `header "X-…" is "…"`; any one suffices.
    pub signs: Vec<RequestSign>,
    /// When it holds.
    pub validity: Option<Spanned<Validity>>,
    /// `then …`.
    pub then: Option<Outcome>,
    /// `also …`.
    pub also: Vec<Effect>,
    /// `strip tag`: take the sign off the subject.
    pub strip_tag: bool,
}

/// How a sender asks.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum RequestSign {
    SubjectContains(Text),
    HeaderIs { name: Text, value: Text },
    HeaderPresent { name: Text },
}

/// `bypass NAME { … }`; a content bypass has `skips`, a routing bypass `then`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Bypass {
    /// Its name.
    pub name: Name,
    /// The reason.
    pub why: Option<Text>,
    /// Who answers for it.
    pub owner: Option<Spanned<Address>>,
    /// The sender side.
    pub from: Option<Side>,
    /// The recipient side.
    pub to: Option<Side>,
    /// Which From is read.
    pub compare: Option<Spanned<Compare>>,
    /// Peers; any when empty.
    pub source: Vec<Source>,
    /// When it holds; mandatory (checked by the engine).
    pub validity: Option<Spanned<Validity>>,
    /// `skips NAME, …`: content policies or examinations.
    pub skips: Vec<Reference>,
    /// `then take no action | disable secure messaging`.
    pub then: Option<Outcome>,
    /// `override …`.
    pub overrides: Vec<Override>,
}
