//! The decision of a failed test once more, with its full trace.
//!
//! The engine reports what does not hold; here the same message is explained for the reader.

use std::{cell::RefCell, collections::BTreeMap};

use engine::{
    decision::{Decision, ExaminationResult},
    facts::Facts,
    program::Releasers,
};
use grammar::tree::{FileId, Given, Item, Span, Test, TestMessage, Tree};

use crate::loaded::Usable;

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "one kind of item is looked for; a new kind is none of them"
)]
mod items {
    //! Items of one kind.

    use grammar::tree::{Attribute, Item, ItemKind, Test};

    pub(super) fn attribute(item: &Item) -> Option<&Attribute> {
        match &item.kind {
            ItemKind::Attribute(it) => Some(it),
            _ => None,
        }
    }

    pub(super) fn test(item: &Item) -> Option<&Test> {
        match &item.kind {
            ItemKind::Test(it) => Some(it),
            _ => None,
        }
    }
}

/// The tests as they are written, with the facts of those that ran.
pub(crate) struct Replay<'u> {
    usable: &'u Usable,
    trees: Vec<Tree>,
    facts: RefCell<BTreeMap<Span, Facts>>,
}

impl<'u> Replay<'u> {
    /// Reads the tests of a tree.
    pub(crate) fn new(usable: &'u Usable) -> Self {
        let files = (0_u32..).zip(usable.tree.files());
        let trees = files.map(|(id, file)| grammar::parse(FileId(id), &file.text).0).collect();
        Self { usable, trees, facts: RefCell::default() }
    }

    /// Remembers what was known of a message.
    pub(crate) fn remember(&self, message: &TestMessage, facts: &Facts) {
        self.facts.borrow_mut().insert(message.span, facts.clone());
    }

    /// The test at a place that the engine tells.
    pub(crate) fn test(&self, place: &(String, u32)) -> Option<&Test> {
        let of_place = |it: &&Test| self.is_at(it.title.span, place);
        self.items().filter_map(items::test).find(of_place)
    }

    /// Whether a span begins at a place that the engine tells.
    pub(crate) fn is_at(&self, span: Span, place: &(String, u32)) -> bool {
        let index = usize::try_from(span.file.0).unwrap_or(usize::MAX);
        let path = self.usable.tree.files().get(index).map(|it| &it.path);
        let line = u32::try_from(self.usable.sources.start(span).line);
        path == Some(&place.0) && line == Ok(place.1)
    }

    /// The decision of a test that ran, with every policy in its trace.
    pub(crate) fn decision(&self, test: &Test) -> Option<Decision> {
        let message = test.message.as_ref()?;
        let mut facts = self.facts.borrow().get(&message.span)?.clone();
        self.put_envelope(message, &mut facts);
        for given in &test.given {
            self.put_given(given, &mut facts);
        }
        Some(self.usable.program.explain(&facts))
    }

    /// What an examination finds in the message of a test that ran.
    pub(crate) fn examination(&self, test: &Test, name: &str) -> Option<ExaminationResult> {
        let message = test.message.as_ref()?;
        let facts = self.facts.borrow();
        self.usable.program.examine(&facts.get(&message.span)?.content).remove(name)
    }

    /// What the block says of the envelope.
    fn put_envelope(&self, message: &TestMessage, facts: &mut Facts) {
        let organisation = self.usable.program.organisation();
        if let Some(from) = &message.from {
            facts.sender.clone_from(&from.value);
        }
        if !message.to.is_empty() {
            facts.recipients = message.to.iter().map(|it| it.value.clone()).collect();
        }
        facts.peer = message.source.as_ref().map(|it| it.value);
        if let Some(at) = &message.at {
            facts.at_ms = crate::message::arrival_ms(organisation, at.value).unwrap_or(facts.at_ms);
        }
        facts.trusted = facts.peer.is_none_or(|it| crate::message::relays(organisation, it));
    }

    fn put_given(&self, given: &Given, facts: &mut Facts) {
        match given {
            Given::InGroup { address, group } => {
                let group = self.usable.program.releasers(&group.name.value);
                if let Some(Releasers::Group(directory)) = group {
                    facts.directory.add_group(&address.value, directory);
                }
            }
            Given::WithAttribute { address, attribute, value } => {
                if let Some(directory) = self.attribute(&attribute.name.value) {
                    facts.directory.set_attribute(&address.value, directory, &value.value);
                }
            }
        }
    }

    /// The directory's name of an attribute.
    fn attribute(&self, name: &str) -> Option<&str> {
        let mut attributes = self.items().filter_map(items::attribute);
        attributes.find(|it| it.name.value == name).map(|it| it.directory.value.as_str())
    }

    fn items(&self) -> impl Iterator<Item = &Item> {
        self.trees.iter().flat_map(|it| &it.items)
    }
}
