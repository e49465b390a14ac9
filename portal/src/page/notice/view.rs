//! The page behind the link of a notice: who wrote, when, until when. No subject, no body.

use maud::{Markup, html};

use super::text;
use crate::component::avatar::avatar;
use crate::component::layout::{self, Frame, Mood};
use crate::gateway::Mailbox;
use crate::settings::Settings;
use crate::when::Calendar;

/// What the page shows of a waiting message.
#[derive(Clone, Debug)]
pub(super) struct Waiting<'a> {
    pub(super) from: &'a Mailbox,
    pub(super) delivered_at_ms: i64,
    pub(super) expires_at_ms: i64,
    /// The text of the link's token, for the next step.
    pub(super) link: &'a str,
    /// The message to show after a login.
    pub(super) copy_id: &'a str,
    /// Whether the address has an account already.
    pub(super) has_account: bool,
}

/// The page of a link that works.
pub(super) fn waiting(settings: &Settings, calendar: &Calendar, it: &Waiting<'_>) -> Markup {
    let login = format!("/login?to={}", it.copy_id);
    let content = html! {
        main.card.one #main {
            h1 { (text::TITLE) }
            div.prose {
                div.notice {
                    (avatar(it.from.called()))
                    div {
                        b { (it.from.called()) } " sent you a secure message"
                        br;
                        span.muted {
                            @if !it.from.name.is_empty() { (it.from.address) br; }
                            "Received " (calendar.moment(it.delivered_at_ms))
                            " · waiting for you until " (calendar.date(it.expires_at_ms))
                        }
                    }
                }
                @if it.has_account { p { (text::BEEN_HERE) } } @else { p { (text::FIRST_TIME) } }
            }
            div.bar {
                @if it.has_account {
                    a.btn.primary href=(login) { (text::LOG_IN) }
                } @else {
                    a.btn.primary href={ "/register?link=" (it.link) } { (text::CREATE) }
                    a.btn href=(login) { (text::LOG_IN) }
                }
            }
        }
    };
    page(settings, text::TITLE, &content)
}

/// The one page of every link that does not work.
pub(crate) fn dead(settings: &Settings) -> Markup {
    gone(settings, text::DEAD_TITLE, text::DEAD)
}

/// The page of a message that its sender took back.
pub(super) fn recalled(settings: &Settings) -> Markup {
    gone(settings, text::RECALLED_TITLE, text::RECALLED)
}

fn gone(settings: &Settings, title: &str, sentence: &str) -> Markup {
    let content = html! {
        main.card.one #main {
            h1 { (title) }
            div.prose {
                p { (sentence) }
                p.muted { "Help desk: " (settings.help_desk) }
            }
            p.bar { a.btn.primary href="/login" { (text::LOG_IN) } }
        }
    };
    page(settings, title, &content)
}

fn page(settings: &Settings, title: &str, content: &Markup) -> Markup {
    layout::page(&Frame { settings, title, mood: Mood::Plain, person: None }, content)
}
