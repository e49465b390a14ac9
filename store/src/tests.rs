//! The store, as its callers use it.

mod atomic;
mod audit;
mod backup;
mod disk;
pub(crate) mod fixture;
mod keys;
mod people;
pub(crate) mod postgres;
mod purge;
mod queue;
mod reader;
mod shelf;
mod statements;
