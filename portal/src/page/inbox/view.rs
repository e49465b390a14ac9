//! The list of messages, newest first, by day.

use maud::{Markup, html};

use super::text;
use crate::component::icon::{Icon, icon};
use crate::component::layout::{self, Frame};
use crate::component::summary::done;
use crate::component::tag::{Tag, tag};
use crate::when::Calendar;

/// One row of a list.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// Where the row leads; `None` when there is nothing left to open.
    pub(crate) link: Option<String>,
    /// Who wrote it, or to whom.
    pub(crate) who: String,
    pub(crate) subject: String,
    /// The beginning of the text.
    pub(crate) preview: String,
    pub(crate) is_unread: bool,
    pub(crate) has_attachments: bool,
    pub(crate) tags: Vec<Tag>,
    pub(crate) at_ms: i64,
}

/// What the page shows.
#[derive(Clone, Debug)]
pub(super) struct Inbox<'a> {
    pub(super) entries: &'a [Entry],
    /// How many messages nobody has read yet, on all pages.
    pub(super) unread: i64,
    /// Where the next page begins.
    pub(super) older: Option<String>,
    /// A sentence about what was just done.
    pub(super) done: Option<&'a str>,
}

/// Draws it.
pub(super) fn page(frame: &Frame<'_>, calendar: &Calendar, it: &Inbox<'_>) -> Markup {
    let content = html! {
        main #main {
            @if let Some(words) = it.done { (done(words)) }
            div.list.card {
                header {
                    h1 { (text::TITLE) }
                    @if it.unread > 0 { span.muted { (it.unread) " unread" } }
                }
                @if it.entries.is_empty() {
                    (empty(text::EMPTY_TITLE, text::EMPTY))
                } @else {
                    (rows(calendar, it.entries))
                }
                (pager("/inbox", text::FOOT, it.older.as_deref()))
            }
        }
    };
    layout::page(frame, &content)
}

/// What a list without rows says.
pub(crate) fn empty(title: &str, sentence: &str) -> Markup {
    html! { div.empty { (icon(Icon::Mail)) b { (title) } p { (sentence) } } }
}

/// The rows under the headings of their days.
pub(crate) fn rows(calendar: &Calendar, entries: &[Entry]) -> Markup {
    let days = entries.chunk_by(|a, b| calendar.heading(a.at_ms) == calendar.heading(b.at_ms));
    html! {
        @for day in days {
            @if let Some(first) = day.first() {
                h2.day { (calendar.heading(first.at_ms)) }
                ol.rows { @for entry in day { (row(calendar, entry)) } }
            }
        }
    }
}

fn row(calendar: &Calendar, it: &Entry) -> Markup {
    html! {
        li class=(if it.is_unread { "row new" } else { "row" }) {
            span.from { @if it.is_unread { span.vh { "Unread. " } } (it.who) }
            span.subj {
                @match &it.link {
                    Some(link) => a href=(link) { (it.subject) },
                    None => (it.subject),
                }
                @if !it.preview.is_empty() { " – " (it.preview) }
            }
            span.meta {
                @for label in &it.tags { (tag(label)) }
                @if it.has_attachments { (icon(Icon::Clip)) span.vh { "Has attachments" } }
                time.when datetime=(Calendar::machine(it.at_ms)) { (calendar.short(it.at_ms)) }
            }
        }
    }
}

/// The foot of a list, with the way to older messages.
pub(crate) fn pager(path: &str, words: &str, older: Option<&str>) -> Markup {
    html! {
        nav.pager aria-label="Pages" {
            span { (words) }
            @if let Some(older) = older {
                a rel="next" href={ (path) "?before=" (older) } { "Older messages" }
            }
        }
    }
}
