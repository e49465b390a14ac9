//! The messages of the viewer.

mod text;
pub(crate) mod view;

use axum::Router;
use axum::extract::{Query, State};
use axum::routing::get;
use maud::Markup;
use serde::Deserialize;
use store::Cursor;
use store::copy::{self, Access, Copy};

use crate::app::App;
use crate::component::layout::{Frame, Mood, Place};
use crate::error::{PageError, chain};
use crate::mailbox::{self, Head};
use crate::session::Viewer;
use crate::when::Calendar;
use view::Entry;

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/inbox", get(show))
}

/// Which page of the list, and what was just done.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wish {
    before: Option<Cursor>,
    deleted: String,
}

/// `GET /inbox`.
async fn show(
    State(app): State<App>,
    viewer: Viewer,
    Query(wish): Query<Wish>,
) -> Result<Markup, PageError> {
    let calendar = Calendar::new(&app.settings.time_zone, app.now_ms());
    let rows = app.settings.limits.rows_per_page;
    let copies = copy::inbox(&app.store, &viewer.address_hash, wish.before, rows).await?;
    let mut entries = Vec::new();
    for copy in &copies {
        entries.push(entry(&app, &calendar, copy).await);
    }
    let unread = copy::unread(&app.store, &viewer.address_hash, app.now_ms()).await?;
    let is_full = u32::try_from(copies.len()).is_ok_and(|it| it == rows);
    let older = copies.last().filter(|_| is_full);
    let older = older.map(|it| it.cursor().to_string());
    let done = (!wish.deleted.is_empty()).then_some(text::DELETED);
    let csrf = viewer.csrf();
    let frame = Frame {
        settings: &app.settings,
        title: text::TITLE,
        mood: Mood::Plain,
        person: Some(viewer.person(&csrf, Place::Inbox)),
    };
    Ok(view::page(&frame, &calendar, &view::Inbox { entries: &entries, unread, older, done }))
}

/// The row of a copy. One that does not open is listed without what it says.
async fn entry(app: &App, calendar: &Calendar, copy: &Copy) -> Entry {
    let standing = mailbox::standing(copy, app.now_ms());
    let (head, instead) = match standing {
        Access::Recalled => (Head::default(), Some(text::TAKEN_BACK)),
        Access::Expired | Access::Gone => (Head::default(), Some(text::EXPIRED)),
        Access::Full | Access::ReadOnly => match mailbox::head_of(app, copy).await {
            Ok(head) => (head, None),
            Err(error) => {
                tracing::error!(
                    event = "inbox.row_failed",
                    message = copy.message_id,
                    error = chain(&error)
                );
                (Head::default(), Some(text::UNREADABLE))
            }
        },
    };
    let subject = match instead {
        Some(words) => words.to_owned(),
        None if head.subject.trim().is_empty() => text::NO_SUBJECT.to_owned(),
        None => head.subject.clone(),
    };
    Entry {
        link: Some(format!("/m/{}", copy.id)),
        who: head.author().called().to_owned(),
        subject,
        is_unread: copy.read_at_ms.is_none() && instead.is_none(),
        has_attachments: !head.attachments.is_empty(),
        preview: head.preview,
        tags: mailbox::tags(copy, standing, calendar),
        at_ms: copy.delivered_at_ms,
    }
}
