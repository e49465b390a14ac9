//! Bodies: any chunking gives the same, any change gives nothing.

use aead_stream::{DecryptorBE32, EncryptorBE32};
use aes_gcm::{Aes256Gcm, KeyInit};
use proptest::prelude::*;

use super::*;
use crate::{DataKey, derive::derive};

const THING: &str = "message:one";

/// The lengths around which something changes.
const LENGTHS: [usize; 8] = [
    0,
    1,
    SEGMENT_OCTETS - 1,
    SEGMENT_OCTETS,
    SEGMENT_OCTETS + 1,
    2 * SEGMENT_OCTETS,
    2 * SEGMENT_OCTETS + 1,
    3 * SEGMENT_OCTETS - 1,
];

#[test]
fn bodies_of_every_length_come_back() {
    let key = DataKey::random();
    for octets in LENGTHS {
        let plain = body(octets);
        let sealed = seal_all(&key, THING, &plain).unwrap();
        let sealed_len = u64::try_from(sealed.len()).unwrap();
        assert_eq!(sealed_len, sealed_octets(u64::try_from(octets).unwrap()), "{octets}");
        assert_eq!(plain_octets(sealed_len), Some(u64::try_from(octets).unwrap()));
        assert_eq!(open_all(&key, THING, &sealed).unwrap(), plain);
    }
}

/// The same form by another library: the cipher, the nonce prefix.
fn other(key: &DataKey, header: &[u8]) -> (Aes256Gcm, [u8; 7]) {
    let (secret, salt) = (key.expose().as_slice(), &header[8..]);
    let segments = derive::<32>(secret, salt, "chancery stream v1", THING);
    let prefix = derive::<7>(secret, salt, "chancery stream nonce v1", THING);
    (Aes256Gcm::new((&*segments).into()), *prefix)
}

#[test]
fn another_library_opens_what_was_sealed_and_seals_what_is_opened() {
    let key = DataKey::random();
    for octets in LENGTHS {
        let plain = body(octets);
        let sealed = seal_all(&key, THING, &plain).unwrap();
        let (header, segments) = sealed.split_at(HEADER_OCTETS);
        let length = u64::try_from(octets).unwrap().to_be_bytes();
        let with_length = [header, &length].concat();

        let (cipher, prefix) = other(&key, header);
        let mut decryptor = DecryptorBE32::from_aead(cipher, &prefix.into());
        let mut opened = Vec::new();
        let mut pieces = segments.chunks(SEALED_SEGMENT_OCTETS).peekable();
        while let Some(piece) = pieces.next() {
            let mut piece = piece.to_vec();
            if pieces.peek().is_none() {
                decryptor.decrypt_last_in_place(&with_length, &mut piece).unwrap();
                opened.extend(piece);
                break;
            }
            decryptor.decrypt_next_in_place(header, &mut piece).unwrap();
            opened.extend(piece);
        }
        assert_eq!(opened, plain, "{octets}");

        let (cipher, prefix) = other(&key, header);
        let mut encryptor = EncryptorBE32::from_aead(cipher, &prefix.into());
        let mut theirs = header.to_vec();
        let mut pieces = plain.chunks(SEGMENT_OCTETS).peekable();
        loop {
            let mut piece = pieces.next().unwrap_or_default().to_vec();
            if pieces.peek().is_none() {
                encryptor.encrypt_last_in_place(&with_length, &mut piece).unwrap();
                theirs.extend(piece);
                break;
            }
            encryptor.encrypt_next_in_place(header, &mut piece).unwrap();
            theirs.extend(piece);
        }
        assert_eq!(theirs, sealed, "{octets}");
    }
}

#[test]
fn lengths_no_body_has_are_known() {
    let header = u64::try_from(HEADER_OCTETS).unwrap();
    assert_eq!(plain_octets(0), None);
    assert_eq!(plain_octets(header + 15), None);
    assert_eq!(plain_octets(header + 16), Some(0));
    // A last segment with a tag and nothing in it is written for the empty body only.
    assert_eq!(plain_octets(header + 65_552 + 16), None);
    assert_eq!(plain_octets(header + 65_552 + 17), Some(65_537));
}

#[test]
fn a_body_belongs_to_its_key_and_its_thing() {
    let key = DataKey::random();
    let sealed = seal_all(&key, THING, b"a body").unwrap();
    assert_eq!(open_all(&key, "message:two", &sealed), Err(StreamError::Seal));
    assert_eq!(open_all(&DataKey::random(), THING, &sealed), Err(StreamError::Seal));
}

#[test]
fn a_field_is_no_body_and_a_body_is_no_field() {
    let key = DataKey::random();
    let sealed = seal_all(&key, THING, b"a body").unwrap();
    assert!(key.open_field(THING, "body", &sealed).is_err());
    let field = key.seal_field(THING, "body", &[0; 100]);
    assert_eq!(open_all(&key, THING, &field), Err(StreamError::Format));
}

#[test]
fn every_octet_of_a_short_body_counts() {
    let key = DataKey::random();
    let sealed = seal_all(&key, THING, b"a body").unwrap();
    for at in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        assert!(open_all(&key, THING, &changed).is_err(), "octet {at}");
        assert!(open_slowly(&key, &sealed[..at]).is_err(), "cut at {at}");
    }
    assert!(open_slowly(&key, &[sealed.as_slice(), &[0]].concat()).is_err());
}

