//! Policies and bypasses as they are written.

use std::collections::BTreeSet;

use grammar::literal::{Date, QuotedText};

use super::people::Side;
use crate::plain::plain_line;

/// A policy or a bypass.
#[derive(Clone, Debug)]
pub(crate) struct Clause {
    /// Its name here.
    pub(crate) name: String,
    /// What the export calls it.
    pub(crate) called: String,
    /// Where it stands there.
    pub(crate) place: String,
    pub(crate) kind: ClauseKind,
    pub(crate) from: Side,
    pub(crate) to: Side,
    /// It holds in both directions.
    pub(crate) both_ways: bool,
    pub(crate) compare: Compare,
    pub(crate) source: Vec<String>,
    pub(crate) first: Option<Date>,
    pub(crate) last: Option<Date>,
    pub(crate) disabled: bool,
    /// Another rule always outranks it.
    pub(crate) idle: bool,
    /// The examination that must activate.
    pub(crate) when: Option<String>,
    pub(crate) then: Then,
    pub(crate) notify: Vec<String>,
    pub(crate) overrides_all: bool,
    pub(crate) overrides: BTreeSet<String>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum ClauseKind {
    Bypass,
    Policy,
}

/// Which address of the sender is read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Compare {
    Either,
    Envelope,
    Header,
}

/// What a clause does.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Then {
    Bounce(String),
    Deliver,
    Disable,
    Hold,
    NoAction,
    Reject(String),
    Secure(String),
    Skips(Vec<String>),
    VerifiedTls,
}

impl Then {
    /// The words of the line.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Bounce(text) => format!("bounce {}", QuotedText::quote(text)),
            Self::Deliver => "deliver".to_owned(),
            Self::Disable => "disable secure messaging".to_owned(),
            Self::Hold => "hold".to_owned(),
            Self::NoAction => "take no action".to_owned(),
            Self::Reject(text) => format!("reject {}", QuotedText::quote(text)),
            Self::Secure(definition) => format!("secure with {definition}"),
            Self::Skips(names) => names.join(", "),
            Self::VerifiedTls => "deliver over verified tls otherwise hold".to_owned(),
        }
    }

    /// The definition that it secures with.
    pub(crate) fn definition(&self) -> Option<&str> {
        match self {
            Self::Secure(definition) => Some(definition),
            Self::Bounce(_)
            | Self::Deliver
            | Self::Disable
            | Self::Hold
            | Self::NoAction
            | Self::Reject(_)
            | Self::Skips(_)
            | Self::VerifiedTls => None,
        }
    }

    /// More protects more.
    pub(crate) fn rank(&self) -> u8 {
        match self {
            Self::Disable | Self::Skips(_) => 0,
            Self::Deliver | Self::NoAction => 1,
            Self::VerifiedTls => 2,
            Self::Secure(_) => 3,
            Self::Hold => 4,
            Self::Bounce(_) => 5,
            Self::Reject(_) => 6,
        }
    }
}

impl Clause {
    /// Whether it adds protection: a policy that does more than deliver, and a bypass that shields from
    /// another.
    pub(crate) fn protects(&self) -> bool {
        match self.kind {
            ClauseKind::Bypass => self.then == Then::NoAction,
            ClauseKind::Policy => self.then.rank() > 1,
        }
    }

    /// The whole item.
    pub(crate) fn item(&self) -> String {
        let word = match self.kind {
            ClauseKind::Bypass => "bypass",
            ClauseKind::Policy => "policy",
        };
        let mut lines = vec![format!("{word} {} {{", self.name)];
        lines.push(format!("  why {}", QuotedText::quote(&plain_line(&self.called))));
        if self.both_ways {
            lines.push(format!("  between {} and {}", self.from.words, self.to.words));
        } else {
            lines.push(format!("  from {}", self.from.words));
            lines.push(format!("  to {}", self.to.words));
        }
        match self.compare {
            Compare::Envelope => {}
            Compare::Header => lines.push("  compare header".to_owned()),
            Compare::Either => lines.push("  compare either".to_owned()),
        }
        if !self.source.is_empty() {
            lines.push(format!("  source {}", self.source.join(", ")));
        }
        lines.extend(self.validity().map(|it| format!("  valid {it}")));
        if self.idle {
            lines.push(
                "  # Another rule outranks it for every message, so it never decides.".to_owned(),
            );
        }
        if self.disabled || self.idle {
            lines.push("  disabled".to_owned());
        }
        lines.extend(self.when.iter().map(|it| format!("  when {it} activates")));
        let word = if matches!(self.then, Then::Skips(_)) { "skips" } else { "then" };
        lines.push(format!("  {word} {}", self.then.words()));
        if !self.notify.is_empty() {
            lines.push(format!("  also notify {}", self.notify.join(", ")));
        }
        if self.overrides_all {
            lines.push("  override".to_owned());
        }
        if !self.overrides.is_empty() {
            let names: Vec<&str> = self.overrides.iter().map(String::as_str).collect();
            lines.push(format!("  override {}", names.join(", ")));
        }
        lines.push("}\n".to_owned());
        lines.join("\n")
    }

    fn validity(&self) -> Option<String> {
        match (self.first, self.last, self.kind) {
            (None, None, ClauseKind::Policy) => None,
            (None, None, ClauseKind::Bypass) => Some("forever".to_owned()),
            (Some(first), None, ClauseKind::Policy) => Some(format!("from {first}")),
            // A bypass says its last day, or that there is none.
            (Some(first), None, ClauseKind::Bypass) => Some(format!("from {first} until {NO_END}")),
            (None, Some(last), _) => Some(format!("until {last}")),
            (Some(first), Some(last), _) => Some(format!("from {first} until {last}")),
        }
    }
}

/// The last day of a bypass that begins and never ends.
pub(crate) const NO_END: &str = "2999-12-31";
