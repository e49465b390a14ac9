//! The page on which a reply is written.

use maud::{Markup, html};

use super::text;
use crate::component::field::{Field, Kind, csrf, error, field};
use crate::component::icon::{Icon, icon};
use crate::component::layout::{self, Frame};
use crate::component::summary::{Fault, fault_of, heed, summary};
use crate::settings::Settings;

/// What the page shows.
#[derive(Clone, Debug)]
pub(super) struct Reply<'a> {
    pub(super) csrf: &'a str,
    /// The id of the copy that is answered.
    pub(super) id: &'a str,
    pub(super) to: &'a str,
    pub(super) cc: &'a str,
    pub(super) subject: &'a str,
    pub(super) body: &'a str,
    /// The text that is answered.
    pub(super) original: &'a str,
    /// Recipients of the original that a reply cannot go to.
    pub(super) dropped: &'a [String],
    pub(super) faults: &'a [Fault],
}

/// Draws it.
pub(super) fn page(frame: &Frame<'_>, settings: &Settings, it: &Reply<'_>) -> Markup {
    let content = html! {
        main #main {
            div.compose.card {
                header { h1 { (frame.title) } }
                (summary(it.faults))
                @if !it.dropped.is_empty() { (heed(&text::left_out(it.dropped))) }
                form method="post" action={ "/m/" (it.id) "/reply" } enctype="multipart/form-data"
                    novalidate {
                    (csrf(it.csrf))
                    (recipients(settings, it))
                    (message(it))
                    (files(settings, it))
                    div.bar.end {
                        button.btn.primary type="submit" { (icon(Icon::Send)) (text::SEND) }
                        a.btn.ghost href={ "/m/" (it.id) } { "Discard" }
                    }
                }
            }
        }
    };
    layout::page(frame, &content)
}

fn recipients(settings: &Settings, it: &Reply<'_>) -> Markup {
    let hint = text::recipients_hint(settings.internal.shown());
    let to = Field { id: "to", label: "To", value: it.to, kind: Kind::Text, hint: &hint };
    let cc = Field { id: "cc", label: "Cc", value: it.cc, kind: Kind::Text, hint: "" };
    let subject =
        Field { id: "subject", label: "Subject", value: it.subject, kind: Kind::Text, hint: "" };
    html! { (field(&to, it.faults)) (field(&cc, it.faults)) (field(&subject, it.faults)) }
}

fn message(it: &Reply<'_>) -> Markup {
    let fault = fault_of(it.faults, "body");
    html! {
        div class=(if fault.is_some() { "field bad" } else { "field" }) {
            label for="body" { "Message" }
            @if let Some(words) = fault { (error("body", words)) }
            textarea.in id="body" name="body" rows="9" aria-invalid=[fault.map(|_| "true")]
                aria-describedby=[fault.map(|_| "body-error")] { "\n" (it.body) }
        }
        @if !it.original.is_empty() {
            div.quoted {
                div.check {
                    input type="checkbox" id="quote" name="quote" value="1" checked;
                    label for="quote" { (text::QUOTE) }
                }
                details.disc {
                    summary { "Show the message you answer" }
                    div.panel { pre { (it.original) } }
                }
            }
        }
    }
}

fn files(settings: &Settings, it: &Reply<'_>) -> Markup {
    let fault = fault_of(it.faults, "files");
    html! {
        div class=(if fault.is_some() { "field bad" } else { "field" }) {
            label for="files" { "Attachments" }
            @if let Some(words) = fault { (error("files", words)) }
            input.in.file-in id="files" name="files" type="file" multiple
                aria-describedby="files-hint" aria-invalid=[fault.map(|_| "true")];
            p.hint id="files-hint" { (text::files_hint(settings.limits.message_octets_max)) }
        }
    }
}
