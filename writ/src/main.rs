//! The `writ` command: checks, formats, tests and explains trees of rules.
//!
//! A command takes its arguments, reads what it needs and gives a [`done::Done`]: a text and how to
//! end. Only [`print`] writes to the terminal, so a text is there whole or not at all.
//!
//! # Trust
//!
//! Messages and rule files are hostile: what they say is shown with [`plain::plain`], paths in them
//! do not leave their tree ([`tree::Tree::inside`]), and every file is read up to a bound.

#![forbid(unsafe_code)]

mod bundle;
mod command;
mod compared;
mod corpus;
mod directory;
mod done;
mod file;
mod git;
mod handbook;
mod import;
mod loaded;
mod lsp;
mod manual;
mod message;
mod moment;
mod mutants;
mod plain;
mod print;
mod progress;
mod report;
mod scratch;
mod tree;
mod version;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    match command::Arguments::parse().run() {
        Ok(done) => print::done(&done),
        Err(stopped) => print::stopped(&stopped),
    }
}
