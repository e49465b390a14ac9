//! The page behind the link that a sender gets where a rule asks whether a message is to go.
//!
//! # Invariants
//!
//! - Nothing is decided by looking.
//! - Who has the link sees to whom the message is and its subject; nothing else of it.

mod text;
mod view;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde::Deserialize;
use store::message::{self, Message};
use store::order;
use store::queue::{self, Delivery, DeliveryState};
use store::token::{self, TokenPurpose};
use vault::Token;

use crate::app::App;
use crate::error::PageError;
use crate::form::FromVisitor;
use crate::mailbox;
use crate::security::client::Client;
use crate::session::Visitor;
use crate::when::Calendar;

/// Recipients that the page lists.
const ROWS_SHOWN: u32 = 100;
/// Whom it is held for, where that is the sender, as the rules have it.
const SENDER: &str = "sender";

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/s/{token}", get(show).post(decide))
}

/// What was just decided.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wish {
    done: String,
}

/// What the sender decided.
#[derive(Debug, Deserialize)]
struct Typed {
    #[serde(default)]
    decision: String,
}

/// `GET /s/{token}`: to whom the message is, and what became of it.
///
/// Answers one and the same 404 to a link that is expired, mistyped or invented.
async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path(token): Path<String>,
    Query(wish): Query<Wish>,
) -> Result<Response, PageError> {
    let Some((token, message)) = find(&app, &token).await? else { return Ok(dead(&app)) };
    let Some(wrapped) = message.wrapped_key.clone() else { return Ok(dead(&app)) };
    let key = app.gateway.open_key(wrapped, mailbox::context(&message.id)).await?;
    let head = mailbox::open_head(&key, &message.id, &message.head)?;
    let deliveries = queue::of_message(&app.store, &message.id, 0, ROWS_SHOWN).await?;
    let mut rows = Vec::new();
    for delivery in &deliveries {
        let recipient = mailbox::open_recipient(&key, &message.id, &delivery.recipient)?;
        rows.push(view::Row { recipient, state: state(&app, delivery).await? });
    }
    let decision = match wish.done.as_str() {
        "send" => Some(text::SENT),
        "stop" => Some(text::STOPPED),
        _ => None,
    };
    let csrf = visitor.csrf();
    let it = view::Asked {
        csrf: &csrf,
        link: &token.text(),
        subject: &head.subject,
        written_at_ms: message.received_at_ms,
        rows: &rows,
        more: u32::try_from(rows.len()).is_ok_and(|it| ROWS_SHOWN <= it),
        decision,
    };
    let calendar = Calendar::new(&app.settings.time_zone, app.now_ms());
    Ok((visitor.headers(), view::page(&app.settings, &calendar, &it)).into_response())
}

/// `POST /s/{token}`: what waits for the sender goes, or nobody gets it.
///
/// Answers 422 where neither was chosen.
async fn decide(
    State(app): State<App>,
    client: Client,
    Path(token): Path<String>,
    FromVisitor(_, typed): FromVisitor<Typed>,
) -> Result<Response, PageError> {
    app.throttle.take(client.network(), app.now_ms())?;
    let goes = match typed.decision.as_str() {
        "send" => true,
        "stop" => false,
        _ => return Err(PageError::Status(StatusCode::UNPROCESSABLE_ENTITY)),
    };
    let Ok(token) = Token::parse(&token) else { return Ok(dead(&app)) };
    if !app.gateway.sender_decides(token.hash().0, goes).await? {
        return Ok(dead(&app));
    }
    let done = if goes { "send" } else { "stop" };
    Ok(Redirect::to(&format!("/s/{}?done={done}", token.text().as_str())).into_response())
}

/// The message of a link that works.
async fn find(app: &App, text: &str) -> Result<Option<(Token, Message)>, PageError> {
    let Ok(token) = Token::parse(text) else { return Ok(None) };
    let found = token::find(&app.store, &token.hash(), TokenPurpose::Sender).await?;
    let found = found.filter(|it| it.spent_at_ms.is_none() && app.now_ms() < it.expires_at_ms);
    let Some(message_id) = found.and_then(|it| it.message_id) else { return Ok(None) };
    let message = message::find(&app.store, &message_id).await?;
    Ok(message.map(|it| (token, it)))
}

/// What the page says of a delivery.
async fn state(app: &App, delivery: &Delivery) -> Result<view::State, PageError> {
    let holds = delivery.hold_for.as_deref().unwrap_or_default();
    Ok(match delivery.state {
        DeliveryState::Held if holds.split(',').any(|it| it == SENDER) => {
            // Others may hold it, whom the sender's word does not bind.
            let let_go = order::counted(&app.store, delivery.id).await?;
            let has_spoken = let_go.iter().any(|it| it == SENDER);
            if has_spoken { view::State::Held } else { view::State::Asked }
        }
        DeliveryState::Held => view::State::Held,
        DeliveryState::Active | DeliveryState::Queued => view::State::UnderWay,
        DeliveryState::Failed => view::State::NotSent,
        DeliveryState::Sent => view::State::Sent,
    })
}

fn dead(app: &App) -> Response {
    (StatusCode::NOT_FOUND, view::dead(&app.settings)).into_response()
}
