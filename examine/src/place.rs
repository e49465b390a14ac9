//! Where a walk stands.

use std::borrow::Cow;

use engine::facts::Alternative;
use wire::mime::Part;

use crate::{leaf::Label, limits::PATH_NAME_CHARACTERS_MAX, remark::Remark};

/// A place among all parts of a message.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spot {
    /// Path in the whole message, such as `1.2` or `1.2/letter.txt`.
    pub(crate) path: String,
    /// Number in the whole message.
    pub(crate) number: u32,
    pub(crate) depth: usize,
    /// Whether it stands in a nested message or an archive.
    pub(crate) nested: bool,
    pub(crate) alternative: Option<Alternative>,
}

impl Spot {
    /// The path of the thing of that name and number inside.
    pub(crate) fn path_inside(&self, name: &str, number: usize) -> String {
        let kept = name.chars().take(PATH_NAME_CHARACTERS_MAX);
        let shown: String = kept.map(|it| if it.is_control() { '\u{fffd}' } else { it }).collect();
        match shown.trim().is_empty() {
            true => format!("{}/{number}", self.path),
            false => format!("{}/{shown}", self.path),
        }
    }
}

/// What is still to walk.
pub(crate) struct Job<'m> {
    pub(crate) octets: Cow<'m, [u8]>,
    pub(crate) what: What,
    /// Of a message, the part that holds it, without a path for the whole message; of a file, its
    /// own.
    pub(crate) spot: Spot,
}

/// What a job is.
pub(crate) enum What {
    /// A file found inside, and what is already known of it.
    File(Box<Label>, Vec<Remark>),
    /// A message: the whole one, or one that stood behind a transfer encoding or in an archive.
    Message,
}

impl Job<'_> {
    /// Whether it is the whole message.
    pub(crate) fn is_whole(&self) -> bool {
        self.spot.path.is_empty()
    }

    /// The path in the whole message of what has the path `inner` in this one.
    pub(crate) fn path_of(&self, inner: &str) -> String {
        match (self.spot.path.as_str(), inner) {
            ("", _) => inner.to_owned(),
            (outer, "0") => format!("{outer}.1"),
            (outer, inner) => format!("{outer}.1.{inner}"),
        }
    }
}

/// A part of a job.
pub(crate) struct Place<'j> {
    pub(crate) message: &'j [u8],
    pub(crate) part: &'j Part,
    pub(crate) spot: Spot,
    /// Whether it is the whole message.
    pub(crate) whole: bool,
}
