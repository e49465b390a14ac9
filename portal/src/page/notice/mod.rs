//! The page behind the link of a notice.
//!
//! # Invariants
//!
//! Nothing changes by looking: the token is used up by creating an account, not here.

mod text;
pub(crate) mod view;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use store::account;
use store::copy::Access;

use crate::app::App;
use crate::error::PageError;
use crate::link;
use crate::mailbox;
use crate::when::Calendar;

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/n/{token}", get(show))
}

/// `GET /n/{token}`: who wrote, when, until when.
///
/// Answers one and the same 404 to a link that is used, expired, mistyped or invented.
async fn show(State(app): State<App>, Path(token): Path<String>) -> Result<Response, PageError> {
    let Some(link) = link::find(&app, &token).await? else { return Ok(dead(&app)) };
    match mailbox::standing(&link.copy, app.now_ms()) {
        Access::Expired | Access::Gone => return Ok(dead(&app)),
        Access::Recalled => {
            return Ok((StatusCode::GONE, view::recalled(&app.settings)).into_response());
        }
        Access::Full | Access::ReadOnly => {}
    }
    let from = mailbox::head_of(&app, &link.copy).await?.author();
    let account = account::by_address(&app.store, &link.address_hash).await?;
    let it = view::Waiting {
        from: &from,
        delivered_at_ms: link.copy.delivered_at_ms,
        expires_at_ms: link.copy.expires_at_ms,
        link: &link.token.text(),
        copy_id: &link.copy.id,
        has_account: account.is_some(),
    };
    let calendar = Calendar::new(&app.settings.time_zone, app.now_ms());
    Ok(view::waiting(&app.settings, &calendar, &it).into_response())
}

/// The answer to every link that does not work.
pub(crate) fn dead(app: &App) -> Response {
    (StatusCode::NOT_FOUND, view::dead(&app.settings)).into_response()
}
