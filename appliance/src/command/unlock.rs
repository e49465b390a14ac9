//! `chancery unlock`: the way back into an account of the portal.
//!
//! What the help desk does once it knows who is asking; the portal has no such page, for whoever
//! could use it could undo the lock.

use anyhow::Context;
use clap::ValueEnum;
use grammar::literal::Address;
use store::account;

use super::{kept::Kept, order::operator};
use crate::{
    audit,
    config::Config,
    role::{ADDRESS_PURPOSE, folded},
};

/// What becomes of the password.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Password {
    /// It stays: wrong ones are forgotten
    Keep,
    /// The account is removed with its list of sent mail; the next notice offers a new one
    Forget,
}

/// Lets the owner of an address in again. Gives what was done, in words for the operator.
///
/// # Errors
///
/// This is no address, or has no account; the store or the keys cannot be read.
pub(crate) async fn unlock(
    config: &Config,
    address: &str,
    password: Password,
) -> anyhow::Result<String> {
    let parsed = Address::parse(address).with_context(|| format!("`{address}` is no address"))?;
    let Kept { store, master, .. } = Kept::open(config).await?;
    let folded = folded(&parsed.to_string());
    let hash = master.index_key().hash(ADDRESS_PURPOSE, folded.as_bytes());
    let found = account::by_address(&store, &hash).await?;
    let found = found.with_context(|| format!("`{address}` has no account"))?;
    let told = [audit::account(&found.id, password == Password::Forget, &operator())];
    let (done, said) = match password {
        Password::Keep => (account::unlock(&store, &hash, &told).await?, "can log in again"),
        Password::Forget => {
            let removed = account::delete(&store, &found.id, &told).await?;
            (removed, "has no account any more; the next notice offers a new one")
        }
    };
    anyhow::ensure!(done, "the account of `{address}` was removed meanwhile");
    tracing::info!(event = "account.unlocked", account = found.id, ?password);
    Ok(format!("`{address}` {said}.\n"))
}
