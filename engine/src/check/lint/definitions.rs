//! Definitions that say two things, or the same as another one.

use grammar::{
    diagnostic::Diagnostic,
    literal::Duration,
    tree::{self, Banner, Internal, ItemKind, Limit, SelectorKind, Span},
};

use super::{
    super::{Checker, names::NameKind},
    describe, doubles,
};
use crate::{
    code,
    model::{Model, definition::Definition},
};

/// Seconds in a day.
const DAY_SECS: u64 = 86_400;

impl Checker<'_> {
    pub(super) fn lint_definitions(&self, model: &Model) {
        let in_circle = self.has_reported(code::DEFINITION_CYCLE);
        for entry in self.names.of_kind(NameKind::Definition) {
            let ItemKind::Definition(written) = entry.item else { continue };
            let Some(meant) = model.definitions.get(entry.id).filter(|_| !entry.in_library) else {
                continue;
            };
            self.lint_description(written, meant);
            self.lint_extension(written, meant, model.organisation.retention_secs);
            self.lint_idle_text(written, meant);
            if !in_circle {
                self.lint_inherited(written, model);
            }
            for selector in &written.available_to {
                if selector.kind == SelectorKind::External {
                    let message = "nobody external sends through the organisation";
                    self.note_at(code::AVAILABLE_EXTERNAL, selector.span, message);
                }
            }
        }
        if !in_circle {
            self.lint_equal_definitions(model);
        }
    }

    fn lint_description(&self, written: &tree::Definition, meant: &Definition) {
        let Some(text) = &meant.description else { return };
        let said = describe::said(text);
        let place = written.description.as_ref().map_or(written.name.span, |it| it.span);
        let differs = |what: String| {
            let message = format!("the description of `{}` says {what}", written.name.value);
            let finding = Diagnostic::new(code::DESCRIPTION_DIFFERS, message).primary(place, "");
            self.report(if written.description.is_none() {
                finding.note(format!("it is inherited: \"{text}\""))
            } else {
                finding
            });
        };
        let days = |secs: u64| secs / DAY_SECS;
        let expires = meant.expires_secs.map(days);
        for said in said.days {
            if expires != Some(said) && days(meant.extension_secs) != said {
                let settings = meant.expires_secs.and_then(Duration::from_secs).map_or_else(
                    || "it never expires".to_owned(),
                    |it| format!("it expires after {it}"),
                );
                differs(format!("{said} days, and {settings}"));
            }
        }
        let options = [
            ("print", said.print, meant.print),
            ("reply", said.reply, meant.reply),
            ("reply all", said.reply_all, meant.reply_all),
            ("forward", said.forward, meant.forward),
        ];
        for (name, said, is) in options {
            let word = |it: bool| if it { "allowed" } else { "denied" };
            if said.is_some_and(|it| it != is) {
                differs(format!("{name} is {}, and it is {}", word(!is), word(is)));
            }
        }
    }

    fn lint_extension(&self, written: &tree::Definition, meant: &Definition, retention: u64) {
        let Some(line) = &written.extension else { return };
        let Limit::After(after) = line.value else { return };
        let name = &written.name.value;
        if meant.expires_secs.is_none() {
            let message = format!("`{name}` never expires, so there is nothing to extend");
            self.note_at(code::EXTENSION_IDLE, line.span, message);
        } else if retention < after.secs() {
            let message = format!(
                "`{name}` can be extended beyond the retention of {} days",
                retention / DAY_SECS
            );
            self.note_at(code::EXTENSION_LONG, line.span, message);
        }
    }

    /// A banner or a refusal that the line `internal` never shows.
    fn lint_idle_text(&self, written: &tree::Definition, meant: &Definition) {
        let based = |it: &&&tree::Definition| {
            it.based_on.as_ref().is_some_and(|it| it.name.value == written.name.value)
        };
        if self.items.definitions.iter().any(|it| based(&it)) {
            return;
        }
        let banner = written.banner.as_ref().filter(|it| it.value != Banner::None);
        let banner = banner.filter(|_| meant.internal != Internal::InboxWithBanner);
        let refusal = written.refusal.as_ref().filter(|_| meant.internal != Internal::Refuse);
        let say = |span: Span, message: &str| {
            let finding = Diagnostic::new(code::TEXT_IDLE, message).primary(span, "");
            self.report(finding.fix(self.without_lines("take the line away", span)));
        };
        if let Some(banner) = banner {
            say(banner.span, "nobody sees this banner without `internal inbox with banner`");
        }
        if let Some(refusal) = refusal {
            say(refusal.span, "nobody reads this refusal without `internal refuse`");
        }
    }

    fn lint_inherited(&self, written: &tree::Definition, model: &Model) {
        let base = written.based_on.as_ref();
        let base = base.and_then(|it| self.names.find(it, &[NameKind::Definition]).ok());
        let Some(base) = base.and_then(|it| model.definitions.get(it.id)) else { return };
        let secs = |it: Limit| match it {
            Limit::After(after) => Some(after.secs()),
            Limit::Never => None,
        };
        let same: Vec<Option<Span>> = vec![
            same(written.internal.as_ref(), |it| *it == base.internal),
            same(written.print.as_ref(), |it| *it == base.print),
            same(written.reply.as_ref(), |it| *it == base.reply),
            same(written.reply_all.as_ref(), |it| *it == base.reply_all),
            same(written.forward.as_ref(), |it| *it == base.forward),
            same(written.expires.as_ref(), |it| secs(*it) == base.expires_secs),
            same(written.on_expiry.as_ref(), |it| *it == base.on_expiry),
            same(written.extension.as_ref(), |it| secs(*it).unwrap_or(0) == base.extension_secs),
            same(written.read_receipt.as_ref(), |it| *it == base.read_receipt),
            same(written.notice.as_ref(), |it| *it == base.notice),
            same(written.banner.as_ref(), |it| *it == base.banner),
        ];
        for span in same.into_iter().flatten() {
            let message = format!("`{}` says this already", base.name);
            let finding = Diagnostic::new(code::OPTION_INHERITED, message).primary(span, "");
            self.report(finding.fix(self.without_lines("take the line away", span)));
        }
    }

    fn lint_equal_definitions(&self, model: &Model) {
        let entries = self.names.of_kind(NameKind::Definition);
        let own: Vec<_> = entries.into_iter().filter(|it| !it.in_library).collect();
        let key = |entry: &&&super::super::names::Entry<'_>| {
            let meant = model.definitions.get(entry.id)?;
            let bare = Definition { name: String::new(), description: None, ..meant.clone() };
            Some(format!("{bare:?}"))
        };
        for (first, _, entry) in doubles(own.iter(), key) {
            let Some(before) = own.get(first) else { continue };
            self.report(self.note_both(
                code::DEFINITIONS_EQUAL,
                (entry.name.span, ""),
                (before.name.span, "the other one"),
                format!("`{}` is the same as `{}`", entry.name.value, before.name.value),
            ));
        }
    }
}

fn same<T>(line: Option<&tree::Spanned<T>>, is: impl Fn(&T) -> bool) -> Option<Span> {
    line.filter(|it| is(&it.value)).map(|it| it.span)
}
