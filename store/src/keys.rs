//! Wrapped keys of everything, to be wrapped anew.

use vault::WrappedKey;

use crate::ask;
use crate::audit::{self, NewRecord};
use crate::column::RequiredKeyColumn;
use crate::page::bounded;
use crate::{Store, StoreError};

/// What has a wrapped key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Thing {
    /// An account.
    Account,
    /// A message that is not gone.
    Message,
}

/// A wrapped key that another takes the place of.
#[derive(Clone, Debug)]
pub struct Rewrapped {
    /// Whose it is.
    pub id: String,
    /// As it was found.
    pub from: WrappedKey,
    /// As it is wrapped now.
    pub to: WrappedKey,
}

/// Wrapped keys in the order of the ids, starting after `after` (or at the beginning, after the
/// empty text).
///
/// # Errors
///
/// As any read.
pub async fn page(
    store: &Store,
    thing: Thing,
    after: &str,
    rows: u32,
) -> Result<Vec<(String, WrappedKey)>, StoreError> {
    let (text, name) = match thing {
        Thing::Account => (include_str!("../sql/keys/accounts.sql"), "keys/accounts"),
        Thing::Message => (include_str!("../sql/keys/messages.sql"), "keys/messages"),
    };
    let found: Result<Vec<(String, RequiredKeyColumn)>, _> =
        ask::query_as(text).bind(after).bind(bounded(rows)).fetch_all(store.readers()).await;
    let found = found.map_err(StoreError::at(name))?;
    Ok(found.into_iter().map(|(id, wrapped)| (id, wrapped.into())).collect())
}

/// Puts wrapped keys in the place of others, in one transaction. One that is not as it was found
/// stays: above all one that was destroyed. Gives how many were put.
///
/// # Errors
///
/// As any write.
pub async fn replace(
    store: &Store,
    thing: Thing,
    keys: &[Rewrapped],
    audit: &[NewRecord],
) -> Result<u64, StoreError> {
    let (text, name) = match thing {
        Thing::Account => (include_str!("../sql/keys/set_account.sql"), "keys/set_account"),
        Thing::Message => (include_str!("../sql/keys/set_message.sql"), "keys/set_message"),
    };
    let mut transaction = store.begin().await?;
    let mut put = 0_u64;
    for Rewrapped { id, from, to } in keys {
        let done = ask::query(text)
            .bind(id)
            .bind(&from.0)
            .bind(&to.0)
            .execute(&mut transaction)
            .await
            .map_err(StoreError::at(name))?;
        put = put.saturating_add(done.rows_affected());
    }
    audit::write(&mut transaction, audit).await?;
    transaction.commit().await.map_err(StoreError::at(name))?;
    Ok(put)
}
