//! The `writ` program, run as its users run it.

#![expect(
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed"
)]

mod bundle;
mod check;
mod decide;
mod detect;
mod diff;
mod doc;
mod editors;
mod explain;
mod extract;
mod fmt;
mod help;
mod hostile;
mod import;
mod init;
mod lsp;
mod replay;
mod sample;
mod scene;
mod test;
mod tutorial;
