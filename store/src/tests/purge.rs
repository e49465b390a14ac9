//! What is kept, what goes, and when.

use super::fixture::{ANNA, ROUTE, SENDER, copy, destroyed, event, held, mail, queued, resolution};
use crate::copy::{self as copies, OnExpiry};
use crate::message::{self, MessageState};
use crate::queue::{self, First, Resolved, Settled};
use crate::{Commit, Store, event as events};

/// Long enough that nothing here outlives it unless said so.
const RETENTION_MS: i64 = 1_000_000;

const HOUR_MS: i64 = 3_600_000;

async fn stored(commit: Commit) -> Store {
    let store = Store::memory().await.unwrap();
    queue::commit(&store, &commit).await.unwrap();
    store
}

async fn purged(store: &Store, now_ms: i64) -> Vec<String> {
    message::purge_done(store, now_ms, RETENTION_MS, 10, destroyed).await.unwrap()
}

#[tokio::test]
async fn a_message_goes_when_its_last_delivery_is_done() {
    let mut commit = mail("m");
    commit.deliveries = vec![queued(1000), held("review")];
    let store = stored(commit).await;
    assert!(purged(&store, 2000).await.is_empty());

    let id = queue::due(&store, (ROUTE, 0), 1000, 10, First::LongestDue).await.unwrap()[0].id;
    assert!(queue::claim(&store, id, 1000).await.unwrap());
    assert!(purged(&store, 2000 + HOUR_MS).await.is_empty());
    queue::settle(&store, id, Settled::Sent, None, 2000, &[], &[]).await.unwrap();
    assert!(purged(&store, 2000 + 2 * HOUR_MS).await.is_empty());

    let held = queue::held(&store, 0, 10).await.unwrap()[0].id;
    let held = queue::waiting(&store, held).await.unwrap().unwrap();
    queue::resolve(&store, &held, &resolution(Resolved::Refused), 3000).await.unwrap();
    // It is looked at once an hour.
    assert!(purged(&store, 2001 + 2 * HOUR_MS).await.is_empty());
    assert_eq!(purged(&store, 2000 + 3 * HOUR_MS).await, ["m"]);
    assert!(purged(&store, 2000 + 9 * HOUR_MS).await.is_empty());
    assert!(message::body_ids(&store, "", 10).await.unwrap().is_empty());
    let found = message::find(&store, "m").await.unwrap().unwrap();
    assert_eq!((found.state, found.wrapped_key), (MessageState::Gone, None));
}

#[tokio::test]
async fn a_copy_keeps_its_message_until_it_expires() {
    let mut commit = mail("m");
    commit.copies = vec![copy("c", ANNA, 1000)];
    let store = stored(commit).await;
    assert!(purged(&store, 10_999).await.is_empty());
    assert_eq!(purged(&store, 11_000 + HOUR_MS).await, ["m"]);
}

#[tokio::test]
async fn a_deleted_or_recalled_copy_keeps_nothing() {
    let mut commit = mail("m");
    commit.copies = vec![copy("c", ANNA, 1000), copy("d", ANNA, 1000)];
    let store = stored(commit).await;
    assert!(copies::delete(&store, "c", &ANNA, 1500).await.unwrap());
    assert!(purged(&store, 2000).await.is_empty());
    assert_eq!(copies::recall(&store, "m", &SENDER, 2500).await.unwrap(), 2);
    let soon = 2000 + HOUR_MS;
    let mut commit = mail("n");
    commit.copies = vec![copy("e", ANNA, soon)];
    queue::commit(&store, &commit).await.unwrap();
    assert_eq!(purged(&store, soon).await, ["m"]);
}

#[tokio::test]
async fn a_copy_that_turns_read_only_is_kept_for_the_retention() {
    let mut commit = mail("m");
    commit.copies = vec![copy("c", ANNA, 5_000_000)];
    commit.copies[0].options.on_expiry = OnExpiry::ReadOnly;
    let store = stored(commit).await;
    assert!(purged(&store, 5_000_000 + RETENTION_MS - 1).await.is_empty());
    assert_eq!(purged(&store, 5_000_000 + RETENTION_MS + HOUR_MS).await, ["m"]);
}

#[tokio::test]
async fn messages_not_decided_are_never_purged() {
    let mut waiting = mail("m");
    waiting.message.state = MessageState::Examining;
    waiting.message.due_at_ms = Some(1000);
    let store = stored(waiting).await;
    let mut stopped = mail("n");
    stopped.message.state = MessageState::Held;
    queue::commit(&store, &stopped).await.unwrap();
    assert!(purged(&store, i64::MAX / 2).await.is_empty());
}

#[tokio::test]
async fn what_is_left_of_a_message_is_forgotten_later() {
    let mut commit = mail("m");
    commit.copies = vec![copy("c", ANNA, 1000)];
    commit.deliveries = vec![held("review")];
    commit.events = vec![event(1000, "message.decided")];
    let store = stored(commit).await;
    assert_eq!(message::forget(&store, i64::MAX, 10).await.unwrap(), 0);
    assert!(message::destroy(&store, "m").await.unwrap());
    assert_eq!(message::forget(&store, 1000, 10).await.unwrap(), 0);
    assert_eq!(message::forget(&store, 1001, 10).await.unwrap(), 1);
    assert!(message::find(&store, "m").await.unwrap().is_none());
    assert!(copies::by_id(&store, "c").await.unwrap().is_none());
    assert!(queue::of_message(&store, "m", 0, 10).await.unwrap().is_empty());
    assert!(events::of_message(&store, "m", 0, 10).await.unwrap().is_empty());
}
