//! The accounts of submission, as the operator writes them.
//!
//! A line is `name:hash:senders`: a name, what `chancery password` prints, and with commas between
//! them the addresses that the account may send from, or `@` and a domain for all of that domain.
//! Empty lines, and lines that begin with `#`, say nothing.

use std::{collections::BTreeMap, fs::File, io::Read};

use anyhow::Context;
use vault::{digest, password};
use wire::smtp::server::Senders;

use crate::protocol::login::Pass;

/// Octets of the file.
const FILE_OCTETS_MAX: u64 = 4 * 1024 * 1024;
/// Octets of a name.
const NAME_OCTETS_MAX: usize = 128;

/// All accounts, by name.
#[derive(Debug, Default)]
pub(crate) struct Accounts(BTreeMap<String, Account>);

/// One account.
#[derive(Clone)]
pub(super) struct Account {
    /// Of its password.
    pub(super) hash: String,
    /// What it may send from.
    pub(super) senders: String,
}

impl Account {
    /// What stands for it as it is now.
    pub(super) fn pass(&self, name: &str) -> Pass {
        let line = digest::of_named([("hash", &*self.hash), ("senders", &*self.senders)]);
        Pass { user: name.to_owned(), line }
    }
}

/// Shows no hash.
impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account").field("senders", &self.senders).finish_non_exhaustive()
    }
}

impl Accounts {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// It cannot be read, or a line of it is none, which is told by its number.
    pub(crate) fn read(file: File) -> anyhow::Result<Self> {
        let mut text = String::new();
        file.take(FILE_OCTETS_MAX.saturating_add(1)).read_to_string(&mut text)?;
        let fits = u64::try_from(text.len()).is_ok_and(|it| it <= FILE_OCTETS_MAX);
        anyhow::ensure!(fits, "it has more than {FILE_OCTETS_MAX} octets");
        Self::parse(&text)
    }

    fn parse(text: &str) -> anyhow::Result<Self> {
        let mut accounts = BTreeMap::new();
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (name, account) =
                account(line).with_context(|| format!("line {number} is no account"))?;
            let twice = accounts.insert(name.to_owned(), account).is_some();
            anyhow::ensure!(!twice, "line {number}: there is an account of this name already");
        }
        Ok(Self(accounts))
    }

    pub(super) fn get(&self, name: &str) -> Option<&Account> {
        self.0.get(name)
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }
}

fn account(line: &str) -> anyhow::Result<(&str, Account)> {
    let mut parts = line.splitn(3, ':');
    let (Some(name), Some(hash), Some(senders)) = (parts.next(), parts.next(), parts.next()) else {
        anyhow::bail!("write `name:hash:senders`");
    };
    let is_name = (1..=NAME_OCTETS_MAX).contains(&name.len()) && !name.contains(char::is_control);
    anyhow::ensure!(is_name, "a name has 1 to {NAME_OCTETS_MAX} octets");
    let is_hash = !password::is_outdated(hash);
    anyhow::ensure!(is_hash, "the hash is not one that `chancery password` makes");
    Senders::parse(senders)
        .context("the senders are addresses, or `@` and a domain, with commas between them")?;
    Ok((name, Account { hash: hash.to_owned(), senders: senders.to_owned() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$\
                        CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

    #[test]
    fn a_line_is_an_account() {
        let text = format!("# People\n\nalice:{HASH}:alice@acme.example, @lists.acme.example\r\n");
        let accounts = Accounts::parse(&text).unwrap();
        let alice = accounts.get("alice").unwrap();
        assert_eq!(alice.hash, HASH);
        assert!(!format!("{accounts:?}").contains("argon2id"));
        assert!(accounts.get("Alice").is_none());
    }

    #[test]
    fn what_is_no_account_is_told_by_its_line() {
        let weak = HASH.replace("m=65536", "m=1024");
        for line in [
            "alice".to_owned(),
            format!("alice:{HASH}"),
            format!(":{HASH}:a@acme.example"),
            "alice:tulip:a@acme.example".to_owned(),
            format!("alice:{weak}:a@acme.example"),
            format!("alice:{HASH}:"),
            format!("alice:{HASH}:alice"),
        ] {
            let error = Accounts::parse(&format!("\n{line}")).unwrap_err();
            assert!(error.to_string().starts_with("line 2 "), "{line}: {error}");
        }
        let twice = format!("a:{HASH}:a@acme.example\n").repeat(2);
        assert!(Accounts::parse(&twice).is_err());
    }
}
