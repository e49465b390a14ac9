//! Tests of the whole crate: rules as text in, decisions out, by both evaluators.

mod bundle;
mod codes;
mod conflicts;
mod examples;
mod expectations;
mod fingerprints;
mod laws;
mod mutants;
mod sample;
pub(crate) mod scene;
mod traces;
mod vectors;
