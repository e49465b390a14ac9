//! The program that libFuzzer drives; `FUZZ_TARGET` says with which target.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;

static TARGET: OnceLock<fn(&[u8])> = OnceLock::new();

fuzz_target!(
    init: {
        let name = std::env::var("FUZZ_TARGET").unwrap_or_default();
        if let Some(target) = fuzz::target(&name) {
            TARGET.get_or_init(|| target);
        }
    },
    |octets: &[u8]| {
        let target = TARGET.get();
        assert!(target.is_some(), "FUZZ_TARGET names no target");
        target.inspect(|run| run(octets));
    }
);
