//! Answering a message.
//!
//! # Invariants
//!
//! - A reply goes to addresses of the organisation alone; what is left out is said.
//! - Whatever is refused, the text comes back with the reason.

mod letter;
mod recipients;
mod text;
mod upload;
mod view;

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Path, Query, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde::Deserialize;
use store::copy::Access;

use crate::app::App;
use crate::component::layout::{Frame, Mood, Place};
use crate::component::summary::Fault;
use crate::error::PageError;
use crate::gateway::{Reading, Submission, SubmitOutcome};
use crate::mailbox::{self, Letter};
use crate::page::message::title;
use crate::profile::normal;
use crate::reading;
use crate::session::Viewer;
use recipients::Recipients;
use upload::{Draft, TooLarge};

/// The most characters of a subject.
const SUBJECT_CHARS_MAX: usize = 250;

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/m/{id}/reply", get(show).post(send))
        // The upload counts for itself, so that its error can show both figures and the text.
        .layer(DefaultBodyLimit::disable())
}

/// To whom the answer goes.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wish {
    all: String,
}

/// A message that may be answered.
struct Original {
    letter: Letter,
    reading: Reading,
}

/// `GET /m/{id}/reply`, `?all=1` for an answer to all.
///
/// Answers 403 when the sender does not allow it, or no longer.
async fn show(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<String>,
    Query(wish): Query<Wish>,
) -> Result<Response, PageError> {
    let original = find(&app, &viewer, &id).await?;
    let wants_all = !wish.all.is_empty() && original.letter.copy.options.reply_all;
    let internal = &app.settings.internal;
    let own = &viewer.profile.address;
    let proposed = recipients::propose(&original.reading, own, internal, wants_all);
    let draft = Draft {
        to: proposed.to.join(", "),
        cc: proposed.cc.join(", "),
        subject: letter::answer_subject(&original.reading.subject),
        ..Draft::default()
    };
    Ok(render(&app, &viewer, &original, &draft, &proposed.dropped, &[]))
}

/// `POST /m/{id}/reply`: hands the reply to the spool.
///
/// Answers 413 to one that is too large and 422 to one that cannot go out, with the text kept.
async fn send(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, PageError> {
    let original = find(&app, &viewer, &id).await?;
    let _turn = app.uploads.try_acquire().map_err(|busy| PageError::Unavailable(busy.into()))?;
    let multipart = Multipart::from_request(request, &app).await;
    let multipart = multipart.map_err(|refused| PageError::Status(refused.status()))?;
    let limits = app.settings.limits;
    let (draft, overflow) = upload::read(multipart, &viewer, &limits).await?;
    if let Some(TooLarge { octets }) = overflow {
        return Ok(too_large(&app, &viewer, &original, &draft, octets));
    }
    let (recipients, mut faults) = recipients::check(&draft, &app.settings);
    faults.extend(faults_of(&draft, &app));
    if !faults.is_empty() {
        return Ok(refuse(&app, &viewer, &original, &draft, &faults));
    }
    match submit(&app, &viewer, &original, &draft, recipients).await? {
        SubmitOutcome::Accepted => {
            tracing::info!(event = "reply.accepted", account = viewer.account_id, copy = id);
            Ok(Redirect::to("/sent?done=1").into_response())
        }
        SubmitOutcome::Refused { reason } => {
            let faults = [Fault::new("body", text::refused(&reason))];
            Ok(refuse(&app, &viewer, &original, &draft, &faults))
        }
        SubmitOutcome::TooLarge => Ok(too_large(&app, &viewer, &original, &draft, draft.octets())),
    }
}

/// Finds the message that is answered, if it may be.
async fn find(app: &App, viewer: &Viewer, id: &str) -> Result<Original, PageError> {
    let letter = mailbox::find_here(app, viewer, id).await?;
    if !letter.copy.options.reply || letter.standing != Access::Full {
        return Err(PageError::NoReply);
    }
    let reading = reading::of(app, &letter).await?;
    Ok(Original { letter, reading })
}

/// What is wrong with the message itself.
fn faults_of(draft: &Draft, app: &App) -> Vec<Fault> {
    let limits = app.settings.limits;
    let mut faults = Vec::new();
    if draft.body.trim().is_empty() && draft.files.is_empty() {
        faults.push(Fault::new("body", text::BODY_MISSING));
    }
    if limits.text_chars_max < draft.body.chars().count() {
        faults.push(Fault::new("body", text::text_long(limits.text_chars_max)));
    }
    if SUBJECT_CHARS_MAX < draft.subject.chars().count() {
        faults.push(Fault::new("subject", text::SUBJECT_LONG));
    }
    if limits.attachments_max < draft.files.len() {
        faults.push(Fault::new("files", text::too_many_files(limits.attachments_max)));
    }
    faults
}

/// Composes the reply and hands it over.
async fn submit(
    app: &App,
    viewer: &Viewer,
    original: &Original,
    draft: &Draft,
    recipients: Recipients,
) -> Result<SubmitOutcome, PageError> {
    let message = letter::compose(app, viewer, &original.reading, draft, &recipients)?;
    let submission = Submission {
        account_id: viewer.account_id.clone(),
        sender: viewer.profile.address.clone(),
        recipients: recipients.all().map(normal).collect(),
        message,
        in_reply_to_copy: Some(original.letter.copy.id.clone()),
    };
    Ok(app.gateway.submit(submission).await?)
}

fn too_large(
    app: &App,
    viewer: &Viewer,
    original: &Original,
    draft: &Draft,
    octets: u64,
) -> Response {
    let max = app.settings.limits.message_octets_max;
    let faults = [Fault::new("files", text::too_large(octets, max))];
    let page = render(app, viewer, original, draft, &[], &faults);
    (StatusCode::PAYLOAD_TOO_LARGE, page).into_response()
}

fn refuse(
    app: &App,
    viewer: &Viewer,
    original: &Original,
    draft: &Draft,
    faults: &[Fault],
) -> Response {
    let mut faults = faults.to_vec();
    if !draft.files.is_empty() && !faults.iter().any(|it| it.field == "files") {
        faults.push(Fault::new("files", text::ATTACH_AGAIN));
    }
    let page = render(app, viewer, original, draft, &[], &faults);
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}

fn render(
    app: &App,
    viewer: &Viewer,
    original: &Original,
    draft: &Draft,
    dropped: &[String],
    faults: &[Fault],
) -> Response {
    let (logout, csrf) = (viewer.csrf(), viewer.csrf());
    let heading = format!("Reply to “{}”", title(&original.reading));
    let frame = Frame {
        settings: &app.settings,
        title: &heading,
        mood: if faults.is_empty() { Mood::Plain } else { Mood::Faulty },
        person: Some(viewer.person(&logout, Place::Desk)),
    };
    let it = view::Reply {
        csrf: &csrf,
        id: &original.letter.copy.id,
        to: &draft.to,
        cc: &draft.cc,
        subject: &draft.subject,
        body: &draft.body,
        original: original.reading.text.as_deref().unwrap_or_default(),
        dropped,
        faults,
    };
    view::page(&frame, &app.settings, &it).into_response()
}
