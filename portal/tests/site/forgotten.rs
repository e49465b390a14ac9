//! A forgotten password: a link by mail, a new password, and what nobody learns on the way.

use axum::http::StatusCode;
use portal::AccountLetter;

use crate::browser::{Browser, Page, signed_in};
use crate::world::{MARIAN, PASSWORD, World};

const MINUTE_MS: i64 = 60_000;
const NEW_PASSWORD: &str = "another sentence of mine";

async fn ask(browser: &mut Browser, email: &str) -> Page {
    let csrf = browser.get("/forgot").await.csrf();
    browser.post("/forgot", &[("csrf", csrf.as_str()), ("email", email)]).await
}

/// What was written, once what goes on behind the answers has been done.
async fn written(world: &World) -> Vec<(String, AccountLetter)> {
    for _ in 0..50 {
        tokio::time::sleep(std::time::Duration::from_millis(4)).await;
        if !world.neighbours.written().is_empty() {
            break;
        }
    }
    world.neighbours.written()
}

async fn link(world: &World) -> String {
    let written = written(world).await;
    let Some((to, AccountLetter::Reset { link })) = written.last() else { panic!("{written:?}") };
    assert_eq!(to, MARIAN);
    format!("/reset/{link}")
}

async fn choose(browser: &mut Browser, link: &str, password: &str) -> Page {
    let csrf = browser.get(link).await.csrf();
    let fields = [("csrf", csrf.as_str()), ("password", password), ("password2", password)];
    browser.post(link, &fields).await
}

#[tokio::test]
async fn s_11_nobody_learns_who_has_an_account() {
    let (world, _, _) = signed_in().await;
    let mut browser = Browser::new(&world);
    let unknown = ask(&mut browser, "nobody@harbourlegal.example").await;
    assert!(written(&world).await.is_empty());
    let known = ask(&mut browser, MARIAN).await;
    assert_eq!((known.status, known.constant()), (unknown.status, unknown.constant()));
    assert_eq!(written(&world).await.len(), 1);
    for (email, fault) in [("", "Enter your email address"), ("marian", "like name@example.org")] {
        let page = ask(&mut browser, email).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{email}");
        assert!(page.text.contains(fault) && page.text.contains(&format!("value=\"{email}\"")));
    }
}

#[tokio::test]
async fn s_15_a_link_is_used_once_and_changes_nothing_by_being_looked_at() {
    let (world, mut other, _) = signed_in().await;
    let mut browser = Browser::new(&world);
    assert_eq!(ask(&mut browser, &MARIAN.to_uppercase()).await.status, StatusCode::OK);
    let link = link(&world).await;
    for _ in 0..2 {
        let page = browser.get(&link).await;
        assert!(page.status == StatusCode::OK && page.text.contains(MARIAN));
    }
    for (password, fault) in [
        ("tulips", "Enter a password of at least 15"),
        ("Marian Osei 1979!", "Choose a password that is not your name"),
    ] {
        let page = choose(&mut browser, &link, password).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.text.contains(fault) && !page.text.contains(password), "{password}");
    }
    // Until then all is as it was.
    assert_eq!(other.get("/inbox").await.status, StatusCode::OK);
    assert_eq!(choose(&mut browser, &link, NEW_PASSWORD).await.location(), "/login?reset=1");
    assert!(browser.get("/login?reset=1").await.text.contains("Your password has been changed."));
    // It logs nobody in, and logs everybody out.
    assert_eq!(browser.get("/inbox").await.status, StatusCode::SEE_OTHER);
    assert_eq!(other.get("/inbox").await.status, StatusCode::SEE_OTHER);
    assert_eq!(browser.get(&link).await.status, StatusCode::NOT_FOUND);
    assert_eq!(world.neighbours.written().last().unwrap().1, AccountLetter::Changed);
    let refused = browser.log_in(MARIAN, PASSWORD).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(browser.log_in(MARIAN, NEW_PASSWORD).await.location(), "/inbox");
}

#[tokio::test]
async fn a_link_is_good_for_half_an_hour_and_another_comes_after_five_minutes() {
    let (world, _, _) = signed_in().await;
    let mut browser = Browser::new(&world);
    ask(&mut browser, MARIAN).await;
    let first = link(&world).await;
    ask(&mut browser, MARIAN).await;
    tokio::time::sleep(std::time::Duration::from_millis(40)).await;
    assert_eq!(world.neighbours.written().len(), 1);
    world.clock.advance(6 * MINUTE_MS);
    ask(&mut browser, MARIAN).await;
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    assert_eq!(world.neighbours.written().len(), 2);
    let second = link(&world).await;
    world.clock.advance(25 * MINUTE_MS);
    assert_eq!(browser.get(&first).await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.get(&second).await.status, StatusCode::OK);
    for dead in ["/reset/x", &format!("/reset/{}", "A".repeat(43))] {
        assert_eq!(browser.get(dead).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn a_link_unlocks_what_wrong_passwords_have_locked() {
    let (world, _, _) = signed_in().await;
    for number in 0..10 {
        let mut guesser = Browser::at(&world, &format!("198.51.{number}.7:40000"));
        guesser.log_in(MARIAN, "a wrong password").await;
        world.clock.advance(MINUTE_MS);
    }
    let mut browser = Browser::new(&world);
    let locked = browser.log_in(MARIAN, PASSWORD).await;
    assert_eq!(locked.status, StatusCode::UNPROCESSABLE_ENTITY);
    world.clock.advance(MINUTE_MS);
    ask(&mut browser, MARIAN).await;
    let link = link(&world).await;
    choose(&mut browser, &link, NEW_PASSWORD).await.location();
    assert_eq!(browser.log_in(MARIAN, NEW_PASSWORD).await.location(), "/inbox");
}
