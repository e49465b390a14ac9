//! Why a page was not shown, and what the stranger is told instead.
//!
//! # Invariants
//!
//! A message of somebody else, one that never was, and a page that is not there give the same
//! answer. What went wrong inside goes to the log with a reference; the page shows the reference.

use std::error::Error;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use store::StoreError;

use crate::gateway::Unavailable;
use crate::security::hashing::HashingError;
use crate::security::throttle::RetryAfter;

/// Why a page was not shown.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PageError {
    /// A form without proof that it was made here for this visitor.
    #[error("the form was not made for this session")]
    Forged,
    /// Something of ours failed.
    #[error("internal error")]
    Internal(#[source] Box<dyn Error + Send + Sync>),
    /// There is no such thing, or none of this visitor's.
    #[error("not found")]
    NotFound,
    /// The sender does not allow printing.
    #[error("printing is not allowed")]
    NoPrint,
    /// The sender does not allow replies, or no longer.
    #[error("replying is not allowed")]
    NoReply,
    /// Somebody must sign in first.
    #[error("not signed in")]
    SignIn {
        /// Where to: `/login`, with what it should say.
        at: String,
    },
    /// A refusal that the status says all about.
    #[error("refused with {0}")]
    Status(StatusCode),
    /// Too often.
    #[error("too many attempts")]
    TooMany(RetryAfter),
    /// Another process, or the queue of hashings, does not answer for the moment.
    #[error("unavailable")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
}

/// What the page of an error is about; put into the response for [`crate::page::refusal`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Refusal {
    /// See [`PageError::Forged`].
    Forged,
    /// See [`PageError::NoPrint`].
    NoPrint,
    /// See [`PageError::NoReply`].
    NoReply,
    /// An error in the log with this reference.
    Logged(String),
    /// Wait so many seconds.
    TooMany(i64),
}

/// How long a visitor waits after 503.
const RETRY_SECS: &str = "30";

impl PageError {
    /// An error of ours, from whatever failed.
    pub(crate) fn internal(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Internal(error.into())
    }
}

impl From<StoreError> for PageError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy { .. } | StoreError::Full => Self::Unavailable(error.into()),
            StoreError::Newer
            | StoreError::Shared
            | StoreError::Stale { .. }
            | StoreError::Statement { .. }
            | StoreError::Taken => Self::internal(error),
        }
    }
}

impl From<Unavailable> for PageError {
    fn from(error: Unavailable) -> Self {
        Self::Unavailable(error.into())
    }
}

impl From<HashingError> for PageError {
    fn from(error: HashingError) -> Self {
        match error {
            HashingError::Busy => Self::Unavailable(error.into()),
            HashingError::Failed(_) => Self::internal(error),
        }
    }
}

impl From<RetryAfter> for PageError {
    fn from(after: RetryAfter) -> Self {
        Self::TooMany(after)
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        match self {
            Self::Forged => refuse(StatusCode::FORBIDDEN, Refusal::Forged),
            Self::Internal(error) => {
                let reference = log(error.as_ref());
                refuse(StatusCode::INTERNAL_SERVER_ERROR, Refusal::Logged(reference))
            }
            Self::NotFound => StatusCode::NOT_FOUND.into_response(),
            Self::NoPrint => refuse(StatusCode::FORBIDDEN, Refusal::NoPrint),
            Self::NoReply => refuse(StatusCode::FORBIDDEN, Refusal::NoReply),
            Self::SignIn { at } => axum::response::Redirect::to(&at).into_response(),
            Self::Status(status) => status.into_response(),
            Self::TooMany(RetryAfter { secs }) => {
                let mut response = refuse(StatusCode::TOO_MANY_REQUESTS, Refusal::TooMany(secs));
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(secs));
                response
            }
            Self::Unavailable(error) => {
                let reference = log(error.as_ref());
                let mut response =
                    refuse(StatusCode::SERVICE_UNAVAILABLE, Refusal::Logged(reference));
                let wait = HeaderValue::from_static(RETRY_SECS);
                response.headers_mut().insert(header::RETRY_AFTER, wait);
                response
            }
        }
    }
}

fn refuse(status: StatusCode, refusal: Refusal) -> Response {
    let mut response = status.into_response();
    response.extensions_mut().insert(refusal);
    response
}

/// Logs the chain of causes under a fresh reference, and returns the reference.
fn log(error: &(dyn Error + 'static)) -> String {
    let reference = reference();
    tracing::error!(event = "portal.failed", reference, error = chain(error));
    reference
}

/// The causes of an error on one line: a line break in one must not begin a line of its own.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut chain = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        chain.push_str(": ");
        chain.push_str(&error.to_string());
        cause = error.source();
    }
    chain.replace(char::is_control, " ")
}

/// Twelve letters by which a visitor and the log speak of the same failure.
pub(crate) fn reference() -> String {
    /// Enough to be unique among a day's failures.
    const REFERENCE_CHARS: usize = 12;
    vault::random_id().chars().take(REFERENCE_CHARS).collect()
}
