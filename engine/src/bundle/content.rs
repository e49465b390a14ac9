//! Examinations in octets. Expressions are compiled again: their automata have no stable form.

use std::sync::Arc;

use grammar::tree::{Cap, CountsAs, Scope};
use regex_automata::meta::Regex;

use super::{
    Corrupt,
    codec::{Coded, Reader, Writer, choice, record},
};
use crate::{
    checksum::{self, Checksum},
    fingerprint::{Declared, Set},
    scan::{
        examination::{Count, Examination, Findable, Term},
        pattern::{self, Pattern},
    },
};

record! {
    Examination {
        name, look_in, counts, requires, vetoes, less, ignores, activates_at, unreadable,
        ambiguous, over_limit,
    }
}

record! { Count { what, distinct, cap } }
record! { Findable { terms, patterns } }
record! { Term { label, text, exact, whole_word, near, within_words, weight } }

record! { Declared { set, at_least, unreadable, ambiguous, over_limit } }

/// A set has a text form of its own, which is as short as its hashes.
impl Coded for Arc<Set> {
    fn write(&self, to: &mut Writer) {
        to.text(&self.written());
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let text = from.text()?;
        Set::read(text).map(Self::new).ok().ok_or(from.damaged())
    }
}

choice! {
    Scope {
        0 => Subject,
        1 => Body,
        2 => Headers,
        3 => AttachmentNames,
        4 => AttachmentText,
    }
}

choice! { CountsAs { 0 => Activated, 1 => Clear } }
choice! { Cap { 0 => Times(times), 1 => Points(points) } }

impl Coded for Arc<Term> {
    fn write(&self, to: &mut Writer) {
        to.shared("term", self, |to| self.as_ref().write(to));
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        if let Some(known) = from.known(|it| &it.terms)? {
            return Ok(known);
        }
        let term = Self::new(Term::read(from)?);
        from.terms.push(Self::clone(&term));
        Ok(term)
    }
}

impl Coded for Arc<Pattern> {
    fn write(&self, to: &mut Writer) {
        to.shared("pattern", self, |to| self.as_ref().write(to));
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        if let Some(known) = from.known(|it| &it.patterns)? {
            return Ok(known);
        }
        let pattern = Self::new(Pattern::read(from)?);
        from.patterns.push(Self::clone(&pattern));
        Ok(pattern)
    }
}

/// An expression and its compiled form, which patterns share.
#[derive(Clone, Debug)]
pub(super) struct Expression {
    text: Arc<str>,
    regex: Arc<Regex>,
}

impl Coded for Pattern {
    fn write(&self, to: &mut Writer) {
        let Self { label, expression, regex, checks, weight, near, within_words } = self;
        label.write(to);
        to.shared("expression", regex, |to| to.text(expression));
        checks.write(to);
        weight.write(to);
        near.write(to);
        within_words.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let label = Coded::read(from)?;
        let Expression { text: expression, regex } = Expression::read(from)?;
        Ok(Self {
            label,
            expression,
            regex,
            checks: Coded::read(from)?,
            weight: Coded::read(from)?,
            near: Coded::read(from)?,
            within_words: Coded::read(from)?,
        })
    }
}

impl Expression {
    fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        if let Some(known) = from.known(|it| &it.expressions)? {
            return Ok(known);
        }
        let text = from.text()?;
        let regex = pattern::compile(text).ok().ok_or(from.damaged())?;
        let expression = Self { text: Arc::from(text), regex: Arc::new(regex) };
        from.expressions.push(expression.clone());
        Ok(expression)
    }
}

impl Coded for &'static Checksum {
    fn write(&self, to: &mut Writer) {
        to.text(self.name);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let name = from.text()?;
        checksum::find(name).ok_or(from.damaged())
    }
}
