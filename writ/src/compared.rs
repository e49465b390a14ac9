//! Messages decided by both versions of rules, and the decisions that differ, in groups.

use std::collections::{BTreeMap, BTreeSet};

use engine::{
    decision::{Effect, Verdict},
    diff::{
        Direction,
        decisions::{self, Sample},
    },
    facts::Facts,
    testing::Suite,
};

use crate::{
    directory,
    done::Stopped,
    message::Scene,
    progress::Progress,
    report::decision_text::{effect, options, outcome},
    version::Version,
};

/// Messages of a group that are told.
const EXAMPLES_MAX: usize = 3;

/// What became of all messages.
#[derive(Debug, Default)]
pub(crate) struct Compared {
    /// Messages by where they are from.
    pub(crate) messages: BTreeMap<&'static str, usize>,
    /// Recipients, each decided by both.
    pub(crate) recipients: usize,
    /// Decisions that differ.
    pub(crate) changed: usize,
    /// Messages that could not be decided, with why.
    pub(crate) failures: Vec<(String, String)>,
    pub(crate) groups: BTreeMap<Key, Group>,
}

/// What decisions of a group have in common, the worst first.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Key {
    pub(crate) direction: Direction,
    pub(crate) old: String,
    pub(crate) new: String,
    pub(crate) old_by: Vec<String>,
    pub(crate) new_by: Vec<String>,
}

/// Decisions that changed in the same way.
#[derive(Debug, Default)]
pub(crate) struct Group {
    pub(crate) count: usize,
    pub(crate) examples: Vec<Example>,
}

/// One of them.
#[derive(Clone, Debug)]
pub(crate) struct Example {
    /// A file, a test, or that it was made.
    pub(crate) message: String,
    pub(crate) from: String,
    pub(crate) to: String,
    /// The message as lines of a test, where it was made from the rules.
    pub(crate) block: Option<String>,
}

impl Compared {
    /// The messages of the tests of both versions, and messages that are made from both.
    ///
    /// # Errors
    ///
    /// The directory of a version cannot be read.
    pub(crate) fn of_rules(old: &Version, new: &Version, at_ms: i64) -> Result<Self, Stopped> {
        let mut compared = Self::default();
        let mut seen: BTreeSet<String> = BTreeSet::new();
        let mut progress = Progress::new("messages");
        for version in [new, old] {
            let samples = compared.samples(version, at_ms)?;
            for sample in samples {
                // The same message is in both versions of most tests.
                if seen.insert(format!("{:?}", sample.facts)) {
                    compared.sample(&sample, (old, new));
                    progress.tell(seen.len(), None);
                }
            }
        }
        Ok(compared)
    }

    fn samples(&mut self, version: &Version, at_ms: i64) -> Result<Vec<Sample>, Stopped> {
        let usable = &version.usable;
        let scene = Scene {
            tree: &usable.tree,
            organisation: usable.program.organisation(),
            at_ms,
            directory: directory::of(None, &usable.tree)?.unwrap_or_default(),
        };
        let suite = Suite::new(&usable.rules, &|message| scene.facts(message));
        let (mut samples, failed) = decisions::of_tests(&suite);
        for (title, why) in failed {
            self.failures.push((format!("test \"{title}\""), why));
        }
        samples.extend(decisions::generated(&usable.rules));
        Ok(samples)
    }

    fn sample(&mut self, sample: &Sample, versions: (&Version, &Version)) {
        let message = match &sample.test {
            Some(title) => format!("test \"{title}\""),
            None => "made from the rules".to_owned(),
        };
        let known = |it: &Version| decisions::known_by(&it.usable.program, &sample.facts);
        let facts = (known(versions.0), known(versions.1));
        let kind = if sample.test.is_some() { "of tests" } else { "made from the rules" };
        self.add(kind, &message, sample.block.as_deref(), versions, &facts);
    }

    /// Decides one message by both versions, with what each knows of it.
    pub(crate) fn add(
        &mut self,
        kind: &'static str,
        message: &str,
        block: Option<&str>,
        (old, new): (&Version, &Version),
        facts: &(Facts, Facts),
    ) {
        let count = self.messages.entry(kind).or_default();
        *count = count.saturating_add(1);
        let before = old.usable.program.decide(&facts.0).verdicts;
        let after = new.usable.program.decide(&facts.1).verdicts;
        for (before, after) in before.iter().zip(&after) {
            self.recipients = self.recipients.saturating_add(1);
            let Some(direction) = decisions::compare(before, after) else { continue };
            self.changed = self.changed.saturating_add(1);
            let (was, is) = said(before, after);
            let (old_by, new_by) = (before.decided_by.clone(), after.decided_by.clone());
            let key = Key { direction, old: was, new: is, old_by, new_by };
            let group = self.groups.entry(key).or_default();
            group.count = group.count.saturating_add(1);
            let sender = facts.1.sender.as_ref();
            group.offer(Example {
                message: message.to_owned(),
                from: sender.map_or_else(|| "<>".to_owned(), ToString::to_string),
                to: after.recipient.to_string(),
                block: block.map(str::to_owned),
            });
        }
    }

    /// Whether some message is protected less.
    pub(crate) fn lowers(&self) -> bool {
        self.groups.keys().any(|it| it.direction.is_lowering())
    }

    /// How many messages there were.
    pub(crate) fn total(&self) -> usize {
        self.messages.values().sum()
    }
}

impl Group {
    /// Keeps an example where there is room, and it is not like one that is there; one that somebody
    /// wrote goes before one that was made.
    fn offer(&mut self, example: Example) {
        let same = |it: &Example| {
            (&it.message, &it.from, &it.to) == (&example.message, &example.from, &example.to)
        };
        if self.examples.iter().any(same) {
            return;
        }
        if self.examples.len() < EXAMPLES_MAX {
            self.examples.push(example);
        } else if let Some(made) = self.examples.iter_mut().rfind(|it| it.block.is_some())
            && example.block.is_none()
        {
            *made = example;
        }
    }
}

/// What both say, with as much detail as tells them apart.
fn said(old: &Verdict, new: &Verdict) -> (String, String) {
    let words = |it: &Verdict| {
        let effects: Vec<String> = it.effects.iter().map(effect).collect();
        let mut words = outcome(it);
        if !effects.is_empty() {
            words = format!("{words}; {}", effects.join("; "));
        }
        words
    };
    let (was, is) = (words(old), words(new));
    if was != is {
        return (was, is);
    }
    let banner = |it: &Verdict| {
        it.effects.iter().find_map(|it| match it {
            Effect::Banner { text, .. } => Some(format!("banner \"{text}\"")),
            Effect::AddHeader { .. }
            | Effect::CopyTo(_)
            | Effect::Notify(_)
            | Effect::StripTag(_)
            | Effect::TagSubject(_) => None,
        })
    };
    let details = |it: &Verdict| {
        let all = it.options.as_ref().map(options).unwrap_or_default();
        let all = all.split(", ").map(str::to_owned).chain(banner(it));
        all.filter(|it| !it.is_empty()).collect::<Vec<_>>()
    };
    let (had, has) = (details(old), details(new));
    let only = |one: &[String], other: &[String]| {
        let own = one.iter().filter(|it| !other.contains(it)).cloned();
        own.collect::<Vec<_>>().join(", ")
    };
    let shown = |words: String, more: String| {
        if more.is_empty() { words } else { format!("{words} ({more})") }
    };
    (shown(was, only(&had, &has)), shown(is, only(&has, &had)))
}
