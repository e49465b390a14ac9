//! `spool`: owns the queue and the store. It makes bodies durable, has them examined, carries out
//! what was decided in one transaction, hands deliveries out and settles them.
//!
//! # Invariants
//!
//! - A message is answered 250 only when its body and its rows are on disk.
//! - What was decided and what it causes are committed together or not at all.
//! - A message that could not be decided is held.

mod account;
mod ask;
mod audit;
mod authenticate;
mod belief;
mod carry;
mod digest;
mod examining;
mod exists;
mod housekeeping;
mod intake;
mod judge;
mod jump;
mod letter;
mod nodes;
mod opened;
mod outbound;
mod plan;
mod prove;
mod reach;
mod readdress;
mod report;
mod retry;
mod review;
mod sealed;
mod shadow;
mod stock;
mod told_tls;

use std::{
    os::fd::OwnedFd,
    sync::{Arc, Mutex},
    time::Duration,
};

use anyhow::Context;
use store::{Store, body::Bodies, queue};
use tokio::{
    sync::{Notify, watch},
    task::JoinHandle,
};

use super::{Database, Keys, Losses, Master, Order, Recipients, now_ms};
use crate::{
    channel::{Caller, End, serve},
    protocol::control::{List, Organisation, Role, Start},
};
pub(crate) use audit::SEEN;
pub(crate) use digest::{TOLD, Told};
pub(crate) use examining::open_into_memory;
pub(crate) use intake::UNDECIDED;
pub(crate) use letter::{ROUTES, is_internal};
pub(crate) use sealed::REASON;
pub(crate) use shadow::{Note, SHADOW};

use authenticate::Resolve;
use intake::{Incoming, Intake};
use judge::Judges;
use nodes::Lead;
use shadow::Shadow;
use stock::Stock;

/// What all parts of the spool work with.
#[derive(Debug)]
struct Spool {
    start: Start,
    store: Store,
    bodies: Bodies,
    keys: Keys,
    stock: Stock,
    judges: Judges,
    shadow: Shadow,
    deliver: Caller,
    resolve: Resolve,
    /// Where next hops are now.
    followed: outbound::Followed,
    /// How TLS went, for domains that ask to be told.
    told_tls: told_tls::Ledger,
    /// Which recipients there are.
    existing: exists::Existing,
    organisation: watch::Receiver<Option<Arc<Organisation>>>,
    /// The recipients that there are, where they are listed.
    recipients: watch::Receiver<Option<Arc<Recipients>>>,
    /// Bodies on their way in.
    incoming: Mutex<Incoming>,
    /// Rung when something new may be due.
    due: Notify,
    /// Whether this node does what is done once for all.
    lead: Lead,
}

/// Works until the master says stop.
///
/// # Errors
///
/// The role cannot start or loses its master.
pub(super) fn run(start: Start, control: OwnedFd, password: Option<OwnedFd>) -> anyhow::Result<()> {
    // The store's group may read what is made here, nobody else.
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o007));
    let database = Database::of_role(&start, password)?;
    super::run_confined(&start.clone(), control, |master| work(start, master, database))
}

