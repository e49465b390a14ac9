//! A picture inside a message, for the page that shows the message.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::app::App;
use crate::error::PageError;
use crate::mailbox;
use crate::session::Viewer;

/// How the pictures begin that are shown. No SVG: it is a document, not a picture.
const SIGNATURES: [(&[u8], &str); 4] = [
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
];
/// Were it opened on its own, it would be a document that can do nothing.
const POLICY: &str = "sandbox; default-src 'none'; frame-ancestors 'none'";

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/m/{id}/p/{part}", get(show))
}

/// `GET /m/{id}/p/{part}`: the picture, under the type that its first octets show.
///
/// Answers 404 to a message that is not the viewer's, a part that is not there or no picture.
async fn show(
    State(app): State<App>,
    viewer: Viewer,
    Path((id, part)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let part = part.parse().map_err(|_not_a_number| PageError::NotFound)?;
    let letter = mailbox::find_here(&app, &viewer, &id).await?;
    let message_id = letter.copy.message_id.clone();
    let file = app.gateway.attachment(message_id, letter.key.clone(), part).await?;
    let file = file.ok_or(PageError::NotFound)?;
    let kind = kind(&file.bytes).ok_or(PageError::NotFound)?;
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("inline"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    Ok((headers, file.bytes).into_response())
}

/// The media type of a picture, by its first octets.
fn kind(octets: &[u8]) -> Option<&'static str> {
    let known = SIGNATURES.iter().find(|(signature, _)| octets.starts_with(signature));
    match (known, octets.first_chunk::<12>()) {
        (Some((_, kind)), _) => Some(kind),
        (None, Some([b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P'])) => {
            Some("image/webp")
        }
        (None, _) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pictures_of_dots_are_shown() {
        assert_eq!(kind(b"\x89PNG\r\n\x1a\n..."), Some("image/png"));
        assert_eq!(kind(b"\xff\xd8\xff\xe0"), Some("image/jpeg"));
        assert_eq!(kind(b"RIFF....WEBPVP8 "), Some("image/webp"));
        for other in
            [&b"<svg xmlns='http://www.w3.org/2000/svg'>"[..], b"RIFF....WAVE", b"", b"GIF8"]
        {
            assert_eq!(kind(other), None);
        }
    }
}
