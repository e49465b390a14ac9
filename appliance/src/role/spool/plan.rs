//! From a decision to what it causes: deliveries, portal copies, letters. Pure.
//!
//! # Invariants
//!
//! - Every recipient of the envelope ends in exactly one of: delivered, kept, held, returned, or
//!   refused, with all the others or where each is answered. What an examiner cannot have meant was refused before
//!   ([`super::belief`]).
//! - Nothing goes to the null sender, and nothing is said to a program that wrote by itself
//!   (RFC 3834 §2), except that a message it sent could not be delivered.
//! - What a person wrote in the portal never leaves our domains.
//! - What goes over verified TLS is marked so, and never goes otherwise.

use std::collections::BTreeSet;

use grammar::tree::SENDER;

use crate::{
    notice::Confirmation,
    protocol::{
        control::OnError,
        exam::{Decided, Disposition, Head, Options, Verdict},
        spool::Envelope,
    },
};

/// What happens to a message.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Planned {
    /// It is carried out.
    Carry(Plan),
    /// It is refused for everybody, with this text.
    Reject(String),
}

/// What a decision causes.
#[derive(Debug, Default, Eq, PartialEq)]
pub(super) struct Plan {
    /// Rows of the queue.
    pub(super) deliveries: Vec<Outgoing>,
    /// Copies in the portal; each has a notice.
    pub(super) copies: Vec<Kept>,
    /// Mails to write besides the notices.
    pub(super) letters: Vec<Told>,
    /// Who is refused, and why, where the peer is told so for each.
    pub(super) refused: Vec<(String, String)>,
}

/// One row of the queue.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Outgoing {
    /// To whom.
    pub(super) recipient: String,
    /// Whether to our own mail server.
    pub(super) internal: bool,
    /// Who must release it; `None` to go at once. An empty text is the postmaster.
    pub(super) held_for: Option<String>,
    /// Index into the decision's lists of edits.
    pub(super) edits: Option<u32>,
    /// It goes to servers alone that its domain vouches for.
    pub(super) verified: bool,
}

/// One copy in the portal.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Kept {
    /// For whom.
    pub(super) recipient: String,
    /// How.
    pub(super) options: Options,
    /// By which policies.
    pub(super) decided_by: Vec<String>,
}

/// A mail to write.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Told {
    /// To the sender: what had no effect.
    Advice(Vec<String>),
    /// To the sender: whether it is to go.
    Ask {
        /// To these.
        recipients: Vec<String>,
        /// By which policies it is asked.
        policies: Vec<String>,
    },
    /// To the sender: who did not get it, and why.
    Bounce(Vec<(String, String)>),
    /// To the sender: it was secured. The dates are filled when it is written.
    Confirmation(Vec<String>),
    /// To the sender: it waits until somebody lets it go to these.
    Held(Vec<String>),
    /// To someone a policy names.
    Notification {
        /// Whom.
        to: String,
        /// Which recipients of the message it is about.
        recipients: Vec<String>,
        /// What happened to them.
        outcome: Disposition,
        /// By which policies.
        policies: Vec<String>,
    },
}

/// A text for a message that the portal may not send.
pub(super) const OUTSIDE_TEXT: &str = "You can only write to addresses of the organisation.";
/// A text for what a sender reads where a rule names none.
const REFUSED_TEXT: &str = "This message is against the policy of the organisation.";
/// Why a copy is held when no rule says so.
pub(super) const POSTMASTER: &str = "";

/// Plans what `decided` causes, which is about this envelope.
pub(super) fn plan(envelope: &Envelope, decided: &Decided) -> Planned {
    if envelope.account.is_some() && decided.verdicts.iter().any(|it| !it.internal) {
        return Planned::Reject(OUTSIDE_TEXT.to_owned());
    }
    let reject = |it: &Verdict| it.disposition == Disposition::Reject;
    if decided.verdicts.iter().all(reject) {
        let text = decided.verdicts.first().map(text_of);
        return Planned::Reject(text.unwrap_or_else(|| REFUSED_TEXT.to_owned()));
    }
    let mut plan = Plan::default();
    let answers = can_answer(envelope, &decided.head);
    for verdict in &decided.verdicts {
        plan.add(verdict, answers);
    }
    plan.add_copies_to(&decided.verdicts);
    plan.add_letters(envelope, decided);
    Planned::Carry(plan)
}

