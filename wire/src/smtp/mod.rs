//! SMTP, both halves, as values: no socket, no clock.
//!
//! A driver owns the connection. Inbound it reads octets into [`line::LineReader`], steps
//! [`server::Session`] with each line, performs the one effect that comes back, and reads message
//! content through [`data::DataReader`] or [`chunk::ChunkReader`]. Outbound it steps
//! [`client::Client`] and streams content through [`stuff::Stuffer`].
//!
//! # Trust
//!
//! Every octet from a peer is hostile, in either direction. What is kept of it is bounded by
//! [`limits`]; what is sent never repeats it.
//!
//! # Standards
//!
//! RFC 5321 (SMTP), 1870 (SIZE), 2034 and 3463 (status codes), 2920 (PIPELINING), 3030 (CHUNKING),
//! 3207 (STARTTLS), 3461 (DSN), 4954 (AUTH), 6152 (8BITMIME), 6531 (SMTPUTF8).

pub mod chunk;
pub mod client;
pub mod credentials;
pub mod data;
pub mod dsn;
pub mod limits;
pub mod line;
pub mod path;
pub mod proxy;
pub mod server;
pub mod stuff;
