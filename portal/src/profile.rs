//! What an account says about itself, sealed under the account's own key.

use serde::{Deserialize, Serialize};
use store::account::Account;
use vault::DataKey;

use crate::app::App;
use crate::error::PageError;

/// The name of the sealed field.
const FIELD: &str = "profile";

/// The profile of an account, as it is stored.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(crate) struct Profile {
    /// The address, normalised.
    pub(crate) address: String,
    /// The first name.
    #[serde(default)]
    pub(crate) first_name: String,
    /// The last name.
    #[serde(default)]
    pub(crate) last_name: String,
    /// Not asked for; kept for the classic profile.
    #[serde(default)]
    pub(crate) hint: String,
    /// The language of the pages.
    #[serde(default)]
    pub(crate) language: String,
}

impl Profile {
    /// First and last name.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name).trim().to_owned()
    }

    /// Seals the profile of an account.
    pub(crate) fn seal(&self, key: &DataKey, account_id: &str) -> Result<Vec<u8>, PageError> {
        let plain = serde_json::to_vec(self).map_err(PageError::internal)?;
        Ok(key.seal_field(&context(account_id), FIELD, &plain))
    }
}

/// The context in which the key of an account is wrapped.
pub(crate) fn context(account_id: &str) -> String {
    format!("account:{account_id}")
}

/// Opens the profile of an account.
pub(crate) async fn open(app: &App, account: &Account) -> Result<Profile, PageError> {
    let context = context(&account.id);
    let key = app.gateway.open_key(account.wrapped_key.clone(), context.clone()).await?;
    let plain = key.open_field(&context, FIELD, &account.profile).map_err(PageError::internal)?;
    serde_json::from_slice(&plain).map_err(PageError::internal)
}

/// The one text form of an address: what is hashed, and what an account keeps.
pub(crate) fn normal(address: &wire::Address) -> String {
    format!("{}@{}", address.local_folded(), address.domain())
}
