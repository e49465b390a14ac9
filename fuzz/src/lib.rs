//! One fuzz target a decoder: each takes any octets and panics when a law of that decoder is broken.
//!
//! `cargo xtask fuzz TARGET` lets libFuzzer drive one; `seeds/` holds what each begins with and what
//! it once found, and a test runs all of that.

mod address;
mod archive;
mod bundle;
mod directory;
mod document;
mod extract;
mod header;
mod layout;
mod literals;
mod rules;
mod scanner;
mod sealed_body;
mod smtp_data;
mod smtp_session;
mod statement;

/// A target: its name, which is that of its folder of seeds, and what runs it on one input.
pub type Target = (&'static str, fn(&[u8]));

/// All targets, by name.
pub const TARGETS: &[Target] = &[
    ("address", address::run),
    ("archive", archive::run),
    ("bundle", bundle::run),
    ("directory", directory::run),
    ("document", archive::run),
    ("extract", extract::run),
    ("html", document::run_html),
    ("layout", layout::run),
    ("literals", literals::run),
    ("office", document::run_office),
    ("parameters", header::run_parameters),
    ("pdf", document::run_pdf),
    ("rtf", document::run_rtf),
    ("rules", rules::run),
    ("scanner", scanner::run),
    ("sealed_body", sealed_body::run),
    ("seven_zip", archive::run_seven_zip),
    ("smtp_data", smtp_data::run),
    ("smtp_session", smtp_session::run),
    ("statement", statement::run),
    ("tar", archive::run_tar),
    ("tnef", archive::run_tnef),
    ("words", header::run_words),
];

/// The target of a name.
#[must_use]
pub fn target(name: &str) -> Option<fn(&[u8])> {
    TARGETS.iter().find(|it| it.0 == name).map(|it| it.1)
}
