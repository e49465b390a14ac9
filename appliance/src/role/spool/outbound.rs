//! Hands out what is due to `deliver`.
//!
//! # Invariants
//!
//! - Each route has a loop and places of its own, and each destination of it a part of these: a next
//!   hop that is slow keeps up nothing but its own mail.
//! - Destinations take turns; a large mailing keeps up no letter to the same one for long.
//! - No delivery is claimed without a place to start it in.
//! - A delivery that is active is owned by a job that is alive, or is put back.

mod batch;
mod desk;
mod follow;
mod route;
mod settle;
mod traffic;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use store::{
    body::{self, Body},
    queue::{self, Due, First, Settled},
};
use tokio::time::Instant;

use self::{
    batch::{Batch, Opened},
    desk::{BEFORE_ALL, Desk, Owned},
    route::Way,
    settle::Came,
};
use super::{Spool, retry, told_tls::Met};
use crate::{
    channel::memory,
    fail,
    protocol::{
        deliver::{JOB_PATIENCE, Job, Outcome, Outcomes, Question},
        hop::Hop,
        tls_report::{Asked, Session},
    },
    role::now_ms,
    tally::{self, Timer},
};

pub(super) use desk::{Desks, finish, places};
pub(super) use follow::{Followed, followed};
pub(super) use route::{domain, proves};
pub(super) use traffic::ONE_PLACE;

/// Recipients of one message that go together.
const TURN_ROWS: u32 = 200;
/// Rows looked at for each place: most messages have few recipients.
const ROWS_A_PLACE: u32 = 4;
/// Destinations looked at together.
const PAGE_ROWS: u32 = 200;
/// The longest time between turns.
const TURN_WAIT: Duration = Duration::from_secs(5);
/// Time after a turn that failed.
const FAILED_WAIT: Duration = Duration::from_millis(500);
/// How much longer than `deliver` itself a job is waited for.
const ANSWER_PATIENCE: Duration = Duration::from_secs(60);

/// Delivers what is due, for ever.
pub(super) async fn work(spool: Arc<Spool>, desks: Arc<Desks>) {
    tokio::join!(serve(&spool, &desks.internal), serve(&spool, &desks.external));
}

/// Delivers what is due on one route, for ever.
async fn serve(spool: &Arc<Spool>, desk: &Arc<Desk>) {
    let mut looked_for_strays: Option<Instant> = None;
    loop {
        // Listening begins before looking, so that nothing that comes in between is missed.
        let rung = spool.due.notified();
        desk.free().await;
        if looked_for_strays.is_none_or(|it| TURN_WAIT <= it.elapsed()) {
            put_back_strays(spool, desk).await;
            looked_for_strays = Some(Instant::now());
        }
        let more = match turn(spool, desk).await {
            Ok(more) => more,
            Err(error) => {
                tracing::error!(event = "outbound.failed", route = desk.route(), "{error:#}");
                tokio::time::sleep(FAILED_WAIT).await;
                false
            }
        };
        if !more {
            tokio::time::timeout(TURN_WAIT, rung).await.ok();
        }
    }
}

/// Starts what is due and has a place, one destination after the other; returns whether there may be
/// more.
async fn turn(spool: &Arc<Spool>, desk: &Arc<Desk>) -> anyhow::Result<bool> {
    let (began, first) = desk.turn();
    let (mut after, mut is_round, mut any) = (began, false, false);
    let mut placed = Vec::new();
    'round: while desk.is_free() {
        let page = queue::destinations(&spool.store, desk.route(), after, PAGE_ROWS).await?;
        let is_last = page.len() < usize::try_from(PAGE_ROWS).unwrap_or(usize::MAX);
        let now = now_ms();
        for it in page {
            // Once around, from where the last turn ended.
            if !desk.is_free() || is_round && began < it.destination {
                break 'round;
            }
            after = it.destination;
            if it.due_at_ms <= now && 0 < desk.room(it.destination) {
                any |= place(spool, desk, (it.destination, first), &mut placed).await?;
            }
        }
        if is_last && (is_round || began <= BEFORE_ALL) {
            break;
        }
        if is_last {
            (after, is_round) = (BEFORE_ALL, true);
        }
    }
    desk.served(after);
    start(spool, placed).await?;
    Ok(any)
}

