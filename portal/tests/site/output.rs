//! What every page and every response has in common.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};

use crate::browser::{Browser, Page, signed_in};
use crate::letters;
use crate::world::{Kept, MARIAN, World};

/// What a hostile sender writes everywhere.
const HOSTILE: &str = "\"><script>alert(1)</script><img src=x onerror=alert(1)>' style='x";

fn hostile() -> crate::world::Letter {
    let mut letter = letters::completion_statement();
    let reading = &mut letter.reading;
    reading.subject = HOSTILE.to_owned();
    reading.from.name = HOSTILE.to_owned();
    reading.to[0].name = HOSTILE.to_owned();
    reading.cc[0].address = HOSTILE.to_owned();
    reading.text = Some(HOSTILE.to_owned());
    reading.attachments[0].name = HOSTILE.to_owned();
    letter.files[0].name = HOSTILE.to_owned();
    letter
}

/// Every page that can be had, as a stranger and as the recipient.
async fn crawl(world: &World, kept: &Kept) -> Vec<(String, Page)> {
    let id = &kept.copy_id;
    let mut pages = Vec::new();
    let mut stranger = Browser::new(world);
    for path in [
        "/login",
        "/login?expired=1",
        "/login?out=1",
        "/login?reset=1",
        "/reset/x",
        "/s/x",
        "/help",
        "/help/genuine",
        "/forgot",
        "/nowhere",
        "/n/x",
        "/assets/none.css",
        "/robots.txt",
        &format!("/n/{}", kept.token),
        &format!("/register?link={}", kept.token),
    ] {
        pages.push((path.to_owned(), stranger.get(path).await));
    }
    pages.push(("refused login".into(), stranger.log_in(HOSTILE, "x").await));
    pages.push(("wrong login".into(), stranger.log_in("nobody@nowhere.example", "x").await));
    let csrf = stranger.get(&format!("/register?link={}", kept.token)).await.csrf();
    let fields = [("csrf", csrf.as_str()), ("link", &kept.token), ("first_name", HOSTILE)];
    pages.push(("refused registration".into(), stranger.post("/register", &fields).await));
    pages.push(("forged".into(), stranger.post("/login", &[("csrf", "x")]).await));
    pages.push(("405".into(), stranger.post("/help", &[]).await));
    let mut own = Browser::new(world);
    pages.push(("registered".into(), own.register(kept).await));
    for path in [
        "/inbox",
        "/inbox?deleted=1",
        "/sent?done=1",
        &format!("/m/{id}"),
        &format!("/m/{id}?view=text"),
        &format!("/m/{id}/print"),
        &format!("/m/{id}/reply"),
        &format!("/m/{id}/reply?all=1"),
        &format!("/m/{id}/delete"),
        &format!("/m/{id}/a/0"),
        &format!("/m/{id}/a/9"),
    ] {
        pages.push((path.to_owned(), own.get(path).await));
    }
    let fields = [("to", HOSTILE), ("subject", HOSTILE), ("body", HOSTILE)];
    pages.push(("refused reply".into(), own.reply(id, &fields, &[]).await));
    let fields = [("to", "anna@northshire.example"), ("subject", HOSTILE), ("body", HOSTILE)];
    pages.push(("reply".into(), own.reply(id, &fields, &[]).await));
    pages.push(("/sent".into(), own.get("/sent").await));
    pages
}

