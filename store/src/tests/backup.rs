//! Copies of a database that is written.

use super::fixture::{mail, mail_with_all};
use crate::message::{self, MessageState};
use crate::{PAGE_ROWS_MAX, Store, audit, queue};

#[tokio::test]
async fn a_copy_is_the_whole_as_it_stood_then() {
    let folder = tempfile::tempdir().unwrap();
    let (path, copied) = (folder.path().join("db"), folder.path().join("copy"));
    let store = Store::open(&path).await.unwrap();
    queue::commit(&store, &mail_with_all("m")).await.unwrap();
    let record = audit::NewRecord { at_ms: 1, kind: "one", fields: "{}".to_owned() };
    audit::append(&store, &[record]).await.unwrap();
    // Another program copies, while this one has the database open and writes on.
    let other = Store::open(&path).await.unwrap();
    other.copy_into(&copied).await.unwrap();
    queue::commit(&store, &mail("late")).await.unwrap();
    assert!(other.copy_into(&copied).await.is_err(), "a copy is not written over another");

    let copy = Store::open(&copied).await.unwrap();
    let found = message::find(&copy, "m").await.unwrap().unwrap();
    assert_eq!((found.state, found.head.as_slice()), (MessageState::Decided, &b"head"[..]));
    assert!(message::find(&copy, "late").await.unwrap().is_none());
    assert_eq!(audit::last(&copy).await.unwrap(), audit::last(&store).await.unwrap());
    let mode = std::os::unix::fs::PermissionsExt::mode(&copied.metadata().unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);

    // What is removed from the copy goes with all that was written of it.
    let ids = message::body_ids(&copy, "", PAGE_ROWS_MAX).await.unwrap();
    for id in &ids {
        assert!(message::remove(&copy, id).await.unwrap());
    }
    assert!(!message::remove(&copy, "m").await.unwrap());
    assert!(queue::of_message(&copy, "m", 0, 10).await.unwrap().is_empty());
    assert!(message::find(&store, "m").await.unwrap().is_some());
}
