//! `writ lsp`: the language server.
//!
//! [`server::Server`] is a value that takes messages and gives messages; [`shell`] is the only part that
//! reads, writes and knows the day. Everything in between sees files through [`forest::Disk`].
//!
//! # Trust
//!
//! What the editor sends may be anything: a message has a bound ([`wire`]), what is no request is refused
//! ([`rpc`]), a place outside of a text is its end ([`position`]). Only files of the open trees are read.
//!
//! # Current limitations
//!
//! Names lead nowhere while a tree has no `organisation`. Shipped libraries have no file to go to; hovering
//! shows their documentation.

mod actions;
mod completion;
mod context;
mod forest;
mod hover;
mod keywords;
mod navigation;
mod outline;
mod position;
mod publish;
mod rpc;
mod server;
mod shell;
mod uri;
mod wire;

#[cfg(test)]
mod tests;

pub(crate) use self::shell::{Ended, LspError, run};
