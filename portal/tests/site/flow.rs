//! The whole way: link, account, inbox, message, reply, log out.

use axum::http::StatusCode;

use crate::browser::Browser;
use crate::letters;
use crate::world::{MARIAN, PASSWORD, World};

#[tokio::test]
async fn a_recipient_registers_reads_answers_and_leaves() {
    let world = World::new().await.unwrap();
    let kept = world.keep(letters::completion_statement()).await.unwrap();
    let mut browser = Browser::new(&world);

    let notice = browser.get(&format!("/n/{}", kept.token)).await;
    assert_eq!(notice.status, StatusCode::OK);
    for shown in
        ["Anna Kowalski", "21 November 2026, 09:40", "21 December 2026", "Create your account"]
    {
        assert!(notice.text.contains(shown), "{shown}");
    }
    for hidden in ["Completion statement", "Dear Ms Osei"] {
        assert!(!notice.text.contains(hidden), "{hidden}");
    }

    let registered = browser.register(&kept).await;
    assert_eq!(registered.location(), format!("/m/{}", kept.copy_id));
    assert_eq!(world.neighbours.opened(), Vec::<String>::new());

    let inbox = browser.get("/inbox").await;
    assert!(inbox.text.contains("1 unread") && inbox.text.contains("Completion statement"));

    let message = browser.get(&format!("/m/{}", kept.copy_id)).await;
    assert_eq!(message.status, StatusCode::OK);
    assert!(message.text.contains("<td>Purchase price</td>"));
    assert_eq!(world.neighbours.opened(), std::slice::from_ref(&kept.copy_id));
    assert!(!browser.get("/inbox").await.text.contains("1 unread"));

    let to = [
        ("to", "anna.kowalski@northshire.example"),
        ("subject", "Re: Completion"),
        ("body", "Thank you."),
    ];
    let sent = browser.reply(&kept.copy_id, &to, &[("notes.txt", b"two pages")]).await;
    assert_eq!(sent.location(), "/sent?done=1");
    let listed = browser.get("/sent?done=1").await;
    assert!(listed.text.contains("Your reply was sent.") && listed.text.contains("Re: Completion"));

    let csrf = listed.csrf();
    let out = browser.post("/logout", &[("csrf", &csrf)]).await;
    assert_eq!(out.location(), "/login?out=1");
    assert!(out.header("clear-site-data").contains("\"cookies\""));
    assert_eq!(browser.get("/inbox").await.location(), "/login");

    assert_eq!(browser.log_in("M.Osei@HarbourLegal.example", PASSWORD).await.location(), "/inbox");
    assert!(browser.get("/inbox").await.text.contains(MARIAN));
}

#[tokio::test]
async fn a_message_asked_for_before_login_is_shown_after_it() {
    let (world, _, kept) = crate::browser::signed_in().await;
    let mut browser = Browser::new(&world);
    let path = format!("/m/{}", kept.copy_id);
    let login = browser.get(&path).await.location().to_owned();
    assert_eq!(login, format!("/login?to={}", kept.copy_id));
    let page = browser.get(&login).await;
    let fields = [
        ("csrf", page.csrf()),
        ("email", MARIAN.into()),
        ("password", PASSWORD.into()),
        ("to", kept.copy_id.clone()),
    ];
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(browser.post("/login", &fields).await.location(), path);
    // Nowhere else, whatever a link says.
    assert_eq!(browser.get("/login?to=//evil.example").await.location(), "/inbox");
}

#[tokio::test]
async fn both_forms_of_a_body_can_be_seen() {
    let (_, mut browser, kept) = crate::browser::signed_in().await;
    let html = browser.get(&format!("/m/{}", kept.copy_id)).await;
    assert!(html.text.contains("<template shadowrootmode=\"open\">"));
    assert!(html.text.contains("3 remote pictures were not loaded"));
    let nonce = html.text.split("<style nonce=\"").nth(1).unwrap().split('"').next().unwrap();
    assert!(html.header("content-security-policy").contains(&format!("'nonce-{nonce}'")));
    let again = browser.get(&format!("/m/{}", kept.copy_id)).await;
    assert!(!again.text.contains(nonce));
    let text = browser.get(&format!("/m/{}?view=text", kept.copy_id)).await;
    assert!(text.text.contains("Balance due 27 November: 223,712.40"));
    assert!(!text.text.contains("<template"));
}

#[tokio::test]
async fn what_is_already_opened_is_not_reported_again() {
    let (world, mut browser, kept) = crate::browser::signed_in().await;
    let path = format!("/m/{}", kept.copy_id);
    let head = browser.request(axum::http::Method::HEAD, &path);
    browser.send(head.body(axum::body::Body::empty()).unwrap()).await;
    let ahead =
        browser.request(axum::http::Method::GET, &path).header("sec-purpose", "prefetch;prerender");
    browser.send(ahead.body(axum::body::Body::empty()).unwrap()).await;
    assert_eq!(world.neighbours.opened().len(), 0);
    browser.get(&path).await;
    browser.get(&path).await;
    browser.get(&format!("{path}/print")).await;
    browser.get(&format!("{path}/a/0")).await;
    assert_eq!(world.neighbours.opened().len(), 1);
}

#[tokio::test]
async fn a_list_goes_on_on_the_next_page() {
    let world =
        World::with(crate::world::BASE_URL, |it| it.limits.rows_per_page = 2).await.unwrap();
    let mut kept = Vec::new();
    for number in 0..5 {
        let mut letter =
            letters::plain(&format!("Number {number}"), "Anna", "anna@northshire.example", "x");
        letter.age_ms = 1000 * number;
        kept.push(world.keep(letter).await.unwrap());
    }
    let mut browser = Browser::new(&world);
    browser.register(&kept[0]).await;
    let mut path = "/inbox".to_owned();
    let mut pages = Vec::new();
    loop {
        let page = browser.get(&path).await;
        let numbers: Vec<usize> =
            (0..5).filter(|it| page.text.contains(&format!("Number {it}"))).collect();
        pages.push(numbers);
        let Some((_, rest)) = page.text.split_once("href=\"/inbox?before=") else { break };
        path = format!("/inbox?before={}", rest.split('"').next().unwrap());
    }
    assert_eq!(pages, [vec![0, 1], vec![2, 3], vec![4]]);
    assert_eq!(browser.get("/inbox?before=yesterday").await.status, StatusCode::BAD_REQUEST);
}
