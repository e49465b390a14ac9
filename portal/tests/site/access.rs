//! Who may see and do what.

use axum::http::StatusCode;
use store::copy::{OnExpiry, recall};

use crate::browser::{Browser, Page, signed_in};
use crate::letters;
use crate::world::{DAY_MS, Kept, Letter, NOW_MS, World};

/// Every address below a message, with how it is asked for.
const ROUTES: [(&str, bool); 8] = [
    ("", false),
    ("?view=text", false),
    ("/print", false),
    ("/a/0", false),
    ("/p/2", false),
    ("/reply", false),
    ("/delete", false),
    ("/delete", true),
];

async fn ask(browser: &mut Browser, id: &str, (route, posts): (&str, bool)) -> Page {
    let path = format!("/m/{id}{route}");
    if posts {
        let csrf = browser.get("/inbox").await.csrf();
        browser.post(&path, &[("csrf", &csrf)]).await
    } else {
        browser.get(&path).await
    }
}

async fn recipient_of(world: &World, letter: Letter) -> (Browser, Kept) {
    let kept = world.keep(letter).await.unwrap();
    let mut browser = Browser::new(world);
    browser.register(&kept).await.location();
    (browser, kept)
}

#[tokio::test]
async fn s_31_a_foreign_message_and_none_are_the_same() {
    let (world, mut marian, own) = signed_in().await;
    let letter = Letter { to: "pat@elsewhere.example".into(), ..letters::completion_statement() };
    let (mut pat, foreign) = recipient_of(&world, letter).await;
    let unknown = vault::random_id();
    for route in ROUTES {
        let mut answers = Vec::new();
        for id in [
            foreign.copy_id.as_str(),
            unknown.as_str(),
            "..",
            "1",
            "A",
            foreign.message_id.as_str(),
        ] {
            let page = ask(&mut marian, id, route).await;
            answers.push((page.status, page.text));
        }
        assert_eq!(answers[0].0, StatusCode::NOT_FOUND, "{route:?}");
        assert!(answers[1..].iter().all(|it| it == &answers[0]), "{route:?}");
        let own_page = ask(&mut marian, &own.copy_id, route).await;
        assert_ne!(own_page.status, StatusCode::NOT_FOUND, "{route:?}");
    }
    assert_eq!(pat.get(&format!("/m/{}", foreign.copy_id)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn s_31_without_a_session_everything_leads_to_the_login() {
    let (world, _, kept) = signed_in().await;
    let mut stranger = Browser::new(&world);
    for (route, _) in ROUTES {
        let page = stranger.get(&format!("/m/{}{route}", kept.copy_id)).await;
        assert_eq!(page.location(), format!("/login?to={}", kept.copy_id), "{route}");
    }
    for path in ["/", "/inbox", "/sent"] {
        assert_eq!(stranger.get(path).await.location(), "/login", "{path}");
    }
    assert_eq!(stranger.post("/logout", &[("csrf", "x")]).await.location(), "/login");
    assert_eq!(world.neighbours.opened().len(), 0);
}

#[tokio::test]
async fn s_32_print_and_reply_are_refused_where_the_sender_denies_them() {
    let world = World::new().await.unwrap();
    let mut letter = letters::completion_statement();
    letter.options.print = false;
    letter.options.reply = false;
    let (mut browser, kept) = recipient_of(&world, letter).await;
    let page = browser.get(&format!("/m/{}", kept.copy_id)).await;
    assert!(
        page.text.contains("No print, no reply") && page.text.contains("class=\"noprint-msg\"")
    );
    assert!(!page.text.contains("/reply") && !page.text.contains("/print\""));
    let page = browser.get(&format!("/m/{}/print", kept.copy_id)).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.text.contains("The sender does not allow this message to be printed."));
    let reply = format!("/m/{}/reply", kept.copy_id);
    assert_eq!(browser.get(&reply).await.status, StatusCode::FORBIDDEN);
    let csrf = browser.get("/inbox").await.csrf();
    let fields = [("csrf", csrf.as_str()), ("to", "anna@northshire.example"), ("body", "x")];
    assert_eq!(browser.upload(&reply, &fields, &[]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(world.neighbours.submissions().len(), 0);
}

#[tokio::test]
async fn s_32_an_expired_message_is_gone() {
    let world = World::new().await.unwrap();
    let (_, kept) = recipient_of(&world, letters::completion_statement()).await;
    world.clock.advance(30 * DAY_MS);
    let mut browser = Browser::new(&world);
    browser.log_in(crate::world::MARIAN, crate::world::PASSWORD).await;
    let page = browser.get(&format!("/m/{}", kept.copy_id)).await;
    assert_eq!(page.status, StatusCode::GONE);
    assert!(
        page.text
            .contains("This message was available until 21 December 2026 and has been deleted.")
    );
    assert!(!page.text.contains("Anna") && !page.text.contains("Completion"));
    for route in ["/print", "/a/0", "/reply"] {
        let page = browser.get(&format!("/m/{}{route}", kept.copy_id)).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{route}");
    }
    let inbox = browser.get("/inbox").await;
    assert!(inbox.text.contains("Expired") && !inbox.text.contains("Completion"));
}

#[tokio::test]
async fn s_32_a_read_only_message_can_be_read_and_not_answered() {
    let world = World::new().await.unwrap();
    let mut letter = letters::completion_statement();
    letter.options.on_expiry = OnExpiry::ReadOnly;
    let (_, kept) = recipient_of(&world, letter).await;
    world.clock.advance(31 * DAY_MS);
    let mut browser = Browser::new(&world);
    browser.log_in(crate::world::MARIAN, crate::world::PASSWORD).await;
    let page = browser.get(&format!("/m/{}", kept.copy_id)).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.text.contains("This message expired on 21 December 2026. You can no longer reply.")
    );
    assert!(page.text.contains("Purchase price") && !page.text.contains("/reply"));
    assert_eq!(
        browser.get(&format!("/m/{}/reply", kept.copy_id)).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(browser.get(&format!("/m/{}/print", kept.copy_id)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn s_32_a_message_taken_back_is_not_shown() {
    let (world, mut browser, kept) = signed_in().await;
    let sender = world.neighbours.hash("anna.kowalski@northshire.example");
    recall(&world.store, &kept.message_id, &sender, NOW_MS).await.unwrap();
    let page = browser.get(&format!("/m/{}", kept.copy_id)).await;
    assert_eq!(page.status, StatusCode::GONE);
    assert!(page.text.contains("The sender has taken this message back."));
    assert_eq!(
        browser.get(&format!("/m/{}/a/0", kept.copy_id)).await.status,
        StatusCode::NOT_FOUND
    );
    let inbox = browser.get("/inbox").await;
    assert!(inbox.text.contains("taken this message back") && !inbox.text.contains("Completion"));
}

#[tokio::test]
async fn deleting_asks_first_and_is_final() {
    let (world, mut browser, kept) = signed_in().await;
    let path = format!("/m/{}/delete", kept.copy_id);
    let page = browser.get(&path).await;
    assert!(
        page.text.contains("Delete this message?") && page.text.contains("Completion statement")
    );
    assert_eq!(browser.get(&format!("/m/{}", kept.copy_id)).await.status, StatusCode::OK);
    let csrf = page.csrf();
    assert_eq!(browser.post(&path, &[("csrf", &csrf)]).await.location(), "/inbox?deleted=1");
    let inbox = browser.get("/inbox?deleted=1").await;
    assert!(
        inbox.text.contains("The message was deleted.") && inbox.text.contains("No messages yet")
    );
    assert_eq!(browser.get(&format!("/m/{}", kept.copy_id)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.post(&path, &[("csrf", &csrf)]).await.status, StatusCode::NOT_FOUND);
    drop(world);
}

#[tokio::test]
async fn a_destroyed_key_leaves_nothing_to_show() {
    let (world, mut browser, kept) = signed_in().await;
    assert!(store::message::destroy(&world.store, &kept.message_id).await.unwrap());
    let page = browser.get(&format!("/m/{}", kept.copy_id)).await;
    assert_eq!(page.status, StatusCode::GONE);
    assert_eq!(browser.get("/inbox").await.status, StatusCode::OK);
}
