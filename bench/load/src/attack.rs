//! Peers and hops that mean harm: `load attack CHANCERY [CONNECTIONS]`.
//!
//! Connections that are cut off in every state, peers that send an octet now and then, hops that
//! talk nonsense: meanwhile and afterwards mail goes through, every message that was answered 250
//! arrives, and no role has grown.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};

use crate::{
    Server,
    hop::Hop,
    load::{Load, Sender},
    ours::{self, Ours},
    tree,
};

/// Connections under way at once while they are cut off.
const CUT_AT_ONCE: usize = 200;
/// Peers that are slow, in each state.
const SLOW_PER_STATE: usize = 20;
/// What a role may have grown by, KiB.
const GROWTH_KIB: u64 = 16 * 1024;

/// What is said before the connection is cut off; with each one word more.
const WORDS: [&[u8]; 7] = [
    b"",
    b"EH",
    b"EHLO attacker.example\r\n",
    b"MAIL FROM:<mallory@attacker.example>\r\n",
    b"RCPT TO:<bob@acme.example>\r\n",
    b"DATA\r\n",
    b"Subject: half\r\n\r\nhalf a mess",
];

/// Attacks the program.
///
/// # Errors
///
/// It does not withstand.
pub(crate) fn run(program: &Path, connections: usize) -> Result<()> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    runtime.block_on(attack(program, connections))
}

async fn attack(program: &Path, connections: usize) -> Result<()> {
    let hop = Hop::start().await?;
    let server = tokio::task::block_in_place(|| ours::start(program, Some(hop.address())))?;
    let mut sender = Sender::new(server.address(), 2_000);
    let some = Load { sessions: 4, per_connection: 5, octets: 2_000, messages: 100 };
    sender.send(some, None).await?;
    let before = tree::weights(server.root())?;

    let began = Instant::now();
    cut_off(server.address(), connections).await?;
    println!("{connections} connections cut off in {:.0} s", began.elapsed().as_secs_f64());
    sender.send(some, None).await.context("mail after the connections that were cut off")?;
    grown(&before, &server)?;

    let slow = slow_peers(server.address()).await;
    println!("{} peers are slow, some in each state", slow.len());
    sender.send(some, None).await.context("mail beside slow peers")?;
    slow.iter().for_each(tokio::task::JoinHandle::abort);
    grown(&before, &server)?;

    hop.misbehave(2);
    sender.send(Load { messages: 400, ..some }, None).await?;
    println!("400 messages for a hop of which every other connection is treated badly");
    // Those that were put off are due again after a while.
    let began = Instant::now();
    while hop.ledger().len() < sender.accepted() {
        let had = hop.ledger().len();
        ensure!(began.elapsed() < PATIENCE, "{had} of {} messages came", sender.accepted());
        if Duration::from_secs(60) < began.elapsed() {
            hop.misbehave(0);
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let twice = hop.ledger().values().filter(|it| 1 < **it).count();
    println!("all {} came, {twice} more than once", sender.accepted());
    grown(&before, &server)
}

/// How long a hop that misbehaved is waited for; retries are minutes apart.
const PATIENCE: Duration = Duration::from_secs(30 * 60);

async fn cut_off(server: SocketAddr, connections: usize) -> Result<()> {
    let left = Arc::new(AtomicUsize::new(connections));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..CUT_AT_ONCE {
        let left = Arc::clone(&left);
        tasks.spawn(async move {
            while let Ok(number) =
                left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |it| it.checked_sub(1))
            {
                // A refusal is an answer, too: the gateway is full of others like this one.
                let _cut = cut_one(server, number).await;
                if number.is_multiple_of(20_000) {
                    println!("  {number} to go");
                }
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done?;
    }
    Ok(())
}

/// Says the first words, each after a reply, and ends with a reset or in order.
async fn cut_one(server: SocketAddr, number: usize) -> Result<()> {
    let socket = TcpSocket::new_v4()?;
    // From many addresses, as an attacker has them.
    let last = u8::try_from(number % 250).unwrap_or_default().saturating_add(2);
    socket.bind(SocketAddr::from(([127, 0, 1, last], 0)))?;
    let mut stream = socket.connect(server).await?;
    let mut reply = [0; 512];
    for words in WORDS.iter().take(number % (WORDS.len() + 1)) {
        let read = tokio::time::timeout(Duration::from_secs(5), stream.read(&mut reply));
        ensure!(0 < read.await??, "closed");
        stream.write_all(words).await?;
    }
    if number.is_multiple_of(2) {
        stream.set_zero_linger()?;
    }
    Ok(())
}

/// Peers that stay in a state and send an octet now and then.
async fn slow_peers(server: SocketAddr) -> Vec<tokio::task::JoinHandle<()>> {
    let mut peers = Vec::new();
    for state in 0..WORDS.len() {
        for number in 0..SLOW_PER_STATE {
            peers.push(tokio::spawn(async move {
                let _ended = slow_one(server, state, number).await;
            }));
        }
    }
    tokio::time::sleep(Duration::from_secs(3)).await;
    peers
}

async fn slow_one(server: SocketAddr, state: usize, number: usize) -> Result<()> {
    let socket = TcpSocket::new_v4()?;
    let last = u8::try_from(number).unwrap_or_default().saturating_add(2);
    socket.bind(SocketAddr::from(([127, 0, 2, last], 0)))?;
    let mut stream: TcpStream = socket.connect(server).await?;
    let mut reply = [0; 512];
    for words in WORDS.iter().take(state) {
        stream.read(&mut reply).await?;
        stream.write_all(words).await?;
    }
    loop {
        stream.write_all(b"x").await?;
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// What the roles weigh now, beside before.
fn grown(before: &BTreeMap<String, tree::Weight>, server: &Ours) -> Result<()> {
    let now = tree::weights(server.root())?;
    for (name, now) in &now {
        let Some(was) = before.get(name) else { continue };
        println!(
            "  {name:10} {:>7} KiB ({:+}), {} files",
            now.kib,
            now.kib.cast_signed() - was.kib.cast_signed(),
            now.files
        );
        ensure!(now.kib <= was.kib + GROWTH_KIB, "`{name}` has grown from {} KiB", was.kib);
    }
    Ok(())
}
