//! All of a commit or nothing, whatever ends it.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use super::fixture::{ANNA, ROUTE, copy, mail, mail_with_all, queued};
use crate::ask;
use crate::message::{self, MessageState};
use crate::queue::{self, First, Settled};
use crate::{Store, StoreError, commit};

/// How many rows there are, in all tables.
async fn rows(store: &Store) -> i64 {
    ask::query_scalar(
        "select (select count(*) from message) + (select count(*) from delivery)
              + (select count(*) from copy) + (select count(*) from token)
              + (select count(*) from sent) + (select count(*) from event)",
    )
    .fetch_one(store.readers())
    .await
    .unwrap()
}

#[tokio::test]
async fn a_commit_is_all_there_when_it_returns() {
    let store = Store::memory().await.unwrap();
    queue::commit(&store, &mail_with_all("m")).await.unwrap();
    assert_eq!(rows(&store).await, 8);
    let found = message::find(&store, "m").await.unwrap().unwrap();
    assert_eq!(found.state, MessageState::Decided);
    assert_eq!(found.head, b"head");
    assert!(message::find(&store, "mn").await.unwrap().is_some());
}

#[tokio::test]
async fn a_transaction_dropped_before_its_commit_leaves_nothing() {
    let store = Store::memory().await.unwrap();
    let mut transaction = store.begin().await.unwrap();
    commit::write(&mut transaction, &[mail_with_all("m")]).await.unwrap();
    drop(transaction);
    assert_eq!(rows(&store).await, 0);
    // And the writer is free again.
    queue::commit(&store, &mail_with_all("m")).await.unwrap();
    assert_eq!(rows(&store).await, 8);
}

#[tokio::test]
async fn a_commit_given_up_anywhere_leaves_all_or_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("db")).await.unwrap();
    let (mut none, mut all) = (0, 0);
    for polls in 0..40 {
        let before = rows(&store).await;
        let commit = mail_with_all(&format!("m{polls}"));
        let finished = poll_times(queue::commit(&store, &commit), polls).await;
        // The writer is free when all it was asked for before is done or undone.
        drop(store.begin().await.unwrap());
        match rows(&store).await - before {
            0 if !finished => none += 1,
            8 => all += 1,
            added => panic!("{added} rows after {polls} polls, finished: {finished}"),
        }
    }
    // Once it is handed over it is written, whoever waits for it.
    assert!(0 < none && 1 < all, "{none} left nothing, {all} all");
}

/// Polls a future so many times, each when it asks for it, then lets go of it. Gives whether it
/// was finished by then.
async fn poll_times(commit: impl Future<Output = Result<(), StoreError>>, polls: usize) -> bool {
    let mut commit = pin!(commit);
    let mut polled = 0;
    poll_fn(|context| {
        if polled == polls {
            return Poll::Ready(false);
        }
        polled += 1;
        commit.as_mut().poll(context).map(|done| done.is_ok())
    })
    .await
}

#[tokio::test]
async fn one_wrong_row_undoes_all_of_several_commits() {
    let store = Store::memory().await.unwrap();
    let mut wrong = mail("two");
    wrong.copies = vec![copy("c", ANNA, 0), copy("c", ANNA, 0)];
    let failed = queue::commit_all(&store, &[mail_with_all("one"), wrong]).await;
    assert!(matches!(failed, Err(StoreError::Statement { statement: "commit", .. })));
    assert_eq!(rows(&store).await, 0);
}

#[tokio::test]
async fn a_generated_mail_that_fails_undoes_what_caused_it() {
    let store = Store::memory().await.unwrap();
    let mut first = mail("one");
    first.deliveries = vec![queued(1000)];
    queue::commit(&store, &first).await.unwrap();
    let due = queue::due(&store, (ROUTE, 0), 1000, 10, First::LongestDue).await.unwrap().remove(0);
    assert!(queue::claim(&store, due.id, 1000).await.unwrap());

    let again = mail("one");
    let failed = queue::settle(&store, due.id, Settled::Failed, None, 2000, &[again], &[]).await;
    assert!(matches!(failed, Err(StoreError::Statement { statement: "message/insert", .. })));
    // Still active: it can be settled once more.
    queue::settle(&store, due.id, Settled::Sent, None, 2000, &[], &[]).await.unwrap();
}

#[tokio::test]
async fn rows_that_contradict_themselves_are_refused() {
    let store = Store::memory().await.unwrap();
    let mut undated = mail("m");
    undated.message.state = MessageState::Examining;
    let mut gone = mail("m");
    gone.message.state = MessageState::Gone;
    let mut lost = mail("m");
    lost.tokens = mail_with_all("other").also.remove(0).tokens;
    for wrong in [undated, gone, lost] {
        assert!(queue::commit(&store, &wrong).await.is_err());
        assert_eq!(rows(&store).await, 0);
    }
}

#[tokio::test]
async fn two_processes_write_to_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("db");
    let spool = Store::open(&path).await.unwrap();
    let portal = Store::open(&path).await.unwrap();
    let commits = |store: Store, name: &'static str| async move {
        for number in 0..20 {
            queue::commit(&store, &mail_with_all(&format!("{name}{number}"))).await.unwrap();
        }
    };
    let one = tokio::spawn(commits(spool.clone(), "s"));
    let two = tokio::spawn(commits(portal.clone(), "p"));
    one.await.unwrap();
    two.await.unwrap();
    assert_eq!(rows(&spool).await, 320);
    assert_eq!(rows(&portal).await, 320);
}

#[tokio::test]
async fn who_writes_at_the_same_time_shares_a_transaction_and_a_wrong_one_takes_no_other_along() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("db")).await.unwrap();
    let wrong = {
        let mut wrong = mail("wrong");
        wrong.message.state = MessageState::Examining;
        wrong
    };
    // Whoever writes now keeps the writer, so that all that follow gather.
    let busy = store.begin().await.unwrap();
    let mut writes = tokio::task::JoinSet::new();
    for number in 0..50 {
        let (store, wrong) = (store.clone(), wrong.clone());
        writes.spawn(async move {
            match number {
                20 => (number, queue::commit(&store, &wrong).await),
                _ => (number, queue::commit(&store, &mail_with_all(&format!("m{number}"))).await),
            }
        });
    }
    tokio::task::yield_now().await;
    drop(busy);
    for (number, outcome) in writes.join_all().await {
        assert_eq!(outcome.is_ok(), number != 20, "{number}: {outcome:?}");
    }
    assert_eq!(rows(&store).await, 49 * 8);
}

#[tokio::test]
async fn claims_and_ends_that_come_together_are_each_told_their_own() {
    let store = Store::memory().await.unwrap();
    let mut commit = mail("m");
    commit.deliveries = vec![queued(1000), queued(1000), queued(1000)];
    queue::commit(&store, &commit).await.unwrap();
    let due = queue::due(&store, (ROUTE, 0), 1000, 10, First::LongestDue).await.unwrap();
    let ids: Vec<i64> = due.iter().map(|it| it.id).collect();
    assert!(queue::claim(&store, ids[1], 1000).await.unwrap());
    let taken = queue::claim_all(&store, ids.clone(), 1000).await.unwrap();
    assert_eq!(taken, [true, false, true]);
    let settle = |id| queue::settle(&store, id, Settled::Sent, None, 2000, &[], &[]);
    let (one, twice, other) = tokio::join!(settle(ids[0]), settle(ids[0]), settle(ids[2]));
    assert!(one.is_ok() && other.is_ok());
    assert!(matches!(twice, Err(StoreError::Stale { .. })));
}