#[tokio::test]
async fn s_36_no_page_holds_a_script_a_style_attribute_or_a_handler() {
    let world = World::new().await.unwrap();
    let kept = world.keep(hostile()).await.unwrap();
    let mut hostile_pages = 0;
    for (path, page) in crawl(&world, &kept).await {
        if !page.header("content-type").starts_with("text/html") {
            continue;
        }
        let tags = tags(&page.text);
        assert!(!tags.is_empty() && page.text.starts_with("<!DOCTYPE html>"), "{path}");
        for tag in tags {
            let name = tag.trim_start_matches('/').split([' ', '>']).next().unwrap();
            assert!(
                !["script", "iframe", "object", "embed", "base"].contains(&name),
                "{path}: {tag}"
            );
            assert!(
                name != "style" || tag.starts_with('/') || tag.contains("nonce="),
                "{path}: {tag}"
            );
            assert!(name != "img" || tag.contains("src=\"/m/"), "{path}: {tag}");
            for attribute in attributes(tag) {
                let is_inert = attribute != "style" && !attribute.starts_with("on");
                assert!(is_inert, "{path}: {tag}");
            }
            assert!(!tag.contains("javascript:"), "{path}: {tag}");
        }
        assert_eq!(page.text.matches("<h1").count(), 1, "{path}");
        assert!(page.text.contains("id=\"main\""), "{path}");
        hostile_pages += usize::from(page.text.contains("&lt;script&gt;alert(1)"));
    }
    assert!(hostile_pages >= 12, "{hostile_pages} pages show hostile text");
}

/// What stands between `<` and the `>` that ends the tag, quotes respected.
fn tags(html: &str) -> Vec<&str> {
    let mut tags = Vec::new();
    let mut rest = html;
    while let Some((_, after)) = rest.split_once('<') {
        let mut quoted = false;
        let end = after.find(|c: char| {
            quoted ^= c == '"';
            c == '>' && !quoted
        });
        let (tag, left) = after.split_at(end.unwrap_or(after.len()));
        tags.push(tag);
        rest = left;
    }
    tags
}

/// The names of a tag's attributes.
fn attributes(tag: &str) -> Vec<&str> {
    let outside: Vec<&str> = tag.split('"').step_by(2).collect();
    let words = outside.into_iter().flat_map(|it| it.split_whitespace()).skip(1);
    words.map(|it| it.split('=').next().unwrap()).filter(|it| !it.is_empty()).collect()
}

#[tokio::test]
async fn s_42_every_response_carries_the_strict_headers() {
    let world = World::new().await.unwrap();
    let kept = world.keep(letters::completion_statement()).await.unwrap();
    let mut pages = crawl(&world, &kept).await;
    let mut browser = Browser::new(&world);
    for method in ["TRACE", "PUT", "OPTIONS", "BREW"] {
        let request =
            browser.request(method.parse().unwrap(), "/login").body(Body::empty()).unwrap();
        pages.push((method.to_owned(), browser.send(request).await));
    }
    for (path, page) in pages {
        assert!(page.header("strict-transport-security").starts_with("max-age=63072000"), "{path}");
        let policy = page.header("content-security-policy");
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{path}"
        );
        assert!(!policy.contains("unsafe"), "{path}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(page.header(name), value, "{path}");
        }
        assert!(page.header("permissions-policy").contains("camera=()"), "{path}");
        assert!(page.header("cache-control").ends_with("no-store"), "{path}");
        assert_eq!(page.header("server"), "", "{path}");
    }
}

