//! The page on which somebody logs in.

use maud::{Markup, html};

use super::text;
use crate::component::field::{Field, Kind, csrf, field};
use crate::component::icon::{Icon, icon};
use crate::component::layout::{self, Frame, Mood};
use crate::component::summary::{Fault, heed, summary};
use crate::settings::Settings;

/// What the page shows.
#[derive(Clone, Debug)]
pub(super) struct Login<'a> {
    /// The token of the visitor.
    pub(super) csrf: &'a str,
    /// What was typed as the address.
    pub(super) email: &'a str,
    /// The id of the message to go to afterwards; empty for the inbox.
    pub(super) to: &'a str,
    /// What is wrong.
    pub(super) faults: &'a [Fault],
    /// A sentence about how the visitor came here.
    pub(super) notice: Option<&'a str>,
}

/// Draws it.
pub(super) fn page(settings: &Settings, it: &Login<'_>) -> Markup {
    let content = html! {
        main.gate #main {
            div.card {
                h1 { (text::HEADING) }
                p.lede { (text::LEDE) }
                @if let Some(words) = it.notice { (heed(words)) }
                (summary(it.faults))
                form method="post" action="/login" novalidate {
                    (csrf(it.csrf))
                    @if !it.to.is_empty() { input type="hidden" name="to" value=(it.to); }
                    (fields(it))
                    p { button.btn.primary.wide type="submit" { "Log in" } }
                }
                (forgotten(settings))
            }
            (genuine(settings))
        }
    };
    let mood = if it.faults.is_empty() { Mood::Plain } else { Mood::Faulty };
    layout::page(&Frame { settings, title: text::TITLE, mood, person: None }, &content)
}

fn fields(it: &Login<'_>) -> Markup {
    let email =
        Field { id: "email", label: "Email address", value: it.email, kind: Kind::Email, hint: "" };
    let password = Field {
        id: "password",
        label: "Password",
        value: "",
        kind: Kind::CurrentPassword,
        hint: if it.faults.is_empty() { "" } else { text::LOCK_HINT },
    };
    html! { (field(&email, it.faults)) (field(&password, it.faults)) }
}

fn forgotten(settings: &Settings) -> Markup {
    html! {
        details.disc {
            summary { "Forgot your password?" }
            div.panel {
                p.small.muted { (text::FORGOTTEN) }
                p.small { "Help desk: " b { (settings.help_desk) } }
                p.small { a href="/forgot" { "Ask for a link" } }
            }
        }
    }
}

/// What tells this page from a copy of it.
fn genuine(settings: &Settings) -> Markup {
    html! {
        aside aria-labelledby="trust" {
            h2 id="trust" { "Is this page genuine?" }
            ul.trust {
                li {
                    (icon(Icon::Lock))
                    span {
                        b { "Check the address" }
                        "It always begins with " span.code { (settings.base_url) "/" }
                    }
                }
                li {
                    (icon(Icon::Mail))
                    span {
                        b { "Check the sender" }
                        "Notices only come from " span.code { (settings.notice_sender) }
                    }
                }
                li {
                    (icon(Icon::Shield))
                    span {
                        b { "We never ask for your password by email or telephone" }
                        "If in doubt, ask " (settings.help_desk) "."
                    }
                }
            }
        }
    }
}
