//! A state of a message and all that it causes, in one transaction.

use sqlx::{Sqlite, Transaction};
use vault::{TokenHash, WrappedKey};

use crate::copy::{OnExpiry, ReadReceipt};
use crate::message::{MessageKind, MessageState};
use crate::token::TokenPurpose;
use crate::{Store, StoreError};

/// A message and what is decided about it.
#[derive(Clone, Debug)]
pub struct Commit {
    /// The message.
    pub message: NewMessage,
    /// Absent for a new message. Otherwise the state the stored message must be in: it is then
    /// given its new state; key, size and time of receipt stay as they are.
    pub replaces: Option<MessageState>,
    /// To whom it is relayed, or held for.
    pub deliveries: Vec<NewDelivery>,
    /// Who may read it in the portal.
    pub copies: Vec<NewCopy>,
    /// The links that lead to copies.
    pub tokens: Vec<NewToken>,
    /// The account that wrote it, if it was written in the portal.
    pub sent: Option<NewSent>,
    /// What there is to say about it.
    pub events: Vec<NewEvent>,
    /// The mails it causes: notices, confirmations, bounces.
    pub also: Vec<Commit>,
}

/// A message to be stored. Its body has been published before.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// As `vault::random_id` makes it.
    pub id: String,
    /// What it is.
    pub kind: MessageKind,
    /// Where it stands.
    pub state: MessageState,
    /// Its key, wrapped for `message:<id>`.
    pub wrapped_key: WrappedKey,
    /// Length of the plain body, in octets.
    pub size_octets: i64,
    /// Sealed: sender and recipients.
    pub envelope: Vec<u8>,
    /// Sealed: subject, names, attachments.
    pub head: Vec<u8>,
    /// Sealed: the decision and its trace.
    pub decision: Option<Vec<u8>>,
    /// Which rules decided.
    pub bundle: Option<Vec<u8>>,
    /// When it came, in ms since 1970 UTC.
    pub received_at_ms: i64,
    /// When to examine it: for [`MessageState::Examining`] and for no other.
    pub due_at_ms: Option<i64>,
}

/// A message on its way to one recipient or several on one route.
#[derive(Clone, Debug)]
pub struct NewDelivery {
    /// The name of the next hop in the configuration.
    pub route: String,
    /// Sealed: the address or addresses.
    pub recipient: Vec<u8>,
    /// Sealed: how the message is to be changed.
    pub plan: Vec<u8>,
    /// When it is to go, or who holds it.
    pub start: DeliveryStart,
}

/// How a delivery begins.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum DeliveryStart {
    /// Held until somebody decides.
    Held {
        /// Who is to decide, or why.
        hold_for: String,
    },
    /// In the queue.
    Queued {
        /// When it is due, in ms since 1970 UTC.
        due_at_ms: i64,
    },
}

/// What one recipient may read in the portal.
#[derive(Clone, Debug)]
pub struct NewCopy {
    /// As `vault::random_id` makes it.
    pub id: String,
    /// Of the recipient.
    pub address_hash: [u8; 32],
    /// Of the sender.
    pub sender_hash: [u8; 32],
    /// Sealed: the address.
    pub recipient: Vec<u8>,
    /// What the recipient may do.
    pub options: CopyOptions,
    /// Which definition decided.
    pub decided_by: String,
    /// When it becomes unreadable or read-only, in ms since 1970 UTC.
    pub expires_at_ms: i64,
    /// Until when the recipient may have it kept, if at all.
    pub extension_until_ms: Option<i64>,
    /// When it was put there, in ms since 1970 UTC.
    pub delivered_at_ms: i64,
}

/// What the reader of a copy may do, and what happens to it.
#[derive(Clone, Copy, Debug, Eq, PartialEq, sqlx::FromRow)]
pub struct CopyOptions {
    /// Print it.
    pub print: bool,
    /// Answer its sender.
    pub reply: bool,
    /// Answer all it was sent to.
    pub reply_all: bool,
    /// Send it on.
    pub forward: bool,
    /// What is left when it has expired.
    pub on_expiry: OnExpiry,
    /// Whether its sender is told that it was read.
    pub read_receipt: ReadReceipt,
}

