//! What an examiner says, held against what it was asked and what the rules can say. Pure.
//!
//! An examiner reads hostile mail, so one that a message has taken over may answer whatever it likes.
//! It is believed about one message, within what the rules in force can come to; a message over which it
//! said anything else is held.

use std::sync::Arc;

use super::{carry::Arrived, judge::Belief, letter::is_internal};
use crate::protocol::{
    control::Organisation,
    exam::{Decided, Disposition, ExamAnswer, Verdict},
    spool::Envelope,
};

/// Whether an answer can be meant that was given to the question what becomes of this message. One by
/// other rules than these can: it is of no account, and the message is asked about again.
pub(super) fn about(arrived: &Arrived, rules: Option<Arc<Organisation>>) -> Belief {
    let (envelope, octets) = (arrived.envelope.clone(), arrived.octets);
    Box::new(move |answer| match answer {
        ExamAnswer::Decided(decided) => {
            let rules = rules.filter(|it| it.digest == decided.digest);
            rules.is_none_or(|it| is_possible(decided, &envelope, octets, &it))
        }
        ExamAnswer::NoRules | ExamAnswer::Refused => true,
        ExamAnswer::AtRcpt(_) | ExamAnswer::Attachment(_) | ExamAnswer::Read(_) => false,
    })
}

/// Whether an answer can be meant that was given to the question about an envelope alone.
pub(super) fn is_about_rcpt(answer: &ExamAnswer) -> bool {
    match answer {
        ExamAnswer::AtRcpt(_) | ExamAnswer::NoRules | ExamAnswer::Refused => true,
        ExamAnswer::Attachment(_) | ExamAnswer::Decided(_) | ExamAnswer::Read(_) => false,
    }
}

/// Whether the rules could have said this of the message with this envelope, of so many octets.
fn is_possible(
    decided: &Decided,
    envelope: &Envelope,
    octets: u64,
    organisation: &Organisation,
) -> bool {
    let recipients = decided.verdicts.iter().map(|it| &it.recipient);
    recipients.eq(&envelope.recipients)
        && decided.verdicts.iter().all(|it| is_known(it, organisation))
        && decided.verdicts.iter().all(|it| names_edits(it, decided))
        && decided.edits.iter().all(|edits| {
            let edits: Vec<wire::edit::Edit> = edits.iter().cloned().map(Into::into).collect();
            wire::edit::check(&edits, octets).is_ok()
        })
}

/// Calls nobody one of ours who is not, and names nobody and nothing that the rules do not name.
fn is_known(verdict: &Verdict, organisation: &Organisation) -> bool {
    let is_one_of = |known: &[String], name: &String| known.binary_search(name).is_ok();
    let mut told = verdict.copy_to.iter().chain(&verdict.notify);
    verdict.internal == is_internal(organisation, &verdict.recipient)
        && told.all(|it| organisation.told.contains(it))
        && (verdict.disposition == Disposition::VerifiedTls) == verdict.otherwise.is_some()
        && verdict.otherwise != Some(Disposition::VerifiedTls)
        && !verdict.decided_by.is_empty()
        && verdict.decided_by.iter().all(|it| is_one_of(&organisation.deciders, it))
        && verdict.releasers.iter().all(|it| is_one_of(&organisation.releasers, it))
}

fn names_edits(verdict: &Verdict, decided: &Decided) -> bool {
    let named = verdict.edits.map(usize::try_from);
    named.is_none_or(|it| it.is_ok_and(|it| it < decided.edits.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        protocol::deliver::Edit,
        role::spool::plan::tests::{decided, ours, verdict},
    };

    /// What is made of a decision for one recipient, of a message of 100 octets, after a change.
    fn after(change: impl Fn(&mut Decided)) -> bool {
        let told = verdict("bob@shop.example", Disposition::Deliver);
        let (envelope, mut decided) = decided(vec![told]);
        change(&mut decided);
        is_possible(&decided, &envelope, 100, &ours())
    }

    fn verdict_after(change: impl Fn(&mut Verdict)) -> bool {
        after(|it| it.verdicts.iter_mut().for_each(&change))
    }

    #[test]
    fn a_decision_about_other_recipients_is_not_believed() {
        assert!(after(|_| ()));
        assert!(!verdict_after(|it| "eve@shop.example".clone_into(&mut it.recipient)));
        assert!(!after(|it| it.verdicts.push(verdict("eve@shop.example", Disposition::Deliver))));
        assert!(!after(|it| it.verdicts.clear()));
    }

    #[test]
    fn nobody_is_named_whom_no_rule_names() {
        let stranger = || "eve@shop.example".to_owned();
        assert!(verdict_after(|it| it.notify.push("dlp@acme.example".to_owned())));
        assert!(!verdict_after(|it| it.notify.push(stranger())));
        assert!(!verdict_after(|it| it.copy_to.push(stranger())));
        assert!(!verdict_after(|it| it.releasers.push(stranger())));
        assert!(!verdict_after(|it| it.internal = true));
    }

    #[test]
    fn what_happens_otherwise_is_told_where_it_is_asked() {
        let verified = |otherwise| {
            verdict_after(|it| {
                (it.disposition, it.otherwise) = (Disposition::VerifiedTls, otherwise);
            })
        };
        assert!(verified(Some(Disposition::Secure)));
        assert!(!verified(None) && !verified(Some(Disposition::VerifiedTls)));
        assert!(!verdict_after(|it| it.otherwise = Some(Disposition::Deliver)));
    }

    #[test]
    fn a_policy_decides_that_there_is() {
        assert!(verdict_after(|it| it.decided_by = vec!["default".to_owned()]));
        assert!(!verdict_after(|it| it.decided_by.push("no-such-policy".to_owned())));
        assert!(!verdict_after(|it| it.decided_by.clear()));
    }

    #[test]
    fn edits_are_there_and_fit_the_message() {
        let edit = |at, remove| Edit { at, remove, insert: b"x".to_vec() };
        assert!(!verdict_after(|it| it.edits = Some(0)));
        let with = |edits: &[Edit]| {
            after(|it| {
                it.edits.push(edits.to_vec());
                it.verdicts.iter_mut().for_each(|it| it.edits = Some(0));
            })
        };
        assert!(with(&[edit(0, 100)]));
        assert!(!with(&[edit(1, 100)]));
        assert!(!with(&[edit(50, 1), edit(2, 1)]));
        assert!(!with(&[edit(u64::MAX, u64::MAX)]));
    }
}
