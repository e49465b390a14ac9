//! Downloading an attachment. Never shown inside a page: the browser is told to save it.

mod name;
mod range;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::app::App;
use crate::error::PageError;
use crate::gateway::AttachmentBody;
use crate::mailbox;
use crate::reading;
use crate::session::Viewer;
use range::Part;

/// What a browser may be told about a file; anything else is octets.
const KINDS: [&str; 14] = [
    "application/msword",
    "application/pdf",
    "application/rtf",
    "application/vnd.ms-excel",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/zip",
    "image/gif",
    "image/jpeg",
    "image/png",
    "image/webp",
];
/// A file is a document of nobody: it runs, loads and frames nothing.
const POLICY: &str = "sandbox; default-src 'none'; frame-ancestors 'none'";

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/m/{id}/a/{index}", get(download))
}

/// `GET /m/{id}/a/{index}`: the file, or one range of it.
///
/// Answers 403 to a link on another site, 404 to a message that is not the viewer's or has no such
/// file, 416 to a range behind its end.
async fn download(
    State(app): State<App>,
    viewer: Viewer,
    method: Method,
    headers: HeaderMap,
    Path((id, index)): Path<(String, String)>,
) -> Result<Response, PageError> {
    if !is_asked_for_here(&headers) {
        return Err(PageError::Forged);
    }
    let index = index.parse().map_err(|_not_a_number| PageError::NotFound)?;
    let letter = mailbox::find_here(&app, &viewer, &id).await?;
    let message_id = letter.copy.message_id.clone();
    let file = app.gateway.attachment(message_id, letter.key.clone(), index).await?;
    let file = file.ok_or(PageError::NotFound)?;
    reading::note_opening(&app, &letter, &method, &headers).await?;
    Ok(answer(file, &headers))
}

/// Whether the download was begun on a page of ours, or typed in.
fn is_asked_for_here(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site");
    site.is_none_or(|it| matches!(it.as_bytes(), b"same-origin" | b"none"))
}

fn answer(file: AttachmentBody, request: &HeaderMap) -> Response {
    let total = file.bytes.len();
    let part = range::wanted(request, total);
    let mut headers = HeaderMap::new();
    let kind = KINDS.into_iter().find(|it| it.eq_ignore_ascii_case(&file.kind));
    let kind = kind.unwrap_or("application/octet-stream");
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.extend(
        HeaderValue::from_str(&name::disposition(&file.name))
            .ok()
            .map(|it| (header::CONTENT_DISPOSITION, it)),
    );
    headers.extend(
        part.content_range(total)
            .and_then(|it| HeaderValue::from_str(&it).ok())
            .map(|it| (header::CONTENT_RANGE, it)),
    );
    match part {
        Part::Whole => (headers, file.bytes).into_response(),
        Part::Slice { first, last } => {
            let slice = file.bytes.get(first..=last).unwrap_or_default().to_vec();
            (StatusCode::PARTIAL_CONTENT, headers, slice).into_response()
        }
        Part::Beyond => {
            let range = headers.remove(header::CONTENT_RANGE);
            let range = range.map(|it| [(header::CONTENT_RANGE, it)]);
            (StatusCode::RANGE_NOT_SATISFIABLE, range.map(HeaderMap::from_iter).unwrap_or_default())
                .into_response()
        }
    }
}
