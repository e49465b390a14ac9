//! A directory as CSV, LDIF or JSON from somewhere: read or refused.

/// Runs the target on one input.
pub(crate) fn run(octets: &[u8]) {
    let Ok(text) = std::str::from_utf8(octets) else { return };
    if let Err(refused) = engine::directory::parse(text) {
        assert!(!refused.to_string().is_empty());
    }
}
