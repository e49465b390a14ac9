//! The page of one message.

use maud::{Markup, html};

use super::text;
use crate::component::avatar::avatar;
use crate::component::foreign::{Inert, foreign};
use crate::component::icon::{Icon, icon};
use crate::component::layout::{self, Frame};
use crate::component::plain::plain;
use crate::component::summary::{heed, note};
use crate::component::tag::{Tag, tag};
use crate::gateway::{AttachmentInfo, Mailbox, Reading};
use crate::settings::Settings;
use crate::when::{Calendar, size};

/// What the page shows.
#[derive(Clone, Debug)]
pub(super) struct Message<'a> {
    /// The id of the copy.
    pub(super) id: &'a str,
    pub(super) reading: &'a Reading,
    pub(super) body: Body<'a>,
    pub(super) delivered_at_ms: i64,
    pub(super) tags: &'a [Tag],
    pub(super) may: May,
    /// The date of expiry, when it is past and the message may still be read.
    pub(super) expired_on: Option<&'a str>,
}

/// How the body is shown.
#[derive(Clone, Copy, Debug)]
pub(super) enum Body<'a> {
    /// There is none.
    Empty,
    /// Markup, under the nonce of the page.
    Html { mail: &'a Inert, nonce: &'a str },
    /// Plain text.
    Text { text: &'a str, why: WhyText },
}

/// Why a body is shown as text.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum WhyText {
    /// It was asked for.
    Asked,
    /// There is no markup.
    Only,
    /// The markup was not inert.
    Unsafe,
}

/// What the reader may do with the message.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct May {
    pub(super) print: bool,
    pub(super) reply: bool,
    pub(super) reply_all: bool,
}

/// Draws it.
pub(super) fn page(frame: &Frame<'_>, calendar: &Calendar, it: &Message<'_>) -> Markup {
    let content = html! {
        main #main {
            article.msg.card aria-labelledby="subject" {
                (toolbar(it))
                header.head {
                    h1 id="subject" { (frame.title) }
                    p.tags { @for label in it.tags { (tag(label)) } }
                    (envelope(calendar, it))
                }
                @if let Some(date) = it.expired_on { (heed(&text::read_only(date))) }
                @if it.reading.remote_pictures_dropped > 0 {
                    (note(&text::remote_pictures(it.reading.remote_pictures_dropped)))
                }
                (views(it))
                (body(it))
                (attachments(it.id, &it.reading.attachments))
                @if it.may.reply { (call_to_reply(it)) }
            }
        }
    };
    layout::page(frame, &content)
}

fn toolbar(it: &Message<'_>) -> Markup {
    let id = it.id;
    html! {
        div.tools {
            a.btn.ghost href="/inbox" { (icon(Icon::Back)) span { "Inbox" } }
            span.sep {}
            @if it.may.reply {
                a.btn.ghost.keep href={ "/m/" (id) "/reply" } { (icon(Icon::Reply)) span { "Reply" } }
            }
            @if it.may.reply_all {
                a.btn.ghost href={ "/m/" (id) "/reply?all=1" } {
                    (icon(Icon::ReplyAll)) span { "Reply all" }
                }
            }
            @if it.may.print {
                a.btn.ghost href={ "/m/" (id) "/print" } target="_blank" rel="noopener" {
                    (icon(Icon::Print)) span { "Print" }
                }
            }
            a.btn.ghost.end href={ "/m/" (id) "/delete" } { (icon(Icon::Trash)) span { "Delete" } }
        }
    }
}

fn envelope(calendar: &Calendar, it: &Message<'_>) -> Markup {
    let reading = it.reading;
    let others = reading.to.len().saturating_add(reading.cc.len()).saturating_sub(1);
    let sent_at_ms = reading.date_ms.unwrap_or(it.delivered_at_ms);
    html! {
        div.envl {
            (avatar(reading.from.called()))
            div {
                b { (reading.from.called()) } " "
                @if !reading.from.name.is_empty() { span.addr { (reading.from.address) } }
                details.disc {
                    summary {
                        @match others {
                            0 => "To you",
                            1 => "To you and 1 other",
                            many => { "To you and " (many) " others" }
                        }
                    }
                    div.panel { (fields(calendar, reading, sent_at_ms)) }
                }
            }
            time datetime=(Calendar::machine(it.delivered_at_ms)) {
                (calendar.friendly(it.delivered_at_ms))
            }
        }
    }
}

