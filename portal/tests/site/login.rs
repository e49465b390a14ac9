//! Logging in, and failing to.

use std::task::Poll;
use std::time::{Duration, Instant};

use axum::http::StatusCode;

use crate::browser::{Browser, signed_in};
use crate::letters;
use crate::world::{BASE_URL, MARIAN, PASSWORD, World};

/// Fails so often that the account is locked; each time from a fresh minute.
async fn lock(world: &World) {
    for _ in 0..10 {
        world.clock.advance(60_000);
        let page = Browser::new(world).log_in(MARIAN, "wrong").await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

#[tokio::test]
async fn s_11_wrong_unknown_and_locked_are_one_answer() {
    let (world, _, _) = signed_in().await;
    let mut texts = Vec::new();
    for email in [MARIAN, "nobody@nowhere.example"] {
        let page = Browser::new(&world).log_in(email, "wrong").await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.text.contains("The email address or password is not correct."));
        texts.push(page.constant().replace(email, "…"));
    }
    lock(&world).await;
    world.clock.advance(60_000);
    for password in ["wrong", PASSWORD] {
        let page = Browser::new(&world).log_in(MARIAN, password).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        texts.push(page.constant().replace(MARIAN, "…"));
    }
    assert!(texts.windows(2).all(|it| it[0] == it[1]));
}

#[tokio::test]
async fn s_11_a_refusal_takes_its_time_whatever_the_reason() {
    let least = Duration::from_millis(1500);
    let world = World::with(BASE_URL, |it| it.limits.login_failure_time_min = least).await.unwrap();
    let kept = world.keep(letters::completion_statement()).await.unwrap();
    Browser::new(&world).register(&kept).await;
    for email in [MARIAN, "nobody@nowhere.example"] {
        let mut browser = Browser::new(&world);
        let csrf = browser.get("/login").await.csrf();
        let started = Instant::now();
        let fields = [("csrf", csrf.as_str()), ("email", email), ("password", "wrong")];
        browser.post("/login", &fields).await;
        assert!(started.elapsed() >= least, "{email}");
    }
}

#[tokio::test]
async fn s_12_a_password_is_kept_as_argon2id_of_19_mib() {
    let (world, _, _) = signed_in().await;
    let hash = world.neighbours.hash(MARIAN);
    let account = store::account::by_address(&world.store, &hash).await.unwrap().unwrap();
    assert!(account.password.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    assert!(!String::from_utf8_lossy(&account.profile).contains("Marian"));
    let mut browser = Browser::new(&world);
    assert_eq!(browser.log_in(MARIAN, &format!("{PASSWORD}.")).await.status.as_u16(), 422);
    assert_eq!(browser.log_in(MARIAN, &"x".repeat(300)).await.status.as_u16(), 422);
}

#[tokio::test]
async fn s_13_the_tenth_failure_locks_and_the_right_password_fails_after_it() {
    let (world, mut signed_in, _) = signed_in().await;
    lock(&world).await;
    world.clock.advance(60_000);
    let page = Browser::new(&world).log_in(MARIAN, PASSWORD).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    // Whoever knows an address cannot throw its owner out.
    assert_eq!(signed_in.get("/inbox").await.status, StatusCode::OK);
}

#[tokio::test]
async fn s_13_nine_failures_and_a_right_password_begin_anew() {
    let (world, _, _) = signed_in().await;
    for _ in 0..2 {
        for _ in 0..9 {
            world.clock.advance(60_000);
            Browser::new(&world).log_in(MARIAN, "wrong").await;
        }
        world.clock.advance(60_000);
        assert_eq!(Browser::new(&world).log_in(MARIAN, PASSWORD).await.location(), "/inbox");
    }
}

#[tokio::test]
async fn s_14_five_attempts_a_minute_for_an_account_known_or_not() {
    let (world, _, _) = signed_in().await;
    for email in [MARIAN, "nobody@nowhere.example"] {
        for attempt in 0..5 {
            let mut browser = Browser::at(&world, &format!("198.51.{attempt}.7:1"));
            let page = browser.log_in(email, "wrong").await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{attempt}");
        }
        let page = Browser::at(&world, "203.0.113.7:1").log_in(email, PASSWORD).await;
        assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(page.header("retry-after"), "12");
        assert!(
            page.text.contains("Too many attempts") && page.text.contains("Try again in 1 minute.")
        );
    }
    world.clock.advance(12_000);
    assert_eq!(Browser::new(&world).log_in(MARIAN, PASSWORD).await.location(), "/inbox");
}

#[tokio::test]
async fn s_14_thirty_attempts_a_minute_for_a_network() {
    let world = World::new().await.unwrap();
    for attempt in 0..30 {
        let mut browser = Browser::at(&world, &format!("198.51.100.{attempt}:1"));
        let page = browser.log_in(&format!("user{attempt}@nowhere.example"), "wrong").await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{attempt}");
    }
    let page =
        Browser::at(&world, "198.51.100.200:1").log_in("user@nowhere.example", "wrong").await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    let page = Browser::at(&world, "198.51.101.1:1").log_in("user@nowhere.example", "wrong").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn what_is_missing_is_said_and_the_password_is_not_sent_back() {
    let world = World::new().await.unwrap();
    let mut browser = Browser::new(&world);
    let page = browser.log_in("", "").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text.contains("<title>Error: ") && page.text.contains("Enter your email address"));
    assert!(page.text.contains("Enter your password"));
    let page = browser.log_in("pat@", "hunter2hunter2").await;
    assert!(page.text.contains("Enter an email address like name@example.org"));
    assert!(page.text.contains("value=\"pat@\"") && !page.text.contains("hunter2"));
}

#[tokio::test]
async fn the_hashing_queue_is_bounded() {
    let world = World::with(BASE_URL, |it| {
        it.limits.hashings_max = 1;
        it.limits.hashing_wait_max = Duration::from_millis(1);
    });
    let world = world.await.unwrap();
    let mut browsers: Vec<Browser> =
        (0..6).map(|it| Browser::at(&world, &format!("198.51.{it}.1:1"))).collect();
    let attempts = browsers.iter_mut().enumerate().map(|(number, browser)| async move {
        browser.log_in(&format!("user{number}@nowhere.example"), "wrong").await.status
    });
    let statuses = join_all(attempts).await;
    assert!(statuses.contains(&StatusCode::UNPROCESSABLE_ENTITY), "{statuses:?}");
    assert!(statuses.contains(&StatusCode::SERVICE_UNAVAILABLE), "{statuses:?}");
}

/// Polls all at once in one task.
async fn join_all<F: Future<Output = StatusCode>>(
    futures: impl Iterator<Item = F>,
) -> Vec<StatusCode> {
    let mut running: Vec<_> = futures.map(|it| (Box::pin(it), None)).collect();
    std::future::poll_fn(move |context| {
        for (future, result) in &mut running {
            if result.is_none()
                && let Poll::Ready(status) = future.as_mut().poll(context)
            {
                *result = Some(status);
            }
        }
        let done: Option<Vec<StatusCode>> = running.iter().map(|(_, result)| *result).collect();
        done.map_or(Poll::Pending, Poll::Ready)
    })
    .await
}
