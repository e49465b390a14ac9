//! Domains in A-label form, and patterns over them.
//!
//! A domain with letters beyond ASCII is kept as its A-label (`xn--…`), so that two spellings of one
//! domain compare equal. Underscores are accepted: hosts with them send mail.

use std::{fmt, net::IpAddr, sync::Arc};

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use nom::{
    bytes::complete::{tag, take_while1},
    character::complete::char,
    combinator::{opt, rest},
    multi::separated_list1,
};

use super::{refusal::refusal, whole::whole};
use crate::limits::{DOMAIN_OCTETS_MAX, LABEL_OCTETS_MAX};

/// A domain, lower-case, each label in its ASCII form. Copies share the text.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Domain(Arc<str>);

/// A domain, or everything below one.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct DomainPattern {
    /// `*.x`: everything below `x`, never `x` itself.
    pub wildcard: bool,
    /// The domain after the star, or all of it.
    pub domain: Domain,
}

refusal! {
    /// Why a text is not a domain.
    DomainError
}

impl Domain {
    /// Reads a domain in Unicode or A-label form, in any case.
    ///
    /// # Errors
    ///
    /// [`DomainError`] when it is empty, too long, an address, a URL, an IP address, or has labels
    /// that the DNS or IDNA does not allow.
    ///
    /// # Source
    ///
    /// RFC 1035 §2.3.1 for the form, UTS 46 for the mapping.
    pub fn parse(text: &str) -> Result<Self, DomainError> {
        if is_plain(text) {
            let is_lower = !text.bytes().any(|it| it.is_ascii_uppercase());
            return Ok(Self(if is_lower { text.into() } else { text.to_ascii_lowercase().into() }));
        }
        refuse_lookalikes(text)?;
        let ascii = if text.is_ascii() && !has_a_label(text) {
            text.to_ascii_lowercase()
        } else {
            to_a_labels(text)?
        };
        refuse_lengths(text, &ascii)?;
        let labels = whole(separated_list1(char('.'), take_while1(is_label_char)), &ascii);
        if labels
            .is_some_and(|labels: Vec<&str>| labels.iter().all(|label| !has_edge_hyphen(label)))
        {
            return Ok(Self(ascii.into()));
        }
        Err(DomainError::new(why_malformed(text, &ascii), offer_without_double_dots(text)))
    }

    /// The A-label form, such as `xn--mnchen-3ya.example`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form people read, such as `münchen.example`.
    #[must_use]
    pub fn unicode(&self) -> String {
        let (text, _) =
            Uts46::new().to_unicode(self.0.as_bytes(), AsciiDenyList::EMPTY, Hyphens::Allow);
        text.into_owned()
    }

    /// Both forms where they differ: `münchen.example (xn--mnchen-3ya.example)`.
    #[must_use]
    pub fn both(&self) -> String {
        let unicode = self.unicode();
        if *unicode == *self.0 { unicode } else { format!("{unicode} ({})", self.0) }
    }

    /// Whether it is strictly below `other`: `a.x` is below `x`, `x` is not.
    #[must_use]
    pub fn is_below(&self, other: &Self) -> bool {
        self.0.strip_suffix(other.as_str()).is_some_and(|front| front.ends_with('.'))
    }

    /// How many labels it has; more is more specific.
    #[must_use]
    pub fn labels(&self) -> usize {
        self.0.split('.').count()
    }
}

impl DomainPattern {
    /// Reads `x` or `*.x`.
    ///
    /// # Errors
    ///
    /// [`DomainError`] when the domain is wrong, or the star stands anywhere else.
    pub fn parse(text: &str) -> Result<Self, DomainError> {
        let (star, domain) = whole((opt(tag("*.")), rest), text)
            .map_or((false, text), |(star, domain)| (star.is_some(), domain));
        if let Some(below) = text.strip_prefix('.') {
            let offer = Domain::parse(below).ok().map(|_| format!("*.{below}"));
            return Err(DomainError::new(
                format!("`{text}` starts with a dot; everything below a domain is `*.{below}`"),
                offer,
            ));
        }
        if domain.contains('*') {
            // What stands before a star that is not in front would be lost: that widens the pattern.
            let offer = text
                .strip_prefix('*')
                .map(|tail| tail.trim_start_matches('.'))
                .filter(|tail| Domain::parse(tail).is_ok());
            return Err(DomainError::new(
                format!(
                    "in `{text}` the star does not stand alone in front; only `*.` before a whole domain is a pattern"
                ),
                offer.map(|tail| format!("*.{tail}")),
            ));
        }
        Ok(Self { wildcard: star, domain: Domain::parse(domain)? })
    }

