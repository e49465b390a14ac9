//! The texts of MTA-STS: the record that says that there is a policy, and the policy.
//!
//! # Source
//!
//! RFC 8461 §3.1 and §3.2.

use std::time::Duration;

/// The longest time that a policy may be kept for; about a year.
const AGE_SECONDS_MAX: u64 = 31_557_600;
/// Patterns of servers that are kept; the longest list of servers that is looked at fits.
const PATTERNS_MAX: usize = 64;
/// The longest name of a version.
const ID_OCTETS_MAX: usize = 32;

/// A policy.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Policy {
    /// What it is good for.
    pub(super) mode: Mode,
    /// How long it holds.
    pub(super) age: Duration,
    /// Names of servers, in lower case; `*.` before one stands for one label.
    pub(super) servers: Vec<String>,
}

/// What a policy is good for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Mode {
    /// Mail goes to nobody else.
    Enforce,
    /// There is none any more.
    None,
    /// Mail goes as if there was none.
    Testing,
}

/// The version of the policy that the texts of `_mta-sts` tell of; none where they tell of none, or
/// of several.
pub(super) fn version(texts: &[Vec<u8>]) -> Option<String> {
    let mut records = texts.iter().filter_map(|it| std::str::from_utf8(it).ok());
    let is_one = |it: &&str| it.split(';').next().is_some_and(|it| it.trim_end() == "v=STSv1");
    let mut ours = records.by_ref().filter(is_one);
    let (record, None) = (ours.next()?, ours.next()) else { return None };
    let fields = record.split(';').skip(1).filter_map(|it| it.split_once('='));
    let id = fields.into_iter().find(|(key, _)| key.trim() == "id")?.1.trim();
    let fits = (1..=ID_OCTETS_MAX).contains(&id.len());
    let fits = fits && id.bytes().all(|it| it.is_ascii_alphanumeric());
    fits.then(|| id.to_owned())
}

impl Policy {
    /// Reads a policy; none from a text that is none.
    pub(super) fn read(text: &str) -> Option<Self> {
        let lines = text.split('\n').map(|it| it.strip_suffix('\r').unwrap_or(it));
        let fields: Vec<(&str, &str)> = lines
            .filter_map(|it| it.split_once(':'))
            .map(|(key, value)| (key.trim(), value.trim()))
            .collect();
        // Of a key that stands twice, the first counts (RFC 8461 §3.2).
        let first = |wanted: &str| fields.iter().find(|(key, _)| *key == wanted).map(|it| it.1);
        if first("version")? != "STSv1" {
            return None;
        }
        let mode = match first("mode")? {
            "enforce" => Mode::Enforce,
            "testing" => Mode::Testing,
            "none" => Mode::None,
            _ => return None,
        };
        let age: u64 = first("max_age").filter(|it| it.len() <= 10)?.parse().ok()?;
        let servers = fields.iter().filter(|(key, _)| *key == "mx").map(|it| it.1);
        let servers: Vec<String> =
            servers.take(PATTERNS_MAX).map(str::to_ascii_lowercase).collect();
        if servers.is_empty() && mode != Mode::None {
            return None;
        }
        Some(Self { mode, age: Duration::from_secs(age.min(AGE_SECONDS_MAX)), servers })
    }

    /// The lines that it came from, those that mean something.
    pub(super) fn lines(&self) -> Vec<String> {
        let mode = match self.mode {
            Mode::Enforce => "enforce",
            Mode::None => "none",
            Mode::Testing => "testing",
        };
        let mut lines = vec!["version: STSv1".to_owned(), format!("mode: {mode}")];
        lines.extend(self.servers.iter().map(|it| format!("mx: {it}")));
        lines.push(format!("max_age: {}", self.age.as_secs()));
        lines
    }

    /// Whether it names this server (RFC 8461 §4.1).
    pub(super) fn names(&self, server: &str) -> bool {
        let behind = server.split_once('.').map(|it| it.1);
        self.servers.iter().any(|it| match it.strip_prefix("*.") {
            Some(below) => behind == Some(below),
            None => it == server,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version_of(texts: &[&str]) -> Option<String> {
        version(&texts.iter().map(|it| it.as_bytes().to_vec()).collect::<Vec<_>>())
    }

    #[test]
    fn one_record_tells_of_a_policy() {
        let cases: [(&[&str], Option<&str>); 9] = [
            (&["v=STSv1; id=20260101T000000;"], Some("20260101T000000")),
            (&["v=STSv1;id=a"], Some("a")),
            (&["v=spf1 -all", "v=STSv1; x=y; id=2;"], Some("2")),
            (&["v=STSv1; id=1;", "v=STSv1; id=2;"], None),
            (&["v=STSv12; id=1;"], None),
            (&["v=STSv1;"], None),
            (&["v=STSv1; id=;"], None),
            (&["v=STSv1; id=a-b;"], None),
            (&[], None),
        ];
        for (texts, expected) in cases {
            assert_eq!(version_of(texts).as_deref(), expected, "{texts:?}");
        }
        assert_eq!(version_of(&[&format!("v=STSv1; id={}", "a".repeat(33))]), None);
        assert_eq!(version(&[vec![0xff, 0xfe]]), None);
    }

    #[test]
    fn a_policy_is_read_as_it_is_written() {
        let text = "version: STSv1\r\nmode: enforce\r\nmx: mail.Shop.example\r\nmx: *.shop.example\
                    \r\nmax_age: 604800\r\nunknown: x\r\n";
        let policy = Policy::read(text).unwrap();
        assert_eq!(policy.mode, Mode::Enforce);
        assert_eq!(policy.age, Duration::from_secs(604_800));
        for (server, expected) in [
            ("mail.shop.example", true),
            ("a.shop.example", true),
            ("a.b.shop.example", false),
            ("shop.example", false),
            ("mail.other.example", false),
            ("xshop.example", false),
        ] {
            assert_eq!(policy.names(server), expected, "{server}");
        }
        let other = Policy::read(&text.replace("\r\n", "\n").replace("enforce", "testing"));
        assert_eq!(other.unwrap().mode, Mode::Testing);
        let long = Policy::read(&text.replace("604800", "9999999999")).unwrap();
        assert_eq!(long.age, Duration::from_secs(AGE_SECONDS_MAX));
        let none = Policy::read("version: STSv1\nmode: none\nmax_age: 86400\n").unwrap();
        assert_eq!(none.mode, Mode::None);
    }

    #[test]
    fn what_is_no_policy_is_none() {
        let good = "version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 1\n";
        assert!(Policy::read(good).is_some());
        for (from, to) in [
            ("STSv1", "STSv2"),
            ("version: STSv1\n", ""),
            ("mode: enforce\n", ""),
            ("enforce", "force"),
            ("mx: a.example\n", ""),
            ("max_age: 1\n", ""),
            ("max_age: 1", "max_age: -1"),
            ("max_age: 1", "max_age: 99999999999"),
        ] {
            assert_eq!(Policy::read(&good.replace(from, to)), None, "{from:?} {to:?}");
        }
    }
}
