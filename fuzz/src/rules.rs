//! A rule file: it is read whatever it holds, and its canonical form is its own.
use grammar::tree::FileId;

/// Runs the target on one input.
pub(crate) fn run(octets: &[u8]) {
    let Ok(text) = std::str::from_utf8(octets) else { return };
    let (_tree, _findings) = grammar::parse(FileId(0), text);
    if let Ok(formatted) = grammar::format(text) {
        assert_eq!(grammar::format(&formatted).as_ref(), Ok(&formatted));
    }
}
