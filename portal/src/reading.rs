//! The parsed body of a letter, and the record that it was opened.

use axum::http::{HeaderMap, HeaderValue, Method};

use crate::app::App;
use crate::component::foreign::Inert;
use crate::error::PageError;
use crate::gateway::Reading;
use crate::mailbox::Letter;
use crate::security::headers::policy_with_nonce;

/// Has a letter parsed by the confined worker.
pub(crate) async fn of(app: &App, letter: &Letter) -> Result<Reading, PageError> {
    Ok(app.gateway.reading(letter.copy.message_id.clone(), letter.key.clone()).await?)
}

/// Records that the recipient opens the letter, the first time.
///
/// The request carries the session of the very recipient, so a GET may say so: scanners have no
/// session, another site has no id, and what a browser fetches ahead is not counted.
pub(crate) async fn note_opening(
    app: &App,
    letter: &Letter,
    method: &Method,
    headers: &HeaderMap,
) -> Result<(), PageError> {
    let is_ahead =
        headers.get("sec-purpose").is_some_and(|it| it.as_bytes().starts_with(b"prefetch"));
    if letter.copy.read_at_ms.is_none() && *method == Method::GET && !is_ahead {
        app.gateway.opened(letter.copy.id.clone()).await?;
    }
    Ok(())
}

/// A body as a page may show it.
#[derive(Debug)]
pub(crate) enum Formatted {
    /// Inert markup; the page needs a nonce.
    Inert(Inert),
    /// No markup at all.
    None,
    /// Markup that holds what cleaned mail does not.
    Unsafe,
}

/// Rewrites the markup of a letter for a page of ours.
pub(crate) fn formatted(letter: &Letter, reading: &Reading) -> Formatted {
    let pictures = format!("/m/{}/p/", letter.copy.id);
    match &reading.html {
        None => Formatted::None,
        Some(html) => match Inert::rewrite(html, &pictures) {
            Some(inert) => Formatted::Inert(inert),
            None => {
                tracing::error!(event = "reading.not_inert", copy = letter.copy.id);
                Formatted::Unsafe
            }
        },
    }
}

/// A nonce of 256 bits for the one style element of a page.
pub(crate) fn nonce() -> String {
    vault::Token::random().text().to_string()
}

/// The headers of a page with a nonce.
pub(crate) fn headers(nonce: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let policy: Option<HeaderValue> = policy_with_nonce(nonce);
    headers.extend(policy.map(|it| (axum::http::header::CONTENT_SECURITY_POLICY, it)));
    headers
}
