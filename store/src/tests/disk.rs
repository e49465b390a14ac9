//! The disk: full, slow, or read after somebody else.

use super::fixture::{ROUTE, mail, mail_with_all};
use crate::ask;
use crate::message;
use crate::queue::{self, First};
use crate::{Store, StoreError};

#[tokio::test]
async fn a_full_disk_is_told_apart_and_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("db")).await.unwrap();
    queue::commit(&store, &mail_with_all("before")).await.unwrap();
    let pages: i64 =
        ask::query_scalar("pragma page_count").fetch_one(store.writer()).await.unwrap();
    let limit = sqlx::AssertSqlSafe(format!("pragma max_page_count = {}", pages + 2));
    ask::query(limit).execute(store.writer()).await.unwrap();

    let mut large = mail("large");
    large.message.head = vec![0; 1_000_000];
    assert!(matches!(queue::commit(&store, &large).await, Err(StoreError::Full)));
    assert!(message::find(&store, "large").await.unwrap().is_none());
    assert!(message::find(&store, "before").await.unwrap().is_some());

    // The connection that met the full disk is replaced, its limit is gone with it: as if room
    // had been made.
    queue::commit(&store, &large).await.unwrap();
    assert!(message::find(&store, "large").await.unwrap().is_some());
}

#[tokio::test]
async fn what_was_committed_is_there_when_the_file_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("db");
    let store = Store::open(&path).await.unwrap();
    queue::commit(&store, &mail_with_all("m")).await.unwrap();
    // Not closed: as if the process had been killed.
    let again = Store::open(&path).await.unwrap();
    assert!(message::find(&again, "m").await.unwrap().is_some());
    assert_eq!(queue::due(&again, (ROUTE, 0), 1000, 10, First::LongestDue).await.unwrap().len(), 2);
}

#[tokio::test]
async fn the_settings_that_make_a_commit_durable_are_in_force() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("db")).await.unwrap();
    for (pragma, expected) in [
        ("pragma journal_mode", "wal"),
        ("pragma synchronous", "2"),
        ("pragma foreign_keys", "1"),
        ("pragma secure_delete", "1"),
        ("pragma busy_timeout", "10000"),
    ] {
        let value: String = match ask::query_scalar::<i64>(pragma).fetch_one(store.writer()).await {
            Ok(number) => number.to_string(),
            Err(_text) => ask::query_scalar(pragma).fetch_one(store.writer()).await.unwrap(),
        };
        assert_eq!(value, expected, "{pragma}");
    }
}

#[tokio::test]
async fn readers_cannot_write() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("db")).await.unwrap();
    let refused = ask::query("delete from message").execute(store.readers()).await;
    assert!(refused.is_err());
}

#[tokio::test]
async fn a_list_is_bounded_whatever_is_asked_for() {
    let store = Store::memory().await.unwrap();
    let commits: Vec<_> = (0..510).map(|number| mail(&format!("m{number:03}"))).collect();
    queue::commit_all(&store, &commits).await.unwrap();
    let page = message::body_ids(&store, "", u32::MAX).await.unwrap();
    assert_eq!(page.len(), 500);
    let rest = message::body_ids(&store, page.last().unwrap(), u32::MAX).await.unwrap();
    assert_eq!(rest.len(), 10);
    assert_eq!(rest.last().unwrap(), "m509");
}

#[tokio::test]
async fn the_files_are_for_one_user_only() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("db")).await.unwrap();
    queue::commit(&store, &mail("m")).await.unwrap();
    let mut files = 0;
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", entry.path().display());
        files += 1;
    }
    // The database, its log, and the index of the log.
    assert_eq!(files, 3);
}
