//! Policies, bypasses and requests, resolved: what they share is a [`Clause`].

use std::{collections::BTreeSet, sync::Arc};

use grammar::{
    literal::{Date, Network},
    tree::{Compare, RequestSign, Span},
};

use super::{
    outcome::{Also, Condition, Outcome},
    rank::Ranks,
    selector::Side,
    source::Line,
};
use crate::seeded;

/// To whom and when something applies.
#[derive(Clone, Debug)]
pub(crate) struct Clause {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// Of the name.
    pub(crate) span: Span,
    pub(crate) place: Option<Line>,
    /// One, or two for `between`; any one suffices, the first that matches counts. Shared with the next check
    /// of the same tree.
    pub(crate) directions: Arc<Vec<Direction>>,
    pub(crate) compare: Compare,
    /// Networks of the peer; any when empty and no line was written.
    pub(crate) source: Option<Vec<Network>>,
    pub(crate) validity: Validity,
    /// The line `override` alone.
    pub(crate) overrides_all: bool,
    /// `override NAME`.
    pub(crate) overrides: BTreeSet<String>,
}

/// What a clause belongs to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    Bypass,
    Policy,
    Request,
}

impl Kind {
    /// As a trace says it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Bypass => "bypass",
            Self::Policy => "policy",
            Self::Request => "request",
        }
    }
}

/// From one side to another.
#[derive(Clone, Debug)]
pub(crate) struct Direction {
    pub(crate) from: Side,
    pub(crate) to: Side,
    pub(crate) ranks: Ranks,
}

/// When a clause holds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Validity {
    Always,
    Disabled,
    Range { from: Option<Edge>, until: Option<Edge> },
}

/// One end of a validity.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Edge {
    /// As the author wrote it: the day is included.
    pub(crate) date: Date,
    /// The first moment of the day for `from`, the first after it for `until`; ms since 1970 UTC.
    pub(crate) at_ms: i64,
}

impl Validity {
    /// Whether it holds at a moment, ms since 1970 UTC.
    pub(crate) fn holds_at(&self, at_ms: i64) -> bool {
        match self {
            Self::Always => true,
            Self::Disabled => false,
            Self::Range { from, until } => {
                let from = from.is_none_or(|it| it.at_ms <= at_ms);
                let last = if seeded::UNTIL_EXCLUDES_ITS_DAY { 86_400_000 } else { 0 };
                from && until.is_none_or(|it| at_ms < it.at_ms.saturating_sub(last))
            }
        }
    }
}

impl Validity {
    /// Whether some moment is in both.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        let bounds = |it: &Self| match it {
            Self::Always => Some((i64::MIN, i64::MAX)),
            Self::Disabled => None,
            Self::Range { from, until } => {
                Some((from.map_or(i64::MIN, |it| it.at_ms), until.map_or(i64::MAX, |it| it.at_ms)))
            }
        };
        let both = bounds(self).zip(bounds(other));
        both.is_some_and(|(one, other)| one.0.max(other.0) < one.1.min(other.1))
    }

    /// Whether its author switched it off.
    pub(crate) fn is_disabled(&self) -> bool {
        matches!(self, Self::Disabled)
    }

    /// Whether it holds at every moment at which the other does.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Always, _) | (_, Self::Disabled) => true,
            (Self::Disabled, Self::Always | Self::Range { .. })
            | (Self::Range { .. }, Self::Always) => false,
            (Self::Range { from, until }, Self::Range { from: other_from, until: other_until }) => {
                from.is_none_or(|it| other_from.is_some_and(|other| it.at_ms <= other.at_ms))
                    && until
                        .is_none_or(|it| other_until.is_some_and(|other| other.at_ms <= it.at_ms))
            }
        }
    }

    /// A day on which both hold, where one of them begins or ends.
    pub(crate) fn common_day(&self, other: &Self) -> Option<Date> {
        let first = |it: &Self| match it {
            Self::Range { from, .. } => *from,
            Self::Always | Self::Disabled => None,
        };
        let last = |it: &Self| match it {
            Self::Range { until, .. } => *until,
            Self::Always | Self::Disabled => None,
        };
        let latest = [first(self), first(other)].into_iter().flatten().max_by_key(|it| it.at_ms);
        let earliest = [last(self), last(other)].into_iter().flatten().min_by_key(|it| it.at_ms);
        latest.or(earliest).map(|it| it.date)
    }
}

/// `policy NAME { … }`.
#[derive(Clone, Debug)]
pub(crate) struct Policy {
    pub(crate) clause: Clause,
    /// Empty for a routing policy.
    pub(crate) when: Vec<Condition>,
    pub(crate) then: Outcome,
    pub(crate) also: Vec<Also>,
}

impl Policy {
    /// A content policy has `when`.
    pub(crate) fn is_content(&self) -> bool {
        !self.when.is_empty()
    }
}

/// `request NAME { … }`.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) clause: Clause,
    pub(crate) signs: Vec<RequestSign>,
    pub(crate) then: Outcome,
    pub(crate) also: Vec<Also>,
    pub(crate) strip_tag: bool,
}

/// `bypass NAME { … }`.
#[derive(Clone, Debug)]
pub(crate) struct Bypass {
    pub(crate) clause: Clause,
    pub(crate) does: BypassAct,
}

/// What a bypass does.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum BypassAct {
    /// `then disable secure messaging`.
    DisableSecureMessaging,
    /// `skips …`: numbers of examinations and of policies in the model.
    Skips { examinations: BTreeSet<usize>, policies: BTreeSet<usize> },
    /// `then take no action`.
    TakeNoAction,
}
