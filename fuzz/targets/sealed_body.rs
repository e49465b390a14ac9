//! Octets that claim to be a sealed body: nothing opens that was not sealed.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vault::{key::DataKey, stream::open_all};

fuzz_target!(|octets: &[u8]| {
    let key = DataKey::from_bytes([7; 32]);
    assert!(open_all(&key, "message:fuzz", octets).is_err());
});
