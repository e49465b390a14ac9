//! Definitions, examinations, sets and what is looked for.

use engine::decision::Options;
use grammar::tree::{
    Banner, Cap, Count, CountsAs, Definition, Examination, Internal, Item, ItemKind, Notice,
    OnExpiry, ReadReceipt, Scope, Spanned,
};
use maud::{Markup, html};

use super::{
    book::{Book, Terms},
    sentence::joined,
};
use crate::{
    plain::{counted, plain},
    report::decision_text::days,
};

/// Members of a set that are listed; the others are counted.
const MEMBERS_SHOWN_MAX: usize = 200;

impl Book<'_> {
    pub(super) fn examinations(&self) -> Markup {
        let all = self.sorted(|item| {
            if let ItemKind::Examination(it) = &item.kind {
                Some((&it.name.value, it))
            } else {
                None
            }
        });
        html! {
            section #examinations {
                h2 { "What messages are examined for" }
                p { "An examination counts what it finds. It activates when the points reach its threshold." }
                @if all.is_empty() { p.empty { "Nothing." } }
                @for (item, it) in all { (self.examination(item, it)) }
                (self.vocabulary())
            }
        }
    }

    fn examination(&self, item: &Item, it: &Examination) -> Markup {
        let anchor = format!("examination-{}", it.name.value);
        let scopes = it.look_in.iter().map(|it| html! { (scope(it.value)) }).collect::<Vec<_>>();
        html! {
            article.rule id=(anchor) aria-labelledby={ (anchor) "-title" } {
                h3 id={ (anchor) "-title" } { (it.name.value) }
                p.sentence {
                    "It looks in " @if scopes.is_empty() { "every part of the message" } @else { (joined(scopes, "and")) }
                    @if let Some(at) = &it.activates_at { ", and activates at " strong { (counted(usize::try_from(at.value).unwrap_or(usize::MAX), "point", "points")) } }
                    "."
                }
                ul {
                    @for count in &it.counts { li { "counts " (self.count(count)) } }
                    @for what in &it.requires { li { "requires " (self.findable(what)) } }
                    @for what in &it.vetoes { li { "never activates with " (self.findable(what)) } }
                    @for (points, what) in &it.less { li { "takes " (points.value) " off for " (self.findable(what)) } }
                    @if !it.ignores.is_empty() { li { "ignores " (counted(it.ignores.len(), "value", "values")) } }
                    li { "what cannot be read " (counts_as(it.unreadable.as_ref(), "counts as activated")) }
                    li { "what can be read in two ways " (counts_as(it.ambiguous.as_ref(), "counts as activated")) }
                    li { "what is over a limit " (counts_as(it.over_limit.as_ref(), "is an error, and treated as such")) }
                }
                (self.origin(item))
            }
        }
    }

    fn count(&self, count: &Count) -> Markup {
        html! {
            (self.findable(&count.what))
            @if count.distinct { ", each value once" }
            @match count.cap.as_ref().map(|it| it.value) {
                Some(Cap::Times(times)) => { ", up to " (times) " times" }
                Some(Cap::Points(points)) => { ", up to " (points) " points" }
                None => "",
            }
        }
    }

    fn origin(&self, item: &Item) -> Markup {
        html! {
            dl.facts {
                @if let Some(doc) = &item.doc { div { dt { "Comment" } dd { (plain(doc)) } } }
                div { dt { "Written in" } dd { code { (self.place(item.span)) } } }
            }
        }
    }

    /// Dictionaries and patterns; their texts only where that was asked for.
    fn vocabulary(&self) -> Markup {
        let rows: Vec<Markup> = self.items.iter().filter_map(|it| self.looked_for(it)).collect();
        if rows.is_empty() {
            return html! {};
        }
        html! {
            section.scroll aria-label="Dictionaries and patterns" tabindex="0" {
                table {
                    caption { "Dictionaries and patterns" @if self.terms == Terms::Hidden { " (their texts are left out of this handbook)" } }
                    thead { tr { th scope="col" { "Name" } th scope="col" { "What it finds" } th scope="col" { "Written in" } } }
                    tbody { @for row in rows { (row) } }
                }
            }
        }
    }

    fn looked_for(&self, item: &Item) -> Option<Markup> {
        let (name, finds) = match &item.kind {
            ItemKind::Terms(terms) => {
                let texts = terms
                    .entries
                    .iter()
                    .map(|it| html! { q { (plain(&it.text.value)) } })
                    .collect();
                let finds = html! {
                    (counted(terms.entries.len(), "text", "texts"))
                    @if self.terms == Terms::Shown { ": " (joined(texts, "and")) }
                };
                (&terms.name, finds)
            }
            ItemKind::Pattern(pattern) => {
                let checks = pattern
                    .checks
                    .iter()
                    .map(|it| html! { (plain(&it.value)) })
                    .collect::<Vec<_>>();
                let finds = html! {
                    "values of a certain form"
                    @if !checks.is_empty() { " that pass the check " (joined(checks, "and")) }
                    @if let (Terms::Shown, Some(regex)) = (self.terms, &pattern.regex) { ": " code { (plain(&regex.value)) } }
                };
                (&pattern.name, finds)
            }
            ItemKind::Addresses(_)
            | ItemKind::Assert(_)
            | ItemKind::Fingerprints(_)
            | ItemKind::Attribute(_)
            | ItemKind::Bypass(_)
            | ItemKind::Default(_)
            | ItemKind::Definition(_)
            | ItemKind::Domains(_)
            | ItemKind::Examination(_)
            | ItemKind::Group(_)
            | ItemKind::Networks(_)
            | ItemKind::Organisation(_)
            | ItemKind::Policy(_)
            | ItemKind::Request(_)
            | ItemKind::Test(_) => return None,
        };
        Some(html! {
            tr id=[super::book::anchor(&item.kind)] {
                th scope="row" { (name.value) }
                td { @if let Some(doc) = &item.doc { (plain(doc)) " " } (finds) }
                td { code { (self.place(item.span)) } }
            }
        })
    }

    pub(super) fn definitions_table(&self) -> Markup {
        let all = self.definitions();
        html! {
            section #definitions {
                h2 { "How secured messages behave" }
                p { "A secured message is kept encrypted. Its recipient is sent a notice and reads it in the portal. Where several definitions apply to one message, the strictest value of each option counts. Nothing is kept for longer than the organisation's retention." }
                @if all.is_empty() { p.empty { "Nothing is secured." } } @else {
                    section.scroll aria-label="Secure messaging definitions" tabindex="0" {
                        table {
                            caption { "Secure messaging definitions; what no author wrote is the default of the program, and marked so" }
                            thead { tr {
                                @for head in ["Definition", "Print", "Reply", "Reply all", "Forward", "Expires", "Extension", "Internal copies", "Read receipt", "Notice", "Available to"] {
                                    th scope="col" { (head) }
                                }
                            } }
                            tbody { @for (item, it) in &all { (self.definition(item, it)) } }
                        }
                    }
                }
            }
        }
    }

    fn definition(&self, item: &Item, it: &Definition) -> Markup {
        let chain = self.chain(it);
        let description = chain.iter().find_map(|it| it.description.as_ref());
        let chosen = chain.iter().find(|it| !it.available_to.is_empty());
        let cells = self.usable.rules.options(&it.name.value).map(|it| cells(&chain, &it));
        html! {
            tr id={ "definition-" (it.name.value) } {
                th scope="row" {
                    (it.name.value)
                    @if let Some(text) = description { span.sub { (plain(&text.value)) } }
                    @if let Some(base) = &it.based_on { span.sub { "based on " (self.name(base, &["definition"])) } }
                    span.sub { code { (self.place(item.span)) } }
                }
                @for (words, is_written) in cells.into_iter().flatten() {
                    td { (words) @if !is_written { span.sub { "by default" } } }
                }
                td { @if let Some(it) = chosen { (self.everybody(&it.available_to)) } @else { "nobody by choice" } }
            }
            @if let Some(banner) = chain.iter().find_map(|it| it.banner.as_ref()) {
                @match &banner.value {
                    Banner::None => {}
                    Banner::Text(text) | Banner::Html(text) => tr.more { td colspan="11" { "Banner of " (it.name.value) ": " q { (plain(text)) } } }
                }
            }
        }
    }

    /// A definition and those it is based on, itself first.
    fn chain<'a>(&'a self, definition: &'a Definition) -> Vec<&'a Definition> {
        let all = self.definitions();
        let mut chain = vec![definition];
        // The check refuses circles; the bound is that of a chain without one.
        while let Some(base) =
            chain.last().and_then(|it| it.based_on.as_ref()).filter(|_| chain.len() <= all.len())
        {
            let next = all
                .iter()
                .find(|it| base.qualifier.is_none() && it.1.name.value == base.name.value);
            let Some((_, next)) = next else { break };
            chain.push(next);
        }
        chain
    }

    pub(super) fn sets(&self) -> Markup {
        let rows: Vec<Markup> = self.items.iter().filter_map(|it| self.set(it)).collect();
        html! {
            section #sets {
                h2 { "Sets and groups" }
                @if rows.is_empty() { p.empty { "There are none." } } @else {
                    section.scroll aria-label="Sets and groups" tabindex="0" {
                        table {
                            caption { "Whom and what the rules name" }
                            thead { tr { th scope="col" { "Name" } th scope="col" { "Kind" } th scope="col" { "Members" } th scope="col" { "Written in" } } }
                            tbody { @for row in rows { (row) } }
                        }
                    }
                }
            }
        }
    }

    fn set(&self, item: &Item) -> Option<Markup> {
        let directory =
            |text: &str| html! { "as the directory says under " code { (plain(text)) } };
        let (name, kind, members) = match &item.kind {
            ItemKind::Addresses(it) => {
                (&it.name, "addresses", members(it.entries.iter().map(|it| it.value.to_string())))
            }
            ItemKind::Domains(it) => {
                (&it.name, "domains", members(it.entries.iter().map(|it| it.value.to_string())))
            }
            ItemKind::Networks(it) => {
                (&it.name, "networks", members(it.entries.iter().map(|it| it.value.to_string())))
            }
            ItemKind::Group(it) => (&it.name, "group", directory(&it.directory.value)),
            ItemKind::Fingerprints(it) => {
                let set = html! { "what was fingerprinted into " code { (plain(&it.file.value)) } };
                (&it.name, "fingerprints", set)
            }
            ItemKind::Attribute(it) => {
                let order =
                    it.order.iter().map(|it| it.value.as_str()).collect::<Vec<_>>().join(" < ");
                (
                    &it.name,
                    "attribute",
                    html! { (directory(&it.directory.value)) @if !order.is_empty() { "; lowest first: " (plain(&order)) } },
                )
            }
            ItemKind::Assert(_)
            | ItemKind::Bypass(_)
            | ItemKind::Default(_)
            | ItemKind::Definition(_)
            | ItemKind::Examination(_)
            | ItemKind::Organisation(_)
            | ItemKind::Pattern(_)
            | ItemKind::Policy(_)
            | ItemKind::Request(_)
            | ItemKind::Terms(_)
            | ItemKind::Test(_) => return None,
        };
        let anchor = super::book::anchor(&item.kind);
        Some(html! {
            tr id=[anchor] {
                th scope="row" { (name.value) }
                td { (kind) }
                td { @if let Some(doc) = &item.doc { (plain(doc)) " " } (members) }
                td { code { (self.place(item.span)) } }
            }
        })
    }
}

