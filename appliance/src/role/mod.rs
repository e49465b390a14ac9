//! The processes. Each is this program started again with `role WORD`, its control line as
//! standard input; it learns what to work with, enters its sandbox, and only then takes work.

pub(crate) mod deliver;
pub(crate) mod exam;
pub(crate) mod front;
pub(crate) mod keyd;
pub(crate) mod login;
pub(crate) mod master;
pub(crate) mod portal;
pub(crate) mod resolve;
pub(crate) mod spool;

pub(crate) mod body;
mod clock;
mod control;
mod database;
pub(crate) mod keys;
mod places;
mod reach;
pub(crate) mod recipients;

use std::os::fd::{AsFd, OwnedFd};

use anyhow::Context;

pub(crate) use clock::now_ms;
pub(crate) use control::{Losses, Master, Order};
pub(crate) use database::Database;
pub(crate) use keyd::ADDRESS_PURPOSE;
pub(crate) use keys::{Keys, folded};
pub(crate) use places::{Guest, Place, PlaceLimits, Places, network};
pub(crate) use reach::Reach;
pub(crate) use recipients::{Reached, Recipients, Takes, day};

use crate::{
    channel::{decode, receive},
    protocol::control::{Control, Role, Start},
};

/// What a message's keys, bodies and fields are bound to.
pub(crate) fn thing(message_id: &str) -> String {
    format!("message:{message_id}")
}

/// The database below the store's folder.
pub(crate) const DATABASE: &str = "chancery.db";

/// Threads at most of a role that waits for the network; few, because the work is small and
/// examined mail is bound elsewhere.
const THREADS_MAX: usize = 4;

/// Threads of such a role here. The roles share the processors: with as many threads as these in
/// each, a thread would mostly be woken to find that another has done the work.
fn threads() -> usize {
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    (processors / 2).clamp(1, THREADS_MAX)
}

/// Runs the role that the control line on standard input describes. `word` is checked against it,
/// so that a process list tells the truth.
///
/// # Errors
///
/// Whatever keeps the role from starting; the master logs the end of the process.
pub(crate) fn run(word: &str) -> anyhow::Result<()> {
    let control = std::io::stdin().as_fd().try_clone_to_owned().context("no control line")?;
    // Whatever happens to the master, none of its processes outlives it.
    rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))?;
    let packet = receive(control.as_fd())?.context("the control line is closed")?;
    let Control::Start(start) = decode(&packet.payload)? else {
        anyhow::bail!("the control line did not begin with a start");
    };
    anyhow::ensure!(start.role.word() == word, "started as `{word}`, told to be {}", start.role);
    crate::log::name_process(start.role);
    let mut listeners = packet.descriptors;
    match start.role {
        Role::Exam(_) | Role::Reader => exam::run(&start, &control),
        Role::Deliver => deliver::run(*start, control),
        Role::Front => front::run(*start, control, listeners),
        Role::Keyd => keyd::run(&start, &control),
        Role::Login => login::run(&start, control),
        Role::Portal => portal::run(*start, control, listeners),
        Role::Resolve => resolve::run(&start, control),
        Role::Spool => spool::run(*start, control, listeners.pop()),
    }
}

/// Enters the sandbox, then runs `work` on a small asynchronous runtime.
fn run_confined<F: Future<Output = anyhow::Result<()>>>(
    start: &Start,
    control: OwnedFd,
    work: impl FnOnce(Master) -> F,
) -> anyhow::Result<()> {
    crate::tls::rehearse()?;
    let threads = threads();
    let sandbox = crate::sandbox::enter(&crate::sandbox::Rights::of(start))?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(threads)
        .enable_io()
        .enable_time()
        .build()?;
    runtime.block_on(async {
        let master = Master::new(control)?;
        master.ready(sandbox).await?;
        let telling = tokio::spawn(master.clone().tell_tally());
        let worked = work(master.clone()).await;
        telling.abort();
        // A master that is gone counts nothing.
        master.tell_rest().await.ok();
        worked
    })
}