#[tokio::test]
async fn assets_are_immutable_and_named_by_their_content() {
    let world = World::new().await.unwrap();
    let mut browser = Browser::new(&world);
    let page = browser.get("/login").await;
    let style =
        page.text.split("rel=\"stylesheet\" href=\"").nth(1).unwrap().split('"').next().unwrap();
    let asset = browser.get(style).await;
    assert_eq!(asset.status, StatusCode::OK);
    assert_eq!(asset.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(asset.header("content-type"), "text/css; charset=utf-8");
    for face in asset.text.split("url(").skip(1).map(|it| it.split(')').next().unwrap()) {
        assert_eq!(browser.get(face).await.header("content-type"), "font/woff2", "{face}");
    }
}

#[tokio::test]
async fn s_38_a_panic_is_a_page_with_a_reference_and_nothing_else() {
    let (world, mut browser, kept) = signed_in().await;
    world.neighbours.set_panics(true);
    let page = browser.get(&format!("/m/{}", kept.copy_id)).await;
    assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(page.text.contains("Reference: ") && page.text.contains("Something went wrong"));
    assert!(!page.text.contains("secret") && !page.text.contains(".rs"));
    world.neighbours.set_panics(false);
    assert_eq!(browser.get(&format!("/m/{}", kept.copy_id)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn s_38_a_neighbour_that_is_down_is_said_without_its_reason() {
    let (world, mut browser, kept) = signed_in().await;
    world.neighbours.set_down(true);
    for path in ["/inbox".to_owned(), format!("/m/{}", kept.copy_id)] {
        let page = browser.get(&path).await;
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert!(page.text.contains("Reference: ") && !page.text.contains("took it down"), "{path}");
        assert_eq!(page.header("retry-after"), "30");
    }
    let page = Browser::new(&world).log_in(MARIAN, "x").await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    world.neighbours.set_down(false);
    assert_eq!(browser.get("/inbox").await.status, StatusCode::OK);
}

#[tokio::test]
async fn s_39_unknown_methods_and_hosts_are_refused() {
    let world = World::new().await.unwrap();
    let mut browser = Browser::new(&world);
    for method in ["TRACE", "PUT", "DELETE", "PATCH", "OPTIONS", "CONNECT", "BREW"] {
        for path in ["/login", "/nowhere"] {
            let request =
                browser.request(method.parse().unwrap(), path).body(Body::empty()).unwrap();
            let page = browser.send(request).await;
            assert_eq!(page.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
        }
    }
    assert_eq!(browser.post("/help", &[]).await.status, StatusCode::METHOD_NOT_ALLOWED);
    for hosts in [
        &["evil.example"][..],
        &["secure.northshire.example:8443"],
        &["secure.northshire.example", "evil.example"],
        &["secure.northshire.example", "secure.northshire.example"],
        &[],
    ] {
        let mut request = Request::builder().method(Method::GET).uri("/login");
        for host in hosts {
            request = request.header("host", *host);
        }
        let page = browser.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(page.status, StatusCode::MISDIRECTED_REQUEST, "{hosts:?}");
        assert!(!page.text.contains("evil.example"));
    }
    let absolute = Request::builder()
        .uri("https://evil.example/login")
        .header("host", "secure.northshire.example");
    let page = browser.send(absolute.body(Body::empty()).unwrap()).await;
    assert_eq!(page.status, StatusCode::MISDIRECTED_REQUEST);
}

#[tokio::test]
async fn a_form_over_the_limit_is_413_and_one_that_does_not_parse_422() {
    let world = World::new().await.unwrap();
    let mut browser = Browser::new(&world);
    let csrf = browser.get("/login").await.csrf();
    let long = "x".repeat(100_000);
    let page = browser.post("/login", &[("csrf", &csrf), ("email", &long)]).await;
    assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(page.text.contains("Too large"));
    let json = browser
        .request(Method::POST, "/login")
        .header("content-type", "application/json")
        .body(Body::from("{}"))
        .unwrap();
    assert_eq!(browser.send(json).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn markup_that_is_not_inert_is_shown_as_text() {
    let world = World::new().await.unwrap();
    let mut letter = letters::completion_statement();
    letter.reading.html = Some("<p>x</p></template><form action=/logout>".to_owned());
    let kept = world.keep(letter).await.unwrap();
    let mut browser = Browser::new(&world);
    browser.register(&kept).await;
    let page = browser.get(&format!("/m/{}", kept.copy_id)).await;
    assert!(page.text.contains("could not be shown") && page.text.contains("Dear Ms Osei"));
    assert!(!page.text.contains("<template") && !page.text.contains("</template"));
}

/// The crate's own sources, by walking its folder.
fn sources(folder: &std::path::Path, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|it| it == "rs") {
            found.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
        }
    }
}

#[test]
fn s_36_foreign_markup_is_written_in_one_place() {
    let mut found = Vec::new();
    sources(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    let holders: Vec<&str> = found
        .iter()
        .filter(|(_, text)| text.contains("PreEscaped"))
        .map(|(path, _)| path.rsplit("/src/").next().unwrap())
        .collect();
    assert_eq!(holders, ["component/foreign/mod.rs"]);
}
