//! The client's half of SMTP: replies in, commands out.
//!
//! [`Client::step`] takes one thing that happened and returns the one thing to do about it. One
//! connection carries any number of messages, one after the other.

mod batch;
mod offer;
mod reader;
mod reply;
mod session;

pub use batch::{Job, Outcome};
pub use reader::{ReplyError, ReplyReader};
pub use reply::{Reply, Status};
pub use session::{After, Client, Effect, Failure, Input, Settings, TlsPolicy};

#[cfg(test)]
mod tests;
