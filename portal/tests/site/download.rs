//! Attachments.

use axum::body::Body;
use axum::http::{Method, StatusCode};

use crate::browser::{Browser, Page, signed_in};
use crate::letters;
use crate::world::World;

const WHOLE: &[u8] = b"%PDF-1.7 0123456789";

async fn ranged(browser: &mut Browser, path: &str, range: &str) -> Page {
    let request = browser.request(Method::GET, path).header("range", range);
    browser.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn s_20_a_file_is_saved_and_never_shown() {
    let (_, mut browser, kept) = signed_in().await;
    let page = browser.get(&format!("/m/{}/a/0", kept.copy_id)).await;
    assert_eq!((page.status, page.octets.as_slice()), (StatusCode::OK, WHOLE));
    assert_eq!(page.header("content-type"), "application/pdf");
    assert_eq!(
        page.header("content-disposition"),
        "attachment; filename=\"Completion statement.pdf\"; \
         filename*=UTF-8''Completion%20statement.pdf"
    );
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    assert!(page.header("content-security-policy").starts_with("sandbox; default-src 'none'"));
    assert_eq!(page.header("cache-control"), "private, no-store");
    assert_eq!(page.header("cross-origin-resource-policy"), "same-origin");
    let page = browser.get(&format!("/m/{}/a/1", kept.copy_id)).await;
    assert_eq!(page.header("content-type"), "application/octet-stream");
    assert_eq!(
        page.header("content-disposition"),
        "attachment; filename=\"Gr__e _.html\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%E2%82%AC.html"
    );
    for none in ["3", "-1", "x", "4294967296"] {
        let page = browser.get(&format!("/m/{}/a/{none}", kept.copy_id)).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{none}");
    }
}

#[tokio::test]
async fn s_28_a_picture_of_the_message_is_shown_and_nothing_else_is() {
    let world = World::new().await.unwrap();
    let mut letter = letters::completion_statement();
    letter.files.push(letters::file(
        "logo.svg",
        "image/png",
        b"<svg xmlns='http://www.w3.org/2000/svg'>",
    ));
    letter.files.push(letters::file("logo.exe", "text/html", b"\x89PNG\r\n\x1a\n0000"));
    letter.reading.html = Some(
        "<p style=\"color:#123456\">x</p><img src=\"cid:4\"><img src=\"https://evil.example/p.png\">".to_owned(),
    );
    let kept = world.keep(letter).await.unwrap();
    let mut browser = Browser::new(&world);
    browser.register(&kept).await;
    let page = browser.get(&format!("/m/{}", kept.copy_id)).await;
    let picture = format!("/m/{}/p/4", kept.copy_id);
    assert!(
        page.text.contains(&format!("<img src=\"{picture}\">"))
            && !page.text.contains("evil.example")
    );
    assert!(
        page.text.contains("<p class=\"s0\">") && page.text.contains(".s0{color:#123456}</style>")
    );
    let page = browser.get(&picture).await;
    assert_eq!((page.status, page.header("content-type")), (StatusCode::OK, "image/png"));
    assert!(page.header("content-security-policy").starts_with("sandbox"));
    for other in ["0", "1", "3", "9", "x"] {
        let page = browser.get(&format!("/m/{}/p/{other}", kept.copy_id)).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{other}");
    }
}

#[tokio::test]
async fn s_21_one_range_is_sent_and_a_bad_one_refused() {
    let (_, mut browser, kept) = signed_in().await;
    let path = format!("/m/{}/a/0", kept.copy_id);
    let page = ranged(&mut browser, &path, "bytes=5-7").await;
    assert_eq!((page.status, page.octets.as_slice()), (StatusCode::PARTIAL_CONTENT, &WHOLE[5..=7]));
    assert_eq!(page.header("content-range"), "bytes 5-7/19");
    assert!(page.header("content-disposition").starts_with("attachment"));
    let page = ranged(&mut browser, &path, "bytes=19-").await;
    assert_eq!(page.status, StatusCode::RANGE_NOT_SATISFIABLE);
    assert_eq!(page.header("content-range"), "bytes */19");
    let page = ranged(&mut browser, &path, "bytes=0-1,3-4").await;
    assert_eq!((page.status, page.octets.as_slice()), (StatusCode::OK, WHOLE));
}
