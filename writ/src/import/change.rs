//! What became different on the way: the list that an import prints and writes.

/// What a change does to protection.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Class {
    /// Something is protected less, or may be; whoever imports must agree to it.
    Weaker,
    /// Something is protected more, or found more often.
    Stricter,
    /// The same is said in other words.
    Same,
}

/// One thing that became different.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Change {
    /// What it does to protection.
    pub(crate) class: Class,
    /// Which file and line of the export.
    pub(crate) place: String,
    /// What the export calls the thing.
    pub(crate) subject: String,
    /// What became different, a sentence without its full stop.
    pub(crate) said: String,
}

/// All that became different, in the order in which it was noticed.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    all: Vec<Change>,
}

impl Changes {
    /// Notes a change; the same one twice is one.
    pub(crate) fn add(
        &mut self,
        class: Class,
        place: &str,
        subject: &str,
        said: impl Into<String>,
    ) {
        let (place, subject) = (place.to_owned(), subject.to_owned());
        self.all.push(Change { class, place, subject, said: said.into() });
    }

    /// Those of one class, in order, each once.
    pub(crate) fn of(&self, class: Class) -> Vec<&Change> {
        let mut seen = std::collections::BTreeSet::new();
        self.all.iter().filter(|it| it.class == class && seen.insert(*it)).collect()
    }
}

impl Class {
    /// Worst first.
    pub(crate) const ALL: [Self; 3] = [Self::Weaker, Self::Stricter, Self::Same];

    /// The heading of a list of them.
    pub(crate) fn heading(self) -> &'static str {
        match self {
            Self::Weaker => "Protects less, or may",
            Self::Stricter => "Protects more",
            Self::Same => "Said in other words",
        }
    }
}
