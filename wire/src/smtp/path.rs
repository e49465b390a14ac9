//! The paths of `MAIL` and `RCPT`: text between angle brackets to addresses.
//!
//! # Standards
//!
//! RFC 5321 §4.1.2, RFC 6531 §3.3 (letters beyond ASCII). A source route is read and dropped, as appendix C asks; it never routes.

use grammar::literal::Address;

use super::limits::PATH_OCTETS_MAX;

/// Where failures of a message are reported.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ReversePath {
    /// `<>`: the message is itself a report, and no report about it is ever sent.
    Null,
    /// The sender.
    Mailbox(Address),
}

/// Where a message goes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ForwardPath {
    /// An address.
    Mailbox(Address),
    /// `<Postmaster>` without a domain, which every server takes (RFC 5321 §4.5.1).
    Postmaster,
}

/// A path that does not parse.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PathError {
    /// Not an address that this server understands.
    #[error("not an address")]
    Address,
    /// Octets above 127 where `SMTPUTF8` was not asked for.
    #[error("not ASCII")]
    NotAscii,
    /// No brackets round it, or brackets that do not pair.
    #[error("not in angle brackets")]
    Unbracketed,
}

impl ReversePath {
    /// Reads a path from the start of `text`; returns it and what follows its `>`.
    ///
    /// # Errors
    ///
    /// [`PathError`] when it is no reverse-path.
    pub fn parse(text: &str) -> Result<(Self, &str), PathError> {
        let (inner, rest) = bracketed(text)?;
        if inner.is_empty() {
            return Ok((Self::Null, rest));
        }
        Ok((Self::Mailbox(mailbox(inner)?), rest))
    }

    /// The sender, unless the path is null.
    #[must_use]
    pub const fn address(&self) -> Option<&Address> {
        match self {
            Self::Mailbox(address) => Some(address),
            Self::Null => None,
        }
    }
}

impl ForwardPath {
    /// Reads a path from the start of `text`; returns it and what follows its `>`.
    ///
    /// # Errors
    ///
    /// [`PathError`] when it is no forward-path.
    pub fn parse(text: &str) -> Result<(Self, &str), PathError> {
        let (inner, rest) = bracketed(text)?;
        if inner.eq_ignore_ascii_case("postmaster") {
            return Ok((Self::Postmaster, rest));
        }
        Ok((Self::Mailbox(mailbox(inner)?), rest))
    }
}

/// Returns `address` as a path holds it, without brackets.
///
/// Absent when it could be read as anything but one mailbox, or has letters beyond ASCII and
/// `utf8`, which stands for `SMTPUTF8` (RFC 6531), does not let it.
#[must_use]
pub fn mailbox_text(address: &Address, utf8: bool) -> Option<String> {
    let text = address.to_string();
    let is_plain = text.chars().all(|letter| match letter {
        '<' | '>' => false,
        ' '..='~' => true,
        _ => utf8 && !letter.is_ascii() && !letter.is_control(),
    });
    (is_plain && text.len().saturating_add(2) <= PATH_OCTETS_MAX).then_some(text)
}

/// Splits `<inner>rest`; a `>` within a quoted string does not close.
fn bracketed(text: &str) -> Result<(&str, &str), PathError> {
    let inner = text.strip_prefix('<').ok_or(PathError::Unbracketed)?;
    let (mut quoted, mut escaped) = (false, false);
    for (at, letter) in inner.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '>' if !quoted => {
                let (path, rest) = inner.split_at_checked(at).ok_or(PathError::Unbracketed)?;
                return Ok((path, rest.strip_prefix('>').unwrap_or(rest)));
            }
            _ => {}
        }
    }
    Err(PathError::Unbracketed)
}

fn mailbox(inner: &str) -> Result<Address, PathError> {
    if PATH_OCTETS_MAX < inner.len().saturating_add(2) {
        return Err(PathError::Address);
    }
    match Address::parse(unrouted(inner)?) {
        Ok(address) => Ok(address),
        Err(_) => Err(PathError::Address),
    }
}

/// Drops a source route: `@one,@two:user@three` is `user@three`.
fn unrouted(inner: &str) -> Result<&str, PathError> {
    if !inner.starts_with('@') {
        return Ok(inner);
    }
    let (route, mailbox) = inner.split_once(':').ok_or(PathError::Address)?;
    let is_hop = |hop: &str| {
        hop.strip_prefix('@').is_some_and(|name| {
            !name.is_empty()
                && name.bytes().all(|octet| octet.is_ascii_alphanumeric() || b"-.".contains(&octet))
        })
    };
    if route.split(',').all(is_hop) { Ok(mailbox) } else { Err(PathError::Address) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let found = match ForwardPath::parse(text) {
            Ok((ForwardPath::Mailbox(address), rest)) => format!("{address}|{rest}"),
            Ok((ForwardPath::Postmaster, rest)) => format!("(postmaster)|{rest}"),
            Err(error) => error.to_string(),
        };
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn paths() {
        check("<a@b.example>", "a@b.example|");
        check("<a@b.example> SIZE=1", "a@b.example| SIZE=1");
        check("<PostMaster>", "(postmaster)|");
        check("<@c.example,@d.example:a@b.example>", "a@b.example|");
        check("<@c.example:a@b.example", "not in angle brackets");
        check("<@c example:a@b.example>", "not an address");
        check("<@c.example,a@b.example>", "not an address");
        check("<>", "not an address");
        check("a@b.example", "not in angle brackets");
        check("<a@b.example", "not in angle brackets");
        check("<<a@b.example>>", "not an address");
        check("<a>", "not an address");
        check("<é@b.example>", "é@b.example|");
        check("<a@b\u{fc}cher.example>", "a@xn--bcher-kva.example|");
        check("<é\u{85}@b.example>", "not an address");
        check("<a@b.example\u{0}>", "not an address");
        check("<a b@b.example>", "not an address");
        check(&format!("<{}@b.example>", "a".repeat(129)), "not an address");
        check(&format!("<a@{}example>", "b.".repeat(130)), "not an address");
    }

    #[test]
    fn the_null_path_is_a_sender_only() {
        assert_eq!(ReversePath::parse("<> BODY=7BIT"), Ok((ReversePath::Null, " BODY=7BIT")));
    }
}
