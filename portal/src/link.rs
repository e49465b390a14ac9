//! The link of a notice: looked at as often as one likes, used up once.

use store::copy::{self, Copy};
use store::token::{self, TokenPurpose};
use vault::Token;

use crate::app::App;
use crate::error::PageError;

/// A link that works: its token, and the copy that it is for.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) token: Token,
    pub(crate) address_hash: [u8; 32],
    pub(crate) copy: Copy,
}

/// Looks a link up; `None` for one that is used, expired, mistyped or invented.
///
/// Nothing is changed: scanners of mail follow every link.
pub(crate) async fn find(app: &App, text: &str) -> Result<Option<Link>, PageError> {
    let Ok(token) = Token::parse(text) else { return Ok(None) };
    let found = token::find(&app.store, &token.hash(), TokenPurpose::Notice).await?;
    let Some(found) = found else { return Ok(None) };
    if found.spent_at_ms.is_some() || found.expires_at_ms <= app.now_ms() {
        return Ok(None);
    }
    let Some(copy_id) = found.copy_id else { return Ok(None) };
    let copy = copy::find(&app.store, &copy_id, &found.address_hash).await?;
    Ok(copy.map(|copy| Link { token, address_hash: found.address_hash, copy }))
}
