//! Whether the fields of an ARC chain have the form of one; what the library takes that is none.
//!
//! # Source
//!
//! RFC 8617 §4, RFC 6376 §3.2.

use std::collections::BTreeSet;

/// How the fields sign (RFC 8301, RFC 8463).
const ALGORITHMS: [&str; 2] = ["rsa-sha256", "ed25519-sha256"];

/// Tags that seals and signatures have.
const REQUIRED: [&str; 5] = ["a", "b", "d", "i", "s"];

/// Whether there are as many seals as signatures and results, each a list of tags that names its
/// algorithm, and no signature covers a seal. No field at all is well formed.
pub(super) fn is_well_formed(fields: &[(&[u8], &[u8])]) -> bool {
    let of = |name: &str| -> Vec<&[u8]> {
        let named =
            fields.iter().filter(|it| it.0.trim_ascii().eq_ignore_ascii_case(name.as_bytes()));
        named.map(|it| it.1).collect()
    };
    let (seals, signatures) = (of("ARC-Seal"), of("ARC-Message-Signature"));
    let results = of("ARC-Authentication-Results");
    seals.len() == signatures.len()
        && seals.len() == results.len()
        && seals.iter().all(|it| is_signed(it))
        && signatures.iter().all(|it| is_signed(it) && !covers_a_seal(it))
}

fn is_signed(value: &[u8]) -> bool {
    let tags = tags(value).unwrap_or_default();
    let known =
        |(name, value): &(String, String)| name == "a" && ALGORITHMS.contains(&value.as_str());
    // Names of tags are told apart by case.
    let is_there = |wanted: &&str| tags.iter().any(|(name, _)| name == *wanted);
    tags.iter().any(known) && REQUIRED.iter().all(is_there)
}

fn covers_a_seal(value: &[u8]) -> bool {
    let tags = tags(value).unwrap_or_default();
    let signed = tags.iter().filter(|it| it.0 == "h").flat_map(|it| it.1.split(':'));
    signed.into_iter().any(|it| it.trim().eq_ignore_ascii_case("arc-seal"))
}

/// The tags of a field; none where it is no list of tags, or one is there twice.
fn tags(value: &[u8]) -> Option<Vec<(String, String)>> {
    let text = std::str::from_utf8(value).ok()?.trim();
    let mut seen = BTreeSet::new();
    let mut tags = Vec::new();
    for tag in text.strip_suffix(';').unwrap_or(text).split(';') {
        let (name, value) = tag.split_once('=')?;
        let name = name.trim();
        let begins = name.starts_with(|it: char| it.is_ascii_alphabetic());
        let plain = name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_');
        if !begins || !plain || !seen.insert(name.to_owned()) {
            return None;
        }
        tags.push((name.to_owned(), value.trim().to_owned()));
    }
    Some(tags)
}
