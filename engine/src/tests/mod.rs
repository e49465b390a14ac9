//! Tests of the whole crate: rules as text in, decisions out, by both evaluators.

mod bundle;
mod codes;
mod conflicts;
mod examples;
mod fingerprints;
mod laws;
mod sample;
pub(crate) mod scene;
mod traces;
mod vectors;
