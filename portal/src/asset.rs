//! The style sheet, fonts and icon: compiled in, named by their content, cached for ever.

use std::sync::LazyLock;

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::app::App;

/// The parts of the one sheet, in the order of the cascade.
const SHEETS: [&str; 9] = [
    include_str!("../assets/css/1-base.css"),
    include_str!("../assets/css/2-parts.css"),
    include_str!("../assets/css/3-password.css"),
    include_str!("../assets/css/4-layout.css"),
    include_str!("../assets/css/5-gate.css"),
    include_str!("../assets/css/6-list.css"),
    include_str!("../assets/css/7-message.css"),
    include_str!("../assets/css/8-reply.css"),
    include_str!("../assets/css/9-print.css"),
];

/// Nothing here is for a search engine.
const ROBOTS: &str = "User-agent: *\nDisallow: /\n";

/// What is served under `/assets/`.
#[derive(Debug)]
pub(crate) struct Assets {
    /// The style sheet.
    pub(crate) style: Asset,
    /// The icon of the site.
    pub(crate) icon: Asset,
    /// The text face.
    pub(crate) text_face: Asset,
    others: [Asset; 2],
}

/// One file.
#[derive(Debug)]
pub(crate) struct Asset {
    /// The path with the content's hash, like `/assets/app.0123456789abcdef.css`.
    pub(crate) path: String,
    kind: &'static str,
    octets: Vec<u8>,
}

/// The assets of this build.
pub(crate) static ASSETS: LazyLock<Assets> = LazyLock::new(Assets::new);

impl Assets {
    fn new() -> Self {
        let text_face = font("inter.woff2", include_bytes!("../assets/inter.woff2"));
        let dots = font("pwdots.woff2", include_bytes!("../assets/pwdots.woff2"));
        let meter = font("rulemeter.woff2", include_bytes!("../assets/rulemeter.woff2"));
        let mut sheet = SHEETS.concat();
        for (name, asset) in
            [("inter.woff2", &text_face), ("pwdots.woff2", &dots), ("rulemeter.woff2", &meter)]
        {
            sheet = sheet.replace(&format!("url({name})"), &format!("url({})", asset.path));
        }
        Self {
            style: Asset::new("app.css", "text/css; charset=utf-8", sheet.into_bytes()),
            icon: Asset::new(
                "icon.svg",
                "image/svg+xml",
                include_bytes!("../assets/icon.svg").to_vec(),
            ),
            text_face,
            others: [dots, meter],
        }
    }

    /// The asset at a path below `/assets/`, hash included.
    fn find(&self, name: &str) -> Option<&Asset> {
        [&self.style, &self.icon, &self.text_face]
            .into_iter()
            .chain(&self.others)
            .find(|asset| asset.path.strip_prefix("/assets/") == Some(name))
    }
}

impl Asset {
    fn new(name: &str, kind: &'static str, octets: Vec<u8>) -> Self {
        let (stem, extension) = name.split_once('.').unwrap_or((name, ""));
        let path = format!("/assets/{stem}.{:016x}.{extension}", fingerprint(&octets));
        Self { path, kind, octets }
    }
}

fn font(name: &str, octets: &[u8]) -> Asset {
    Asset::new(name, "font/woff2", octets.to_vec())
}

/// FNV-1a. It names files of our own against stale caches, and protects nothing.
fn fingerprint(octets: &[u8]) -> u64 {
    octets.iter().fold(0xcbf2_9ce4_8422_2325, |hash, octet| {
        (hash ^ u64::from(*octet)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// The routes of the assets.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/assets/{name}", get(show)).route("/robots.txt", get(robots))
}

async fn show(Path(name): Path<String>) -> Response {
    let Some(asset) = ASSETS.find(&name) else { return StatusCode::NOT_FOUND.into_response() };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(asset.kind)),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable")),
    ];
    (headers, asset.octets.clone()).into_response()
}

async fn robots() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], ROBOTS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sheet_names_the_fonts_by_their_hash_and_loads_nothing_else() {
        let sheet = String::from_utf8(ASSETS.style.octets.clone()).unwrap();
        assert!(sheet.contains(&format!("url({})", ASSETS.text_face.path)));
        assert_eq!(sheet.matches("url(").count(), 3);
        assert_eq!(sheet.matches("url(/assets/").count(), 3);
        assert!(!sheet.contains("@import"));
    }

    #[test]
    fn no_part_of_the_sheet_leaves_a_rule_open() {
        for part in SHEETS {
            assert_eq!(part.matches('{').count(), part.matches('}').count(), "{part}");
        }
    }
}
