//! A portal in a process of its own: a store in memory, real cryptography, and a gateway that
//! stands where the appliance's sockets are.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use portal::{
    AccountLetter, App, AttachmentBody, BoxFuture, Clock, Gateway, InternalDomains, Reading,
    Settings, Submission, SubmitOutcome, Unavailable,
};
use store::commit::{Commit, CopyOptions, NewCopy, NewMessage, NewSent, NewToken, commit_all};
use store::copy::{OnExpiry, ReadReceipt};
use store::message::{MessageKind, MessageState};
use store::token::TokenPurpose;
use store::{Store, copy};
use vault::{DataKey, MasterKey, Token, WrappedKey, random_id};

/// What fails in a test's own machinery.
pub(crate) type Trouble = Box<dyn Error + Send + Sync>;

/// 2026-11-21T09:41:12Z, a Saturday.
pub(crate) const NOW_MS: i64 = 1_795_254_072_000;
/// A day in ms.
pub(crate) const DAY_MS: i64 = 86_400_000;
/// What the portal believes to be its address.
pub(crate) const BASE_URL: &str = "https://secure.northshire.example";
/// The recipient of most messages.
pub(crate) const MARIAN: &str = "m.osei@harbourlegal.example";
/// A password that meets every rule.
pub(crate) const PASSWORD: &str = "seven otters knit quietly";

/// A clock that stands until it is moved.
#[derive(Debug)]
pub(crate) struct TestClock(AtomicI64);

impl TestClock {
    /// Moves the clock.
    pub(crate) fn advance(&self, by_ms: i64) {
        self.0.fetch_add(by_ms, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now_ms(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

/// Where the appliance's sockets are: keys, the worker, the spool.
pub(crate) struct Neighbours {
    store: Store,
    master: MasterKey,
    clock: Arc<TestClock>,
    bodies: Mutex<BTreeMap<String, Body>>,
    submissions: Mutex<Vec<Submission>>,
    opened: Mutex<Vec<String>>,
    written: Mutex<Vec<(String, AccountLetter)>>,
    is_down: AtomicBool,
    panics: AtomicBool,
    refusal: Mutex<Option<SubmitOutcome>>,
}

/// A sealed body, as far as a test needs one: it opens under the message's key alone.
struct Body {
    seal: Vec<u8>,
    reading: Reading,
    files: Vec<AttachmentBody>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Neighbours {
    /// What was handed to the spool.
    pub(crate) fn submissions(&self) -> Vec<Submission> {
        locked(&self.submissions).clone()
    }

    /// The copies that were reported as opened, in order.
    pub(crate) fn opened(&self) -> Vec<String> {
        locked(&self.opened).clone()
    }

    /// What was to be written to owners of accounts, in order.
    pub(crate) fn written(&self) -> Vec<(String, AccountLetter)> {
        locked(&self.written).clone()
    }

    /// Takes the neighbours down, or up again.
    pub(crate) fn set_down(&self, is_down: bool) {
        self.is_down.store(is_down, Ordering::SeqCst);
    }

    /// Makes the worker's answer panic.
    pub(crate) fn set_panics(&self, panics: bool) {
        self.panics.store(panics, Ordering::SeqCst);
    }

    /// What the spool says to the next submissions, instead of accepting them.
    pub(crate) fn set_refusal(&self, outcome: Option<SubmitOutcome>) {
        *locked(&self.refusal) = outcome;
    }

    fn up(&self) -> Result<(), Unavailable> {
        if self.is_down.load(Ordering::SeqCst) {
            return Err(Unavailable::new("the test took it down"));
        }
        Ok(())
    }

    /// The keyed hash of an address.
    pub(crate) fn hash(&self, address: &str) -> [u8; 32] {
        self.master.index_key().hash("address", address.to_lowercase().as_bytes())
    }

    fn body<T>(
        &self,
        message_id: &str,
        key: &DataKey,
        read: impl FnOnce(&Body) -> T,
    ) -> Result<T, Unavailable> {
        self.up()?;
        let bodies = locked(&self.bodies);
        let body = bodies.get(message_id).ok_or_else(|| Unavailable::new("no body"))?;
        key.open_field(&format!("message:{message_id}"), "body", &body.seal)
            .map_err(Unavailable::new)?;
        Ok(read(body))
    }

    async fn keep(&self, submission: &Submission) -> Result<(), Trouble> {
        let now_ms = self.clock.now_ms();
        let id = random_id();
        let (key, wrapped_key) = new_key(&self.master, &format!("message:{id}"));
        let head = serde_json::json!({
            "subject": subject_of(&submission.message),
            "from": submission.sender,
            "to": submission.recipients,
        });
        let mut commit = commit(&id, &key, wrapped_key, &head, now_ms);
        commit.message.kind = MessageKind::Answer;
        commit.sent = Some(NewSent {
            id: random_id(),
            account_id: submission.account_id.clone(),
            created_at_ms: now_ms,
        });
        Ok(commit_all(&self.store, &[commit]).await?)
    }
}

fn subject_of(message: &[u8]) -> String {
    let text = String::from_utf8_lossy(message);
    let subject = text.lines().find_map(|it| it.strip_prefix("Subject: "));
    subject.unwrap_or_default().to_owned()
}

fn new_key(master: &MasterKey, context: &str) -> (DataKey, WrappedKey) {
    let key = DataKey::random();
    let wrapped = master.wrap(&key, context);
    (key, wrapped)
}

impl Gateway for Neighbours {
    fn new_key(
        &self,
        context: String,
    ) -> BoxFuture<'_, Result<(DataKey, WrappedKey), Unavailable>> {
        Box::pin(async move {
            self.up()?;
            Ok(new_key(&self.master, &context))
        })
    }

    fn open_key(
        &self,
        wrapped: WrappedKey,
        context: String,
    ) -> BoxFuture<'_, Result<DataKey, Unavailable>> {
        Box::pin(async move {
            self.up()?;
            self.master.unwrap(&wrapped, &context).map_err(Unavailable::new)
        })
    }

    fn address_hash(&self, address: String) -> BoxFuture<'_, Result<[u8; 32], Unavailable>> {
        Box::pin(async move {
            self.up()?;
            Ok(self.hash(&address))
        })
    }

    fn reading(
        &self,
        message_id: String,
        key: DataKey,
    ) -> BoxFuture<'_, Result<Reading, Unavailable>> {
        Box::pin(async move {
            #[expect(clippy::panic, reason = "a test asks for it, to see what becomes of it")]
            if self.panics.load(Ordering::SeqCst) {
                panic!("the secret of {message_id}");
            }
            self.body(&message_id, &key, |it| it.reading.clone())
        })
    }

    fn attachment(
        &self,
        message_id: String,
        key: DataKey,
        index: u32,
    ) -> BoxFuture<'_, Result<Option<AttachmentBody>, Unavailable>> {
        Box::pin(async move {
            let index = usize::try_from(index).unwrap_or(usize::MAX);
            self.body(&message_id, &key, |it| it.files.get(index).cloned())
        })
    }

