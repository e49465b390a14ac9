//! Where a walk stands.

use std::borrow::Cow;

use engine::facts::Alternative;
use wire::mime::{Part, Scan};

/// A message to walk: the whole one, or one that stood behind a transfer encoding.
pub(crate) struct Job<'m> {
    pub(crate) message: Cow<'m, [u8]>,
    /// Path of the part that held it; empty for the whole message.
    pub(crate) path: String,
    pub(crate) depth: usize,
    pub(crate) nested: bool,
    pub(crate) alternative: Option<Alternative>,
}

/// A part of a job.
pub(crate) struct Place<'j> {
    pub(crate) message: &'j [u8],
    pub(crate) scan: &'j Scan,
    pub(crate) index: usize,
    pub(crate) part: &'j Part,
    /// Its number in the whole message.
    pub(crate) number: u32,
    /// Whether it stands in a nested message.
    pub(crate) nested: bool,
    pub(crate) alternative: Option<Alternative>,
    pub(crate) job: &'j Job<'j>,
}

impl Place<'_> {
    /// Its path in the whole message, such as `1.2`.
    pub(crate) fn path(&self) -> String {
        let inner = self.scan.path(self.index);
        match (self.job.path.as_str(), inner.as_str()) {
            ("", _) => inner,
            (outer, "0") => format!("{outer}.1"),
            (outer, inner) => format!("{outer}.1.{inner}"),
        }
    }
}