/// A secret that is mailed as a link.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// All that is kept of it.
    pub hash: TokenHash,
    /// What it is good for.
    pub purpose: TokenPurpose,
    /// Where it leads: for [`TokenPurpose::Notice`] and for no other.
    pub copy_id: Option<String>,
    /// Whom it was sent to.
    pub address_hash: [u8; 32],
    /// In ms since 1970 UTC.
    pub expires_at_ms: i64,
}

/// A message in the list of what an account wrote.
#[derive(Clone, Debug)]
pub struct NewSent {
    /// As `vault::random_id` makes it.
    pub id: String,
    /// Who wrote it.
    pub account_id: String,
    /// In ms since 1970 UTC.
    pub created_at_ms: i64,
}

/// Something that happened to a message.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// In ms since 1970 UTC.
    pub at_ms: i64,
    /// A dotted name.
    pub name: String,
    /// Sealed.
    pub detail: Option<Vec<u8>>,
}

/// Commits messages and all they cause, in one transaction.
///
/// When this returns they are on the disk. Several sessions may share one transaction: it costs
/// one wait for the disk.
///
/// # Errors
///
/// [`StoreError::Stale`] when a message to be replaced is in another state, [`StoreError::Full`],
/// [`StoreError::Busy`]. Nothing of any of them was written then.
pub async fn commit_all(store: &Store, commits: &[Commit]) -> Result<(), StoreError> {
    let mut transaction = store.begin().await?;
    write(&mut transaction, commits).await?;
    transaction.commit().await.map_err(StoreError::at("commit"))
}

/// Writes `commits` and what they cause into a transaction that the caller commits.
pub(crate) async fn write(
    transaction: &mut Transaction<'static, Sqlite>,
    commits: &[Commit],
) -> Result<(), StoreError> {
    // What a commit causes is written after it, as a notice refers to the copy it is about.
    let mut waiting: Vec<&Commit> = commits.iter().rev().collect();
    while let Some(commit) = waiting.pop() {
        write_one(transaction, commit).await?;
        waiting.extend(commit.also.iter().rev());
    }
    Ok(())
}

async fn write_one(
    transaction: &mut Transaction<'static, Sqlite>,
    commit: &Commit,
) -> Result<(), StoreError> {
    let id = commit.message.id.as_str();
    match commit.replaces {
        None => insert_message(transaction, &commit.message).await?,
        Some(seen) => replace_message(transaction, &commit.message, seen).await?,
    }
    for delivery in &commit.deliveries {
        insert_delivery(transaction, id, delivery).await?;
    }
    for copy in &commit.copies {
        insert_copy(transaction, id, copy).await?;
    }
    for token in &commit.tokens {
        insert_token(transaction, token).await?;
    }
    if let Some(sent) = &commit.sent {
        insert_sent(transaction, id, sent).await?;
    }
    for event in &commit.events {
        insert_event(transaction, Some(id), event).await?;
    }
    Ok(())
}

async fn insert_message(
    transaction: &mut Transaction<'static, Sqlite>,
    message: &NewMessage,
) -> Result<(), StoreError> {
    sqlx::query(include_str!("../sql/message/insert.sql"))
        .bind(&message.id)
        .bind(message.kind)
        .bind(message.state)
        .bind(&message.wrapped_key.0)
        .bind(message.size_octets)
        .bind(&message.envelope)
        .bind(&message.head)
        .bind(&message.decision)
        .bind(&message.bundle)
        .bind(message.received_at_ms)
        .bind(message.due_at_ms)
        .execute(&mut **transaction)
        .await
        .map_err(StoreError::at("message/insert"))?;
    Ok(())
}

