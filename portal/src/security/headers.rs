//! The headers of every response, errors included.
//!
//! A handler may be stricter or, for the page of a message, name its nonce: what it sets stays.
//!
//! `Cross-Origin-Embedder-Policy` is left out everywhere: nothing here needs cross-origin isolation,
//! and one framed page without it would be replaced by an error.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

/// No script, nothing from elsewhere, no frames, forms only to ourselves.
const POLICY: &str = "default-src 'none'; script-src 'none'; style-src 'self'; img-src 'self'; \
    font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
    upgrade-insecure-requests; require-trusted-types-for 'script'; trusted-types 'none'";

/// Every feature that a browser lets a page turn off.
const PERMISSIONS: &str = "accelerometer=(), autoplay=(), browsing-topics=(), camera=(), \
    clipboard-read=(), clipboard-write=(), display-capture=(), encrypted-media=(), fullscreen=(), \
    geolocation=(), gyroscope=(), hid=(), idle-detection=(), magnetometer=(), microphone=(), midi=(), \
    payment=(), picture-in-picture=(), publickey-credentials-get=(), screen-wake-lock=(), serial=(), \
    usb=(), xr-spatial-tracking=()";

/// The headers and their values.
const HEADERS: [(HeaderName, &str); 11] = [
    (header::STRICT_TRANSPORT_SECURITY, "max-age=63072000; includeSubDomains; preload"),
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("origin-agent-cluster"), "?1"),
    (HeaderName::from_static("permissions-policy"), PERMISSIONS),
    (header::CACHE_CONTROL, "no-store"),
    (header::VARY, "Sec-Fetch-Site, Origin, Cookie"),
];

/// Adds the headers that a response does not have.
pub(crate) async fn add(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    fill(response.headers_mut());
    response
}

fn fill(headers: &mut HeaderMap) {
    for (name, value) in HEADERS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
}

/// The policy of a page that shows a mail's own markup: its one style element carries the nonce.
pub(crate) fn policy_with_nonce(nonce: &str) -> Option<HeaderValue> {
    let policy = POLICY.replace("style-src 'self'", &format!("style-src 'self' 'nonce-{nonce}'"));
    HeaderValue::from_str(&policy).ok()
}
