//! Small labels on a message: what the sender allows, and how long it stays.
//!
//! Accessibility: the words say it; icon and colour repeat it.

use maud::{Markup, html};

use crate::component::icon::{Icon, icon};

/// The weight of a label.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Tone {
    Good,
    Neutral,
    Off,
    Warning,
}

/// A label.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Tag {
    /// Its words.
    pub(crate) words: String,
    /// Its icon.
    pub(crate) icon: Icon,
    /// Its weight.
    pub(crate) tone: Tone,
}

impl Tag {
    /// A label.
    pub(crate) fn new(words: impl Into<String>, icon: Icon, tone: Tone) -> Self {
        Self { words: words.into(), icon, tone }
    }
}

/// Draws a label. In a list on a phone only warnings and what is over stay.
pub(crate) fn tag(it: &Tag) -> Markup {
    let class = match it.tone {
        Tone::Good => "tag ok",
        Tone::Neutral => "tag",
        Tone::Off => "tag off keep",
        Tone::Warning => "tag warn keep",
    };
    html! { span class=(class) { (icon(it.icon)) (it.words) } }
}
