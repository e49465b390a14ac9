//! Destroying a wrapped key destroys what was sealed under it.

use std::path::Path;

use vault::{DataKey, MasterKey, WrappedKey};

use super::fixture::{ANNA, copy, mail};
use crate::message::{self, MessageState};
use crate::{Store, copy as copies, queue};

const THING: &str = "message:m";

#[tokio::test]
async fn a_message_that_is_gone_can_no_longer_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("db");
    let store = Store::open(&path).await.unwrap();
    let master = MasterKey::generate();
    let key = DataKey::random();
    let wrapped = master.wrap(&key, THING);
    let mut commit = mail("m");
    commit.message.wrapped_key = wrapped.clone();
    commit.message.head = key.seal_field(THING, "head", b"the subject");
    commit.copies = vec![copy("c", ANNA, 0)];
    commit.copies[0].recipient = key.seal_field(THING, "recipient", b"anna@shop.example");
    queue::commit(&store, &commit).await.unwrap();

    // Before: the row is enough for who has the master key.
    let row = copies::find(&store, "c", &ANNA).await.unwrap().unwrap();
    let opened = open(&master, row.wrapped_key.as_ref(), "recipient", &row.recipient);
    assert_eq!(opened.as_deref(), Some(&b"anna@shop.example"[..]));
    assert!(files_hold(folder.path(), &wrapped.0));
    // What is sealed never stood there in the clear.
    assert!(!files_hold(folder.path(), b"anna@shop.example"));
    assert!(!files_hold(folder.path(), b"the subject"));

    assert!(message::destroy(&store, "m").await.unwrap());
    assert!(!message::destroy(&store, "m").await.unwrap());
    store.checkpoint().await.unwrap();

    // After: the sealed recipient is still there, and nobody can open it.
    let row = copies::find(&store, "c", &ANNA).await.unwrap().unwrap();
    assert_eq!(row.access(0), copies::Access::Gone);
    assert!(!row.recipient.is_empty() && row.head.is_empty());
    assert_eq!(open(&master, row.wrapped_key.as_ref(), "recipient", &row.recipient), None);
    let found = message::find(&store, "m").await.unwrap().unwrap();
    assert_eq!((found.state, found.wrapped_key), (MessageState::Gone, None));
    // Neither file holds the key, not even on a page that was overwritten.
    assert!(!files_hold(folder.path(), &wrapped.0));
}

fn open(
    master: &MasterKey,
    wrapped: Option<&WrappedKey>,
    field: &str,
    sealed: &[u8],
) -> Option<Vec<u8>> {
    master.unwrap(wrapped?, THING).unwrap().open_field(THING, field, sealed).ok()
}

fn files_hold(folder: &Path, needle: &[u8]) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let octets = std::fs::read(entry.unwrap().path()).unwrap();
        octets.windows(needle.len()).any(|window| window == needle)
    })
}
