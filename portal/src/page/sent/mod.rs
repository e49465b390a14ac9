//! What the viewer wrote here.

mod text;
mod view;

use axum::Router;
use axum::extract::{Query, State};
use axum::routing::get;
use maud::Markup;
use serde::Deserialize;
use store::sent::{self, Sent};

use crate::app::App;
use crate::component::layout::{Frame, Mood, Place};
use crate::error::{PageError, chain};
use crate::mailbox::{self, Head};
use crate::page::inbox::view::Entry;
use crate::session::Viewer;
use crate::when::Calendar;

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/sent", get(show))
}

/// What was just done.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wish {
    done: String,
}

/// `GET /sent`: the newest page.
async fn show(
    State(app): State<App>,
    viewer: Viewer,
    Query(wish): Query<Wish>,
) -> Result<Markup, PageError> {
    let calendar = Calendar::new(&app.settings.time_zone, app.now_ms());
    let rows = app.settings.limits.rows_per_page;
    let mut entries = Vec::new();
    for it in sent::list(&app.store, &viewer.account_id, None, rows).await? {
        entries.push(entry(&app, &it).await);
    }
    let done = (!wish.done.is_empty()).then_some(text::DONE);
    let csrf = viewer.csrf();
    let frame = Frame {
        settings: &app.settings,
        title: text::TITLE,
        mood: Mood::Plain,
        person: Some(viewer.person(&csrf, Place::Sent)),
    };
    Ok(view::page(&frame, &calendar, &entries, done))
}

async fn entry(app: &App, it: &Sent) -> Entry {
    let head = head(app, it).await.unwrap_or_else(|error| {
        tracing::error!(event = "sent.row_failed", message = it.message_id, error = chain(&error));
        None
    });
    let is_gone = head.is_none();
    let head = head.unwrap_or_default();
    Entry {
        link: None,
        who: head.to.join(", "),
        subject: if is_gone { text::GONE.to_owned() } else { head.subject },
        preview: head.preview,
        is_unread: false,
        has_attachments: !head.attachments.is_empty(),
        tags: Vec::new(),
        at_ms: it.created_at_ms,
    }
}

/// The head of what was sent; `None` when its key was destroyed.
async fn head(app: &App, it: &Sent) -> Result<Option<Head>, PageError> {
    let Some(wrapped) = it.wrapped_key.clone() else { return Ok(None) };
    let context = mailbox::context(&it.message_id);
    let key = app.gateway.open_key(wrapped, context).await?;
    mailbox::open_head(&key, &it.message_id, &it.head).map(Some)
}
