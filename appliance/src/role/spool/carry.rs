//! Carries out a plan: the rows and letters of one message, for one transaction.

use std::{fs::File, sync::Arc};

use store::{
    Commit, NewCopy, NewDelivery, NewEvent, NewMessage, NewSent, NewToken,
    commit::{CopyOptions, DeliveryStart},
    copy::{OnExpiry, ReadReceipt},
    message::{MessageKind, MessageState},
    token::TokenPurpose,
};
use vault::{
    key::WrappedKey,
    token::{Token, random_id},
};

use super::{
    Spool,
    ask::Asked,
    letter::{Draft, house},
    plan::{self, Kept, Outgoing, Plan, Told},
    reach::Reach,
    readdress::Readdressed,
    report::{Cause, Failed, Undelivered},
    sealed::{self, ReportTo, Sealing, StoredEnvelope, StoredHead, StoredPlan},
};
use crate::{
    notice,
    protocol::{
        deliver::Edit,
        exam::{Decided, Disposition, Head, Receipt},
        resolve::Authentication,
        spool::Envelope,
    },
    role::now_ms,
};

/// A message that is complete.
#[derive(Debug)]
pub(super) struct Arrived {
    /// Its id.
    pub(super) id: String,
    /// Its sealed body, if it is short; otherwise it is among the files.
    pub(super) body: Option<Arc<[u8]>>,
    /// What a long one was written into, or fetched into, where a server has it.
    pub(super) file: Option<Arc<File>>,
    /// Its key.
    pub(super) sealing: Sealing,
    /// The key's wrapping.
    pub(super) wrapped: WrappedKey,
    /// Its envelope.
    pub(super) envelope: Envelope,
    /// Octets of the clear message.
    pub(super) octets: u64,
    /// It has octets above 127.
    pub(super) eight_bit: bool,
    /// Whether it comes from whom it says.
    pub(super) authentication: Option<Authentication>,
    /// When it arrived, milliseconds since 1970 UTC.
    pub(super) at_ms: i64,
    /// The portal account that keeps it among its sent mail.
    pub(super) sent_by: Option<String>,
    /// Whom its envelope led to; nothing where that was told before.
    pub(super) readdressed: Readdressed,
    /// The state of its row, if it has one.
    pub(super) replaces: Option<MessageState>,
}

impl Arrived {
    /// Whether its sender may be written to.
    pub(super) fn reach(&self) -> Reach {
        Reach::of(&self.envelope, self.authentication.as_ref())
    }
}

/// A link is good for as long as the copy, and at least this long, milliseconds.
const LINK_LIFE_MIN_MS: i64 = 24 * 60 * 60 * 1000;

impl Spool {
    /// Everything that `plan` causes, ready to be committed. Long bodies of letters are on disk then.
    pub(super) async fn carry(
        &self,
        arrived: &Arrived,
        decided: Option<&Decided>,
        plan: Plan,
    ) -> anyhow::Result<Commit> {
        let default_head = Head::default();
        let head = decided.map_or(&default_head, |it| &it.head);
        let held = plan.deliveries.iter().any(|it| it.held_for.is_some());
        let mut commit = self.row(arrived, head, decided)?;
        for outgoing in &plan.deliveries {
            commit.deliveries.push(self.delivery(arrived, decided, outgoing).await?);
        }
        let mut secured = Vec::new();
        for kept in &plan.copies {
            let (until_ms, notice) = self.keep(arrived, head, kept, &mut commit).await?;
            secured.push((kept.recipient.clone(), until_ms));
            commit.also.push(notice);
            commit.also.extend(self.kept(arrived, head, &kept.recipient).await?);
        }
        for told in plan.letters {
            let letter = match told {
                Told::Ask { recipients, policies } => {
                    let asked = Asked { recipients: &recipients, policies: &policies };
                    self.ask(arrived, head, &asked, &mut commit).await?
                }
                told @ (Told::Advice(_)
                | Told::Bounce(_)
                | Told::Confirmation(_)
                | Told::Held(_)
                | Told::Notification { .. }) => self.tell(arrived, decided, told, &secured).await?,
            };
            commit.also.extend(letter);
        }
        let names =
            [("message.held", held), ("message.decided", !held)].into_iter().filter(|it| it.1);
        commit.events.extend(names.map(|(name, _)| NewEvent {
            at_ms: arrived.at_ms,
            name: name.to_owned(),
            detail: None,
        }));
        Ok(commit)
    }

