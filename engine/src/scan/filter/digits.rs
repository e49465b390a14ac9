//! How many digits every match of an expression holds, and how far apart they can stand.

use regex_syntax::hir::{Class, Hir, HirKind};

use super::{super::extent::octets_max, Around};

/// Octets between two digits that are close together.
const GAP_CLOSE_MAX: usize = 2;

/// Digits that are rare enough to be looked for alone.
const MANY_DIGITS: usize = 7;

/// What is known of the digits in the matches of a node.
#[derive(Clone, Copy, Debug)]
pub(super) enum Digits {
    /// Perhaps none, in at most so many octets.
    Perhaps { octets: usize },
    /// At least so many, at most `gap` octets between neighbours.
    Surely { least: usize, gap: usize, around: Around },
}

pub(super) fn digits(hir: &Hir) -> Digits {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Digits::Perhaps { octets: 0 },
        HirKind::Literal(literal) => {
            literal.0.iter().fold(Digits::Perhaps { octets: 0 }, |sum, it| {
                sum.then(if it.is_ascii_digit() {
                    one_digit()
                } else {
                    Digits::Perhaps { octets: 1 }
                })
            })
        }
        HirKind::Class(class) if is_digits(class) => one_digit(),
        HirKind::Class(_) => Digits::Perhaps { octets: octets_max(hir) },
        HirKind::Capture(capture) => digits(&capture.sub),
        HirKind::Concat(subs) => {
            let mut before = 0_usize;
            subs.iter().fold(Digits::Perhaps { octets: 0 }, |sum, it| {
                let after = octets_max(it);
                let next = sum.before(digits(it), before, after);
                before = before.saturating_add(after);
                next
            })
        }
        HirKind::Alternation(subs) => {
            let either = subs.iter().map(digits).reduce(Digits::or);
            match either {
                Some(surely @ Digits::Surely { .. }) => surely,
                Some(Digits::Perhaps { .. }) | None => Digits::Perhaps { octets: octets_max(hir) },
            }
        }
        HirKind::Repetition(repetition) => {
            let times = usize::try_from(repetition.min).unwrap_or(usize::MAX);
            match digits(&repetition.sub) {
                Digits::Surely { least, gap, around } if times > 0 => {
                    let between = around.before.saturating_add(around.after);
                    let gap = if repetition.max == Some(1) { gap } else { gap.max(between) };
                    Digits::Surely { least: least.saturating_mul(times), gap, around }
                }
                Digits::Surely { .. } | Digits::Perhaps { .. } => {
                    Digits::Perhaps { octets: octets_max(hir) }
                }
            }
        }
    }
}

fn one_digit() -> Digits {
    Digits::Surely { least: 1, gap: 0, around: Around { before: 0, after: 0 } }
}

impl Digits {
    /// What is known of this, of so many octets, and the next after it. Where the two are far
    /// apart and one has many digits, that one tells more by itself.
    fn before(self, next: Self, octets: usize, next_octets: usize) -> Self {
        let (
            Self::Surely { least, gap, around },
            Self::Surely { least: more, gap: other_gap, around: other },
        ) = (self, next)
        else {
            return self.then(next);
        };
        let apart = around.after.saturating_add(other.before);
        if apart <= GAP_CLOSE_MAX || least.max(more) < MANY_DIGITS {
            return self.then(next);
        }
        if least >= more {
            let after = around.after.saturating_add(next_octets);
            Self::Surely { least, gap, around: Around { after, ..around } }
        } else {
            let before = other.before.saturating_add(octets);
            Self::Surely { least: more, gap: other_gap, around: Around { before, ..other } }
        }
    }

    fn then(self, next: Self) -> Self {
        match (self, next) {
            (Self::Perhaps { octets: one }, Self::Perhaps { octets: other }) => {
                Self::Perhaps { octets: one.saturating_add(other) }
            }
            (Self::Perhaps { octets }, Self::Surely { least, gap, around }) => {
                let before = around.before.saturating_add(octets);
                Self::Surely { least, gap, around: Around { before, ..around } }
            }
            (Self::Surely { least, gap, around }, Self::Perhaps { octets }) => {
                let after = around.after.saturating_add(octets);
                Self::Surely { least, gap, around: Around { after, ..around } }
            }
            (
                Self::Surely { least, gap, around },
                Self::Surely { least: more, gap: other_gap, around: other },
            ) => Self::Surely {
                least: least.saturating_add(more),
                gap: gap.max(other_gap).max(around.after.saturating_add(other.before)),
                around: Around { before: around.before, after: other.after },
            },
        }
    }

    fn or(self, other: Self) -> Self {
        match (self, other) {
            (
                Self::Surely { least, gap, around },
                Self::Surely { least: other_least, gap: other_gap, around: other },
            ) => Self::Surely {
                least: least.min(other_least),
                gap: gap.max(other_gap),
                around: around.max(other),
            },
            // How many octets is told by the whole alternation.
            (Self::Perhaps { .. }, _) | (_, Self::Perhaps { .. }) => Self::Perhaps { octets: 0 },
        }
    }
}

/// Whether a class holds nothing but decimal digits of any script.
fn is_digits(class: &Class) -> bool {
    let Class::Unicode(class) = class else { return false };
    let Ok(decimal) = regex_syntax::parse(r"\d") else { return false };
    let HirKind::Class(Class::Unicode(decimal)) = decimal.kind() else { return false };
    let mut others = class.clone();
    others.difference(decimal);
    others.ranges().is_empty() && !class.ranges().is_empty()
}
