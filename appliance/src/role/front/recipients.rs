//! The recipients that there are in our domains, as the operator lists them.
//!
//! A line is an address, or `@` and a domain for all of that domain. Empty lines, and lines that
//! begin with `#`, say nothing. What stands behind a `+` in a local part is its owner's to choose, so
//! `alice+news@` is there where `alice@` is (RFC 5233 §1).

use std::{collections::BTreeSet, fs::File, io::Read};

use anyhow::Context;
use grammar::literal::{Address, Domain};

/// Octets of the file.
const FILE_OCTETS_MAX: u64 = 32 * 1024 * 1024;

/// All recipients that there are.
#[derive(Debug, Default)]
pub(crate) struct Recipients {
    addresses: BTreeSet<Address>,
    domains: BTreeSet<Domain>,
}

impl Recipients {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// It cannot be read, or a line of it is no recipient, which is told by its number.
    pub(crate) fn read(file: File) -> anyhow::Result<Self> {
        let mut text = String::new();
        file.take(FILE_OCTETS_MAX.saturating_add(1)).read_to_string(&mut text)?;
        let fits = u64::try_from(text.len()).is_ok_and(|it| it <= FILE_OCTETS_MAX);
        anyhow::ensure!(fits, "it has more than {FILE_OCTETS_MAX} octets");
        Self::parse(&text)
    }

    fn parse(text: &str) -> anyhow::Result<Self> {
        let mut recipients = Self::default();
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let known = match line.strip_prefix('@') {
                Some(domain) => {
                    Domain::parse(domain).map(|it| recipients.domains.insert(it)).is_ok()
                }
                None => Address::parse(line).map(|it| recipients.addresses.insert(it)).is_ok(),
            };
            known.then_some(()).with_context(|| {
                format!("line {number} is neither an address nor `@` and a domain")
            })?;
        }
        Ok(recipients)
    }

    /// Whether there is such a recipient. There always is a postmaster (RFC 5321 §4.5.1).
    pub(super) fn has(&self, address: &Address) -> bool {
        address.local_folded() == "postmaster"
            || self.domains.contains(address.domain())
            || self.addresses.contains(address)
            || without_detail(address).is_some_and(|it| self.addresses.contains(&it))
    }

    /// How many lines there are.
    pub(super) fn count(&self) -> usize {
        self.addresses.len().saturating_add(self.domains.len())
    }
}

/// The address without `+` and what is behind it; absent where that is not an address.
fn without_detail(address: &Address) -> Option<Address> {
    let (user, _) = address.local().split_once('+')?;
    Address::from_parts(user, address.domain().clone()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_there() {
        let text = "# People\nAlice@acme.example\r\n\n@lists.acme.example\n";
        let recipients = Recipients::parse(text).unwrap();
        for (address, is_there) in [
            ("alice@ACME.example", true),
            ("bob@acme.example", false),
            ("alice+news@acme.example", true),
            ("ALICE+a+b@acme.example", true),
            ("bob+news@acme.example", false),
            ("+alice@acme.example", false),
            ("alice+news@other.example", false),
            ("x@lists.acme.example", true),
            ("x@y.lists.acme.example", false),
            ("Postmaster@acme.example", true),
        ] {
            assert_eq!(recipients.has(&Address::parse(address).unwrap()), is_there, "{address}");
        }
        for text in ["alice", "@", "a@b.example c@d.example", "<a@b.example>"] {
            assert!(Recipients::parse(text).is_err(), "{text}");
        }
    }
}
