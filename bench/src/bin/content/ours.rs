//! Rules with given dictionaries and patterns, compiled.

use std::fmt::Write as _;

use anyhow::{Result, bail};
use engine::{Program, Rules, SourceFile};

/// Sixteen expressions for personal and payment data.
pub(crate) const EXPRESSIONS: &[&str] = &[
    r"\b(?:[0-9][ -]?){12,18}[0-9]\b",
    r"\b[a-z]{2}[0-9]{2}(?: ?[a-z0-9]{4}){2,7}(?: ?[a-z0-9]{1,3})?\b",
    r"\b[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4}\b",
    r"\b[0-9]{3}-[0-9]{2}-[0-9]{4}\b",
    r"\b[a-ceghj-pr-tw-z]{2} ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[a-d]\b",
    r"\b[a-z0-9._%+-]+@[a-z0-9.-]+\.[a-z]{2,}\b",
    r"\b[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9]{8}\b",
    r"\b(?:akia|asia)[a-z0-9]{16}\b",
    r"\bghp_[a-z0-9]{36}\b",
    r"-----begin (?:rsa |ec )?private key-----",
    r"\b[a-hj-npr-z0-9]{8}[0-9x][a-hj-npr-z0-9]{2}[0-9]{6}\b",
    r"\bgb ?[0-9]{3} ?[0-9]{4} ?[0-9]{2}\b",
    r"\b(?:[0-9]{1,3}\.){3}[0-9]{1,3}\b",
    r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b",
    r"\beyj[a-z0-9_-]{10,200}\.[a-z0-9_-]{10,200}\.",
    r"\+[0-9]{1,3}[ -]?\(?[0-9]{2,4}\)?(?:[ -]?[0-9]{2,4}){2,4}\b",
];

const HEAD: &str = "writ 1\norganisation o {\n  domains corp.example\n}\n";

/// Rules with these dictionaries, one examination each, and a policy that asks it.
pub(crate) fn of_terms(dictionaries: &[&[String]]) -> String {
    let mut text = String::from(HEAD);
    for (number, terms) in dictionaries.iter().enumerate() {
        _ = writeln!(text, "terms t{number} {{");
        terms.iter().for_each(|it| _ = writeln!(text, "  \"{it}\""));
        _ = writeln!(text, "}}");
        push_examination(&mut text, 't', number, 10);
    }
    text
}

/// The same for patterns.
pub(crate) fn with_patterns(mut text: String) -> String {
    for (number, expression) in EXPRESSIONS.iter().enumerate() {
        _ = writeln!(text, "pattern p{number} {{\n  match /{expression}/\n}}");
        push_examination(&mut text, 'p', number, 10);
    }
    text
}

/// Rules with the patterns alone.
pub(crate) fn of_patterns() -> String {
    with_patterns(String::from(HEAD))
}

fn push_examination(text: &mut String, kind: char, number: usize, at: usize) {
    _ = writeln!(
        text,
        "examination e-{kind}{number} {{\n  count {kind}{number}\n  activates at {at}\n  unreadable counts as clear\n}}\npolicy c-{kind}{number} {{\n  from internal\n  to external\n  when e-{kind}{number} activates\n  then hold\n}}"
    );
}

pub(crate) fn rules(text: String) -> Result<Rules> {
    let (rules, findings) = Rules::load(&[SourceFile { path: "bench.writ".to_owned(), text }], &[]);
    match rules {
        Some(rules) => Ok(rules),
        None => bail!("{:?}", findings.first()),
    }
}

pub(crate) fn program(text: String) -> Result<Program> {
    Ok(rules(text)?.compile())
}
