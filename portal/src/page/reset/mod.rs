//! Choosing a new password by the link that was mailed.
//!
//! # Invariants
//!
//! - Looking at the link uses nothing up; the new password does, once.
//! - It does not log in: whoever has the link alone has still to know the address.
//! - It unlocks the account and ends all of its sessions, and the owner is told by mail.

mod text;
mod view;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde::Deserialize;
use store::account::{self, Account};
use store::token::{self, TokenPurpose};
use vault::Token;

use crate::app::App;
use crate::component::{rules, summary::Fault};
use crate::error::{PageError, chain};
use crate::form::FromVisitor;
use crate::gateway::AccountLetter;
use crate::profile::{self, Profile};
use crate::security::client::Client;
use crate::security::policy::Verdict;
use crate::session::Visitor;

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/reset/{token}", get(show).post(reset))
}

/// What was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Typed {
    password: String,
    password2: String,
    password_shown: String,
    show: String,
}

/// `GET /reset/{token}`. Answers one and the same 404 to a link that is used, expired, mistyped or
/// invented.
async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path(token): Path<String>,
) -> Result<Response, PageError> {
    let Some((token, _, profile)) = find(&app, &token).await? else { return Ok(dead(&app)) };
    let page = render(&app, &visitor, &token, &profile, None, &[]);
    Ok((visitor.headers(), page).into_response())
}

/// `POST /reset/{token}`: gives the account the new password.
///
/// Answers 422 with what is wrong, and the page of a dead link when the link is.
async fn reset(
    State(app): State<App>,
    client: Client,
    Path(token): Path<String>,
    FromVisitor(visitor, typed): FromVisitor<Typed>,
) -> Result<Response, PageError> {
    app.throttle.take(client.network(), app.now_ms())?;
    let Some((token, account, profile)) = find(&app, &token).await? else { return Ok(dead(&app)) };
    let password = if typed.show.is_empty() { &typed.password } else { &typed.password_shown };
    let repeated = typed.show.is_empty().then_some(typed.password2.as_str());
    let organisation = app.settings.organisation.as_str();
    let context = [&*profile.first_name, &*profile.last_name, &*profile.address, organisation];
    let mut faults = Vec::new();
    let verdict = rules::judge(password, repeated, &context, &mut faults);
    if !faults.is_empty() {
        let page = render(&app, &visitor, &token, &profile, verdict.as_ref(), &faults);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, visitor.headers(), page).into_response());
    }
    let phc = app.hashing.hash(password.clone()).await?;
    let now_ms = app.now_ms();
    if !account::reset_password(&app.store, &account, &phc, &token.hash(), now_ms).await? {
        return Ok(dead(&app));
    }
    tracing::info!(event = "account.password_reset", account = account.id);
    // It is changed, whether that can be told now or not.
    if let Err(error) = app.gateway.write(profile.address, AccountLetter::Changed).await {
        let error = PageError::from(error);
        tracing::error!(event = "reset.not_told", account = account.id, error = chain(&error));
    }
    Ok(Redirect::to("/login?reset=1").into_response())
}

/// The account of a link that works.
async fn find(app: &App, text: &str) -> Result<Option<(Token, Account, Profile)>, PageError> {
    let Ok(token) = Token::parse(text) else { return Ok(None) };
    let found = token::find(&app.store, &token.hash(), TokenPurpose::Reset).await?;
    let found = found.filter(|it| it.spent_at_ms.is_none() && app.now_ms() < it.expires_at_ms);
    let Some(found) = found else { return Ok(None) };
    let account = account::by_address(&app.store, &found.address_hash).await?;
    let Some(account) = account else { return Ok(None) };
    let profile = profile::open(app, &account).await?;
    Ok(Some((token, account, profile)))
}

fn render(
    app: &App,
    visitor: &Visitor,
    token: &Token,
    profile: &Profile,
    verdict: Option<&Verdict>,
    faults: &[Fault],
) -> maud::Markup {
    let csrf = visitor.csrf();
    let it = view::Reset {
        csrf: &csrf,
        link: &token.text(),
        address: &profile.address,
        verdict,
        faults,
    };
    view::page(&app.settings, &it)
}

fn dead(app: &App) -> Response {
    (StatusCode::NOT_FOUND, view::dead(&app.settings)).into_response()
}
