//! Dictionaries and patterns, compiled; `accepts` and `rejects` run as tests.

use std::sync::Arc;

use grammar::{
    diagnostic::{Diagnostic, Fix},
    suggest::closest,
    tree::{self, Findable as Written, ItemKind, Span, Text},
};
use regex_automata::meta::Regex;

use super::{
    Checker,
    memory::Task,
    names::{NameKind, written},
    organisation::missing_line,
    regex,
};
use crate::{
    checksum::{self, CHECKSUMS, Checksum},
    code, normal,
    scan::{
        examination::{Findable, Term},
        pattern::Pattern,
    },
    testing::model::PatternCase,
};

/// Words between a term and what it must be near, when the rules do not say.
const WITHIN_WORDS_DEFAULT: u32 = 10;

impl Checker<'_> {
    /// What a line looks for.
    pub(super) fn findable(&self, what: &Written) -> Option<Findable> {
        match what {
            Written::Text(text) => {
                let term = self.plain_term(text)?;
                Some(Findable { terms: vec![Arc::new(term)], patterns: Vec::new() })
            }
            Written::Named(reference) => {
                let entry = self.resolve(reference, &[NameKind::Pattern, NameKind::Terms])?;
                match entry.item {
                    ItemKind::Terms(terms) => {
                        // Empty texts are reported once, where the dictionary is checked.
                        let terms = terms.entries.iter().filter_map(term).map(Arc::new).collect();
                        Some(Findable { terms, patterns: Vec::new() })
                    }
                    ItemKind::Pattern(pattern) => {
                        let pattern = self.compiled(pattern, &written(reference)).ok()?;
                        Some(Findable { terms: Vec::new(), patterns: vec![Arc::new(pattern)] })
                    }
                    ItemKind::Addresses(_)
                    | ItemKind::Assert(_)
                    | ItemKind::Attribute(_)
                    | ItemKind::Bypass(_)
                    | ItemKind::Default(_)
                    | ItemKind::Definition(_)
                    | ItemKind::Domains(_)
                    | ItemKind::Examination(_)
                    | ItemKind::Fingerprints(_)
                    | ItemKind::Group(_)
                    | ItemKind::Networks(_)
                    | ItemKind::Organisation(_)
                    | ItemKind::Policy(_)
                    | ItemKind::Request(_)
                    | ItemKind::Test(_) => None,
                }
            }
        }
    }

    fn plain_term(&self, text: &Text) -> Option<Term> {
        let normalised = self.needle(text)?;
        Some(Term {
            label: text.value.as_str().into(),
            text: normalised,
            exact: None,
            whole_word: false,
            near: None,
            within_words: WITHIN_WORDS_DEFAULT,
            weight: 1,
        })
    }

    /// A text to find, normalised; reported when nothing is left of it.
    pub(super) fn needle(&self, text: &Text) -> Option<String> {
        let needle = needle(text);
        if needle.is_none() {
            let message = format!("there is nothing to find in `{}`", text.value.escape_debug());
            self.report(Diagnostic::new(code::TERM_EMPTY, message).primary(text.span, ""));
        }
        needle
    }

    /// Checks every dictionary and pattern of the tree, used or not.
    pub(super) fn check_terms_and_patterns(&self) {
        for terms in &self.items.terms {
            self.once(Task::Content, terms.name.span, || self.check_terms(terms));
        }
        for pattern in &self.items.patterns {
            let values = || self.check_pattern(pattern);
            let values = self.once(Task::Content, pattern.name.span, values);
            self.values.borrow_mut().extend(
                values
                    .into_iter()
                    .map(|(span, case)| PatternCase { place: self.sources.place(span), ..case }),
            );
        }
    }

    fn check_terms(&self, terms: &tree::Terms) {
        for entry in &terms.entries {
            self.needle(&entry.text);
            entry.near.iter().for_each(|it| drop(self.needle(it)));
        }
    }

    /// Reports what is wrong with a pattern; its values, and where they stand.
    fn check_pattern(&self, pattern: &tree::Pattern) -> Vec<(Span, PatternCase)> {
        pattern.near.iter().for_each(|it| drop(self.needle(it)));
        let mut compiled = match self.compiled(pattern, &pattern.name.value) {
            Ok(compiled) => compiled,
            Err(findings) => {
                findings.into_iter().for_each(|it| self.report(it));
                return Vec::new();
            }
        };
        // A value stands alone in these lines; what it must be near is not in them.
        compiled.near = Vec::new();
        let compiled = Arc::new(compiled);
        let mut values = Vec::new();
        for (text, accepts) in cases(pattern) {
            let found = !compiled.occurrences(&normal::normalise(&text.value)).ranges.is_empty();
            if found != accepts {
                self.report(wrong_case(pattern, text, accepts));
            }
            let (pattern, text) = (Arc::clone(&compiled), text.clone());
            values
                .push((text.span, PatternCase { place: None, pattern, text: text.value, accepts }));
        }
        values
    }

    /// The pattern ready to search, or everything that is wrong with it.
    fn compiled(&self, pattern: &tree::Pattern, label: &str) -> Result<Pattern, Vec<Diagnostic>> {
        compiled(pattern, label, |expression| self.regex(expression))
    }

    /// The expression compiled, once for all who name its pattern.
    fn regex(&self, expression: &Text) -> Result<Arc<Regex>, Box<Diagnostic>> {
        if let Some(known) = self.memory.borrow().regexes.get(&expression.span) {
            return Ok(Arc::clone(known));
        }
        let compiled = regex::compile(expression)?;
        self.memory.borrow_mut().regexes.insert(expression.span, Arc::clone(&compiled));
        Ok(compiled)
    }
}

