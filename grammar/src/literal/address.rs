//! Mail addresses: local part and domain.
//!
//! Two addresses are equal when their domains are, and their local parts but for the case of ASCII
//! letters. The local part is kept as written for display. A quoted local part loses its quotes where
//! it can do without them.
//!
//! # Standards
//!
//! RFC 5321 §4.1.2 and §4.5.3.1, RFC 6531 §3.3 (letters beyond ASCII). Address literals (`a@[192.0.2.1]`)
//! are refused: no rule and no directory speaks of them.

use std::{
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
};

use nom::{
    IResult, Parser,
    branch::alt,
    bytes::complete::take_while1,
    character::complete::{char, none_of, satisfy},
    combinator::{map, rest},
    multi::fold_many0,
    sequence::{delimited, preceded, separated_pair},
};
use unicode_normalization::UnicodeNormalization;

use super::{Domain, refusal::refusal};
use crate::limits::LOCAL_OCTETS_MAX;

/// A mail address. Compared without regard to the case of its local part.
#[derive(Clone)]
pub struct Address {
    /// The local part as written, without quotes; behind it what is compared, where that differs:
    /// lower-case ASCII, the rest in NFC.
    text: Box<str>,
    /// Octets of it as written.
    written: usize,
    domain: Domain,
}

refusal! {
    /// Why a text is not an address.
    AddressError
}

impl Address {
    /// Reads `local@domain` or `"quoted local"@domain`, without angle brackets or a display name.
    ///
    /// # Errors
    ///
    /// [`AddressError`] when a part is missing, too long, or has characters it may not have.
    ///
    /// ```
    /// # use grammar::literal::Address;
    /// let written = Address::parse("Alice@ACME.example")?;
    /// assert_eq!(written, Address::parse("\"alice\"@acme.example")?);
    /// assert_eq!(written.to_string(), "Alice@acme.example");
    /// # Ok::<(), grammar::literal::AddressError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        if let Some((local, domain)) = text.split_once('@')
            && is_dot_atom(local)
            && let Ok(domain) = Domain::parse(domain)
        {
            return Self::from_parts(local, domain);
        }
        let parts = split(text).ok().filter(|(_, (_, domain))| !domain.contains('@'));
        let Some((_, (local, domain))) = parts else {
            return Err(why_not(text));
        };
        let domain = Domain::parse(domain).map_err(|error| {
            let offer = error.offer().map(|offer| format!("{}@{offer}", quoted(&local)));
            AddressError::new(format!("the domain of `{text}` is wrong: {error}"), offer)
                .certain_if(error.is_certain())
        });
        Self::from_parts(&local, domain?)
    }

    /// Joins a local part, without quotes, and a domain.
    ///
    /// # Errors
    ///
    /// [`AddressError`] when the local part is empty, too long or has control characters.
    pub fn from_parts(local: &str, domain: Domain) -> Result<Self, AddressError> {
        if local.is_empty() {
            return Err(AddressError::new("the address has nothing before its `@`", None));
        }
        if local.len() > LOCAL_OCTETS_MAX {
            let message = format!(
                "the part before the `@` has {} octets; {LOCAL_OCTETS_MAX} are allowed",
                local.len()
            );
            return Err(AddressError::new(message, None));
        }
        let is_plain = |it: u8| it.is_ascii() && !it.is_ascii_control();
        if local.bytes().all(is_plain) {
            return Ok(Self { text: with_small_letters(local), written: local.len(), domain });
        }
        if let Some(character) = local.chars().find(|it| it.is_control()) {
            let message = format!("the part before the `@` has {}", super::text::named(character));
            return Err(AddressError::new(message, None));
        }
        let folded = local.nfc().collect::<String>().to_ascii_lowercase();
        let text: Box<str> =
            if folded == local { local.into() } else { [local, &folded].concat().into() };
        Ok(Self { text, written: local.len(), domain })
    }

    /// The local part as written, without quotes.
    #[must_use]
    pub fn local(&self) -> &str {
        self.text.get(..self.written).unwrap_or_default()
    }

    /// The local part as it is compared.
    #[must_use]
    pub fn local_folded(&self) -> &str {
        let folded = self.text.get(self.written..).unwrap_or_default();
        if folded.is_empty() { &self.text } else { folded }
    }

    /// The domain.
    #[must_use]
    pub fn domain(&self) -> &Domain {
        &self.domain
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Address")
            .field("local", &self.local())
            .field("folded", &self.local_folded())
            .field("domain", &self.domain)
            .finish()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", quoted(self.local()), self.domain)
    }
}

impl PartialEq for Address {
    fn eq(&self, other: &Self) -> bool {
        self.local_folded() == other.local_folded() && self.domain == other.domain
    }
}

