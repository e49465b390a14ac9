//! Links of notices, and the accounts made from them.

use axum::http::StatusCode;
use vault::Token;

use crate::browser::{Browser, Page, registration, signed_in};
use crate::letters;
use crate::world::{DAY_MS, Kept, MARIAN, PASSWORD, World};

async fn register_with(browser: &mut Browser, kept: &Kept, change: &[(&str, &str)]) -> Page {
    let csrf = browser.get(&format!("/register?link={}", kept.token)).await.csrf();
    let mut fields = registration(&csrf, &kept.token, PASSWORD);
    for (name, value) in change {
        match fields.iter_mut().find(|(field, _)| field == name) {
            Some(field) => field.1 = (*value).to_owned(),
            None => panic!("no field {name}"),
        }
    }
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.post("/register", &fields).await
}

#[tokio::test]
async fn s_15_links_that_do_not_work_are_one_answer() {
    let (world, _, used) = signed_in().await;
    let mut letter = letters::completion_statement();
    letter.to = "other@harbourlegal.example".to_owned();
    letter.stays_ms = DAY_MS;
    let expired = world.keep(letter).await.unwrap();
    world.clock.advance(DAY_MS);
    let invented = Token::random().text().to_string();
    let mut answers = Vec::new();
    for token in [&used.token, &expired.token, &invented, "garbled", "%00", "A".repeat(43).as_str()]
    {
        for path in [format!("/n/{token}"), format!("/register?link={token}")] {
            let page = Browser::new(&world).get(&path).await;
            answers.push((page.status, page.text));
        }
    }
    assert!(answers.iter().all(|it| it == &answers[0]));
    assert_eq!(answers[0].0, StatusCode::NOT_FOUND);
    assert!(answers[0].1.contains("This link no longer works"));
}

#[tokio::test]
async fn s_09_looking_at_a_link_uses_nothing_up() {
    let world = World::new().await.unwrap();
    let kept = world.keep(letters::completion_statement()).await.unwrap();
    for _ in 0..5 {
        let mut scanner = Browser::new(&world);
        assert_eq!(scanner.get(&format!("/n/{}", kept.token)).await.status, StatusCode::OK);
        assert_eq!(
            scanner.get(&format!("/register?link={}", kept.token)).await.status,
            StatusCode::OK
        );
        // A scanner that posts what it finds has neither cookie nor proof.
        scanner.cookies.clear();
        let fields = registration("", &kept.token, PASSWORD);
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(scanner.post("/register", &fields).await.status, StatusCode::FORBIDDEN);
    }
    assert_eq!(world.neighbours.opened().len(), 0);
    let registered = Browser::new(&world).register(&kept).await;
    assert_eq!(registered.location(), format!("/m/{}", kept.copy_id));
}

#[tokio::test]
async fn s_09_looking_at_pages_changes_nothing_but_that_a_message_is_read() {
    let (world, mut browser, kept) = signed_in().await;
    let hash = world.neighbours.hash(MARIAN);
    let other = world.keep(letters::completion_statement()).await.unwrap();
    let state = async || {
        let mut copies = store::copy::inbox(&world.store, &hash, None, 100).await.unwrap();
        copies.iter_mut().for_each(|it| it.read_at_ms = None);
        let account = store::account::by_address(&world.store, &hash).await.unwrap().unwrap();
        let sent = store::sent::list(&world.store, &account.id, None, 100).await.unwrap();
        let token = Token::parse(&other.token).unwrap().hash();
        let purpose = store::token::TokenPurpose::Notice;
        let token = store::token::find(&world.store, &token, purpose).await.unwrap();
        let life = store::session::SessionLife { idle_ms: DAY_MS, absolute_ms: DAY_MS };
        let now_ms = crate::world::NOW_MS;
        let sessions =
            store::session::count(&world.store, &account.id, life, now_ms).await.unwrap();
        format!("{copies:?} {account:?} {sent:?} {token:?} {sessions}")
    };
    let before = state().await;
    let id = &kept.copy_id;
    for path in [
        "/",
        "/login",
        "/logout",
        "/inbox",
        "/sent",
        "/inbox?deleted=1",
        "/help",
        "/forgot",
        &format!("/n/{}", other.token),
        &format!("/register?link={}", other.token),
        &format!("/m/{id}"),
        &format!("/m/{id}/print"),
        &format!("/m/{id}/reply"),
        &format!("/m/{id}/delete"),
        &format!("/m/{id}/a/0"),
    ] {
        for _ in 0..2 {
            browser.get(path).await;
        }
    }
    assert_eq!(state().await, before);
    assert_eq!(world.neighbours.submissions().len(), 0);
}

