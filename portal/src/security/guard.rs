//! What a request must satisfy before any page sees it: the host, the method, where it comes from.
//!
//! # Standards
//!
//! Fetch Metadata Request Headers (W3C); RFC 6454 (origins); RFC 9110, sections 7.4 (421) and
//! 15.5.6 (405).

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::app::App;
use crate::error::PageError;
use crate::settings::Settings;

/// Refuses what no page should see.
pub(crate) async fn check(
    State(app): State<App>,
    request: Request,
    next: Next,
) -> Result<Response, PageError> {
    if !names_our_host(&request, &app.settings) {
        return Err(PageError::Status(StatusCode::MISDIRECTED_REQUEST));
    }
    let writes = match *request.method() {
        Method::GET | Method::HEAD => false,
        Method::POST => true,
        _ => return Err(PageError::Status(StatusCode::METHOD_NOT_ALLOWED)),
    };
    if !comes_from_us(request.headers(), writes, &app.settings) {
        return Err(PageError::Forged);
    }
    Ok(next.run(request).await)
}

/// Whether `Host`, and an authority in the request line, name this portal.
fn names_our_host(request: &Request, settings: &Settings) -> bool {
    let wanted = settings.authority();
    let line = request.uri().authority().map(|it| it.as_str());
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let host = match (hosts.next(), hosts.next()) {
        (None, _) => None,
        (Some(host), None) => Some(host.to_str().unwrap_or_default()),
        (Some(_), Some(_)) => return false,
    };
    let mut named = line.into_iter().chain(host).peekable();
    named.peek().is_some() && named.all(|it| it.eq_ignore_ascii_case(wanted))
}

/// Whether the page that caused the request is one of ours, or nothing can come of it.
///
/// A browser says so in `Sec-Fetch-Site`; an old one at least in `Origin` or `Referer`. From
/// another site only a person following a link may come.
fn comes_from_us(headers: &HeaderMap, writes: bool, settings: &Settings) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let origin = text("origin");
    let ours = |it: &str| it == settings.base_url;
    match text("sec-fetch-site") {
        Some("same-origin") => true,
        Some("none") => !writes || origin.is_none_or(ours),
        Some(_) => {
            !writes
                && text("sec-fetch-mode") == Some("navigate")
                && text("sec-fetch-dest") == Some("document")
        }
        None => {
            !writes
                || match origin {
                    Some(origin) => ours(origin),
                    None => text("referer").is_some_and(|it| {
                        it.strip_prefix(&settings.base_url)
                            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                    }),
                }
        }
    }
}