impl Eq for Address {}

impl Hash for Address {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.local_folded().hash(state);
        self.domain.hash(state);
    }
}

impl Ord for Address {
    fn cmp(&self, other: &Self) -> Ordering {
        self.domain.cmp(&other.domain).then_with(|| self.local_folded().cmp(other.local_folded()))
    }
}

impl PartialOrd for Address {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// An ASCII text; behind it the same in small letters, where that differs.
fn with_small_letters(text: &str) -> Box<str> {
    if !text.bytes().any(|it| it.is_ascii_uppercase()) {
        return text.into();
    }
    let mut both = String::with_capacity(text.len().saturating_mul(2));
    both.push_str(text);
    both.push_str(text);
    if let Some(behind) = both.get_mut(text.len()..) {
        behind.make_ascii_lowercase();
    }
    both.into_boxed_str()
}

fn split(text: &str) -> IResult<&str, (String, &str)> {
    separated_pair(alt((quoted_local, dotted_local)), char('@'), rest).parse(text)
}

fn dotted_local(text: &str) -> IResult<&str, String> {
    let (after, local) =
        take_while1(|character| is_atom_char(character) || character == '.').parse(text)?;
    if is_dot_atom(local) {
        return Ok((after, local.to_owned()));
    }
    Err(nom::Err::Error(nom::error::Error::new(text, nom::error::ErrorKind::Verify)))
}

fn quoted_local(text: &str) -> IResult<&str, String> {
    let escaped = preceded(char('\\'), satisfy(|character| !character.is_control()));
    let inner = fold_many0(alt((escaped, none_of("\"\\"))), String::new, |mut local, character| {
        local.push(character);
        local
    });
    map(delimited(char('"'), inner, char('"')), |local| local).parse(text)
}

fn is_atom_char(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_alphanumeric()
            || matches!(character,
                '!' | '#'..='\'' | '*' | '+' | '-' | '/' | '=' | '?' | '^'..='`' | '{'..='~');
    }
    !character.is_control() && !character.is_whitespace()
}

fn is_dot_atom(local: &str) -> bool {
    local.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_atom_char))
}

fn quoted(local: &str) -> String {
    if is_dot_atom(local) {
        return local.to_owned();
    }
    let mut text = String::from("\"");
    for character in local.chars() {
        if character == '"' || character == '\\' {
            text.push('\\');
        }
        text.push(character);
    }
    text.push('"');
    text
}

/// Says what is wrong with a text that is not even in two parts.
fn why_not(text: &str) -> AddressError {
    let clean = |part: &str| Address::parse(part).ok().map(|_| part.to_owned());
    if text.is_empty() {
        return AddressError::new("an address is missing here", None);
    }
    if let Some((_, inside)) = text.rsplit_once('<') {
        let bare = inside.trim_end_matches('>').trim();
        return AddressError::new(
            format!("`{text}` has angle brackets; write the address alone"),
            clean(bare),
        )
        // What stands before the bracket is a name that nobody compares.
        .certain_if(true);
    }
    let bare = text.trim_start_matches("mailto:");
    if bare.len() < text.len() {
        return AddressError::new(
            format!("`{text}` is a link; write the address alone"),
            clean(bare),
        )
        .certain_if(true);
    }
    let Some((local, domain)) = text.rsplit_once('@') else {
        return AddressError::new(format!("`{text}` is not an address: it has no `@`"), None);
    };
    if local.is_empty() {
        return AddressError::new(format!("`{text}` has nothing before its `@`"), None);
    }
    if local.starts_with('"') {
        return AddressError::new(
            format!("the quoted part of `{text}` does not end before the `@`"),
            None,
        );
    }
    let offer = clean(&format!("{}@{domain}", quoted(local)));
    let entries: Vec<&str> = text.split(';').map(str::trim).filter(|it| !it.is_empty()).collect();
    if entries.len() > 1 && entries.iter().all(|it| Address::parse(it).is_ok()) {
        let message = format!("`{text}` has a `;`; addresses have commas between them");
        return AddressError::new(message, Some(entries.join(", ")));
    }
    if local.contains('@') {
        return AddressError::new(format!("`{text}` has more than one `@`"), None);
    }
    if let Some(character) =
        local.chars().find(|character| !is_atom_char(*character) && *character != '.')
    {
        let message = format!(
            "`{text}` has {} before its `@`, which needs quotes",
            super::text::named(character)
        );
        return AddressError::new(message, offer).certain_if(true);
    }
    AddressError::new(
        format!("`{text}` has a dot that starts, ends or follows another dot before its `@`"),
        None,
    )
}
