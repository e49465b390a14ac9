//! Messages, deliveries and copies to test with.

use vault::{DataKey, MasterKey, Token};

use crate::audit::NewRecord;
use crate::commit::{CopyOptions, DeliveryStart};
use crate::copy::{OnExpiry, ReadReceipt};
use crate::message::{MessageKind, MessageState};
use crate::queue::{Resolution, Resolved};
use crate::token::TokenPurpose;
use crate::{Commit, NewCopy, NewDelivery, NewEvent, NewMessage, NewToken};

/// The route of every delivery.
pub(super) const ROUTE: &str = "smarthost";
pub(super) const ANNA: [u8; 32] = [1; 32];
pub(super) const BERT: [u8; 32] = [2; 32];
pub(super) const SENDER: [u8; 32] = [9; 32];

/// A decided message that causes nothing.
pub(crate) fn mail(id: &str) -> Commit {
    let wrapped_key = MasterKey::generate().wrap(&DataKey::random(), &format!("message:{id}"));
    Commit {
        message: NewMessage {
            id: id.to_owned(),
            kind: MessageKind::Mail,
            state: MessageState::Decided,
            wrapped_key,
            size_octets: 1000,
            body: None,
            envelope: b"envelope".to_vec(),
            head: b"head".to_vec(),
            decision: Some(b"decision".to_vec()),
            bundle: Some(vec![7; 32]),
            received_at_ms: 1000,
            due_at_ms: None,
        },
        replaces: None,
        deliveries: Vec::new(),
        copies: Vec::new(),
        tokens: Vec::new(),
        sent: None,
        events: Vec::new(),
        audit: Vec::new(),
        also: Vec::new(),
    }
}

/// A message with two deliveries, a copy with its token, an event, and the notice it causes.
pub(super) fn mail_with_all(id: &str) -> Commit {
    let mut commit = mail(id);
    commit.deliveries = vec![queued(1000), held("review")];
    commit.copies = vec![copy(&format!("{id}c"), ANNA, 1000)];
    commit.events = vec![event(1000, "message.decided")];
    let mut notice = mail(&format!("{id}n"));
    notice.message.kind = MessageKind::Notice;
    notice.deliveries = vec![queued(1000)];
    notice.tokens = vec![notice_token(&Token::random(), &format!("{id}c"), ANNA)];
    commit.also = vec![notice];
    commit
}

pub(super) fn queued(due_at_ms: i64) -> NewDelivery {
    NewDelivery {
        route: ROUTE.to_owned(),
        destination: 0,
        recipient: b"recipient".to_vec(),
        plan: b"plan".to_vec(),
        start: DeliveryStart::Queued { due_at_ms },
    }
}

pub(super) fn held(hold_for: &str) -> NewDelivery {
    NewDelivery { start: DeliveryStart::Held { hold_for: hold_for.to_owned() }, ..queued(0) }
}

pub(super) fn copy(id: &str, address_hash: [u8; 32], delivered_at_ms: i64) -> NewCopy {
    NewCopy {
        id: id.to_owned(),
        address_hash,
        sender_hash: SENDER,
        recipient: b"recipient".to_vec(),
        options: CopyOptions {
            print: false,
            reply: true,
            reply_all: false,
            forward: true,
            on_expiry: OnExpiry::Gone,
            read_receipt: ReadReceipt::OnRequest,
        },
        decided_by: "confidential".to_owned(),
        expires_at_ms: delivered_at_ms + 10_000,
        extension_until_ms: Some(delivered_at_ms + 20_000),
        delivered_at_ms,
    }
}

pub(super) fn notice_token(token: &Token, copy_id: &str, address_hash: [u8; 32]) -> NewToken {
    NewToken {
        hash: token.hash(),
        purpose: TokenPurpose::Notice,
        copy_id: Some(copy_id.to_owned()),
        message_id: None,
        address_hash,
        expires_at_ms: 50_000,
    }
}

pub(super) fn event(at_ms: i64, name: &str) -> NewEvent {
    NewEvent { at_ms, name: name.to_owned(), detail: Some(b"detail".to_vec()) }
}

/// The end of a wait that causes nothing.
pub(super) fn resolution(resolved: Resolved) -> Resolution<'static> {
    Resolution {
        resolved,
        status: None,
        order: None,
        copies: &[],
        tokens: &[],
        events: &[],
        also: &[],
        audit: &[],
    }
}

/// What the audit log tells of messages that were destroyed.
pub(super) fn destroyed(ids: &[String]) -> NewRecord {
    NewRecord { at_ms: 1, kind: "messages.destroyed", fields: ids.join(",") }
}
