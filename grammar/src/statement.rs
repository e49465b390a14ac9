//! One statement through the normative grammar of `writ.pest`.

use pest::{
    Parser as _,
    error::{ErrorVariant, InputLocation},
    iterators::Pair,
};

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

/// The parts of a statement, or of a part: keywords and values in order, commas left out.
#[derive(Clone, Debug)]
pub(crate) struct Parts<'s>(Vec<Pair<'s, Rule>>);

/// Reads a whole statement.
///
/// # Errors
///
/// [`Stop`] at the furthest place that any reading of it reached.
pub(crate) fn read(rule: Rule, statement: &str) -> Result<Parts<'_>, Stop> {
    match Writ::parse(rule, statement) {
        Ok(mut pairs) => {
            Ok(pairs.next().map_or_else(|| Parts(Vec::new()), |pair| Parts::of(&pair)))
        }
        Err(error) => {
            let at = match error.location {
                InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
            };
            let expected = match error.variant {
                ErrorVariant::ParsingError { positives, .. } => positives,
                ErrorVariant::CustomError { .. } => Vec::new(),
            };
            Err(Stop { at, expected })
        }
    }
}

impl<'s> Parts<'s> {
    /// What a part consists of.
    pub(crate) fn of(pair: &Pair<'s, Rule>) -> Self {
        let inside = pair.clone().into_inner();
        Self(
            inside
                .filter(|part| part.as_rule() != Rule::comma && part.as_rule() != Rule::EOI)
                .collect(),
        )
    }

    /// Whether it has such a part.
    pub(crate) fn has(&self, rule: Rule) -> bool {
        self.first(rule).is_some()
    }

    /// The first such part.
    pub(crate) fn first(&self, rule: Rule) -> Option<&Pair<'s, Rule>> {
        self.all(rule).next()
    }

    /// What the first such part consists of.
    pub(crate) fn inside(&self, rule: Rule) -> Option<Self> {
        self.first(rule).map(Self::of)
    }

    /// Every such part, in order.
    pub(crate) fn all(&self, rule: Rule) -> impl Iterator<Item = &Pair<'s, Rule>> {
        self.0.iter().filter(move |part| part.as_rule() == rule)
    }

    /// Every part, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Pair<'s, Rule>> {
        self.0.iter()
    }

    /// The only or first part, whatever it is.
    pub(crate) fn head(&self) -> Option<&Pair<'s, Rule>> {
        self.0.first()
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
