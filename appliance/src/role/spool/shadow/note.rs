//! What other rules would have done, as it is counted and noted beside the database.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use serde::{Deserialize, Serialize};

use super::compare::{Changed, Way};

/// The file in the folder of the database.
pub(crate) const SHADOW: &str = "shadow.json";

/// Kinds of changes that are counted apart; the rest is counted together.
const KINDS_MAX: usize = 200;
/// What the rest is called.
const REST: &str = "others";

/// What stands in it.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Note {
    /// What the rules are known by, in hexadecimal.
    pub(crate) rules: String,
    /// Since when they are asked, milliseconds since 1970 UTC.
    pub(crate) since_ms: i64,
    /// Messages that they decided.
    pub(crate) messages: u64,
    /// Recipients of these.
    pub(crate) recipients: u64,
    /// Recipients for whom the outcome would be more protective.
    pub(crate) more: u64,
    /// Recipients for whom it would be less protective.
    pub(crate) less: u64,
    /// Recipients for whom it would be the same with other options or effects.
    pub(crate) beside: u64,
    /// Messages that they could not decide.
    pub(crate) failed: u64,
    /// Messages for which there was no time.
    pub(crate) skipped: u64,
    /// Changes by what they are.
    pub(crate) changes: BTreeMap<String, u64>,
    #[serde(skip)]
    is_changed: bool,
}

impl Note {
    /// What is noted; nothing where there is no note that can be read.
    pub(crate) fn read(path: &Path) -> Self {
        let octets = fs::read(path).unwrap_or_default();
        serde_json::from_slice(&octets).unwrap_or_default()
    }

    /// Recipients whose mail would be treated otherwise.
    pub(crate) fn changed(&self) -> u64 {
        self.more.saturating_add(self.less).saturating_add(self.beside)
    }

    /// These rules are asked from now on; what was counted of others is gone.
    pub(super) fn of(&mut self, rules: &[u8; 32], now_ms: i64) {
        let rules = vault::digest::hex(rules);
        if self.rules != rules {
            *self = Self { rules, since_ms: now_ms, is_changed: true, ..Self::default() };
        }
    }

    pub(super) fn add(&mut self, recipients: usize, changed: &[Changed]) {
        self.is_changed = true;
        self.messages = self.messages.saturating_add(1);
        let recipients = u64::try_from(recipients).unwrap_or(u64::MAX);
        self.recipients = self.recipients.saturating_add(recipients);
        for it in changed {
            let count = match it.way {
                Way::More => &mut self.more,
                Way::Less => &mut self.less,
                Way::Beside => &mut self.beside,
            };
            *count = count.saturating_add(1);
            let mut kind = match it.way {
                Way::More | Way::Less => format!(
                    "{} by {} instead of {} by {}",
                    it.would, it.would_by, it.did, it.did_by
                ),
                Way::Beside => {
                    format!("{} by {}, otherwise than by {}", it.would, it.would_by, it.did_by)
                }
            };
            if KINDS_MAX <= self.changes.len() && !self.changes.contains_key(&kind) {
                REST.clone_into(&mut kind);
            }
            let count = self.changes.entry(kind).or_default();
            *count = count.saturating_add(1);
        }
    }

    pub(super) fn fail(&mut self) {
        self.is_changed = true;
        self.failed = self.failed.saturating_add(1);
    }

    pub(super) fn skip(&mut self) {
        self.is_changed = true;
        self.skipped = self.skipped.saturating_add(1);
    }

    /// All of it, if anything changed since it was taken.
    pub(super) fn take_changed(&mut self) -> Option<Self> {
        std::mem::take(&mut self.is_changed).then(|| self.clone())
    }

    /// Notes it; whoever reads finds the old note or the new one, whole.
    pub(super) fn write(&self, path: &Path) -> io::Result<()> {
        let new = path.with_extension("new");
        let mut options = fs::OpenOptions::new();
        let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(&new)?;
        file.write_all(&serde_json::to_vec(self)?)?;
        fs::rename(&new, path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(would_by: &str) -> Changed {
        Changed {
            recipient: String::new(),
            way: Way::More,
            did: "deliver",
            did_by: "a".to_owned(),
            would: "hold",
            would_by: would_by.to_owned(),
        }
    }

    #[test]
    fn counts_are_of_one_set_of_rules_and_bounded() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(SHADOW);
        let mut note = Note::read(&path);
        note.of(&[1; 32], 7);
        note.add(3, &[change("b")]);
        note.skip();
        let taken = note.take_changed().unwrap();
        assert_eq!(note.take_changed(), None);
        taken.write(&path).unwrap();
        let mut read = Note::read(&path);
        assert_eq!((read.messages, read.recipients, read.changed(), read.skipped), (1, 3, 1, 1));
        assert_eq!(read.changes["hold by b instead of deliver by a"], 1);
        read.of(&[1; 32], 8);
        assert_eq!((read.since_ms, read.messages), (7, 1));
        for number in 0..2 * KINDS_MAX {
            read.add(1, &[change(&number.to_string())]);
        }
        assert_eq!(read.changes.len(), KINDS_MAX + 1);
        read.of(&[2; 32], 9);
        assert_eq!((read.since_ms, read.messages, read.changes.len()), (9, 0, 0));
    }
}
