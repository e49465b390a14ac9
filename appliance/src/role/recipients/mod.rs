//! The recipients that there are in our domains, as the operator lists them: people, lists and other
//! names of people, and those who take no mail for the time being.
//!
//! # Invariants
//!
//! - There always is a postmaster, also of a domain that takes no mail (RFC 5321 §4.5.1).
//! - No entry leads back to itself, and none to more than [`MEMBERS_MAX`] others.
//! - Other names change the envelope's recipient alone: who sent it and what it says stay
//!   (RFC 5321 §3.9.1).

mod closed;
mod line;
mod look;
mod reach;

use std::{collections::BTreeMap, fs::File, io::Read, sync::Arc};

use anyhow::Context;
use grammar::literal::{Address, Date, Domain};
use jiff::{Timestamp, tz::TimeZone};

use closed::Closed;
use line::Who;
use look::Look;
pub(crate) use reach::{Reached, Takes};

/// Octets of the file.
const FILE_OCTETS_MAX: u64 = 32 * 1024 * 1024;
/// Whom one entry may lead to.
pub(crate) const MEMBERS_MAX: usize = 1_000;
/// Entries on the way from one to those it leads to.
const NESTING_MAX: usize = 16;

/// What a line says of an address.
#[derive(Debug, Eq, PartialEq)]
enum Person {
    /// There is such a recipient.
    There,
    /// There was, or will be again.
    Closed(Closed),
    /// Mail for it goes to these.
    Leads(Vec<Address>),
}

/// What a line says of a domain.
#[derive(Debug, Eq, PartialEq)]
enum Domains {
    /// Everybody in it is there.
    There,
    /// Nobody in it takes mail, whatever is said of them.
    Closed(Closed),
    /// Mail for somebody in it goes to who has that name in another.
    Leads(Domain),
}

/// All recipients that there are.
#[derive(Debug, Default)]
pub(crate) struct Recipients {
    people: BTreeMap<Address, Person>,
    domains: BTreeMap<Domain, Domains>,
}

impl Recipients {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// It cannot be read, or a line of it is wrong, which is told by its number.
    pub(crate) fn read(file: File) -> anyhow::Result<Self> {
        let mut text = String::new();
        file.take(FILE_OCTETS_MAX.saturating_add(1)).read_to_string(&mut text)?;
        let fits = u64::try_from(text.len()).is_ok_and(|it| it <= FILE_OCTETS_MAX);
        anyhow::ensure!(fits, "it has more than {FILE_OCTETS_MAX} octets");
        Self::parse(&text)
    }

    /// Reads a file that the master handed over, and tells the log; none if what is known stays.
    pub(crate) fn take(file: File) -> Option<Arc<Self>> {
        match Self::read(file) {
            Ok(recipients) => {
                tracing::info!(event = "recipients.taken", count = recipients.count());
                Some(Arc::new(recipients))
            }
            Err(error) => {
                tracing::error!(event = "recipients.refused", "{error:#}");
                None
            }
        }
    }

    pub(crate) fn parse(text: &str) -> anyhow::Result<Self> {
        let mut all = Self::default();
        let mut leading = Vec::new();
        for (number, line) in (1_usize..).zip(text.lines()) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let of_line = || format!("line {number}");
            let who = match line::parse(line).with_context(of_line)? {
                line::Line::Person(address, says) => {
                    let who = Who::Person(address.clone());
                    anyhow::ensure!(
                        all.people.insert(address, says).is_none(),
                        "line {number}: there is a line for it already"
                    );
                    who
                }
                line::Line::Domain(domain, says) => {
                    let who = Who::Domain(domain.clone());
                    anyhow::ensure!(
                        all.domains.insert(domain, says).is_none(),
                        "line {number}: there is a line for it already"
                    );
                    who
                }
            };
            leading.push((number, who));
        }
        for (number, who) in leading {
            all.check(&who).with_context(|| format!("line {number}"))?;
        }
        Ok(all)
    }

    /// How many lines there are.
    pub(crate) fn count(&self) -> usize {
        self.people.len().saturating_add(self.domains.len())
    }
}

/// The day in the organisation's time zone; that of UTC where the zone is not known.
pub(crate) fn day(at_ms: i64, zone: &str) -> Date {
    let at = Timestamp::from_millisecond(at_ms).unwrap_or(Timestamp::UNIX_EPOCH);
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    at.to_zoned(zone).date().into()
}

#[cfg(test)]
mod tests;
