//! One statement through the normative grammar of `writ.pest`.
//!
//! A statement is read into a list of [`Node`]s, so that statements of one shape can share it: see
//! [`Shapes`].

mod shape;

use std::rc::Rc;

use pest::{
    Parser as _, Token,
    error::{ErrorVariant, InputLocation},
};

pub(crate) use self::shape::Shapes;

#[derive(pest_derive::Parser)]
#[grammar = "writ.pest"]
struct Writ;

/// Where a statement cannot go on, and what could have stood there.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Stop {
    /// Offset in the statement.
    pub(crate) at: usize,
    /// What could have stood there.
    pub(crate) expected: Vec<Rule>,
}

/// A part of some statement, before those inside of it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Node {
    rule: Rule,
    /// An offset, or the number of a [place](Reading::places).
    start: usize,
    /// As `start`.
    end: usize,
    /// The first node that is not inside of this one.
    next: usize,
}

/// A statement that was read.
#[derive(Clone, Debug)]
pub(crate) struct Reading<'t> {
    text: &'t str,
    nodes: Rc<[Node]>,
    /// The offsets that the nodes of a shape count; without one, nodes have offsets themselves.
    places: Option<Vec<usize>>,
}

/// The parts of a statement, or of a part: keywords and values in order, commas left out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parts<'s> {
    reading: &'s Reading<'s>,
    first: usize,
    end: usize,
}

/// A keyword, a value, or several that belong together.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part<'s> {
    reading: &'s Reading<'s>,
    index: usize,
    node: Node,
}

/// Reads a whole statement.
///
/// # Errors
///
/// [`Stop`] at the furthest place that any reading of it reached.
pub(crate) fn read(rule: Rule, statement: &str) -> Result<Reading<'_>, Stop> {
    let error = match Writ::parse(rule, statement) {
        Ok(pairs) => {
            let nodes = nodes(pairs.tokens()).into();
            return Ok(Reading { text: statement, nodes, places: None });
        }
        Err(error) => error,
    };
    let at = match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    };
    let expected = match error.variant {
        ErrorVariant::ParsingError { positives, .. } => positives,
        ErrorVariant::CustomError { .. } => Vec::new(),
    };
    Err(Stop { at, expected })
}

fn nodes<'s>(tokens: impl Iterator<Item = Token<'s, Rule>>) -> Vec<Node> {
    let mut nodes: Vec<Node> = Vec::new();
    let mut open = Vec::new();
    for token in tokens {
        match token {
            Token::Start { rule, pos } => {
                open.push(nodes.len());
                nodes.push(Node { rule, start: pos.pos(), end: 0, next: 0 });
            }
            Token::End { pos, .. } => {
                let next = nodes.len();
                if let Some(node) = open.pop().and_then(|it| nodes.get_mut(it)) {
                    (node.end, node.next) = (pos.pos(), next);
                }
            }
        }
    }
    nodes
}

impl Reading<'_> {
    /// What the statement consists of.
    pub(crate) fn parts(&self) -> Parts<'_> {
        Parts { reading: self, first: 1, end: self.nodes.first().map_or(0, |it| it.next) }
    }

    fn offset(&self, place: usize) -> usize {
        match &self.places {
            Some(places) => places.get(place).copied().unwrap_or(self.text.len()),
            None => place,
        }
    }
}

impl<'s> Part<'s> {
    /// What it is.
    pub(crate) fn rule(self) -> Rule {
        self.node.rule
    }

    /// Its offset in the statement.
    pub(crate) fn start(self) -> usize {
        self.reading.offset(self.node.start)
    }

    /// What is written there, perhaps with white space after it.
    pub(crate) fn text(self) -> &'s str {
        self.reading.text.get(self.start()..self.reading.offset(self.node.end)).unwrap_or("")
    }
}

impl<'s> Parts<'s> {
    /// What a part consists of.
    pub(crate) fn of(part: Part<'s>) -> Self {
        Self { reading: part.reading, first: part.index.saturating_add(1), end: part.node.next }
    }

    /// Whether it has such a part.
    pub(crate) fn has(self, rule: Rule) -> bool {
        self.first(rule).is_some()
    }

    /// The first such part.
    pub(crate) fn first(self, rule: Rule) -> Option<Part<'s>> {
        self.all(rule).next()
    }

    /// What the first such part consists of.
    pub(crate) fn inside(self, rule: Rule) -> Option<Self> {
        self.first(rule).map(Self::of)
    }

    /// Every such part, in order.
    pub(crate) fn all(self, rule: Rule) -> impl Iterator<Item = Part<'s>> {
        self.iter().filter(move |part| part.rule() == rule)
    }

    /// Every part, in order.
    pub(crate) fn iter(self) -> impl Iterator<Item = Part<'s>> {
        let Self { reading, first, end } = self;
        let at = move |index: usize| {
            let node = reading.nodes.get(index).filter(|_| index < end)?;
            Some(Part { reading, index, node: *node })
        };
        std::iter::successors(at(first), move |part| at(part.node.next))
            .filter(|part| part.rule() != Rule::comma && part.rule() != Rule::EOI)
    }

    /// The only or first part, whatever it is.
    pub(crate) fn head(self) -> Option<Part<'s>> {
        self.iter().next()
    }
}

#[cfg(test)]
mod tests {
    use super::{Rule, Writ, read};
    use pest::Parser as _;

    #[test]
    fn every_keyword_reads_the_word_it_is_named_after() {
        for rule in Rule::all_rules() {
            let name = format!("{rule:?}");
            let Some(word) = name.strip_prefix("k_") else { continue };
            let read =
                Writ::parse(*rule, word).unwrap_or_else(|_| panic!("{name} does not read {word}"));
            assert_eq!(read.as_str(), word);
            assert!(
                Writ::parse(*rule, &format!("{word}x")).is_err(),
                "{name} reads more than its word"
            );
        }
    }

    #[test]
    fn the_furthest_place_is_reported() {
        let stop = read(Rule::then_line, "then secure wth x").unwrap_err();
        assert_eq!((stop.at, stop.expected), (12, vec![Rule::k_with]));
    }
}