/// Gives places to what is due to one destination; returns whether anything is.
async fn place(
    spool: &Arc<Spool>,
    desk: &Arc<Desk>,
    (destination, first): (i64, First),
    placed: &mut Vec<Placed>,
) -> anyhow::Result<bool> {
    let (to, now) = ((desk.route(), destination), now_ms());
    let rows = desk.room(destination).saturating_mul(ROWS_A_PLACE);
    let due = queue::due(&spool.store, to, now, rows, first).await?;
    let any = !due.is_empty();
    let is_cut = u32::try_from(due.len()).is_ok_and(|it| it == rows);
    let mut groups = by_message(due);
    // All recipients of a message go together.
    if is_cut
        && let Some(last) = groups.last_mut()
        && let Some(row) = last.first()
    {
        *last = queue::due_of(&spool.store, to, &row.message_id, now, TURN_ROWS).await?;
    }
    for rows in groups {
        if desk.room(destination) == 0 {
            break;
        }
        let attempts: Vec<(i64, u32)> = rows.iter().map(|it| (it.id, it.attempts)).collect();
        match batch::open(spool, rows).await {
            Ok(batches) => {
                let mut batches = batches.into_iter();
                placed.extend(batches.by_ref().map_while(|it| Placed::new(desk, destination, it)));
            }
            Err(error) => {
                tracing::error!(event = "delivery.unreadable", "{error:#}");
                put_off(spool, &attempts).await?;
            }
        }
    }
    Ok(any)
}

/// The rows of each message together, in the order in which the first of each came.
fn by_message(due: Vec<Due>) -> Vec<Vec<Due>> {
    let mut groups: Vec<Vec<Due>> = Vec::new();
    for row in due {
        let same = |it: &&mut Vec<Due>| it.iter().any(|it| it.message_id == row.message_id);
        match groups.iter_mut().find(same) {
            Some(group) => group.push(row),
            None => groups.push(vec![row]),
        }
    }
    groups
}

/// A batch that has its place, before it is claimed.
struct Placed {
    batch: Batch,
    owned: Owned,
}

impl Placed {
    /// Takes a place, if there is one.
    fn new(desk: &Arc<Desk>, destination: i64, batch: Batch) -> Option<Self> {
        let mut owned = Owned::new(desk, destination)?;
        for row in &batch.rows {
            owned.add(row.row);
        }
        Some(Self { batch, owned })
    }
}

/// Claims all rows in one transaction and starts what was claimed. After an error a row may be
/// claimed or not; as nobody owns it then, it is put back if it is.
async fn start(spool: &Arc<Spool>, placed: Vec<Placed>) -> anyhow::Result<()> {
    let rows: Vec<i64> =
        placed.iter().flat_map(|it| it.batch.rows.iter().map(|it| it.row)).collect();
    if rows.is_empty() {
        return Ok(());
    }
    fail::point("spool.claim.before")?;
    let claimed = queue::claim_all(&spool.store, rows, now_ms()).await?;
    fail::point("spool.claim.after")?;
    let mut claimed = claimed.into_iter();
    for Placed { mut batch, mut owned } in placed {
        batch.rows.retain(|it| {
            let taken = claimed.next().unwrap_or_default();
            if !taken {
                owned.remove(it.row);
            }
            taken
        });
        if batch.rows.is_empty() {
            continue;
        }
        let spool = Arc::clone(spool);
        tokio::spawn(async move {
            deliver(&spool, &owned, batch).await;
            // Only now are they nobody's.
            drop(owned);
        });
    }
    Ok(())
}

/// Delivers a batch and settles all of it.
async fn deliver(spool: &Spool, owned: &Owned, batch: Batch) {
    let (desk, destination) = (owned.desk(), owned.destination());
    if desk.rests(destination) {
        let reply = "451 4.4.1 Its mail servers did not answer a moment ago".to_owned();
        settle::all(spool, &batch, &Came::Unrouted(Outcome::Temporary { reply })).await;
        return;
    }
    let began = Instant::now();
    let handed = match route::way(spool, &batch).await {
        Ok(Way { hop: Ok(hop), asked }) => {
            hand_over(spool, &batch, &hop).await.map(|(outcomes, reached, sessions)| {
                desk.told(destination, reached);
                note(spool, &batch, asked, &met(&hop, &sessions));
                Came::Answered(outcomes)
            })
        }
        Ok(Way { hop: Err(outcome), asked }) => {
            desk.told(destination, !matches!(outcome, Outcome::Temporary { .. }));
            note(spool, &batch, asked, &[]);
            Ok(Came::Unrouted(outcome))
        }
        Err(error) => Err(error),
    };
    tally::took(Timer::Deliver, began.elapsed());
    let came = handed.unwrap_or_else(|error| {
        tracing::warn!(event = "deliver.lost", id = batch.message_id, "{error:#}");
        Came::Lost(format!("{error:#}"))
    });
    settle::all(spool, &batch, &came).await;
}

