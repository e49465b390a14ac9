//! One message.

mod text;
pub(crate) mod view;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;
use store::copy::{Access, Copy};

use crate::app::App;
use crate::component::icon::Icon;
use crate::component::layout::{Frame, Mood, Place};
use crate::component::tag::{Tag, Tone};
use crate::error::PageError;
use crate::gateway::Reading;
use crate::mailbox::{self, Found, Letter};
use crate::reading::{self, Formatted};
use crate::session::Viewer;
use crate::when::Calendar;
use view::{Body, May, Message, WhyText};

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/m/{id}", get(show))
}

/// In which form the body is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wish {
    view: String,
}

/// `GET /m/{id}`: the message; records its opening.
///
/// Answers 404 to a message that is not the viewer's, 410 to one that is over or was taken back.
async fn show(
    State(app): State<App>,
    viewer: Viewer,
    method: Method,
    headers: HeaderMap,
    Path(id): Path<String>,
    Query(wish): Query<Wish>,
) -> Result<Response, PageError> {
    let letter = match mailbox::find(&app, &viewer, &id).await? {
        Found::Here(letter) => letter,
        Found::Gone(copy, standing) => return Ok(gone(&app, &viewer, &copy, standing)),
    };
    let reading = reading::of(&app, &letter).await?;
    reading::note_opening(&app, &letter, &method, &headers).await?;
    Ok(render(&app, &viewer, &letter, &reading, wish.view == "text"))
}

fn render(
    app: &App,
    viewer: &Viewer,
    letter: &Letter,
    reading: &Reading,
    wants_text: bool,
) -> Response {
    let calendar = Calendar::new(&app.settings.time_zone, app.now_ms());
    let nonce = reading::nonce();
    let formatted = reading::formatted(letter, reading);
    let csrf = viewer.csrf();
    let copy = &letter.copy;
    let may_reply = copy.options.reply && letter.standing == Access::Full;
    let expired_on = calendar.date(copy.expires_at_ms);
    let it = Message {
        id: &copy.id,
        reading,
        body: body(&formatted, reading, &nonce, wants_text),
        delivered_at_ms: copy.delivered_at_ms,
        tags: &tags(letter, &calendar),
        may: May {
            print: copy.options.print,
            reply: may_reply,
            reply_all: may_reply && copy.options.reply_all,
        },
        expired_on: (letter.standing == Access::ReadOnly).then_some(expired_on.as_str()),
    };
    let frame = Frame {
        settings: &app.settings,
        title: &title(reading),
        mood: if copy.options.print { Mood::Plain } else { Mood::Unprintable },
        person: Some(viewer.person(&csrf, Place::Elsewhere)),
    };
    (reading::headers(&nonce), view::page(&frame, &calendar, &it)).into_response()
}

/// The subject, or what stands for it.
pub(crate) fn title(reading: &Reading) -> String {
    let subject = reading.subject.trim();
    if subject.is_empty() { "(no subject)".to_owned() } else { subject.to_owned() }
}

fn body<'a>(
    formatted: &'a Formatted,
    reading: &'a Reading,
    nonce: &'a str,
    wants_text: bool,
) -> Body<'a> {
    let plain = reading.text.as_deref();
    match (formatted, plain) {
        (Formatted::Inert(_), Some(text)) if wants_text => Body::Text { text, why: WhyText::Asked },
        (Formatted::Inert(mail), _) => Body::Html { mail, nonce },
        (Formatted::Unsafe, text) => {
            Body::Text { text: text.unwrap_or_default(), why: WhyText::Unsafe }
        }
        (Formatted::None, Some(text)) => Body::Text { text, why: WhyText::Only },
        (Formatted::None, None) => Body::Empty,
    }
}

fn tags(letter: &Letter, calendar: &Calendar) -> Vec<Tag> {
    let mut tags = mailbox::tags(&letter.copy, letter.standing, calendar);
    if letter.standing == Access::Full && !tags.iter().any(|it| it.tone == Tone::Warning) {
        let words = format!("Available until {}", calendar.date(letter.copy.expires_at_ms));
        tags.push(Tag::new(words, Icon::Clock, Tone::Neutral));
    }
    tags.push(Tag::new("Kept encrypted", Icon::Lock, Tone::Good));
    tags
}

fn gone(app: &App, viewer: &Viewer, copy: &Copy, standing: Access) -> Response {
    let calendar = Calendar::new(&app.settings.time_zone, app.now_ms());
    let (title, sentence) = match standing {
        Access::Recalled => (text::GONE_RECALLED_TITLE, text::GONE_RECALLED.to_owned()),
        Access::Gone => (text::GONE_DELETED_TITLE, text::GONE_DELETED.to_owned()),
        Access::Expired | Access::Full | Access::ReadOnly => {
            let date = calendar.date(copy.expires_at_ms);
            (text::GONE_EXPIRED_TITLE, text::gone_expired(&date))
        }
    };
    let csrf = viewer.csrf();
    let frame = Frame {
        settings: &app.settings,
        title,
        mood: Mood::Plain,
        person: Some(viewer.person(&csrf, Place::Elsewhere)),
    };
    (StatusCode::GONE, view::gone(&frame, &copy.id, &sentence, &app.settings)).into_response()
}
