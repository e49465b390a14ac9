//! What a server said.
//!
//! # Trust
//!
//! The text is the server's. It is reduced to printable ASCII and bounded, and serves logs and
//! delivery reports only; decisions are made on the code.

use std::fmt;

use crate::smtp::limits::REPLY_TEXT_OCTETS_MAX;

/// A complete reply of a server, or one that we made because there was none.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Reply {
    code: u16,
    lines: Vec<String>,
}

/// An enhanced status code (RFC 3463).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Status {
    /// 2, 4 or 5.
    pub class: u8,
    /// What it is about.
    pub subject: u16,
    /// The detail.
    pub detail: u16,
}

impl Reply {
    /// Puts a reply together from its code and the text of its lines.
    #[must_use]
    pub fn new<'t>(code: u16, lines: impl IntoIterator<Item = &'t [u8]>) -> Self {
        Self { code, lines: lines.into_iter().map(printable).collect() }
    }

    /// A reply of our own, where the server gave none.
    pub(super) fn ours(code: u16, text: &'static str) -> Self {
        Self { code, lines: vec![text.to_owned()] }
    }

    /// The code.
    #[must_use]
    pub const fn code(&self) -> u16 {
        self.code
    }

    /// The text of each line, without code.
    #[must_use]
    pub fn lines(&self) -> &[String] {
        &self.lines
    }

    /// 2xx.
    #[must_use]
    pub const fn is_success(&self) -> bool {
        self.code / 100 == 2
    }

    /// 5xx.
    #[must_use]
    pub const fn is_permanent(&self) -> bool {
        self.code / 100 == 5
    }

    /// The enhanced status code at the start of the text, if its class is that of the code.
    #[must_use]
    pub fn status(&self) -> Option<Status> {
        let word = self.lines.first()?.split(' ').next()?;
        let mut parts = word.split('.');
        let class: u8 = parts.next()?.parse().ok()?;
        let (subject, detail) = (figure(parts.next()?)?, figure(parts.next()?)?);
        let fits = u16::from(class) == self.code / 100 && parts.next().is_none();
        fits.then_some(Status { class, subject, detail })
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

/// One line: the code, then the text of all lines.
impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code)?;
        for line in self.lines.iter().filter(|line| !line.is_empty()) {
            write!(f, " {line}")?;
        }
        Ok(())
    }
}

fn figure(text: &str) -> Option<u16> {
    let is_number = (1..=3).contains(&text.len()) && text.bytes().all(|d| d.is_ascii_digit());
    is_number.then(|| text.parse().ok())?
}

fn printable(text: &[u8]) -> String {
    text.iter()
        .take(REPLY_TEXT_OCTETS_MAX)
        .map(|octet| if matches!(octet, b' '..=b'~') { char::from(*octet) } else { '?' })
        .collect()
}
