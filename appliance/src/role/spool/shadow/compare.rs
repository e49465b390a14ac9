//! What two decisions about one message have in common. Pure.

use crate::{
    audit,
    protocol::{
        deliver::Edit,
        exam::{Decided, Disposition, Options, Verdict},
    },
};

/// What was decided for one recipient.
#[derive(Debug)]
pub(in crate::role::spool) struct Outcome {
    recipient: String,
    disposition: Disposition,
    options: Option<Options>,
    releasers: Vec<String>,
    notify: Vec<String>,
    copy_to: Vec<String>,
    edits: Vec<Edit>,
    decided_by: Vec<String>,
}

/// In what way a decision is another.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Way {
    /// More protective.
    More,
    /// Less protective.
    Less,
    /// The same outcome, with other options, effects, or others who may release.
    Beside,
}

/// A decision that would have been another.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Changed {
    pub(super) recipient: String,
    pub(super) way: Way,
    pub(super) did: &'static str,
    pub(super) did_by: String,
    pub(super) would: &'static str,
    pub(super) would_by: String,
}

/// What was decided, for each recipient.
pub(super) fn outcomes(decided: &Decided) -> Vec<Outcome> {
    let edits = |it: &Verdict| {
        let index = it.edits.and_then(|it| usize::try_from(it).ok());
        index.and_then(|it| decided.edits.get(it)).cloned().unwrap_or_default()
    };
    let outcome = |it: &Verdict| Outcome {
        recipient: it.recipient.clone(),
        disposition: it.disposition,
        options: it.options.clone(),
        releasers: it.releasers.clone(),
        notify: it.notify.clone(),
        copy_to: it.copy_to.clone(),
        edits: edits(it),
        decided_by: it.decided_by.clone(),
    };
    decided.verdicts.iter().map(outcome).collect()
}

/// Where the two differ. Both are about the same recipients, in the same order. That another policy
/// comes to the same is no difference.
pub(super) fn changed(did: &[Outcome], would: &[Outcome]) -> Vec<Changed> {
    let pairs = did.iter().zip(would).filter(|(did, would)| did.recipient == would.recipient);
    pairs
        .filter_map(|(did, would)| {
            Some(Changed {
                recipient: did.recipient.clone(),
                way: way(did, would)?,
                did: audit::outcome(did.disposition),
                did_by: did.decided_by.join(", "),
                would: audit::outcome(would.disposition),
                would_by: would.decided_by.join(", "),
            })
        })
        .collect()
}

fn way(did: &Outcome, would: &Outcome) -> Option<Way> {
    match would.disposition.cmp(&did.disposition) {
        std::cmp::Ordering::Greater => Some(Way::More),
        std::cmp::Ordering::Less => Some(Way::Less),
        std::cmp::Ordering::Equal => {
            let is_same = did.options == would.options
                && did.releasers == would.releasers
                && did.notify == would.notify
                && did.copy_to == would.copy_to
                && did.edits == would.edits;
            (!is_same).then_some(Way::Beside)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(disposition: Disposition, releasers: &[&str], by: &str) -> Outcome {
        Outcome {
            recipient: "a@b.example".to_owned(),
            disposition,
            options: None,
            releasers: releasers.iter().map(|it| (*it).to_owned()).collect(),
            notify: Vec::new(),
            copy_to: Vec::new(),
            edits: Vec::new(),
            decided_by: vec![by.to_owned()],
        }
    }

    #[test]
    fn what_is_done_counts_and_not_who_decides_it() {
        use Disposition::{Deliver, Hold, Secure};
        for (did, would, expected) in [
            (outcome(Deliver, &[], "a"), outcome(Deliver, &[], "b"), None),
            (outcome(Deliver, &[], "a"), outcome(Hold, &[], "a"), Some(Way::More)),
            (outcome(Hold, &[], "a"), outcome(Secure, &[], "a"), Some(Way::Less)),
            (outcome(Hold, &["x"], "a"), outcome(Hold, &["y"], "a"), Some(Way::Beside)),
        ] {
            let found = changed(&[did], &[would]);
            assert_eq!(found.first().map(|it| it.way), expected, "{found:?}");
        }
    }
}
