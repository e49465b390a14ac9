//! Patterns searched in windows find what a search of the whole text finds.

use proptest::{prelude::*, test_runner::TestRunner};

use super::{both, examine_rules};
use crate::facts::Alternative;

/// Expressions of every kind: by digits, by atoms, by neither; bounded and not; with and without
/// an edge of a word.
const PATTERNS: &[(&str, &str)] = &[
    (r"\b(?:\d[ -]?){12,18}\d\b", "luhn"),
    (r"\b[A-Za-z]{2}\d{2}(?: ?[A-Za-z0-9]{4}){2,7}(?: ?[A-Za-z0-9]{1,3})?\b", "iban"),
    (r"\b\d{3}[ -]?\d{3}[ -]?\d{4}\b", "nhs"),
    (r"(?:AB|\d\d)-?\d{2}", ""),
    (r"[a-z]*\d{4,}x?", ""),
    (r"\d{1,3}(?:,\d{3})+", ""),
    (r"\bghp_[A-Z0-9]{4,8}\b", ""),
    (r"(?:key|pass)[ :]+[a-z0-9]+", ""),
    (r"begin .* end", ""),
    (r"[a-z0-9.]+@[a-z0-9]+\.[a-z]{2,}", ""),
    (r"(?:task|skip|ks){2,3}", ""),
    (r"\b[a-z0-9._%+-]+@[a-z0-9.-]+\.[a-z]{2,}\b", ""),
    (r"(?:[a-z]{1,3}|<[a-z@ ]{1,5}>)@[a-z@]+", ""),
    (r".*@.{0,9}@", ""),
    (r"\+[0-9]{1,3}(?:[ -]?[0-9]{2,4}){2,4}\b", ""),
    (r"\b[a-z0-9]{8}[0-9x][a-z]{2}[0-9]{2,6}\b", ""),
    (r"\b[a-z]{4} ?[a-z]{2} ?[a-z0-9]{2}\b", ""),
];

fn declared() -> String {
    let mut text = String::from("writ 1\norganisation o {\n  domains corp.example\n}\n");
    for (number, (expression, check)) in PATTERNS.iter().enumerate() {
        let check = if check.is_empty() { String::new() } else { format!("  check {check}\n") };
        text += &format!("pattern p{number} {{\n  match /{expression}/\n{check}}}\n");
    }
    text
}

fn lines() -> String {
    (0..PATTERNS.len()).map(|it| format!("count p{it}\n  ")).collect::<String>() + "activates at 1"
}

const PIECES: &str = "(4012 8888 8888 1881|4012|GB82 WEST 1234 5698 7654 32|943 476 5919|7|12|ab|ghp_|a1b2|key: |pass|begin | end|x@y.zz|task|skip|ſkip|ks| |,|-|é|٣٤|_|@|<|>|\\+49 30|.|wvwzzz1k|9ab12|abcd|x|\u{212a}ey ){0,24}";

#[test]
fn windows_hold_every_match() {
    let rules = super::rules(&declared(), &lines());
    let program = rules.compile();
    let texts = prop::collection::vec(PIECES, 1..4);
    let mut runner = TestRunner::new(ProptestConfig::with_cases(256));
    let run = runner.run(&texts, |texts| {
        let bodies: Vec<(&str, Option<Alternative>)> =
            texts.iter().map(|it| (it.as_str(), None)).collect();
        // Compares with the reference evaluator, which searches the whole text.
        both(&rules, &program, &super::content(&bodies));
        Ok(())
    });
    run.unwrap();
}

#[test]
fn every_pattern_is_found_in_the_midst_of_things() {
    let text = "x 4012 8888 8888 1881, GB82 WEST 1234 5698 7654 32; 943 476 5919 ab-12 a1234x 1,000 ghp_abcd12 key: x9 begin and end a@b.example tasks skipskip kstask +49 30 1234 567 <a@b>@xy@ wvwzzz1k9ab123456 deut de ff";
    let result = examine_rules(&declared(), &lines(), &super::content(&[(text, None)]));
    let found: std::collections::BTreeSet<&str> = result.hits.iter().map(|it| &*it.term).collect();
    assert_eq!(found.len(), PATTERNS.len(), "{found:?}");
}
