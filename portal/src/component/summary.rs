//! The summary of what is wrong with a form, and other coloured boxes.
//!
//! Accessibility: the summary takes the focus when the page opens, is an alert, and links each
//! error to its field in the words that stand beside the field.

use maud::{Markup, html};

use crate::component::icon::{Icon, icon};

/// One fault of a form.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Fault {
    /// The `id` of the field it is about.
    pub(crate) field: &'static str,
    /// What to do, in a sentence.
    pub(crate) words: String,
}

impl Fault {
    /// A fault of a field.
    pub(crate) fn new(field: &'static str, words: impl Into<String>) -> Self {
        Self { field, words: words.into() }
    }
}

/// The words of the first fault of a field.
pub(crate) fn fault_of<'a>(faults: &'a [Fault], field: &str) -> Option<&'a str> {
    faults.iter().find(|fault| fault.field == field).map(|fault| fault.words.as_str())
}

/// The box over a form; nothing without faults.
pub(crate) fn summary(faults: &[Fault]) -> Markup {
    html! {
        @if !faults.is_empty() {
            div.alert.err role="alert" tabindex="-1" autofocus {
                (icon(Icon::Warn))
                div {
                    h2.small { b { "There is a problem" } }
                    ul {
                        @for fault in faults {
                            li { a href={ "#" (fault.field) } { (fault.words) } }
                        }
                    }
                }
            }
        }
    }
}

/// A box that says something went well.
pub(crate) fn done(words: &str) -> Markup {
    html! { div.alert.ok role="status" { (icon(Icon::Check)) p { (words) } } }
}

/// A box that says something to heed.
pub(crate) fn heed(words: &str) -> Markup {
    html! { div.alert.warn { (icon(Icon::Warn)) p { (words) } } }
}

/// A box that says something worth knowing.
pub(crate) fn note(words: &str) -> Markup {
    html! { div.alert { (icon(Icon::Shield)) p { (words) } } }
}
