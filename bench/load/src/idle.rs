//! Sessions that say nothing: `load idle CHANCERY [SESSIONS]`.
//!
//! Each says EHLO and then waits; what `front` holds for one is told, and whether another session is
//! still served.

use std::path::Path;

use anyhow::{Result, ensure};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

use crate::{
    Server,
    load::{Load, Sender},
    ours, tree,
};

/// What one session may hold, KiB.
const SESSION_KIB_MAX: f64 = 32.0;
/// Connections that are made at the same time.
const AT_ONCE: usize = 100;

/// Holds so many sessions.
///
/// # Errors
///
/// A session is refused, or holds too much.
pub(crate) fn run(program: &Path, sessions: usize) -> Result<()> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let limits = format!("sessions = {}\n", sessions + 100);
    let server = ours::start_with(program, None, &limits)?;
    let one = Load { sessions: 1, per_connection: 1, octets: 4096, messages: 50 };
    let mut sender = Sender::new(server.address(), one.octets);
    runtime.block_on(sender.send(one, None))?;
    let front = |weights: &std::collections::BTreeMap<String, tree::Weight>| {
        weights.get("front").map_or(0, |it| it.kib)
    };
    let before = front(&tree::weights(server.root())?);
    let mut held = Vec::with_capacity(sessions);
    while held.len() < sessions {
        let mut making = tokio::task::JoinSet::new();
        for _ in 0..AT_ONCE.min(sessions - held.len()) {
            making.spawn_on(session(server.address()), runtime.handle());
        }
        while let Some(made) = runtime.block_on(making.join_next()) {
            held.push(made??);
        }
    }
    let after = front(&tree::weights(server.root())?);
    let each = (after - before.min(after)) as f64 / sessions as f64;
    runtime.block_on(sender.send(one, None))?;
    println!(
        "{sessions} idle sessions: front holds {after} KiB, {each:.1} KiB a session (must be \
         below {SESSION_KIB_MAX}); {} messages went by",
        one.messages
    );
    ensure!(each < SESSION_KIB_MAX, "a session holds too much");
    Ok(())
}

async fn session(server: std::net::SocketAddr) -> Result<TcpStream> {
    let mut stream = BufReader::new(TcpStream::connect(server).await?);
    let mut line = String::new();
    stream.read_line(&mut line).await?;
    ensure!(line.starts_with("220"), "the server says {line}");
    stream.get_mut().write_all(b"EHLO idle.acme.example\r\n").await?;
    loop {
        line.clear();
        ensure!(0 < stream.read_line(&mut line).await?, "the server hung up");
        if line.starts_with("250 ") {
            return Ok(stream.into_inner());
        }
    }
}
