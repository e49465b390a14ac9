//! Which of a domain's servers are tried, and in which order. Nothing is asked here.
//!
//! # Source
//!
//! RFC 5321 §5.1, RFC 7505 (a domain that takes no mail).

use std::net::IpAddr;

use super::refusal::Refusal;

/// Names of servers of one domain that are looked at; the others are the least preferred.
const SERVERS_MAX: usize = 16;
/// Addresses of one server that are tried.
const ADDRESSES_MAX: usize = 4;
/// Addresses that are tried in all.
const ALL_ADDRESSES_MAX: usize = 20;

/// A record of a domain, or what stands in its place.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Candidate {
    /// The lower, the better.
    pub(super) preference: u16,
    /// Its name; empty for the root, which is no server.
    pub(super) name: String,
}

/// A candidate with what its name came to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Looked<T> {
    /// As its record says.
    pub(super) preference: u16,
    /// Its name.
    pub(super) name: String,
    /// Its addresses, or what stands for them.
    pub(super) found: T,
}

/// Who this gateway is.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(in crate::role::resolve) struct Own {
    /// Its name, in lower case.
    pub(super) name: String,
    /// Its addresses, as far as it knows them.
    pub(super) addresses: Vec<IpAddr>,
}

impl Own {
    /// A gateway with this name and these addresses.
    pub(in crate::role::resolve) fn new(name: &str, addresses: Vec<IpAddr>) -> Self {
        Self { name: name.trim_end_matches('.').to_ascii_lowercase(), addresses }
    }
}

/// The servers that a domain's records name, in the order in which they are tried. Those of equal
/// preference are shuffled by `draw`, so that mail is spread over them.
///
/// # Errors
///
/// The domain says that it takes no mail.
pub(super) fn candidates<R: Ord>(
    mut records: Vec<Candidate>,
    mut draw: impl FnMut() -> R,
) -> Result<Vec<Candidate>, Refusal> {
    // The root is no server, whatever stands beside it; alone it says that there is none.
    let any = !records.is_empty();
    records.retain(|it| !it.name.is_empty());
    if any && records.is_empty() {
        return Err(Refusal::TakesNoMail);
    }
    // Named twice, it is where it is preferred.
    records.sort_by(|one, other| (&one.name, one.preference).cmp(&(&other.name, other.preference)));
    records.dedup_by(|one, other| one.name == other.name);
    let mut drawn: Vec<_> = records.into_iter().map(|it| (it.preference, draw(), it)).collect();
    drawn.sort_by(|one, other| (one.0, &one.1).cmp(&(other.0, &other.1)));
    Ok(drawn.into_iter().map(|it| it.2).take(SERVERS_MAX).collect())
}

/// Those that are nearer to the mailbox than this gateway is, where it is one of them itself: what
/// it hands to an equal or a worse one comes back.
///
/// # Errors
///
/// None is nearer.
pub(super) fn before_us<T>(
    looked: Vec<Looked<T>>,
    own: &Own,
    addresses: impl Fn(&T) -> &[IpAddr],
) -> Result<Vec<Looked<T>>, Refusal> {
    let is_us = |it: &&Looked<T>| {
        it.name == own.name || addresses(&it.found).iter().any(|it| own.addresses.contains(it))
    };
    let Some(ours) = looked.iter().filter(is_us).map(|it| it.preference).min() else {
        return Ok(looked);
    };
    let nearer: Vec<_> = looked.into_iter().filter(|it| it.preference < ours).collect();
    if nearer.is_empty() { Err(Refusal::LeadsToUs) } else { Ok(nearer) }
}

