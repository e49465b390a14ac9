//! The page on which a new password is chosen.

use maud::{Markup, html};

use super::text;
use crate::component::field::{Field, Kind, csrf, field};
use crate::component::layout::{self, Frame, Mood};
use crate::component::rules::new_password;
use crate::component::summary::{Fault, summary};
use crate::security::policy::Verdict;
use crate::settings::Settings;

/// What the page shows.
#[derive(Clone, Debug)]
pub(super) struct Reset<'a> {
    pub(super) csrf: &'a str,
    /// The text of the link's token.
    pub(super) link: &'a str,
    /// The address of the account.
    pub(super) address: &'a str,
    /// Which rules the refused password meets.
    pub(super) verdict: Option<&'a Verdict>,
    pub(super) faults: &'a [Fault],
}

/// Draws it.
pub(super) fn page(settings: &Settings, it: &Reset<'_>) -> Markup {
    let address = Field {
        id: "email",
        label: "Email address",
        value: it.address,
        kind: Kind::ReadOnlyEmail,
        hint: "",
    };
    let content = html! {
        main.card.one #main {
            h1 { (text::TITLE) }
            (summary(it.faults))
            div.prose { p { (text::LEDE) } }
            form method="post" action={ "/reset/" (it.link) } novalidate {
                (csrf(it.csrf))
                (field(&address, it.faults))
                (new_password(&settings.organisation, it.verdict, it.faults))
                div.bar { button.btn.primary type="submit" { (text::SAVE) } }
            }
        }
    };
    let mood = if it.faults.is_empty() { Mood::Plain } else { Mood::Faulty };
    layout::page(&Frame { settings, title: text::TITLE, mood, person: None }, &content)
}

/// The one page of every link that does not work.
pub(super) fn dead(settings: &Settings) -> Markup {
    let content = html! {
        main.card.one #main {
            h1 { (text::DEAD_TITLE) }
            div.prose { p { (text::DEAD) } }
            p.bar { a.btn.primary href="/forgot" { (text::AGAIN) } }
        }
    };
    let frame = Frame { settings, title: text::DEAD_TITLE, mood: Mood::Plain, person: None };
    layout::page(&frame, &content)
}
