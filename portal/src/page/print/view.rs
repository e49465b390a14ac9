//! A message laid out for paper: no frame, no buttons.

use maud::{DOCTYPE, Markup, html};

use crate::asset::ASSETS;
use crate::component::foreign::{Inert, foreign};
use crate::component::plain::plain;
use crate::gateway::Reading;
use crate::page::message::view::fields;
use crate::settings::Settings;
use crate::when::{Calendar, size};

/// Draws it; `formatted` is the inert markup with the nonce of the page.
pub(super) fn page(
    settings: &Settings,
    calendar: &Calendar,
    reading: &Reading,
    sent_at_ms: i64,
    formatted: Option<(&Inert, &str)>,
) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en-GB" dir="ltr" class="light" {
            head {
                meta charset="utf-8";
                title { (reading.subject) " – " (settings.organisation) }
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex, nofollow";
                meta name="referrer" content="no-referrer";
                link rel="icon" href=(ASSETS.icon.path) type="image/svg+xml";
                link rel="stylesheet" href=(ASSETS.style.path);
            }
            body {
                main.paper #main {
                    p.hint.noprint { "To print, use your browser’s menu or press Ctrl and P." }
                    h1 { (reading.subject) }
                    (fields(calendar, reading, sent_at_ms))
                    @match formatted {
                        Some((mail, nonce)) => (foreign(mail, nonce)),
                        None => (plain(reading.text.as_deref().unwrap_or_default())),
                    }
                    @if !reading.attachments.is_empty() {
                        h2 { "Attachments" }
                        ul {
                            @for it in &reading.attachments { li { (it.name) " (" (size(it.octets)) ")" } }
                        }
                    }
                }
            }
        }
    }
}