/// Plans a message that could not be decided.
pub(super) fn undecided(envelope: &Envelope, on_error: OnError) -> Planned {
    let why = "The message could not be examined.";
    // Without a sender to return it to, a bounce would be a loss.
    let on_error = match on_error {
        OnError::Bounce if envelope.sender.is_none() => OnError::Hold,
        OnError::Bounce | OnError::Hold | OnError::Reject => on_error,
    };
    match on_error {
        OnError::Hold => {
            let held = |to: &String| Outgoing {
                recipient: to.clone(),
                internal: false,
                held_for: Some(POSTMASTER.to_owned()),
                edits: None,
                verified: false,
            };
            let deliveries = envelope.recipients.iter().map(held).collect();
            Planned::Carry(Plan { deliveries, ..Plan::default() })
        }
        OnError::Bounce => {
            let failed =
                envelope.recipients.iter().map(|to| (to.clone(), why.to_owned())).collect();
            Planned::Carry(Plan { letters: vec![Told::Bounce(failed)], ..Plan::default() })
        }
        OnError::Reject => Planned::Reject(why.to_owned()),
    }
}

/// What becomes of a delivery that was held, once some of those who hold it have let it go.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Next {
    /// It goes.
    Deliver,
    /// It is kept for the portal.
    Keep(Kept),
    /// It is returned, with this text.
    Return(String),
    /// It waits for these.
    Wait(Vec<String>),
}

/// Whether the sender is one of our people, who can be asked about what they wrote. A stranger may
/// have made the sender up; whoever that is, is not written to.
pub(super) fn can_answer(envelope: &Envelope, head: &Head) -> bool {
    let known = envelope.trusted || envelope.account.is_some();
    envelope.sender.is_some() && known && !head.automatic
}

/// Who must let it go. For a sender who cannot be asked the postmaster decides.
fn releasers(verdict: &Verdict, answers: bool) -> Vec<String> {
    let of = |it: &String| {
        if it == SENDER && !answers { POSTMASTER.to_owned() } else { it.clone() }
    };
    let all: BTreeSet<String> = verdict.releasers.iter().map(of).collect();
    if all.is_empty() { vec![POSTMASTER.to_owned()] } else { all.into_iter().collect() }
}

/// What becomes of what is decided thus by the rules in force, once `let_go` have let it go; its
/// sender `answers` or cannot be asked.
pub(super) fn released(verdict: &Verdict, let_go: &BTreeSet<String>, answers: bool) -> Next {
    if Disposition::Bounce <= verdict.disposition {
        return Next::Return(text_of(verdict));
    }
    if verdict.disposition == Disposition::Hold {
        let releasers = releasers(verdict, answers);
        if !releasers.iter().all(|it| let_go.contains(it)) {
            return Next::Wait(releasers);
        }
    }
    match (verdict.disposition, &verdict.options) {
        (Disposition::VerifiedTls, _) => Next::Deliver,
        // What would be secured if nobody held it is secured.
        (_, Some(options)) => Next::Keep(Kept {
            recipient: verdict.recipient.clone(),
            options: options.clone(),
            decided_by: verdict.decided_by.clone(),
        }),
        // Never clear mail.
        (Disposition::Secure, None) => Next::Wait(vec![POSTMASTER.to_owned()]),
        (_, None) => Next::Deliver,
    }
}

/// Whether it goes to servers alone that its domain vouches for. Our own is known.
pub(super) fn is_verified(verdict: &Verdict) -> bool {
    verdict.disposition == Disposition::VerifiedTls && !verdict.internal
}

fn text_of(verdict: &Verdict) -> String {
    verdict.text.clone().unwrap_or_else(|| REFUSED_TEXT.to_owned())
}

impl Plan {
    /// Gives every bounce this reason.
    pub(super) fn say(&mut self, text: &str) {
        for told in &mut self.letters {
            if let Told::Bounce(failed) = told {
                for (_, why) in failed {
                    text.clone_into(why);
                }
            }
        }
    }

    fn add(&mut self, verdict: &Verdict, answers: bool) {
        let outgoing = |held_for| Outgoing {
            recipient: verdict.recipient.clone(),
            internal: verdict.internal,
            held_for,
            edits: verdict.edits,
            verified: is_verified(verdict),
        };
        match (verdict.disposition, &verdict.options) {
            (Disposition::Deliver | Disposition::VerifiedTls, _) => {
                self.deliveries.push(outgoing(None));
            }
            (Disposition::Secure, Some(options)) => self.copies.push(Kept {
                recipient: verdict.recipient.clone(),
                options: options.clone(),
                decided_by: verdict.decided_by.clone(),
            }),
            // A secured copy without options is never clear mail.
            (Disposition::Hold | Disposition::Secure, _) => {
                self.deliveries.push(outgoing(Some(releasers(verdict, answers).join(","))));
            }
            // Collected into one letter by `add_letters`.
            (Disposition::Bounce | Disposition::Reject, _) => {}
        }
    }

