//! Sessions and their cookies.

use axum::http::StatusCode;
use store::session;
use vault::Token;

use crate::browser::{Browser, signed_in};
use crate::world::{MARIAN, PASSWORD};

const MINUTE_MS: i64 = 60_000;

#[tokio::test]
async fn s_01_the_cookie_is_strict_and_the_database_holds_its_hash() {
    let (world, _, _) = signed_in().await;
    let mut browser = Browser::new(&world);
    let page = browser.log_in(MARIAN, PASSWORD).await;
    let cookies: Vec<&str> =
        page.headers.get_all("set-cookie").iter().map(|it| it.to_str().unwrap()).collect();
    let sid = cookies.iter().find(|it| it.starts_with("__Host-sid=")).unwrap();
    for attribute in ["; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"] {
        assert!(sid.contains(attribute), "{attribute}");
    }
    assert!(!sid.contains("Domain"));
    let token = Token::parse(&browser.cookies["__Host-sid"]).unwrap();
    let life = session::SessionLife { idle_ms: MINUTE_MS, absolute_ms: MINUTE_MS };
    let found =
        session::find_and_touch(&world.store, &token.hash(), life, crate::world::NOW_MS).await;
    assert!(found.unwrap().is_some());
}

#[tokio::test]
async fn s_02_a_login_makes_a_new_session_and_ends_the_old() {
    let (world, mut browser, _) = signed_in().await;
    let old = browser.cookies["__Host-sid"].clone();
    // Logging in again while the old cookie is still there.
    let mut other = Browser::new(&world);
    let csrf = other.get("/login").await.csrf();
    other.cookies.insert("__Host-sid".into(), old.clone());
    let fields = [("csrf", csrf.as_str()), ("email", MARIAN), ("password", PASSWORD)];
    assert_eq!(other.post("/login", &fields).await.location(), "/inbox");
    assert_ne!(other.cookies["__Host-sid"], old);
    assert_eq!(other.get("/inbox").await.status, StatusCode::OK);
    assert_eq!(browser.get("/inbox").await.location(), "/login?expired=1");
}

#[tokio::test]
async fn s_03_logging_out_ends_the_session_on_the_server() {
    let (_, mut browser, _) = signed_in().await;
    let old = browser.cookies.clone();
    let csrf = browser.get("/inbox").await.csrf();
    browser.post("/logout", &[("csrf", &csrf)]).await;
    browser.cookies = old;
    assert_eq!(browser.get("/inbox").await.location(), "/login?expired=1");
}

#[tokio::test]
async fn s_04_sessions_end_after_15_idle_minutes_and_after_12_hours() {
    let (world, mut browser, _) = signed_in().await;
    for _ in 0..(12 * 60 / 14) {
        world.clock.advance(14 * MINUTE_MS);
        assert_eq!(browser.get("/inbox").await.status, StatusCode::OK);
    }
    world.clock.advance(14 * MINUTE_MS);
    assert_eq!(browser.get("/inbox").await.location(), "/login?expired=1");

    let mut browser = Browser::new(&world);
    browser.log_in(MARIAN, PASSWORD).await;
    world.clock.advance(15 * MINUTE_MS - 1);
    assert_eq!(browser.get("/inbox").await.status, StatusCode::OK);
    world.clock.advance(15 * MINUTE_MS);
    assert_eq!(browser.get("/inbox").await.location(), "/login?expired=1");
}

#[tokio::test]
async fn s_04_a_page_left_alone_goes_to_the_login_but_not_one_being_written_on() {
    let (_, mut browser, kept) = signed_in().await;
    let message = format!("/m/{}", kept.copy_id);
    for path in ["/inbox", "/sent", &message, &format!("{message}/print")] {
        let page = browser.get(path).await;
        assert_eq!(page.header("refresh"), "900; url=/login?expired=1", "{path}");
    }
    for path in [&format!("{message}/reply"), &format!("{message}/a/0"), "/help"] {
        assert_eq!(browser.get(path).await.header("refresh"), "", "{path}");
    }
}

#[tokio::test]
async fn s_06_the_sixth_session_ends_the_first() {
    let (world, mut first, _) = signed_in().await;
    let mut others = Vec::new();
    for number in 0..5 {
        world.clock.advance(MINUTE_MS);
        let mut browser = Browser::at(&world, &format!("198.51.{number}.1:1"));
        assert_eq!(browser.log_in(MARIAN, PASSWORD).await.location(), "/inbox");
        others.push(browser);
    }
    assert_eq!(first.get("/inbox").await.location(), "/login?expired=1");
    for browser in &mut others {
        assert_eq!(browser.get("/inbox").await.status, StatusCode::OK);
    }
}
