//! The pages on a forgotten password.

use maud::{Markup, html};

use super::text;
use crate::component::field::{Field, Kind, csrf, field};
use crate::component::layout::{self, Frame, Mood};
use crate::component::summary::{Fault, summary};
use crate::settings::Settings;

/// The page that asks for the address.
pub(super) fn page(settings: &Settings, token: &str, email: &str, faults: &[Fault]) -> Markup {
    let address =
        Field { id: "email", label: "Email address", value: email, kind: Kind::Email, hint: "" };
    let content = html! {
        main.card.one #main {
            h1 { (text::TITLE) }
            (summary(faults))
            div.prose { p { (text::LEDE) } }
            form method="post" action="/forgot" novalidate {
                (csrf(token))
                (field(&address, faults))
                div.bar {
                    button.btn.primary type="submit" { (text::SEND) }
                    a.btn href="/login" { (text::BACK) }
                }
            }
            (help(settings))
        }
    };
    let mood = if faults.is_empty() { Mood::Plain } else { Mood::Faulty };
    layout::page(&Frame { settings, title: text::TITLE, mood, person: None }, &content)
}

/// The page behind it.
pub(super) fn asked(settings: &Settings) -> Markup {
    let content = html! {
        main.card.one #main {
            h1 { (text::ASKED_TITLE) }
            div.prose { p { (text::ASKED) } }
            p.bar { a.btn href="/login" { (text::BACK) } }
            (help(settings))
        }
    };
    let frame = Frame { settings, title: text::ASKED_TITLE, mood: Mood::Plain, person: None };
    layout::page(&frame, &content)
}

fn help(settings: &Settings) -> Markup {
    html! { div.prose { p.muted { (text::HELP) " " (settings.help_desk) } } }
}