#[tokio::test]
async fn s_15_a_token_makes_one_account_for_its_own_address() {
    let world = World::new().await.unwrap();
    let kept = world.keep(letters::completion_statement()).await.unwrap();
    let mut browser = Browser::new(&world);
    let csrf = browser.get(&format!("/register?link={}", kept.token)).await.csrf();
    let mut fields = registration(&csrf, &kept.token, PASSWORD);
    fields.push(("email", "attacker@evil.example".to_owned()));
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.post("/register", &fields).await.location();
    let inbox = browser.get("/inbox").await;
    assert!(inbox.text.contains(MARIAN) && !inbox.text.contains("evil.example"));
    // The same form once more, from elsewhere.
    let mut other = Browser::new(&world);
    let csrf = other.get("/login").await.csrf();
    let fields = registration(&csrf, &kept.token, "another good long password");
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(other.post("/register", &fields).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_second_notice_leads_to_the_login() {
    let (world, _, _) = signed_in().await;
    let second = world.keep(letters::completion_statement()).await.unwrap();
    let mut browser = Browser::new(&world);
    let page = browser.get(&format!("/n/{}", second.token)).await;
    assert!(page.text.contains("You already have an account."));
    assert!(page.text.contains(&format!("/login?to={}", second.copy_id)));
    assert!(!page.text.contains("Create your account"));
    let page = browser.register(&second).await;
    assert_eq!(page.location(), format!("/login?to={}", second.copy_id));
    assert_eq!(browser.log_in(MARIAN, PASSWORD).await.location(), "/inbox");
}

#[tokio::test]
async fn rules_of_the_password_are_ticked_and_crossed() {
    let world = World::new().await.unwrap();
    let kept = world.keep(letters::completion_statement()).await.unwrap();
    let mut browser = Browser::new(&world);
    for (password, fault) in [
        ("", "Enter a password"),
        ("fourteen chars", "Enter a password of at least 15"),
        ("passwordpassword1", "Choose a password that is not known to attackers"),
        ("Marian Osei 1979!", "Choose a password that is not your name"),
    ] {
        let change = [("password", password), ("password2", password)];
        let page = register_with(&mut browser, &kept, &change).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{password}");
        assert!(page.text.contains(fault), "{password}");
        assert_eq!(page.text.contains(": not met"), !password.is_empty(), "{password}");
        assert!(password.is_empty() || !page.text.contains(password), "{password}");
        assert!(page.text.contains("value=\"Marian\""));
    }
    let page = register_with(&mut browser, &kept, &[("password2", "another")]).await;
    assert!(page.text.contains("New Password and Confirm Password must be the same"));
    let page =
        register_with(&mut browser, &kept, &[("first_name", " "), ("last_name", "x\u{0}")]).await;
    assert!(
        page.text.contains("Enter your first name") && page.text.contains("up to 60 characters")
    );
    assert_eq!(world.neighbours.opened().len(), 0);
}

#[tokio::test]
async fn a_shown_password_needs_no_confirmation() {
    let world = World::new().await.unwrap();
    let kept = world.keep(letters::completion_statement()).await.unwrap();
    let mut browser = Browser::new(&world);
    let csrf = browser.get(&format!("/register?link={}", kept.token)).await.csrf();
    let fields = [
        ("csrf", csrf.as_str()),
        ("link", &kept.token),
        ("first_name", "Marian"),
        ("last_name", "Osei"),
        ("show", "1"),
        ("password_shown", PASSWORD),
    ];
    browser.post("/register", &fields).await.location();
    assert_eq!(Browser::new(&world).log_in(MARIAN, PASSWORD).await.location(), "/inbox");
}

#[tokio::test]
async fn a_message_that_was_taken_back_says_so() {
    let world = World::new().await.unwrap();
    let kept = world.keep(letters::completion_statement()).await.unwrap();
    let sender = world.neighbours.hash("anna.kowalski@northshire.example");
    let now_ms = crate::world::NOW_MS;
    store::copy::recall(&world.store, &kept.message_id, &sender, now_ms).await.unwrap();
    let page = Browser::new(&world).get(&format!("/n/{}", kept.token)).await;
    assert_eq!(page.status, StatusCode::GONE);
    assert!(page.text.contains("The sender has taken this message back."));
    assert!(!page.text.contains("Anna"));
}