async fn work(start: Start, master: Master, database: Database) -> anyhow::Result<()> {
    let store = database.open().await.context("the database cannot be opened")?;
    let (seat, leads) = nodes::sit(&store).await?;
    let bodies = Bodies::open(&start.folders.bodies)?;
    recover(&store, &bodies).await?;
    store::audit::append(&store, &[crate::audit::started(&start)]).await?;
    let mut losses = Losses::new();
    let (rules, organisation) = watch::channel(None);
    let (list, recipients) = watch::channel(None);
    let limit = Duration::from_millis(start.examination_limit_ms);
    let keys = Keys::new(&losses);
    let spool = Arc::new(Spool {
        lead: Lead::new(&store, leads),
        judges: Judges::new(0..start.examiners, limit, &losses),
        shadow: Shadow::new(start.examiners, limit, &losses, start.folders.store.join(SHADOW)),
        store,
        bodies,
        stock: Stock::new(keys.clone()),
        keys,
        deliver: Caller::new(losses.of(Role::Deliver)),
        resolve: Resolve::new(&losses),
        followed: outbound::Followed::default(),
        told_tls: told_tls::Ledger::default(),
        existing: exists::Existing::default(),
        organisation,
        recipients,
        incoming: Mutex::default(),
        due: Notify::new(),
        start,
    });
    tokio::spawn(nodes::work(Arc::clone(&spool), seat));
    let places = outbound::places(spool.start.external_hop.by_names().is_some());
    let mut outbound = None;
    loop {
        match master.order(&mut losses).await? {
            Order::Attach(role, line) => attach(&spool, role, line)?,
            Order::List(List::Recipients, file) => {
                if let Some(recipients) = Recipients::take(file) {
                    list.send_replace(Some(recipients));
                }
            }
            Order::List(List::Accounts, _) => {}
            Order::Shadow(rules) => spool.shadow.change(rules.map(|it| *it)),
            Order::Rules(organisation) => {
                let (told, recorded) = (Arc::clone(&spool), crate::audit::rules(&organisation));
                tokio::spawn(async move { told.record(recorded).await });
                rules.send_replace(Some(Arc::new(*organisation)));
                outbound = outbound.or_else(|| Some(begin(&spool, Arc::clone(&places))));
            }
            Order::Stop => break,
        }
    }
    if let Some(outbound) = outbound {
        outbound.abort();
        // It hands out nothing more once it has ended.
        outbound.await.ok();
        outbound::finish(&places).await;
    }
    // What was counted is told of at the next start.
    told_tls::end(&spool).await;
    if let Err(error) = end_log(&spool).await {
        tracing::error!(event = "audit.not-ended", "{error:#}");
    }
    spool.store.checkpoint().await.ok();
    Ok(())
}

/// Begins all work that needs the rules; gives what hands deliveries out.
fn begin(spool: &Arc<Spool>, places: Arc<outbound::Desks>) -> JoinHandle<()> {
    tokio::spawn(audit::work(Arc::clone(spool)));
    tokio::spawn(digest::work(Arc::clone(spool)));
    tokio::spawn(examining::work(Arc::clone(spool)));
    tokio::spawn(jump::work(Arc::clone(spool)));
    tokio::spawn(housekeeping::work(Arc::clone(spool)));
    tokio::spawn(review::work(Arc::clone(spool)));
    tokio::spawn(shadow::work(Arc::clone(spool)));
    tokio::spawn(told_tls::work(Arc::clone(spool)));
    let spool = Arc::clone(spool);
    tokio::spawn(async move {
        spool.joined().await;
        outbound::work(spool, places).await;
    })
}

/// The last records of an ordered end: nothing is written after them.
async fn end_log(spool: &Spool) -> anyhow::Result<()> {
    store::audit::append(&spool.store, &[crate::audit::stopped()]).await?;
    spool.checkpoint().await?;
    Ok(())
}

fn attach(spool: &Arc<Spool>, role: Role, line: End) -> anyhow::Result<()> {
    match role {
        Role::Keyd => {
            spool.keys.attach(line);
            spool.stock.renew();
        }
        Role::Exam(number) if number == spool.start.examiners => {
            spool.shadow.attach(number, line)?;
        }
        Role::Exam(number) => spool.judges.attach(number, line)?,
        Role::Deliver => {
            spool.deliver.attach(line)?;
            spool.due.notify_one();
        }
        Role::Resolve => spool.resolve.attach(line)?,
        Role::Front | Role::Portal => {
            let intake = Arc::new(Intake::new(Arc::clone(spool), role));
            tokio::spawn(async move {
                if let Err(error) = serve(line.socket, Arc::clone(&intake)).await {
                    tracing::warn!(event = "spool.line-failed", peer = %role, "{error}");
                }
                intake.forget();
            });
        }
        Role::Login | Role::Reader | Role::Spool => anyhow::bail!("joined to {role}"),
    }
    Ok(())
}

/// What the end of the process before this one left: bodies that were not finished, and
/// deliveries that were under way.
async fn recover(store: &Store, bodies: &Bodies) -> anyhow::Result<()> {
    let unfinished = bodies.recover()?;
    let under_way = queue::recover(store, now_ms()).await?;
    let files = housekeeping::remove_orphans(store, bodies).await?;
    let orphans = store::body::remove_orphans(store).await?;
    if 0 < unfinished || 0 < under_way || 0 < files || 0 < orphans {
        tracing::info!(event = "spool.recovered", unfinished, under_way, files, orphans);
    }
    Ok(())
}
