//! What to do without a password.
//!
//! # Current limitations
//!
//! There is no link by mail to a new password: the help desk helps, with `chancery unlock`.

mod view;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use maud::Markup;

use crate::app::App;

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/forgot", get(show))
}

/// `GET /forgot`.
async fn show(State(app): State<App>) -> Markup {
    view::page(&app.settings)
}
