//! Reports: what a sender reads when a message was not delivered, or not yet, or where it asked to
//! be told that it was. They return nothing of it.

use grammar::literal::{Address, Domain};
use store::{Commit, message::MessageKind};
use wire::{
    compose::{Action, Date, Mailbox, MessageId, Report, Reported},
    smtp::{
        client::{Reply, Status},
        dsn::Notify,
    },
};

use super::{
    Spool,
    letter::message_id,
    reach::Reach,
    sealed::{ReportTo, StoredEnvelope},
};
use crate::protocol::wishes::Wishes;

/// A message that some did not get, or did get, where that is told.
#[derive(Clone, Copy, Debug)]
pub(super) struct Failed<'a> {
    /// Who is told: who sent it, or the postmaster.
    pub(super) sender: &'a str,
    /// Its `Message-ID`.
    pub(super) message_id: Option<&'a str>,
    /// When it arrived, milliseconds since 1970 UTC.
    pub(super) arrived_ms: i64,
    /// Who did not get it, and why.
    pub(super) recipients: &'a [Undelivered],
    /// What its sender wants to be told.
    pub(super) wishes: &'a Wishes,
    /// Whether its sender may be told.
    pub(super) reach: Reach,
}

/// Somebody who did not get a message.
#[derive(Clone, Debug)]
pub(super) struct Undelivered {
    /// Who.
    pub(super) address: String,
    /// Why, as the sender reads it.
    pub(super) why: String,
    /// Why, as programs read it.
    pub(super) cause: Cause,
}

/// Why a message was not delivered.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Cause {
    /// The recipient takes no mail.
    Closed,
    /// It was tried for too long; what was said last.
    Expired(String),
    /// Not yet; what was said last.
    NotYet(String),
    /// It was delivered: it is kept here.
    Kept,
    /// It was handed to a next hop that does not report on it, with this reply.
    Relayed(String),
    /// The rules, or a person, did not let it go.
    Policy,
    /// The next hop refused it, with this reply.
    Refused(String),
}

/// Refused by policy (RFC 3463 §3.8).
const BY_POLICY: Status = Status { class: 5, subject: 7, detail: 1 };
/// The mailbox takes no mail (RFC 3463 §3.3).
const CLOSED: Status = Status { class: 5, subject: 2, detail: 1 };
/// Kept for its recipient.
const KEPT: Status = Status { class: 2, subject: 0, detail: 0 };
/// Handed to a server that does not report (RFC 3886 §3.3.4).
const RELAYED: Status = Status { class: 2, subject: 1, detail: 9 };
/// Tried for too long (RFC 3463 §3.5).
const EXPIRED: Status = Status { class: 5, subject: 4, detail: 7 };

impl Cause {
    /// The status, and what the next hop said, if it said anything.
    fn told(&self) -> (Status, Option<Reply>) {
        match self {
            Self::Closed => (CLOSED, None),
            Self::Kept => (KEPT, None),
            Self::Policy => (BY_POLICY, None),
            Self::Relayed(said) => (RELAYED, reply(said)),
            Self::Expired(said) => (EXPIRED, reply(said)),
            Self::NotYet(said) => {
                let said = reply(said);
                let status = said.as_ref().and_then(Reply::status);
                (status.unwrap_or(Status { class: 4, subject: 0, detail: 0 }), said)
            }
            Self::Refused(said) => {
                let said = reply(said);
                let status = said.as_ref().and_then(Reply::status);
                (status.unwrap_or(Status { class: 5, subject: 0, detail: 0 }), said)
            }
        }
    }
}

/// What a next hop said, from the line that it was kept as; none for what this side said itself.
fn reply(said: &str) -> Option<Reply> {
    let (code, text) = said.split_at_checked(3)?;
    let code = code.parse().ok().filter(|it| (200..600).contains(it))?;
    Some(Reply::new(code, [text.trim_start().as_bytes()]))
}

/// Whom the failure of a message is told to, and as what.
#[derive(Clone, Copy, Debug)]
pub(super) struct Addressee<'a> {
    /// Who.
    pub(super) to: &'a str,
    /// The `Message-ID` it knows the message by.
    pub(super) message_id: Option<&'a str>,
    /// What failed, where it is not the addressee's own message.
    pub(super) what: Option<&'static str>,
}

impl<'a> Addressee<'a> {
    /// The sender of a message; for a mail of our own, whoever it names. There is none for a report
    /// to the postmaster, nor for what came with the null sender.
    pub(super) fn of(stored: &'a StoredEnvelope, kind: MessageKind) -> Option<Self> {
        match (&stored.envelope.sender, &stored.report_to) {
            (Some(sender), _) => Some(Self { to: sender, message_id: None, what: None }),
            (None, Some(to)) => Some(Self {
                to: &to.sender,
                message_id: to.message_id.as_deref(),
                what: Some(match kind {
                    MessageKind::Answer | MessageKind::Mail => "a message",
                    MessageKind::Bounce => "the report that a message was not delivered",
                    MessageKind::Confirmation => "the confirmation of a secure message",
                    MessageKind::Notice => "the notice about your secure message",
                    MessageKind::Receipt => "the receipt for a secure message",
                }),
            }),
            (None, None) => None,
        }
    }

