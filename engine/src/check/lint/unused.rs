//! What is declared and named by nothing.

use grammar::diagnostic::{Code, Diagnostic};

use super::super::{Checker, names::NameKind};
use crate::code;

/// A kind, the code of its unused ones, and what nothing does with them.
const KINDS: [(NameKind, Code, &str); 7] = [
    (NameKind::Addresses, code::SET_UNUSED, "no rule names the set"),
    (NameKind::Domains, code::SET_UNUSED, "no rule names the set"),
    (NameKind::Fingerprints, code::FINGERPRINTS_UNUSED, "no policy asks the fingerprints"),
    (NameKind::Group, code::DIRECTORY_UNUSED, "no rule names the group"),
    (NameKind::Networks, code::SET_UNUSED, "no rule names the set"),
    (NameKind::Pattern, code::FINDABLE_UNUSED, "no examination looks for the pattern"),
    (NameKind::Terms, code::FINDABLE_UNUSED, "no examination looks for the terms"),
];

impl Checker<'_> {
    /// Reports names that nothing names. Attributes are left out: one that is declared says which order
    /// its values have, for whoever writes the next rule. A tree that decides nothing is there to be used by others.
    pub(super) fn lint_names(&self) {
        if self.decides_nothing() {
            return;
        }
        let kinds = KINDS.into_iter().filter(|it| !self.names.is_missed(it.0));
        for (kind, code, words) in kinds {
            for entry in self.names.of_kind(kind) {
                if entry.in_library || self.names.is_asked(entry.name.span) {
                    continue;
                }
                let message = format!("{words} `{}`", entry.name.value);
                let finding = Diagnostic::new(code, message).primary(entry.name.span, "");
                self.report(match self.without_item(entry.name.span) {
                    Some(fix) => finding.fix(fix),
                    None => finding,
                });
            }
        }
    }
}