async fn replace_message(
    transaction: &mut Transaction<'static, Sqlite>,
    message: &NewMessage,
    seen: MessageState,
) -> Result<(), StoreError> {
    let done = sqlx::query(include_str!("../sql/message/replace.sql"))
        .bind(&message.id)
        .bind(seen)
        .bind(message.state)
        .bind(&message.envelope)
        .bind(&message.head)
        .bind(&message.decision)
        .bind(&message.bundle)
        .bind(message.due_at_ms)
        .execute(&mut **transaction)
        .await
        .map_err(StoreError::at("message/replace"))?;
    StoreError::unless_one("message/replace", done.rows_affected())
}

async fn insert_delivery(
    transaction: &mut Transaction<'static, Sqlite>,
    message_id: &str,
    delivery: &NewDelivery,
) -> Result<(), StoreError> {
    use crate::queue::DeliveryState;
    let (state, due_at_ms, hold_for) = match &delivery.start {
        DeliveryStart::Held { hold_for } => (DeliveryState::Held, None, Some(hold_for)),
        DeliveryStart::Queued { due_at_ms } => (DeliveryState::Queued, Some(due_at_ms), None),
    };
    sqlx::query(include_str!("../sql/delivery/insert.sql"))
        .bind(message_id)
        .bind(&delivery.route)
        .bind(&delivery.recipient)
        .bind(&delivery.plan)
        .bind(state)
        .bind(due_at_ms)
        .bind(hold_for)
        .execute(&mut **transaction)
        .await
        .map_err(StoreError::at("delivery/insert"))?;
    Ok(())
}

async fn insert_copy(
    transaction: &mut Transaction<'static, Sqlite>,
    message_id: &str,
    copy: &NewCopy,
) -> Result<(), StoreError> {
    sqlx::query(include_str!("../sql/copy/insert.sql"))
        .bind(&copy.id)
        .bind(message_id)
        .bind(copy.address_hash.as_slice())
        .bind(copy.sender_hash.as_slice())
        .bind(&copy.recipient)
        .bind(copy.options.print)
        .bind(copy.options.reply)
        .bind(copy.options.reply_all)
        .bind(copy.options.forward)
        .bind(copy.options.on_expiry)
        .bind(copy.options.read_receipt)
        .bind(copy.extension_until_ms)
        .bind(copy.expires_at_ms)
        .bind(&copy.decided_by)
        .bind(copy.delivered_at_ms)
        .execute(&mut **transaction)
        .await
        .map_err(StoreError::at("copy/insert"))?;
    Ok(())
}

pub(crate) async fn insert_token(
    transaction: &mut Transaction<'static, Sqlite>,
    token: &NewToken,
) -> Result<(), StoreError> {
    sqlx::query(include_str!("../sql/token/insert.sql"))
        .bind(token.hash.0.as_slice())
        .bind(token.purpose)
        .bind(&token.copy_id)
        .bind(token.address_hash.as_slice())
        .bind(token.expires_at_ms)
        .execute(&mut **transaction)
        .await
        .map_err(StoreError::at("token/insert"))?;
    Ok(())
}

async fn insert_sent(
    transaction: &mut Transaction<'static, Sqlite>,
    message_id: &str,
    sent: &NewSent,
) -> Result<(), StoreError> {
    sqlx::query(include_str!("../sql/sent/insert.sql"))
        .bind(&sent.id)
        .bind(&sent.account_id)
        .bind(message_id)
        .bind(sent.created_at_ms)
        .execute(&mut **transaction)
        .await
        .map_err(StoreError::at("sent/insert"))?;
    Ok(())
}

pub(crate) async fn insert_event(
    transaction: &mut Transaction<'static, Sqlite>,
    message_id: Option<&str>,
    event: &NewEvent,
) -> Result<(), StoreError> {
    sqlx::query(include_str!("../sql/event/insert.sql"))
        .bind(event.at_ms)
        .bind(message_id)
        .bind(&event.name)
        .bind(&event.detail)
        .execute(&mut **transaction)
        .await
        .map_err(StoreError::at("event/insert"))?;
    Ok(())
}
