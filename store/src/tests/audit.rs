//! The chain of the audit log.

use super::fixture::{mail, queued};
use crate::ask;
use crate::audit::{self, NewRecord};
use crate::queue::{self, First, Settled};
use crate::{Store, StoreError, account};

fn told(kind: &'static str) -> NewRecord {
    NewRecord { at_ms: 5, kind, fields: "{}".to_owned() }
}

async fn all(store: &Store) -> Vec<audit::Record> {
    audit::page(store, 0, 100).await.unwrap()
}

#[tokio::test]
async fn each_record_holds_the_digest_of_the_one_before() {
    let store = Store::memory().await.unwrap();
    assert_eq!(audit::last(&store).await.unwrap(), None);
    audit::append(&store, &[told("one"), told("two")]).await.unwrap();
    audit::append(&store, &[]).await.unwrap();
    audit::append(&store, &[told("three")]).await.unwrap();
    let all = all(&store).await;
    assert_eq!(all.iter().map(|it| it.sequence).collect::<Vec<_>>(), [1, 2, 3]);
    let mut previous = vault::audit::ORIGIN;
    for record in &all {
        assert_eq!(record.previous, previous);
        let chained = vault::audit::Record {
            sequence: record.sequence,
            at_ms: record.at_ms,
            kind: &record.kind,
            fields: &record.fields,
            previous: &record.previous,
        };
        assert_eq!(record.digest, chained.digest());
        previous = record.digest;
    }
    assert_eq!(audit::last(&store).await.unwrap().as_ref(), all.last());
    assert_eq!(audit::page(&store, 2, 100).await.unwrap(), all[2..]);
}

#[tokio::test]
async fn a_record_is_there_with_what_it_tells_of_or_not_at_all() {
    let store = Store::memory().await.unwrap();
    let mut commit = mail("m");
    commit.deliveries = vec![queued(1000)];
    commit.audit = vec![told("message.decided")];
    queue::commit(&store, &commit).await.unwrap();
    assert_eq!(all(&store).await.len(), 1);
    // The message is there already.
    queue::commit(&store, &commit).await.unwrap_err();
    let id = queue::due(&store, (super::fixture::ROUTE, 0), 2000, 10, First::LongestDue)
        .await
        .unwrap()[0]
        .id;
    let sent = [told("delivery.sent")];
    let early = queue::settle(&store, id, Settled::Sent, None, 1, &[], &sent).await;
    assert!(matches!(early, Err(StoreError::Stale { .. })));
    assert_eq!(all(&store).await.len(), 1);
    queue::claim(&store, id, 1000).await.unwrap();
    queue::settle(&store, id, Settled::Sent, None, 1, &[], &sent).await.unwrap();
    assert_eq!(all(&store).await.len(), 2);
}

#[tokio::test]
async fn what_becomes_of_an_account_is_told() {
    let (store, account) = super::people::registered().await;
    for at_ms in 1..=4 {
        account::failed(&store, &account.id, 3, at_ms).await.unwrap();
    }
    assert!(!account::succeeded(&store, &account.id, 5).await.unwrap());
    account::set_password(&store, &account.id, "$argon2id$second", 6).await.unwrap();
    assert!(account::succeeded(&store, &account.id, 7).await.unwrap());
    assert!(account::delete(&store, &account.id, &[told("account.removed")]).await.unwrap());
    assert!(!account::delete(&store, &account.id, &[told("account.removed")]).await.unwrap());
    let all = all(&store).await;
    let kinds: Vec<&str> = all.iter().map(|it| it.kind.as_str()).collect();
    // The lock is told once, however often is guessed on.
    let expected = [
        "account.made",
        "account.locked",
        "account.password-set",
        "account.login",
        "account.removed",
    ];
    assert_eq!(kinds, expected);
    assert_eq!((all[1].at_ms, all[1].fields.as_str()), (3, r#"{"account":"a"}"#));
}

#[tokio::test]
async fn two_who_write_make_one_chain() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("db");
    let (one, two) = (Store::open(&path).await.unwrap(), Store::open(&path).await.unwrap());
    let write = |store: Store| async move {
        for _ in 0..20 {
            audit::append(&store, &[told("a"), told("b")]).await.unwrap();
        }
    };
    tokio::join!(write(one.clone()), write(two));
    let all = all(&one).await;
    assert_eq!(all.len(), 80);
    assert!(all.windows(2).all(|it| it[1].previous == it[0].digest));
}

#[tokio::test]
async fn no_statement_changes_or_removes_a_record() {
    let store = Store::memory().await.unwrap();
    audit::append(&store, &[told("one")]).await.unwrap();
    for statement in ["update audit set kind = 'x'", "delete from audit"] {
        assert!(ask::query(statement).execute(store.writer()).await.is_err(), "{statement}");
    }
    assert_eq!(all(&store).await.len(), 1);
}
