//! The driver: sessions that send messages, each waiting for every reply.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

/// What is sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Load {
    /// Connections at once.
    pub(crate) sessions: usize,
    /// Messages of one connection.
    pub(crate) per_connection: usize,
    /// Octets of a message.
    pub(crate) octets: usize,
    /// Messages in all.
    pub(crate) messages: usize,
}

/// What it came to.
#[derive(Debug)]
pub(crate) struct Run {
    messages: usize,
    /// When the first connection was made.
    pub(crate) began: Instant,
    /// From the first connection to the end of the last.
    pub(crate) wall: Duration,
    /// Processor time of the server.
    pub(crate) cpu: Duration,
    /// From the final dot to its reply, sorted.
    dots: Vec<Duration>,
}

impl Run {
    /// Messages a second.
    pub(crate) fn rate(&self) -> f64 {
        self.messages as f64 / self.wall.as_secs_f64()
    }

    /// Processor time of a message, milliseconds.
    pub(crate) fn cpu_ms(&self) -> f64 {
        self.cpu.as_secs_f64() * 1e3 / self.messages as f64
    }

    /// The wait for the reply to the final dot that this share of messages stays below.
    pub(crate) fn dot(&self, share: f64) -> Duration {
        let at = (self.dots.len() as f64 * share) as usize;
        self.dots.get(at.min(self.dots.len().saturating_sub(1))).copied().unwrap_or_default()
    }
}

/// Sends all of it.
///
/// # Errors
///
/// The server refuses anything.
pub(crate) fn run(server: SocketAddr, load: Load) -> Result<Run> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(send(server, load))
}

async fn send(server: SocketAddr, load: Load) -> Result<Run> {
    Sender::new(server, load.octets).send(load, None).await
}

/// Sends messages with numbers, and counts those that were accepted.
#[derive(Debug)]
pub(crate) struct Sender {
    server: SocketAddr,
    text: Arc<[u8]>,
    sent: Arc<AtomicUsize>,
}

impl Sender {
    /// Messages of so many octets for a server.
    pub(crate) fn new(server: SocketAddr, octets: usize) -> Self {
        Self { server, text: text(octets).into(), sent: Arc::default() }
    }

    /// How many messages were accepted.
    pub(crate) fn accepted(&self) -> usize {
        self.sent.load(Ordering::Relaxed)
    }

    /// Sends all of it, at most so many a second.
    ///
    /// # Errors
    ///
    /// The server refuses anything.
    pub(crate) async fn send(&mut self, load: Load, rate: Option<f64>) -> Result<Run> {
        let server = self.server;
        let pause = rate.map(|it| Duration::from_secs_f64(load.sessions as f64 / it));
        let left = Arc::new(AtomicUsize::new(load.messages));
        let dots = Arc::new(Mutex::new(Vec::with_capacity(load.messages)));
        let began = Instant::now();
        let mut sessions = tokio::task::JoinSet::new();
        for _ in 0..load.sessions {
            let (left, dots) = (Arc::clone(&left), Arc::clone(&dots));
            let (text, sent) = (Arc::clone(&self.text), Arc::clone(&self.sent));
            sessions.spawn(async move {
                loop {
                    let next = pause.map(|it| tokio::time::Instant::now() + it);
                    let take = |it: usize| (0 < it).then(|| it.saturating_sub(load.per_connection));
                    let had = left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take);
                    let Ok(had) = had else { return anyhow::Ok(()) };
                    let count = had.min(load.per_connection);
                    let waits = connection(server, &text, &sent, count).await?;
                    dots.lock().unwrap_or_else(PoisonError::into_inner).extend(waits);
                    if let Some(next) = next {
                        tokio::time::sleep_until(next).await;
                    }
                }
            });
        }
        while let Some(session) = sessions.join_next().await {
            session??;
        }
        let wall = began.elapsed();
        let mut dots = std::mem::take(&mut *dots.lock().unwrap_or_else(PoisonError::into_inner));
        dots.sort_unstable();
        Ok(Run { messages: load.messages, began, wall, cpu: Duration::ZERO, dots })
    }
}

/// Numbers of messages, over all servers.
static NUMBERS: AtomicUsize = AtomicUsize::new(0);

/// One connection; gives how long each message waited for its reply.
async fn connection(
    server: SocketAddr,
    text: &[u8],
    sent: &AtomicUsize,
    count: usize,
) -> Result<Vec<Duration>> {
    let stream = TcpStream::connect(server).await?;
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    reply(&mut stream, '2').await.context("the greeting")?;
    say(&mut stream, b"EHLO driver.acme.example\r\n", '2').await?;
    let mut waits = Vec::with_capacity(count);
    for _ in 0..count {
        say(&mut stream, b"MAIL FROM:<anna@acme.example>\r\n", '2').await?;
        say(&mut stream, b"RCPT TO:<bob@customer.example>\r\n", '2').await?;
        say(&mut stream, b"DATA\r\n", '3').await?;
        let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
        let mut message = format!("Message-ID: <{number}@acme.example>\r\n").into_bytes();
        message.extend_from_slice(text);
        stream.get_mut().write_all(&message).await?;
        let dot = Instant::now();
        reply(&mut stream, '2').await.context("the final dot")?;
        waits.push(dot.elapsed());
        sent.fetch_add(1, Ordering::Relaxed);
    }
    say(&mut stream, b"QUIT\r\n", '2').await?;
    Ok(waits)
}

async fn say(stream: &mut BufReader<TcpStream>, line: &[u8], first: char) -> Result<()> {
    stream.get_mut().write_all(line).await?;
    reply(stream, first).await.with_context(|| String::from_utf8_lossy(line).into_owned())
}

async fn reply(stream: &mut BufReader<TcpStream>, first: char) -> Result<()> {
    let mut line = String::new();
    loop {
        line.clear();
        ensure!(0 < stream.read_line(&mut line).await?, "the server hung up");
        if line.as_bytes().get(3) != Some(&b'-') {
            ensure!(line.starts_with(first), "the server says {line}");
            return Ok(());
        }
    }
}

/// A letter of so many octets without its `Message-ID`, with its final dot.
fn text(octets: usize) -> Vec<u8> {
    let mut text = b"From: Anna <anna@acme.example>\r\nTo: bob@customer.example\r\n\
        Subject: The figures of this week\r\n\
        Date: Mon, 2 Nov 2026 09:00:00 +0000\r\n\r\n"
        .to_vec();
    let words = [
        "the", "figures", "of", "this", "week", "are", "as", "good", "as", "those", "of", "the",
        "last",
    ];
    let mut column = 0;
    for word in words.iter().cycle() {
        if octets <= text.len() {
            break;
        }
        text.extend_from_slice(word.as_bytes());
        column += word.len() + 1;
        if 70 < column {
            text.extend_from_slice(b"\r\n");
            column = 0;
        } else {
            text.push(b' ');
        }
    }
    text.extend_from_slice(b"\r\n.\r\n");
    text
}
