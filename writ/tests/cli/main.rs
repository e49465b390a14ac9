//! The `writ` program, run as its users run it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod bundle;
mod check;
mod decide;
mod detect;
mod explain;
mod extract;
mod fmt;
mod help;
mod init;
mod replay;
mod sample;
mod scene;
mod test;
