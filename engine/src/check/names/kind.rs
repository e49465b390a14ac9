//! The kinds of names, and which must differ from each other.

/// What kind of thing a name stands for.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum NameKind {
    Addresses,
    Attribute,
    Bypass,
    Definition,
    Domains,
    Examination,
    Fingerprints,
    Group,
    Networks,
    Pattern,
    Policy,
    Request,
    Terms,
}

/// Kinds of names that must differ from each other.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Space {
    Attributes,
    /// What `override`, `because` and `unless` can name.
    Deciders,
    Definitions,
    Examinations,
    /// What `count` can name.
    Findables,
    Fingerprints,
    Networks,
    /// What can be a selector.
    People,
}

impl NameKind {
    pub(super) fn space(self) -> Space {
        match self {
            Self::Addresses | Self::Domains | Self::Group => Space::People,
            Self::Attribute => Space::Attributes,
            Self::Bypass | Self::Policy | Self::Request => Space::Deciders,
            Self::Definition => Space::Definitions,
            Self::Examination => Space::Examinations,
            Self::Fingerprints => Space::Fingerprints,
            Self::Networks => Space::Networks,
            Self::Pattern | Self::Terms => Space::Findables,
        }
    }

    /// The first word of its items.
    pub(crate) fn item(self) -> &'static str {
        match self {
            Self::Addresses => "addresses",
            Self::Attribute => "attribute",
            Self::Bypass => "bypass",
            Self::Definition => "definition",
            Self::Domains => "domains",
            Self::Examination => "examination",
            Self::Fingerprints => "fingerprints",
            Self::Group => "group",
            Self::Networks => "networks",
            Self::Pattern => "pattern",
            Self::Policy => "policy",
            Self::Request => "request",
            Self::Terms => "terms",
        }
    }

    /// As a sentence says it: `an examination`.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Addresses => "an `addresses` set",
            Self::Attribute => "an attribute",
            Self::Bypass => "a bypass",
            Self::Definition => "a definition",
            Self::Domains => "a `domains` set",
            Self::Examination => "an examination",
            Self::Fingerprints => "a set of fingerprints",
            Self::Group => "a group",
            Self::Networks => "a `networks` set",
            Self::Pattern => "a pattern",
            Self::Policy => "a policy",
            Self::Request => "a request",
            Self::Terms => "a `terms` dictionary",
        }
    }
}
