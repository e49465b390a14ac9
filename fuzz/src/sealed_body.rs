//! Octets that claim to be a sealed body: nothing opens that was not sealed.
use vault::{key::DataKey, stream::open_all};

/// Runs the target on one input.
pub(crate) fn run(octets: &[u8]) {
    let key = DataKey::from_bytes([7; 32]);
    assert!(open_all(&key, "message:fuzz", octets).is_err());
}