/// Counts how TLS went, for who asked to be told.
fn note(spool: &Spool, batch: &Batch, asked: Option<Asked>, met: &[Met<'_>]) {
    if let (Some(asked), Some(domain)) = (asked, &batch.domain) {
        spool.told_tls.note(now_ms(), domain, &asked, met);
    }
}

/// The servers that were connected to, and how their TLS went.
fn met<'h>(hop: &'h Hop, sessions: &[Session]) -> Vec<Met<'h>> {
    let one =
        |it: &Session| hop.servers.get(it.server).map(|server| Met { server, failure: it.failure });
    sessions.iter().filter_map(one).collect()
}

/// Gives the outcomes, whether a server was reached, and the connections that were made.
async fn hand_over(
    spool: &Spool,
    batch: &Batch,
    hop: &Hop,
) -> anyhow::Result<(BTreeMap<i64, Outcome>, bool, Vec<Session>)> {
    let received = batch.received(&spool.start.hostname)?;
    let inserts = || batch.edits.iter().map(|it| it.insert.as_slice());
    let job = Question::Job(Box::new(Job {
        id: batch.message_id.clone(),
        wrapped: batch.wrapped.clone(),
        octets: batch.octets,
        sender: batch.stored.envelope.sender.clone(),
        recipients: batch.rows.iter().map(|it| (it.row, it.recipient.clone())).collect(),
        eight_bit: batch.stored.eight_bit
            || !inserts().chain([received.as_slice()]).all(<[u8]>::is_ascii),
        utf8: batch.stored.envelope.utf8,
        wishes: batch.stored.envelope.wishes.clone(),
        edits: batch.edits.clone(),
        received,
        author: batch.author(),
        hop: hop.clone(),
    }));
    let body = match body::find(&spool.store, &spool.bodies, &batch.message_id).await? {
        Body::Short(sealed) => memory::sealed(&sealed)?,
        Body::Long(file) => file.into(),
    };
    fail::point("spool.job.begin")?;
    let patience = JOB_PATIENCE.saturating_add(ANSWER_PATIENCE);
    let called = tokio::time::timeout(patience, spool.deliver.call(&job, vec![body]));
    let (Outcomes { outcomes, reached, sessions }, _) = called.await??;
    fail::point("spool.job.end")?;
    Ok((outcomes.into_iter().collect(), reached, sessions))
}

/// Puts off what cannot be opened: nobody can be told of it, so it is not given up.
async fn put_off(spool: &Spool, rows: &[(i64, u32)]) -> anyhow::Result<()> {
    for (row, attempts) in rows {
        let at_ms = now_ms();
        if queue::claim(&spool.store, *row, at_ms).await? {
            let due_at_ms = retry::after_unreadable_ms(attempts.saturating_add(1), at_ms);
            let again = Settled::Retry { due_at_ms };
            queue::settle(&spool.store, *row, again, None, at_ms, &[], &[]).await?;
        }
    }
    Ok(())
}

/// Puts back what is active and nobody's: its claim or its settling was cut short. Only the loop
/// of the route claims, so nothing is taken while this looks.
async fn put_back_strays(spool: &Spool, desk: &Desk) {
    if let Err(error) = try_put_back_strays(spool, desk).await {
        tracing::error!(event = "delivery.not-put-back", "{error:#}");
    }
}

async fn try_put_back_strays(spool: &Spool, desk: &Desk) -> anyhow::Result<()> {
    let mut after = 0;
    loop {
        let active = queue::active(&spool.store, desk.route(), after, TURN_ROWS).await?;
        let Some(last) = active.last() else { return Ok(()) };
        after = *last;
        for row in active.into_iter().filter(|it| !desk.owns(*it)) {
            let at_ms = now_ms();
            let again = Settled::Retry { due_at_ms: at_ms };
            match queue::settle(&spool.store, row, again, None, at_ms, &[], &[]).await {
                Ok(()) => tracing::warn!(event = "delivery.put-back", row),
                // It was settled between the two looks.
                Err(store::StoreError::Stale { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}
