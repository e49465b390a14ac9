//! Whether rules may come into force, by what they would have done otherwise while they ran beside those
//! in force. Pure, but for the files that it reads.

use std::{fmt::Write, fs, io, path::Path};

use serde::{Deserialize, Serialize};

use super::bundle::Bundle;
use crate::{
    config::Config,
    role::spool::{Note, SHADOW},
};

/// The file in the data folder in which somebody accepts more than the gate lets through.
pub(crate) const ACCEPTED: &str = "rules.accepted";
/// Changes that are told.
const CHANGES_TOLD: usize = 20;

/// What somebody accepts of some rules.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Accepted {
    /// What the rules are known by, in hexadecimal.
    pub(crate) rules: String,
    /// For so many of a hundred recipients the outcome may be another.
    pub(crate) percent: u8,
    /// It may be less protective.
    pub(crate) less_protective: bool,
}

impl Accepted {
    /// What is accepted; nothing where there is no such file that can be read.
    fn read(path: &Path) -> Self {
        serde_json::from_slice(&fs::read(path).unwrap_or_default()).unwrap_or_default()
    }

    /// Writes it, whole or not at all.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub(crate) fn write(&self, path: &Path) -> io::Result<()> {
        let new = path.with_extension("accepted.new");
        fs::write(&new, serde_json::to_vec(self)?)?;
        fs::rename(&new, path)
    }
}

/// How much may change.
#[derive(Clone, Copy, Debug)]
struct Bounds {
    messages: u32,
    percent: u8,
    less_protective: bool,
}

/// Why these rules may not take the place of those that are known by `in_force`; nothing where they may.
pub(super) fn refusal(config: &Config, bundle: &Bundle, in_force: &[u8; 32]) -> Option<String> {
    let gate = config.file.shadow.as_ref().filter(|it| 0 < it.gate_messages)?;
    let rules = bundle.organisation().rules;
    // The same rules, with another directory or anew.
    if rules == *in_force {
        return None;
    }
    let rules = vault::digest::hex(&rules);
    let data = config.folders.store.parent().unwrap_or(Path::new("."));
    let accepted = Accepted::read(&data.join(ACCEPTED));
    let mut bounds =
        Bounds { messages: gate.gate_messages, percent: gate.gate_percent, less_protective: false };
    if accepted.rules == rules {
        bounds.percent = bounds.percent.max(accepted.percent);
        bounds.less_protective = accepted.less_protective;
    }
    too_much(&Note::read(&config.folders.store.join(SHADOW)), &rules, bounds)
}

fn too_much(note: &Note, rules: &str, bounds: Bounds) -> Option<String> {
    if note.rules != rules {
        return Some(
            "they have not run beside those in force; put them at `shadow.rules`".to_owned(),
        );
    }
    let messages = note.messages;
    if messages < u64::from(bounds.messages) {
        return Some(format!(
            "beside those in force they decided {messages} messages, and {} are wanted",
            bounds.messages
        ));
    }
    // One that they could not decide would be held.
    let changed = note.changed().saturating_add(note.failed);
    let recipients = note.recipients.saturating_add(note.failed);
    let is_wide =
        u64::from(bounds.percent).saturating_mul(recipients) < changed.saturating_mul(100);
    let is_open = 0 < note.less && !bounds.less_protective;
    if !is_wide && !is_open {
        return None;
    }
    let mut told = format!(
        "of {recipients} recipients {changed} would have been treated otherwise, {} of them less \
         protectively; at most {} % may, {} less protectively (`chancery shadow accept`)",
        note.less,
        bounds.percent,
        if bounds.less_protective { "also" } else { "none" }
    );
    let mut changes: Vec<(&String, &u64)> = note.changes.iter().collect();
    changes.sort_by_key(|it| std::cmp::Reverse(it.1));
    for (what, count) in changes.into_iter().take(CHANGES_TOLD) {
        // Nothing can go wrong in memory.
        write!(told, "\n  {count}  {what}").ok();
    }
    Some(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(messages: u64, more: u64, less: u64, failed: u64) -> Note {
        let mut note = Note::default();
        "r".clone_into(&mut note.rules);
        (note.messages, note.recipients) = (messages, messages);
        (note.more, note.less, note.failed) = (more, less, failed);
        note
    }

    #[test]
    fn what_ran_for_long_and_changes_little_is_let_through() {
        let bounds = Bounds { messages: 100, percent: 5, less_protective: false };
        for (note, rules, is_refused) in [
            (note(100, 5, 0, 0), "r", false),
            (note(100, 5, 0, 0), "s", true),
            (note(99, 0, 0, 0), "r", true),
            (note(100, 6, 0, 0), "r", true),
            (note(100, 0, 1, 0), "r", true),
            (note(100, 3, 0, 3), "r", true),
            (Note::default(), "r", true),
        ] {
            assert_eq!(too_much(&note, rules, bounds).is_some(), is_refused, "{note:?}");
        }
        let accepted = Bounds { percent: 20, less_protective: true, ..bounds };
        assert_eq!(too_much(&note(100, 10, 10, 0), "r", accepted), None);
        assert!(too_much(&note(100, 10, 11, 0), "r", accepted).is_some());
    }

    #[test]
    fn what_changes_most_is_told_first() {
        let mut wide = note(100, 50, 0, 0);
        wide.changes = [("a".to_owned(), 20), ("b".to_owned(), 30)].into();
        let told = too_much(&wide, "r", Bounds { messages: 1, percent: 5, less_protective: false });
        let told = told.unwrap();
        assert!(told.ends_with("\n  30  b\n  20  a"), "{told}");
    }
}
