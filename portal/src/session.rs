//! Who is asking: a viewer with a session, or a visitor before one.
//!
//! # Invariants
//!
//! - The cookie holds 256 random bits; the database holds their SHA-256.
//! - A login makes a new session and ends the one that the browser had.
//! - A form is accepted only with the proof of the session, or of the visit, that it was shown in.

use axum::extract::{FromRequestParts, OptionalFromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use axum_extra::extract::CookieJar;
use store::session;
use vault::{Token, csrf};

use crate::app::App;
use crate::component::layout::{Person, Place};
use crate::error::PageError;
use crate::profile::{self, Profile};

/// The cookie of a session. `__Host-`: secure, for this host alone, for every path.
const SESSION_COOKIE: &str = "__Host-sid";
/// The cookie of a visit: what a login form is bound to.
const VISIT_COOKIE: &str = "__Host-pre";
/// `Lax`, not `Strict`: the way from the link in a notice must find the session.
const COOKIE_ATTRIBUTES: &str = "Path=/; Secure; HttpOnly; SameSite=Lax";

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub(crate) struct Viewer {
    token: Token,
    /// The account.
    pub(crate) account_id: String,
    /// The keyed hash of its address, by which messages are found.
    pub(crate) address_hash: [u8; 32],
    /// What the account says about itself.
    pub(crate) profile: Profile,
    name: String,
}

impl Viewer {
    /// The proof for a form on this page.
    pub(crate) fn csrf(&self) -> String {
        csrf::issue(&self.token)
    }

    /// Whether a form was shown in this session.
    pub(crate) fn check(&self, proof: &str) -> Result<(), PageError> {
        if csrf::verify(&self.token, proof) { Ok(()) } else { Err(PageError::Forged) }
    }

    /// The viewer as the frame of a page shows them.
    pub(crate) fn person<'a>(&'a self, csrf: &'a str, place: Place) -> Person<'a> {
        Person { address: &self.profile.address, name: &self.name, csrf, place }
    }

    /// Ends the session.
    pub(crate) async fn leave(&self, app: &App) -> Result<(), PageError> {
        session::delete(&app.store, &self.token.hash()).await?;
        Ok(())
    }
}

impl FromRequestParts<App> for Viewer {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, PageError> {
        let jar = CookieJar::from_headers(&parts.headers);
        let cookie = jar.get(SESSION_COOKIE);
        let away = || PageError::SignIn { at: login_page(parts, cookie.is_some()) };
        let Some(token) = cookie.and_then(|it| Token::parse(it.value()).ok()) else {
            return Err(away());
        };
        let life = app.settings.limits.session_life;
        let found = session::find_and_touch(&app.store, &token.hash(), life, app.now_ms()).await?;
        let Some(found) = found else { return Err(away()) };
        let Some(account) = store::account::find(&app.store, &found.account_id).await? else {
            return Err(away());
        };
        let profile = profile::open(app, &account).await?;
        let name = profile.name();
        Ok(Self {
            token,
            account_id: account.id,
            address_hash: account.address_hash,
            profile,
            name,
        })
    }
}

impl OptionalFromRequestParts<App> for Viewer {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Option<Self>, PageError> {
        match <Self as FromRequestParts<App>>::from_request_parts(parts, app).await {
            Ok(viewer) => Ok(Some(viewer)),
            Err(PageError::SignIn { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// The login page for a request without a session; it knows a message that was asked for.
fn login_page(parts: &Parts, had_session: bool) -> String {
    let message = parts.uri.path().strip_prefix("/m/").and_then(|rest| rest.split('/').next());
    match (message.filter(|id| is_id(id)), had_session) {
        (Some(id), _) => format!("/login?to={id}"),
        (None, true) => "/login?expired=1".to_owned(),
        (None, false) => "/login".to_owned(),
    }
}

/// Whether a text has the form of an id (26 letters and digits of base32).
pub(crate) fn is_id(text: &str) -> bool {
    text.len() == vault::token::ID_CHARS
        && text.bytes().all(|it| matches!(it, b'a'..=b'z' | b'2'..=b'7'))
}

/// Somebody before they are signed in: a login form is bound to their visit.
#[derive(Clone, Debug)]
pub(crate) struct Visitor {
    token: Token,
    is_new: bool,
}

impl Visitor {
    /// The proof for a form on this page.
    pub(crate) fn csrf(&self) -> String {
        csrf::issue(&self.token)
    }

    /// Whether a form was shown in this visit.
    pub(crate) fn check(&self, proof: &str) -> Result<(), PageError> {
        let is_shown = !self.is_new && csrf::verify(&self.token, proof);
        if is_shown { Ok(()) } else { Err(PageError::Forged) }
    }

    /// The cookie of a new visit.
    pub(crate) fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if self.is_new {
            append_cookie(&mut headers, VISIT_COOKIE, &self.token.text(), "");
        }
        headers
    }
}

impl FromRequestParts<App> for Visitor {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Self, PageError> {
        let jar = CookieJar::from_headers(&parts.headers);
        let token = jar.get(VISIT_COOKIE).and_then(|it| Token::parse(it.value()).ok());
        Ok(match token {
            Some(token) => Self { token, is_new: false },
            None => Self { token: Token::random(), is_new: true },
        })
    }
}

/// Makes a session for an account, ends the one the browser had, and returns the cookies.
pub(crate) async fn sign_in(
    app: &App,
    account_id: &str,
    request: &HeaderMap,
) -> Result<HeaderMap, PageError> {
    let jar = CookieJar::from_headers(request);
    if let Some(old) = jar.get(SESSION_COOKIE).and_then(|it| Token::parse(it.value()).ok()) {
        session::delete(&app.store, &old.hash()).await?;
    }
    let token = Token::random();
    let sessions_max = app.settings.limits.sessions_per_account_max;
    session::create(&app.store, &token.hash(), account_id, sessions_max, app.now_ms()).await?;
    let mut headers = HeaderMap::new();
    append_cookie(&mut headers, SESSION_COOKIE, &token.text(), "");
    append_cookie(&mut headers, VISIT_COOKIE, "", "; Max-Age=0");
    Ok(headers)
}

/// Has a page of the mailbox go to the login by itself when its session has ended.
pub(crate) async fn leave_when_idle(
    State(app): State<App>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = next.run(request).await;
    let kind = response.headers().get(header::CONTENT_TYPE);
    if kind.is_some_and(|it| it.as_bytes().starts_with(b"text/html")) {
        let secs = app.settings.limits.session_life.idle_ms / 1000;
        let refresh = HeaderValue::from_str(&format!("{secs}; url=/login?expired=1"));
        response.headers_mut().extend(refresh.ok().map(|it| (header::REFRESH, it)));
    }
    response
}

/// The headers that make a browser forget the session and everything it kept of it.
pub(crate) fn forget() -> HeaderMap {
    let mut headers = HeaderMap::new();
    append_cookie(&mut headers, SESSION_COOKIE, "", "; Max-Age=0");
    let everything = HeaderValue::from_static("\"cache\", \"cookies\", \"storage\"");
    headers.insert("clear-site-data", everything);
    headers
}

fn append_cookie(headers: &mut HeaderMap, name: &str, value: &str, more: &str) {
    let cookie = format!("{name}={value}; {COOKIE_ATTRIBUTES}{more}");
    if let Ok(mut cookie) = HeaderValue::from_str(&cookie) {
        cookie.set_sensitive(true);
        headers.append(header::SET_COOKIE, cookie);
    }
}
