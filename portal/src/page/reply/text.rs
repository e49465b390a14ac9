//! What the page for a reply says.

use crate::when::size;

pub(super) const SEND: &str = "Send";
pub(super) const QUOTE: &str = "Put the message you answer under your reply";
pub(super) const TO_MISSING: &str = "Enter at least one recipient";
pub(super) const BODY_MISSING: &str = "Write a message or attach a file";
pub(super) const SUBJECT_LONG: &str = "The subject can have up to 250 characters";
pub(super) const ATTACH_AGAIN: &str = "Your text has been kept. Files have to be chosen again.";

/// Where a reply may go.
pub(super) fn recipients_hint(domains: &[String]) -> String {
    format!("You can only write to addresses at {}.", either(domains))
}

/// An address that is not one.
pub(super) fn not_an_address(typed: &str) -> String {
    format!("“{typed}” is not a complete address")
}

/// Addresses that a reply may not go to.
pub(super) fn not_allowed(domains: &[String], refused: &[String]) -> String {
    format!(
        "You can only write to addresses at {}. Remove {}.",
        either(domains),
        refused.join(", ")
    )
}

/// Addresses of the original that a reply to all leaves out.
pub(super) fn left_out(dropped: &[String]) -> String {
    format!(
        "Not among the recipients, because you can only write to the organisation: {}",
        dropped.join(", ")
    )
}

/// More recipients than allowed.
pub(super) fn too_many_recipients(max: usize) -> String {
    format!("A message can have up to {max} recipients")
}

/// A longer text than allowed.
pub(super) fn text_long(max: usize) -> String {
    format!("The message can have up to {max} characters")
}

/// More files than allowed.
pub(super) fn too_many_files(max: usize) -> String {
    format!("A message can have up to {max} attachments")
}

/// A larger message than allowed: both figures.
pub(super) fn too_large(octets: u64, max: u64) -> String {
    format!(
        "The message and its attachments come to {}; the limit is {} in all. Remove a file or send \
         several messages. {ATTACH_AGAIN}",
        size(octets),
        size(max)
    )
}

/// What the rules of the organisation said.
pub(super) fn refused(reason: &str) -> String {
    format!("The message was not sent: {reason}")
}

/// How much may be attached.
pub(super) fn files_hint(max: u64) -> String {
    format!("Up to {} in all.", size(max))
}

fn either(domains: &[String]) -> String {
    match domains.split_last() {
        None => "the organisation".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
    }
}
