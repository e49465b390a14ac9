//! The keys: one master key (and former ones), a data key for each thing, a key to hash addresses
//! with.
//!
//! # Trust
//!
//! Only the process that holds the keys ever has a [`MasterKey`] or an [`IndexKey`]; the others
//! are given the [`DataKey`] of one thing at a time.

mod data;
mod index;
mod master;
mod ring;

pub use data::{DataKey, FIELD_OVERHEAD_OCTETS};
pub use index::IndexKey;
pub(crate) use index::keyed;
pub use master::{MasterKey, WRAPPED_OCTETS, WrappedKey};
pub use ring::KeyRing;

/// Length of every key, in octets: AES-256.
pub const KEY_OCTETS: usize = 32;

/// Something sealed was not opened. Nothing of it has been given out.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum OpenError {
    /// What is given does not have the form of a sealed thing.
    #[error("this is not something sealed here")]
    Format,
    /// The key was wrapped by another master key than this one.
    #[error("this was wrapped by another master key")]
    OtherMaster,
    /// Changed, cut short, or sealed with another key, for another thing or in another field.
    #[error("the seal is broken")]
    Seal,
}

#[cfg(test)]
mod tests;
