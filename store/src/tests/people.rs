//! Accounts, sessions, tokens, and what accounts wrote.

use vault::{DataKey, MasterKey, Token};

use super::fixture::{self, ANNA, BERT, destroyed, mail, notice_token};
use crate::account::{self, Account, Created, Failures, NewAccount};
use crate::ask;
use crate::session::{self, SessionLife};
use crate::token::{self, TokenPurpose};
use crate::{Cursor, NewSent, NewToken, Store, StoreError, message, queue, sent};

const LIFE: SessionLife = SessionLife { idle_ms: 900_000, absolute_ms: 43_200_000 };

fn new_account(id: &str, address_hash: [u8; 32]) -> NewAccount {
    NewAccount {
        id: id.to_owned(),
        address_hash,
        wrapped_key: MasterKey::generate().wrap(&DataKey::random(), &format!("account:{id}")),
        profile: b"profile".to_vec(),
        password: "$argon2id$first".to_owned(),
    }
}

/// A store with a copy for Anna and the token of its notice.
async fn invited() -> (Store, Token) {
    let store = Store::memory().await.unwrap();
    let token = Token::random();
    let mut commit = mail("m");
    commit.copies = vec![fixture::copy("c", ANNA, 0)];
    commit.tokens = vec![notice_token(&token, "c", ANNA)];
    queue::commit(&store, &commit).await.unwrap();
    (store, token)
}

pub(super) async fn registered() -> (Store, Account) {
    let (store, token) = invited().await;
    let made = account::create(&store, &new_account("a", ANNA), &token.hash(), 1000).await;
    assert_eq!(made.unwrap(), Created::Made);
    let account = account::by_address(&store, &ANNA).await.unwrap().unwrap();
    (store, account)
}

#[tokio::test]
async fn an_account_is_made_with_a_token_once() {
    let (store, token) = invited().await;
    let hash = token.hash();
    let looked_at = token::find(&store, &hash, TokenPurpose::Notice).await.unwrap().unwrap();
    assert_eq!((looked_at.copy_id.as_deref(), looked_at.address_hash), (Some("c"), ANNA));
    assert_eq!(looked_at.spent_at_ms, None);
    assert!(token::find(&store, &hash, TokenPurpose::Reset).await.unwrap().is_none());

    // For another address, too late, or with a token nobody made.
    let create = account::create;
    let spent = Created::TokenSpent;
    assert_eq!(create(&store, &new_account("b", BERT), &hash, 1000).await.unwrap(), spent);
    assert_eq!(create(&store, &new_account("a", ANNA), &hash, 50_000).await.unwrap(), spent);
    let unknown = Token::random().hash();
    assert_eq!(create(&store, &new_account("a", ANNA), &unknown, 1000).await.unwrap(), spent);

    let made = create(&store, &new_account("a", ANNA), &hash, 49_999).await.unwrap();
    assert_eq!(made, Created::Made);
    assert_eq!(create(&store, &new_account("a2", ANNA), &hash, 49_999).await.unwrap(), spent);
    let spent = token::find(&store, &hash, TokenPurpose::Notice).await.unwrap().unwrap();
    assert_eq!(spent.spent_at_ms, Some(49_999));
}

#[tokio::test]
async fn an_address_has_one_account_and_the_token_stays_good() {
    let (store, _account) = registered().await;
    let token = Token::random();
    token::create(&store, &notice_token(&token, "c", ANNA)).await.unwrap();
    let taken = account::create(&store, &new_account("a2", ANNA), &token.hash(), 2000).await;
    assert_eq!(taken.unwrap(), Created::Taken);
    let kept = token::find(&store, &token.hash(), TokenPurpose::Notice).await.unwrap().unwrap();
    assert_eq!(kept.spent_at_ms, None);
    assert!(account::find(&store, "a2").await.unwrap().is_none());
}

#[tokio::test]
async fn wrong_passwords_lock_and_the_right_one_does_not_unlock() {
    let (store, _account) = registered().await;
    for (at_ms, failures, locked_at_ms) in
        [(1, 1, None), (2, 2, None), (3, 3, Some(3)), (4, 4, Some(3))]
    {
        let after = account::failed(&store, "a", 3, at_ms).await.unwrap();
        assert_eq!(after, Some(Failures { failures, locked_at_ms }));
    }
    assert!(!account::succeeded(&store, "a", 5).await.unwrap());
    assert_eq!(account::failed(&store, "nobody", 3, 5).await.unwrap(), None);

    assert!(account::unlock(&store, &ANNA, &[]).await.unwrap());
    assert!(account::succeeded(&store, "a", 5).await.unwrap());
    assert!(!account::unlock(&store, &[0; 32], &[]).await.unwrap());

    account::set_password(&store, "a", "$argon2id$second", 6).await.unwrap();
    assert_eq!(account::failed(&store, "a", 3, 6).await.unwrap().unwrap().failures, 1);
    assert!(account::succeeded(&store, "a", 7).await.unwrap());
    let account = account::find(&store, "a").await.unwrap().unwrap();
    assert_eq!((account.failures, account.locked_at_ms, account.seen_at_ms), (0, None, 7));
}

