//! The manual of the language: the pages of `docs/`, which `writ help` shows and a reader browses.
//!
//! One text serves both. A heading with words in back-quotes, such as `` ### `activates at` ``,
//! makes these words a topic; every page is a topic by its name.

mod plain_text;
mod sections;
mod topics;

#[cfg(test)]
mod generated;
#[cfg(test)]
mod tests;

pub(crate) use self::{
    plain_text::render,
    topics::{all, find, listed, speaking_of},
};

/// A page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Page {
    /// What `writ help` calls it, and its file name without `.md`.
    pub(crate) name: &'static str,
    /// What it belongs to.
    pub(crate) group: Group,
    /// Markdown.
    pub(crate) text: &'static str,
}

/// What a page is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Group {
    /// To begin with.
    Start,
    /// One item of the language each.
    Item,
    /// Parts of lines.
    Value,
    /// What rules mean.
    Meaning,
    /// What the tools do.
    Practice,
}

impl Group {
    /// As the list of topics heads it.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Start => "To begin with",
            Self::Item => "Items of a rule file",
            Self::Value => "Parts of a line",
            Self::Meaning => "What rules mean",
            Self::Practice => "Practice",
        }
    }
}

/// The groups in the order of the list.
pub(crate) const GROUPS: [Group; 5] =
    [Group::Start, Group::Item, Group::Value, Group::Meaning, Group::Practice];

macro_rules! pages {
    ($($group:ident: $($name:literal),+;)+) => {
        &[$($(Page {
            name: $name,
            group: Group::$group,
            text: include_str!(concat!("../../../docs/language/", $name, ".md")),
        }),+),+]
    };
}

/// Every page of the language, in reading order.
pub(crate) const PAGES: &[Page] = pages! {
    Start: "tutorial", "files", "cookbook";
    Item: "organisation", "sets", "directory", "terms", "pattern", "examination", "fingerprints", "definition", "policy", "request",
          "bypass", "default", "test", "assert", "use";
    Value: "literals", "selectors", "conditions", "outcomes", "effects";
    Meaning: "decision", "specificity", "scores", "validity", "names";
    Practice: "tree", "testing", "review", "std", "grammar";
};
