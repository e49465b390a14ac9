//! Half of what the gateway can take, for long: `load soak CHANCERY [MINUTES]`.
//!
//! First it finds out what the gateway can take; then it sends half of that, with a ledger on both
//! sides, and looks at every role's memory and descriptors. At the end all that was answered 250
//! must be at the next hop, and no role may have grown.

use std::{
    collections::BTreeMap,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};

use crate::{
    Server,
    hop::Hop,
    load::{Load, Sender},
    ours, tree,
};

/// How long it may take to deliver what is left at the end.
const DRAIN_PATIENCE: Duration = Duration::from_secs(300);
/// Time between two looks at the roles.
const LOOK_EVERY: Duration = Duration::from_secs(10);
/// Growth of a role from the second quarter to the last that is a leak, in KiB and in hundredths.
const LEAK_KIB: u64 = 2_048;
const LEAK_PER_CENT: u64 = 5;
const SESSIONS: usize = 50;

/// Soaks the program for so many minutes.
///
/// # Errors
///
/// A message is lost, or a role grows.
pub(crate) fn run(program: &Path, minutes: u64) -> Result<()> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let hop = runtime.block_on(Hop::start())?;
    let server = ours::start(program, Some(hop.address()))?;
    let probe = Load { sessions: SESSIONS, per_connection: 1, octets: 4096, messages: 3_000 };
    let began = Instant::now();
    let mut sender = Sender::new(server.address(), probe.octets);
    runtime.block_on(sender.send(probe, None))?;
    drained(&hop, sender.accepted())?;
    let full = probe.messages as f64 / began.elapsed().as_secs_f64();
    let half = full / 2.0;
    println!("it relays {full:.0} messages a second; half of that for {minutes} minutes");
    let mut looks: Vec<BTreeMap<String, tree::Weight>> = Vec::new();
    let end = Instant::now() + Duration::from_secs(60 * minutes);
    while Instant::now() < end {
        let messages = (half * LOOK_EVERY.as_secs_f64()) as usize;
        runtime.block_on(sender.send(Load { messages, ..probe }, Some(half)))?;
        looks.push(tree::weights(server.root())?);
        if looks.len().is_multiple_of(6) {
            let taken = hop.ledger().len();
            println!(
                "{:>4} min: {} accepted, {taken} delivered",
                looks.len() / 6,
                sender.accepted()
            );
        }
    }
    drained(&hop, sender.accepted())?;
    let twice = hop.ledger().values().filter(|it| 1 < **it).count();
    println!("{} accepted, all delivered, {twice} of them more than once", sender.accepted());
    flat(&looks)
}

fn drained(hop: &Hop, accepted: usize) -> Result<()> {
    let began = Instant::now();
    while hop.ledger().len() < accepted {
        let had = hop.ledger().len();
        ensure!(began.elapsed() < DRAIN_PATIENCE, "{had} of {accepted} messages were delivered");
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

/// Holds the last quarter against the second one.
fn flat(looks: &[BTreeMap<String, tree::Weight>]) -> Result<()> {
    let quarter = looks.len().div_ceil(4).max(1);
    let mut leaks = Vec::new();
    let names = looks.last().context("nobody looked")?.keys();
    println!(
        "{:10} {:>12} {:>12} {:>8} {:>8}",
        "role", "KiB before", "KiB after", "files", "files"
    );
    for name in names {
        let mean = |part: &[BTreeMap<String, tree::Weight>]| {
            let seen: Vec<tree::Weight> =
                part.iter().filter_map(|it| it.get(name).copied()).collect();
            let count = u64::try_from(seen.len()).unwrap_or(1).max(1);
            let kib = seen.iter().map(|it| it.kib).sum::<u64>() / count;
            (kib, seen.iter().map(|it| it.files).max().unwrap_or_default())
        };
        let before = mean(looks.get(quarter..quarter * 2).unwrap_or_default());
        let after = mean(looks.get(looks.len() - quarter..).unwrap_or_default());
        println!("{name:10} {:>12} {:>12} {:>8} {:>8}", before.0, after.0, before.1, after.1);
        let allowed = before.0 + LEAK_KIB.max(before.0 * LEAK_PER_CENT / 100);
        if allowed < after.0 {
            leaks.push(name.clone());
        }
    }
    ensure!(leaks.is_empty(), "these grew: {}", leaks.join(", "));
    Ok(())
}
