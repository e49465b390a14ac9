//! Destroying a wrapped key destroys what was sealed under it.

use std::path::Path;

use vault::{DataKey, MasterKey, WrappedKey, key::KeyRing};

use super::fixture::{ANNA, copy, mail};
use crate::audit::NewRecord;
use crate::keys::{self, Rewrapped, Thing};
use crate::message::{self, MessageState};
use crate::{Store, account, copy as copies, queue};

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

#[tokio::test]
async fn a_key_that_is_wrapped_anew_leaves_no_trace_and_brings_back_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("db")).await.unwrap();
    let ring = KeyRing::generate();
    let key = DataKey::random();
    for id in ["m", "n"] {
        let mut commit = mail(id);
        commit.message.wrapped_key = ring.wrap(&key, &format!("message:{id}"));
        queue::commit(&store, &commit).await.unwrap();
    }
    let page = keys::page(&store, Thing::Message, "", 10).await.unwrap();
    assert_eq!(page.iter().map(|it| it.0.as_str()).collect::<Vec<_>>(), ["m", "n"]);
    assert_eq!(keys::page(&store, Thing::Message, "m", 10).await.unwrap(), page[1..]);
    let ring = ring.rotated();
    let rewrapped = |(id, from): &(String, WrappedKey)| Rewrapped {
        id: id.clone(),
        from: from.clone(),
        to: ring.rewrapped(from, &format!("message:{id}")).unwrap().unwrap(),
    };
    let changes: Vec<Rewrapped> = page.iter().map(rewrapped).collect();
    // One is destroyed before its new key comes.
    assert!(message::destroy(&store, "n").await.unwrap());
    let told = [NewRecord { at_ms: 1, kind: "keys.rewrapped", fields: "{}".to_owned() }];
    assert_eq!(keys::replace(&store, Thing::Message, &changes, &told).await.unwrap(), 1);
    assert_eq!(keys::replace(&store, Thing::Message, &changes, &[]).await.unwrap(), 0);
    let found = message::find(&store, "n").await.unwrap().unwrap();
    assert_eq!((found.state, found.wrapped_key), (MessageState::Gone, None));
    let found = message::find(&store, "m").await.unwrap().unwrap();
    assert!(ring.retired().unwrap(&found.wrapped_key.unwrap(), THING).is_ok());
    assert!(keys::page(&store, Thing::Account, "", 10).await.unwrap().is_empty());
    store.checkpoint().await.unwrap();
    assert!(page.iter().all(|it| !files_hold(folder.path(), &it.1.0)));
}

#[tokio::test]
async fn the_key_of_an_account_is_wrapped_anew_as_well() {
    let (store, account) = super::people::registered().await;
    let page = keys::page(&store, Thing::Account, "", 10).await.unwrap();
    assert_eq!(page, [(account.id.clone(), account.wrapped_key.clone())]);
    let to = KeyRing::generate().wrap(&DataKey::random(), "account:a");
    let change = Rewrapped { id: account.id.clone(), from: account.wrapped_key, to: to.clone() };
    assert_eq!(keys::replace(&store, Thing::Account, &[change], &[]).await.unwrap(), 1);
    let found = account::find(&store, &account.id).await.unwrap().unwrap();
    assert_eq!(found.wrapped_key, to);
}
