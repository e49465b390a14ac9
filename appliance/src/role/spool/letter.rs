//! Mails that Chancery writes: addressed, sealed, durable, ready to be committed with what
//! causes them.

use std::sync::Arc;

use grammar::literal::Address;
use store::{
    Commit, NewDelivery, NewMessage,
    body::{self, SHORT_OCTETS_MAX},
    commit::DeliveryStart,
    message::{MessageKind, MessageState},
};
use vault::token::random_id;
use wire::compose::{AutoSubmitted, Date, Mail, Mailbox, MessageId};

use super::{
    Spool,
    outbound::ONE_PLACE,
    sealed::{self, ReportTo, Sealing, StoredEnvelope, StoredHead, StoredPlan},
    stock::Blank,
};
use crate::{
    notice::{House, Letter},
    protocol::{control::Organisation, spool::Envelope},
};

/// A mail to one person.
#[derive(Debug)]
pub(super) struct Draft {
    /// What it is.
    pub(super) kind: MessageKind,
    /// To whom.
    pub(super) to: String,
    /// What it says.
    pub(super) letter: Letter,
    /// Who is told if it cannot be delivered.
    pub(super) report_to: Option<ReportTo>,
    /// The message it is about.
    pub(super) about: Option<String>,
}

/// A finished mail to one person.
pub(super) struct Post<'p> {
    /// What it is.
    pub(super) kind: MessageKind,
    /// To whom.
    pub(super) to: &'p str,
    /// All of it.
    pub(super) octets: Vec<u8>,
    /// Who is told if it cannot be delivered.
    pub(super) report_to: Option<ReportTo>,
    /// It says that it goes in clear rather than not at all (RFC 8689 §3).
    pub(super) tls_optional: bool,
    /// When it goes, milliseconds since 1970 UTC.
    pub(super) due_at_ms: i64,
}

impl Spool {
    /// What the rules say of the organisation, which is known before any work begins.
    pub(super) fn organisation(&self) -> anyhow::Result<Arc<Organisation>> {
        let known = self.organisation.borrow().clone();
        known.ok_or_else(|| anyhow::anyhow!("the rules are not known yet"))
    }

    /// Writes a mail and makes its body durable. The queue row is in the commit.
    pub(super) async fn write(&self, draft: Draft, at_ms: i64) -> anyhow::Result<Commit> {
        let organisation = self.organisation()?;
        let mail = address(&draft, &organisation, &self.start.hostname, at_ms)?;
        let octets = mail.write(seed());
        self.enqueue(draft.kind, &draft.to, octets, draft.report_to, at_ms).await
    }

    /// Makes a finished mail durable. It is sent from the null sender, so that nobody answers a
    /// failure with another one.
    pub(super) async fn enqueue(
        &self,
        kind: MessageKind,
        to: &str,
        octets: Vec<u8>,
        report_to: Option<ReportTo>,
        at_ms: i64,
    ) -> anyhow::Result<Commit> {
        let post = Post { kind, to, octets, report_to, tls_optional: false, due_at_ms: at_ms };
        self.post(post, at_ms).await
    }

    /// As [`Spool::enqueue`], of a mail that is not like the others.
    pub(super) async fn post(&self, post: Post<'_>, at_ms: i64) -> anyhow::Result<Commit> {
        let Post { kind, to, octets, report_to, tls_optional, due_at_ms } = post;
        let Blank { id, key, wrapped: wrapped_key } = self.stock.blank().await?;
        let sealing = Sealing::new(&id, key);
        let size_octets = i64::try_from(octets.len())?;
        let eight_bit = !octets.is_ascii();
        let body = self.store_body(&id, &sealing, octets).await?;
        let stored = StoredEnvelope {
            envelope: Envelope { recipients: vec![to.to_owned()], ..Envelope::default() },
            authentication: None,
            tls_optional,
            author: self.organisation()?.postmaster.rsplit_once('@').map(|it| it.1.to_owned()),
            report_to,
            eight_bit,
        };
        let (route, destination) = self.destination(to).await?;
        let delivery = NewDelivery {
            route: route.to_owned(),
            destination,
            recipient: sealing.seal_text(sealed::RECIPIENT, to),
            plan: sealing.seal(sealed::PLAN, &StoredPlan::default())?,
            start: DeliveryStart::Queued { due_at_ms },
        };
        Ok(Commit {
            message: NewMessage {
                kind,
                state: MessageState::Decided,
                wrapped_key,
                size_octets,
                body,
                envelope: sealing.seal(sealed::ENVELOPE, &stored)?,
                head: sealing.seal(sealed::HEAD, &StoredHead::default())?,
                decision: None,
                bundle: None,
                received_at_ms: at_ms,
                due_at_ms: None,
                id,
            },
            replaces: None,
            deliveries: vec![delivery],
            copies: Vec::new(),
            tokens: Vec::new(),
            sent: None,
            events: Vec::new(),
            audit: Vec::new(),
            also: Vec::new(),
        })
    }

