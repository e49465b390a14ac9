//! An octet that every match of an expression holds, and which octets can stand around it: `@` in
//! an address.

use std::ops::Range;

use regex_syntax::hir::{Hir, HirKind};

use super::super::{
    extent::{octets_max, octets_of},
    shape::Octets,
};

/// Octets that are rare in text.
const RARE: &[u8] = b"+@:/#$%&*=~^|<>{}[]\\`";

/// Ways in which what stands before can look.
const WAYS_MAX: usize = 4;

/// An octet that every match holds.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Hub {
    pub(crate) octet: u8,
    /// What stands before it is one of these.
    pub(crate) before: Vec<Stretch>,
    /// Up to the end of the match.
    pub(crate) after: Stretch,
}

/// Octets of a set, at most so many.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Stretch {
    octets: Octets,
    most: usize,
}

/// Windows that there is room for at first.
const WINDOWS_AT_FIRST: usize = 32;

impl Hub {
    /// The first rare octet that every match holds.
    pub(crate) fn new(hir: &Hir) -> Option<Self> {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) | HirKind::Class(_) => None,
            HirKind::Literal(literal) => {
                let at = literal.0.iter().position(|it| RARE.contains(it))?;
                let (before, rest) = literal.0.split_at_checked(at)?;
                let (octet, after) = rest.split_first()?;
                let (before, after) = (vec![Stretch::of(before)], Stretch::of(after));
                Some(Self { octet: *octet, before, after })
            }
            HirKind::Capture(capture) => Self::new(&capture.sub),
            HirKind::Concat(subs) => {
                let (at, inner) = subs
                    .iter()
                    .enumerate()
                    .find_map(|(at, sub)| Self::new(sub).map(|it| (at, it)))?;
                let (before, rest) = subs.split_at_checked(at)?;
                let after = rest.iter().skip(1).map(Stretch::new);
                let after = after.fold(inner.after, Stretch::then);
                let ways = ways(before);
                let before = inner.before.iter();
                let before = before.flat_map(|it| ways.iter().map(|way| way.then(*it)));
                Some(Self { before: before.collect(), after, ..inner })
            }
            HirKind::Alternation(subs) => {
                let all: Option<Vec<Self>> = subs.iter().map(Self::new).collect();
                let mut all = all?.into_iter();
                let mut hub = all.next()?;
                for other in all {
                    if other.octet != hub.octet {
                        return None;
                    }
                    hub.before.extend(other.before);
                    hub.after = hub.after.or(other.after);
                }
                Some(hub)
            }
            HirKind::Repetition(repetition) => {
                // The first round holds it; the others stand after it.
                let inner = Self::new(&repetition.sub).filter(|_| repetition.min > 0)?;
                Some(Self { after: inner.after.then(Stretch::new(hir)), ..inner })
            }
        }
        .map(Self::in_few_ways)
    }

    fn in_few_ways(self) -> Self {
        if self.before.len() <= WAYS_MAX {
            return self;
        }
        let joined = self.before.into_iter().reduce(|one, other| one.or(other));
        Self { before: joined.into_iter().collect(), ..self }
    }
}

/// How a sequence can look.
fn ways(subs: &[Hir]) -> Vec<Stretch> {
    let [sub] = subs else {
        let all = subs.iter().map(Stretch::new);
        return vec![all.fold(Stretch::of(&[]), Stretch::then)];
    };
    match sub.kind() {
        HirKind::Alternation(subs) => subs.iter().map(Stretch::new).collect(),
        HirKind::Capture(capture) => ways(std::slice::from_ref(&capture.sub)),
        HirKind::Empty
        | HirKind::Look(_)
        | HirKind::Literal(_)
        | HirKind::Class(_)
        | HirKind::Repetition(_)
        | HirKind::Concat(_) => vec![Stretch::new(sub)],
    }
}

impl Stretch {
    fn new(hir: &Hir) -> Self {
        Self { octets: octets_of(hir), most: octets_max(hir) }
    }

    fn of(octets: &[u8]) -> Self {
        let mut stretch = Self { octets: Octets::default(), most: octets.len() };
        octets.iter().for_each(|it| stretch.octets.add(*it));
        stretch
    }

    /// One after the other, in any order.
    fn then(self, next: Self) -> Self {
        let most = self.most.saturating_add(next.most);
        Self { octets: self.octets.or(next.octets), most }
    }

    fn or(self, other: Self) -> Self {
        Self { octets: self.octets.or(other.octets), most: self.most.max(other.most) }
    }

    /// Where it starts that ends at `end`, at the earliest; nothing before `floor` is looked at.
    fn start(&self, text: &[u8], floor: usize, end: usize) -> usize {
        let floor = floor.max(end.saturating_sub(self.most));
        let octets = text.get(floor..end).unwrap_or_default().iter().rev();
        end.saturating_sub(octets.take_while(|it| self.octets.has(**it)).count())
    }

    /// Where it ends that starts at `start`, at the latest, if it is known to reach to `reached`.
    fn end(&self, text: &[u8], start: usize, reached: usize) -> usize {
        let from = start.max(reached);
        let limit = text.len().min(start.saturating_add(self.most));
        let octets = text.get(from..limit).unwrap_or_default().iter();
        from.min(limit).saturating_add(octets.take_while(|it| self.octets.has(**it)).count())
    }
}

impl Hub {
    /// Windows that hold every match in a text, in ascending order; they do not overlap.
    pub(crate) fn windows(&self, text: &[u8]) -> Vec<Range<usize>> {
        let mut windows: Vec<Range<usize>> = Vec::with_capacity(WINDOWS_AT_FIRST);
        // Where the stretches of each way before the hub that came last started.
        let mut before = [0; WAYS_MAX];
        let mut last_hub = None;
        for at in memchr::memchr_iter(self.octet, text) {
            let floor = last_hub.map_or(0, |it: usize| it.saturating_add(1));
            for (way, from) in self.before.iter().zip(&mut before) {
                let start = way.start(text, floor, at);
                // The hub before may itself be of the stretch, which then goes on before it.
                let goes_on = start == floor && last_hub.is_some() && way.octets.has(self.octet);
                if !goes_on {
                    *from = start;
                }
            }
            last_hub = Some(at);
            let start = before.iter().take(self.before.len()).copied().min().unwrap_or(at);
            let after = at.saturating_add(1);
            match windows.last_mut() {
                Some(last) if start <= last.end => {
                    last.start = last.start.min(start);
                    last.end = self.after.end(text, after, last.end.max(after)).max(last.end);
                }
                _ => windows.push(start..self.after.end(text, after, after)),
            }
        }
        windows
    }
}
