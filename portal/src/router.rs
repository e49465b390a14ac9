//! The whole site: routes inside, guards around them.

use std::any::Any;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;

use crate::app::App;
use crate::asset;
use crate::error::PageError;
use crate::page;
use crate::security::{guard, headers};
use crate::session;

/// Makes the site.
///
/// From outside in: headers on every response; a page for every refusal; a panic becomes a 500;
/// the time is limited; host, method and origin are checked; then the pages.
pub fn router(app: App) -> Router {
    let limits = app.settings.limits;
    let timeout =
        TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, limits.request_time_max);
    let mailbox = mailbox().layer(from_fn_with_state(app.clone(), session::leave_when_idle));
    pages()
        .merge(mailbox)
        .fallback(|| async { PageError::NotFound })
        .method_not_allowed_fallback(|| async { PageError::Status(StatusCode::METHOD_NOT_ALLOWED) })
        .layer(DefaultBodyLimit::max(limits.form_octets_max))
        .layer(from_fn_with_state(app.clone(), guard::check))
        .layer(timeout)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(app.clone(), page::refusal::dress))
        .layer(from_fn(headers::add))
        .with_state(app)
}

/// The pages that show something of a mailbox, and must not stay on a screen that is left alone.
fn mailbox() -> Router<App> {
    Router::new()
        .merge(page::delete::router())
        .merge(page::inbox::router())
        .merge(page::message::router())
        .merge(page::print::router())
        .merge(page::sent::router())
}

/// All others.
fn pages() -> Router<App> {
    Router::new()
        .merge(asset::router())
        .merge(page::attachment::router())
        .merge(page::forgot::router())
        .merge(page::help::router())
        .merge(page::home::router())
        .merge(page::login::router())
        .merge(page::logout::router())
        .merge(page::notice::router())
        .merge(page::picture::router())
        .merge(page::register::router())
        .merge(page::reset::router())
        .merge(page::sender::router())
        // A page on which something is written stays.
        .merge(page::reply::router())
}

/// A panic is a bug of ours; the visitor sees a reference, the log that there was one. What the
/// panic says stays out of the log: it may quote the text that was being worked on.
fn panicked(_what: Box<dyn Any + Send + 'static>) -> Response {
    let mut response = PageError::internal("a handler panicked").into_response();
    // What was half read of the request must not become the next one.
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}
