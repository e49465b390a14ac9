//! The list of what was written here.

use maud::{Markup, html};

use super::text;
use crate::component::layout::{self, Frame};
use crate::component::summary::done;
use crate::page::inbox::view::{Entry, empty, pager, rows};
use crate::when::Calendar;

/// Draws it.
pub(super) fn page(
    frame: &Frame<'_>,
    calendar: &Calendar,
    entries: &[Entry],
    just_sent: Option<&str>,
) -> Markup {
    let content = html! {
        main #main {
            @if let Some(words) = just_sent { (done(words)) }
            div.list.card {
                header { h1 { (text::TITLE) } }
                @if entries.is_empty() {
                    (empty(text::EMPTY_TITLE, text::EMPTY))
                } @else {
                    (rows(calendar, entries))
                }
                (pager("/sent", text::FOOT, None))
            }
        }
    };
    layout::page(frame, &content)
}
