//! Deliveries of one message that go in one transaction, with what is sealed of them.

use anyhow::Context;
use grammar::literal::Domain;
use store::{message::MessageKind, queue::Due};
use wire::{
    compose::{Date, Trace},
    smtp::server::PeerName,
};

use super::route;
use crate::{
    protocol::deliver::Edit,
    role::{
        spool::{
            Spool,
            letter::INTERNAL,
            reach::Reach,
            sealed::{self, Sealing, StoredEnvelope, StoredPlan},
        },
        thing,
    },
};

/// A delivery with what is sealed of it.
#[derive(Debug)]
pub(super) struct Opened {
    /// Its row in the queue.
    pub(super) row: i64,
    /// To whom.
    pub(super) recipient: String,
    /// Which attempt this is; 1 for the first.
    pub(super) attempts: u32,
    /// Since when it is tried, milliseconds since 1970 UTC.
    pub(super) queued_at_ms: i64,
    /// Its sender was told that it is late.
    pub(super) told_late: bool,
}

/// Deliveries of one message that go in one transaction.
#[derive(Debug)]
pub(super) struct Batch {
    /// The message.
    pub(super) message_id: String,
    /// Its key.
    pub(super) sealing: Sealing,
    /// The key's wrapping.
    pub(super) wrapped: Vec<u8>,
    /// Its envelope.
    pub(super) stored: StoredEnvelope,
    /// What it is.
    pub(super) kind: MessageKind,
    /// Octets of the clear message before edits.
    pub(super) octets: u64,
    /// When it came, milliseconds since 1970 UTC.
    pub(super) received_at_ms: i64,
    /// It goes to our own mail server.
    pub(super) internal: bool,
    /// The domain that all of them are in, where its mail goes to its own servers.
    pub(super) domain: Option<String>,
    /// Changes to this copy.
    pub(super) edits: Vec<Edit>,
    /// It goes to servers alone that its domain vouches for.
    pub(super) verified: bool,
    /// Who gets it.
    pub(super) rows: Vec<Opened>,
}

/// Opens rows of one message on one route. Those with the same edits go together, where they go to
/// the same place.
///
/// # Errors
///
/// `keyd` does not answer, or a field cannot be read.
pub(super) async fn open(spool: &Spool, rows: Vec<Due>) -> anyhow::Result<Vec<Batch>> {
    let first = rows.first().context("a message that is due has deliveries")?;
    let wrapped = first.wrapped_key.clone().context("a message with deliveries has its key")?;
    let key = spool.keys.unwrap(&wrapped, thing(&first.message_id)).await?;
    let mut batches: Vec<Batch> = Vec::new();
    for due in rows {
        let sealing = Sealing::new(&due.message_id, key.clone());
        let plan: StoredPlan = sealing.open(sealed::PLAN, &due.plan)?;
        let opened = Opened {
            row: due.id,
            recipient: sealing.open_text(sealed::RECIPIENT, &due.recipient)?,
            attempts: due.attempts.saturating_add(1),
            queued_at_ms: due.queued_at_ms,
            told_late: due.told_late,
        };
        let internal = due.route == INTERNAL;
        let by_names = !internal && spool.start.external_hop.by_names().is_some();
        let domain = Some(&opened.recipient).filter(|_| by_names).and_then(|it| route::domain(it));
        let same = |it: &&mut Batch| {
            it.edits == plan.edits && it.domain == domain && it.verified == plan.verified
        };
        if let Some(batch) = batches.iter_mut().find(same) {
            batch.rows.push(opened);
            continue;
        }
        batches.push(Batch {
            stored: sealing.open(sealed::ENVELOPE, &due.envelope)?,
            message_id: due.message_id,
            sealing,
            wrapped: wrapped.0.clone(),
            kind: due.kind,
            octets: u64::try_from(due.size_octets)?,
            received_at_ms: due.received_at_ms,
            internal,
            domain,
            edits: plan.edits,
            verified: plan.verified,
            rows: vec![opened],
        });
    }
    Ok(batches)
}

impl Batch {
    /// Whether its sender may be written to.
    pub(super) fn reach(&self) -> Reach {
        Reach::of(&self.stored.envelope, self.stored.authentication.as_ref())
    }

    /// The domain of its author, if it is ours to sign: what a stranger hands over is not, and what
    /// stays with us need not be.
    pub(super) fn author(&self) -> Option<String> {
        let envelope = &self.stored.envelope;
        let ours = envelope.trusted || envelope.peer.is_none();
        self.stored.author.clone().filter(|_| ours && !self.internal)
    }

    /// The trace fields of what a peer handed over; nothing for mail of our own. Our own people are
    /// told whether it comes from whom it says (RFC 8601 §4).
    ///
    /// # Errors
    ///
    /// The host name is none.
    pub(super) fn received(&self, hostname: &str) -> anyhow::Result<Vec<u8>> {
        let envelope = &self.stored.envelope;
        let (Some(peer_ip), Some(peer_name)) = (envelope.peer, PeerName::parse(&envelope.helo))
        else {
            return Ok(Vec::new());
        };
        let by = Domain::parse(hostname)?;
        let checked = self.stored.authentication.as_ref().filter(|_| self.internal);
        let mut fields = checked.map(|it| it.field(hostname)).unwrap_or_default();
        fields.extend(
            Trace {
                peer_name: &peer_name,
                peer_ip,
                peer_host: None,
                by: &by,
                protocol: &envelope.protocol,
                tls: None,
                id: &self.message_id,
                recipient: None,
                date: Date::utc(self.received_at_ms),
            }
            .write(),
        );
        Ok(fields)
    }
}
