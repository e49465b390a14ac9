//! Bundles: what is taken, and everything that is refused.

use std::collections::BTreeMap;

use super::*;

fn fresh() -> SignKey {
    SignKey::generate().unwrap()
}

fn bundle(counter: u64, key: &SignKey) -> Vec<u8> {
    let sections: BTreeMap<&str, &[u8]> =
        [("program", b"decides".as_slice()), ("manifest", b"{}"), ("empty", b"")].into();
    sign(counter, &sections, key).unwrap()
}

#[test]
fn what_was_signed_is_read() {
    let key = fresh();
    let octets = bundle(7, &key);
    let trusted = [fresh().public().unwrap(), key.public().unwrap()];
    let read = Bundle::verified(&octets, &trusted, 7).unwrap();
    assert_eq!(read.counter(), 7);
    assert_eq!(read.section("program"), Some(b"decides".as_slice()));
    assert_eq!(read.section("empty"), Some(b"".as_slice()));
    assert_eq!(read.section("other"), None);
    let names: Vec<&str> = read.sections().map(|it| it.0).collect();
    assert_eq!(names, ["empty", "manifest", "program"]);
    assert_eq!(bundle(7, &key), octets, "the same gives the same");
}

#[test]
fn every_flipped_bit_is_refused() {
    let key = fresh();
    let octets = bundle(7, &key);
    let trusted = [key.public().unwrap()];
    for at in 0..octets.len() {
        for bit in 0..8 {
            let mut changed = octets.clone();
            changed[at] ^= 1 << bit;
            let refused = Bundle::verified(&changed, &trusted, 0);
            assert!(refused.is_err(), "octet {at} bit {bit} was taken");
        }
    }
}

#[test]
fn what_is_cut_or_longer_is_refused() {
    let key = fresh();
    let octets = bundle(7, &key);
    let trusted = [key.public().unwrap()];
    for end in 0..octets.len() {
        assert!(Bundle::verified(&octets[..end], &trusted, 0).is_err(), "{end} octets were taken");
    }
    let longer = [octets.as_slice(), b"\0"].concat();
    assert_eq!(Bundle::verified(&longer, &trusted, 0).unwrap_err(), Refused::Damaged);
}

#[test]
fn each_refusal_says_why() {
    let key = fresh();
    let octets = bundle(7, &key);
    let trusted = [key.public().unwrap()];
    let refused = |octets: &[u8], trusted: &[PublicKey], least| {
        Bundle::verified(octets, trusted, least).unwrap_err()
    };
    assert_eq!(refused(b"writ 1\n", &trusted, 0), Refused::NoBundle);
    assert_eq!(refused(&octets, &trusted, 8), Refused::Older { counter: 7, least: 8 });
    let other = [fresh().public().unwrap()];
    assert!(matches!(refused(&octets, &other, 0), Refused::UnknownKey { .. }));
    let none = refused(&octets, &[], 0).to_string();
    assert!(none.ends_with("(trusted: none)"), "{none}");
    let mut newer = octets.clone();
    newer[9] = 2;
    assert_eq!(refused(&newer, &trusted, 0), Refused::Newer(2));
    let mut changed = octets.clone();
    let middle = changed.windows(7).position(|it| it == b"decides").unwrap();
    changed[middle] = b'D';
    assert_eq!(refused(&changed, &trusted, 0), Refused::Signature);
}

/// A signature by a trusted key over other octets must not fit here.
#[test]
fn a_signature_from_elsewhere_does_not_fit() {
    let key = fresh();
    let octets = bundle(7, &key);
    let (body, _) = octets.split_at(octets.len() - SIGNATURE_OCTETS);
    let forged = [body, key.sign(body).as_slice()].concat();
    let refused = Bundle::verified(&forged, &[key.public().unwrap()], 0).unwrap_err();
    assert_eq!(refused, Refused::Signature);
}

#[test]
fn keys_survive_their_text() {
    let key = fresh();
    let private = key.to_pem().unwrap();
    let public = key.public().unwrap();
    assert!(private.starts_with("-----BEGIN PRIVATE KEY-----\n"));
    assert_eq!(PublicKey::from_pem(&public.to_pem()).unwrap().id(), public.id());
    assert_eq!(SignKey::from_pem(&private).unwrap().public().unwrap().id(), public.id());
    assert_eq!(PublicKey::from_pem(&private).unwrap_err(), KeyError::PrivateGiven);
    assert_eq!(SignKey::from_pem(&public.to_pem()).unwrap_err(), KeyError::Private);
    assert_eq!(PublicKey::from_pem("").unwrap_err(), KeyError::Public);
}

/// Made by `openssl genpkey -algorithm ed25519` and `openssl pkey -pubout`.
#[test]
fn keys_of_other_tools_are_read() {
    let private = "-----BEGIN PRIVATE KEY-----\n\
        MC4CAQAwBQYDK2VwBCIEINULhV6dRl5U+p5TKYxmM6Jt3LeFRsVM3tUL7PYYgCek\n\
        -----END PRIVATE KEY-----\n";
    let key = SignKey::from_pem(private).unwrap();
    assert_eq!(key.public().unwrap().to_pem(), include_str!("tests/openssl.pub"));
}
