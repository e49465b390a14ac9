//! The statements that write a commit.

use sqlx::{Sqlite, Transaction};

use super::{Commit, DeliveryStart, NewCopy, NewDelivery, NewEvent, NewMessage, NewSent, NewToken};
use crate::group::Write;
use crate::message::MessageState;
use crate::queue::DeliveryState;
use crate::{Store, StoreError, audit};

/// Commits messages and all they cause, in one transaction.
///
/// When this returns they are on the disk. Several sessions may share one transaction: it costs
/// one wait for the disk, and others that write at the same time share that. Who gives up waiting does not learn whether they were committed: all
/// of them are, or none.
///
/// # Errors
///
/// [`StoreError::Stale`] when a message to be replaced is in another state, [`StoreError::Full`],
/// [`StoreError::Busy`]. Nothing of any of them was written then.
pub async fn commit_all(store: &Store, commits: &[Commit]) -> Result<(), StoreError> {
    store.group().write(Write::Commits(commits.to_vec())).await.map(|_written| ())
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
        None => {
            insert_message(transaction, &commit.message).await?;
            if let Some(body) = &commit.message.body {
                insert_body(transaction, id, body).await?;
            }
        }
        Some(seen) => replace_message(transaction, &commit.message, seen).await?,
    }
    for delivery in &commit.deliveries {
        insert_delivery(transaction, id, delivery).await?;
    }
    if let Some(sent) = &commit.sent {
        insert_sent(transaction, id, sent).await?;
    }
    add(transaction, id, &commit.copies, &commit.tokens, &commit.events).await?;
    audit::write(transaction, &commit.audit).await
}

/// Writes more of a message that is there.
pub(crate) async fn add(
    transaction: &mut Transaction<'static, Sqlite>,
    id: &str,
    copies: &[NewCopy],
    tokens: &[NewToken],
    events: &[NewEvent],
) -> Result<(), StoreError> {
    for copy in copies {
        insert_copy(transaction, id, copy).await?;
    }
    for token in tokens {
        insert_token(transaction, token).await?;
    }
    for event in events {
        insert_event(transaction, Some(id), event).await?;
    }
    Ok(())
}

async fn insert_message(
    transaction: &mut Transaction<'static, Sqlite>,
    message: &NewMessage,
) -> Result<(), StoreError> {
    sqlx::query(include_str!("../../sql/message/insert.sql"))
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

async fn insert_body(
    transaction: &mut Transaction<'static, Sqlite>,
    message_id: &str,
    sealed: &[u8],
) -> Result<(), StoreError> {
    sqlx::query(include_str!("../../sql/body/insert.sql"))
        .bind(message_id)
        .bind(sealed)
        .execute(&mut **transaction)
        .await
        .map_err(StoreError::at("body/insert"))?;
    Ok(())
}

async fn replace_message(
    transaction: &mut Transaction<'static, Sqlite>,
    message: &NewMessage,
    seen: MessageState,
) -> Result<(), StoreError> {
    let done = sqlx::query(include_str!("../../sql/message/replace.sql"))
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
    let (state, due_at_ms, hold_for) = match &delivery.start {
        DeliveryStart::Held { hold_for } => (DeliveryState::Held, None, Some(hold_for)),
        DeliveryStart::Queued { due_at_ms } => (DeliveryState::Queued, Some(due_at_ms), None),
    };
    sqlx::query(include_str!("../../sql/delivery/insert.sql"))
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
    sqlx::query(include_str!("../../sql/copy/insert.sql"))
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
    sqlx::query(include_str!("../../sql/token/insert.sql"))
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
    sqlx::query(include_str!("../../sql/sent/insert.sql"))
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
    sqlx::query(include_str!("../../sql/event/insert.sql"))
        .bind(event.at_ms)
        .bind(message_id)
        .bind(&event.name)
        .bind(&event.detail)
        .execute(&mut **transaction)
        .await
        .map_err(StoreError::at("event/insert"))?;
    Ok(())
}
