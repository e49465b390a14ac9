//! What is found of an address on a day.

use grammar::literal::{Address, Date};

use super::{Domains, Person, Recipients, closed::State};

/// What is found of an address.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Look<'a> {
    /// It takes no mail; senders read this.
    Closed(&'a str),
    /// Its mail goes to these.
    Leads(Vec<Address>),
    /// It takes mail.
    There,
    /// There is no such recipient.
    Unknown,
}

impl Recipients {
    /// What is found of an address on a day. What stands behind a `+` in a local part is its owner's
    /// to choose, so `alice+news@` is there where `alice@` is (RFC 5233 §1).
    pub(super) fn look(&self, address: &Address, day: Date) -> Look<'_> {
        if address.local_folded() == "postmaster" && !self.people.contains_key(address) {
            return Look::There;
        }
        let domain = self.domains.get(address.domain());
        // What is said of a domain is said of all who are in it.
        if let Some(Domains::Closed(closed)) = domain
            && let State::Closed(text) = closed.on(day)
        {
            return Look::Closed(text);
        }
        if let Some(to) = self.leads(address) {
            return Look::Leads(to);
        }
        match (self.person(address), domain) {
            (Some(Person::Closed(closed)), _) | (None, Some(Domains::Closed(closed))) => {
                of(&closed.on(day))
            }
            (Some(_), _) | (None, Some(Domains::There)) => Look::There,
            (None, None | Some(Domains::Leads(_))) => Look::Unknown,
        }
    }

    /// Where mail for an address goes instead, if it goes elsewhere.
    pub(super) fn leads(&self, address: &Address) -> Option<Vec<Address>> {
        match (self.person(address), self.domains.get(address.domain())) {
            (Some(Person::Leads(to)), _) => Some(to.clone()),
            (None, Some(Domains::Leads(to))) => {
                Address::from_parts(address.local(), to.clone()).ok().map(|it| vec![it])
            }
            (Some(Person::Closed(_) | Person::There), _)
            | (None, None | Some(Domains::Closed(_) | Domains::There)) => None,
        }
    }

    fn person(&self, address: &Address) -> Option<&Person> {
        self.people.get(address).or_else(|| self.people.get(&without_detail(address)?))
    }
}

fn of<'a>(state: &State<'a>) -> Look<'a> {
    match state {
        State::Closed(text) => Look::Closed(text),
        State::Gone => Look::Unknown,
        State::There => Look::There,
    }
}

/// The address without `+` and what is behind it; absent where that is not an address.
fn without_detail(address: &Address) -> Option<Address> {
    let (user, _) = address.local().split_once('+')?;
    Address::from_parts(user, address.domain().clone()).ok()
}
