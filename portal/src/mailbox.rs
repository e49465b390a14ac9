//! The messages of a viewer: found by the hash of their address, opened with the message's key.

use serde::Deserialize;
use store::copy::{self, Access, Copy};
use vault::DataKey;

use crate::app::App;
use crate::component::icon::Icon;
use crate::component::tag::{Tag, Tone};
use crate::error::PageError;
use crate::gateway::Mailbox;
use crate::session::{Viewer, is_id};
use crate::when::Calendar;

/// The name of the sealed field that a list is made of.
const HEAD: &str = "head";
/// The name of the sealed field with the address a copy was sent to.
const RECIPIENT: &str = "recipient";
/// From so many days before its end, a message says how long it stays.
const EXPIRY_NEAR_DAYS: i64 = 7;

/// What a list says of a message, as it is stored.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Head {
    pub(crate) subject: String,
    pub(crate) from_name: String,
    pub(crate) from: String,
    pub(crate) to: Vec<String>,
    pub(crate) attachments: Vec<String>,
    pub(crate) preview: String,
}

impl Head {
    /// The author.
    pub(crate) fn author(&self) -> Mailbox {
        Mailbox { name: self.from_name.clone(), address: self.from.clone() }
    }
}

/// What can be done with a copy at a time. That it was taken back outlives its key.
pub(crate) fn standing(copy: &Copy, now_ms: i64) -> Access {
    if copy.recalled_at_ms.is_some() { Access::Recalled } else { copy.access(now_ms) }
}

/// A copy that may be shown, with the key of its message.
#[derive(Debug)]
pub(crate) struct Letter {
    pub(crate) copy: Copy,
    pub(crate) standing: Access,
    pub(crate) key: DataKey,
}

/// A copy of the viewer's.
#[derive(Debug)]
pub(crate) enum Found {
    /// There, but not to be shown; the standing says why.
    Gone(Box<Copy>, Access),
    /// To be shown.
    Here(Box<Letter>),
}

/// Finds a copy of the viewer's, and opens its key if it may be shown.
///
/// # Errors
///
/// [`PageError::NotFound`] for a copy of somebody else, as for one that never was.
pub(crate) async fn find(app: &App, viewer: &Viewer, id: &str) -> Result<Found, PageError> {
    if !is_id(id) {
        return Err(PageError::NotFound);
    }
    let copy = copy::find(&app.store, id, &viewer.address_hash).await?;
    let copy = copy.ok_or(PageError::NotFound)?;
    let standing = standing(&copy, app.now_ms());
    match standing {
        Access::Expired | Access::Gone | Access::Recalled => {
            Ok(Found::Gone(Box::new(copy), standing))
        }
        Access::Full | Access::ReadOnly => {
            let key = open_key(app, &copy).await?;
            Ok(Found::Here(Box::new(Letter { copy, standing, key })))
        }
    }
}

/// As [`find`], where a copy that is not shown is as good as none.
pub(crate) async fn find_here(app: &App, viewer: &Viewer, id: &str) -> Result<Letter, PageError> {
    match find(app, viewer, id).await? {
        Found::Here(letter) => Ok(*letter),
        Found::Gone(..) => Err(PageError::NotFound),
    }
}

/// The context in which the key of a message is wrapped.
pub(crate) fn context(message_id: &str) -> String {
    format!("message:{message_id}")
}

async fn open_key(app: &App, copy: &Copy) -> Result<DataKey, PageError> {
    let Some(wrapped) = copy.wrapped_key.clone() else { return Err(PageError::NotFound) };
    Ok(app.gateway.open_key(wrapped, context(&copy.message_id)).await?)
}

/// What a list says of a message.
///
/// # Errors
///
/// When the head does not open or does not parse.
pub(crate) fn open_head(key: &DataKey, message_id: &str, head: &[u8]) -> Result<Head, PageError> {
    let plain = key.open_field(&context(message_id), HEAD, head).map_err(PageError::internal)?;
    serde_json::from_slice(&plain).map_err(PageError::internal)
}

/// The head of a copy's message.
///
/// # Errors
///
/// When the key process does not answer or the head does not open.
pub(crate) async fn head_of(app: &App, copy: &Copy) -> Result<Head, PageError> {
    let key = open_key(app, copy).await?;
    open_head(&key, &copy.message_id, &copy.head)
}

/// The address of a recipient of a message.
///
/// # Errors
///
/// When it does not open.
pub(crate) fn open_recipient(
    key: &DataKey,
    message_id: &str,
    recipient: &[u8],
) -> Result<String, PageError> {
    let address = key.open_field(&context(message_id), RECIPIENT, recipient);
    String::from_utf8(address.map_err(PageError::internal)?.to_vec()).map_err(PageError::internal)
}

/// The address a copy was sent to, and the head of its message.
///
/// # Errors
///
/// As [`head_of`].
pub(crate) async fn address_of(app: &App, copy: &Copy) -> Result<(String, Head), PageError> {
    let key = open_key(app, copy).await?;
    let address = key
        .open_field(&context(&copy.message_id), RECIPIENT, &copy.recipient)
        .map_err(PageError::internal)?;
    let address = String::from_utf8(address).map_err(PageError::internal)?;
    Ok((address, open_head(&key, &copy.message_id, &copy.head)?))
}

/// The labels of a copy: its restrictions, and its end when that is near.
pub(crate) fn tags(copy: &Copy, standing: Access, calendar: &Calendar) -> Vec<Tag> {
    let restriction = match (copy.options.print, copy.options.reply) {
        (true, true) => None,
        (false, true) => Some(Tag::new("No print", Icon::NoPrint, Tone::Neutral)),
        (true, false) => Some(Tag::new("No reply", Icon::NoReply, Tone::Neutral)),
        (false, false) => Some(Tag::new("No print, no reply", Icon::NoPrint, Tone::Neutral)),
    };
    let end = match standing {
        Access::Expired | Access::Gone | Access::ReadOnly => {
            Some(Tag::new("Expired", Icon::Clock, Tone::Off))
        }
        Access::Recalled => Some(Tag::new("Taken back", Icon::Cross, Tone::Off)),
        Access::Full if calendar.is_near(copy.expires_at_ms, EXPIRY_NEAR_DAYS) => {
            let words = format!("Expires {}", calendar.until(copy.expires_at_ms));
            Some(Tag::new(words, Icon::Clock, Tone::Warning))
        }
        Access::Full => None,
    };
    restriction.into_iter().chain(end).collect()
}