    /// The row of a message that is still being examined.
    pub(super) fn examining(&self, arrived: &Arrived, due_at_ms: i64) -> anyhow::Result<Commit> {
        let mut commit = self.row(arrived, &Head::default(), None)?;
        commit.message.state = MessageState::Examining;
        commit.message.due_at_ms = Some(due_at_ms);
        Ok(commit)
    }

    /// The row of a message, and nothing that it causes.
    pub(super) fn row(
        &self,
        arrived: &Arrived,
        head: &Head,
        decided: Option<&Decided>,
    ) -> anyhow::Result<Commit> {
        let sealing = &arrived.sealing;
        let answer = arrived.envelope.account.is_some();
        let stored = StoredEnvelope {
            // Nobody waits any longer for what is stored.
            envelope: Envelope { answers_each: false, ..arrived.envelope.clone() },
            report_to: None,
            authentication: arrived.authentication.clone(),
            tls_optional: head.tls_optional,
            author: head.from.rsplit_once('@').map(|(_, domain)| domain.to_owned()),
            eight_bit: arrived.eight_bit,
        };
        let decision = decided.map(|it| sealing.seal_text(sealed::DECISION, &it.record));
        let sent = arrived.sent_by.clone().filter(|_| arrived.replaces.is_none());
        Ok(Commit {
            message: NewMessage {
                id: arrived.id.clone(),
                kind: if answer { MessageKind::Answer } else { MessageKind::Mail },
                state: MessageState::Decided,
                wrapped_key: arrived.wrapped.clone(),
                size_octets: i64::try_from(arrived.octets)?,
                body: arrived.body.clone(),
                envelope: sealing.seal(sealed::ENVELOPE, &stored)?,
                head: sealing.seal(sealed::HEAD, &StoredHead::from(head))?,
                decision,
                bundle: decided.map(|it| it.rules.to_vec()),
                received_at_ms: arrived.at_ms,
                due_at_ms: None,
            },
            replaces: arrived.replaces,
            deliveries: Vec::new(),
            copies: Vec::new(),
            tokens: Vec::new(),
            sent: sent.map(|account_id| NewSent {
                id: random_id(),
                account_id,
                created_at_ms: arrived.at_ms,
            }),
            events: Vec::new(),
            audit: Vec::new(),
            also: Vec::new(),
        })
    }

    async fn delivery(
        &self,
        arrived: &Arrived,
        decided: Option<&Decided>,
        outgoing: &Outgoing,
    ) -> anyhow::Result<NewDelivery> {
        let sealing = &arrived.sealing;
        let edits = decided.map(|it| edits_of(it, outgoing.edits)).transpose()?.unwrap_or_default();
        let start = match &outgoing.held_for {
            None => DeliveryStart::Queued { due_at_ms: now_ms() },
            Some(releasers) => DeliveryStart::Held { hold_for: releasers.clone() },
        };
        let (route, destination) = self.destination(&outgoing.recipient).await?;
        Ok(NewDelivery {
            route: route.to_owned(),
            destination,
            recipient: sealing.seal_text(sealed::RECIPIENT, &outgoing.recipient),
            plan: sealing.seal(sealed::PLAN, &StoredPlan { edits, verified: outgoing.verified })?,
            start,
        })
    }