#[test]
fn segments_are_neither_left_out_nor_exchanged_nor_repeated() {
    let key = DataKey::random();
    let sealed = seal_all(&key, THING, &body(3 * SEGMENT_OCTETS)).unwrap();
    let (header, rest) = sealed.split_at(HEADER_OCTETS);
    let segments: Vec<&[u8]> = rest.chunks(SEALED_SEGMENT_OCTETS).collect();
    let [one, two, three] = segments[..] else { panic!("three segments") };
    assert!(open_slowly(&key, &[header, one, two, three].concat()).is_ok());
    for wrong in [
        vec![header],
        vec![header, one],
        vec![header, one, two],
        vec![header, two, three],
        vec![header, one, three],
        vec![header, three],
        vec![header, two, one, three],
        vec![header, one, three, two],
        vec![header, one, two, two, three],
        vec![header, one, two, three, three],
    ] {
        assert_eq!(open_slowly(&key, &wrong.concat()), Err(StreamError::Seal));
    }
}

#[test]
fn segments_of_two_bodies_under_one_key_do_not_mix() {
    let key = DataKey::random();
    let mut one = seal_all(&key, THING, &body(2 * SEGMENT_OCTETS)).unwrap();
    let two = seal_all(&key, THING, &body(2 * SEGMENT_OCTETS)).unwrap();
    let end = HEADER_OCTETS + SEALED_SEGMENT_OCTETS;
    one.splice(end.., two[end..].iter().copied());
    assert_eq!(open_slowly(&key, &one), Err(StreamError::Seal));
}

#[test]
fn an_opener_that_refused_once_refuses_for_ever() {
    let key = DataKey::random();
    let sealed = seal_all(&key, THING, &body(3 * SEGMENT_OCTETS)).unwrap();
    let mut changed = sealed.clone();
    changed[HEADER_OCTETS] ^= 1;
    let mut opener = Opener::new(&key, THING);
    let mut out = Vec::new();
    assert_eq!(opener.open(&changed, &mut out), Err(StreamError::Seal));
    assert_eq!(opener.open(&sealed, &mut out), Err(StreamError::Seal));
    assert_eq!(opener.finish(&mut out), Err(StreamError::Seal));
    assert!(out.is_empty());
}

#[test]
fn sealer_and_opener_do_not_show_what_they_hold() {
    let key = DataKey::from_bytes([0xab; 32]);
    let mut sealer = Sealer::new(&key, THING);
    sealer.seal(b"a body", &mut Vec::new()).unwrap();
    let opener = Opener::new(&key, THING);
    let shown = format!("{sealer:?} {opener:?}");
    assert_eq!(shown, "Sealer { plain_octets: 6, .. } Opener { plain_octets: 0, .. }");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_chunking_gives_the_same(
        octets in 0..3 * SEGMENT_OCTETS,
        cuts_in in prop::collection::vec(1..=SEGMENT_OCTETS + 9, 1..6),
        cuts_out in prop::collection::vec(1..=SEGMENT_OCTETS + 9, 1..6),
    ) {
        let key = DataKey::from_bytes([3; 32]);
        let plain = body(octets);
        let mut sealed = Vec::new();
        let mut sealer = Sealer::new(&key, THING);
        for chunk in chunks(&plain, &cuts_in) {
            sealer.seal(chunk, &mut sealed).unwrap();
        }
        let length = sealer.finish(&mut sealed).unwrap();
        prop_assert_eq!(length, u64::try_from(octets).unwrap());

        let mut opened = Vec::new();
        let mut opener = Opener::new(&key, THING);
        for chunk in chunks(&sealed, &cuts_out) {
            opener.open(chunk, &mut opened).unwrap();
        }
        prop_assert_eq!(opener.finish(&mut opened).unwrap(), length);
        prop_assert_eq!(opened, plain);
    }

    #[test]
    fn no_bit_may_flip(octets in 0..2 * SEGMENT_OCTETS, at in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let key = DataKey::from_bytes([3; 32]);
        let mut sealed = seal_all(&key, THING, &body(octets)).unwrap();
        let at = at.index(sealed.len());
        sealed[at] ^= 1 << bit;
        prop_assert!(open_slowly(&key, &sealed).is_err());
    }

    #[test]
    fn any_octets_are_refused_quietly(octets in prop::collection::vec(any::<u8>(), 0..300)) {
        let key = DataKey::from_bytes([3; 32]);
        prop_assert!(open_slowly(&key, &octets).is_err());
        prop_assert!(key.open_field(THING, "head", &octets).is_err());
    }
}

fn body(octets: usize) -> Vec<u8> {
    (0_u8..=250).cycle().take(octets).collect()
}

/// Opens in pieces, without the check of the length that [`open_all`] makes first.
fn open_slowly(key: &DataKey, sealed: &[u8]) -> Result<Vec<u8>, StreamError> {
    let mut plain = Vec::new();
    let mut opener = Opener::new(key, THING);
    for chunk in sealed.chunks(5000) {
        opener.open(chunk, &mut plain)?;
    }
    opener.finish(&mut plain)?;
    Ok(plain)
}

fn chunks<'a>(mut octets: &'a [u8], cuts: &[usize]) -> Vec<&'a [u8]> {
    let mut chunks = Vec::new();
    for cut in cuts.iter().cycle() {
        if octets.is_empty() {
            break;
        }
        let (chunk, rest) = octets.split_at(octets.len().min(*cut));
        chunks.push(chunk);
        octets = rest;
    }
    chunks
}
