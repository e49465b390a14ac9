//! What the pages of errors say. Constant for a status: nothing of the request or the cause.

use axum::http::StatusCode;

use crate::error::Refusal;

/// The words of one such page.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Words {
    pub(super) title: &'static str,
    pub(super) sentence: String,
    /// By which the help desk finds the failure in the log.
    pub(super) reference: Option<String>,
}

/// The words for a status and what is known besides.
pub(super) fn of(status: StatusCode, refusal: Option<&Refusal>) -> Words {
    let (title, sentence) = match refusal {
        Some(Refusal::Forged) => (
            "This form is out of date",
            "Nothing was changed. Go back, reload the page and try again.".to_owned(),
        ),
        Some(Refusal::NoPrint) => (
            "Printing is not allowed",
            "The sender does not allow this message to be printed.".to_owned(),
        ),
        Some(Refusal::NoReply) => (
            "Replying is not possible",
            "The sender does not allow replies to this message, or it has expired.".to_owned(),
        ),
        Some(Refusal::TooMany(secs)) => ("Too many attempts", try_again(*secs)),
        Some(Refusal::Logged(_)) | None => plain(status),
    };
    let reference = match refusal {
        Some(Refusal::Logged(reference)) => Some(reference.clone()),
        _ => None,
    };
    Words { title, sentence, reference }
}

fn plain(status: StatusCode) -> (&'static str, String) {
    let (title, sentence) = match status {
        StatusCode::NOT_FOUND => (
            "Page not found",
            "There is nothing at this address, or you may not see it. Check the address, or go to \
             your inbox.",
        ),
        StatusCode::FORBIDDEN => ("Not allowed", "You may not do this."),
        StatusCode::METHOD_NOT_ALLOWED => {
            ("This does not work here", "The address exists, but not for what was asked of it.")
        }
        StatusCode::PAYLOAD_TOO_LARGE => {
            ("Too large", "What was sent is larger than we accept. Nothing was changed.")
        }
        StatusCode::RANGE_NOT_SATISFIABLE => {
            ("No such part", "The file ends before the part that was asked for.")
        }
        StatusCode::MISDIRECTED_REQUEST => {
            ("Wrong address", "This server does not answer for the address that was used.")
        }
        StatusCode::REQUEST_TIMEOUT => ("Too slow", "The request took too long. Try again."),
        StatusCode::SERVICE_UNAVAILABLE => (
            "Not available for the moment",
            "We cannot do this just now. Nothing was lost; try again in a minute.",
        ),
        status if status.is_server_error() => (
            "Something went wrong",
            "The fault is ours, and it has been recorded. Try again; if it stays, tell the help \
             desk the reference below.",
        ),
        _ => ("We could not read this request", "Go back, reload the page and try again."),
    };
    (title, sentence.to_owned())
}

fn try_again(secs: i64) -> String {
    match secs.saturating_add(59) / 60 {
        ..=1 => "Try again in 1 minute.".to_owned(),
        minutes => format!("Try again in {minutes} minutes."),
    }
}