    /// Adds a portal copy and its link to `commit`; returns until when it is kept, and its notice.
    pub(super) async fn keep(
        &self,
        arrived: &Arrived,
        head: &Head,
        kept: &Kept,
        commit: &mut Commit,
    ) -> anyhow::Result<(i64, Commit)> {
        let sender = arrived.envelope.sender.clone().unwrap_or_default();
        let hashes = self.stock.hashes(&[kept.recipient.clone(), sender.clone()]).await?;
        let [address_hash, sender_hash] = hashes.as_slice() else {
            anyhow::bail!("keyd answered with other hashes than were asked for");
        };
        let ms = |secs: u64| i64::try_from(secs.saturating_mul(1000)).unwrap_or(i64::MAX);
        let until_ms = arrived.at_ms.saturating_add(ms(kept.options.expires_secs));
        let extension_ms = ms(kept.options.extension_secs);
        let copy_id = random_id();
        commit.copies.push(NewCopy {
            id: copy_id.clone(),
            address_hash: *address_hash,
            sender_hash: *sender_hash,
            recipient: arrived.sealing.seal_text(sealed::RECIPIENT, &kept.recipient),
            options: options(kept),
            decided_by: kept.decided_by.join(","),
            expires_at_ms: until_ms,
            extension_until_ms: (0 < extension_ms).then(|| until_ms.saturating_add(extension_ms)),
            delivered_at_ms: arrived.at_ms,
        });
        let token = Token::random();
        commit.tokens.push(NewToken {
            hash: token.hash(),
            purpose: TokenPurpose::Notice,
            copy_id: Some(copy_id),
            message_id: None,
            address_hash: *address_hash,
            expires_at_ms: until_ms.max(arrived.at_ms.saturating_add(LINK_LIFE_MIN_MS)),
        });
        let notice = self.notice(arrived, head, kept, until_ms, &token).await?;
        Ok((until_ms, notice))
    }

    async fn notice(
        &self,
        arrived: &Arrived,
        head: &Head,
        kept: &Kept,
        until_ms: i64,
        token: &Token,
    ) -> anyhow::Result<Commit> {
        let organisation = self.organisation()?;
        let portal_url = &self.start.portal_url;
        let sender = arrived.envelope.sender.as_deref().unwrap_or_default();
        let shown = kept.options.subject_in_notice;
        let domain = sender.rsplit_once('@').map_or(organisation.name.as_str(), |(_, it)| it);
        let letter = notice::delivery(
            &house(&organisation),
            &notice::Delivery {
                from: if shown { sender } else { domain },
                subject: shown
                    .then(|| head.masked_subject.as_ref().unwrap_or(&head.subject).as_str()),
                link: &format!("{portal_url}/n/{}", token.text().as_str()),
                portal_url,
                until_ms,
            },
        );
        let report_to = arrived
            .envelope
            .sender
            .clone()
            .map(|sender| ReportTo { sender, message_id: head.message_id.clone() });
        let to = kept.recipient.clone();
        let draft = Draft { kind: MessageKind::Notice, to, letter, report_to, about: None };
        self.write(draft, arrived.at_ms).await
    }

    /// The report that a message is kept for a recipient, which is all the delivery that there
    /// will be; none where the sender did not ask for it.
    pub(super) async fn kept(
        &self,
        arrived: &Arrived,
        head: &Head,
        recipient: &str,
    ) -> anyhow::Result<Option<Commit>> {
        let Some(sender) = &arrived.envelope.sender else { return Ok(None) };
        let done = Failed {
            sender,
            message_id: head.message_id.as_deref(),
            arrived_ms: arrived.at_ms,
            recipients: &[Undelivered {
                address: recipient.to_owned(),
                why: "it is kept for this recipient to read".to_owned(),
                cause: Cause::Kept,
            }],
            wishes: &arrived.envelope.wishes,
            reach: arrived.reach(),
        };
        self.delivered(&done, arrived.at_ms).await
    }

