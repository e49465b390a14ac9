//! Mail sent to the gateway: beside Postfix, for long, and by hostile peers.
//!
//! `load smtp CHANCERY [MESSAGES [ROW]]` is ours beside Postfix in one run.
//!
//! Both take the same messages from the same driver on the same disk, in turn; the driver has a
//! thread of its own. `accept` ends at the reply to the final dot: Postfix runs without its queue
//! manager, and the next hop of ours says nothing, so that neither sends anything on. `relay` ends when
//! `smtp-sink` has the last message. Ours reads, decides and seals in every row; Postfix does none
//! of it. It needs root, `postfix` and `strace`.

mod attack;
mod backlog;
mod hop;
mod idle;
mod load;
mod ours;
mod postfix;
mod sink;
mod soak;
mod tree;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result};

use load::{Load, Run};

/// A server under load.
trait Server {
    /// Where it takes mail in.
    fn address(&self) -> SocketAddr;
    /// The process that all its others come from.
    fn root(&self) -> u32;
}

/// A row of the table.
struct Row {
    name: &'static str,
    load: Load,
    relays: bool,
}

const USAGE: &str = "load smtp CHANCERY [MESSAGES [ROW]] | soak CHANCERY [MINUTES] | \
    attack CHANCERY [CONNECTIONS] | idle CHANCERY [SESSIONS] | backlog CHANCERY [ROWS]";
const KIB: usize = 1024;

fn rows(messages: usize) -> Vec<Row> {
    let accept = |name, sessions, per_connection, octets, messages| Row {
        name,
        load: Load { sessions, per_connection, octets, messages },
        relays: false,
    };
    let few = messages.div_ceil(4);
    vec![
        accept("accept, 1 session", 1, 1, 4 * KIB, few),
        accept("accept, 10 sessions", 10, 1, 4 * KIB, messages),
        accept("accept, 50 sessions", 50, 1, 4 * KIB, messages),
        accept("accept, 50 sessions, 50 each", 50, 50, 4 * KIB, messages),
        accept("accept, 100 KiB, 10 sessions", 10, 1, 100 * KIB, few),
        accept("accept, 10 MiB, 4 sessions", 4, 1, 10 * KIB * KIB, messages.div_ceil(50)),
        Row {
            name: "relay, 50 sessions",
            load: Load { sessions: 50, per_connection: 1, octets: 4 * KIB, messages },
            relays: true,
        },
        Row {
            name: "relay, 50 sessions, 50 each",
            load: Load { sessions: 50, per_connection: 50, octets: 4 * KIB, messages },
            relays: true,
        },
    ]
}

fn main() -> Result<()> {
    let mut words = std::env::args().skip(1);
    let task = words.next().context(USAGE)?;
    let program = PathBuf::from(words.next().context(USAGE)?);
    let number = words.next().map(|it| it.parse()).transpose()?;
    match task.as_str() {
        "smtp" => {
            beside_postfix(&program, number.unwrap_or(4_000), &words.next().unwrap_or_default())
        }
        "soak" => soak::run(&program, number.unwrap_or(30).try_into()?),
        "backlog" => backlog::run(&program, number.unwrap_or(1_000_000)),
        "idle" => idle::run(&program, number.unwrap_or(5_000)),
        "attack" => attack::run(&program, number.unwrap_or(100_000)),
        _ => anyhow::bail!(USAGE),
    }
}

fn beside_postfix(program: &Path, messages: usize, wanted: &str) -> Result<()> {
    println!(
        "{:32} {:>9} {:>9} {:>7}   dot p50, p99 ms           CPU ms",
        "", "ours/s", "Postfix/s", "ratio"
    );
    for row in rows(messages).into_iter().filter(|it| it.name.contains(wanted)) {
        let ours = measure(&row, |hop| ours::start(program, hop))?;
        let theirs = measure(&row, postfix::start)?;
        let shown = |run: &Run| {
            let ms = |it: Duration| it.as_secs_f64() * 1e3;
            format!("{:.2}, {:.2}", ms(run.dot(0.5)), ms(run.dot(0.99)))
        };
        println!(
            "{:32} {:>9.0} {:>9.0} {:>6.1}x   {:>13} | {:<13} {:.2} | {:.2}",
            row.name,
            ours.rate(),
            theirs.rate(),
            ours.rate() / theirs.rate(),
            shown(&ours),
            shown(&theirs),
            ours.cpu_ms(),
            theirs.cpu_ms(),
        );
    }
    let (calls, messages) = syncs(program)?;
    println!("waits for the disk at 50 sessions: {calls} for {messages} messages");
    Ok(())
}

/// One server, started for one row and ended after it.
fn measure<S: Server>(
    row: &Row,
    start: impl FnOnce(Option<SocketAddr>) -> Result<S>,
) -> Result<Run> {
    let sink = row.relays.then(|| sink::Sink::start(row.load.messages + WARM)).transpose()?;
    let server = start(sink.as_ref().map(sink::Sink::address))?;
    // The first messages meet pages and processes that nobody has needed yet.
    let warm = Load { messages: WARM, sessions: row.load.sessions.min(10), ..row.load };
    load::run(server.address(), warm)?;
    let before = tree::processor_time(server.root())?;
    let mut run = load::run(server.address(), row.load)?;
    if let Some(sink) = sink {
        run.wall = sink.full(run.began)?;
    }
    run.cpu = tree::processor_time(server.root())?.saturating_sub(before);
    Ok(run)
}

/// Messages that are not counted.
const WARM: usize = 50;

/// How often ours waits for the disk while it takes a thousand messages.
fn syncs(program: &Path) -> Result<(usize, usize)> {
    let server = ours::start(program, None)?;
    let load = Load { sessions: 50, per_connection: 1, octets: 4 * KIB, messages: 1_000 };
    load::run(server.address(), Load { messages: WARM, ..load })?;
    let calls = tree::sync_calls(server.root(), || load::run(server.address(), load).map(|_| ()))?;
    Ok((calls, load.messages))
}
