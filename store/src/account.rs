//! Accounts: who may log in to the portal.

use sqlx::FromRow;
use vault::{TokenHash, WrappedKey};

use crate::ask;
use crate::audit::NewRecord;
use crate::column::{HashColumn, RequiredKeyColumn};
use crate::pool::Transaction;
use crate::token::{self, TokenPurpose};
use crate::{Store, StoreError, audit};

/// An account.
#[derive(Clone, Debug, FromRow)]
pub struct Account {
    /// 26 letters and digits.
    pub id: String,
    /// Of its address.
    #[sqlx(try_from = "HashColumn")]
    pub address_hash: [u8; 32],
    /// Its key, wrapped for `account:<id>`.
    #[sqlx(try_from = "RequiredKeyColumn")]
    pub wrapped_key: WrappedKey,
    /// Sealed.
    pub profile: Vec<u8>,
    /// A PHC string.
    pub password: String,
    /// Wrong passwords since the last right one.
    #[sqlx(try_from = "i64")]
    pub failures: u32,
    /// Since when it is locked, in ms since 1970 UTC.
    pub locked_at_ms: Option<i64>,
    /// In ms since 1970 UTC.
    pub created_at_ms: i64,
    /// The last login, in ms since 1970 UTC.
    pub seen_at_ms: i64,
}

/// An account to be made.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// As `vault::random_id` makes it.
    pub id: String,
    /// Of its address: the one the token was sent to.
    pub address_hash: [u8; 32],
    /// Its key, wrapped for `account:<id>`.
    pub wrapped_key: WrappedKey,
    /// Sealed.
    pub profile: Vec<u8>,
    /// A PHC string.
    pub password: String,
}

/// What became of an account to be made.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Created {
    /// It is there.
    Made,
    /// The address has one already. The token is as good as before.
    Taken,
    /// The token is spent, expired, or was sent to another address.
    TokenSpent,
}

/// The state of an account after a wrong password.
#[derive(Clone, Copy, Debug, Eq, FromRow, PartialEq)]
pub struct Failures {
    /// Wrong passwords since the last right one.
    #[sqlx(try_from = "i64")]
    pub failures: u32,
    /// Since when it is locked. Equal to the time of the call when this failure locked it.
    pub locked_at_ms: Option<i64>,
}

/// Makes an account and spends the notice's token, in one transaction.
///
/// # Errors
///
/// As any write.
pub async fn create(
    store: &Store,
    account: &NewAccount,
    token: &TokenHash,
    now_ms: i64,
) -> Result<Created, StoreError> {
    let mut transaction = store.begin().await?;
    let address = &account.address_hash;
    if !token::spend(&mut transaction, token, TokenPurpose::Notice, address, now_ms).await? {
        return Ok(Created::TokenSpent);
    }
    let done = ask::query(include_str!("../sql/account/insert.sql"))
        .bind(&account.id)
        .bind(account.address_hash.as_slice())
        .bind(&account.wrapped_key.0)
        .bind(&account.profile)
        .bind(&account.password)
        .bind(now_ms)
        .execute(&mut transaction)
        .await
        .map_err(StoreError::at("account/insert"))?;
    if done.rows_affected() == 0 {
        return Ok(Created::Taken);
    }
    audit::write(&mut transaction, &[told("account.made", &account.id, now_ms)]).await?;
    transaction.commit().await.map_err(StoreError::at("account/insert"))?;
    Ok(Created::Made)
}

/// The account of an address.
///
/// # Errors
///
/// As any read.
pub async fn by_address(
    store: &Store,
    address_hash: &[u8; 32],
) -> Result<Option<Account>, StoreError> {
    ask::query_as(include_str!("../sql/account/by_address.sql"))
        .bind(address_hash.as_slice())
        .fetch_optional(store.readers())
        .await
        .map_err(StoreError::at("account/by_address"))
}

/// The account with this id.
///
/// # Errors
///
/// As any read.
pub async fn find(store: &Store, id: &str) -> Result<Option<Account>, StoreError> {
    ask::query_as(include_str!("../sql/account/find.sql"))
        .bind(id)
        .fetch_optional(store.readers())
        .await
        .map_err(StoreError::at("account/find"))
}

/// Counts a wrong password; the one that reaches `failures_max` locks the account in the same
/// statement. Absent when there is no such account.
///
/// # Errors
///
/// As any write.
pub async fn failed(
    store: &Store,
    id: &str,
    failures_max: u32,
    now_ms: i64,
) -> Result<Option<Failures>, StoreError> {
    let mut transaction = store.begin().await?;
    let after: Option<Failures> = ask::query_as(include_str!("../sql/account/failed.sql"))
        .bind(id)
        .bind(failures_max)
        .bind(now_ms)
        .fetch_optional(&mut transaction)
        .await
        .map_err(StoreError::at("account/failed"))?;
    // Told once: who guesses on must not fill the log.
    if after.is_some_and(|it| it.locked_at_ms == Some(now_ms)) {
        audit::write(&mut transaction, &[told("account.locked", id, now_ms)]).await?;
    }
    transaction.commit().await.map_err(StoreError::at("account/failed"))?;
    Ok(after)
}