    /// Whether `domain` is this one, or below it under a star.
    #[must_use]
    pub fn matches(&self, domain: &Domain) -> bool {
        if self.wildcard { domain.is_below(&self.domain) } else { *domain == self.domain }
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for DomainPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.wildcard { "*." } else { "" })?;
        self.domain.fmt(f)
    }
}

/// Whether a text is a domain beyond question, as most are: the slow way has nothing to say or to change.
fn is_plain(text: &str) -> bool {
    let is_label = |label: &str| {
        let octets = label.as_bytes();
        let is_inside = |it: &u8| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_');
        !octets.is_empty()
            && octets.len() <= LABEL_OCTETS_MAX
            && octets.iter().all(is_inside)
            && octets.first() != Some(&b'-')
            && octets.last() != Some(&b'-')
    };
    // Digits and dots alone may be an address of a host.
    text.len() <= DOMAIN_OCTETS_MAX
        && text.bytes().any(|it| it.is_ascii_alphabetic())
        && text.split('.').all(is_label)
        && !has_a_label(text)
}

fn is_label_char(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '-' || character == '_'
}

fn has_edge_hyphen(label: &str) -> bool {
    label.starts_with('-') || label.ends_with('-')
}

fn has_a_label(text: &str) -> bool {
    text.split('.')
        .any(|label| label.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("xn--")))
}

fn to_a_labels(text: &str) -> Result<String, DomainError> {
    Uts46::new()
        .to_ascii(text.as_bytes(), AsciiDenyList::EMPTY, Hyphens::Allow, DnsLength::Ignore)
        .map(std::borrow::Cow::into_owned)
        .map_err(|_nothing_more_to_say: idna::Errors| {
            DomainError::new(
                format!(
                    "`{text}` is not a domain: a part of it is not a word that domains may have"
                ),
                None,
            )
        })
}

/// Things that people write where a domain belongs, each with its own words.
fn refuse_lookalikes(text: &str) -> Result<(), DomainError> {
    if text.is_empty() {
        return Err(DomainError::new("a domain is missing here", None));
    }
    if let Some((_, domain)) = text.rsplit_once('@') {
        let offer = Domain::parse(domain).ok().map(|_| domain.to_owned());
        return Err(DomainError::new(
            format!("`{text}` is an address; a domain has no `@`"),
            offer,
        ));
    }
    if let Some((_, after)) = text.split_once("://") {
        let host = after.split(['/', ':', '?']).next().unwrap_or(after);
        let offer = Domain::parse(host).ok().map(|_| host.to_owned());
        return Err(DomainError::new(format!("`{text}` is a web address, not a domain"), offer));
    }
    if text.starts_with('*') {
        return Err(DomainError::new(
            format!("`{text}` is a pattern; one domain is meant here"),
            None,
        ));
    }
    if text.parse::<IpAddr>().is_ok() {
        return Err(DomainError::new(format!("`{text}` is an IP address, not a domain"), None));
    }
    let bare = text.trim_end_matches('.');
    if bare.len() < text.len() {
        let offer = Domain::parse(bare).ok().map(|_| bare.to_owned());
        let error = DomainError::new(format!("`{text}` ends with a dot"), offer);
        return Err(error.certain_if(true));
    }
    Ok(())
}

fn refuse_lengths(text: &str, ascii: &str) -> Result<(), DomainError> {
    if ascii.len() > DOMAIN_OCTETS_MAX {
        let message =
            format!("this domain has {} octets; {DOMAIN_OCTETS_MAX} are allowed", ascii.len());
        return Err(DomainError::new(message, None));
    }
    if let Some(label) = ascii.split('.').find(|label| label.len() > LABEL_OCTETS_MAX) {
        let message = format!(
            "`{text}` has a part of {} octets; {LABEL_OCTETS_MAX} are allowed between two dots",
            label.len()
        );
        return Err(DomainError::new(message, None));
    }
    Ok(())
}

fn why_malformed(text: &str, ascii: &str) -> String {
    if ascii.split('.').any(str::is_empty) {
        let what =
            if ascii.starts_with('.') { "starts with a dot" } else { "has two dots in a row" };
        return format!("`{text}` {what}");
    }
    if let Some(character) =
        ascii.chars().find(|character| !is_label_char(*character) && *character != '.')
    {
        return format!("`{text}` is not a domain: it has {}", super::text::named(character));
    }
    format!("`{text}` is not a domain: a part of it starts or ends with a hyphen")
}

fn offer_without_double_dots(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split('.').filter(|part| !part.is_empty()).collect();
    let joined = parts.join(".");
    (joined != text && joined.contains('.') && Domain::parse(&joined).is_ok()).then_some(joined)
}
