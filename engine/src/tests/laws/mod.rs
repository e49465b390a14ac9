//! The laws of the language, tried on generated rules and messages.
//!
//! A tree of rules ([`tree`]) holds every construct of the language over a small world ([`world`]), and
//! a message ([`letter`]) meets it often. The cases are the same in every run. With the feature `laws`
//! there are many more of them, which wants an optimised build: `cargo xtask laws`.

pub(super) mod letter;
pub(super) mod random;
pub(super) mod tree;

mod changes;
mod clauses;
mod differential;
mod edits;
mod properties;
mod shrink;
mod world;

/// The long run.
const MANY: bool = cfg!(feature = "laws");

/// Share of the generated trees that the checker may refuse.
const REFUSED_MAX: f64 = 0.05;
