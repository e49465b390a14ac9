//! A labelled line of input.
//!
//! Accessibility: the label is tied to the input, hint and error are its description, the error
//! is marked by words and shape as well as by colour. Nothing is `required` in the browser: the
//! server's page says what is missing.

use maud::{Markup, html};

use crate::component::icon::{Icon, icon};
use crate::component::summary::{Fault, fault_of};

/// A line of input.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field<'a> {
    /// Both the `id` and the `name`.
    pub(crate) id: &'static str,
    /// The label.
    pub(crate) label: &'a str,
    /// What it holds.
    pub(crate) value: &'a str,
    /// Its kind.
    pub(crate) kind: Kind,
    /// A sentence under it; empty for none.
    pub(crate) hint: &'a str,
}

/// What a line of input is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    CurrentPassword,
    Email,
    FamilyName,
    GivenName,
    NewPassword,
    ReadOnlyEmail,
    Text,
}

impl Kind {
    fn input_type(self) -> &'static str {
        match self {
            Self::CurrentPassword | Self::NewPassword => "password",
            Self::Email | Self::ReadOnlyEmail => "email",
            Self::FamilyName | Self::GivenName | Self::Text => "text",
        }
    }

    fn autocomplete(self) -> &'static str {
        match self {
            Self::CurrentPassword => "current-password",
            Self::Email | Self::ReadOnlyEmail => "username",
            Self::FamilyName => "family-name",
            Self::GivenName => "given-name",
            Self::NewPassword => "new-password",
            Self::Text => "off",
        }
    }

    fn chars_max(self) -> &'static str {
        if self == Self::Text { TEXT_CHARS_MAX } else { LINE_CHARS_MAX }
    }

    /// Whether a spelling checker and automatic capitals would do harm.
    fn is_literal(self) -> bool {
        match self {
            Self::CurrentPassword | Self::Email | Self::NewPassword | Self::ReadOnlyEmail => true,
            Self::FamilyName | Self::GivenName | Self::Text => false,
        }
    }
}

/// The most characters of a name, an address or a password.
const LINE_CHARS_MAX: &str = "256";
/// The most characters of a list of recipients or a subject; the server has the last word.
const TEXT_CHARS_MAX: &str = "8000";

/// Draws the field, with its error if there is one.
pub(crate) fn field(it: &Field<'_>, faults: &[Fault]) -> Markup {
    let fault = fault_of(faults, it.id);
    let described = described_by(it, fault.is_some());
    html! {
        div class=(if fault.is_some() { "field bad" } else { "field" }) {
            label for=(it.id) { (it.label) }
            @if let Some(words) = fault { (error(it.id, words)) }
            input.in id=(it.id) name=(it.id) type=(it.kind.input_type())
                autocomplete=(it.kind.autocomplete())
                spellcheck=[it.kind.is_literal().then_some("false")]
                autocapitalize=[it.kind.is_literal().then_some("none")]
                maxlength=(it.kind.chars_max())
                readonly[it.kind == Kind::ReadOnlyEmail]
                aria-invalid=[fault.map(|_| "true")]
                aria-describedby=[described]
                value=(it.value);
            @if !it.hint.is_empty() { p.hint id={ (it.id) "-hint" } { (it.hint) } }
        }
    }
}

/// The error line over an input.
pub(crate) fn error(id: &str, words: &str) -> Markup {
    html! {
        p.errmsg id={ (id) "-error" } {
            (icon(Icon::Warn)) span { span.vh { "Error: " } (words) }
        }
    }
}

fn described_by(it: &Field<'_>, has_fault: bool) -> Option<String> {
    match (has_fault, it.hint.is_empty()) {
        (false, true) => None,
        (false, false) => Some(format!("{}-hint", it.id)),
        (true, true) => Some(format!("{}-error", it.id)),
        (true, false) => Some(format!("{0}-error {0}-hint", it.id)),
    }
}

/// The hidden proof that a form was made for this session.
pub(crate) fn csrf(token: &str) -> Markup {
    html! { input type="hidden" name="csrf" value=(token); }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_tied_to_its_field_and_what_was_typed_stays_text() {
        let it = Field {
            id: "email",
            label: "Email address",
            value: "\"><script>",
            kind: Kind::Email,
            hint: "Yours",
        };
        let html = field(&it, &[Fault::new("email", "Enter your email address")]).into_string();
        assert!(html.contains("aria-describedby=\"email-error email-hint\""));
        assert!(html.contains("aria-invalid=\"true\""));
        assert!(!html.contains("<script"));
    }
}
