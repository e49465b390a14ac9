//! Copies: whose they are, what may be done with them, when they end.

use super::fixture::{self, ANNA, BERT, SENDER, mail};
use crate::commit::CopyOptions;
use crate::copy::{self, Access, OnExpiry, ReadReceipt};
use crate::{Cursor, Store, message, queue};

async fn copies() -> Store {
    let store = Store::memory().await.unwrap();
    let mut commit = mail("m");
    commit.copies = vec![fixture::copy("a1", ANNA, 1000), fixture::copy("b1", BERT, 1000)];
    queue::commit(&store, &commit).await.unwrap();
    let mut commit = mail("n");
    commit.copies = vec![fixture::copy("a2", ANNA, 1000), fixture::copy("a3", ANNA, 2000)];
    commit.copies[1].options.on_expiry = OnExpiry::ReadOnly;
    queue::commit(&store, &commit).await.unwrap();
    store
}

#[tokio::test]
async fn an_inbox_shows_its_own_copies_newest_first_in_pages() {
    let store = copies().await;
    let mut after: Option<Cursor> = None;
    let mut seen = Vec::new();
    loop {
        let page = copy::inbox(&store, &ANNA, after, 1).await.unwrap();
        let Some(row) = page.first() else { break };
        seen.push(row.id.clone());
        after = Some(row.cursor());
    }
    assert_eq!(seen, ["a3", "a2", "a1"]);
    assert_eq!(copy::inbox(&store, &BERT, None, 10).await.unwrap().len(), 1);
    assert!(copy::inbox(&store, &SENDER, None, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_copy_is_found_by_whom_it_was_sent_to() {
    let store = copies().await;
    let found = copy::find(&store, "a1", &ANNA).await.unwrap().unwrap();
    assert_eq!((found.message_id.as_str(), found.sender_hash), ("m", SENDER));
    assert_eq!(found.head, b"head");
    let options = CopyOptions {
        print: false,
        reply: true,
        reply_all: false,
        forward: true,
        on_expiry: OnExpiry::Gone,
        read_receipt: ReadReceipt::OnRequest,
    };
    assert_eq!(found.options, options);
    assert!(copy::find(&store, "a1", &BERT).await.unwrap().is_none());
    assert!(copy::find(&store, "b1", &ANNA).await.unwrap().is_none());
    assert!(copy::by_id(&store, "b1").await.unwrap().is_some());
    assert_eq!(copy::of_message(&store, "m", 10).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_copy_is_read_for_the_first_time_once_and_so_is_its_receipt() {
    let store = copies().await;
    assert_eq!(copy::unread(&store, &ANNA, 1500).await.unwrap(), 3);
    assert!(copy::mark_read(&store, "a1", 1500, &[mail("r1")], &[]).await.unwrap());
    assert!(!copy::mark_read(&store, "a1", 1600, &[mail("r2")], &[]).await.unwrap());
    assert!(message::find(&store, "r1").await.unwrap().is_some());
    assert!(message::find(&store, "r2").await.unwrap().is_none());
    let found = copy::find(&store, "a1", &ANNA).await.unwrap().unwrap();
    assert_eq!(found.read_at_ms, Some(1500));
    assert_eq!(copy::unread(&store, &ANNA, 1500).await.unwrap(), 2);

    // A receipt that cannot be written leaves the copy unread.
    assert!(copy::mark_read(&store, "a2", 1700, &[mail("r1")], &[]).await.is_err());
    assert_eq!(copy::unread(&store, &ANNA, 1700).await.unwrap(), 2);
}

#[tokio::test]
async fn a_copy_is_deleted_by_whom_it_was_sent_to() {
    let store = copies().await;
    assert!(!copy::delete(&store, "a1", &BERT, 1500).await.unwrap());
    assert!(copy::delete(&store, "a1", &ANNA, 1500).await.unwrap());
    assert!(!copy::delete(&store, "a1", &ANNA, 1600).await.unwrap());
    assert!(copy::find(&store, "a1", &ANNA).await.unwrap().is_none());
    assert!(!copy::mark_read(&store, "a1", 1700, &[mail("r")], &[]).await.unwrap());
    assert_eq!(copy::inbox(&store, &ANNA, None, 10).await.unwrap().len(), 2);
    assert_eq!(copy::inbox(&store, &BERT, None, 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_copy_is_extended_as_far_as_its_sender_allows() {
    let store = copies().await;
    // It expires at 11 000 and may be kept until 21 000.
    for (address, expires_at_ms, now_ms, allowed) in [
        (BERT, 15_000, 5000, false),
        (ANNA, 21_001, 5000, false),
        (ANNA, 11_000, 5000, false),
        (ANNA, 15_000, 11_000, false),
        (ANNA, 15_000, 5000, true),
        (ANNA, 14_000, 5000, false),
        (ANNA, 21_000, 14_999, true),
    ] {
        let done = copy::extend(&store, "a1", &address, expires_at_ms, now_ms).await.unwrap();
        assert_eq!(done, allowed, "{expires_at_ms} at {now_ms}");
    }
    let found = copy::find(&store, "a1", &ANNA).await.unwrap().unwrap();
    assert_eq!(found.expires_at_ms, 21_000);

    let mut fixed = mail("f");
    fixed.copies = vec![fixture::copy("f1", ANNA, 1000)];
    fixed.copies[0].extension_until_ms = None;
    queue::commit(&store, &fixed).await.unwrap();
    assert!(!copy::extend(&store, "f1", &ANNA, 12_000, 5000).await.unwrap());
}

#[tokio::test]
async fn a_sender_takes_back_what_the_sender_sent() {
    let store = copies().await;
    assert_eq!(copy::recall(&store, "m", &ANNA, 1500).await.unwrap(), 0);
    assert_eq!(copy::recall(&store, "m", &SENDER, 1500).await.unwrap(), 2);
    assert_eq!(copy::recall(&store, "m", &SENDER, 1600).await.unwrap(), 0);
    let found = copy::find(&store, "b1", &BERT).await.unwrap().unwrap();
    assert_eq!(found.access(1700), Access::Recalled);
    assert!(!copy::mark_read(&store, "b1", 1700, &[], &[]).await.unwrap());
    assert!(!copy::extend(&store, "b1", &BERT, 15_000, 5000).await.unwrap());
}

#[tokio::test]
async fn access_ends_as_the_options_say() {
    let store = copies().await;
    let gone = copy::find(&store, "a1", &ANNA).await.unwrap().unwrap();
    assert_eq!((gone.access(10_999), gone.access(11_000)), (Access::Full, Access::Expired));
    let kept = copy::find(&store, "a3", &ANNA).await.unwrap().unwrap();
    assert_eq!((kept.access(11_999), kept.access(12_000)), (Access::Full, Access::ReadOnly));
}
