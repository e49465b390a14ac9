//! Reads one line of the file.
//!
//! ```text
//! alice@acme.example
//! @branch.acme.example
//! team@acme.example: alice@acme.example, bob@partner.example
//! @acme.old.example: @acme.example
//! carol@acme.example suspended from 2026-12-01 until 2026-12-14 "Carol is on leave: write to Bob."
//! dave@acme.example deleted until 2026-12-31
//! ```

use anyhow::{Context, bail, ensure};
use grammar::literal::{Address, Date, Domain};
use wire::smtp::limits::REPLY_TEXT_OCTETS_MAX;

use super::{
    Domains, MEMBERS_MAX, Person,
    closed::{Closed, Why},
};

/// One line that says something.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Line {
    /// Of an address.
    Person(Address, Person),
    /// Of a domain.
    Domain(Domain, Domains),
}

/// Whom a line is about.
#[derive(Debug)]
pub(super) enum Who {
    /// One address.
    Person(Address),
    /// All of a domain.
    Domain(Domain),
}

/// Octets of a text that senders read: it has a code and a status before it.
const TEXT_OCTETS_MAX: usize = REPLY_TEXT_OCTETS_MAX - "550 5.2.1 ".len();

/// Reads a line that is neither empty nor a comment.
///
/// # Errors
///
/// What is wrong with it, for the operator.
pub(super) fn parse(line: &str) -> anyhow::Result<Line> {
    let (name, rest) = line.split_at(end_of_name(line));
    let rest = rest.trim_start();
    let who = who(name)?;
    if let Some(targets) = rest.strip_prefix(':') {
        return leads(who, targets);
    }
    let closed = if rest.is_empty() { None } else { Some(closed(rest)?) };
    Ok(match (who, closed) {
        (Who::Person(address), None) => Line::Person(address, Person::There),
        (Who::Person(address), Some(it)) => Line::Person(address, Person::Closed(it)),
        (Who::Domain(domain), None) => Line::Domain(domain, Domains::There),
        (Who::Domain(domain), Some(it)) => Line::Domain(domain, Domains::Closed(it)),
    })
}

/// Where the name ends: at a blank or a colon that is not in quotes.
fn end_of_name(line: &str) -> usize {
    let (mut quoted, mut escaped) = (false, false);
    for (at, it) in line.char_indices() {
        match it {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ':' | ' ' | '\t' if !quoted => return at,
            _ => {}
        }
    }
    line.len()
}

fn who(name: &str) -> anyhow::Result<Who> {
    let read = match name.strip_prefix('@') {
        Some(domain) => Domain::parse(domain).map(Who::Domain).ok(),
        None => Address::parse(name).map(Who::Person).ok(),
    };
    read.with_context(|| format!("`{name}` is neither an address nor `@` and a domain"))
}

fn leads(from: Who, targets: &str) -> anyhow::Result<Line> {
    let targets = targets.split(',').map(str::trim).filter(|it| !it.is_empty());
    let targets: Vec<Who> = targets.map(who).collect::<Result<_, _>>()?;
    ensure!(!targets.is_empty(), "write behind the colon where its mail goes");
    ensure!(
        targets.len() <= MEMBERS_MAX,
        "{} are too many: {MEMBERS_MAX} are allowed",
        targets.len()
    );
    match from {
        Who::Domain(from) => {
            let mut targets = targets.into_iter();
            match (targets.next(), targets.next()) {
                (Some(Who::Domain(to)), None) => Ok(Line::Domain(from, Domains::Leads(to))),
                _ => bail!(
                    "the mail of a domain goes to one other, such as `@old.example: @new.example`"
                ),
            }
        }
        Who::Person(from) => {
            let addresses = targets.into_iter().map(|it| match it {
                Who::Person(address) => Ok(address),
                Who::Domain(domain) => {
                    bail!("`@{domain}` is no address: its mail can go to people only")
                }
            });
            Ok(Line::Person(from, Person::Leads(addresses.collect::<Result<_, _>>()?)))
        }
    }
}

fn closed(rest: &str) -> anyhow::Result<Closed> {
    let (words, text) = match rest.split_once('"') {
        None => (rest, None),
        Some((words, text)) => {
            let text =
                text.strip_suffix('"').context("the text for senders has no `\"` at its end")?;
            let is_plain = text.bytes().all(|it| matches!(it, b' '..=b'~') && it != b'"');
            ensure!(
                is_plain,
                "the text for senders may have letters, figures and signs of ASCII only"
            );
            ensure!(
                text.len() <= TEXT_OCTETS_MAX,
                "the text for senders has more than {TEXT_OCTETS_MAX} letters"
            );
            (words, Some(text.to_owned()).filter(|it| !it.trim().is_empty()))
        }
    };
    let mut words = words.split_ascii_whitespace();
    let why = match words.next() {
        Some("deleted") => Why::Deleted,
        Some("suspended") => Why::Suspended,
        _ => bail!("behind the name stands `:`, `suspended` or `deleted`, or nothing"),
    };
    let mut closed = Closed { why, from: None, until: None, text };
    while let Some(word) = words.next() {
        let slot = match word {
            "from" => &mut closed.from,
            "until" => &mut closed.until,
            _ => bail!("`{word}` is neither `from` nor `until` nor a text in quotes"),
        };
        let day = words
            .next()
            .with_context(|| format!("write a day behind `{word}`, such as `2026-12-31`"))?;
        let day = Date::parse(day).map_err(|error| anyhow::anyhow!("{error}"))?;
        ensure!(slot.replace(day).is_none(), "there are two days behind `{word}`");
    }
    let in_order = closed.from.zip(closed.until).is_none_or(|(from, until)| from <= until);
    ensure!(in_order, "it ends before it begins");
    Ok(closed)
}
