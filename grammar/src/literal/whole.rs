//! Runs a parser over a whole text.

use nom::{Parser, combinator::all_consuming, error::Error};

/// What the parser reads, if it reads all of the text.
pub(in crate::literal) fn whole<'t, P>(parser: P, text: &'t str) -> Option<P::Output>
where
    P: Parser<&'t str, Error = Error<&'t str>>,
{
    all_consuming(parser).parse(text).ok().map(|(_, output)| output)
}
