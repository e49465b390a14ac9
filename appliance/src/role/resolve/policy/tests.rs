//! Policies from a real web server, whose certificate is checked.

use std::sync::atomic::{AtomicUsize, Ordering};

use ::tests::dns::{Dns, Record, Zone};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;
use vault::tls::{
    Authorities, Authority, LocalSigner, RemoteKey, Trust, client_config, server_config,
};

use super::*;
use crate::role::now_ms;

const TEXT: &str = "version: STSv1\r\nmode: enforce\r\nmx: *.shop.example\r\nmax_age: 86400\r\n";

/// What is to be kept.
async fn enforced(policies: &Policies) -> Option<Wanted> {
    policies.of("shop.example").await.wanted.filter(Wanted::is_enforced)
}

/// A web server that says the same to all, and who it is trusted by.
struct Web {
    port: u16,
    tls: Arc<ClientConfig>,
    asked: Arc<AtomicUsize>,
    said: Arc<Mutex<Vec<u8>>>,
}

impl Web {
    async fn start(name: &str) -> Self {
        let authority = Authority::generate(now_ms()).unwrap();
        let issued = authority.issue(&[name.to_owned()], now_ms()).unwrap();
        let signer = LocalSigner::from_pem(&issued.key_pem).unwrap();
        let schemes = signer.schemes();
        let sign = move |scheme: u16, text: &[u8]| signer.sign(scheme, text);
        let key = Arc::new(RemoteKey::new(&schemes, Arc::new(sign)));
        let config = server_config(&issued.chain_pem, key, &[]).unwrap();
        let trusted = Authorities::new(&[], Some(authority.certificate_pem())).unwrap();
        let tls = client_config(Trust::Authorities(&trusted), &["http/1.1"]).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (asked, said) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(Vec::new())));
        let (count, says) = (Arc::clone(&asked), Arc::clone(&said));
        tokio::spawn(async move {
            let acceptor = TlsAcceptor::from(config);
            while let Ok((stream, _)) = listener.accept().await {
                let Ok(mut stream) = acceptor.accept(stream).await else { continue };
                let mut head = [0; 4096];
                let read = stream.read(&mut head).await.unwrap_or_default();
                let head = String::from_utf8_lossy(&head[..read]).into_owned();
                assert!(head.starts_with("GET /.well-known/mta-sts.txt HTTP/1.1\r\n"), "{head}");
                count.fetch_add(1, Ordering::SeqCst);
                let answer = says.lock().unwrap().clone();
                stream.write_all(&answer).await.ok();
                stream.shutdown().await.ok();
            }
        });
        Self { port, tls, asked, said }
    }

    fn says(&self, status: &str, kind: &str, body: &str) {
        let length = body.len();
        let text = format!(
            "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        *self.said.lock().unwrap() = text.into_bytes();
    }
}

fn zone(id: &str) -> Zone {
    let mut zone = Zone::default();
    zone.text("_mta-sts.shop.example", &format!("v=STSv1; id={id};"));
    zone.add("mta-sts.shop.example", Record::Address([127, 0, 0, 1].into()));
    zone
}

fn lookup(zone: Zone) -> (Arc<Lookup>, Dns) {
    let dns = Dns::start(zone).unwrap();
    (Arc::new(Lookup::new(&[dns.address()], false, None).unwrap()), dns)
}

fn policies(lookup: &Arc<Lookup>, web: &Web) -> Policies {
    let reach = Reach::new(&["127.0.0.0/8".to_owned()]);
    Policies::new(Arc::clone(lookup), Arc::clone(&web.tls), web.port, reach)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_policy_is_fetched_once_and_outlives_its_server() {
    let web = Web::start("mta-sts.shop.example").await;
    web.says("200 OK", "Text/Plain; charset=utf-8", TEXT);
    let (names, _dns) = lookup(zone("1"));
    let mut policies = policies(&names, &web);
    let wanted = enforced(&policies).await.unwrap();
    assert!(wanted.names("mx.shop.example") && !wanted.names("mx.other.example"));
    enforced(&policies).await.unwrap();
    assert_eq!(web.asked.load(Ordering::SeqCst), 1);
    // Another version, which cannot be fetched: the one that is known holds, and it is not asked
    // for again at once.
    web.says("404 Not Found", "text/plain", TEXT);
    let (names, _dns) = lookup(zone("2"));
    policies.lookup = names;
    assert!(enforced(&policies).await.unwrap().names("mx.shop.example"));
    assert!(enforced(&policies).await.is_some());
    assert_eq!(web.asked.load(Ordering::SeqCst), 2);
    // A third one, which can.
    web.says("200 OK", "text/plain", &TEXT.replace("enforce", "none"));
    let (names, _dns) = lookup(zone("3"));
    policies.lookup = names;
    assert!(enforced(&policies).await.is_none());
    assert_eq!(web.asked.load(Ordering::SeqCst), 3);
    // And no names at all, while the first one was known.
    web.says("200 OK", "text/plain", TEXT);
    let (names, _dns) = lookup(zone("4"));
    policies.lookup = names;
    assert!(enforced(&policies).await.is_some());
    let (names, _dns) = lookup(Zone::default());
    policies.lookup = names;
    assert!(enforced(&policies).await.is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_sent_as_it_should_be_is_no_policy() {
    let web = Web::start("mta-sts.shop.example").await;
    let (names, _dns) = lookup(zone("1"));
    let long = format!("{TEXT}{}", "x: y\r\n".repeat(11_000));
    for (status, kind, body) in [
        ("301 Moved Permanently\r\nLocation: https://mta-sts.shop.example/", "text/plain", TEXT),
        ("200 OK", "text/html", TEXT),
        ("200 OK", "", TEXT),
        ("200 OK", "text/plain", "hello"),
        ("200 OK", "text/plain", &long),
        ("500 No", "text/plain", TEXT),
    ] {
        web.says(status, kind, body);
        assert!(enforced(&policies(&names, &web)).await.is_none(), "{status} {kind}");
    }
    web.says("200 OK", "text/plain", TEXT);
    assert!(enforced(&policies(&names, &web)).await.is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_certificate_is_no_policy() {
    let web = Web::start("www.shop.example").await;
    web.says("200 OK", "text/plain", TEXT);
    let (names, _dns) = lookup(zone("1"));
    assert!(enforced(&policies(&names, &web)).await.is_none());
    // Nor is one of an authority that nobody trusts.
    let right = Web::start("mta-sts.shop.example").await;
    right.says("200 OK", "text/plain", TEXT);
    let mut stranger = policies(&names, &right);
    stranger.tls = Arc::clone(&web.tls);
    assert!(enforced(&stranger).await.is_none());
    assert_eq!(web.asked.load(Ordering::SeqCst) + right.asked.load(Ordering::SeqCst), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_inside_is_fetched_from() {
    let web = Web::start("mta-sts.shop.example").await;
    web.says("200 OK", "text/plain", TEXT);
    let (names, _dns) = lookup(zone("1"));
    let mut policies = policies(&names, &web);
    policies.reach = Reach::new(&[]);
    assert!(enforced(&policies).await.is_none());
    assert_eq!(web.asked.load(Ordering::SeqCst), 0);
}
