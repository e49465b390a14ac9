//! Logging out.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;

use crate::app::App;
use crate::error::PageError;
use crate::form::{FromViewer, Nothing};
use crate::session;

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/logout", post(log_out))
}

/// `POST /logout`: ends the session on the server, and has the browser forget it.
async fn log_out(
    State(app): State<App>,
    FromViewer(viewer, Nothing {}): FromViewer<Nothing>,
) -> Result<Response, PageError> {
    viewer.leave(&app).await?;
    tracing::info!(event = "session.ended", account = viewer.account_id);
    Ok((session::forget(), Redirect::to("/login?out=1")).into_response())
}