    /// Seals a body: gives it if it is short, to be committed, and publishes it otherwise.
    async fn store_body(
        &self,
        id: &str,
        sealing: &Sealing,
        octets: Vec<u8>,
    ) -> anyhow::Result<Option<Arc<[u8]>>> {
        let sealed = vault::stream::seal_all(sealing.key(), sealing.thing(), &octets)?;
        if sealed.len() <= SHORT_OCTETS_MAX {
            return Ok(Some(Arc::from(sealed)));
        }
        let (bodies, id) = (self.bodies.clone(), id.to_owned());
        let written = tokio::task::spawn_blocking(move || {
            let mut writer = bodies.create(&id)?;
            std::io::Write::write_all(&mut writer, &sealed)?;
            anyhow::Ok(writer)
        });
        body::keep(&self.store, written.await??).await?;
        Ok(None)
    }

    /// Which next hop serves an address: `internal` for ours.
    pub(super) fn route(&self, address: &str) -> anyhow::Result<&'static str> {
        let ours = is_internal(&*self.organisation()?, address);
        Ok(if ours { INTERNAL } else { EXTERNAL })
    }
}

impl Spool {
    /// Which next hop serves an address, and which place that is for the queue: the addresses of one
    /// domain go to the same one.
    ///
    /// # Errors
    ///
    /// `keyd` does not answer.
    pub(super) async fn destination(&self, address: &str) -> anyhow::Result<(&'static str, i64)> {
        let route = self.route(address)?;
        let domain = address.rsplit_once('@').map(|it| it.1);
        let (Some(domain), EXTERNAL, Some(_)) = (domain, route, self.start.external_hop.by_names())
        else {
            return Ok((route, ONE_PLACE));
        };
        let hash = self.stock.hashes(&[format!("@{domain}")]).await?;
        let first = hash.first().and_then(|it| it.first_chunk::<8>());
        let number = first.map_or(0, |it| u64::from_le_bytes(*it));
        // It is another one than that of a route to one place, and not negative.
        let number = i64::try_from(number >> 1).unwrap_or(i64::MAX);
        Ok((route, number.max(ONE_PLACE.saturating_add(1))))
    }
}

/// The route to our own mail server.
pub(super) const INTERNAL: &str = "internal";
/// The route to the smarthost.
pub(super) const EXTERNAL: &str = "external";

/// Both.
pub(crate) const ROUTES: [&str; 2] = [INTERNAL, EXTERNAL];

/// Whether an address is in the organisation's domains.
pub(crate) fn is_internal(organisation: &Organisation, address: &str) -> bool {
    use grammar::literal::DomainPattern;
    let Ok(address) = Address::parse(address) else { return false };
    let mut patterns = organisation.domains.iter().filter_map(|it| DomainPattern::parse(it).ok());
    patterns.any(|it| it.matches(address.domain()))
}

/// Who writes, for all letters.
pub(super) fn house(organisation: &Organisation) -> House<'_> {
    House {
        name: &organisation.name,
        help_desk: &organisation.help_desk,
        time_zone: &organisation.time_zone,
    }
}

/// Where boundaries between parts are made from.
pub(super) fn seed() -> u128 {
    let digest = vault::digest::sha256(random_id().as_bytes());
    digest.first_chunk().copied().map_or(0, u128::from_be_bytes)
}

/// A `Message-ID` of ours.
pub(super) fn message_id(hostname: &str) -> anyhow::Result<MessageId> {
    let text = format!("{}@{hostname}", random_id());
    MessageId::parse(&text).ok_or_else(|| anyhow::anyhow!("`{text}` is no message id"))
}

fn address(
    draft: &Draft,
    organisation: &Organisation,
    hostname: &str,
    at_ms: i64,
) -> anyhow::Result<Mail> {
    let from = Mailbox::new(&organisation.name, Address::parse(&organisation.postmaster)?);
    let mut mail = Mail::new(from, Date::utc(at_ms), message_id(hostname)?);
    mail.to = vec![Mailbox::bare(Address::parse(&draft.to)?)];
    mail.subject.clone_from(&draft.letter.subject);
    mail.text.clone_from(&draft.letter.text);
    mail.html = Some(draft.letter.html.clone());
    mail.auto_submitted = AutoSubmitted::Generated;
    if draft.kind != MessageKind::Notice {
        // A notice goes to a stranger, who is told nothing of how the message was named.
        mail.references = draft.about.as_deref().and_then(MessageId::parse).into_iter().collect();
    }
    Ok(mail)
}
