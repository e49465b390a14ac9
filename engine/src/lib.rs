//! Rules and facts to a decision: check, compile, decide, explain.
//!
//! [`Rules::load`] reads and checks a tree of rule files. [`Rules::compile`] makes the
//! [`Program`] that decides, in time that hardly grows with the number of policies.
//! [`reference::decide`] answers the same slowly and obviously; the two are tested against each
//! other. What a rule means is told in the language manual; each module says which part it holds.
//!
//! # Invariants
//!
//! - No I/O, no clock, no randomness: everything that a decision depends on is in [`facts::Facts`].
//! - The order of files and of declarations changes nothing: the model is sorted by name.
//! - What could not be told never delivers: it is routed by the author, or by `on error`.

#![forbid(unsafe_code)]

pub mod bundle;
pub mod check;
pub mod checksum;
pub mod code;
pub mod coverage;
pub mod decision;
pub mod detect;
pub mod diff;
pub mod directory;
pub mod facts;
pub mod fingerprint;
pub mod live;
pub mod mutation;
pub mod normal;
pub mod program;
pub mod reference;
pub mod rules;
pub mod testing;

mod condition;
mod conflict;
mod generation;
mod language;
mod merge;
mod model;
mod outline;
mod scan;
mod seeded;
mod trace;
mod wording;

#[cfg(test)]
mod tests;

pub use self::{
    language::names as languages,
    model::organisation::Organisation,
    program::Program,
    rules::{Library, Rules, SourceFile},
};
