//! Tests of the whole crate: rules as text in, decisions out, by both evaluators.

mod bundle;
mod codes;
mod conflicts;
mod differential;
mod people;
mod properties;
mod sample;
mod scene;
mod traces;
mod vectors;
