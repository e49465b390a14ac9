//! Tokens: the secrets behind mailed links. Only their hashes are here.

use sqlx::FromRow;
use vault::TokenHash;

use crate::ask;
use crate::column::HashColumn;
use crate::commit::{self, NewToken};
use crate::page::bounded;
use crate::pool::Transaction;
use crate::script::Script;
use crate::{Store, StoreError};

/// What a token is good for.
#[derive(Clone, Copy, Debug, Eq, PartialEq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "kebab-case")]
pub enum TokenPurpose {
    /// To come to a copy, and to make an account for the address it was sent to.
    Notice,
    /// To choose a new password.
    Reset,
    /// To decide as the sender of a message what becomes of it.
    Sender,
}

crate::ask::texts! { TokenPurpose { Notice = "notice", Reset = "reset", Sender = "sender" } }

/// A token.
#[derive(Clone, Debug, FromRow)]
pub struct StoredToken {
    /// What it is good for.
    pub purpose: TokenPurpose,
    /// Where it leads, if it is a notice's.
    pub copy_id: Option<String>,
    /// The message, if it is its sender's.
    pub message_id: Option<String>,
    /// Whom it was sent to.
    #[sqlx(try_from = "HashColumn")]
    pub address_hash: [u8; 32],
    /// In ms since 1970 UTC.
    pub expires_at_ms: i64,
    /// When it was used up, in ms since 1970 UTC.
    pub spent_at_ms: Option<i64>,
}

/// A token, spent and expired ones as well. Looking at one does not spend it.
///
/// # Errors
///
/// As any read.
pub async fn find(
    store: &Store,
    hash: &TokenHash,
    purpose: TokenPurpose,
) -> Result<Option<StoredToken>, StoreError> {
    ask::query_as(include_str!("../sql/token/find.sql"))
        .bind(hash.0.as_slice())
        .bind(purpose)
        .fetch_optional(store.readers())
        .await
        .map_err(StoreError::at("token/find"))
}

/// Adds a token that belongs to no message.
///
/// # Errors
///
/// As any write.
pub async fn create(store: &Store, token: &NewToken) -> Result<(), StoreError> {
    let mut transaction = store.begin().await?;
    let mut script = Script::default();
    commit::insert_token(&mut script, token);
    script.run(&mut transaction).await?;
    transaction.commit().await.map_err(StoreError::at("token/insert"))
}

/// Removes tokens that expired before `before_ms`. Gives how many, no more than `rows`.
///
/// # Errors
///
/// As any write.
pub async fn purge(store: &Store, before_ms: i64, rows: u32) -> Result<u64, StoreError> {
    let done = ask::query(include_str!("../sql/token/purge.sql"))
        .bind(before_ms)
        .bind(bounded(rows))
        .execute(store.writer())
        .await
        .map_err(StoreError::at("token/purge"))?;
    Ok(done.rows_affected())
}

/// Uses a token up, inside a transaction. Gives false when it is spent, expired, or made for
/// something or somebody else.
pub(crate) async fn spend(
    transaction: &mut Transaction,
    hash: &TokenHash,
    purpose: TokenPurpose,
    address_hash: &[u8; 32],
    now_ms: i64,
) -> Result<bool, StoreError> {
    let done = ask::query(include_str!("../sql/token/spend.sql"))
        .bind(hash.0.as_slice())
        .bind(purpose)
        .bind(address_hash.as_slice())
        .bind(now_ms)
        .execute(&mut *transaction)
        .await
        .map_err(StoreError::at("token/spend"))?;
    Ok(done.rows_affected() == 1)
}
