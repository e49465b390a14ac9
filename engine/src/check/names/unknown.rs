//! What is said of a name that nothing has, and what is offered instead.

use std::collections::BTreeSet;

use grammar::{
    diagnostic::{Diagnostic, Fix},
    suggest::closest,
    tree::{Name, Reference, Span},
};

use super::{
    super::people::SELECTABLE, Entry, Module, NameKind, Names, SHIPPED, listed, one_of, span_of,
    written,
};
use crate::code;

/// The words that stand for many people, and what they are called elsewhere.
const EVERYBODY: [(&str, &[&str]); 3] = [
    ("everyone", &["all", "any", "anybody", "everybody", "everything", "world"]),
    ("external", &["outbound", "outside", "outsiders", "public"]),
    ("internal", &["employees", "inbound", "inside", "local", "ours", "staff", "us"]),
];

impl<'t> Names<'t> {
    pub(super) fn unknown(&self, reference: &Reference, wanted: &[NameKind]) -> Diagnostic {
        let span = span_of(reference);
        let message =
            format!("there is no {} named `{}`", plain_one_of(wanted), written(reference));
        let mut finding = Diagnostic::new(code::NAME_UNKNOWN, message).primary(span, "");
        let module =
            self.of_file.get(&reference.name.span.file).and_then(|it| self.modules.get(*it));
        let Some(module) = module else { return finding };
        let qualified = reference.qualifier.as_ref();
        let scope = match qualified {
            None => self.module(reference.name.span.file),
            Some(it) => module.uses.get(&it.value).copied(),
        };
        if let (None, Some(qualifier)) = (scope, qualified) {
            if wanted.contains(&NameKind::Domains) && wanted.contains(&NameKind::Group) {
                let offer = format!("domain {}", written(reference));
                let finding = finding.note("a domain is written with `domain` before it");
                return finding.fix(Fix::choose(format!("write `{offer}`"), span, offer));
            }
            let finding = self.unknown_alias(finding, module, qualifier);
            let is_domain = *wanted == [NameKind::Domains] && finding.fix.is_none();
            return if is_domain {
                finding.note(format!("one domain is written `domain {}`", written(reference)))
            } else {
                finding
            };
        }
        let mut of_module: Vec<&str> =
            self.names_of(wanted, |it| Some(it.module) == scope).collect();
        of_module.sort_unstable();
        // A bare name may be of any file of the tree.
        let is_bare = qualified.is_none();
        let mut of_tree: Vec<&str> =
            self.names_of(wanted, |it| is_bare && !it.in_library).collect();
        of_tree.sort_unstable();
        let of_known: BTreeSet<&str> = of_module.iter().chain(&of_tree).copied().collect();
        let is_people = qualified.is_none() && *wanted == SELECTABLE;
        let own = if is_people { EVERYBODY.as_slice() } else { &[] };
        let meant = own.iter().find(|it| it.1.contains(&reference.name.value.as_str()));
        let words = own.iter().map(|it| it.0);
        let close = meant
            .map(|it| it.0)
            .or_else(|| closest(&reference.name.value, words.chain(of_module).chain(of_tree)));
        if let Some(close) = close {
            let whole = qualified.map_or(close.to_owned(), |it| format!("{}.{close}", it.value));
            return finding.fix(Fix::choose(format!("write `{whole}`"), span, whole));
        }
        if qualified.is_none() {
            finding = self.elsewhere(finding, module, reference, wanted);
        }
        let is_told = finding.fix.is_some() || !finding.notes.is_empty();
        if is_told { finding } else { finding.note(told_to_declare(wanted, &of_known)) }
    }

    /// The names of those of these that are of the kinds wanted.
    fn names_of(
        &self,
        wanted: &[NameKind],
        these: impl Fn(&Entry<'t>) -> bool,
    ) -> impl Iterator<Item = &'t str> {
        let entries = self.entries.iter().filter(move |it| these(it) && wanted.contains(&it.kind));
        entries.map(|it| it.name.value.as_str())
    }

    fn unknown_alias(&self, finding: Diagnostic, module: &Module, qualifier: &Name) -> Diagnostic {
        let note = format!("no `use` line of this file brings in `{}`", qualifier.value);
        let finding = finding.note(note);
        let module_number = self.of_file.get(&qualifier.span.file);
        if qualifier.value == SHIPPED
            && let Some(place) = module_number.and_then(|it| self.after_edition.get(it))
        {
            let line = format!("use {}", qualifier.value);
            let text = format!("\n{line}");
            return finding.fix(Fix::automatic(format!("write `{line}`"), *place, text));
        }
        match closest(&qualifier.value, module.uses.keys().map(String::as_str)) {
            Some(close) => {
                finding.fix(Fix::choose(format!("write `{close}`"), qualifier.span, close))
            }
            None => finding,
        }
    }

    /// Points at the same name in a file that this one uses, or could use.
    fn elsewhere(
        &self,
        finding: Diagnostic,
        module: &Module,
        reference: &Reference,
        wanted: &[NameKind],
    ) -> Diagnostic {
        let name = &reference.name;
        for (alias, target) in &module.uses {
            let mut named = self.named_in(*target, &name.value);
            if named.any(|it| wanted.contains(&it.1.kind)) {
                let full = format!("{alias}.{}", name.value);
                return finding.fix(Fix::choose(format!("write `{full}`"), name.span, full));
            }
        }
        let same = |it: &&Entry<'t>| it.name.value == name.value && wanted.contains(&it.kind);
        match self.entries.iter().find(same) {
            Some(entry) => finding
                .secondary(entry.name.span, "a library declares it")
                .note("a name of a library needs the library's `use` line and its prefix"),
            None => finding,
        }
    }
}

/// What to do about a name that nothing has and nothing is close to, where these have one.
fn told_to_declare(wanted: &[NameKind], known: &BTreeSet<&str>) -> String {
    let all: Vec<String> = known.iter().map(|it| format!("`{it}`")).collect();
    match all.as_slice() {
        [] => format!("declare {} of that name first", one_of(wanted)),
        [one] => format!("the only one is {one}"),
        [most @ .., last] if all.len() <= NAMES_LISTED_MAX => {
            format!("there are {} and {last}", most.join(", "))
        }
        _ => "the name is misspelt, or not declared yet".to_owned(),
    }
}

/// Names that a finding lists.
const NAMES_LISTED_MAX: usize = 6;

/// A `use` line of what is not there, though these are.
pub(super) fn use_unknown(known: &[&str], wanted: &str, library: bool, span: Span) -> Diagnostic {
    let what = if library { "library" } else { "file" };
    let message = format!("there is no {what} `{wanted}`");
    let finding = Diagnostic::new(code::USE_UNKNOWN, message).primary(span, "");
    match closest(wanted, known.iter().copied()) {
        // A library may be the whole line, where a file has quotes and an alias.
        Some(close) if library => {
            let line = format!("use {close}");
            finding.fix(Fix::choose(format!("write `{line}`"), span, line))
        }
        Some(close) => finding.note(format!("did you mean `{close}`?")),
        None => finding,
    }
}

/// Without the article: `policy or bypass`.
fn plain_one_of(kinds: &[NameKind]) -> String {
    let plain = |it: &NameKind| {
        let words = it.words();
        words.strip_prefix("an ").or_else(|| words.strip_prefix("a ")).unwrap_or(words)
    };
    listed(&kinds.iter().map(plain).collect::<Vec<_>>())
}
