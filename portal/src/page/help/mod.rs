//! Help, and how to tell a genuine notice. Needs no account.

mod view;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use maud::Markup;

use crate::app::App;

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/help", get(show)).route("/help/genuine", get(show_genuine))
}

/// `GET /help`.
async fn show(State(app): State<App>) -> Markup {
    view::help(&app.settings)
}

/// `GET /help/genuine`.
async fn show_genuine(State(app): State<App>) -> Markup {
    view::genuine(&app.settings)
}
