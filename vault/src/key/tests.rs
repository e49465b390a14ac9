//! Keys: what opens what, and what a change does.

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit};

use super::*;

const THING: &str = "message:one";

#[test]
fn the_cipher_gives_the_vector_of_its_specification() {
    // McGrew and Viega, "The Galois/Counter Mode of Operation", test case 16.
    let key = unhex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
    let nonce: [u8; 12] = unhex("cafebabefacedbaddecaf888").try_into().unwrap();
    let plain = unhex(
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72\
         1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
    );
    let aad = unhex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
    let sealed = Aes256Gcm::new_from_slice(&key)
        .unwrap()
        .encrypt(&nonce.into(), Payload { msg: &plain, aad: &aad })
        .unwrap();
    assert_eq!(
        sealed,
        unhex(
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa\
             8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662\
             76fc6ece0f4e1768cddf8853bb2d551b"
        )
    );
}

#[test]
fn a_field_opens_as_it_was_sealed_and_never_looks_the_same() {
    let key = DataKey::random();
    for plain in [&b""[..], b"a subject", &[7; 100_000]] {
        let sealed = key.seal_field(THING, "subject", plain);
        assert_eq!(sealed.len(), plain.len() + FIELD_OVERHEAD_OCTETS);
        assert_eq!(key.open_field(THING, "subject", &sealed).unwrap(), plain);
        assert_ne!(sealed, key.seal_field(THING, "subject", plain));
    }
}

#[test]
fn a_field_belongs_to_its_key_its_thing_and_its_name() {
    let key = DataKey::random();
    let sealed = key.seal_field(THING, "subject", b"a subject");
    let refused = Err(OpenError::Seal);
    assert_eq!(DataKey::random().open_field(THING, "subject", &sealed), refused);
    assert_eq!(key.open_field("message:two", "subject", &sealed), refused);
    assert_eq!(key.open_field(THING, "head", &sealed), refused);
    // The same letters, cut elsewhere.
    assert_eq!(key.open_field("message:ones", "ubject", &sealed), refused);
}

#[test]
fn no_octet_of_a_field_may_change_and_none_may_be_missing() {
    let key = DataKey::random();
    let sealed = key.seal_field(THING, "subject", b"a subject");
    for at in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        assert!(key.open_field(THING, "subject", &changed).is_err(), "octet {at}");
        assert!(key.open_field(THING, "subject", &sealed[..at]).is_err(), "cut at {at}");
    }
}

#[test]
fn a_wrapped_key_comes_back_under_its_master_and_its_context() {
    let master = MasterKey::generate();
    let key = DataKey::random();
    let wrapped = master.wrap(&key, THING);
    assert_eq!(wrapped.0.len(), WRAPPED_OCTETS);
    assert_eq!(master.unwrap(&wrapped, THING).unwrap().expose(), key.expose());
    assert_eq!(master.unwrap(&wrapped, "message:two").unwrap_err(), OpenError::Seal);
    let other = MasterKey::generate().unwrap(&wrapped, THING).unwrap_err();
    assert_eq!(other, OpenError::OtherMaster);
    let again = MasterKey::from_bytes(*master.to_bytes());
    assert_eq!(again.unwrap(&wrapped, THING).unwrap().expose(), key.expose());
}

#[test]
fn no_octet_of_a_wrapped_key_may_change_and_none_may_be_missing() {
    let master = MasterKey::generate();
    let wrapped = master.wrap(&DataKey::random(), THING);
    for at in 0..wrapped.0.len() {
        let mut changed = wrapped.clone();
        changed.0[at] ^= 0x80;
        assert!(master.unwrap(&changed, THING).is_err(), "octet {at}");
        let cut = WrappedKey(wrapped.0[..at].to_vec());
        assert_eq!(master.unwrap(&cut, THING).unwrap_err(), OpenError::Format);
    }
}

#[test]
fn a_hash_depends_on_master_purpose_and_value_and_on_nothing_else() {
    let master = MasterKey::from_bytes([1; 32]);
    let hash = master.index_key().hash("address", b"anna@shop.example");
    assert_eq!(
        hash,
        MasterKey::from_bytes([1; 32]).index_key().hash("address", b"anna@shop.example")
    );
    assert_ne!(
        hash,
        MasterKey::from_bytes([2; 32]).index_key().hash("address", b"anna@shop.example")
    );
    assert_ne!(hash, master.index_key().hash("sender", b"anna@shop.example"));
    assert_ne!(hash, master.index_key().hash("address", b"annb@shop.example"));
    assert_ne!(hash, master.index_key().hash("addres", b"sanna@shop.example"));
    assert_ne!(*master.subkey("index"), *master.subkey("pepper"));
}

#[test]
fn keys_do_not_show_themselves() {
    let shown = format!(
        "{:?} {:?} {:?} {:?}",
        MasterKey::from_bytes([0xab; 32]),
        DataKey::from_bytes([0xab; 32]),
        MasterKey::from_bytes([0xab; 32]).index_key(),
        WrappedKey(vec![0xab; 3]),
    );
    assert_eq!(shown, "MasterKey(..) DataKey(..) IndexKey(..) WrappedKey(3 octets)");
}

fn unhex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> =
        text.chars().map(|it| u8::try_from(it.to_digit(16).unwrap()).unwrap()).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}