    /// The sender is asked about what waits for it, and told of what waits for others alone.
    fn add_held(&mut self, decided: &Decided) {
        let held = self.deliveries.iter().filter_map(|it| Some((it, it.held_for.as_deref()?)));
        let (asked, told): (Vec<_>, Vec<_>) = held.partition(|it| waits_for_sender(it.1));
        let names = |of: Vec<(&Outgoing, &str)>| -> Vec<String> {
            of.into_iter().map(|it| it.0.recipient.clone()).collect()
        };
        let (asked, told) = (names(asked), names(told));
        if !told.is_empty() {
            self.letters.push(Told::Held(told));
        }
        if !asked.is_empty() {
            let by = decided.verdicts.iter().filter(|it| asked.contains(&it.recipient));
            let policies: BTreeSet<String> =
                by.flat_map(|it| it.decided_by.iter().cloned()).collect();
            let policies = policies.into_iter().collect();
            self.letters.push(Told::Ask { recipients: asked, policies });
        }
    }

    /// `also copy to`: one more delivery for each address, however many verdicts name it.
    fn add_copies_to(&mut self, verdicts: &[Verdict]) {
        let wanted: BTreeSet<&String> = verdicts.iter().flat_map(|it| &it.copy_to).collect();
        for address in wanted {
            let known = self.deliveries.iter().any(|it| it.recipient == *address);
            if !known {
                self.deliveries.push(Outgoing {
                    recipient: address.clone(),
                    internal: true,
                    held_for: None,
                    edits: None,
                    verified: false,
                });
            }
        }
    }

    fn add_letters(&mut self, envelope: &Envelope, decided: &Decided) {
        let (refused, returned): (Vec<_>, Vec<_>) =
            decided.verdicts.iter().filter(|it| Disposition::Bounce <= it.disposition).partition(
                |it| {
                    // Nobody waits for an answer for whom a list led to.
                    let is_named = !envelope.members.contains(&it.recipient);
                    envelope.answers_each && is_named && it.disposition == Disposition::Reject
                },
            );
        let told = |of: Vec<&Verdict>| -> Vec<(String, String)> {
            of.into_iter().map(|it| (it.recipient.clone(), text_of(it))).collect()
        };
        self.refused = told(refused);
        let returned = told(returned);
        let answerable = envelope.sender.is_some();
        if answerable && !returned.is_empty() {
            self.letters.push(Told::Bounce(returned));
        }
        let person = can_answer(envelope, &decided.head);
        if person && !self.copies.is_empty() {
            let policies: BTreeSet<String> =
                self.copies.iter().flat_map(|it| it.decided_by.iter().cloned()).collect();
            self.letters.push(Told::Confirmation(policies.into_iter().collect()));
        }
        if person {
            self.add_held(decided);
        }
        if person && !decided.advice.is_empty() {
            self.letters.push(Told::Advice(decided.advice.clone()));
        }
        self.letters.extend(notifications(&decided.verdicts));
    }
}

/// Whether it waits for its sender.
pub(super) fn waits_for_sender(held_for: &str) -> bool {
    held_for.split(',').any(|it| it == SENDER)
}

/// One mail for each address, outcome and set of policies.
fn notifications(verdicts: &[Verdict]) -> Vec<Told> {
    let mut told: Vec<Told> = Vec::new();
    for verdict in verdicts {
        for address in &verdict.notify {
            let known = told.iter_mut().find_map(|it| match it {
                Told::Notification { to, recipients, outcome, policies } => {
                    let same = to == address
                        && *outcome == verdict.disposition
                        && *policies == verdict.decided_by;
                    same.then_some(recipients)
                }
                Told::Advice(_)
                | Told::Ask { .. }
                | Told::Bounce(_)
                | Told::Confirmation(_)
                | Told::Held(_) => None,
            });
            match known {
                Some(recipients) => recipients.push(verdict.recipient.clone()),
                None => told.push(Told::Notification {
                    to: address.clone(),
                    recipients: vec![verdict.recipient.clone()],
                    outcome: verdict.disposition,
                    policies: verdict.decided_by.clone(),
                }),
            }
        }
    }
    told
}

/// Fills a confirmation: who is named in the headers, and who only in the envelope.
pub(super) fn confirmation(
    envelope: &Envelope,
    decided: &Decided,
    sent_ms: i64,
    secured: Vec<(String, i64)>,
    policies: Vec<String>,
) -> Confirmation {
    let head = &decided.head;
    let named: BTreeSet<String> =
        head.to.iter().chain(&head.cc).map(|it| it.to_lowercase()).collect();
    let unnamed = |it: &&String| !named.contains(&it.to_lowercase());
    Confirmation {
        to: head.to.clone(),
        cc: head.cc.clone(),
        bcc: envelope.recipients.iter().filter(unnamed).cloned().collect(),
        subject: head.subject.clone(),
        attachments: head.attachments.clone(),
        sent_ms,
        secured,
        policies,
    }
}

#[cfg(test)]
#[path = "plan_tests.rs"]
pub(in crate::role::spool) mod tests;
