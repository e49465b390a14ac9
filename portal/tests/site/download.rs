//! Attachments.

use axum::body::Body;
use axum::http::{Method, StatusCode};

use crate::browser::{Browser, Page, signed_in};

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
    for none in ["2", "-1", "x", "4294967296"] {
        let page = browser.get(&format!("/m/{}/a/{none}", kept.copy_id)).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{none}");
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
