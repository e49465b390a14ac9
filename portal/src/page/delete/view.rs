//! The page that asks whether to delete a message.

use maud::{Markup, html};

use crate::component::field::csrf;
use crate::component::layout::{self, Frame};

/// Draws it.
pub(super) fn page(frame: &Frame<'_>, token: &str, id: &str, subject: &str) -> Markup {
    let content = html! {
        main #main {
            div.card.one {
                h1 { (frame.title) }
                div.prose {
                    p {
                        "“" (subject) "” is removed from your inbox. This cannot be undone. The sender’s \
                         copy is not affected."
                    }
                }
                form method="post" action={ "/m/" (id) "/delete" } {
                    (csrf(token))
                    div.bar {
                        button.btn.danger type="submit" { "OK, delete it" }
                        a.btn href={ "/m/" (id) } { "Cancel" }
                    }
                }
            }
        }
    };
    layout::page(frame, &content)
}
