//! Approvals: other keys than the one that signed a bundle say that it may be used.
//!
//! They stand beside the bundle as text, a line each: `approval 1`, the key's id and its signature over
//! the digest of the whole bundle, both in hexadecimal. So who approves needs the bundle and no
//! other's approval, and the bundle's octets stay as they are.

use std::collections::BTreeSet;

use super::{Bundle, KeyError, KeyId, PublicKey, SIGNATURE_OCTETS, SignKey};
use crate::digest::{DIGEST_OCTETS, hex};

/// What is signed besides the digest, so that the signature means nothing elsewhere.
const DOMAIN: &[u8] = b"writ bundle approval, form 1\0";
/// How a line begins.
const PREFIX: &str = "approval 1 ";
/// Lines that are looked at; more than anybody asks for.
const LINES_MAX: usize = 200;

fn approved_octets(bundle: &Bundle<'_>) -> Vec<u8> {
    [DOMAIN, &bundle.digest()].concat()
}

/// The line with which `key` approves `bundle`, without a line end.
///
/// # Errors
///
/// [`KeyError`]: the key does not sign.
pub fn approve(bundle: &Bundle<'_>, key: &SignKey) -> Result<String, KeyError> {
    let id = key.public()?.id();
    let signature = key.sign(&approved_octets(bundle));
    Ok(format!("{PREFIX}{} {}", hex(&id.0), hex(&signature)))
}

/// Who of `trusted` stands for a bundle that was verified: the key that signed it, and those whose
/// approvals are in `text`. Lines of others, of other bundles and in another form count for nothing,
/// and no key counts twice.
#[must_use]
pub fn approvers(bundle: &Bundle<'_>, text: &str, trusted: &[PublicKey]) -> BTreeSet<KeyId> {
    let approved = approved_octets(bundle);
    let by = text.lines().take(LINES_MAX).filter_map(|line| {
        let (id, signature) = line.strip_prefix(PREFIX)?.trim_end().split_once(' ')?;
        let id = KeyId(octets::<DIGEST_OCTETS>(id)?);
        let key = trusted.iter().find(|it| it.id() == id)?;
        key.verifies(&approved, &octets::<SIGNATURE_OCTETS>(signature)?).then_some(id)
    });
    let signer = trusted.iter().map(PublicKey::id).find(|it| *it == bundle.signer());
    signer.into_iter().chain(by).collect()
}

fn octets<const N: usize>(digits: &str) -> Option<[u8; N]> {
    if digits.len() != N.checked_mul(2)? || !digits.bytes().all(|it| it.is_ascii_hexdigit()) {
        return None;
    }
    let mut octets = [0; N];
    for (at, octet) in octets.iter_mut().enumerate() {
        let start = at.checked_mul(2)?;
        *octet = u8::from_str_radix(digits.get(start..start.checked_add(2)?)?, 16).ok()?;
    }
    Some(octets)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::bundle::sign;

    #[test]
    fn each_trusted_key_counts_once_and_for_this_bundle() {
        let keys: Vec<SignKey> = (0..3).map(|_| SignKey::generate().unwrap()).collect();
        let public: Vec<PublicKey> = keys.iter().map(|it| it.public().unwrap()).collect();
        let made = |counter| sign(counter, &BTreeMap::new(), &keys[0]).unwrap();
        let (octets, others) = (made(1), made(2));
        let bundle = Bundle::verified(&octets, &public[..2], 0).unwrap();
        let other = Bundle::verified(&others, &public[..2], 0).unwrap();
        let count = |lines: &[&str]| approvers(&bundle, &lines.join("\n"), &public[..2]).len();
        assert_eq!(count(&[]), 1);
        let own = approve(&bundle, &keys[0]).unwrap();
        let second = approve(&bundle, &keys[1]).unwrap();
        let stranger = approve(&bundle, &keys[2]).unwrap();
        let elsewhere = approve(&other, &keys[1]).unwrap();
        assert_eq!(count(&[&own, &own]), 1, "who signed counts once");
        assert_eq!(count(&[&stranger, &elsewhere, "", "approval 1 x y", "approval 1 é é"]), 1);
        // The id of one key with the signature of another.
        let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let mixed = format!("{PREFIX}{} {}", words(&second)[2], words(&own)[3]);
        assert_eq!(count(&[&mixed]), 1);
        assert_eq!(count(&[&stranger, &format!("{second}\r"), &second]), 2);
    }
}
