//! The server's half of SMTP: commands in, effects out.
//!
//! ```
//! use std::sync::Arc;
//! use wire::{Address, Domain};
//! use wire::smtp::line::LineReader;
//! use wire::smtp::server::{Effect, Input, Peer, Session, Settings};
//!
//! let settings = Arc::new(Settings::new(
//!     Domain::parse("mx.example")?,
//!     Address::parse("postmaster@mx.example")?,
//! ));
//! let mut session = Session::new(settings, Peer::stranger());
//! let mut sent = session.greeting().to_bytes();
//! let mut reader = LineReader::default();
//! let mut rest: &[u8] = b"HELO client.example\r\nQUIT\r\n";
//! while !rest.is_empty() {
//!     let (used, line) = reader.feed(rest);
//!     rest = rest.get(used..).unwrap_or_default();
//!     let Some(line) = line else { break };
//!     let effect;
//!     (session, effect) = session.step(Input::Line(line));
//!     if let Effect::Reply(reply) | Effect::Close(reply) = effect {
//!         reply.write_to(&mut sent);
//!     }
//! }
//! assert_eq!(sent, b"220 mx.example ESMTP\r\n250 mx.example\r\n221 2.0.0 Bye\r\n");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod auth;
mod command;
mod effect;
mod parameter;
pub mod relay;
mod reply;
mod senders;
mod session;
mod settings;
mod tally;
mod transaction;

pub use command::{Command, CommandError, Mail, PeerName, Recipient, must_wait_after};
pub use effect::{Effect, Input, Rcpt, Verification};
pub use relay::{Place, RcptVerdict, Standing};
pub use reply::{Code, Reply};
pub use senders::Senders;
pub use session::Session;
pub use settings::{
    Access, AuthOffer, Peer, Protocol, Security, Settings, SizeLimit, StartTlsOffer,
};
pub use transaction::{Body, Envelope};
