//! Long bodies, and what nodes know one another by, where a server has the database.

use std::io::{Read, Write};

use super::fixture::mail;
use crate::body::{self, Bodies, Body, BodyError};
use crate::{Store, fellowship, queue};

#[tokio::test]
async fn a_long_body_comes_back_as_it_was_kept() {
    let store = Store::memory().await.unwrap().named("one", 1000);
    let folder = tempfile::tempdir().unwrap();
    let bodies = Bodies::open(folder.path()).unwrap();
    let octets: Vec<u8> = (0..900_000_u32).flat_map(|it| it.to_le_bytes()[..3].to_vec()).collect();
    let keep = async |id: &str| {
        let mut writer = bodies.create(id).unwrap();
        writer.write_all(&octets).unwrap();
        body::keep(&store, writer).await.unwrap()
    };
    let kept = keep("long").await;
    assert_eq!(kept.is_some(), store.is_shared());
    keep("orphan").await;
    queue::commit(&store, &mail("long")).await.unwrap();

    // Another node has other files, and the same server.
    let elsewhere = tempfile::tempdir().unwrap();
    let other = Bodies::open(elsewhere.path()).unwrap();
    let bodies = if store.is_shared() { &other } else { &bodies };
    let Body::Long(mut file) = body::find(&store, bodies, "long").await.unwrap() else { panic!() };
    let mut read = Vec::new();
    file.read_to_end(&mut read).unwrap();
    assert!(read == octets);
    if store.is_shared() {
        let named = |folder: &std::path::Path| folder.join("incoming").read_dir().unwrap().count();
        assert_eq!((named(folder.path()), named(elsewhere.path())), (0, 0));
        let two = store.clone().named("two", 1000);
        assert_eq!(body::remove_orphans(&two).await.unwrap(), 0);
        assert_eq!(body::remove_orphans(&store).await.unwrap(), 1);
    }
    assert!(body::remove(&store, bodies, "long").await.unwrap());
    assert!(!body::remove(&store, bodies, "long").await.unwrap());
    assert!(matches!(body::find(&store, bodies, "long").await, Err(BodyError::Missing)));
}

#[tokio::test]
async fn a_node_with_other_keys_does_not_join() {
    let store = Store::memory().await.unwrap();
    assert!(fellowship::may_join(&store, b"ours").await.unwrap());
    assert!(fellowship::may_join(&store, b"ours").await.unwrap());
    assert_eq!(fellowship::may_join(&store, b"theirs").await.unwrap(), !store.is_shared());
}
