//! What a change of rules changes: every edit between two checked trees, and whether it lowers
//! protection.
//!
//! Both trees are compared as resolved models, so comments, form and order are no edits. Each edit
//! is judged by what it does to a decision: a content policy that applies less often protects less, a
//! routing policy that applies more often takes the place of others, and so on.
//!
//! # Invariants
//!
//! - If some message is protected less under the new rules than under the old ones, some edit
//!   [lowers or may lower](Direction::is_lowering). Where the lists alone do not tell, an edit may lower.
//! - Every edit is judged with the other edits made, in one order: definitions and organisation, what is
//!   looked for, the default, then policies, requests and bypasses. So it is enough that each by itself
//!   is judged rightly.
//!
//! # Current limitations
//!
//! Who is in a group and what an attribute says of whom is the directory's, which is not compared.
//! A library that is shipped with the program is the same for both trees.

mod acts;
mod cases;
mod clauses;
mod competition;
mod conditions;
mod content;
mod counted;
pub mod decisions;
mod definitions;
mod findable;
mod fingerprints;
mod judge;
mod organisation;
mod people;
mod place;
mod ranks;
mod rules;
mod sets;
mod strength;

use std::collections::BTreeMap;

use crate::{Rules, model::Model, outline::Outline};

/// Path of a file and 1-based line.
pub type Place = (String, u32);

/// What an edit does to protection, the worst first.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Direction {
    /// Some message that the line speaks of is protected less.
    Lowers,
    /// It cannot be told from the rules alone that none is.
    MayLower,
    /// No message is protected less, some may be more.
    Raises,
    /// What happens to messages stays, or what changes protects nobody.
    Neutral,
}

/// One edit between two trees.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Edit {
    /// What it does.
    pub direction: Direction,
    /// What was edited: `policy cards-leave-secured`.
    pub subject: String,
    /// What is now another: `` `to external` is now `to external except partners` ``.
    pub change: String,
    /// Why it lowers protection, or does not; one sentence.
    pub reason: String,
    /// Where it stood; absent for what is new.
    pub old: Option<Place>,
    /// Where it stands; absent for what is gone.
    pub new: Option<Place>,
}

/// Every edit, those that lower protection first, then by place.
#[must_use]
pub fn edits(old: &Rules, new: &Rules) -> Vec<Edit> {
    let mut list = List::new(old, new);
    list.add_organisation();
    list.add_definitions();
    list.add_examinations();
    list.add_fingerprints();
    list.add_default();
    list.add_rules();
    list.add_sets();
    list.add_cases();
    let mut edits = list.edits;
    edits.sort_by(|one, other| {
        let key = |it: &Edit| (it.direction, it.new.is_none(), it.new.clone(), it.old.clone());
        key(one).cmp(&key(other)).then_with(|| one.change.cmp(&other.change))
    });
    edits
}

impl Direction {
    /// Whether a reviewer must look at it.
    #[must_use]
    pub fn is_lowering(self) -> bool {
        match self {
            Self::Lowers | Self::MayLower => true,
            Self::Neutral | Self::Raises => false,
        }
    }

    /// As reports write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lowers => "lowers",
            Self::MayLower => "may lower",
            Self::Raises => "raises",
            Self::Neutral => "neutral",
        }
    }
}

/// A direction with its reason.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Told {
    direction: Direction,
    why: String,
}

impl Told {
    fn lowers(why: impl Into<String>) -> Self {
        Self { direction: Direction::Lowers, why: why.into() }
    }

    fn may_lower(why: impl Into<String>) -> Self {
        Self { direction: Direction::MayLower, why: why.into() }
    }

    fn raises(why: impl Into<String>) -> Self {
        Self { direction: Direction::Raises, why: why.into() }
    }

    fn neutral(why: impl Into<String>) -> Self {
        Self { direction: Direction::Neutral, why: why.into() }
    }

    /// The worse of two; of equals the first.
    fn or(self, other: Self) -> Self {
        if other.direction < self.direction { other } else { self }
    }

    /// May lower where it lowers, if only what comes before is so.
    fn uncertain(self, doubt: &str) -> Self {
        match self.direction {
            Direction::Lowers => Self::may_lower(format!("{doubt}; then {}", self.why)),
            Direction::MayLower | Direction::Neutral | Direction::Raises => self,
        }
    }

    /// May lower, where it is no worse.
    fn doubted(self, why: &str) -> Self {
        if self.direction.is_lowering() { self } else { Self::may_lower(why) }
    }
}

/// One of the two trees.
#[derive(Clone, Copy)]
struct Version<'m> {
    rules: &'m Rules,
}

impl<'m> Version<'m> {
    fn model(self) -> &'m Model {
        &self.rules.model
    }

    fn outline(self) -> &'m Outline {
        &self.rules.outline
    }
}

/// Edits while they are listed.
struct List<'m> {
    old: Version<'m>,
    new: Version<'m>,
    edits: Vec<Edit>,
    /// New names of policies, requests and bypasses that have only another name.
    renamed: BTreeMap<String, String>,
    /// What the changed sets are used for, and what their change does there.
    sets: sets::Changed,
}

impl<'m> List<'m> {
    fn new(old: &'m Rules, new: &'m Rules) -> Self {
        let (old, new) = (Version { rules: old }, Version { rules: new });
        let sets = sets::Changed::new(old, new);
        Self { old, new, edits: Vec::new(), renamed: BTreeMap::new(), sets }
    }

    fn add(
        &mut self,
        subject: &str,
        change: impl Into<String>,
        told: Told,
        (old, new): (Option<Place>, Option<Place>),
    ) {
        self.edits.push(Edit {
            direction: told.direction,
            subject: subject.to_owned(),
            change: change.into(),
            reason: told.why,
            old,
            new,
        });
    }
}
