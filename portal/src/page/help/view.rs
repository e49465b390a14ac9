//! The pages of help. Their words are the page, so they stand here.

use maud::{Markup, html};

use crate::component::layout::{self, Frame, Mood};
use crate::settings::Settings;

/// `/help`.
pub(super) fn help(settings: &Settings) -> Markup {
    let content = html! {
        main.card.one #main {
            h1 { "Help" }
            div.prose {
                p {
                    (settings.organisation) " keeps some messages here, encrypted, instead of sending \
                     them by ordinary email. You get a notice when one arrives."
                }
                h2 { "Logging in" }
                ul {
                    li {
                        "The first time, open the link in the notice and create an account. The link \
                         works once; after that, log in with your email address and password."
                    }
                    li { "Use the address to which the notice was sent." }
                    li { "After 10 failed attempts the account is locked. A link to your email address unlocks it, or the help desk." }
                    li { "You are signed out when you have been away for 15 minutes." }
                }
                h2 { "Reading and answering" }
                ul {
                    li { "Each message says until when it is available, and what its sender allows." }
                    li {
                        "A reply goes straight to " (settings.organisation) ". You cannot write to "
                        "other addresses from here."
                    }
                    li {
                        "Where printing is not allowed, the page does not print. Nothing can keep \
                         anybody from photographing a screen; please respect the sender’s wish."
                    }
                    li { "The sender may be told when you have opened a message." }
                }
                h2 { "If something does not work" }
                p { "Tell the help desk your name, your email address and what you see: " b { (settings.help_desk) } }
                p { a href="/help/genuine" { "Is this notice genuine?" } }
            }
        }
    };
    page(settings, "Help", &content)
}

/// `/help/genuine`.
pub(super) fn genuine(settings: &Settings) -> Markup {
    let content = html! {
        main.card.one #main {
            h1 { "Is this notice genuine?" }
            div.prose {
                p { "A genuine notice meets all of these:" }
                ul {
                    li { "It comes from " span.code { (settings.notice_sender) } "." }
                    li {
                        "Its only link begins with " span.code { (settings.base_url) "/n/" }
                        ". Look at the address before you press it."
                    }
                    li { "It has no attachment and asks for nothing but to open the link." }
                    li { "It never holds a password, and never asks for one." }
                }
                p {
                    "Rather not press a link? Type " span.code { (settings.base_url) } " into your browser \
                     and log in: the message is in your inbox."
                }
                p { "If in doubt, ask: " b { (settings.help_desk) } }
            }
        }
    };
    page(settings, "Is this notice genuine?", &content)
}

fn page(settings: &Settings, title: &str, content: &Markup) -> Markup {
    layout::page(&Frame { settings, title, mood: Mood::Plain, person: None }, content)
}