    fn submit(&self, submission: Submission) -> BoxFuture<'_, Result<SubmitOutcome, Unavailable>> {
        Box::pin(async move {
            self.up()?;
            if let Some(outcome) = locked(&self.refusal).clone() {
                return Ok(outcome);
            }
            self.keep(&submission).await.map_err(Unavailable::new)?;
            locked(&self.submissions).push(submission);
            Ok(SubmitOutcome::Accepted)
        })
    }

    fn write(&self, to: String, letter: AccountLetter) -> BoxFuture<'_, Result<(), Unavailable>> {
        Box::pin(async move {
            self.up()?;
            locked(&self.written).push((to, letter));
            Ok(())
        })
    }

    fn sender_decides(
        &self,
        _token: [u8; 32],
        _goes: bool,
    ) -> BoxFuture<'_, Result<bool, Unavailable>> {
        Box::pin(async move { Err(Unavailable::new("nothing waits for a sender here")) })
    }

    fn opened(&self, copy_id: String) -> BoxFuture<'_, Result<(), Unavailable>> {
        Box::pin(async move {
            self.up()?;
            let now_ms = self.clock.now_ms();
            copy::mark_read(&self.store, &copy_id, now_ms, &[], &[])
                .await
                .map_err(Unavailable::new)?;
            locked(&self.opened).push(copy_id);
            Ok(())
        })
    }
}

/// A message to be kept for somebody.
#[derive(Clone, Debug)]
pub(crate) struct Letter {
    /// To whom.
    pub(crate) to: String,
    /// What the worker will say of it.
    pub(crate) reading: Reading,
    /// Its files.
    pub(crate) files: Vec<AttachmentBody>,
    /// What the recipient may do.
    pub(crate) options: CopyOptions,
    /// When it came, before now.
    pub(crate) age_ms: i64,
    /// How long it stays, from now.
    pub(crate) stays_ms: i64,
}

impl Letter {
    /// A letter to Marian that allows everything and stays for a month.
    pub(crate) fn new(reading: Reading) -> Self {
        Self {
            to: MARIAN.to_owned(),
            reading,
            files: Vec::new(),
            options: CopyOptions {
                print: true,
                reply: true,
                reply_all: true,
                forward: false,
                on_expiry: OnExpiry::Gone,
                read_receipt: ReadReceipt::Always,
            },
            age_ms: 60_000,
            stays_ms: 30 * DAY_MS,
        }
    }
}

/// A message that is kept.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    /// The id of the copy.
    pub(crate) copy_id: String,
    /// The id of the message.
    pub(crate) message_id: String,
    /// The text of the token in the notice's link.
    pub(crate) token: String,
}

