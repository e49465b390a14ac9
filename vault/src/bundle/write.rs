//! Sections to a signed bundle.

use std::collections::BTreeMap;

use super::{BUNDLE_OCTETS_MAX, FORM, KeyError, MAGIC, SECTIONS_MAX, SignKey, signed_octets};

/// A bundle that nobody would read.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TooLarge {
    /// The whole is over [`BUNDLE_OCTETS_MAX`].
    #[error("the bundle would have {0} octets; {BUNDLE_OCTETS_MAX} is the most")]
    Octets(usize),
    /// More sections than [`SECTIONS_MAX`].
    #[error("the bundle would have more than {SECTIONS_MAX} sections")]
    Sections,
    /// The name of a section has more than 255 octets.
    #[error("a section's name is too long")]
    Name,
    /// The key does not sign.
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// Signs `sections`, by name. The same sections, counter and key give the same octets.
///
/// # Errors
///
/// [`TooLarge`].
pub fn sign(
    counter: u64,
    sections: &BTreeMap<&str, &[u8]>,
    key: &SignKey,
) -> Result<Vec<u8>, TooLarge> {
    let total: usize = sections.values().map(|it| it.len()).sum();
    if BUNDLE_OCTETS_MAX / 2 < total {
        return Err(TooLarge::Octets(total));
    }
    if SECTIONS_MAX < sections.len() {
        return Err(TooLarge::Sections);
    }
    let number = u16::try_from(sections.len()).map_err(|_many| TooLarge::Sections)?;
    let mut out = Vec::with_capacity(total.saturating_add(4096));
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&FORM.to_be_bytes());
    out.extend_from_slice(&counter.to_be_bytes());
    out.extend_from_slice(&number.to_be_bytes());
    for (name, octets) in sections {
        out.push(u8::try_from(name.len()).map_err(|_long| TooLarge::Name)?);
        out.extend_from_slice(name.as_bytes());
        let length = u64::try_from(octets.len()).unwrap_or(u64::MAX);
        out.extend_from_slice(&length.to_be_bytes());
    }
    for octets in sections.values() {
        out.extend_from_slice(octets);
    }
    out.extend_from_slice(&key.public()?.id().0);
    let signature = key.sign(&signed_octets(&out));
    out.extend_from_slice(&signature);
    Ok(out)
}
