//! A link to a new password, by mail.
//!
//! # Invariants
//!
//! - Whoever asks is told the same at the same time, whether the address has an account or not: what
//!   is to be sent is found out once the answer is on its way.
//! - Nothing about the account changes by asking, and its sessions go on.
//! - An account is written to no more often than once in [`QUIET_MS`].

mod text;
mod view;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;
use store::NewToken;
use store::account;
use store::token::{self, TokenPurpose};
use vault::Token;
use wire::Address;

use crate::app::App;
use crate::component::summary::Fault;
use crate::error::{PageError, chain};
use crate::form::FromVisitor;
use crate::gateway::AccountLetter;
use crate::profile;
use crate::security::client::Client;
use crate::security::throttle::Who;
use crate::session::Visitor;

/// How long a link to a new password is good, in ms.
const LINK_LIFE_MS: i64 = 30 * 60 * 1000;
/// How long an account is not written to again, in ms.
const QUIET_MS: i64 = 5 * 60 * 1000;

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/forgot", get(show).post(ask))
}

/// What was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Typed {
    email: String,
}

/// `GET /forgot`.
async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    let csrf = visitor.csrf();
    (visitor.headers(), view::page(&app.settings, &csrf, "", &[])).into_response()
}

/// `POST /forgot`: has a link sent, if the address has an account.
///
/// Answers 422 to what is no address, and 429 to too many attempts.
async fn ask(
    State(app): State<App>,
    client: Client,
    FromVisitor(visitor, typed): FromVisitor<Typed>,
) -> Result<Response, PageError> {
    let Ok(address) = Address::parse(typed.email.trim()) else {
        let words = if typed.email.trim().is_empty() { text::MISSING } else { text::WRONG };
        let csrf = visitor.csrf();
        let page = view::page(&app.settings, &csrf, &typed.email, &[Fault::new("email", words)]);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, visitor.headers(), page).into_response());
    };
    app.throttle.take(client.network(), app.now_ms())?;
    let hash = app.gateway.address_hash(profile::normal(&address)).await?;
    app.throttle.take(Who::Account(hash), app.now_ms())?;
    let page = view::asked(&app.settings);
    tokio::spawn(async move {
        if let Err(error) = send(&app, hash).await {
            tracing::error!(event = "reset.not_sent", error = chain(&error));
        }
    });
    Ok(page.into_response())
}

/// Makes a link for the account of an address, if it has one, and has it sent there.
async fn send(app: &App, address_hash: [u8; 32]) -> Result<(), PageError> {
    let Some(account) = account::by_address(&app.store, &address_hash).await? else {
        tracing::info!(event = "reset.no_account");
        return Ok(());
    };
    let now_ms = app.now_ms();
    if !app.letters.may_go(address_hash, now_ms, QUIET_MS) {
        tracing::info!(event = "reset.too_often", account = account.id);
        return Ok(());
    }
    let profile = profile::open(app, &account).await?;
    let link = Token::random();
    let made = NewToken {
        hash: link.hash(),
        purpose: TokenPurpose::Reset,
        copy_id: None,
        message_id: None,
        address_hash,
        expires_at_ms: now_ms.saturating_add(LINK_LIFE_MS),
    };
    token::create(&app.store, &made).await?;
    let letter = AccountLetter::Reset { link: link.text().as_str().to_owned() };
    app.gateway.write(profile.address, letter).await?;
    tracing::info!(event = "reset.sent", account = account.id);
    Ok(())
}
