//! The page on which a recipient creates an account.

use maud::{Markup, html};

use super::text;
use crate::component::avatar::avatar;
use crate::component::field::{Field, Kind, csrf, field};
use crate::component::icon::{Icon, icon};
use crate::component::layout::{self, Frame, Mood};
use crate::component::rules::new_password;
use crate::component::summary::{Fault, summary};
use crate::gateway::Mailbox;
use crate::security::policy::Verdict;
use crate::settings::Settings;
use crate::when::Calendar;

/// What the page shows.
#[derive(Clone, Debug)]
pub(super) struct Registration<'a> {
    pub(super) csrf: &'a str,
    /// The text of the link's token.
    pub(super) link: &'a str,
    /// Who wrote.
    pub(super) from: &'a Mailbox,
    pub(super) expires_at_ms: i64,
    /// The address of the new account.
    pub(super) address: &'a str,
    pub(super) first_name: &'a str,
    pub(super) last_name: &'a str,
    /// Which rules the refused password meets.
    pub(super) verdict: Option<&'a Verdict>,
    pub(super) faults: &'a [Fault],
}

/// Draws it.
pub(super) fn page(settings: &Settings, calendar: &Calendar, it: &Registration<'_>) -> Markup {
    let content = html! {
        main.gate.wide #main {
            div.card {
                h1 { (text::TITLE) }
                p.lede { (text::LEDE) }
                (summary(it.faults))
                div.notice {
                    (avatar(it.from.called()))
                    div {
                        b { (it.from.called()) } " sent you a secure message"
                        br;
                        span.muted { "Waiting for you until " (calendar.date(it.expires_at_ms)) }
                    }
                }
                (form(settings, it))
            }
            (about(settings))
        }
    };
    let mood = if it.faults.is_empty() { Mood::Plain } else { Mood::Faulty };
    layout::page(&Frame { settings, title: text::TITLE, mood, person: None }, &content)
}

fn form(settings: &Settings, it: &Registration<'_>) -> Markup {
    let name = |id, label, value, kind| Field { id, label, value, kind, hint: "" };
    let first = name("first_name", "First name", it.first_name, Kind::GivenName);
    let last = name("last_name", "Last name", it.last_name, Kind::FamilyName);
    let address = Field {
        id: "email",
        label: "Email address",
        value: it.address,
        kind: Kind::ReadOnlyEmail,
        hint: text::ADDRESS_HINT,
    };
    html! {
        form method="post" action="/register" novalidate {
            (csrf(it.csrf))
            input type="hidden" name="link" value=(it.link);
            div.two { (field(&first, it.faults)) (field(&last, it.faults)) }
            (field(&address, it.faults))
            (new_password(&settings.organisation, it.verdict, it.faults))
            p { button.btn.primary type="submit" { (text::SAVE) } }
        }
    }
}

/// What to know about an account.
fn about(settings: &Settings) -> Markup {
    html! {
        aside aria-labelledby="about" {
            h2 id="about" { "About your account" }
            ul.trust {
                li {
                    (icon(Icon::Shield))
                    span {
                        b { "The password is yours alone" }
                        "It is never sent by email, and nobody will ask you for it."
                    }
                }
                li {
                    (icon(Icon::Lock))
                    span {
                        b { "Locked after 10 failed attempts" }
                        "A link to your email address unlocks it, or the help desk: "
                        (settings.help_desk) "."
                    }
                }
                li {
                    (icon(Icon::Clock))
                    span {
                        b { "Messages stay for a limited time" }
                        "Each one says until when you can read it."
                    }
                }
            }
        }
    }
}