/// A pattern ready to search, its expression compiled by `regex`, or everything that is wrong with it.
pub(super) fn compiled(
    pattern: &tree::Pattern,
    label: &str,
    regex: impl FnOnce(&Text) -> Result<Arc<Regex>, Box<Diagnostic>>,
) -> Result<Pattern, Vec<Diagnostic>> {
    let mut findings = Vec::new();
    let mut checks: Vec<&'static Checksum> = Vec::new();
    for name in &pattern.checks {
        match checksum::find(&name.value) {
            Some(check) => checks.push(check),
            None => findings.push(check_unknown(name)),
        }
    }
    let Some(expression) = &pattern.regex else {
        findings.push(missing_line("pattern", &pattern.name, "match"));
        return Err(findings);
    };
    let regex = match regex(expression) {
        Ok(regex) if findings.is_empty() => regex,
        Ok(_) => return Err(findings),
        Err(finding) => {
            findings.push(*finding);
            return Err(findings);
        }
    };
    let within_words = pattern.within_words.as_ref().map(|it| it.value);
    Ok(Pattern {
        label: label.into(),
        expression: Arc::from(expression.value.as_str()),
        regex,
        checks,
        weight: pattern.weight.as_ref().map_or(1, |it| it.value),
        near: pattern.near.iter().filter_map(needle).collect(),
        within_words: within_words.unwrap_or(WITHIN_WORDS_DEFAULT),
        near_whole_word: pattern.near_whole_word,
    })
}

/// The values of a pattern, and whether it must find them.
fn cases(pattern: &tree::Pattern) -> impl Iterator<Item = (&Text, bool)> {
    let accepts = pattern.accepts.iter().map(|it| (it, true));
    accepts.chain(pattern.rejects.iter().map(|it| (it, false)))
}

fn wrong_case(pattern: &tree::Pattern, text: &Text, accepts: bool) -> Diagnostic {
    let name = &pattern.name.value;
    let (code, message, label) = if accepts {
        (code::ACCEPTS_FAILS, format!("`{name}` does not find what it must accept"), "not found")
    } else {
        (code::REJECTS_FAILS, format!("`{name}` finds what it must reject"), "found")
    };
    Diagnostic::new(code, message).primary(text.span, label)
}

/// A text to find, normalised; nothing when nothing is left.
fn needle(text: &Text) -> Option<String> {
    let normalised = normal::normalise(&text.value).trim().to_owned();
    (!normalised.is_empty()).then_some(normalised)
}

fn term(entry: &tree::Term) -> Option<Term> {
    let exact = || normal::normalise_keeping_case(&entry.text.value).trim().to_owned();
    Some(Term {
        label: entry.text.value.as_str().into(),
        text: needle(&entry.text)?,
        exact: entry.exact_case.then(exact),
        whole_word: entry.whole_word,
        near: entry.near.as_ref().and_then(needle),
        within_words: entry.within_words.as_ref().map_or(WITHIN_WORDS_DEFAULT, |it| it.value),
        weight: entry.weight.as_ref().map_or(1, |it| it.value),
    })
}

fn check_unknown(name: &tree::Name) -> Diagnostic {
    let finding =
        Diagnostic::new(code::CHECK_UNKNOWN, format!("there is no check `{}`", name.value));
    let known = || CHECKSUMS.iter().map(|it| it.name);
    let finding = finding.primary(name.span, "").note("`writ help pattern check` lists the checks");
    match closest(&name.value, known()) {
        Some(close) => finding.fix(Fix::choose(format!("write `{close}`"), name.span, close)),
        None => finding,
    }
}
