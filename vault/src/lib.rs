//! Keys, sealing, hashes, tokens, certificates: the one door to cryptography.
//!
//! No other crate names a cryptographic library. Nothing here opens a file or a socket or reads
//! a clock; the only thing taken from outside is randomness, in `random`.
//!
//! # Invariants
//!
//! - The key of a thing (a message, an account) seals that thing only: its name is authenticated
//!   with every field and bound into the key of its body.
//! - No secret is shown by `Debug`, and every secret is overwritten when it is dropped.
//! - Everything secret is compared in constant time.

#![forbid(unsafe_code)]

mod derive;
mod pem;
mod random;

pub mod audit;
pub mod bundle;
pub mod csrf;
pub mod digest;
pub mod dkim;
pub mod key;
pub mod password;
pub mod stream;
pub mod tls;
pub mod token;

pub use key::{DataKey, IndexKey, MasterKey, OpenError, WrappedKey};
pub use token::{Token, TokenHash, random_id};
