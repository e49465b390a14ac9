//! What was asked of the names, so that it can be asked again after an edit.

use grammar::tree::{Reference, Span};

use super::{Entry, NameKind, Names};

/// A question that was asked of the names, and its answer.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    reference: Reference,
    wanted: &'static [NameKind],
    answer: Option<Answer>,
}

/// What a reference means: the place of a name stands for all that its item says, since a part of a file
/// that changes has a new [`FileId`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Answer {
    name: Span,
    id: usize,
}

impl Answer {
    fn of(entry: &Entry<'_>) -> Self {
        Self { name: entry.name.span, id: entry.id }
    }
}

impl Question {
    pub(super) fn new(
        reference: &Reference,
        wanted: &'static [NameKind],
        found: Option<&Entry<'_>>,
    ) -> Self {
        Self { reference: reference.clone(), wanted, answer: found.map(Answer::of) }
    }

    /// Whether something was found.
    pub(crate) fn is_answered(&self) -> bool {
        self.answer.is_some()
    }
}

impl Names<'_> {
    /// What came of some work, and the questions that it asked.
    pub(crate) fn listen<T>(&self, work: impl FnOnce() -> T) -> (T, Vec<Question>) {
        *self.log.borrow_mut() = Some(Vec::new());
        let value = work();
        (value, self.log.take().unwrap_or_default())
    }

    /// Asks again in the same order; whether every answer is still the same. Whoever has had the first
    /// answers would have asked the next question too, so what was asked in vain was asked rightly.
    pub(crate) fn answers_same(&self, questions: &[Question]) -> bool {
        questions.iter().all(|question| {
            let found = self.find(&question.reference, question.wanted).ok();
            question.answer == found.map(Answer::of)
        })
    }
}
