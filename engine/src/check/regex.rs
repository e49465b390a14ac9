//! Whether a regular expression is within the language: linear time, no look-around, no
//! back-references, and never the empty text.

use std::sync::Arc;

use grammar::diagnostic::{Diagnostic, Fix};
use grammar::tree::Text;
use regex_automata::meta::Regex;
use regex_syntax::ast::{self, ErrorKind};

use crate::{code, scan::pattern};

/// Compiles an expression, or says why it is refused and what to write instead.
pub(super) fn compile(expression: &Text) -> Result<Arc<Regex>, Box<Diagnostic>> {
    if let Err(error) = ast::parse::Parser::new().parse(&expression.value) {
        return Err(refused(expression, syntax_reason(&error)));
    }
    let mut parser = regex_syntax::ParserBuilder::new().case_insensitive(true).build();
    let hir = parser.parse(&expression.value).map_err(|error| {
        let said = error.to_string();
        let reason =
            said.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
        refused(expression, (reason, None))
    })?;
    if hir.properties().minimum_len().is_none_or(|it| it == 0) {
        let advice = "say what must be there at least, such as `[0-9]{4}` instead of `[0-9]*`";
        return Err(refused(expression, ("it matches the empty text".to_owned(), Some(advice))));
    }
    let Ok(compiled) = pattern::compile(&expression.value) else {
        // What was parsed above can only fail by its size.
        let advice = "repeat less: `.{1,200}` of a large class multiplies its size";
        return Err(refused(
            expression,
            ("it is too large once compiled".to_owned(), Some(advice)),
        ));
    };
    Ok(Arc::new(compiled))
}

fn syntax_reason(error: &ast::Error) -> (String, Option<&'static str>) {
    if *error.kind() == ErrorKind::UnsupportedLookAround {
        let advice = "use `\\b` for the edge of a word, `near` for what stands close by, `ignore` for exceptions";
        return ("look-around cannot be matched in linear time".to_owned(), Some(advice));
    }
    if *error.kind() == ErrorKind::UnsupportedBackreference {
        let advice = "write the alternatives out, or let `check` compare the digits";
        return ("a back-reference cannot be matched in linear time".to_owned(), Some(advice));
    }
    (error.kind().to_string(), None)
}

fn refused(expression: &Text, (reason, advice): (String, Option<&str>)) -> Box<Diagnostic> {
    let finding = Diagnostic::new(
        code::REGEX_REFUSED,
        format!("this regular expression is refused: {reason}"),
    )
    .primary(expression.span, "");
    match advice {
        Some(advice) => Box::new(finding.fix(Fix::advice(advice))),
        None => Box::new(finding),
    }
}