/// Forgets wrong passwords after a right one. Gives false when the account is locked: the right
/// password does not unlock it, and the login must fail.
///
/// # Errors
///
/// As any write.
pub async fn succeeded(store: &Store, id: &str, now_ms: i64) -> Result<bool, StoreError> {
    let mut transaction = store.begin().await?;
    let done = ask::query(include_str!("../sql/account/succeeded.sql"))
        .bind(id)
        .bind(now_ms)
        .execute(&mut transaction)
        .await
        .map_err(StoreError::at("account/succeeded"))?;
    if done.rows_affected() != 1 {
        return Ok(false);
    }
    audit::write(&mut transaction, &[told("account.login", id, now_ms)]).await?;
    transaction.commit().await.map_err(StoreError::at("account/succeeded"))?;
    Ok(true)
}

/// Forgets the wrong passwords of the account of an address, so that the right one is good again.
/// Gives false when there is no such account.
///
/// # Errors
///
/// As any write.
pub async fn unlock(
    store: &Store,
    address_hash: &[u8; 32],
    audit: &[NewRecord],
) -> Result<bool, StoreError> {
    let mut transaction = store.begin().await?;
    let done = ask::query(include_str!("../sql/account/unlock.sql"))
        .bind(address_hash.as_slice())
        .execute(&mut transaction)
        .await
        .map_err(StoreError::at("account/unlock"))?;
    if done.rows_affected() != 1 {
        return Ok(false);
    }
    audit::write(&mut transaction, audit).await?;
    transaction.commit().await.map_err(StoreError::at("account/unlock"))?;
    Ok(true)
}

/// Gives an account a new password, unlocks it and ends all its sessions.
///
/// # Errors
///
/// [`StoreError::Stale`] when there is no such account; otherwise as any write.
pub async fn set_password(
    store: &Store,
    id: &str,
    password: &str,
    now_ms: i64,
) -> Result<(), StoreError> {
    let mut transaction = store.begin().await?;
    write_password(&mut transaction, id, password, now_ms).await?;
    transaction.commit().await.map_err(StoreError::at("account/set_password"))
}

/// Does what [`set_password`] does and spends a reset token, in one transaction. Gives false,
/// and changes nothing, when the token is spent, expired, or was sent to another address.
///
/// # Errors
///
/// As [`set_password`].
pub async fn reset_password(
    store: &Store,
    account: &Account,
    password: &str,
    token: &TokenHash,
    now_ms: i64,
) -> Result<bool, StoreError> {
    let mut transaction = store.begin().await?;
    let address = &account.address_hash;
    if !token::spend(&mut transaction, token, TokenPurpose::Reset, address, now_ms).await? {
        return Ok(false);
    }
    write_password(&mut transaction, &account.id, password, now_ms).await?;
    transaction.commit().await.map_err(StoreError::at("account/set_password"))?;
    Ok(true)
}

/// Keeps the same password under a stronger hash, unless it was changed meanwhile.
///
/// # Errors
///
/// As any write.
pub async fn rehash(store: &Store, account: &Account, password: &str) -> Result<(), StoreError> {
    ask::query(include_str!("../sql/account/rehash.sql"))
        .bind(&account.id)
        .bind(&account.password)
        .bind(password)
        .execute(store.writer())
        .await
        .map_err(StoreError::at("account/rehash"))?;
    Ok(())
}

/// Replaces the sealed profile.
///
/// # Errors
///
/// [`StoreError::Stale`] when there is no such account; otherwise as any write.
pub async fn set_profile(store: &Store, id: &str, profile: &[u8]) -> Result<(), StoreError> {
    let done = ask::query(include_str!("../sql/account/set_profile.sql"))
        .bind(id)
        .bind(profile)
        .execute(store.writer())
        .await
        .map_err(StoreError::at("account/set_profile"))?;
    StoreError::unless_one("account/set_profile", done.rows_affected())
}

/// Removes an account with its key, its sessions and the list of what it wrote. Gives whether
/// there was one.
///
/// # Errors
///
/// As any write.
pub async fn delete(store: &Store, id: &str, audit: &[NewRecord]) -> Result<bool, StoreError> {
    let mut transaction = store.begin().await?;
    let done = ask::query(include_str!("../sql/account/delete.sql"))
        .bind(id)
        .execute(&mut transaction)
        .await
        .map_err(StoreError::at("account/delete"))?;
    if done.rows_affected() != 1 {
        return Ok(false);
    }
    audit::write(&mut transaction, audit).await?;
    transaction.commit().await.map_err(StoreError::at("account/delete"))?;
    Ok(true)
}

async fn write_password(
    transaction: &mut Transaction,
    id: &str,
    password: &str,
    now_ms: i64,
) -> Result<(), StoreError> {
    let done = ask::query(include_str!("../sql/account/set_password.sql"))
        .bind(id)
        .bind(password)
        .execute(&mut *transaction)
        .await
        .map_err(StoreError::at("account/set_password"))?;
    StoreError::unless_one("account/set_password", done.rows_affected())?;
    ask::query(include_str!("../sql/session/delete_all.sql"))
        .bind(id)
        .execute(&mut *transaction)
        .await
        .map_err(StoreError::at("session/delete_all"))?;
    audit::write(transaction, &[told("account.password-set", id, now_ms)]).await
}

/// What the audit log tells of an account.
fn told(kind: &'static str, id: &str, at_ms: i64) -> NewRecord {
    // An id is of digits and letters.
    NewRecord { at_ms, kind, fields: format!("{{\"account\":\"{id}\"}}") }
}
