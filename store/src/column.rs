//! Columns as the types of other crates.

use vault::WrappedKey;

/// A column of 32 octets: a hash.
#[derive(sqlx::Type)]
#[sqlx(transparent)]
pub(crate) struct HashColumn(Vec<u8>);

/// A column that may hold a wrapped key.
#[derive(sqlx::Type)]
#[sqlx(transparent)]
pub(crate) struct KeyColumn(Option<Vec<u8>>);

/// A stored hash has another length.
#[derive(Debug, thiserror::Error)]
#[error("a hash of {0} octets")]
pub(crate) struct HashLength(usize);

impl TryFrom<HashColumn> for [u8; 32] {
    type Error = HashLength;

    fn try_from(HashColumn(octets): HashColumn) -> Result<Self, HashLength> {
        octets.try_into().map_err(|octets: Vec<u8>| HashLength(octets.len()))
    }
}

impl From<KeyColumn> for Option<WrappedKey> {
    fn from(KeyColumn(octets): KeyColumn) -> Self {
        octets.map(WrappedKey)
    }
}

/// A column that holds a wrapped key.
#[derive(sqlx::Type)]
#[sqlx(transparent)]
pub(crate) struct RequiredKeyColumn(Vec<u8>);

impl From<RequiredKeyColumn> for WrappedKey {
    fn from(RequiredKeyColumn(octets): RequiredKeyColumn) -> Self {
        Self(octets)
    }
}
