//! Where an examination looks, in fewer words than there are places.

use super::{Slip, Spot};
use crate::{diagnostic::WORD_OTHER, statement::Rule};

/// What people call attachments as a whole.
const ATTACHMENTS: [&str; 6] =
    ["anhänge", "attachment", "attachments", "document", "documents", "files"];

/// What people call all of a message.
const ALL: [&str; 7] = ["all", "any", "anywhere", "everything", "everywhere", "mail", "message"];

const BOTH_TEXT: &str = "attachment names, attachment text";
const ALL_TEXT: &str = "subject, body, headers, attachment names, attachment text";

/// `look in attachments`, and `look in everything`.
pub(super) fn attachments(spot: &Spot<'_>) -> Option<Slip> {
    if spot.rule != Rule::look_in_line {
        return None;
    }
    if ALL.contains(&spot.token) {
        let slip = Slip::new(WORD_OTHER, "each place to look in is named", spot.place());
        return Some(slip.perhaps(format!("write `{ALL_TEXT}`"), spot.place(), ALL_TEXT));
    }
    // `attachment` alone stops at what stands behind it.
    let word = if ATTACHMENTS.contains(&spot.token) {
        spot.place()
    } else {
        let before = spot.before();
        let start = before.len().checked_sub("attachment".len())?;
        let alone = spot.token.is_empty() || spot.token == ",";
        if !alone || before.get(start..) != Some("attachment") {
            return None;
        }
        start..before.len()
    };
    let message = "attachments have names and text, and each is named";
    let slip = Slip::new(WORD_OTHER, message, word.clone());
    Some(slip.perhaps(format!("write `{BOTH_TEXT}`"), word, BOTH_TEXT))
}
