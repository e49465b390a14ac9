//! The page of an error.

use maud::{Markup, html};

use super::text::Words;
use crate::component::layout::{self, Frame, Mood};
use crate::settings::Settings;

/// Draws it.
pub(super) fn page(settings: &Settings, words: &Words) -> Markup {
    let content = html! {
        main.card.one #main {
            h1 { (words.title) }
            div.prose {
                p { (words.sentence) }
                @if let Some(reference) = &words.reference {
                    p { "Reference: " span.code { (reference) } }
                }
                p.muted { "Help desk: " (settings.help_desk) }
            }
            p.bar { a.btn href="/inbox" { "Go to the inbox" } a.btn.ghost href="/help" { "Help" } }
        }
    };
    let frame = Frame { settings, title: words.title, mood: Mood::Plain, person: None };
    layout::page(&frame, &content)
}
