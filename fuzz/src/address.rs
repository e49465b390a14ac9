//! An address from the network: what is read writes itself so that it is read the same again.
use grammar::literal::Address;

/// Runs the target on one input.
pub(crate) fn run(octets: &[u8]) {
    let Ok(text) = std::str::from_utf8(octets) else { return };
    if let Ok(address) = Address::parse(text) {
        assert_eq!(Address::parse(&address.to_string()).as_ref(), Ok(&address));
    }
}
