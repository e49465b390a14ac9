//! What the log says, and what it must not.

use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::browser::{Browser, signed_in};
use crate::letters;
use crate::world::{MARIAN, PASSWORD};

/// Writes every event on a line of its own, with the thread it happened on: other tests log too.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<(ThreadId, String)>>>);

impl Lines {
    /// What this thread logged.
    fn of_this_thread(&self) -> Vec<String> {
        let lines = self.0.lock().unwrap();
        let own = lines.iter().filter(|(id, _)| *id == thread::current().id());
        own.map(|(_, line)| line.clone()).collect()
    }
}

struct Line<'a>(&'a mut String);

impl Visit for Line<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        write!(self.0, " {field}={value}").unwrap();
    }
}

impl Subscriber for Lines {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("portal")
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = String::new();
        event.record(&mut Line(&mut line));
        self.0.lock().unwrap().push((thread::current().id(), line));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn s_40_the_log_says_what_happened_and_no_secret() {
    let lines = Lines::default();
    tracing::subscriber::set_global_default(lines.clone()).unwrap();
    let (world, mut browser, kept) = signed_in().await;
    let mut stranger = Browser::new(&world);
    stranger.log_in(MARIAN, "wrong-password-of-mine").await;
    stranger.log_in("nobody@nowhere.example", "wrong-password-of-mine").await;
    stranger.log_in(MARIAN, PASSWORD).await;
    browser.get(&format!("/m/{}", kept.copy_id)).await;
    let fields =
        [("to", "anna.kowalski@northshire.example"), ("subject", "Re: x"), ("body", "Thank you.")];
    browser.reply(&kept.copy_id, &fields, &[]).await;
    world.neighbours.set_panics(true);
    let page = browser.get(&format!("/m/{}", kept.copy_id)).await;
    world.neighbours.set_panics(false);
    let csrf = browser.get("/inbox").await.csrf();
    let sid = browser.cookies["__Host-sid"].clone();
    browser.post("/logout", &[("csrf", &csrf)]).await;

    let lines = lines.of_this_thread();
    assert!(lines.iter().all(|it| !it.contains(['\r', '\n'])), "{lines:?}");
    let log = lines.join("\n");
    for event in [
        "account.created",
        "login.failed",
        "login.succeeded",
        "reply.accepted",
        "portal.failed",
        "session.ended",
    ] {
        assert!(log.contains(event), "{event}\n{log}");
    }
    let reference = page.text.split("Reference: <span class=\"code\">").nth(1).unwrap();
    assert!(log.contains(reference.split('<').next().unwrap()));
    let letter = letters::completion_statement();
    for secret in [
        PASSWORD,
        "wrong-password",
        MARIAN,
        "nobody@",
        "osei",
        "Marian",
        "anna",
        "Thank you",
        "the secret of",
        &sid,
        &csrf,
        &kept.token,
        &letter.reading.subject,
    ] {
        assert!(!log.contains(secret), "{secret}\n{log}");
    }
}
