//! A new password with the rules under it: ticked while typing where a browser can know, ticked
//! or crossed by the server on the page that refuses.
//!
//! Accessibility: shape and hidden words say what the colour says. Both fields carry the same
//! rules; a checkbox chooses which of the two is on screen.

use maud::{Markup, html};

use crate::component::field::{self, Field, Kind};
use crate::component::icon::{Icon, icon, marked};
use crate::component::summary::{Fault, fault_of};
use crate::security::policy::{self, PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN, Verdict};

const PASSWORD_MISSING: &str = "Enter a password";
const PASSWORD_SHORT: &str = "Enter a password of at least 15 and at most 256 characters";
const PASSWORD_COMMON: &str = "Choose a password that is not known to attackers";
const PASSWORD_PERSONAL: &str = "Choose a password that is not your name, address or organisation";
const PASSWORDS_DIFFER: &str = "New Password and Confirm Password must be the same";

/// Which rules a new password meets; what is wrong with it is added to the faults. `repeated` is what was
/// typed a second time, where it was; `context` is what it must not be.
pub(crate) fn judge(
    password: &str,
    repeated: Option<&str>,
    context: &[&str],
    faults: &mut Vec<Fault>,
) -> Option<Verdict> {
    if password.is_empty() {
        faults.push(Fault::new("password", PASSWORD_MISSING));
        return None;
    }
    let verdict = policy::judge(password, context);
    for (met, words) in [
        (verdict.long_enough, PASSWORD_SHORT),
        (verdict.uncommon, PASSWORD_COMMON),
        (verdict.impersonal, PASSWORD_PERSONAL),
    ] {
        if !met {
            faults.push(Fault::new("password", words));
        }
    }
    if repeated.is_some_and(|it| it != password) {
        faults.push(Fault::new("password2", PASSWORDS_DIFFER));
    }
    Some(verdict)
}

/// Draws the fields `password` and `password2`, `password_shown`, and the checkbox `show`.
pub(crate) fn new_password(
    organisation: &str,
    verdict: Option<&Verdict>,
    faults: &[Fault],
) -> Markup {
    html! {
        div.field {
            div.check {
                input.showme type="checkbox" id="show" name="show" value="1";
                label for="show" {
                    "Show my password while I type"
                    br;
                    span.hint { "Only do this where nobody can see your screen." }
                }
            }
        }
        div.msk {
            (measured("password", "Enter password", organisation, verdict, faults))
            (field::field(
                &Field {
                    id: "password2",
                    label: "Confirm password",
                    value: "",
                    kind: Kind::NewPassword,
                    hint: "",
                },
                faults,
            ))
        }
        div.vis { (measured("password_shown", "Enter password", organisation, verdict, faults)) }
    }
}

/// One field as wide as its content, and the list that measures it.
fn measured(
    id: &str,
    label: &str,
    organisation: &str,
    verdict: Option<&Verdict>,
    faults: &[Fault],
) -> Markup {
    let shown = id != "password";
    let fault = fault_of(faults, "password");
    html! {
        div class=(if fault.is_some() { "field bad" } else { "field" }) {
            div.pwf {
                label for=(id) {
                    (label)
                    @if let Some(words) = fault {
                        span.errmsg {
                            (icon(Icon::Warn)) span { span.vh { "Error: " } (words) }
                        }
                    }
                }
                input class=(if shown { "pw show" } else { "pw" }) id=(id) name=(id)
                    type=(if shown { "text" } else { "password" })
                    autocomplete="new-password" spellcheck="false" autocapitalize="none"
                    placeholder=" " maxlength=(PASSWORD_CHARS_MAX)
                    aria-invalid=[fault.map(|_| "true")] aria-describedby={ (id) "-rules" };
                div.probe { (list(id, organisation, verdict)) }
            }
        }
    }
}

/// The rules of the policy, in the order in which they are checked.
fn list(id: &str, organisation: &str, verdict: Option<&Verdict>) -> Markup {
    html! {
        ul.rules id={ (id) "-rules" } {
            (rule("len", verdict.map(|it| it.long_enough), &format!(
                "At least {PASSWORD_CHARS_MIN} characters. Spaces are fine – a short sentence \
                 works well.")))
            (rule("", verdict.map(|it| it.uncommon), "Not a password that is known to attackers"))
            (rule("", verdict.map(|it| it.impersonal), &format!(
                "Not your name, address or ‘{organisation}’")))
        }
    }
}

fn rule(class: &str, met: Option<bool>, words: &str) -> Markup {
    let (state, said) = match met {
        None => ("", ""),
        Some(true) => (" t", ": met"),
        Some(false) => (" x", ": not met"),
    };
    html! {
        li class={ (class) (state) } {
            span.ind {
                (marked(Icon::Dot, "dot")) (marked(Icon::Check, "yes")) (marked(Icon::Cross, "no"))
            }
            span { (words) @if !said.is_empty() { span.vh { (said) } } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_servers_ticks_are_words_too() {
        let verdict = Verdict { long_enough: true, uncommon: false, impersonal: true };
        let html = new_password("Northshire", Some(&verdict), &[]).into_string();
        assert_eq!(html.matches(": met").count(), 4);
        assert_eq!(html.matches(": not met").count(), 2);
        let fresh = new_password("Northshire", None, &[]).into_string();
        assert!(!fresh.contains("met"));
    }
}
