//! The page on what to do without a password. Its words are the page.

use maud::{Markup, html};

use crate::component::layout::{self, Frame, Mood};
use crate::settings::Settings;

/// What the page is called.
const TITLE: &str = "Forgot your password?";

/// Draws it.
pub(super) fn page(settings: &Settings) -> Markup {
    let content = html! {
        main.card.one #main {
            h1 { (TITLE) }
            div.prose {
                p { "Nobody, the help desk included, can see your password, so nobody can tell it to you." }
                p { "The help desk can unlock an account that wrong passwords have locked. If you have \
                     forgotten your password, it can clear your account: the next notice you get then \
                     lets you choose a new one. " b { (settings.help_desk) } }
                p { "Tell them your name and the email address of the account. They will never ask you \
                     for a password." }
            }
            p.bar { a.btn href="/login" { "Back to the login" } }
        }
    };
    layout::page(&Frame { settings, title: TITLE, mood: Mood::Plain, person: None }, &content)
}
