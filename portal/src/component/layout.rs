//! The frame of every page: head, header, navigation, foot.
//!
//! Accessibility: a skip link comes first, there is one `main`, the current page is marked, and no
//! part of the frame needs a script or a pop-up.

use maud::{DOCTYPE, Markup, html};

use crate::asset::ASSETS;
use crate::component::avatar::avatar;
use crate::component::field::csrf;
use crate::component::icon::{Icon, icon, seal};
use crate::settings::Settings;

/// What the frame says.
#[derive(Clone, Debug)]
pub(crate) struct Frame<'a> {
    /// The settings of the portal.
    pub(crate) settings: &'a Settings,
    /// The title of the page.
    pub(crate) title: &'a str,
    /// What kind of page it is.
    pub(crate) mood: Mood,
    /// Who is signed in.
    pub(crate) person: Option<Person<'a>>,
}

/// What kind of page it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Mood {
    /// A form that came back with faults: the title says so.
    Faulty,
    /// A page like any other.
    Plain,
    /// A page that must not come out of a printer.
    Unprintable,
}

/// Who is signed in, for the header.
#[derive(Clone, Debug)]
pub(crate) struct Person<'a> {
    /// The address of the account.
    pub(crate) address: &'a str,
    /// First and last name.
    pub(crate) name: &'a str,
    /// A token for the form that logs out.
    pub(crate) csrf: &'a str,
    /// Where in the mailbox the page is.
    pub(crate) place: Place,
}

/// A place in the mailbox.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Place {
    /// Where something is written.
    Desk,
    Elsewhere,
    Inbox,
    Sent,
}

/// The product's name under the organisation's.
const PRODUCT: &str = "Secure Mail";

/// Draws a page around its content, which holds the `main` element.
pub(crate) fn page(frame: &Frame<'_>, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en-GB" dir="ltr" class=[(frame.mood == Mood::Unprintable).then_some("noprint-msg")] {
            (head(frame))
            body {
                a.skip href="#main" { "Skip to main content" }
                (header(frame))
                @match &frame.person {
                    None => (content),
                    Some(person) => {
                        div.shell {
                            nav.side aria-label="Mailbox" { div.nav { (links(person)) } }
                            (content)
                        }
                        nav.mnav aria-label="Mailbox (small screens)" { (links(person)) }
                        (idle_warning(person))
                    }
                }
                (foot())
            }
        }
    }
}

fn head(frame: &Frame<'_>) -> Markup {
    let organisation = &frame.settings.organisation;
    html! {
        head {
            meta charset="utf-8";
            title {
                @if frame.mood == Mood::Faulty { "Error: " }
                (frame.title) " – " (organisation) " " (PRODUCT)
            }
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            meta name="robots" content="noindex, nofollow";
            meta name="referrer" content="no-referrer";
            link rel="icon" href=(ASSETS.icon.path) type="image/svg+xml";
            link rel="preload" href=(ASSETS.text_face.path) as="font" type="font/woff2" crossorigin;
            link rel="stylesheet" href=(ASSETS.style.path);
        }
    }
}

fn header(frame: &Frame<'_>) -> Markup {
    html! {
        header.top {
            div {
                a.brand href="/" {
                    (seal()) span { (frame.settings.organisation) small { (PRODUCT) } }
                }
                div.who {
                    @if let Some(person) = &frame.person {
                        span.me title=(person.address) {
                            (avatar(person.name)) span { span.vh { "Signed in as " } (person.address) }
                        }
                        form method="post" action="/logout" {
                            (csrf(person.csrf))
                            button.btn.ghost type="submit" { (icon(Icon::Out)) span.t { "Log out" } }
                        }
                    } @else {
                        a.btn.ghost href="/help" { (icon(Icon::Help)) span.t { "Help" } }
                    }
                }
            }
        }
    }
}

fn links(person: &Person<'_>) -> Markup {
    html! {
        (link("/inbox", Icon::Mail, "Inbox", person.place == Place::Inbox))
        (link("/sent", Icon::Send, "Sent", person.place == Place::Sent))
        (link("/help", Icon::Help, "Help", false))
    }
}

fn link(path: &str, image: Icon, words: &str, is_here: bool) -> Markup {
    html! { a href=(path) aria-current=[is_here.then_some("page")] { (icon(image)) (words) } }
}

/// Appears two minutes before the session ends, by the style sheet alone. Where something is
/// written, another tab keeps the session and the text stays.
fn idle_warning(person: &Person<'_>) -> Markup {
    html! {
        p.alert.warn.idle {
            span {
                "You will be signed out in 2 minutes. "
                @match person.place {
                    Place::Desk => a href="/inbox" target="_blank" rel="noopener" {
                        "Stay signed in (opens a new tab)"
                    },
                    Place::Elsewhere | Place::Inbox | Place::Sent => a href="" { "Stay signed in" },
                }
            }
        }
    }
}

fn foot() -> Markup {
    html! {
        footer.foot {
            a href="/help" { "Help" }
            a href="/help/genuine" { "Is this page genuine?" }
            a href="/forgot" { "Forgot your password?" }
            span { "Works without JavaScript" }
        }
    }
}
