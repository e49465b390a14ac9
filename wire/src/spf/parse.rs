//! Reads a record.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::{Cidr, Directive, Letter, Mechanism, Piece, Qualifier, Record, Spec};

/// The version, and what must follow it: a blank or the end.
const VERSION: &str = "v=spf1";

/// The text is no record that can be evaluated: `permerror`.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the SPF record has a mistake")]
pub struct RecordError;

impl Record {
    /// Whether a text of a domain is a record at all, however wrong.
    ///
    /// # Source
    ///
    /// RFC 7208 §4.5.
    #[must_use]
    pub fn is_one(text: &[u8]) -> bool {
        let (version, rest) = text.split_at(VERSION.len().min(text.len()));
        version.eq_ignore_ascii_case(VERSION.as_bytes())
            && matches!(rest.first(), None | Some(b' '))
    }

    /// Reads a text that [`Record::is_one`].
    ///
    /// # Errors
    ///
    /// [`RecordError`] at any mistake, wherever it stands.
    ///
    /// # Source
    ///
    /// RFC 7208 §12.
    pub fn parse(text: &[u8]) -> Result<Self, RecordError> {
        let is_printed = |it: &u8| (0x20..0x7f).contains(it);
        let text = std::str::from_utf8(text).ok().filter(|it| it.as_bytes().iter().all(is_printed));
        let terms = text.and_then(|it| it.get(VERSION.len()..)).ok_or(RecordError)?;
        let mut record = Self::default();
        let (mut redirects, mut explanations) = (0_u32, 0_u32);
        for term in terms.split(' ').filter(|it| !it.is_empty()) {
            match modifier(term) {
                Some((name, value)) if name.eq_ignore_ascii_case("redirect") => {
                    redirects = redirects.saturating_add(1);
                    record.redirect = Some(spec(value)?);
                }
                Some((name, value)) if name.eq_ignore_ascii_case("exp") => {
                    explanations = explanations.saturating_add(1);
                    spec(value)?;
                }
                // One that is not known says nothing, yet must be one.
                Some((_, value)) => drop(pieces(value, Use::Unknown)?),
                None => record.directives.push(directive(term)?),
            }
        }
        if 1 < redirects || 1 < explanations { Err(RecordError) } else { Ok(record) }
    }
}

/// `name=value`; a mechanism has no `=` before the first character that no name has.
fn modifier(term: &str) -> Option<(&str, &str)> {
    let (name, value) = term.split_once('=')?;
    let is_name = |it: u8| it.is_ascii_alphanumeric() || b"-_.".contains(&it);
    let begins = name.bytes().next().is_some_and(|it| it.is_ascii_alphabetic());
    (begins && name.bytes().all(is_name)).then_some((name, value))
}

fn directive(term: &str) -> Result<Directive, RecordError> {
    let (qualifier, rest) = match term.split_at_checked(1) {
        Some(("+", rest)) => (Qualifier::Pass, rest),
        Some(("-", rest)) => (Qualifier::Fail, rest),
        Some(("?", rest)) => (Qualifier::Neutral, rest),
        Some(("~", rest)) => (Qualifier::SoftFail, rest),
        Some(_) | None => (Qualifier::Pass, term),
    };
    Ok(Directive { qualifier, mechanism: mechanism(rest)? })
}

fn mechanism(text: &str) -> Result<Mechanism, RecordError> {
    let end = text.find([':', '/']).unwrap_or(text.len());
    let (name, rest) = text.split_at_checked(end).ok_or(RecordError)?;
    let value = rest.strip_prefix(':');
    Ok(match name.to_ascii_lowercase().as_str() {
        "all" if rest.is_empty() => Mechanism::All,
        "include" => Mechanism::Include(spec(value.ok_or(RecordError)?)?),
        "exists" => Mechanism::Exists(spec(value.ok_or(RecordError)?)?),
        "a" => {
            let (name, cidr) = name_and_cidr(rest)?;
            Mechanism::Address(name, cidr)
        }
        "mx" => {
            let (name, cidr) = name_and_cidr(rest)?;
            Mechanism::Mail(name, cidr)
        }
        "ptr" if rest.is_empty() => Mechanism::Pointer(None),
        "ptr" => Mechanism::Pointer(Some(spec(value.ok_or(RecordError)?)?)),
        "ip4" => {
            let (address, prefix) = network(value, 32)?;
            let address: Ipv4Addr = address.parse().map_err(|_form| RecordError)?;
            Mechanism::Ip4(address, prefix)
        }
        "ip6" => {
            let (address, prefix) = network(value, 128)?;
            let address: Ipv6Addr = address.parse().map_err(|_form| RecordError)?;
            Mechanism::Ip6(address, prefix)
        }
        _ => return Err(RecordError),
    })
}

fn network(value: Option<&str>, most: u8) -> Result<(&str, u8), RecordError> {
    match value.ok_or(RecordError)?.split_once('/') {
        None => Ok((value.unwrap_or_default(), most)),
        Some((address, bits)) => Ok((address, prefix(bits, most)?)),
    }
}

