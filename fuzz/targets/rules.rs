//! A rule file: it is read whatever it holds, and its canonical form is its own.
#![no_main]

use grammar::tree::FileId;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (_tree, _findings) = grammar::parse(FileId(0), text);
    if let Ok(formatted) = grammar::format(text) {
        assert_eq!(grammar::format(&formatted).as_ref(), Ok(&formatted));
    }
});
