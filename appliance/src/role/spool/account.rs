//! What the owner of an account in the portal is told by mail.
//!
//! # Invariants
//!
//! - Only the owner of an account is written to, and a link goes to the address alone that it was made
//!   for.

use anyhow::{Context, ensure};
use store::{
    account,
    message::MessageKind,
    queue,
    token::{self, TokenPurpose},
};
use vault::token::Token;

use super::{
    Spool,
    letter::{Draft, house},
};
use crate::{notice, protocol::spool::AccountLetter, role::now_ms};

impl Spool {
    /// Writes to the owner of an account.
    ///
    /// # Errors
    ///
    /// There is no such account, or the link is not its own; otherwise as any write.
    pub(super) async fn write_to_owner(
        &self,
        to: &str,
        letter: &AccountLetter,
    ) -> anyhow::Result<()> {
        let at_ms = now_ms();
        let hashes = self.stock.hashes(&[to.to_owned()]).await?;
        let hash = hashes.first().context("no hash came")?;
        ensure!(
            account::by_address(&self.store, hash).await?.is_some(),
            "there is no such account"
        );
        let organisation = self.organisation()?;
        let house = house(&organisation);
        let portal_url = &self.start.portal_url;
        let letter = match letter {
            AccountLetter::Changed => notice::changed(&house, at_ms, portal_url),
            AccountLetter::Reset { link } => {
                let hashed = Token::parse(link)?.hash();
                let found = token::find(&self.store, &hashed, TokenPurpose::Reset).await?;
                let found = found.filter(|it| it.address_hash == *hash);
                let found = found.context("the link is not that of this account")?;
                let link = format!("{portal_url}/reset/{link}");
                notice::reset(&house, &link, portal_url, found.expires_at_ms)
            }
        };
        let kind = MessageKind::Confirmation;
        let draft = Draft { kind, to: to.to_owned(), letter, report_to: None, about: None };
        let commit = self.write(draft, at_ms).await?;
        queue::commit(&self.store, &commit).await?;
        self.due.notify_waiters();
        Ok(())
    }
}
