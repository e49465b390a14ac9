//! Creating an account from the link of a notice.
//!
//! # Invariants
//!
//! - The account is for the address the message was sent to, and for no other.
//! - The token is used up in the transaction that creates the account.

mod text;
mod view;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde::Deserialize;
use store::account::{self, Created, NewAccount};
use store::copy::Access;

use crate::app::App;
use crate::component::{rules, summary::Fault};
use crate::error::PageError;
use crate::form::FromVisitor;
use crate::gateway::Mailbox;
use crate::link::{self, Link};
use crate::mailbox;
use crate::page::notice;
use crate::profile::{self, Profile};
use crate::security::client::Client;
use crate::security::policy::Verdict;
use crate::session::{self, Visitor};
use crate::when::Calendar;

/// The longest first or last name, in characters.
const NAME_CHARS_MAX: usize = 60;

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/register", get(show).post(register))
}

/// The link that somebody comes from.
#[derive(Debug, Deserialize)]
struct Origin {
    #[serde(default)]
    link: String,
}

/// What was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Typed {
    link: String,
    first_name: String,
    last_name: String,
    password: String,
    password2: String,
    password_shown: String,
    show: String,
}

impl Typed {
    /// The password, from the field that was on screen.
    fn password(&self) -> &str {
        if self.show.is_empty() { &self.password } else { &self.password_shown }
    }

    fn first_name(&self) -> &str {
        self.first_name.trim()
    }

    fn last_name(&self) -> &str {
        self.last_name.trim()
    }
}

/// What is known from the link alone.
struct Invitation {
    link: Link,
    address: String,
    from: Mailbox,
}

/// `GET /register?link=…`.
async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Query(origin): Query<Origin>,
) -> Result<Response, PageError> {
    let Some(invitation) = invitation(&app, &origin.link).await? else {
        return Ok(notice::dead(&app));
    };
    let page = render(&app, &visitor, &invitation, &Typed::default(), None, &[]);
    Ok((visitor.headers(), page).into_response())
}

/// `POST /register`: makes the account, uses the token up, signs in, shows the message.
///
/// Answers 422 with what is wrong, and the page of a dead link when the token is.
async fn register(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    FromVisitor(visitor, typed): FromVisitor<Typed>,
) -> Result<Response, PageError> {
    app.throttle.take(client.network(), app.now_ms())?;
    let Some(invitation) = invitation(&app, &typed.link).await? else {
        return Ok(notice::dead(&app));
    };
    let (verdict, faults) = judge(&app, &typed, &invitation.address);
    if !faults.is_empty() {
        let page = render(&app, &visitor, &invitation, &typed, verdict.as_ref(), &faults);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, visitor.headers(), page).into_response());
    }
    let (created, id) = create(&app, &typed, &invitation).await?;
    let copy_id = &invitation.link.copy.id;
    match created {
        Created::Made => {
            tracing::info!(event = "account.created", account = id);
            let cookies = session::sign_in(&app, &id, &headers).await?;
            Ok((cookies, Redirect::to(&format!("/m/{copy_id}"))).into_response())
        }
        Created::Taken => Ok(Redirect::to(&format!("/login?to={copy_id}")).into_response()),
        Created::TokenSpent => Ok(notice::dead(&app)),
    }
}

/// What a link invites to; `None` when it does not work, or its message is not there any more.
async fn invitation(app: &App, text: &str) -> Result<Option<Invitation>, PageError> {
    let Some(link) = link::find(app, text).await? else { return Ok(None) };
    match mailbox::standing(&link.copy, app.now_ms()) {
        Access::Expired | Access::Gone | Access::Recalled => Ok(None),
        Access::Full | Access::ReadOnly => {
            let (address, head) = mailbox::address_of(app, &link.copy).await?;
            Ok(Some(Invitation { link, address, from: head.author() }))
        }
    }
}

/// What is wrong with the form, and which rules the password meets.
fn judge(app: &App, typed: &Typed, address: &str) -> (Option<Verdict>, Vec<Fault>) {
    let mut faults = Vec::new();
    for (field, name, missing) in [
        ("first_name", typed.first_name(), text::FIRST_NAME_MISSING),
        ("last_name", typed.last_name(), text::LAST_NAME_MISSING),
    ] {
        if name.is_empty() {
            faults.push(Fault::new(field, missing));
        } else if NAME_CHARS_MAX < name.chars().count() || name.contains(char::is_control) {
            faults.push(Fault::new(field, text::NAME_WRONG));
        }
    }
    let organisation = app.settings.organisation.as_str();
    let context = [typed.first_name(), typed.last_name(), address, organisation];
    let repeated = typed.show.is_empty().then_some(typed.password2.as_str());
    let verdict = rules::judge(typed.password(), repeated, &context, &mut faults);
    (verdict, faults)
}

/// Makes the account and uses the token up, in one transaction; gives its id as well.
async fn create(app: &App, typed: &Typed, it: &Invitation) -> Result<(Created, String), PageError> {
    let password = app.hashing.hash(typed.password().to_owned()).await?;
    let id = vault::random_id();
    let (key, wrapped) = app.gateway.new_key(profile::context(&id)).await?;
    let profile = Profile {
        address: it.address.clone(),
        first_name: typed.first_name().to_owned(),
        last_name: typed.last_name().to_owned(),
        hint: String::new(),
        language: "en".to_owned(),
    };
    let account = NewAccount {
        profile: profile.seal(&key, &id)?,
        id: id.clone(),
        address_hash: it.link.address_hash,
        wrapped_key: wrapped,
        password,
    };
    let token = it.link.token.hash();
    Ok((account::create(&app.store, &account, &token, app.now_ms()).await?, id))
}

fn render(
    app: &App,
    visitor: &Visitor,
    invitation: &Invitation,
    typed: &Typed,
    verdict: Option<&Verdict>,
    faults: &[Fault],
) -> maud::Markup {
    let csrf = visitor.csrf();
    let it = view::Registration {
        csrf: &csrf,
        link: &invitation.link.token.text(),
        from: &invitation.from,
        expires_at_ms: invitation.link.copy.expires_at_ms,
        address: &invitation.address,
        first_name: &typed.first_name,
        last_name: &typed.last_name,
        verdict,
        faults,
    };
    let calendar = Calendar::new(&app.settings.time_zone, app.now_ms());
    view::page(&app.settings, &calendar, &it)
}