fn members(all: impl ExactSizeIterator<Item = String>) -> Markup {
    let more = all.len().saturating_sub(MEMBERS_SHOWN_MAX);
    html! {
        ul.members {
            @for member in all.take(MEMBERS_SHOWN_MAX) { li { code { (plain(&member)) } } }
            @if more > 0 { li { "and " (more) " more" } }
        }
    }
}

/// The options of a definition in the order of the columns, each with whether an author wrote it.
fn cells(chain: &[&Definition], options: &Options) -> [(String, bool); 9] {
    let any = |has: fn(&Definition) -> bool| chain.iter().any(|it| has(it));
    let expiry = match options.on_expiry {
        OnExpiry::Gone => "then gone",
        OnExpiry::ReadOnly => "then read only",
    };
    let extension = match options.extension_secs {
        0 => "never".to_owned(),
        secs => format!("up to {}", days(secs)),
    };
    let internal = match options.internal {
        Internal::Inbox => "inbox",
        Internal::InboxWithBanner => "inbox with banner",
        Internal::Portal => "portal",
        Internal::Refuse => "refused",
    };
    let receipt = match options.read_receipt {
        ReadReceipt::Always => "always",
        ReadReceipt::Never => "never",
        ReadReceipt::OnRequest => "on request",
    };
    let notice = match options.notice {
        Notice::HideSubject => "hides the subject",
        Notice::ShowSubject => "shows the subject",
    };
    [
        (allowed(options.print), any(|it| it.print.is_some())),
        (allowed(options.reply), any(|it| it.reply.is_some())),
        (allowed(options.reply_all), any(|it| it.reply_all.is_some())),
        (allowed(options.forward), any(|it| it.forward.is_some())),
        (
            format!("after {}, {expiry}", days(options.expires_secs)),
            any(|it| it.expires.is_some() || it.on_expiry.is_some()),
        ),
        (extension, any(|it| it.extension.is_some())),
        (internal.to_owned(), any(|it| it.internal.is_some())),
        (receipt.to_owned(), any(|it| it.read_receipt.is_some())),
        (notice.to_owned(), any(|it| it.notice.is_some())),
    ]
}

fn allowed(it: bool) -> String {
    if it { "allowed" } else { "denied" }.to_owned()
}

fn scope(scope: Scope) -> &'static str {
    match scope {
        Scope::Subject => "the subject",
        Scope::Body => "the body",
        Scope::Headers => "the headers",
        Scope::AttachmentNames => "the names of attachments",
        Scope::AttachmentText => "the text of attachments",
    }
}

fn counts_as(written: Option<&Spanned<CountsAs>>, absent: &'static str) -> &'static str {
    match written.map(|it| it.value) {
        Some(CountsAs::Activated) => "counts as activated",
        Some(CountsAs::Clear) => "counts as clear",
        None => absent,
    }
}