/// The first addresses of each server, and of all of them.
pub(super) fn bounded<'a>(lists: impl Iterator<Item = &'a mut Vec<IpAddr>>) {
    let mut left = ALL_ADDRESSES_MAX;
    for list in lists {
        let mut seen = Vec::new();
        list.retain(|it| {
            let is_new = !seen.contains(it);
            seen.push(*it);
            is_new
        });
        list.truncate(ADDRESSES_MAX.min(left));
        left = left.saturating_sub(list.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(of: &[(u16, &str)]) -> Vec<Candidate> {
        let one = |(preference, name): &(u16, &str)| Candidate {
            preference: *preference,
            name: (*name).to_owned(),
        };
        of.iter().map(one).collect()
    }

    fn order(of: &[(u16, &str)], mut draws: Vec<u8>) -> Result<Vec<String>, Refusal> {
        let found = candidates(records(of), || draws.pop().unwrap_or_default())?;
        Ok(found.into_iter().map(|it| it.name).collect())
    }

    #[test]
    fn the_order_is_that_of_the_records() {
        type Case = (&'static [(u16, &'static str)], &'static [&'static str]);
        let cases: [Case; 5] = [
            (&[], &[]),
            (&[(20, "b"), (10, "a")], &["a", "b"]),
            // Drawn: the last one comes first. They are drawn in the order of their names.
            (&[(10, "a"), (10, "b"), (10, "c"), (5, "z")], &["z", "c", "b", "a"]),
            (&[(10, "a"), (30, "b"), (20, "a"), (40, "a")], &["a", "b"]),
            (&[(0, ""), (10, "a")], &["a"]),
        ];
        for (given, expected) in cases {
            let draws = (1..=8).collect();
            assert_eq!(order(given, draws), Ok(expected.iter().map(|it| (*it).into()).collect()));
        }
        let draws = (1..=8).rev().collect();
        let other = order(&[(10, "a"), (10, "b")], draws);
        assert_eq!(other, Ok(vec!["a".to_owned(), "b".to_owned()]));
    }

    #[test]
    fn a_domain_may_say_that_it_takes_no_mail() {
        assert_eq!(order(&[(0, "")], Vec::new()), Err(Refusal::TakesNoMail));
    }

    #[test]
    fn of_many_servers_the_preferred_ones_are_looked_at() {
        let names: Vec<String> = (100..200).map(|it| it.to_string()).collect();
        let of: Vec<(u16, &str)> =
            names.iter().rev().map(|it| (it.parse().unwrap(), it.as_str())).collect();
        let found = order(&of, Vec::new()).unwrap();
        assert_eq!(found, names.into_iter().take(SERVERS_MAX).collect::<Vec<_>>());
    }

    #[test]
    fn mail_never_comes_back_to_us() {
        let own = Own { name: "us".into(), addresses: vec![[192, 0, 2, 1].into()] };
        let at = |preference, name: &str, last| Looked {
            preference,
            name: name.to_owned(),
            found: vec![IpAddr::from([192, 0, 2, last])],
        };
        let left = |given: Vec<Looked<Vec<IpAddr>>>| {
            let left = before_us(given, &own, |it| it.as_slice())?;
            Ok(left.into_iter().map(|it| it.name).collect::<Vec<_>>())
        };
        let names = |of: &[&str]| Ok(of.iter().map(|it| (*it).to_owned()).collect());
        assert_eq!(left(vec![at(10, "a", 2), at(20, "b", 3)]), names(&["a", "b"]));
        assert_eq!(left(vec![at(10, "a", 2), at(20, "us", 9), at(20, "c", 3)]), names(&["a"]));
        assert_eq!(left(vec![at(10, "a", 2), at(20, "b", 1), at(30, "c", 3)]), names(&["a"]));
        assert_eq!(left(vec![at(10, "us", 2), at(20, "b", 3)]), Err(Refusal::LeadsToUs));
        assert_eq!(left(vec![at(10, "a", 3), at(10, "us", 1)]), Err(Refusal::LeadsToUs));
    }

    #[test]
    fn a_crowd_of_addresses_is_cut() {
        let many = |from: u8| (from..from + 9).map(|it| [192, 0, 2, it].into()).collect();
        let mut lists: Vec<Vec<IpAddr>> = (0..8).map(|it| many(it * 9)).collect();
        if let Some(first) = lists.first_mut() {
            first.insert(0, [192, 0, 2, 0].into());
        }
        bounded(lists.iter_mut());
        let lengths: Vec<usize> = lists.iter().map(Vec::len).collect();
        assert_eq!(lengths, [4, 4, 4, 4, 4, 0, 0, 0]);
        assert_eq!(lists.first().and_then(|it| it.get(1)), Some(&IpAddr::from([192, 0, 2, 1])));
    }
}
