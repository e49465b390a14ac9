//! Names of others and lists: a message is for whom they lead to, each of whom is decided for by
//! itself. Who takes no mail is told to the sender.
//!
//! # Invariants
//!
//! - Everybody an envelope leads to is in the new envelope once, or among those who take no mail.
//! - What a person wrote in the portal does not leave our domains by way of a list.
//! - Of a list with several members it is said once that the message was taken for it, where that was
//!   asked; its members say nothing of it (RFC 3461 §5.2.7.3).

use std::collections::BTreeSet;

use grammar::literal::Address;
use store::{Commit, audit::NewRecord};
use wire::smtp::limits::RECIPIENTS_MAX;

use super::{
    Spool,
    carry::Arrived,
    letter::is_internal,
    plan::OUTSIDE_TEXT,
    report::{Cause, Failed, Undelivered},
};
use crate::{
    audit,
    protocol::{control::Organisation, exam::Head, spool::Envelope},
    role::{Recipients, Takes, day, now_ms},
};

/// What an envelope leads to, besides the new envelope.
#[derive(Debug, Default, Eq, PartialEq)]
pub(super) struct Readdressed {
    /// Who takes no mail, and what the sender reads.
    pub(super) closed: Vec<(String, String)>,
    /// Addresses that led elsewhere, and to how many.
    pub(super) led: Vec<(String, usize)>,
    /// Those of them that are lists and whose senders want to know of success.
    pub(super) lists: Vec<String>,
}

/// An envelope that leads to nobody, or to too many; with what the peer reads.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Unaddressed(pub(super) String);

/// Puts those whom the recipients lead to in their place.
///
/// # Errors
///
/// [`Unaddressed`]; the message is refused.
pub(super) fn readdress(
    envelope: &mut Envelope,
    known: &Recipients,
    organisation: &Organisation,
    at_ms: i64,
) -> Result<Readdressed, Unaddressed> {
    let today = day(at_ms, &organisation.time_zone);
    let mut told = Readdressed::default();
    let mut seen: BTreeSet<String> =
        envelope.recipients.iter().map(|it| it.to_lowercase()).collect();
    let mut recipients = Vec::new();
    for recipient in std::mem::take(&mut envelope.recipients) {
        // What the session took is an address.
        let reached = Address::parse(&recipient).map(|it| known.reach(&it, today));
        let reached = reached.unwrap_or_default();
        let leads = match reached.as_slice() {
            [] => false,
            [only] => only.address.to_string().to_lowercase() != recipient.to_lowercase(),
            [_, _, ..] => true,
        };
        if !leads {
            match reached.into_iter().next().map(|it| it.takes) {
                Some(Takes::Nothing(text)) => told.closed.push((recipient, text)),
                Some(Takes::Mail | Takes::Unknown) | None => recipients.push(recipient),
            }
            continue;
        }
        told.led.push((recipient.clone(), reached.len()));
        let members: Vec<String> = reached.iter().map(|it| it.address.to_string()).collect();
        if envelope.wishes.pass_on(&recipient, &members) {
            told.lists.push(recipient);
        }
        for (member, reached) in members.into_iter().zip(reached) {
            if !seen.insert(member.to_lowercase()) {
                continue;
            }
            let is_outside = envelope.account.is_some() && !is_internal(organisation, &member);
            match reached.takes {
                Takes::Nothing(text) => told.closed.push((member, text)),
                Takes::Mail | Takes::Unknown if is_outside => {
                    told.closed.push((member, OUTSIDE_TEXT.to_owned()));
                }
                Takes::Mail | Takes::Unknown => {
                    envelope.members.push(member.clone());
                    recipients.push(member);
                }
            }
        }
        if RECIPIENTS_MAX < recipients.len() {
            return Err(Unaddressed(format!(
                "The lists that it is for have more than {RECIPIENTS_MAX} members: send to fewer"
            )));
        }
    }
    if recipients.is_empty() {
        let text = told.closed.into_iter().next().map(|(_, text)| text);
        return Err(Unaddressed(text.unwrap_or_default()));
    }
    envelope.recipients = recipients;
    Ok(told)
}

impl Spool {
    /// The same with the recipients that are listed; where none are, all is left as it is.
    ///
    /// # Errors
    ///
    /// The rules are not known.
    pub(super) fn readdress(
        &self,
        envelope: &mut Envelope,
    ) -> anyhow::Result<Result<Readdressed, Unaddressed>> {
        let Some(known) = self.recipients.borrow().clone() else {
            return Ok(Ok(Readdressed::default()));
        };
        Ok(readdress(envelope, &known, &*self.organisation()?, now_ms()))
    }

    /// What the sender is told of it, and what the audit log is.
    pub(super) async fn readdressed(
        &self,
        arrived: &Arrived,
        head: &Head,
    ) -> anyhow::Result<(Vec<Commit>, Option<NewRecord>)> {
        let Readdressed { closed, led, lists } = &arrived.readdressed;
        if closed.is_empty() && led.is_empty() {
            return Ok((Vec::new(), None));
        }
        let closed_hashes: Vec<String> = closed.iter().map(|(it, _)| it.clone()).collect();
        let led_hashes: Vec<String> = led.iter().map(|(it, _)| it.clone()).collect();
        let closed_hashes = self.stock.hashes(&closed_hashes).await?;
        let led_hashes = self.stock.hashes(&led_hashes).await?;
        let counts = led_hashes.iter().zip(led.iter().map(|(_, count)| *count));
        let record = audit::readdressed(&arrived.id, counts, &closed_hashes);
        let Some(sender) = &arrived.envelope.sender else { return Ok((Vec::new(), Some(record))) };
        let told = |recipients: Vec<Undelivered>| (sender.as_str(), recipients);
        let closed = told(closed.iter().map(|(address, why)| undelivered(address, why)).collect());
        let lists = told(lists.iter().map(|it| taken(it)).collect());
        let mut commits = Vec::new();
        for (is_failure, (sender, recipients)) in [(true, closed), (false, lists)] {
            if recipients.is_empty() {
                continue;
            }
            let told = Failed {
                sender,
                message_id: head.message_id.as_deref(),
                arrived_ms: arrived.at_ms,
                recipients: &recipients,
                wishes: &arrived.envelope.wishes,
                reach: arrived.reach(),
            };
            commits.extend(match is_failure {
                true => self.bounce(&told, arrived.at_ms).await?,
                false => self.expanded(&told, arrived.at_ms).await?,
            });
        }
        Ok((commits, Some(record)))
    }
}

fn undelivered(address: &str, why: &str) -> Undelivered {
    Undelivered { address: address.to_owned(), why: why.to_owned(), cause: Cause::Closed }
}

fn taken(list: &str) -> Undelivered {
    let why = "it was taken for the members of this list".to_owned();
    Undelivered { address: list.to_owned(), why, cause: Cause::Kept }
}

#[cfg(test)]
#[path = "readdress_tests.rs"]
mod tests;