#[tokio::test]
async fn a_reset_changes_the_password_once_and_ends_all_sessions() {
    let (store, account) = registered().await;
    let old = Token::random();
    session::create(&store, &old.hash(), "a", 5, 1000).await.unwrap();
    let token = Token::random();
    let reset = NewToken {
        hash: token.hash(),
        purpose: TokenPurpose::Reset,
        copy_id: None,
        message_id: None,
        address_hash: ANNA,
        expires_at_ms: 5000,
    };
    token::create(&store, &reset).await.unwrap();
    let hash = token.hash();
    let late = account::reset_password(&store, &account, "$late", &hash, 5000).await.unwrap();
    assert!(!late);
    assert_eq!(session::count(&store, "a", LIFE, 2000).await.unwrap(), 1);
    assert!(account::reset_password(&store, &account, "$new", &hash, 2000).await.unwrap());
    assert!(!account::reset_password(&store, &account, "$again", &hash, 2000).await.unwrap());
    assert_eq!(account::find(&store, "a").await.unwrap().unwrap().password, "$new");
    assert!(session::find_and_touch(&store, &old.hash(), LIFE, 2000).await.unwrap().is_none());
    assert_eq!(token::purge(&store, 5000, 10).await.unwrap(), 0);
    assert_eq!(token::purge(&store, 5001, 10).await.unwrap(), 1);
}

#[tokio::test]
async fn a_stronger_hash_does_not_undo_a_change() {
    let (store, account) = registered().await;
    account::rehash(&store, &account, "$stronger").await.unwrap();
    assert_eq!(account::find(&store, "a").await.unwrap().unwrap().password, "$stronger");
    account::rehash(&store, &account, "$stale").await.unwrap();
    assert_eq!(account::find(&store, "a").await.unwrap().unwrap().password, "$stronger");
    account::set_profile(&store, "a", b"other").await.unwrap();
    assert_eq!(account::find(&store, "a").await.unwrap().unwrap().profile, b"other");
    let nobody = account::set_profile(&store, "nobody", b"other").await;
    assert!(matches!(nobody, Err(StoreError::Stale { .. })));
}

#[tokio::test]
async fn a_session_ends_by_rest_by_age_and_by_hand() {
    let (store, _account) = registered().await;
    let id = Token::random().hash();
    session::create(&store, &id, "a", 5, 0).await.unwrap();
    // Used every ten minutes it lives for twelve hours.
    let mut now_ms = 0;
    while now_ms + 600_000 < LIFE.absolute_ms {
        now_ms += 600_000;
        let found = session::find_and_touch(&store, &id, LIFE, now_ms).await.unwrap();
        assert_eq!(found.unwrap().seen_at_ms, now_ms);
    }
    let old = session::find_and_touch(&store, &id, LIFE, LIFE.absolute_ms).await.unwrap();
    assert!(old.is_none());

    let idle = Token::random().hash();
    session::create(&store, &idle, "a", 5, 0).await.unwrap();
    // A use shortly after another is not written.
    let found = session::find_and_touch(&store, &idle, LIFE, session::SEEN_AGE_MS_MAX).await;
    assert_eq!(found.unwrap().unwrap().seen_at_ms, 0);
    let edge = session::find_and_touch(&store, &idle, LIFE, LIFE.idle_ms).await.unwrap();
    assert!(edge.is_none());
    assert_eq!(session::purge(&store, LIFE, LIFE.absolute_ms).await.unwrap(), 2);

    let id = Token::random().hash();
    session::create(&store, &id, "a", 5, 0).await.unwrap();
    session::delete(&store, &id).await.unwrap();
    assert!(session::find_and_touch(&store, &id, LIFE, 1).await.unwrap().is_none());
}

#[tokio::test]
async fn an_account_keeps_the_sessions_used_last() {
    let (store, _account) = registered().await;
    let ids: Vec<_> = (0..4).map(|_| Token::random().hash()).collect();
    for (id, now_ms) in ids.iter().zip([1000, 2000, 3000]) {
        session::create(&store, id, "a", 3, now_ms).await.unwrap();
    }
    session::find_and_touch(&store, &ids[0], LIFE, 100_000).await.unwrap().unwrap();
    session::create(&store, &ids[3], "a", 3, 100_001).await.unwrap();
    let mut alive = Vec::new();
    for id in &ids {
        let found = session::find_and_touch(&store, id, LIFE, 100_002).await.unwrap();
        alive.push(found.is_some());
    }
    assert_eq!(alive, [true, false, true, true]);
    assert_eq!(session::delete_all(&store, "a").await.unwrap(), 3);
}

#[tokio::test]
async fn what_an_account_wrote_is_listed_and_kept_for_the_retention() {
    let (store, _account) = registered().await;
    for (id, created_at_ms) in [("x", 2000), ("y", 3000)] {
        let mut commit = mail(id);
        commit.sent =
            Some(NewSent { id: format!("s{id}"), account_id: "a".to_owned(), created_at_ms });
        queue::commit(&store, &commit).await.unwrap();
    }
    let page = sent::list(&store, "a", None, 1).await.unwrap();
    assert_eq!(page[0].id, "sy");
    let rest = sent::list(&store, "a", Some(page[0].cursor()), 10).await.unwrap();
    assert_eq!(rest.iter().map(|it| it.id.as_str()).collect::<Vec<_>>(), ["sx"]);
    assert!(sent::list(&store, "b", None, 10).await.unwrap().is_empty());
    assert!(sent::list(&store, "a", Some(Cursor::new(0, "")), 10).await.unwrap().is_empty());
    assert!(sent::find(&store, "sx", "a").await.unwrap().is_some());
    assert!(sent::find(&store, "sx", "b").await.unwrap().is_none());

    let now_ms = 12_500;
    let purged = message::purge_done(&store, now_ms, 10_000, 10, destroyed).await.unwrap();
    assert_eq!(purged, ["m", "x"]);
    assert!(account::delete(&store, "a", &[]).await.unwrap());
    assert!(sent::find(&store, "sy", "a").await.unwrap().is_none());
    assert!(!account::delete(&store, "a", &[]).await.unwrap());
}

#[tokio::test]
async fn hashes_have_their_length() {
    let (store, _account) = registered().await;
    let short = ask::query("update account set address_hash = x'00'").execute(store.writer());
    assert!(short.await.is_err());
}
