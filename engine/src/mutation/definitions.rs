//! Mistakes in definitions: what internal recipients get, and the options of the copy.

use std::{collections::BTreeMap, mem::discriminant};

use grammar::{
    literal::Duration,
    tree::{
        self, Banner, CopyOption, Internal, Limit, Notice, OnExpiry, ReadReceipt, Span, Spanned,
    },
};

use super::List;
use crate::{
    conflict::meet,
    merge::options_of,
    model::{
        Model,
        clause::Clause,
        definition::Definition,
        outcome::Outcome,
        selector::{Selector, Side},
    },
    testing::besides::option_words,
};

/// Seconds of a day.
const DAY_SECS: u64 = 86_400;

/// How far a line is looked for, from definition to definition that it is based on.
const BASES_MAX: usize = 64;

/// A line of an option that is in force.
struct Line {
    /// Whose it is.
    definition: String,
    option: CopyOption,
    /// Numbers of the definitions that have it, by themselves or as they are based on it.
    of: Vec<usize>,
}

impl List<'_> {
    pub(super) fn add_definitions(&mut self) {
        let used = (0..self.model.definitions.len()).filter(|it| is_used(self.model, *it));
        for at in used.clone().filter(|it| reaches_internal(self.model, *it)) {
            self.add_internal(at);
        }
        let mut lines = BTreeMap::new();
        used.for_each(|at| self.lines_of(at, &mut lines));
        for (span, line) in lines {
            self.add_option(span, &line);
        }
    }

    fn add_internal(&mut self, at: usize) {
        let outline = &self.suite.rules.outline;
        let Some(definition) = self.model.definitions.get(at) else { return };
        let Some(written) = outline.definition(&definition.name) else { return };
        let place = |it: Option<Span>| outline.place(it.unwrap_or(written.name.span));
        let subject = format!("definition {}", definition.name);
        let (was, is) = match definition.internal {
            Internal::Inbox => ("inbox", Internal::Portal),
            Internal::InboxWithBanner => ("inbox with banner", Internal::Inbox),
            Internal::Portal => ("portal", Internal::Inbox),
            Internal::Refuse => ("refuse", Internal::Inbox),
        };
        let to = if is == Internal::Portal { "portal" } else { "inbox" };
        let internal = place(written.internal.as_ref().map(|it| it.span));
        let banner = place(written.banner.as_ref().map(|it| it.span));
        let words = format!("`internal {was}` becomes `internal {to}`");
        self.add(&subject, words, internal, move |model| {
            if let Some(it) = model.definitions.get_mut(at) {
                it.internal = is;
            }
        });
        if definition.internal == Internal::InboxWithBanner && definition.banner != Banner::None {
            let words = "its `banner` is taken out".to_owned();
            self.add(&subject, words, banner, move |model| {
                if let Some(it) = model.definitions.get_mut(at) {
                    it.banner = Banner::None;
                }
            });
        }
    }

    /// Adds the lines that a definition takes its options from: its own before those of its base.
    fn lines_of(&self, at: usize, lines: &mut BTreeMap<Span, Line>) {
        let outline = &self.suite.rules.outline;
        let name = self.model.definitions.get(at).map(|it| it.name.as_str());
        let mut current = name.and_then(|it| outline.definition(it));
        let mut seen = Vec::new();
        for _ in 0..BASES_MAX {
            let Some(written) = current else { return };
            for (span, option) in written_options(written) {
                if seen.contains(&discriminant(&option)) {
                    continue;
                }
                seen.push(discriminant(&option));
                let definition = written.name.value.clone();
                let line = Line { definition, option, of: Vec::new() };
                lines.entry(span).or_insert(line).of.push(at);
            }
            current = written.based_on.as_ref().and_then(|it| outline.definition(&it.name.value));
        }
    }

    fn add_option(&mut self, span: Span, line: &Line) {
        let other = otherwise(line.option);
        let retention = self.model.organisation.retention_secs;
        let differs = |definition: &Definition| {
            let mut changed = definition.clone();
            set(&mut changed, other);
            options_of(&changed, retention) != options_of(definition, retention)
        };
        // What the retention cuts off either way decides nothing.
        if !line.of.iter().filter_map(|it| self.model.definitions.get(*it)).any(differs) {
            return;
        }
        let (was, is) = (option_words(line.option), option_words(other));
        let of = line.of.clone();
        let place = self.suite.rules.outline.place(span);
        let subject = format!("definition {}", line.definition);
        self.add(&subject, format!("`{was}` becomes `{is}`"), place, move |model| {
            for at in &of {
                if let Some(it) = model.definitions.get_mut(*at) {
                    set(it, other);
                }
            }
        });
    }
}