/// The portal and all around it.
pub(crate) struct World {
    /// The database.
    pub(crate) store: Store,
    /// Keys, worker, spool.
    pub(crate) neighbours: Arc<Neighbours>,
    /// The time.
    pub(crate) clock: Arc<TestClock>,
    /// The site.
    pub(crate) router: axum::Router,
}

impl World {
    /// A portal at [`BASE_URL`] with the usual limits.
    pub(crate) async fn new() -> Result<Self, Trouble> {
        Self::with(BASE_URL, |_| {}).await
    }

    /// A portal with settings of its own.
    pub(crate) async fn with(
        base_url: &str,
        set: impl FnOnce(&mut Settings),
    ) -> Result<Self, Trouble> {
        let store = Store::memory().await?;
        let clock = Arc::new(TestClock(AtomicI64::new(NOW_MS)));
        let neighbours = Arc::new(Neighbours {
            store: store.clone(),
            master: MasterKey::generate(),
            clock: clock.clone(),
            bodies: Mutex::default(),
            submissions: Mutex::default(),
            opened: Mutex::default(),
            written: Mutex::default(),
            is_down: AtomicBool::new(false),
            panics: AtomicBool::new(false),
            refusal: Mutex::default(),
        });
        let internal = InternalDomains::new(vec!["northshire.example".to_owned()], |it| {
            it.domain().as_str() == "northshire.example"
        });
        let mut settings = Settings::new(base_url, "Northshire Council", internal);
        settings.help_desk = "01632 960 100".to_owned();
        settings.clock = clock.clone();
        // Tests do not wait; that a refusal takes its time is tested on its own.
        settings.limits.login_failure_time_min = Duration::ZERO;
        set(&mut settings);
        let router = portal::router(App::new(store.clone(), neighbours.clone(), settings));
        Ok(Self { store, neighbours, clock, router })
    }

    /// Keeps a message, as the spool would.
    pub(crate) async fn keep(&self, letter: Letter) -> Result<Kept, Trouble> {
        let now_ms = self.clock.now_ms();
        let kept = Kept {
            copy_id: random_id(),
            message_id: random_id(),
            token: Token::random().text().to_string(),
        };
        let context = format!("message:{}", kept.message_id);
        let (key, wrapped_key) = new_key(&self.neighbours.master, &context);
        let reading = &letter.reading;
        let preview: String =
            reading.text.as_deref().unwrap_or_default().chars().take(80).collect();
        let head = serde_json::json!({
            "subject": reading.subject,
            "from_name": reading.from.name,
            "from": reading.from.address,
            "to": [letter.to],
            "date_ms": reading.date_ms,
            "attachments": reading.attachments.iter().map(|it| &it.name).collect::<Vec<_>>(),
            "preview": preview.replace('\n', " "),
        });
        let mut commit = commit(&kept.message_id, &key, wrapped_key, &head, now_ms);
        let address_hash = self.neighbours.hash(&letter.to);
        commit.copies.push(NewCopy {
            id: kept.copy_id.clone(),
            address_hash,
            sender_hash: self.neighbours.hash(&reading.from.address),
            recipient: key.seal_field(&context, "recipient", letter.to.as_bytes()),
            options: letter.options,
            decided_by: "external".to_owned(),
            expires_at_ms: now_ms.saturating_add(letter.stays_ms),
            extension_until_ms: None,
            delivered_at_ms: now_ms.saturating_sub(letter.age_ms),
        });
        commit.tokens.push(NewToken {
            hash: Token::parse(&kept.token)?.hash(),
            purpose: TokenPurpose::Notice,
            copy_id: Some(kept.copy_id.clone()),
            message_id: None,
            address_hash,
            expires_at_ms: now_ms.saturating_add(letter.stays_ms),
        });
        commit_all(&self.store, &[commit]).await?;
        let seal = key.seal_field(&context, "body", b"body");
        let body = Body { seal, reading: letter.reading, files: letter.files };
        locked(&self.neighbours.bodies).insert(kept.message_id.clone(), body);
        Ok(kept)
    }
}

fn commit(
    id: &str,
    key: &DataKey,
    wrapped_key: WrappedKey,
    head: &serde_json::Value,
    now_ms: i64,
) -> Commit {
    let context = format!("message:{id}");
    Commit {
        message: NewMessage {
            id: id.to_owned(),
            kind: MessageKind::Mail,
            state: MessageState::Decided,
            wrapped_key,
            size_octets: 1000,
            body: None,
            envelope: key.seal_field(&context, "envelope", b"{}"),
            head: key.seal_field(&context, "head", head.to_string().as_bytes()),
            decision: None,
            bundle: None,
            received_at_ms: now_ms,
            due_at_ms: None,
        },
        replaces: None,
        deliveries: Vec::new(),
        copies: Vec::new(),
        tokens: Vec::new(),
        sent: None,
        events: Vec::new(),
        audit: Vec::new(),
        also: Vec::new(),
    }
}
