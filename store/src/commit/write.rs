//! The statements that write a commit.

use super::{Commit, DeliveryStart, NewCopy, NewDelivery, NewEvent, NewMessage, NewSent, NewToken};
use crate::ask;
use crate::group::Write;
use crate::message::MessageState;
use crate::pool::Transaction;
use crate::queue::DeliveryState;
use crate::script::Script;
use crate::{Store, StoreError, audit};

/// Commits messages and all they cause, in one transaction.
///
/// When this returns they are on the disk. It costs one wait for the disk, and others that write at
/// the same time share that. Who gives up waiting does not learn whether they were committed: all
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
    transaction: &mut Transaction,
    commits: &[Commit],
) -> Result<(), StoreError> {
    write_with(transaction, commits, &mut audit::End::default()).await
}

/// As [`write`], where the same transaction writes more.
pub(crate) async fn write_with(
    transaction: &mut Transaction,
    commits: &[Commit],
    end: &mut audit::End,
) -> Result<(), StoreError> {
    let mut script = Script::default();
    let mut told = Vec::new();
    // What a commit causes is written after it, as a notice refers to the copy it is about.
    let mut waiting: Vec<&Commit> = commits.iter().rev().collect();
    while let Some(commit) = waiting.pop() {
        if let Some(seen) = commit.replaces {
            // Its row says whether the rest may be written.
            replace_message(transaction, &commit.message, seen).await?;
        }
        write_one(&mut script, commit);
        told.extend(commit.audit.iter().cloned());
        waiting.extend(commit.also.iter().rev());
    }
    audit::write_with(transaction, script, &told, end).await
}

fn write_one(script: &mut Script, commit: &Commit) {
    let id = commit.message.id.as_str();
    if commit.replaces.is_none() {
        insert_message(script, &commit.message);
        if let Some(body) = &commit.message.body {
            let statement = include_str!("../../sql/body/insert.sql");
            script.add("body/insert", statement).bind(id).bind(&**body);
        }
    }
    for delivery in &commit.deliveries {
        insert_delivery(script, id, delivery);
    }
    if let Some(sent) = &commit.sent {
        insert_sent(script, id, sent);
    }
    add(script, id, &commit.copies, &commit.tokens, &commit.events);
}

/// Writes more of a message that is there.
pub(crate) fn add(
    script: &mut Script,
    id: &str,
    copies: &[NewCopy],
    tokens: &[NewToken],
    events: &[NewEvent],
) {
    for copy in copies {
        insert_copy(script, id, copy);
    }
    for token in tokens {
        insert_token(script, token);
    }
    for event in events {
        insert_event(script, Some(id), event);
    }
}

fn insert_message(script: &mut Script, message: &NewMessage) {
    script
        .add("message/insert", include_str!("../../sql/message/insert.sql"))
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
        .bind(message.due_at_ms);
}

async fn replace_message(
    transaction: &mut Transaction,
    message: &NewMessage,
    seen: MessageState,
) -> Result<(), StoreError> {
    let done = ask::query(include_str!("../../sql/message/replace.sql"))
        .bind(&message.id)
        .bind(seen)
        .bind(message.state)
        .bind(&message.envelope)
        .bind(&message.head)
        .bind(&message.decision)
        .bind(&message.bundle)
        .bind(message.due_at_ms)
        .execute(&mut *transaction)
        .await
        .map_err(StoreError::at("message/replace"))?;
    StoreError::unless_one("message/replace", done.rows_affected())
}

fn insert_delivery(script: &mut Script, message_id: &str, delivery: &NewDelivery) {
    let (state, due_at_ms, hold_for) = match &delivery.start {
        DeliveryStart::Held { hold_for } => (DeliveryState::Held, None, Some(hold_for)),
        DeliveryStart::Queued { due_at_ms } => (DeliveryState::Queued, Some(due_at_ms), None),
    };
    script
        .add("delivery/insert", include_str!("../../sql/delivery/insert.sql"))
        .bind(message_id)
        .bind(&delivery.route)
        .bind(delivery.destination)
        .bind(&delivery.recipient)
        .bind(&delivery.plan)
        .bind(state)
        .bind(due_at_ms)
        .bind(hold_for);
}

fn insert_copy(script: &mut Script, message_id: &str, copy: &NewCopy) {
    script
        .add("copy/insert", include_str!("../../sql/copy/insert.sql"))
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
        .bind(copy.delivered_at_ms);
}

pub(crate) fn insert_token(script: &mut Script, token: &NewToken) {
    script
        .add("token/insert", include_str!("../../sql/token/insert.sql"))
        .bind(token.hash.0.as_slice())
        .bind(token.purpose)
        .bind(&token.copy_id)
        .bind(&token.message_id)
        .bind(token.address_hash.as_slice())
        .bind(token.expires_at_ms);
}

fn insert_sent(script: &mut Script, message_id: &str, sent: &NewSent) {
    script
        .add("sent/insert", include_str!("../../sql/sent/insert.sql"))
        .bind(&sent.id)
        .bind(&sent.account_id)
        .bind(message_id)
        .bind(sent.created_at_ms);
}

pub(crate) fn insert_event(script: &mut Script, message_id: Option<&str>, event: &NewEvent) {
    script
        .add("event/insert", include_str!("../../sql/event/insert.sql"))
        .bind(event.at_ms)
        .bind(message_id)
        .bind(&event.name)
        .bind(&event.detail);
}
