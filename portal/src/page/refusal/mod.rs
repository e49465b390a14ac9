//! The pages of errors: whatever a request is refused with, the answer is a page.

mod text;
mod view;

use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::error::Refusal;

/// Gives a refusal without a page its page.
pub(crate) async fn dress(State(app): State<App>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    let is_refusal = status.is_client_error() || status.is_server_error();
    let has_page = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if !is_refusal || has_page {
        return response;
    }
    let refusal = response.extensions().get::<Refusal>().cloned();
    let words = text::of(status, refusal.as_ref());
    let page = view::page(&app.settings, &words).into_response();
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    for (name, value) in page.headers() {
        parts.headers.insert(name, value.clone());
    }
    Response::from_parts(parts, page.into_body())
}
