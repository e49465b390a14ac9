//! What the audit log tells, in ids and keyed hashes: no address, no text of a message.
//!
//! The chain itself is `store::audit`; its form and signatures are `vault::audit`. Here are the
//! records of the appliance, the verifier, and the form in which the log leaves the machine.

mod export;
mod verify;

use serde_json::{Value, json};
use store::{
    audit::NewRecord,
    order::{NewOrder, Order, OrderOutcome, OrderWhat},
    queue::{Resolved, Settled, WaitingDelivery},
};
use vault::digest::hex;

pub(crate) use export::{Export, digest, head, line, tail};
pub(crate) use verify::{Fault, Sealed, Seen, Verifier};

use crate::{
    protocol::{
        control::{OnError, Organisation, Start},
        exam::{Decided, Disposition},
    },
    role::{master::Accepted, now_ms},
};

/// What a signed record is called.
pub(crate) const CHECKPOINT: &str = "checkpoint";

/// Octets of a keyed hash that are told: enough that no two addresses share one.
const HASH_OCTETS: usize = 16;

fn record(kind: &'static str, fields: &Value) -> NewRecord {
    NewRecord { at_ms: now_ms(), kind, fields: fields.to_string() }
}

/// A keyed hash of an address, as the log tells it.
pub(crate) fn address(hash: &[u8; 32]) -> String {
    hex(hash.first_chunk::<HASH_OCTETS>().unwrap_or(&[0; HASH_OCTETS]))
}

/// The appliance takes work, with these keys.
pub(crate) fn started(start: &Start) -> NewRecord {
    let certificate = hex(&vault::digest::sha256(start.certificate_pem.as_bytes()));
    let dkim: Vec<String> =
        start.dkim.iter().map(|it| format!("{}._domainkey.{}", it.selector, it.domain)).collect();
    let version = env!("CARGO_PKG_VERSION");
    let mut fields = json!({ "version": version, "certificate": certificate, "dkim": dkim });
    if let (Some(server), Some(fields)) = (&start.database, fields.as_object_mut()) {
        fields.insert("node".to_owned(), json!(server.node));
    }
    record("started", &fields)
}

/// It ends in order. A start without it before follows a crash.
pub(crate) fn stopped() -> NewRecord {
    record("stopped", &json!({}))
}

/// The log stood so: `of` is the newest record that the signature is over.
pub(crate) fn checkpoint(of: i64, key: &str, signature: &[u8]) -> NewRecord {
    record(CHECKPOINT, &json!({ "of": of, "key": key, "signature": hex(signature) }))
}

/// These rules decide from now on.
pub(crate) fn rules(organisation: &Organisation) -> NewRecord {
    let (rules, packed) = (hex(&organisation.rules), hex(&organisation.digest));
    let (counter, keys) = (organisation.counter, &organisation.signers);
    record(
        "rules.activated",
        &json!({ "rules": rules, "packed": packed, "counter": counter, "keys": keys }),
    )
}

/// A key was made; it says what of, and what it is called.
pub(crate) fn key_made(what: &str, name: &str, by: &str) -> NewRecord {
    record("key.made", &json!({ "what": what, "name": name, "by": by }))
}

/// A message was accepted, and is decided later.
pub(crate) fn accepted(message: &str) -> NewRecord {
    record("message.accepted", &json!({ "message": message }))
}

/// What was decided of a message; `hashes` are those of the recipients, in their order.
pub(crate) fn decided(message: &str, decided: &Decided, hashes: &[[u8; 32]]) -> NewRecord {
    let recipients: Vec<Value> = decided
        .verdicts
        .iter()
        .zip(hashes)
        .map(|(verdict, hash)| {
            json!({
                "recipient": address(hash),
                "outcome": outcome(verdict.disposition),
                "by": verdict.decided_by,
            })
        })
        .collect();
    let rules = hex(&decided.rules);
    record(
        "message.decided",
        &json!({ "message": message, "rules": rules, "recipients": recipients }),
    )
}

/// A message was for addresses that lead elsewhere, each to so many, or that take no mail.
pub(crate) fn readdressed<'a>(
    message: &str,
    led: impl Iterator<Item = (&'a [u8; 32], usize)>,
    closed: &[[u8; 32]],
) -> NewRecord {
    let led: Vec<Value> =
        led.map(|(hash, to)| json!({ "recipient": address(hash), "to": to })).collect();
    let closed: Vec<String> = closed.iter().map(address).collect();
    record("message.readdressed", &json!({ "message": message, "led": led, "closed": closed }))
}

/// A message could not be decided, and this happens to it.
pub(crate) fn undecided(message: &str, on_error: OnError) -> NewRecord {
    let outcome = match on_error {
        OnError::Bounce => "bounce",
        OnError::Hold => "hold",
        OnError::Reject => "reject",
    };
    record("message.undecided", &json!({ "message": message, "outcome": outcome }))
}

/// A message was refused as a whole: nothing of it is kept.
pub(crate) fn refused(message: &str) -> NewRecord {
    record("message.refused", &json!({ "message": message }))
}

/// The keys of messages are gone, and with them what they said.
pub(crate) fn destroyed(messages: &[String]) -> NewRecord {
    record("messages.destroyed", &json!({ "messages": messages }))
}

/// An attempt came to an end; nothing while it is tried again.
pub(crate) fn settled(message: &str, delivery: i64, settled: Settled) -> Option<NewRecord> {
    let kind = match settled {
        Settled::Failed => "delivery.failed",
        Settled::Sent => "delivery.sent",
        Settled::Retry { .. } => return None,
    };
    Some(record(kind, &json!({ "message": message, "delivery": delivery })))
}

