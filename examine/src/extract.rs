//! Message to facts: every part decoded and its text normalised once.

use engine::facts::Content;

use crate::{Limits, PartReport, walk::Walk};

/// What an examination sees of a message.
#[derive(Clone, Debug, Default)]
pub struct Extract {
    /// The facts of the message. The scope `headers` holds every field but the subject, which has
    /// its own; preamble, epilogue and stray header lines count as body.
    pub content: Content,
    /// The parts, in the order of [`engine::facts::Segment::part`].
    pub parts: Vec<PartReport>,
    /// Whether an archive or a document was opened: hostile octets went through the readers that
    /// have most to do.
    pub opened: bool,
}

/// Extracts what an examination sees.
///
/// ```
/// let limits = examine::Limits::default();
/// let extract = examine::extract(b"Subject: Hi\r\n\r\nNight\xc2\xadjar", &limits);
/// assert_eq!(extract.content.subject, "Hi");
/// assert!(extract.content.text.contains("nightjar"));
/// ```
#[must_use]
pub fn extract(message: &[u8], limits: &Limits) -> Extract {
    Walk::new(message, *limits, Kept { case: true, texts: true }).run()
}

/// Extracts only what a decision needs: the parts have no text, and the facts no text with its case
/// unless `keeps_case` ([`engine::Program::asks_for_case`]).
#[must_use]
pub fn extract_to_decide(message: &[u8], limits: &Limits, keeps_case: bool) -> Extract {
    Walk::new(message, *limits, Kept { case: keeps_case, texts: false }).run()
}

/// What is kept beside the normalised text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kept {
    /// The normalised text with its case.
    pub(crate) case: bool,
    /// The texts as a reader sees them.
    pub(crate) texts: bool,
}