/// The fields of a message as names and values.
pub(crate) fn fields(calendar: &Calendar, reading: &Reading, sent_at_ms: i64) -> Markup {
    html! {
        dl.kv {
            dt { "From" } dd { (mailbox(&reading.from)) }
            @if !reading.to.is_empty() { dt { "To" } dd { (mailboxes(&reading.to)) } }
            @if !reading.cc.is_empty() { dt { "Cc" } dd { (mailboxes(&reading.cc)) } }
            dt { "Sent" } dd { (calendar.exact(sent_at_ms)) }
        }
    }
}

fn mailboxes(many: &[Mailbox]) -> Markup {
    html! {
        @for (index, one) in many.iter().enumerate() { @if index > 0 { ", " } (mailbox(one)) }
    }
}

fn mailbox(it: &Mailbox) -> Markup {
    html! { @if it.name.is_empty() { (it.address) } @else { (it.name) " <" (it.address) ">" } }
}

/// The way to the other form of the body.
fn views(it: &Message<'_>) -> Markup {
    let has_text = it.reading.text.is_some();
    html! {
        @match it.body {
            Body::Html { .. } if has_text => p.views { a href={ "/m/" (it.id) "?view=text" } { "Show as plain text" } },
            Body::Text { why: WhyText::Asked, .. } => p.views {
                a href={ "/m/" (it.id) } { "Show with formatting" }
            },
            Body::Text { why: WhyText::Unsafe, .. } => (note(text::FORMATTING_WITHHELD)),
            Body::Empty | Body::Html { .. } | Body::Text { .. } => {}
        }
    }
}

fn body(it: &Message<'_>) -> Markup {
    match it.body {
        Body::Empty => html! { div.mail { p.muted { (text::NO_BODY) } } },
        Body::Html { mail, nonce } => foreign(mail, nonce),
        Body::Text { text, .. } => plain(text),
    }
}

fn attachments(id: &str, all: &[AttachmentInfo]) -> Markup {
    let octets = all.iter().map(|it| it.octets).fold(0, u64::saturating_add);
    html! {
        @if !all.is_empty() {
            section.att aria-labelledby="attachments" {
                h2 id="attachments" {
                    (icon(Icon::Clip))
                    (all.len()) @if all.len() == 1 { " attachment " } @else { " attachments " }
                    span.muted.small { (size(octets)) }
                }
                ul.files { @for it in all { li { (file(id, it)) } } }
            }
        }
    }
}

fn file(id: &str, it: &AttachmentInfo) -> Markup {
    let name = if it.name.is_empty() { "Unnamed file" } else { &it.name };
    html! {
        a.file href={ "/m/" (id) "/a/" (it.index) } download {
            span.k aria-hidden="true" { (badge(name)) }
            span { b { (name) } small { (size(it.octets)) } }
            (icon(Icon::Down))
        }
    }
}

/// The ending of a file's name, when it is short enough to be one.
fn badge(name: &str) -> String {
    match name.rsplit_once('.') {
        Some((_, ending))
            if (1..=4).contains(&ending.len())
                && ending.chars().all(|c| c.is_ascii_alphanumeric()) =>
        {
            ending.to_ascii_uppercase()
        }
        Some(_) | None => "FILE".to_owned(),
    }
}

fn call_to_reply(it: &Message<'_>) -> Markup {
    html! {
        div.cta.bar {
            a.btn.primary href={ "/m/" (it.id) "/reply" } {
                (icon(Icon::Reply)) "Reply to " (it.reading.from.called())
            }
            @if it.may.reply_all {
                a.btn href={ "/m/" (it.id) "/reply?all=1" } { (icon(Icon::ReplyAll)) "Reply all" }
            }
        }
    }
}

/// The page of a message that is not there any more: the recipient may know why.
pub(super) fn gone(frame: &Frame<'_>, id: &str, sentence: &str, settings: &Settings) -> Markup {
    let content = html! {
        main #main {
            div.card.one {
                h1 { (frame.title) }
                div.prose {
                    p { (sentence) }
                    p.muted { "Help desk: " (settings.help_desk) }
                }
                p.bar {
                    a.btn href="/inbox" { "Back to the inbox" }
                    a.btn.ghost href={ "/m/" (id) "/delete" } { (icon(Icon::Trash)) "Delete" }
                }
            }
        }
    };
    layout::page(frame, &content)
}
