//! The address without a path: people bookmark it.

use axum::Router;
use axum::response::Redirect;
use axum::routing::get;

use crate::app::App;
use crate::session::Viewer;

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/", get(show))
}

/// `GET /`: to the inbox, or to the login.
async fn show(viewer: Option<Viewer>) -> Redirect {
    Redirect::to(if viewer.is_some() { "/inbox" } else { "/login" })
}
