//! A next hop that keeps a ledger of what it took, and may misbehave.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use anyhow::{Context, Result};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// How a hop treats a connection.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Manner {
    /// As it should.
    Polite,
    /// Closes before it says anything.
    Closes,
    /// Greets with octets that are no reply.
    Nonsense,
    /// Greets with a reply that never ends.
    Floods,
    /// Says nothing.
    Hangs,
    /// Closes after `MAIL`.
    ClosesAtMail,
    /// Closes behind the final dot, after it took the message.
    ClosesAtDot,
    /// Answers the final dot with octets that are no reply.
    NonsenseAtDot,
    /// Takes each recipient in turn, and puts off each other one.
    PutsOff,
}

/// All that are impolite.
pub(crate) const MANNERS: [Manner; 8] = [
    Manner::Closes,
    Manner::Nonsense,
    Manner::Floods,
    Manner::Hangs,
    Manner::ClosesAtMail,
    Manner::ClosesAtDot,
    Manner::NonsenseAtDot,
    Manner::PutsOff,
];

/// A hop.
#[derive(Clone, Debug)]
pub(crate) struct Hop {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    /// How often each message was answered 250, by `Message-ID`.
    ledger: Mutex<BTreeMap<String, usize>>,
    /// Every so many connections one is treated with the next of the manners; 0 for none.
    misbehaves: AtomicUsize,
    connections: AtomicUsize,
}

impl Hop {
    /// Starts one on the present runtime.
    ///
    /// # Errors
    ///
    /// The system has no address for it.
    pub(crate) async fn start() -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            ledger: Mutex::default(),
            misbehaves: AtomicUsize::new(0),
            connections: AtomicUsize::new(0),
        });
        let hop = Self { address, shared: Arc::clone(&shared) };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let shared = Arc::clone(&shared);
                tokio::spawn(async move {
                    let manner = shared.manner();
                    // A peer that hangs up ends its conversation, and nothing else.
                    let _ended = shared.converse(stream, manner).await;
                });
            }
        });
        Ok(hop)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// From now on one connection in so many is treated badly; with 0 none.
    pub(crate) fn misbehave(&self, one_in: usize) {
        self.shared.misbehaves.store(one_in, Ordering::Relaxed);
    }

    /// How often each message was taken.
    pub(crate) fn ledger(&self) -> MutexGuard<'_, BTreeMap<String, usize>> {
        self.shared.ledger()
    }
}

impl Shared {
    fn ledger(&self) -> MutexGuard<'_, BTreeMap<String, usize>> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn manner(&self) -> Manner {
        let number = self.connections.fetch_add(1, Ordering::Relaxed);
        match self.misbehaves.load(Ordering::Relaxed) {
            0 => Manner::Polite,
            one_in if !number.is_multiple_of(one_in) => Manner::Polite,
            one_in => {
                MANNERS.get(number / one_in % MANNERS.len()).copied().unwrap_or(Manner::Hangs)
            }
        }
    }

    async fn converse(&self, stream: TcpStream, manner: Manner) -> Result<()> {
        let mut stream = BufReader::new(stream);
        match manner {
            Manner::Closes => return Ok(()),
            Manner::Nonsense => {
                let noise: Vec<u8> = (0..=u8::MAX).cycle().take(4_000).collect();
                stream.write_all(&noise).await?;
            }
            Manner::Floods => {
                let lines = b"220-more to come\r\n".repeat(1_000);
                // Until the peer has had enough of it.
                for _ in 0..10_000 {
                    stream.write_all(&lines).await?;
                }
                return Ok(());
            }
            Manner::Hangs => {
                tokio::time::sleep(Duration::from_secs(20)).await;
                return Ok(());
            }
            Manner::Polite
            | Manner::ClosesAtMail
            | Manner::ClosesAtDot
            | Manner::NonsenseAtDot
            | Manner::PutsOff => stream.write_all(b"220 hop.example ESMTP\r\n").await?,
        }
        self.commands(&mut stream, manner).await
    }

    async fn commands(&self, stream: &mut BufReader<TcpStream>, manner: Manner) -> Result<()> {
        let mut line = Vec::new();
        let mut recipients = 0_usize;
        loop {
            line.clear();
            if stream.read_until(b'\n', &mut line).await? == 0 {
                return Ok(());
            }
            let verb = line.get(..4).unwrap_or_default().to_ascii_uppercase();
            match verb.as_slice() {
                b"EHLO" => {
                    let offered = b"250-hop.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 60000000\r\n";
                    stream.write_all(offered).await?;
                }
                b"MAIL" if manner == Manner::ClosesAtMail => return Ok(()),
                b"RCPT" => {
                    recipients += 1;
                    let later = manner == Manner::PutsOff && recipients % 2 == 1;
                    let reply = if later { "451 4.3.0 later\r\n" } else { "250 2.1.5 ok\r\n" };
                    stream.write_all(reply.as_bytes()).await?;
                }
                b"DATA" => {
                    stream.write_all(b"354 go on\r\n").await?;
                    let id = content(stream).await?;
                    *self.ledger().entry(id).or_default() += 1;
                    match manner {
                        Manner::ClosesAtDot => return Ok(()),
                        Manner::NonsenseAtDot => stream.write_all(b"\0\xff??\r\n").await?,
                        _ => stream.write_all(b"250 2.0.0 taken\r\n").await?,
                    }
                }
                b"QUIT" => return Ok(stream.write_all(b"221 bye\r\n").await?),
                _ => stream.write_all(b"250 2.0.0 ok\r\n").await?,
            }
        }
    }
}

/// Reads a message up to its dot; gives its `Message-ID`.
async fn content(stream: &mut BufReader<TcpStream>) -> Result<String> {
    let mut id = String::new();
    let mut line = Vec::new();
    loop {
        line.clear();
        anyhow::ensure!(0 < stream.read_until(b'\n', &mut line).await?, "cut short");
        if line == b".\r\n" {
            return Ok(id);
        }
        if let Some(value) = line.strip_prefix(b"Message-ID: ").filter(|_| id.is_empty()) {
            let text = std::str::from_utf8(value).context("an id in ASCII")?;
            id = text.trim().to_owned();
        }
    }
}
