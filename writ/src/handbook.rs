//! The handbook for auditors: rules as one page of HTML in plain English.
//!
//! The page needs nothing else: no script, no font, no picture. The same tree, day and options give the
//! same octets. What rule files say goes through [`crate::plain::plain`] and is escaped by `maud`.

mod book;
mod evidence;
mod rules;
mod sentence;
mod tables;

use grammar::tree::OnError;
use maud::{DOCTYPE, Markup, PreEscaped, html};

pub(crate) use self::book::{Book, Terms};
use crate::{plain::plain, report::decision_text::days};

const STYLE: &str = include_str!("handbook/style.css");

/// The sections, as the contents list them.
const SECTIONS: [(&str, &str); 9] = [
    ("summary", "In short"),
    ("bypasses", "Bypasses"),
    ("routing", "Routing policies"),
    ("content", "Content policies"),
    ("requests", "Sender requests"),
    ("examinations", "Examinations"),
    ("definitions", "Secured messages"),
    ("sets", "Sets and groups"),
    ("evidence", "Evidence"),
];

impl Book<'_> {
    /// The whole page.
    pub(crate) fn page(&self) -> String {
        let name = self.organisation().map_or("these rules", |it| it.1.name.value.as_str());
        let title = format!("Mail rules of {}", plain(name));
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (title) }
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    a.skip href="#content-start" { "Skip to the rules" }
                    header {
                        p.kicker { "Handbook for auditors" }
                        h1 { (title) }
                        p { "As of " time datetime=(self.day) { (self.day) } ". Every sentence is made from the rules themselves, and names the file and line it comes from." }
                    }
                    div.columns {
                        (contents())
                        main #content-start {
                            (self.summary())
                            (self.exceptions())
                            (self.routing())
                            (self.content())
                            (self.asked())
                            (self.examinations())
                            (self.definitions_table())
                            (self.sets())
                            (self.evidence())
                            (self.index())
                        }
                    }
                    footer { p { "Rules " code { (plain(&self.digest)) } } p { "Made with " code { "writ doc" } "." } }
                }
            }
        };
        page.into_string()
    }

    fn summary(&self) -> Markup {
        let (bypasses, routing, content) =
            (self.bypasses().len(), self.policies(false).len(), self.policies(true).len());
        let failed = self.tests.values().filter(|it| !**it).count();
        html! {
            section #summary {
                h2 { "In short" }
                p.sentence {
                    "Where no routing policy applies, "
                    @match self.default() { Some(it) => (self.outcome(it)), None => "the message is " }
                    @if self.default().is_none() { strong { "delivered" } " as it is" }
                    "."
                }
                ul.figures {
                    li { b { (routing) } " routing " (word(routing)) }
                    li { b { (content) } " content " (word(content)) }
                    li { b { (bypasses) } @if bypasses == 1 { " bypass" } @else { " bypasses" } }
                    li { b { (self.tests.len()) } @if failed == 0 { " checks, all hold" } @else { " checks, " span.flag { (failed) " fail" } } }
                }
                (self.who())
                h3 { "How a decision is made" }
                ol {
                    li { "For each recipient, one routing policy wins, or the default." }
                    li { "A routing bypass may take the protection of that policy away." }
                    li { "Every content policy whose condition is met adds its protection." }
                    li { "A sender's request may add protection." }
                    li { "The most protective of all outcomes happens: delivered, then verified TLS, secured, held, returned, refused." }
                }
            }
        }
    }

    fn who(&self) -> Markup {
        let Some((item, it)) = self.organisation() else { return html! {} };
        let domains = it.domains.iter().map(|it| html! { code { (it.value) } }).collect();
        let is = self.usable.rules.organisation();
        let on_error = match is.on_error {
            OnError::Hold => "held",
            OnError::Bounce => "returned to its sender",
            OnError::Reject => "refused",
        };
        let ours = is.relay_networks.iter().map(|it| html! { code { (it) } }).collect::<Vec<_>>();
        let mebibytes = is.message_size_octets >> 20;
        html! {
            h3 { "Who we are" }
            @if let Some(doc) = &item.doc { p { (plain(doc)) } }
            dl.facts {
                div { dt { "Inside" } dd { (sentence::joined(domains, "and")) ". Every other domain is outside." } }
                (fact("Time zone", &html! { (plain(&is.time_zone)) }, it.time_zone.is_some()))
                (fact("Postmaster", &html! { code { (plain(&is.postmaster.to_string())) } }, it.postmaster.is_some()))
                (fact("Help desk", &html! { code { (plain(&is.help_desk.to_string())) } }, it.help_desk.is_some()))
                (fact("Retention", &html! { "nothing is kept for longer than " (days(is.retention_secs)) }, it.retention.is_some()))
                (fact("Largest message", &html! { @match &it.message_size { Some(it) => { (it.value) } None => { (mebibytes) " MiB" } } ", decoded" }, it.message_size.is_some()))
                (fact("Our mail servers", &html! {
                    @if ours.is_empty() { "no network is named: a bypass believes an internal sender only where the sending server has logged in" }
                    @else { (sentence::joined(ours, "and")) "; a bypass believes an internal sender only from there, or where the sending server has logged in" }
                }, !is.relay_networks.is_empty()))
                (fact("On an error", &html! { "a message that cannot be decided is " (on_error) "; it is never delivered unprotected" }, it.on_error.is_some()))
                div { dt { "Written in" } dd { code { (self.place(item.span)) } } }
            }
        }
    }
}

/// A line about the organisation, marked where no author wrote it.
fn fact(name: &str, words: &Markup, is_written: bool) -> Markup {
    html! { div { dt { (name) } dd { (words) @if !is_written { span.sub { "by default" } } } } }
}

fn word(count: usize) -> &'static str {
    if count == 1 { "policy" } else { "policies" }
}

fn contents() -> Markup {
    html! {
        nav aria-label="Contents" {
            ul {
                @for (anchor, title) in SECTIONS { li { a href={ "#" (anchor) } { (title) } } }
                li { a href="#index" { "Index" } }
            }
        }
    }
}
