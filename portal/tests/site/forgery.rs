//! Requests that another site causes.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};

use crate::browser::{Browser, Page, signed_in};
use crate::world::BASE_URL;

/// Sends a request to log out with these headers and a right proof.
async fn log_out_with(browser: &mut Browser, headers: &[(&str, &str)]) -> Page {
    let csrf = browser.get("/inbox").await.csrf();
    let cookie = format!("__Host-sid={}", browser.cookies["__Host-sid"]);
    let mut request = Request::builder()
        .method(Method::POST)
        .uri("/logout")
        .header("host", "secure.northshire.example")
        .header("cookie", cookie)
        .header("content-type", "application/x-www-form-urlencoded");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    browser.send(request.body(Body::from(format!("csrf={csrf}"))).unwrap()).await
}

#[tokio::test]
async fn s_07_only_our_own_pages_may_change_anything() {
    let (_, mut browser, _) = signed_in().await;
    for headers in [
        &[("sec-fetch-site", "cross-site"), ("origin", BASE_URL)][..],
        &[("sec-fetch-site", "same-site"), ("origin", BASE_URL)],
        &[
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-mode", "navigate"),
            ("sec-fetch-dest", "document"),
        ],
        &[("sec-fetch-site", "none"), ("origin", "https://evil.example")],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("origin", "http://secure.northshire.example")],
        &[("referer", "https://evil.example/https://secure.northshire.example/")],
        &[("referer", "https://secure.northshire.example.evil.example/")],
        &[],
    ] {
        let page = log_out_with(&mut browser, headers).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{headers:?}");
    }
    let referer = format!("{BASE_URL}/inbox");
    let page = log_out_with(&mut browser, &[("referer", &referer)]).await;
    assert_eq!(page.location(), "/login?out=1");
}

#[tokio::test]
async fn s_08_a_form_needs_the_proof_of_its_session() {
    let (world, mut browser, kept) = signed_in().await;
    let mut other = Browser::new(&world);
    let foreign = other.get("/login").await.csrf();
    for proof in ["", "x", foreign.as_str()] {
        assert_eq!(browser.post("/logout", &[("csrf", proof)]).await.status, StatusCode::FORBIDDEN);
        let delete = format!("/m/{}/delete", kept.copy_id);
        assert_eq!(browser.post(&delete, &[("csrf", proof)]).await.status, StatusCode::FORBIDDEN);
        let reply = format!("/m/{}/reply", kept.copy_id);
        let fields = [("csrf", proof), ("to", "anna@northshire.example"), ("body", "x")];
        assert_eq!(browser.upload(&reply, &fields, &[]).await.status, StatusCode::FORBIDDEN);
    }
    let reply = format!("/m/{}/reply", kept.copy_id);
    assert_eq!(browser.upload(&reply, &[("body", "x")], &[]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(world.neighbours.submissions().len(), 0);
    assert_eq!(browser.get("/inbox").await.status, StatusCode::OK);
}

#[tokio::test]
async fn s_08_the_login_form_is_bound_to_the_visit() {
    let (world, _, _) = signed_in().await;
    let mut victim = Browser::new(&world);
    let mut attacker = Browser::new(&world);
    let foreign = attacker.get("/login").await.csrf();
    let fields = |csrf: &str| {
        vec![
            ("csrf".to_owned(), csrf.to_owned()),
            ("email".into(), "a@b.example".into()),
            ("password".into(), "x".into()),
        ]
    };
    let as_refs = |it: &[(String, String)]| {
        it.iter().map(|(a, b)| (a.clone(), b.clone())).collect::<Vec<_>>()
    };
    for (csrf, visits) in [(foreign.as_str(), true), (foreign.as_str(), false), ("", true)] {
        if visits {
            victim.get("/login").await;
        } else {
            victim.cookies.clear();
        }
        let fields = as_refs(&fields(csrf));
        let fields: Vec<_> = fields.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        assert_eq!(victim.post("/login", &fields).await.status, StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn s_10_from_another_site_only_a_person_may_come() {
    let (_, mut browser, kept) = signed_in().await;
    let cross = |browser: &Browser, mode: &str, dest: &str, path: &str| {
        let cookie = format!("__Host-sid={}", browser.cookies["__Host-sid"]);
        Request::builder()
            .uri(path)
            .header("host", "secure.northshire.example")
            .header("cookie", cookie)
            .header("sec-fetch-site", "cross-site")
            .header("sec-fetch-mode", mode)
            .header("sec-fetch-dest", dest)
            .body(Body::empty())
            .unwrap()
    };
    let followed = cross(&browser, "navigate", "document", "/inbox");
    let page = browser.send(followed).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.header("vary").contains("Sec-Fetch-Site") && page.header("vary").contains("Origin")
    );
    for (mode, dest) in [("no-cors", "image"), ("navigate", "iframe"), ("cors", "empty")] {
        let embedded = cross(&browser, mode, dest, "/inbox");
        assert_eq!(browser.send(embedded).await.status, StatusCode::FORBIDDEN, "{mode} {dest}");
    }
    let file = cross(&browser, "navigate", "document", &format!("/m/{}/a/0", kept.copy_id));
    assert_eq!(browser.send(file).await.status, StatusCode::FORBIDDEN);
}
