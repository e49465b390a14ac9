//! What a check remembers for the next one of the same tree, an edit later.
//!
//! # Invariants
//!
//! - A part of a file that stays keeps its [`FileId`], and one that changes gets a new one. So what was
//!   made of an item is known by the place of its name, and says where it stands as long as it is true.
//! - A task reads nothing but its own item, the names that it asks for and the items that they mean, the
//!   sets, and the organisation. Its questions are asked again each time; where an answer differs, the
//!   task is done again. What was asked in vain is not remembered.
//! - A task that is [`FOLLOWING`] works with what an item was found to mean in the same check, and
//!   asks for no other names: it is forgotten with that meaning.
//! - Another organisation forgets everything.

use std::{
    any::Any,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use grammar::{
    diagnostic::Diagnostic,
    tree::{FileId, Span},
};
use regex_automata::meta::Regex;

use super::{
    Checker,
    lint::domains::{Looks, Written},
    names::{Names, Question},
};
use crate::{Organisation, model::source::Placed};

/// Something that is done once for an item.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(super) enum Task {
    /// What a policy, request, bypass or test means, what an examination looks for.
    Meaning,
    /// The same of a library's examination that nobody asks.
    MeaningUnasked,
    /// Who is in a set.
    Members,
    /// The same, to compare it with other sets.
    Sorted,
    /// Whether a dictionary or pattern can be looked for.
    Content,
    /// The lints of a set, dictionary, examination, bypass or test.
    Lints,
    /// The lints of who a clause speaks of.
    Sides,
    /// Whether a clause is about what leaves.
    Leaving,
    /// The domains that are written in it.
    Domains,
}

/// Tasks that work with the meaning of their item.
const FOLLOWING: [Task; 2] = [Task::Lints, Task::Leaving];

/// What came of a task.
#[derive(Clone, Debug)]
struct Known {
    questions: Vec<Question>,
    findings: Vec<Diagnostic>,
    value: Arc<dyn Any + Send + Sync>,
}

/// What is remembered.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memory {
    /// Compiled expressions, by where they stand.
    pub(super) regexes: BTreeMap<Span, Arc<Regex>>,
    /// By the part of a file, then by where the name stands in it.
    known: Placed<FileId, Placed<(u32, Task), Known>>,
    organisation: Option<Organisation>,
    /// Of the domains of all items.
    pub(super) looks: Looks,
    /// Items whose meaning is another one than when the rules were last compared.
    pub(crate) changed: BTreeSet<Span>,
    is_kept: bool,
}

impl Memory {
    /// One that is asked again later; the default one is for whoever checks once.
    pub(crate) fn kept() -> Self {
        Self { is_kept: true, ..Self::default() }
    }

    /// Forgets what hangs on another organisation.
    pub(super) fn at(&mut self, organisation: &Organisation) {
        if self.is_kept && self.organisation.as_ref() != Some(organisation) {
            self.known.clear();
            self.looks = Looks::default();
            self.organisation = Some(organisation.clone());
        }
    }

    /// Forgets the parts of files that are no more.
    pub(crate) fn keep(&mut self, is_there: impl Fn(FileId) -> bool) {
        let Self { known, looks, .. } = self;
        known.retain(|file, of_part| {
            let stays = is_there(*file);
            for ((_, task), known) in of_part.iter().filter(|_| !stays) {
                let written = known.value.downcast_ref::<Written>();
                written
                    .filter(|_| *task == Task::Domains)
                    .into_iter()
                    .for_each(|it| looks.take(it));
            }
            stays
        });
        self.regexes.retain(|place, _| is_there(place.file));
        self.changed.retain(|place| is_there(place.file));
    }

    fn known(&self, task: Task, item: Span) -> Option<&Known> {
        self.known.get(&item.file)?.get(&(item.start, task))
    }

    /// What came of a task, when that is still true; with its findings.
    fn still<T: Clone + 'static>(
        &self,
        (task, item): (Task, Span),
        names: &Names<'_>,
    ) -> Option<(T, &[Diagnostic])> {
        let known = self.known(task, item).filter(|it| names.answers_same(&it.questions))?;
        Some((known.value.downcast_ref::<T>()?.clone(), &known.findings))
    }

    fn remember(&mut self, task: Task, item: Span, known: Known) {
        let of_part = self.known.entry(item.file).or_default();
        if task == Task::Meaning {
            self.changed.insert(item);
            FOLLOWING.iter().for_each(|it| drop(of_part.remove(&(item.start, *it))));
        }
        if known.questions.iter().all(Question::is_answered) {
            of_part.insert((item.start, task), known);
        } else {
            of_part.remove(&(item.start, task));
        }
    }
}

impl Checker<'_> {
    /// Does a task for the item with its name at this place, unless what came of it is remembered.
    pub(super) fn once<T: Clone + Send + Sync + 'static>(
        &self,
        task: Task,
        item: Span,
        work: impl FnOnce() -> T,
    ) -> T {
        if !self.memory.borrow().is_kept {
            return work();
        }
        if let Some((value, findings)) = self.memory.borrow().still((task, item), &self.names) {
            self.findings.borrow_mut().extend(findings.iter().cloned());
            return value;
        }
        let before = self.findings.borrow().len();
        let (value, mut questions) = self.names.listen(work);
        if FOLLOWING.contains(&task) {
            questions.clear();
        }
        let findings = self.findings.borrow().get(before..).unwrap_or_default().to_vec();
        let known = Known { questions, findings, value: Arc::new(value.clone()) };
        self.memory.borrow_mut().remember(task, item, known);
        value
    }
}
