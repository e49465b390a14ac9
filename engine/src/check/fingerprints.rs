//! Fingerprints, resolved: the set of each from its file of the tree.

use std::sync::Arc;

use grammar::{
    diagnostic::{Diagnostic, Fix},
    suggest::closest,
    tree::{self, AtLeast, CountsAs, ItemKind, Span},
};

use super::{Checker, names::NameKind, organisation::missing_line};
use crate::{
    code,
    fingerprint::{Declared, EXTENSION, Holds, Key, Set},
};

/// Percent of a document that must be there when the rules do not say.
const PERCENT_DEFAULT: u32 = 50;

impl Checker<'_> {
    /// Every set of fingerprints, in the order of their numbers.
    pub(super) fn fingerprints(&self) -> Vec<Declared> {
        let mut all = Vec::new();
        for entry in self.names.of_kind(NameKind::Fingerprints) {
            if let ItemKind::Fingerprints(written) = entry.item {
                all.push(self.fingerprint(written));
            }
        }
        all
    }

    fn fingerprint(&self, written: &tree::Fingerprints) -> Declared {
        if written.unreadable.is_none() {
            self.report(missing_line("fingerprints", &written.name, "unreadable counts as"));
        }
        let set = self.set(written);
        if let Some(set) = &set {
            self.refuse_other_measure(written, set);
        }
        let nothing = Set { key: Key([0; 16]), holds: Holds::Documents(Vec::new()) };
        let set = set.unwrap_or(nothing);
        let default = match set.holds {
            Holds::Documents(_) => PERCENT_DEFAULT,
            Holds::Table(_) => 1,
        };
        let at_least = written.at_least.as_ref().map_or(default, |it| match it.value {
            AtLeast::Percent(number) | AtLeast::Values(number) => number,
        });
        Declared {
            set: Arc::new(set),
            at_least,
            unreadable: written.unreadable.as_ref().map_or(CountsAs::Activated, |it| it.value),
            ambiguous: written.ambiguous.as_ref().map_or(CountsAs::Activated, |it| it.value),
            over_limit: written.over_limit.as_ref().map(|it| it.value),
        }
    }

    fn set(&self, written: &tree::Fingerprints) -> Option<Set> {
        let path = &written.file;
        let Some((file, text)) = self.sources.set(&path.value) else {
            let message = format!("the tree has no set `{}`", path.value);
            let mut finding =
                Diagnostic::new(code::FINGERPRINTS_FILE, message).primary(path.span, "");
            if !path.value.ends_with(EXTENSION) {
                finding = finding.note(format!("the name of a set ends in `{EXTENSION}`"));
            }
            let known = self.sources.set_paths();
            self.report(match closest(&path.value, known) {
                Some(close) => finding.fix(Fix::choose(
                    format!("write `\"{close}\"`"),
                    path.span,
                    format!("\"{close}\""),
                )),
                None => finding.fix(Fix::advice("make it with `writ fingerprint FILE… -o SET`")),
            });
            return None;
        };
        match Set::read(text) {
            Ok(set) => Some(set),
            Err(error) => {
                let message = format!("`{}` is not a set of fingerprints", path.value);
                let at = line_span(file, text, error.line);
                self.report(
                    Diagnostic::new(code::FINGERPRINTS_FORM, message)
                        .primary(path.span, "")
                        .secondary(at, error.what)
                        .fix(Fix::advice("make it again with `writ fingerprint`")),
                );
                None
            }
        }
    }

    /// Percent are of documents, values of a table; and neither is without bound.
    fn refuse_other_measure(&self, written: &tree::Fingerprints, set: &Set) {
        let Some(at_least) = &written.at_least else { return };
        let wrong = match (&set.holds, at_least.value) {
            (_, AtLeast::Percent(0) | AtLeast::Values(0)) => "0 is there in every message",
            (Holds::Documents(_), AtLeast::Values(_)) => {
                "this is a set of documents; write `at least N percent`"
            }
            (Holds::Documents(_), AtLeast::Percent(101..)) => {
                "a document has no more than 100 percent"
            }
            (Holds::Table(_), AtLeast::Percent(_)) => {
                "this is a table of values; write `at least N values`"
            }
            (Holds::Table(table), AtLeast::Values(number)) => {
                if usize::try_from(number).is_ok_and(|it| it <= table.digests.len()) {
                    return;
                }
                "the table has fewer values"
            }
            (Holds::Documents(_), AtLeast::Percent(_)) => return,
        };
        self.report(Diagnostic::new(code::FINGERPRINTS_MEASURE, wrong).primary(at_least.span, ""));
    }
}

/// A line of a file, 1-based; its last where it has fewer.
fn line_span(file: tree::FileId, text: &str, line: usize) -> Span {
    let mut start = 0_usize;
    let mut length = 0_usize;
    for (number, line_text) in (1_usize..=line).zip(text.split('\n')) {
        if number > 1 {
            start = start.saturating_add(length).saturating_add(1);
        }
        length = line_text.len();
    }
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span { file, start: offset(start), end: offset(start.saturating_add(length)) }
}
