//! The numbers of the findings.

use std::fmt;

/// How grave a finding is.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Severity {
    /// The rules cannot be used.
    Error,
    /// The rules can be used; the author probably means something else. A lint.
    Warning,
}

/// The number of a finding: `E0412` for an error, `W0101` for a lint. Never reused.
///
/// `grammar` owns the numbers below 200, `engine` those from 200 on.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Code {
    severity: Severity,
    number: u16,
}

/// A code with its page of the manual.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Explained {
    /// The code.
    pub code: Code,
    /// One line.
    pub title: &'static str,
    /// One or more paragraphs, blank lines between them.
    pub explanation: &'static str,
}

impl Code {
    /// The code of an error.
    #[must_use]
    pub const fn error(number: u16) -> Self {
        Self { severity: Severity::Error, number }
    }

    /// The code of a lint.
    #[must_use]
    pub const fn warning(number: u16) -> Self {
        Self { severity: Severity::Warning, number }
    }

    /// Whether it is an error or a lint.
    #[must_use]
    pub const fn severity(self) -> Severity {
        self.severity
    }

    /// Its number without the letter.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.number
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letter = match self.severity {
            Severity::Error => 'E',
            Severity::Warning => 'W',
        };
        write!(f, "{letter}{:04}", self.number)
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}
