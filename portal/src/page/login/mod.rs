//! Logging in.
//!
//! # Invariants
//!
//! A wrong password, an address without an account and a locked account get the same page, at the
//! same cost of hashing and not before the same time.

mod text;
mod view;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde::Deserialize;
use store::account::{self, Account};
use tokio::time::Instant;
use wire::Address;

use crate::app::App;
use crate::component::summary::Fault;
use crate::error::PageError;
use crate::form::FromVisitor;
use crate::security::client::Client;
use crate::security::throttle::Who;
use crate::session::{self, Viewer, Visitor, is_id};

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/login", get(show).post(log_in))
}

/// How a visitor came here.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Arrival {
    /// The message to go to afterwards.
    to: String,
    /// A session ended by itself.
    expired: String,
    /// A session was ended.
    out: String,
    /// A new password was chosen.
    reset: String,
}

/// `GET /login`.
async fn show(
    State(app): State<App>,
    viewer: Option<Viewer>,
    visitor: Visitor,
    Query(arrival): Query<Arrival>,
) -> Response {
    if viewer.is_some() {
        return Redirect::to(&destination(&arrival.to)).into_response();
    }
    let notices = [
        (&arrival.reset, text::RESET),
        (&arrival.expired, text::EXPIRED),
        (&arrival.out, text::LOGGED_OUT),
    ];
    let notice = notices.iter().find(|it| !it.0.is_empty()).map(|it| it.1);
    let to = if is_id(&arrival.to) { arrival.to.as_str() } else { "" };
    let csrf = visitor.csrf();
    let it = view::Login { csrf: &csrf, email: "", to, faults: &[], notice };
    (visitor.headers(), view::page(&app.settings, &it)).into_response()
}

/// What was typed.
#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct Typed {
    email: String,
    password: String,
    to: String,
}

/// `POST /login`.
///
/// Answers 422 to what cannot be right, and 429 to too many attempts.
async fn log_in(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    FromVisitor(visitor, typed): FromVisitor<Typed>,
) -> Result<Response, PageError> {
    let started = Instant::now();
    let address = match parse(&typed) {
        Ok(address) => address,
        Err(faults) => return Ok(again(&app, &visitor, &typed, &faults)),
    };
    app.throttle.take(client.network(), app.now_ms())?;
    let hash = app.gateway.address_hash(address).await?;
    app.throttle.take(Who::Account(hash), app.now_ms())?;
    match authenticate(&app, hash, &typed.password).await? {
        Some(account) => {
            let cookies = session::sign_in(&app, &account.id, &headers).await?;
            tracing::info!(event = "login.succeeded", account = account.id);
            Ok((cookies, Redirect::to(&destination(&typed.to))).into_response())
        }
        None => {
            // Counting a failure writes to the disk, and only for an account that exists.
            tokio::time::sleep_until(started + app.settings.limits.login_failure_time_min).await;
            let faults = [Fault::new("password", text::WRONG)];
            Ok(again(&app, &visitor, &typed, &faults))
        }
    }
}

/// The normalised address, or what is missing.
fn parse(typed: &Typed) -> Result<String, Vec<Fault>> {
    let mut faults = Vec::new();
    let address = Address::parse(typed.email.trim());
    if typed.email.trim().is_empty() {
        faults.push(Fault::new("email", text::EMAIL_MISSING));
    } else if address.is_err() {
        faults.push(Fault::new("email", text::EMAIL_WRONG));
    }
    if typed.password.is_empty() {
        faults.push(Fault::new("password", text::PASSWORD_MISSING));
    }
    match address {
        Ok(address) if faults.is_empty() => Ok(crate::profile::normal(&address)),
        Ok(_) | Err(_) => Err(faults),
    }
}

/// The account, if the password is its own and it is not locked.
async fn authenticate(
    app: &App,
    address_hash: [u8; 32],
    password: &str,
) -> Result<Option<Account>, PageError> {
    let account = account::by_address(&app.store, &address_hash).await?;
    let phc = account.as_ref().map(|it| it.password.clone());
    let is_right = app.hashing.verify(phc, password.to_owned()).await?;
    let Some(account) = account else {
        tracing::info!(event = "login.failed", reason = "no account");
        return Ok(None);
    };
    if account.locked_at_ms.is_some() {
        tracing::info!(event = "login.failed", reason = "locked", account = account.id);
        return Ok(None);
    }
    if !is_right {
        let limit = app.settings.limits.login_failures_max;
        let failed = account::failed(&app.store, &account.id, limit, app.now_ms()).await?;
        tracing::info!(event = "login.failed", reason = "password", account = account.id, ?failed);
        return Ok(None);
    }
    // Another attempt may have locked the account meanwhile.
    if !account::succeeded(&app.store, &account.id, app.now_ms()).await? {
        return Ok(None);
    }
    renew(app, &account, password).await?;
    Ok(Some(account))
}

/// Hashes the password anew when the stored hash was made with less than is asked for today.
async fn renew(app: &App, account: &Account, password: &str) -> Result<(), PageError> {
    if vault::password::is_outdated(&account.password) {
        let phc = app.hashing.hash(password.to_owned()).await?;
        account::rehash(&app.store, account, &phc).await?;
    }
    Ok(())
}

/// Where a login leads: to a message that was asked for, else to the inbox.
fn destination(to: &str) -> String {
    if is_id(to) { format!("/m/{to}") } else { "/inbox".to_owned() }
}

/// The page once more, with what is wrong. The password is never sent back.
fn again(app: &App, visitor: &Visitor, typed: &Typed, faults: &[Fault]) -> Response {
    let csrf = visitor.csrf();
    let to = if is_id(&typed.to) { typed.to.as_str() } else { "" };
    let it = view::Login { csrf: &csrf, email: &typed.email, to, faults, notice: None };
    (StatusCode::UNPROCESSABLE_ENTITY, visitor.headers(), view::page(&app.settings, &it))
        .into_response()
}