    /// A letter of the plan; none when there is nobody to send it to.
    async fn tell(
        &self,
        arrived: &Arrived,
        decided: Option<&Decided>,
        told: Told,
        secured: &[(String, i64)],
    ) -> anyhow::Result<Option<Commit>> {
        let organisation = self.organisation()?;
        let house = house(&organisation);
        let default_head = Head::default();
        let head = decided.map_or(&default_head, |it| &it.head);
        let sender = arrived.envelope.sender.clone();
        let (to, letter) = match (told, sender) {
            (Told::Notification { to, recipients, outcome, policies }, sender) => {
                let letter = notice::notification(
                    &house,
                    &notice::Notification {
                        message: &arrived.id,
                        sender: sender.as_deref().unwrap_or_default(),
                        recipients: &recipients,
                        outcome: outcome_word(outcome),
                        policies: &policies,
                        at_ms: arrived.at_ms,
                    },
                );
                (to, letter)
            }
            (Told::Bounce(failed), Some(sender)) => {
                let failed: Vec<Undelivered> = failed
                    .into_iter()
                    .map(|(address, why)| Undelivered { address, why, cause: Cause::Policy })
                    .collect();
                let failed = Failed {
                    sender: &sender,
                    message_id: head.message_id.as_deref(),
                    arrived_ms: arrived.at_ms,
                    recipients: &failed,
                    wishes: &arrived.envelope.wishes,
                    reach: arrived.reach(),
                };
                return self.bounce(&failed, arrived.at_ms).await;
            }
            (Told::Advice(lines), Some(sender)) => {
                (sender, notice::advice(&house, &head.subject, &lines))
            }
            (Told::Confirmation(policies), Some(sender)) => {
                let Some(decided) = decided else { return Ok(None) };
                let sent = plan::confirmation(
                    &arrived.envelope,
                    decided,
                    arrived.at_ms,
                    secured.to_vec(),
                    policies,
                );
                (sender, notice::confirmation(&house, &sent))
            }
            (Told::Held(_), Some(_)) if !self.start.hold.tells_sender => return Ok(None),
            (Told::Held(recipients), Some(sender)) => {
                let held = notice::Held {
                    subject: &head.subject,
                    recipients: &recipients,
                    sent_ms: arrived.at_ms,
                    days: self.start.hold.days,
                };
                (sender, notice::held(&house, &held))
            }
            (Told::Advice(_) | Told::Bounce(_) | Told::Confirmation(_) | Told::Held(_), None)
            // It was written with its link.
            | (Told::Ask { .. }, _) => return Ok(None),
        };
        let about = head.message_id.clone();
        let draft = Draft { kind: MessageKind::Confirmation, to, letter, report_to: None, about };
        self.write(draft, arrived.at_ms).await.map(Some)
    }
}

/// The edits with that index; none without one.
///
/// # Errors
///
/// The decision has none there.
pub(super) fn edits_of(decided: &Decided, index: Option<u32>) -> anyhow::Result<Vec<Edit>> {
    let Some(index) = index else { return Ok(Vec::new()) };
    let edits = usize::try_from(index).ok().and_then(|it| decided.edits.get(it));
    edits.cloned().ok_or_else(|| anyhow::anyhow!("the decision names no such edits"))
}

fn options(kept: &Kept) -> CopyOptions {
    let options = &kept.options;
    CopyOptions {
        print: options.print,
        reply: options.reply,
        reply_all: options.reply_all,
        forward: options.forward,
        on_expiry: if options.gone_on_expiry { OnExpiry::Gone } else { OnExpiry::ReadOnly },
        read_receipt: match options.receipt {
            Receipt::Always => ReadReceipt::Always,
            Receipt::Never => ReadReceipt::Never,
            Receipt::OnRequest => ReadReceipt::OnRequest,
        },
    }
}

fn outcome_word(outcome: Disposition) -> &'static str {
    match outcome {
        Disposition::Deliver => "delivered",
        Disposition::VerifiedTls => "delivered over verified TLS",
        Disposition::Secure => "kept in the portal",
        Disposition::Hold => "held",
        Disposition::Bounce => "returned to the sender",
        Disposition::Reject => "refused",
    }
}
