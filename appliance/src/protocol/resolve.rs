//! Between `spool` and `resolve`.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::route::Destination;

/// Characters of a domain that is passed on; a longer one is none (RFC 1035 §2.3.4).
const DOMAIN_OCTETS_MAX: usize = 253;
/// Signatures whose results are passed on.
pub(crate) const SIGNATURES_MAX: usize = 20;

/// A question to `resolve`.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) enum Question {
    /// Is it from whom it says? [`Authentication`] answers, and the message goes with it.
    Claim(Claim),
    /// Where does it go? [`super::route::Route`] answers.
    Route(Destination),
}

/// Does the message come from whom it says? The clear message goes with it
/// as a sealed memory file.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Claim {
    /// Who hands it over.
    pub(crate) peer: IpAddr,
    /// What the peer called itself.
    pub(crate) helo: String,
    /// The envelope sender; absent for the null sender.
    pub(crate) sender: Option<String>,
}

/// What was found; the answer to a [`Claim`].
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Authentication {
    /// SPF (RFC 7208).
    pub(crate) spf: Spf,
    /// Each DKIM signature (RFC 6376).
    pub(crate) dkim: Vec<Signature>,
    /// DMARC (RFC 9989).
    pub(crate) dmarc: Dmarc,
    /// The chain of ARC sets as a whole (RFC 8617).
    pub(crate) arc: Outcome,
}

/// What SPF says of the peer.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Spf {
    /// How it ended.
    pub(crate) outcome: Outcome,
    /// Whose record was asked: that of the envelope sender, or of the peer's name.
    pub(crate) domain: String,
    /// The peer's name was checked, not the envelope sender.
    pub(crate) by_helo: bool,
}

/// One DKIM signature.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Signature {
    /// How it ended.
    pub(crate) outcome: Outcome,
    /// Who signed; empty where the field cannot be read.
    pub(crate) domain: String,
    /// With which of its keys.
    pub(crate) selector: String,
}

/// What the author's domain says of the message.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Dmarc {
    /// How it ended.
    pub(crate) outcome: Outcome,
    /// The domain of the header From; empty where it has none, or several.
    pub(crate) domain: String,
}

/// How a check ended, in the words of RFC 8601 §2.7.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Outcome {
    /// There was nothing to check.
    #[default]
    None,
    /// It is as it says.
    Pass,
    /// It is not.
    Fail,
    /// It probably is not.
    SoftFail,
    /// Its domain does not say.
    Neutral,
    /// It could not be found out now.
    TempError,
    /// What its domain or the message says makes no sense.
    PermError,
}

impl Outcome {
    /// The word of a header field.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::SoftFail => "softfail",
            Self::Neutral => "neutral",
            Self::TempError => "temperror",
            Self::PermError => "permerror",
        }
    }

    /// Whether a rule's `passes` or `fails` holds; neither, where nothing was checked or its domain
    /// does not say (RFC 7208 §8.2).
    fn verdict(self) -> Option<bool> {
        match self {
            Self::Pass => Some(true),
            Self::Fail | Self::SoftFail | Self::PermError => Some(false),
            Self::None | Self::Neutral | Self::TempError => None,
        }
    }
}

impl Authentication {
    /// What rules are told. `authors` are the domains of the header From as they were read for the
    /// rules: a pass for another domain is none for these.
    pub(crate) fn facts(&self, authors: &[&str]) -> engine::facts::Authentication {
        let is_whose = |domain: &&str| domain.eq_ignore_ascii_case(&self.dmarc.domain);
        let dmarc = match self.dmarc.outcome.verdict() {
            Some(true) => Some(!authors.is_empty() && authors.iter().all(is_whose)),
            other => other,
        };
        engine::facts::Authentication { spf: self.spf.outcome.verdict(), dkim: self.dkim(), dmarc }
    }

    /// One signature that holds is enough; a broken one is as good as none (RFC 6376 §6.1), but if
    /// there is no other, the message fails.
    fn dkim(&self) -> Option<bool> {
        let any = |outcome| self.dkim.iter().any(|it| it.outcome == outcome);
        if self.dkim.is_empty() {
            None
        } else if any(Outcome::Pass) {
            Some(true)
        } else if any(Outcome::TempError) {
            None
        } else {
            Some(false)
        }
    }

