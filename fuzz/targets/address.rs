//! An address from the network: what is read writes itself so that it is read the same again.
#![no_main]

use grammar::literal::Address;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(address) = Address::parse(text) {
        assert_eq!(Address::parse(&address.to_string()).as_ref(), Ok(&address));
    }
});
