//! Writ, the rule language: from text to a tree, its literals, its diagnostics and its formatter.
//!
//! [`parse`] never fails: it gives the tree of what could be read and a list of what could not.
//! [`format()`] gives the one canonical form of a text without errors.
//! [`literal`] and [`diagnostic`] serve the other crates as well.
//!
//! # Layers
//!
//! [`layout`] cuts any text into pieces, lines and blocks without losing a byte; `writ.pest` reads one
//! statement at a time; [`literal`] reads addresses, networks, dates and their like.

#![forbid(unsafe_code)]

pub mod diagnostic;
pub mod layout;
pub mod limits;
pub mod literal;
pub mod parts;
pub mod suggest;
pub mod tree;
pub mod vocabulary;

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the grammar has some three hundred rules; writ.pest says which few can stand in a part"
)]
mod convert;
mod format;
mod forms;
mod parse;
mod phrase;
mod scribe;
mod statement;

pub use crate::{
    format::format,
    forms::{ItemWords, vocabulary},
    parse::{Parser, parse},
};

#[cfg(test)]
mod tests;