/// The options that a definition says itself.
fn written_options(written: &tree::Definition) -> Vec<(Span, CopyOption)> {
    fn option<T: Copy>(
        line: Option<&Spanned<T>>,
        make: fn(T) -> CopyOption,
    ) -> Option<(Span, CopyOption)> {
        line.map(|it| (it.span, make(it.value)))
    }
    let all = [
        option(written.print.as_ref(), CopyOption::Print),
        option(written.reply.as_ref(), CopyOption::Reply),
        option(written.reply_all.as_ref(), CopyOption::ReplyAll),
        option(written.forward.as_ref(), CopyOption::Forward),
        option(written.expires.as_ref(), CopyOption::Expires),
        option(written.on_expiry.as_ref(), CopyOption::OnExpiry),
        option(written.extension.as_ref(), CopyOption::Extension),
        option(written.read_receipt.as_ref(), CopyOption::ReadReceipt),
        option(written.notice.as_ref(), CopyOption::Notice),
    ];
    all.into_iter().flatten().collect()
}

/// What somebody might write by mistake.
fn otherwise(option: CopyOption) -> CopyOption {
    let day = Duration::from_days(1);
    let longer = |it: Duration| Duration::from_secs(it.secs().saturating_add(DAY_SECS));
    match option {
        CopyOption::Expires(Limit::After(time)) => {
            CopyOption::Expires(longer(time).map_or(Limit::Never, Limit::After))
        }
        CopyOption::Expires(Limit::Never) => CopyOption::Expires(Limit::After(day)),
        CopyOption::Extension(Limit::After(_)) => CopyOption::Extension(Limit::Never),
        CopyOption::Extension(Limit::Never) => CopyOption::Extension(Limit::After(day)),
        CopyOption::Forward(allowed) => CopyOption::Forward(!allowed),
        CopyOption::Notice(Notice::HideSubject) => CopyOption::Notice(Notice::ShowSubject),
        CopyOption::Notice(Notice::ShowSubject) => CopyOption::Notice(Notice::HideSubject),
        CopyOption::OnExpiry(OnExpiry::Gone) => CopyOption::OnExpiry(OnExpiry::ReadOnly),
        CopyOption::OnExpiry(OnExpiry::ReadOnly) => CopyOption::OnExpiry(OnExpiry::Gone),
        CopyOption::Print(allowed) => CopyOption::Print(!allowed),
        CopyOption::ReadReceipt(ReadReceipt::Never) => CopyOption::ReadReceipt(ReadReceipt::Always),
        CopyOption::ReadReceipt(ReadReceipt::Always | ReadReceipt::OnRequest) => {
            CopyOption::ReadReceipt(ReadReceipt::Never)
        }
        CopyOption::Reply(allowed) => CopyOption::Reply(!allowed),
        CopyOption::ReplyAll(allowed) => CopyOption::ReplyAll(!allowed),
    }
}

fn set(definition: &mut Definition, option: CopyOption) {
    let secs = |it: Limit| match it {
        Limit::After(time) => Some(time.secs()),
        Limit::Never => None,
    };
    match option {
        CopyOption::Expires(limit) => definition.expires_secs = secs(limit),
        CopyOption::Extension(limit) => definition.extension_secs = secs(limit).unwrap_or(0),
        CopyOption::Forward(allowed) => definition.forward = allowed,
        CopyOption::Notice(notice) => definition.notice = notice,
        CopyOption::OnExpiry(on_expiry) => definition.on_expiry = on_expiry,
        CopyOption::Print(allowed) => definition.print = allowed,
        CopyOption::ReadReceipt(receipt) => definition.read_receipt = receipt,
        CopyOption::Reply(allowed) => definition.reply = allowed,
        CopyOption::ReplyAll(allowed) => definition.reply_all = allowed,
    }
}

fn is_used(model: &Model, definition: usize) -> bool {
    let policies = model.policies.iter().map(|it| &it.then);
    let outcomes = policies.chain(model.requests.iter().map(|it| &it.then));
    outcomes.chain([&model.default]).any(|it| secures_with(it, definition))
}

/// Whether something that secures with the definition can have a recipient inside: elsewhere, what it
/// says of internal recipients is never asked.
fn reaches_internal(model: &Model, definition: usize) -> bool {
    let internal = Side { any_of: vec![Selector::Internal], except: Vec::new() };
    let arrives =
        |clause: &Clause| clause.directions.iter().any(|it| meet(model, &it.to, &internal));
    let policies = model.policies.iter().map(|it| (&it.clause, &it.then));
    let clauses = policies.chain(model.requests.iter().map(|it| (&it.clause, &it.then)));
    secures_with(&model.default, definition) || { clauses }
        .any(|(clause, then)| secures_with(then, definition) && arrives(clause))
}

fn secures_with(outcome: &Outcome, definition: usize) -> bool {
    match outcome {
        Outcome::Secure(number) => *number == definition,
        Outcome::VerifiedTls(inner) => secures_with(inner, definition),
        Outcome::Bounce(_)
        | Outcome::Deliver
        | Outcome::Hold(_)
        | Outcome::Reject(_)
        | Outcome::TakeNoAction => false,
    }
}