/// A copy was opened in the portal for the first time.
pub(crate) fn opened(message: &str, copy: &str) -> NewRecord {
    record("copy.opened", &json!({ "message": message, "copy": copy }))
}

/// Somebody ordered something. Of the reason, which is sealed with the order, a digest is told.
pub(crate) fn ordered(message: &str, order: &NewOrder<'_>) -> NewRecord {
    let why = order.reason.map(|it| hex(&vault::digest::sha256(it)));
    record(
        "order.given",
        &json!({
            "message": message,
            "delivery": order.delivery_id,
            "what": what(order.what),
            "for": holder(order.releases_for),
            "by": order.ordered_by,
            "reason": why,
            "unexamined": order.unexamined,
        }),
    )
}

/// Those who may let mail go were told of so many deliveries that wait, up to this one.
pub(crate) fn hold_told(deliveries: usize, upto: i64) -> NewRecord {
    record("hold.told", &json!({ "deliveries": deliveries, "upto": upto }))
}

/// Other rules, which are not in force, would have treated a message otherwise.
pub(crate) fn shadow_differs(message: &str, rules: &[u8; 32], recipients: &[Value]) -> NewRecord {
    let fields = json!({ "message": message, "rules": hex(rules), "recipients": recipients });
    record("shadow.differs", &fields)
}

/// Somebody lets rules come into force that change more than the gate lets through.
pub(crate) fn blast_accepted(accepted: &Accepted, by: &str) -> NewRecord {
    let Accepted { rules, percent, less_protective } = accepted;
    record(
        "blast.accepted",
        &json!({ "rules": rules, "percent": percent, "less_protective": less_protective, "by": by }),
    )
}

/// What waits for a next hop is tried again: a delivery, or all of a route.
pub(crate) fn retried(what: &Value, by: &str) -> NewRecord {
    record("queue.retried", &json!({ "what": what, "by": by }))
}

/// A new master key wraps from now on.
pub(crate) fn rotating(from: &str, to: &str, by: &str) -> NewRecord {
    record("key.rotated", &json!({ "what": "master", "from": from, "to": to, "by": by }))
}

/// So many data keys are wrapped by this master key now.
pub(crate) fn rewrapped(keys: usize, by_key: &str) -> NewRecord {
    record("keys.rewrapped", &json!({ "keys": keys, "master": by_key }))
}

/// The former master keys are gone; this one is left.
pub(crate) fn retired(left: &str, by: &str) -> NewRecord {
    record("keys.retired", &json!({ "master": left, "by": by }))
}

/// A backup was written, of so many files.
pub(crate) fn backed_up(files: u64, by: &str) -> NewRecord {
    record("backup.made", &json!({ "files": files, "by": by }))
}

/// What stands before this is from a backup that was made then; what came after it is not here.
pub(crate) fn restored(made_at_ms: i64, by: &str) -> NewRecord {
    record("backup.restored", &json!({ "made_at_ms": made_at_ms, "by": by }))
}

/// An order changed nothing.
pub(crate) fn left(order: &Order, outcome: OrderOutcome) -> NewRecord {
    let outcome = ended(outcome);
    let (number, delivery) = (order.id, order.delivery_id);
    record("order.left", &json!({ "order": number, "delivery": delivery, "outcome": outcome }))
}

/// A wait came to an end, or is for others now. Without an order nobody let it go in time.
pub(crate) fn resolved(
    delivery: &WaitingDelivery,
    resolved: &Resolved,
    order: Option<&Order>,
) -> NewRecord {
    let outcome = match resolved {
        Resolved::Kept => "kept",
        Resolved::Refused => "returned",
        Resolved::Released { .. } => "released",
        Resolved::Waits { .. } => "waits",
    };
    record(
        "wait.ended",
        &json!({
            "message": delivery.message_id,
            "delivery": delivery.id,
            "outcome": outcome,
            "order": order.map(|it| it.id),
            "for": order.map(|it| holder(&it.releases_for)),
            "by": order.map(|it| it.ordered_by.as_str()),
        }),
    )
}

/// The way back into an account was opened, or the account removed.
pub(crate) fn account(account: &str, is_removed: bool, by: &str) -> NewRecord {
    let kind = if is_removed { "account.removed" } else { "account.unlocked" };
    record(kind, &json!({ "account": account, "by": by }))
}

fn holder(name: &str) -> &str {
    if name.is_empty() { "postmaster" } else { name }
}

fn what(what: OrderWhat) -> &'static str {
    match what {
        OrderWhat::Discard => "discard",
        OrderWhat::Release => "release",
        OrderWhat::Return => "return",
    }
}

fn ended(outcome: OrderOutcome) -> &'static str {
    match outcome {
        OrderOutcome::Kept => "kept",
        OrderOutcome::Late => "late",
        OrderOutcome::Released => "released",
        OrderOutcome::Returned => "returned",
        OrderOutcome::Untold => "untold",
        OrderOutcome::Unreadable => "unreadable",
        OrderOutcome::Waiting => "waiting",
    }
}

/// What was decided, in a word.
pub(crate) fn outcome(disposition: Disposition) -> &'static str {
    match disposition {
        Disposition::Deliver => "deliver",
        Disposition::VerifiedTls => "verified-tls",
        Disposition::Secure => "secure",
        Disposition::Hold => "hold",
        Disposition::Bounce => "bounce",
        Disposition::Reject => "reject",
    }
}
