//! Bounces: what a sender reads when a message was not delivered. They return nothing of it.

use grammar::literal::{Address, Domain};
use store::{Commit, message::MessageKind};
use wire::{
    compose::{Action, Date, Mailbox, MessageId, Report, Reported},
    smtp::client::Status,
};

use super::{Spool, letter::message_id, sealed::ReportTo};

/// A message that some did not get.
#[derive(Debug)]
pub(super) struct Failed<'a> {
    /// Who is told: who sent it, or the postmaster.
    pub(super) sender: &'a str,
    /// Its `Message-ID`.
    pub(super) message_id: Option<&'a str>,
    /// When it arrived, milliseconds since 1970 UTC.
    pub(super) arrived_ms: i64,
    /// Who did not get it, and why.
    pub(super) recipients: &'a [(String, String)],
}

/// Refused by policy (RFC 3463 §3.8).
const BY_POLICY: Status = Status { class: 5, subject: 7, detail: 1 };

impl Spool {
    /// Writes the bounce and makes it durable.
    pub(super) async fn bounce(&self, failed: &Failed<'_>, at_ms: i64) -> anyhow::Result<Commit> {
        let organisation = self.organisation()?;
        let from = Mailbox::new(&organisation.name, Address::parse(&organisation.postmaster)?);
        let reported = failed.recipients.iter().map(|(to, _)| {
            Ok(Reported {
                address: Address::parse(to)?,
                status: BY_POLICY,
                remote: None,
                said: None,
            })
        });
        let reasons: Vec<String> =
            failed.recipients.iter().map(|(to, why)| format!("{to}: {why}")).collect();
        let report = Report {
            from,
            to: Address::parse(failed.sender)?,
            host: Domain::parse(&self.start.hostname)?,
            date: Date::utc(at_ms),
            message_id: message_id(&self.start.hostname)?,
            arrived: Date::utc(failed.arrived_ms),
            original: failed.message_id.and_then(MessageId::parse),
            action: Action::Failed,
            note: format!(
                "{}\n\nThe message is not attached, so that what it says stays protected.",
                reasons.join("\n")
            ),
            recipients: reported.collect::<anyhow::Result<_>>()?,
        };
        let octets = report.write(super::letter::seed());
        // A bounce that fails goes to the postmaster, and what fails on the way there to nobody.
        let last = failed.sender.eq_ignore_ascii_case(&organisation.postmaster);
        let report_to = (!last).then(|| ReportTo {
            sender: organisation.postmaster.clone(),
            message_id: failed.message_id.map(ToOwned::to_owned),
        });
        self.enqueue(MessageKind::Bounce, failed.sender, octets, report_to, at_ms).await
    }
}
