//! A message for paper.

mod view;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::app::App;
use crate::error::PageError;
use crate::mailbox;
use crate::page::message::title;
use crate::reading::{self, Formatted};
use crate::session::Viewer;
use crate::when::Calendar;

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/m/{id}/print", get(show))
}

/// `GET /m/{id}/print`. Answers 403 when the sender does not allow printing.
async fn show(
    State(app): State<App>,
    viewer: Viewer,
    method: Method,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let letter = mailbox::find_here(&app, &viewer, &id).await?;
    if !letter.copy.options.print {
        return Err(PageError::NoPrint);
    }
    let mut reading = reading::of(&app, &letter).await?;
    reading::note_opening(&app, &letter, &method, &headers).await?;
    reading.subject = title(&reading);
    let nonce = reading::nonce();
    let formatted = reading::formatted(&letter, &reading);
    let formatted = match &formatted {
        Formatted::Inert(inert) => Some((inert, nonce.as_str())),
        Formatted::None | Formatted::Unsafe => None,
    };
    let calendar = Calendar::new(&app.settings.time_zone, app.now_ms());
    let sent_at_ms = reading.date_ms.unwrap_or(letter.copy.delivered_at_ms);
    let page = view::page(&app.settings, &calendar, &reading, sent_at_ms, formatted);
    Ok((reading::headers(&nonce), page).into_response())
}
