//! To whom a reply goes: proposed from the message, then checked as typed.

use wire::Address;

use super::text;
use super::upload::Draft;
use crate::component::summary::Fault;
use crate::gateway::{Mailbox, Reading};
use crate::profile::normal;
use crate::settings::{InternalDomains, Settings};

/// The recipients of a reply, each of the organisation.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Recipients {
    pub(super) to: Vec<Address>,
    pub(super) cc: Vec<Address>,
}

impl Recipients {
    /// All of them.
    pub(super) fn all(&self) -> impl Iterator<Item = &Address> {
        self.to.iter().chain(&self.cc)
    }
}

/// What the form begins with.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Proposed {
    pub(super) to: Vec<String>,
    pub(super) cc: Vec<String>,
    /// Whom a reply to all leaves out, because they are elsewhere.
    pub(super) dropped: Vec<String>,
}

/// The author, and for a reply to all whoever else of the organisation the message went to.
pub(super) fn propose(
    reading: &Reading,
    own_address: &str,
    internal: &InternalDomains,
    wants_all: bool,
) -> Proposed {
    let mut proposed = Proposed::default();
    match Address::parse(&reading.from.address) {
        Ok(address) if internal.accept(&address) => proposed.to.push(address.to_string()),
        Ok(_) | Err(_) => proposed.dropped.push(reading.from.address.clone()),
    }
    let others: &[&[Mailbox]] = if wants_all { &[&reading.to, &reading.cc] } else { &[] };
    for mailbox in others.iter().copied().flatten() {
        let Ok(address) = Address::parse(&mailbox.address) else {
            proposed.dropped.push(mailbox.address.clone());
            continue;
        };
        let text = address.to_string();
        if normal(&address) == own_address || proposed.to.contains(&text) {
            continue;
        }
        let list = if internal.accept(&address) { &mut proposed.cc } else { &mut proposed.dropped };
        if !list.contains(&text) {
            list.push(text);
        }
    }
    proposed
}

/// The recipients as typed, or what is wrong with them.
pub(super) fn check(draft: &Draft, settings: &Settings) -> (Recipients, Vec<Fault>) {
    let mut faults = Vec::new();
    let to = check_field("to", &draft.to, settings, &mut faults);
    let mut cc = check_field("cc", &draft.cc, settings, &mut faults);
    cc.retain(|it| !to.contains(it));
    let recipients = Recipients { to, cc };
    let count = recipients.all().count();
    if draft.to.trim().is_empty() && draft.cc.trim().is_empty() {
        faults.push(Fault::new("to", text::TO_MISSING));
    } else if settings.limits.recipients_max < count {
        let words = text::too_many_recipients(settings.limits.recipients_max);
        faults.push(Fault::new("to", words));
    }
    (recipients, faults)
}

fn check_field(
    field: &'static str,
    typed: &str,
    settings: &Settings,
    faults: &mut Vec<Fault>,
) -> Vec<Address> {
    let mut addresses: Vec<Address> = Vec::new();
    let mut refused = Vec::new();
    for piece in pieces(typed) {
        match Address::parse(bare(&piece)) {
            Err(_) => faults.push(Fault::new(field, text::not_an_address(&piece))),
            Ok(address) if !settings.internal.accept(&address) => refused.push(address.to_string()),
            Ok(address) if addresses.contains(&address) => {}
            Ok(address) => addresses.push(address),
        }
    }
    if !refused.is_empty() {
        faults.push(Fault::new(field, text::not_allowed(settings.internal.shown(), &refused)));
    }
    addresses
}

/// Splits a line of recipients at commas and semicolons outside quotes.
fn pieces(typed: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut is_quoted = false;
    for c in typed.chars() {
        is_quoted ^= c == '"';
        if !is_quoted && matches!(c, ',' | ';' | '\n' | '\r') {
            pieces.push(String::new());
        } else if let Some(piece) = pieces.last_mut() {
            piece.push(c);
        }
    }
    pieces.into_iter().map(|it| it.trim().to_owned()).filter(|it| !it.is_empty()).collect()
}

/// The address in `Name <a@b>`, or all of it.
fn bare(piece: &str) -> &str {
    match piece.rsplit_once('<') {
        Some((_, rest)) => rest.strip_suffix('>').unwrap_or(piece).trim(),
        None => piece,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        let internal = InternalDomains::new(vec!["northshire.example".to_owned()], |it| {
            it.domain().as_str() == "northshire.example"
        });
        Settings::new("https://secure.northshire.example", "Northshire", internal)
    }

    fn check_to(typed: &str) -> (Vec<String>, Vec<String>) {
        let draft = Draft { to: typed.to_owned(), ..Draft::default() };
        let (recipients, faults) = check(&draft, &settings());
        let addresses = recipients.all().map(ToString::to_string).collect();
        (addresses, faults.into_iter().map(|it| it.words).collect())
    }

    #[test]
    fn recipients_are_read_in_any_usual_form() {
        let (addresses, faults) = check_to(
            "Anna <anna@northshire.example>; \"B, C\" <b@NORTHSHIRE.example>,anna@northshire.example",
        );
        assert_eq!(addresses, ["anna@northshire.example", "b@northshire.example"]);
        assert_eq!(faults, Vec::<String>::new());
    }

    #[test]
    fn only_the_organisation_may_be_written_to() {
        for elsewhere in [
            "pat@gmail.example",
            "anna@northshire.example.evil.example",
            "anna@sub.northshire.example",
            "\"anna@northshire.example\"@evil.example",
            "anna@northshire.example <pat@gmail.example>",
        ] {
            let (addresses, faults) = check_to(elsewhere);
            assert_eq!(addresses, Vec::<String>::new(), "{elsewhere}");
            assert_eq!(faults.len(), 1, "{elsewhere}");
        }
        for garbled in
            ["anna", "anna@northshire.example\r\nBcc: x@gmail.example", "a b@northshire.example"]
        {
            let (_, faults) = check_to(garbled);
            assert!(!faults.is_empty(), "{garbled}");
        }
    }

    #[test]
    fn a_reply_to_all_leaves_out_others_and_says_so() {
        let mailbox = |it: &str| Mailbox { name: String::new(), address: it.to_owned() };
        let reading = Reading {
            from: mailbox("anna@northshire.example"),
            to: vec![mailbox("m.osei@harbourlegal.example"), mailbox("pat@gmail.example")],
            cc: vec![mailbox("legal@northshire.example"), mailbox("anna@northshire.example")],
            ..Reading::default()
        };
        let own = "m.osei@harbourlegal.example";
        let proposed = propose(&reading, own, &settings().internal, true);
        assert_eq!(proposed.to, ["anna@northshire.example"]);
        assert_eq!(proposed.cc, ["legal@northshire.example"]);
        assert_eq!(proposed.dropped, ["pat@gmail.example"]);
        let one = propose(&reading, own, &settings().internal, false);
        assert_eq!((one.cc.len(), one.dropped.len()), (0, 0));
    }
}
