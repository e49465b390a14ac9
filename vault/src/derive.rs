//! One key from another.

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

/// The longest output of HKDF-SHA-256, in octets.
///
/// # Source
///
/// RFC 5869, section 2.3: 255 times the length of the hash.
const DERIVED_OCTETS_MAX: usize = 255 * 32;

/// Derives `N` octets from `secret`.
///
/// `label` tells what the octets are for and `context` whose they are. A label holds no zero
/// octet and ends where the first one stands, so no two pairs give the same input.
///
/// # Source
///
/// RFC 5869.
pub(crate) fn derive<const N: usize>(
    secret: &[u8],
    salt: &[u8],
    label: &str,
    context: &str,
) -> Zeroizing<[u8; N]> {
    const { assert!(N <= DERIVED_OCTETS_MAX) };
    let mut derived = Zeroizing::new([0; N]);
    let info = [label.as_bytes(), &[0], context.as_bytes()];
    expand(&Hkdf::<Sha256>::new(Some(salt), secret), &info, &mut *derived);
    derived
}

#[expect(clippy::expect_used, reason = "the length was checked when this was compiled")]
fn expand(hkdf: &Hkdf<Sha256>, info: &[&[u8]], derived: &mut [u8]) {
    hkdf.expand_multi_info(info, derived).expect("the length is allowed");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expand_gives_the_first_vector_of_rfc_5869() {
        let salt: Vec<u8> = (0x00..=0x0c).collect();
        let info: Vec<u8> = (0xf0..=0xf9).collect();
        let mut derived = [0; 42];
        let (head, tail) = info.split_at(3);
        expand(&Hkdf::new(Some(&salt), &[0x0b; 22]), &[head, tail], &mut derived);
        assert_eq!(
            derived,
            [
                0x3c, 0xb2, 0x5f, 0x25, 0xfa, 0xac, 0xd5, 0x7a, 0x90, 0x43, 0x4f, 0x64, 0xd0, 0x36,
                0x2f, 0x2a, 0x2d, 0x2d, 0x0a, 0x90, 0xcf, 0x1a, 0x5a, 0x4c, 0x5d, 0xb0, 0x2d, 0x56,
                0xec, 0xc4, 0xc5, 0xbf, 0x34, 0x00, 0x72, 0x08, 0xd5, 0xb8, 0x87, 0x18, 0x58, 0x65,
            ]
        );
    }

    #[test]
    fn each_input_counts() {
        let base = derive::<32>(b"secret", b"salt", "label", "context");
        for other in [
            derive::<32>(b"Secret", b"salt", "label", "context"),
            derive::<32>(b"secret", b"Salt", "label", "context"),
            derive::<32>(b"secret", b"salt", "Label", "context"),
            derive::<32>(b"secret", b"salt", "label", "Context"),
            derive::<32>(b"secret", b"salt", "labelc", "ontext"),
        ] {
            assert_ne!(base, other);
        }
    }
}
