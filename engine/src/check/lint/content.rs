//! Terms, patterns and examinations that find too much, nothing, or the same twice.

use grammar::{
    diagnostic::{Diagnostic, Fix},
    tree::{self, Cap, Findable as Written, ItemKind, Scope, Span},
};

use super::{
    super::{Checker, memory::Task, names::NameKind, regex::is_anchored},
    doubles,
};
use crate::{
    code,
    model::Model,
    normal,
    scan::{
        examination::{Examination, Findable},
        hit::compact,
    },
};

/// Letters up to which a text stands inside of ordinary words.
const SHORT_CHARS: usize = 2;
/// Characters of the longest text to look for.
const TERM_CHARS_MAX: usize = 1_000;

/// Octets of a compiled expression that nobody need think about.
const REGEX_OCTETS_USUAL: usize = 1536 << 10;

/// Whether a word is written with a star as a search box would have it.
fn is_glob(text: &str) -> bool {
    text.split_whitespace().any(|word| {
        let first = word.trim_start_matches('*').chars().next();
        first.is_some_and(char::is_alphanumeric) && word.contains('*')
    })
}

impl Checker<'_> {
    pub(super) fn lint_content(&self, model: &Model) {
        for set in &self.items.terms {
            self.once(Task::Lints, set.name.span, || {
                set.entries.iter().for_each(|it| self.lint_term(it));
                self.lint_double_terms(set);
            });
        }
        self.lint_patterns();
        for entry in self.names.of_kind(NameKind::Examination) {
            if let ItemKind::Examination(written) = entry.item
                && let Some(meant) = model.examinations.get(entry.id).filter(|_| !entry.in_library)
            {
                let lints = || self.lint_examination(written, meant);
                self.once(Task::Lints, written.name.span, lints);
            }
        }
    }

    fn lint_term(&self, term: &tree::Term) {
        let text = normal::normalise(&term.text.value);
        let letters = text.chars().count();
        if letters <= SHORT_CHARS
            && !term.whole_word
            && text.chars().all(char::is_alphanumeric)
            && letters > 0
        {
            let message = format!("\"{}\" stands inside of many words", term.text.value);
            let end = Span { start: term.text.span.end, ..term.text.span };
            let finding = Diagnostic::new(code::TERM_SHORT, message).primary(term.text.span, "");
            let bare = term.weight.is_none() && term.near.is_none() && term.within_words.is_none();
            self.report(if bare && !term.exact_case {
                let title = "write `whole word` after it";
                finding.fix(Fix::choose(title, end, " whole word"))
            } else {
                finding.note("write `whole word` after it")
            });
        }
        if letters > TERM_CHARS_MAX {
            let message =
                format!("this text has {letters} characters; {TERM_CHARS_MAX} are allowed");
            self.note_at(code::TERM_LONG, term.text.span, message);
        }
        if is_glob(&term.text.value) {
            let message = format!("`{}` is looked for with its star", term.text.value);
            let finding = Diagnostic::new(code::TERM_STAR, message).primary(term.text.span, "");
            self.report(finding.fix(Fix::advice(
                "for words of one stem, declare a pattern such as `match /\\bsever[a-z]*/`",
            )));
        }
        if let Some(near) = &term.near {
            let other = normal::normalise(&near.value);
            let within = !other.trim().is_empty() && !text.trim().is_empty();
            if within && (text.contains(other.trim()) || other.contains(text.trim())) {
                self.report(self.note_both(
                    code::NEAR_ITSELF,
                    (near.span, ""),
                    (term.text.span, "it stands here already"),
                    "a text is always near itself",
                ));
            }
        } else if let Some(within) = &term.within_words {
            self.note_at(code::WITHIN_IDLE, within.span, "`within` needs a `near`");
        }
    }

    fn lint_cost(&self, pattern: &tree::Pattern) {
        let Some(regex) = &pattern.regex else { return };
        let octets =
            self.memory.borrow().regexes.get(&regex.span).map_or(0, |it| it.memory_usage());
        if REGEX_OCTETS_USUAL < octets {
            let message =
                format!("this regular expression takes {} KiB once compiled", octets >> 10);
            let finding = Diagnostic::new(code::REGEX_COSTLY, message).primary(regex.span, "");
            self.report(finding.fix(Fix::advice(
                "repeat less, or write the letters that are meant: `[a-z0-9]` is smaller than `\\w`",
            )));
        }
    }

    fn lint_patterns(&self) {
        let compiles = |it: &&&tree::Pattern| {
            it.regex.as_ref().is_some_and(|it| self.memory.borrow().regexes.contains_key(&it.span))
        };
        let patterns: Vec<&tree::Pattern> =
            self.items.patterns.iter().filter(compiles).copied().collect();
        for pattern in &patterns {
            self.lint_cost(pattern);
            if pattern.accepts.is_empty() && pattern.rejects.is_empty() {
                let message = format!("nothing shows that `{}` works", pattern.name.value);
                let finding = Diagnostic::new(code::PATTERN_UNTESTED, message);
                let advice = "add `accepts \"…\"` with a value that it must find";
                self.report(finding.primary(pattern.name.span, "").fix(Fix::advice(advice)));
            }
        }
        let key = |it: &&tree::Pattern| {
            let mut checks: Vec<&str> = it.checks.iter().map(|it| it.value.as_str()).collect();
            checks.sort_unstable();
            let near: Vec<&str> = it.near.iter().map(|it| it.value.as_str()).collect();
            let regex = it.regex.as_ref()?;
            Some(format!("{} {checks:?} {near:?}", regex.value))
        };
        for (first, _, pattern) in doubles(patterns.iter().copied(), key) {
            let Some(before) = patterns.get(first) else { continue };
            self.report(self.note_both(
                code::PATTERNS_EQUAL,
                (pattern.name.span, ""),
                (before.name.span, "the other one"),
                format!("`{}` finds what `{}` finds", pattern.name.value, before.name.value),
            ));
        }
    }

    fn lint_examination(&self, written: &tree::Examination, meant: &Examination) {
        let counted = |it: &&tree::Count| Some(self.what(&it.what)).filter(|it| !it.is_empty());
        let double = "this is counted twice";
        for (first, _, count) in doubles(written.counts.iter(), counted) {
            let Some(before) = written.counts.get(first) else { continue };
            let finding = self.note_both(
                code::COUNT_TWICE,
                (count.span, "again here"),
                (before.span, "first here"),
                double,
            );
            self.report(finding.fix(self.without_lines("take the second away", count.span)));
        }
        for (first, _, scope) in doubles(written.look_in.iter(), |it| Some(it.value)) {
            let Some(before) = written.look_in.get(first) else { continue };
            self.report(self.note_both(
                code::SCOPE_TWICE,
                (scope.span, "again here"),
                (before.span, "first here"),
                "this place is named twice",
            ));
        }
        if written.counts.len() == meant.counts.len() {
            self.lint_numbers(written, meant);
            self.lint_ignores(written, meant);
            self.lint_anchors(written, meant);
        }
        self.refuse_required_and_vetoed(written);
    }

    fn lint_numbers(&self, written: &tree::Examination, meant: &Examination) {
        for (line, count) in written.counts.iter().zip(&meant.counts) {
            let terms = count.what.terms.iter().map(|it| it.weight);
            let least = terms.chain(count.what.patterns.iter().map(|it| it.weight)).min();
            if let Some((cap, Cap::Points(points))) = line.cap.as_ref().map(|it| (it, it.value))
                && least.is_some_and(|it| points < it)
                && points > 0
            {
                let message = format!("one hit already goes over {points} points");
                self.note_at(code::CAP_SMALL, cap.span, message);
            }
        }
        let most = meant.score_max();
        for (points, _) in written.less.iter().filter(|it| most <= it.0.value && most > 0) {
            let message = format!("{} points are all that can be scored", points.value);
            self.note_at(code::LESS_VETOES, points.span, message);
        }
    }

    /// Patterns of which `^` or `$` demands that they begin or end all of a body.
    fn lint_anchors(&self, written: &tree::Examination, meant: &Examination) {
        let texts = [Scope::Body, Scope::AttachmentText];
        if !texts.iter().any(|it| meant.look_in.contains(it)) {
            return;
        }
        for line in &written.counts {
            let Written::Named(reference) = &line.what else { continue };
            let Ok(entry) = self.names.find(reference, &[NameKind::Pattern, NameKind::Terms])
            else {
                continue;
            };
            let ItemKind::Pattern(pattern) = entry.item else { continue };
            let Some(regex) = pattern.regex.as_ref().filter(|it| is_anchored(&it.value)) else {
                continue;
            };
            let message = format!("`{}` is found at an end of the body alone", pattern.name.value);
            let place = (reference.name.span, "this examination looks into whole texts");
            let finding = self.note_both(
                code::REGEX_ANCHORED,
                (regex.span, "`^` is the start of all the text, and `$` the end"),
                place,
                message,
            );
            let advice =
                "write `\\b` for the edge of a word, or look in the subject or in names alone";
            self.report(finding.fix(Fix::advice(advice)));
        }
    }

    fn lint_ignores(&self, written: &tree::Examination, meant: &Examination) {
        for text in &written.ignores {
            let normal = normal::normalise(&text.value);
            let value = compact(normal.trim());
            if !meant.counts.iter().any(|it| finds(&it.what, normal.trim(), &value)) {
                let message = format!("nothing that is counted finds \"{}\"", text.value);
                self.note_at(code::IGNORE_IDLE, text.span, message);
            }
        }
    }

    fn refuse_required_and_vetoed(&self, written: &tree::Examination) {
        for veto in &written.vetoes {
            let what = self.what(veto);
            if let Some(required) = written.requires.iter().find(|it| self.what(it) == what) {
                let finding = self.note_both(
                    code::REQUIRE_VETOED,
                    (span(veto), "forbidden here"),
                    (span(required), "required here"),
                    format!("`{}` can never activate", written.name.value),
                );
                self.report(finding);
            }
        }
    }

    /// What a line looks for, as something to compare.
    fn what(&self, what: &Written) -> String {
        match what {
            Written::Text(text) => format!("\"{}\"", normal::normalise(&text.value)),
            Written::Named(reference) => {
                let found = self.names.find(reference, &[NameKind::Pattern, NameKind::Terms]).ok();
                found.map_or_else(String::new, |it| it.label.to_string())
            }
        }
    }
}

/// Whether something is found that `ignore` would take out.
fn finds(what: &Findable, text: &str, value: &str) -> bool {
    let term = what.terms.iter().any(|it| compact(&it.text) == value);
    term || what.patterns.iter().any(|pattern| {
        let found = pattern.occurrences(text).ranges;
        found.into_iter().any(|it| text.get(it).is_some_and(|it| compact(it) == value))
    })
}

fn span(what: &Written) -> Span {
    match what {
        Written::Text(text) => text.span,
        Written::Named(reference) => reference.name.span,
    }
}