    /// Why, as the addressee reads it.
    pub(super) fn why(&self, why: &str) -> String {
        match self.what {
            None => why.to_owned(),
            Some(what) => format!("{what} could not be delivered: {why}"),
        }
    }
}

impl Spool {
    /// Writes the bounce and makes it durable; none where nobody wants to be told, or may be.
    pub(super) async fn bounce(
        &self,
        failed: &Failed<'_>,
        at_ms: i64,
    ) -> anyhow::Result<Option<Commit>> {
        if !failed.reach.hears_of_failure() {
            tracing::warn!(event = "bounce.forged-sender", "nobody is told of a failure");
            return Ok(None);
        }
        self.report(failed, Action::Failed, Notify::of_failure, at_ms).await
    }

    /// Writes that a message was handed to a server that does not report; none where nobody asked.
    pub(super) async fn relayed(
        &self,
        done: &Failed<'_>,
        at_ms: i64,
    ) -> anyhow::Result<Option<Commit>> {
        if !done.reach.hears_of_more() {
            return Ok(None);
        }
        self.report(done, Action::Relayed, Notify::of_success, at_ms).await
    }

    /// Writes that a message was taken for the members of lists; none where nobody asked.
    pub(super) async fn expanded(
        &self,
        done: &Failed<'_>,
        at_ms: i64,
    ) -> anyhow::Result<Option<Commit>> {
        if !done.reach.hears_of_more() {
            return Ok(None);
        }
        self.report(done, Action::Expanded, Notify::of_success, at_ms).await
    }

    /// Writes that a message is kept for its recipients; none where nobody asked.
    pub(super) async fn delivered(
        &self,
        done: &Failed<'_>,
        at_ms: i64,
    ) -> anyhow::Result<Option<Commit>> {
        if !done.reach.hears_of_more() {
            return Ok(None);
        }
        self.report(done, Action::Delivered, Notify::of_success, at_ms).await
    }

    /// Writes that a message is delayed and tried until then, and makes it durable; none where
    /// nobody wants to be told.
    pub(super) async fn delayed(
        &self,
        failed: &Failed<'_>,
        until_ms: i64,
        at_ms: i64,
    ) -> anyhow::Result<Option<Commit>> {
        if !failed.reach.hears_of_more() {
            return Ok(None);
        }
        self.report(failed, Action::Delayed(Date::utc(until_ms)), Notify::of_delay, at_ms).await
    }

    async fn report(
        &self,
        failed: &Failed<'_>,
        action: Action,
        is_wanted: fn(Option<Notify>) -> bool,
        at_ms: i64,
    ) -> anyhow::Result<Option<Commit>> {
        let wanted = |it: &&Undelivered| is_wanted(failed.wishes.recipient(&it.address).notify);
        let told: Vec<&Undelivered> = failed.recipients.iter().filter(wanted).collect();
        if told.is_empty() {
            return Ok(None);
        }
        let organisation = self.organisation()?;
        let from = Mailbox::new(&organisation.name, Address::parse(&organisation.postmaster)?);
        let reported = told.iter().map(|it| {
            let (status, said) = it.cause.told();
            let original = failed.wishes.recipient(&it.address).original;
            let address = Address::parse(&it.address)?;
            Ok(Reported { address, original, status, remote: None, said })
        });
        let reasons: Vec<String> =
            told.iter().map(|it| format!("{}: {}", it.address, it.why)).collect();
        let report = Report {
            from,
            to: Address::parse(failed.sender)?,
            host: Domain::parse(&self.start.hostname)?,
            date: Date::utc(at_ms),
            message_id: message_id(&self.start.hostname)?,
            arrived: Date::utc(failed.arrived_ms),
            original: failed.message_id.and_then(MessageId::parse),
            envelope_id: failed.wishes.mail().envelope_id,
            action,
            note: reasons.join("\n"),
            recipients: reported.collect::<anyhow::Result<_>>()?,
        };
        let octets = report.write(super::letter::seed());
        // A bounce that fails goes to the postmaster, and what fails on the way there to nobody.
        let last = failed.sender.eq_ignore_ascii_case(&organisation.postmaster);
        let report_to = (!last).then(|| ReportTo {
            sender: organisation.postmaster.clone(),
            message_id: failed.message_id.map(ToOwned::to_owned),
        });
        self.enqueue(MessageKind::Bounce, failed.sender, octets, report_to, at_ms).await.map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_says_what_the_next_hop_said() {
        for (cause, status) in [
            (Cause::Policy, "5.7.1"),
            (Cause::Refused("550 5.1.1 nobody".to_owned()), "5.1.1"),
            (Cause::Refused("554 no".to_owned()), "5.0.0"),
            (Cause::Refused("550 4.1.1 contradicts itself".to_owned()), "5.0.0"),
            (Cause::NotYet("451 4.3.0 later".to_owned()), "4.3.0"),
            (Cause::NotYet("not handed over: no answer".to_owned()), "4.0.0"),
            (Cause::Expired("421 4.4.2 busy".to_owned()), "5.4.7"),
        ] {
            assert_eq!(cause.told().0.to_string(), status, "{cause:?}");
        }
        let (_, said) = Cause::Expired("421 4.4.2 busy".to_owned()).told();
        assert_eq!(said.map(|it| it.to_string()).as_deref(), Some("421 4.4.2 busy"));
        assert_eq!(Cause::Refused("not handed over".to_owned()).told().1, None);
    }
}