    /// The same with nothing in it that a name may not have: what `resolve` says has met hostile
    /// octets.
    pub(crate) fn plain(mut self) -> Self {
        self.dkim.truncate(SIGNATURES_MAX);
        let names = self.dkim.iter_mut().flat_map(|it| [&mut it.domain, &mut it.selector]);
        for name in names.chain([&mut self.spf.domain, &mut self.dmarc.domain]) {
            let is_plain = |it: u8| it.is_ascii_alphanumeric() || b"-._".contains(&it);
            if DOMAIN_OCTETS_MAX < name.len() || !name.bytes().all(is_plain) {
                name.clear();
            }
        }
        self
    }

    /// The field that says so, for whoever reads the delivered mail, with its line end.
    ///
    /// # Source
    ///
    /// RFC 8601 §2.2.
    pub(crate) fn field(&self, by: &str) -> Vec<u8> {
        let mut checks = Vec::new();
        let identity = if self.spf.by_helo { "smtp.helo" } else { "smtp.mailfrom" };
        checks.push(check("spf", self.spf.outcome, &[(identity, &self.spf.domain)]));
        for signature in &self.dkim {
            let Signature { outcome, domain, selector } = signature;
            let properties = [("header.d", domain.as_str()), ("header.s", selector)];
            checks.push(check("dkim", *outcome, &properties));
        }
        if self.dkim.is_empty() {
            checks.push(check("dkim", Outcome::None, &[]));
        }
        let author = [("header.from", self.dmarc.domain.as_str())];
        checks.push(check("dmarc", self.dmarc.outcome, &author));
        if self.arc != Outcome::None {
            checks.push(check("arc", self.arc, &[]));
        }
        format!("Authentication-Results: {by};\r\n\t{}\r\n", checks.join(";\r\n\t")).into_bytes()
    }
}

fn check(method: &str, outcome: Outcome, properties: &[(&str, &str)]) -> String {
    let mut text = format!("{method}={}", outcome.word());
    for (name, value) in properties.iter().filter(|it| !it.1.is_empty()) {
        text.push_str(&format!(" {name}={value}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signature(outcome: Outcome, domain: &str) -> Signature {
        Signature { outcome, domain: domain.to_owned(), selector: "s1".to_owned() }
    }

    fn passed() -> Authentication {
        Authentication {
            spf: Spf { outcome: Outcome::Pass, domain: "shop.example".into(), by_helo: false },
            dkim: vec![signature(Outcome::Pass, "shop.example")],
            dmarc: Dmarc { outcome: Outcome::Pass, domain: "shop.example".into() },
            arc: Outcome::None,
        }
    }

    #[test]
    fn the_field_says_what_was_found() {
        let field = String::from_utf8(passed().field("gateway.acme.example")).unwrap();
        assert_eq!(
            field,
            "Authentication-Results: gateway.acme.example;\r\n\
             \tspf=pass smtp.mailfrom=shop.example;\r\n\
             \tdkim=pass header.d=shop.example header.s=s1;\r\n\
             \tdmarc=pass header.from=shop.example\r\n"
        );
    }

    #[test]
    fn names_that_are_none_reach_no_header() {
        let mut found = passed();
        found.dkim = vec![signature(Outcome::Fail, "x\r\nX-Forged: yes"); SIGNATURES_MAX + 5];
        found.spf.domain = "a; dmarc=pass".to_owned();
        let plain = found.plain();
        assert_eq!(plain.dkim.len(), SIGNATURES_MAX);
        let field = String::from_utf8(plain.field("g.example")).unwrap();
        assert!(!field.contains("Forged") && field.contains("spf=pass;"), "{field}");
    }

    #[test]
    fn a_pass_counts_for_the_author_that_the_rules_see() {
        let found = passed();
        assert_eq!(found.facts(&["Shop.Example"]).dmarc, Some(true));
        for authors in [&["bank.example"][..], &["shop.example", "bank.example"], &[]] {
            assert_eq!(found.facts(authors).dmarc, Some(false), "{authors:?}");
        }
    }

    #[test]
    fn what_was_not_found_out_neither_passes_nor_fails() {
        let nothing = Authentication::default().facts(&["shop.example"]);
        assert_eq!(nothing, engine::facts::Authentication::default());
        let dkim = |outcomes: &[Outcome]| {
            let dkim = outcomes.iter().map(|it| signature(*it, "a.example")).collect();
            Authentication { dkim, ..Authentication::default() }.facts(&[]).dkim
        };
        assert_eq!(dkim(&[Outcome::TempError, Outcome::Fail]), None);
        assert_eq!(dkim(&[Outcome::Neutral, Outcome::Fail]), Some(false));
        assert_eq!(dkim(&[Outcome::Fail, Outcome::Pass]), Some(true));
    }
}
