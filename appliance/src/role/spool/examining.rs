//! Messages that were accepted before they were decided, and what the end of the process left.

use std::{
    fs::File,
    io::{self, Read},
    os::{fd::OwnedFd, unix::fs::FileExt},
    sync::Arc,
    time::Duration,
};

use anyhow::Context;
use store::{
    body,
    message::{Message, MessageState},
    queue,
};
use vault::stream::Opener;

use super::{
    Spool,
    carry::Arrived,
    judge::{JudgeError, OpenMessage},
    plan::{self, Planned},
    readdress::Readdressed,
    sealed::{self, Sealing, StoredEnvelope},
};
use crate::{
    audit,
    channel::{CallError, memory},
    protocol::{control::OnError, spool::SpoolAnswer},
    role::{now_ms, thing},
};

/// Messages looked at in one turn.
const TURN_ROWS: u32 = 16;
/// The longest time between turns.
const TURN_WAIT: Duration = Duration::from_secs(15);
/// Examinations of one message that never came to an end; after them it is held.
const ATTEMPTS_MAX: u32 = 20;
/// How long an examination under way is left alone, milliseconds.
const CLAIM_MS: i64 = 120_000;
/// Octets read from a body at once.
const CHUNK_OCTETS: usize = 256 * 1024;

/// Examines what is due, for ever.
pub(super) async fn work(spool: Arc<Spool>) {
    spool.joined().await;
    loop {
        if let Err(error) = turn(&spool).await {
            tracing::error!(event = "examining.failed", "{error:#}");
        }
        tokio::time::sleep(TURN_WAIT).await;
    }
}

async fn turn(spool: &Spool) -> anyhow::Result<()> {
    for message in queue::examining(&spool.store, now_ms(), TURN_ROWS).await? {
        let id = message.id.clone();
        let until_ms = now_ms().saturating_add(CLAIM_MS);
        if !queue::defer(&spool.store, &id, message.due_at_ms, until_ms).await? {
            continue;
        }
        if let Err(error) = examine(spool, message).await {
            tracing::error!(event = "examining.failed", id = id, "{error:#}");
        }
    }
    Ok(())
}

async fn examine(spool: &Spool, message: Message) -> anyhow::Result<()> {
    let attempts = message.attempts;
    let arrived = arrived(spool, message).await?;
    let judged = if ATTEMPTS_MAX <= attempts {
        Err(JudgeError::Examiner(CallError::Late))
    } else {
        spool.judge(&arrived).await
    };
    if let Err(JudgeError::Absent) = judged {
        // It says nothing of the message, which waits for its next turn.
        return Ok(());
    }
    let seen = judged.as_deref().ok().and_then(|it| spool.shadow.outcomes(it));
    let committed = match spool.commit_decided(&arrived, judged).await? {
        SpoolAnswer::Rejected { text } => refuse(spool, &arrived, text).await,
        SpoolAnswer::Accepted { .. }
        | SpoolAnswer::Begun { .. }
        | SpoolAnswer::Done
        | SpoolAnswer::Room
        | SpoolAnswer::TryLater { .. } => Ok(()),
    };
    spool.shadow.see(arrived, seen);
    committed
}

/// A message that was answered 250 cannot be refused any more, so it is returned.
async fn refuse(spool: &Spool, arrived: &Arrived, text: String) -> anyhow::Result<()> {
    let mut planned = plan::undecided(&arrived.envelope, OnError::Bounce);
    if let Planned::Carry(plan) = &mut planned {
        plan.say(&text);
        let mut commit = spool.carry(arrived, None, std::mem::take(plan)).await?;
        commit.audit.push(audit::refused(&arrived.id));
        queue::commit(&spool.store, &commit).await?;
        spool.due.notify_waiters();
    }
    Ok(())
}

/// A stored message, opened.
pub(super) async fn arrived(spool: &Spool, message: Message) -> anyhow::Result<Arrived> {
    let wrapped = message.wrapped_key.context("a message that is examined has its key")?;
    let key = spool.keys.unwrap(&wrapped, thing(&message.id)).await?;
    let sealing = Sealing::new(&message.id, key);
    let stored: StoredEnvelope = sealing.open(sealed::ENVELOPE, &message.envelope)?;
    let body = body::short(&spool.store, &message.id).await?;
    let file = match body {
        Some(_) => None,
        None => body::fetched(&spool.store, &spool.bodies, &message.id).await?.map(Arc::new),
    };
    Ok(Arrived {
        readdressed: Readdressed::default(),
        body,
        file,
        id: message.id,
        sealing,
        wrapped,
        envelope: stored.envelope,
        octets: u64::try_from(message.size_octets)?,
        eight_bit: stored.eight_bit,
        authentication: stored.authentication,
        at_ms: message.received_at_ms,
        sent_by: None,
        replaces: Some(MessageState::Examining),
    })
}

impl Spool {
    /// What opens the sealed body into a constant memory file: what is examined is what is kept.
    pub(super) fn opening(&self, arrived: &Arrived) -> OpenMessage {
        let (bodies, id) = (self.bodies.clone(), arrived.id.clone());
        let opener = Opener::new(arrived.sealing.key(), arrived.sealing.thing());
        match (arrived.body.clone(), arrived.file.clone()) {
            (None, Some(file)) => OpenMessage {
                is_short: false,
                open: Box::new(move || open_into_memory(FromStart { file, at: 0 }, opener)),
            },
            (Some(sealed), _) => {
                OpenMessage { is_short: true, open: Box::new(move || open_short(&sealed, opener)) }
            }
            (None, None) => OpenMessage {
                is_short: false,
                open: Box::new(move || open_into_memory(bodies.read(&id)?, opener)),
            },
        }
    }
}

/// A file that several may read at once, each from its beginning.
struct FromStart {
    file: Arc<File>,
    at: u64,
}

impl Read for FromStart {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read_at(into, self.at)?;
        self.at = self.at.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
        Ok(read)
    }
}

/// Opens a sealed body into a constant memory file.
///
/// # Errors
///
/// The body was changed or cut short, or there is no memory.
pub(crate) fn open_into_memory(
    mut sealed: impl Read,
    mut opener: Opener,
) -> anyhow::Result<OwnedFd> {
    use std::io::Write;
    let mut clear = memory::create()?;
    let mut chunk = vec![0; CHUNK_OCTETS];
    let mut plain = Vec::new();
    loop {
        let read = sealed.read(&mut chunk)?;
        if read == 0 {
            break;
        }
        plain.clear();
        opener.open(chunk.get(..read).unwrap_or_default(), &mut plain)?;
        clear.write_all(&plain)?;
    }
    plain.clear();
    opener.finish(&mut plain)?;
    clear.write_all(&plain)?;
    Ok(memory::seal(clear)?)
}

/// As [`open_into_memory`], of a body that is in memory already.
fn open_short(sealed: &[u8], mut opener: Opener) -> anyhow::Result<OwnedFd> {
    let mut plain = Vec::with_capacity(sealed.len());
    opener.open(sealed, &mut plain)?;
    opener.finish(&mut plain)?;
    Ok(memory::sealed(&plain)?)
}
