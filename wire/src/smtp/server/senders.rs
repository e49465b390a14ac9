//! Which senders a peer that logged in may use.

use grammar::literal::{Address, Domain};

use crate::smtp::path::ReversePath;

/// The senders of one account.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Senders(Vec<Sender>);

#[derive(Clone, Debug, Eq, PartialEq)]
enum Sender {
    Address(Address),
    /// Every address of this domain, and of none below it.
    Domain(Domain),
}

impl Senders {
    /// Reads addresses, and domains behind an `@`, separated by commas; at least one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let one = |word: &str| {
            let word = word.trim_ascii();
            match word.strip_prefix('@') {
                Some(domain) => Domain::parse(domain).ok().map(Sender::Domain),
                None => Address::parse(word).ok().map(Sender::Address),
            }
        };
        text.split(',').map(one).collect::<Option<_>>().map(Self)
    }

    /// Whether the account may send from there. Nobody who logged in sends from the null sender:
    /// what fails must come back to somebody.
    #[must_use]
    pub fn allow(&self, sender: &ReversePath) -> bool {
        sender.address().is_some_and(|address| {
            self.0.iter().any(|it| match it {
                Sender::Address(allowed) => allowed == address,
                Sender::Domain(domain) => domain == address.domain(),
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn senders_are_addresses_and_domains() {
        let senders = Senders::parse("alice@acme.example, @lists.acme.example").unwrap();
        let path = |text: &str| ReversePath::Mailbox(Address::parse(text).unwrap());
        for (sender, allowed) in [
            ("Alice@ACME.example", true),
            ("bob@acme.example", false),
            ("any@lists.acme.example", true),
            ("any@x.lists.acme.example", false),
        ] {
            assert_eq!(senders.allow(&path(sender)), allowed, "{sender}");
        }
        assert!(!senders.allow(&ReversePath::Null));
        for text in ["", "a@b.example,", "alice", "@", "*@acme.example,@"] {
            assert_eq!(Senders::parse(text), None, "{text:?}");
        }
    }
}
