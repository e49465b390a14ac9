//! The recipients' portal: server-rendered pages that need no script.
//!
//! [`router`] makes the whole site out of an [`App`]: a store, a [`Gateway`] and [`Settings`].
//! Whoever serves it inserts `axum::extract::ConnectInfo<SocketAddr>` (as
//! `into_make_service_with_connect_info` does), by which attempts to log in are counted.
//!
//! # Trust
//!
//! A browser is a stranger until its session is found. A message is asked for by the keyed hash of
//! the account's address, so a foreign id and an unknown one are the same thing. What a mail says is
//! text; the one place that writes markup it did not make is `component::foreign`, which takes it apart first.
#![forbid(unsafe_code)]

mod app;
mod asset;
mod clock;
mod component;
mod error;
mod form;
mod gateway;
mod link;
mod mailbox;
mod page;
mod profile;
mod reading;
mod router;
mod security;
mod session;
mod settings;
mod when;

pub use app::App;
pub use clock::{Clock, SystemClock};
pub use gateway::{
    AccountLetter, AttachmentBody, AttachmentInfo, BoxFuture, Gateway, Mailbox, Reading,
    Submission, SubmitOutcome, Unavailable,
};
pub use router::router;
pub use settings::{InternalDomains, Limits, Settings};
