//! Bytes to mail and back: SMTP conversations, the MIME scanner, composing, edits.
//!
//! Pure: no socket, file or clock; whoever drives these values owns those.
#![forbid(unsafe_code)]

pub mod compose;
pub mod edit;
pub mod mime;
pub mod smtp;
pub mod spf;

pub use grammar::literal::{Address, Domain};
