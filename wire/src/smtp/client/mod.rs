//! The client's half of SMTP: replies in, commands out.
//!
//! [`Client::step`] takes one thing that happened and returns the one thing to do about it. One
//! connection carries any number of messages, one after the other.

mod batch;
mod effect;
mod offer;
mod reader;
mod reply;
mod session;
mod settings;

pub use batch::{Job, Outcome, Recipient};
pub use effect::{After, Effect, Failure, Input};
pub use reader::{ReplyError, ReplyReader};
pub use reply::{Reply, Status};
pub use session::Client;
pub use settings::{Settings, TlsPolicy};

#[cfg(test)]
mod tests;
