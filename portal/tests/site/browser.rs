//! A browser: keeps cookies, says where a request comes from, finds forms on the page it shows.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use tower::ServiceExt as _;

use crate::letters;
use crate::world::{BASE_URL, Kept, PASSWORD, World};

/// The boundary of the forms with files.
const BOUNDARY: &str = "----test-boundary-7MA4YWxkTrZu0gW";

/// What came back.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) octets: Vec<u8>,
    pub(crate) text: String,
}

impl Page {
    /// The value of a header, or nothing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |it| it.to_str().unwrap())
    }

    /// Where it redirects to.
    #[track_caller]
    pub(crate) fn location(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.text);
        self.header("location")
    }

    /// The proof in the last form of the page.
    #[track_caller]
    pub(crate) fn csrf(&self) -> String {
        let marker = "name=\"csrf\" value=\"";
        let (_, rest) = self.text.rsplit_once(marker).expect("a form");
        rest.split('"').next().unwrap().to_owned()
    }

    /// The page without what differs each time.
    pub(crate) fn constant(&self) -> String {
        let marker = "name=\"csrf\" value=\"";
        let mut pieces = self.text.split(marker);
        let mut text = pieces.next().unwrap().to_owned();
        for piece in pieces {
            text.push_str(piece.split_once('"').unwrap().1);
        }
        text
    }
}

/// A browser on the site.
pub(crate) struct Browser {
    router: Router,
    pub(crate) cookies: BTreeMap<String, String>,
    peer: SocketAddr,
}

impl Browser {
    pub(crate) fn new(world: &World) -> Self {
        Self::at(world, "192.0.2.1:40000")
    }

    /// A browser at an address of its own.
    pub(crate) fn at(world: &World, peer: &str) -> Self {
        Self { router: world.router.clone(), cookies: BTreeMap::new(), peer: peer.parse().unwrap() }
    }

    /// A request as this browser begins one.
    pub(crate) fn request(&self, method: Method, path: &str) -> axum::http::request::Builder {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "secure.northshire.example")
            .header("sec-fetch-site", "same-origin")
            .header(header::ORIGIN, BASE_URL);
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        request
    }

    /// Sends a request and keeps the cookies of the answer.
    pub(crate) async fn send(&mut self, mut request: Request<Body>) -> Page {
        request.extensions_mut().insert(ConnectInfo(self.peer));
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let octets = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            if cookie.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let text = String::from_utf8_lossy(&octets).into_owned();
        Page { status: parts.status, headers: parts.headers, octets, text }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Page {
        let request = self.request(Method::GET, path).body(Body::empty()).unwrap();
        self.send(request).await
    }

    /// Sends a form.
    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let request = self
            .request(Method::POST, path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(urlencoded(fields)))
            .unwrap();
        self.send(request).await
    }

    /// Sends a form with files.
    pub(crate) async fn upload(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
        files: &[(&str, &[u8])],
    ) -> Page {
        let request = self
            .request(Method::POST, path)
            .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"))
            .body(Body::from(multipart(fields, files)))
            .unwrap();
        self.send(request).await
    }

    /// Opens the login page and sends it filled in.
    pub(crate) async fn log_in(&mut self, email: &str, password: &str) -> Page {
        let csrf = self.get("/login").await.csrf();
        self.post("/login", &[("csrf", &csrf), ("email", email), ("password", password)]).await
    }

    /// Creates an account from a notice's link.
    pub(crate) async fn register(&mut self, kept: &Kept) -> Page {
        let page = self.get(&format!("/register?link={}", kept.token)).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        let fields = registration(&page.csrf(), &kept.token, PASSWORD);
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.post("/register", &fields).await
    }

    /// Opens the page of a reply and sends it filled in.
    pub(crate) async fn reply(
        &mut self,
        copy_id: &str,
        fields: &[(&str, &str)],
        files: &[(&str, &[u8])],
    ) -> Page {
        let path = format!("/m/{copy_id}/reply");
        let csrf = self.get(&path).await.csrf();
        let fields: Vec<_> =
            [("csrf", csrf.as_str())].into_iter().chain(fields.iter().copied()).collect();
        self.upload(&path, &fields, files).await
    }
}

/// The fields of a registration that meets every rule but perhaps those of the password.
pub(crate) fn registration(csrf: &str, link: &str, password: &str) -> Vec<(&'static str, String)> {
    vec![
        ("csrf", csrf.to_owned()),
        ("link", link.to_owned()),
        ("first_name", "Marian".to_owned()),
        ("last_name", "Osei".to_owned()),
        ("password", password.to_owned()),
        ("password2", password.to_owned()),
    ]
}

/// A world with one message, and a browser signed in as its recipient.
pub(crate) async fn signed_in() -> (World, Browser, Kept) {
    let world = World::new().await.unwrap();
    let kept = world.keep(letters::completion_statement()).await.unwrap();
    let mut browser = Browser::new(&world);
    assert_eq!(browser.register(&kept).await.location(), format!("/m/{}", kept.copy_id));
    (world, browser, kept)
}

fn urlencoded(fields: &[(&str, &str)]) -> String {
    let encode = |text: &str| -> String {
        text.bytes()
            .map(|it| match it {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                    char::from(it).to_string()
                }
                it => format!("%{it:02X}"),
            })
            .collect()
    };
    let pairs: Vec<String> =
        fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    pairs.join("&")
}

fn multipart(fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend(
            format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            )
            .bytes(),
        );
    }
    for (name, content) in files {
        body.extend(format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\nContent-Type: text/plain\r\n\r\n").bytes());
        body.extend_from_slice(content);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{BOUNDARY}--\r\n").bytes());
    body
}
