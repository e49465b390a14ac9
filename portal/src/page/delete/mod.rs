//! Deleting a message, after a question.

mod view;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Redirect;
use axum::routing::get;
use maud::Markup;
use store::copy;

use crate::app::App;
use crate::component::layout::{Frame, Mood, Place};
use crate::error::PageError;
use crate::form::{FromViewer, Nothing};
use crate::mailbox::{self, Found};
use crate::session::{Viewer, is_id};

/// What the page asks.
const TITLE: &str = "Delete this message?";

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/m/{id}/delete", get(ask).post(delete))
}

/// `GET /m/{id}/delete`: asks.
async fn ask(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<String>,
) -> Result<Markup, PageError> {
    let subject = match mailbox::find(&app, &viewer, &id).await? {
        Found::Here(letter) => {
            let copy = &letter.copy;
            mailbox::open_head(&letter.key, &copy.message_id, &copy.head)?.subject
        }
        Found::Gone(..) => "This message".to_owned(),
    };
    let csrf = viewer.csrf();
    let frame = Frame {
        settings: &app.settings,
        title: TITLE,
        mood: Mood::Plain,
        person: Some(viewer.person(&csrf, Place::Elsewhere)),
    };
    Ok(view::page(&frame, &viewer.csrf(), &id, &subject))
}

/// `POST /m/{id}/delete`. Answers 404 to a message that is not the viewer's.
async fn delete(
    State(app): State<App>,
    Path(id): Path<String>,
    FromViewer(viewer, Nothing {}): FromViewer<Nothing>,
) -> Result<Redirect, PageError> {
    let is_deleted =
        is_id(&id) && copy::delete(&app.store, &id, &viewer.address_hash, app.now_ms()).await?;
    if is_deleted { Ok(Redirect::to("/inbox?deleted=1")) } else { Err(PageError::NotFound) }
}
