//! Schema and statements of the database, and the bodies beside it.
//!
//! No other crate names the database library. A function is one statement or one transaction;
//! the text of a statement lies in `sql/<area>/<name>.sql`. Rows hold what the caller sealed:
//! nothing here reads a subject or an address.
//!
//! # Invariants
//!
//! - A state of a message and all that it causes (deliveries, copies, generated mails) are
//!   committed together or not at all, and are on the disk when the call returns.
//! - Every list has a limit and walks an index; the query plans are snapshots in the tests.
//! - What the audit log tells is committed with what it tells of.
//! - Destroying a wrapped key is final: the page it stood on is overwritten.

#![forbid(unsafe_code)]

mod ask;
mod column;
mod db;
mod error;
mod group;
mod pool;
mod postgres;
mod schema;
mod script;
pub mod seat;
mod server;
mod shelf;

pub mod account;
pub mod audit;
pub mod body;
pub mod commit;
pub mod copy;
pub mod event;
pub mod fellowship;
pub mod keys;
pub mod message;
pub mod order;
pub mod page;
pub mod queue;
pub mod sent;
pub mod session;
pub mod token;

pub use commit::{Commit, NewCopy, NewDelivery, NewEvent, NewMessage, NewSent, NewToken};
pub use db::Store;
pub use error::StoreError;
pub use page::{Cursor, PAGE_ROWS_MAX};
pub use seat::Seat;
pub use server::{Entry, Server};

#[cfg(test)]
mod tests;