/// A prefix without a zero in front.
fn prefix(digits: &str, most: u8) -> Result<u8, RecordError> {
    let is_number = !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit());
    let is_plain = is_number && (digits == "0" || !digits.starts_with('0'));
    let bits: u8 = digits.parse().map_err(|_form| RecordError)?;
    if is_plain && bits <= most { Ok(bits) } else { Err(RecordError) }
}

/// `[:name][/v4][//v6]`. A name never ends in a slash and digits, for its end is letters or a macro.
fn name_and_cidr(rest: &str) -> Result<(Option<Spec>, Cidr), RecordError> {
    let tail = rest.len().saturating_sub(
        rest.bytes().rev().take_while(|it| it.is_ascii_digit() || *it == b'/').count(),
    );
    let slash = rest.get(tail..).and_then(|it| it.find('/'));
    let at = slash.map_or(rest.len(), |it| tail.saturating_add(it));
    let (name, bits) = rest.split_at_checked(at).ok_or(RecordError)?;
    let name = match name.strip_prefix(':') {
        Some(name) => Some(spec(name)?),
        None if name.is_empty() => None,
        None => return Err(RecordError),
    };
    let (v4, v6) = match bits.split_once("//") {
        Some((v4, v6)) => (v4.strip_prefix('/').unwrap_or(v4), Some(v6)),
        None => (bits.strip_prefix('/').unwrap_or(bits), None),
    };
    let has_v4 = bits.starts_with('/') && !bits.starts_with("//");
    let v4 = if has_v4 { prefix(v4, 32)? } else { 32 };
    Ok((name, Cidr { v4, v6: v6.map_or(Ok(128), |it| prefix(it, 128))? }))
}

/// A name with macros: its end is a macro, or a label that could be a top one (RFC 7208 §7.1).
fn spec(text: &str) -> Result<Spec, RecordError> {
    let pieces = pieces(text, Use::Name)?;
    let ends = match pieces.last() {
        Some(Piece::Macro { .. }) => true,
        Some(Piece::Literal(literal)) => {
            let literal = literal.strip_suffix('.').unwrap_or(literal);
            literal.rsplit_once('.').is_some_and(|(_, top)| is_top(top))
        }
        None => false,
    };
    if ends { Ok(Spec(pieces)) } else { Err(RecordError) }
}

fn is_top(label: &str) -> bool {
    let ends = |it: Option<u8>| it.is_some_and(|it| it.is_ascii_alphanumeric());
    let plain = label.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-');
    let is_number = label.bytes().all(|it| it.is_ascii_digit());
    plain && !is_number && ends(label.bytes().next()) && ends(label.bytes().next_back())
}

/// What a text with macros is for.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Use {
    /// A name: macros of explanations have no place.
    Name,
    /// The value of a modifier that is not known.
    Unknown,
}

fn pieces(text: &str, used: Use) -> Result<Vec<Piece>, RecordError> {
    let mut pieces = Vec::new();
    let mut literal = String::new();
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        rest = rest.get(letter.len_utf8()..).unwrap_or_default();
        if letter != '%' {
            literal.push(letter);
            continue;
        }
        let kind = rest.chars().next().ok_or(RecordError)?;
        rest = rest.get(kind.len_utf8()..).unwrap_or_default();
        match kind {
            '%' => literal.push('%'),
            '_' => literal.push(' '),
            '-' => literal.push_str("%20"),
            '{' => {
                let (inside, after) = rest.split_once('}').ok_or(RecordError)?;
                if !literal.is_empty() {
                    pieces.push(Piece::Literal(std::mem::take(&mut literal)));
                }
                pieces.push(one_macro(inside, used)?);
                rest = after;
            }
            _ => return Err(RecordError),
        }
    }
    if !literal.is_empty() {
        pieces.push(Piece::Literal(literal));
    }
    Ok(pieces)
}

fn one_macro(inside: &str, used: Use) -> Result<Piece, RecordError> {
    let written = inside.chars().next().ok_or(RecordError)?;
    let letter = match written.to_ascii_lowercase() {
        's' => Letter::Sender,
        'l' => Letter::Local,
        'o' => Letter::SenderDomain,
        'd' => Letter::Domain,
        'i' => Letter::Address,
        'p' => Letter::Name,
        'v' => Letter::Version,
        'h' => Letter::Helo,
        // Those of explanations.
        'c' | 'r' | 't' if used == Use::Unknown => Letter::Domain,
        _ => return Err(RecordError),
    };
    let rest = inside.get(written.len_utf8()..).unwrap_or_default();
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = rest.split_at_checked(digits).ok_or(RecordError)?;
    let keep = match number {
        "" => None,
        number => match number.parse::<usize>().unwrap_or(usize::MAX) {
            0 => return Err(RecordError),
            keep => Some(keep),
        },
    };
    let reversed = rest.starts_with(['r', 'R']);
    let delimiters = if reversed { rest.get(1..).unwrap_or_default() } else { rest };
    if !delimiters.bytes().all(|it| b".-+,/_=".contains(&it)) {
        return Err(RecordError);
    }
    Ok(Piece::Macro {
        letter,
        escaped: written.is_ascii_uppercase(),
        keep,
        reversed,
        delimiters: delimiters.to_owned(),
    })
}
