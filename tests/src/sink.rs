//! A next hop that keeps what it gets, and misbehaves when it is told to.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use crate::wait::wait_for;

/// A next hop that is running; it ends with the test program.
#[derive(Clone, Debug)]
pub struct Sink {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

/// A message that the sink took.
#[derive(Clone, Debug)]
pub struct Received {
    /// From the envelope; empty for the null sender.
    pub sender: String,
    /// From the envelope.
    pub recipients: Vec<String>,
    /// The lines of `MAIL` and `RCPT`.
    pub envelope: Vec<String>,
    /// Octets after the dots were unstuffed.
    pub content: Vec<u8>,
    /// When.
    pub at: Instant,
}

/// What the sink does at the final dot.
#[derive(Clone, Copy, Debug, Default)]
pub enum AtEnd {
    /// It takes the message.
    #[default]
    Take,
    /// It waits, then takes the message.
    TakeAfter(Duration),
    /// It takes the message and closes the connection.
    TakeAndClose,
    /// It takes the message and has enough: the next one is answered 421.
    TakeAndLeave,
    /// It closes the connection and keeps nothing.
    Drop,
}

#[derive(Debug, Default)]
struct State {
    received: Vec<Received>,
    refused: BTreeMap<String, String>,
    at_end: AtEnd,
    seven_bit: bool,
    reports: bool,
    utf8: bool,
    dropped: usize,
    connections: usize,
    open: Vec<TcpStream>,
}

impl State {
    /// What it says it can.
    fn offer(&self) -> &'static str {
        match self {
            Self { seven_bit: true, .. } => "250 PIPELINING\r\n",
            Self { utf8: true, .. } => "250-8BITMIME\r\n250 SMTPUTF8\r\n",
            Self { reports: true, .. } => "250 DSN\r\n",
            Self { .. } => "250-PIPELINING\r\n250 8BITMIME\r\n",
        }
    }
}

impl Sink {
    /// Starts one on a port of 127.0.0.1.
    ///
    /// # Errors
    ///
    /// No port can be had.
    pub fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let sink = Self { address: listener.local_addr()?, state: Arc::default() };
        let shared = sink.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let sink = shared.clone();
                thread::spawn(move || {
                    let ended = stream.try_clone();
                    // A peer that goes away ends its own conversation only.
                    sink.serve(stream).ok();
                    ended.and_then(|it| it.shutdown(Shutdown::Both)).ok();
                });
            }
        });
        Ok(sink)
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Refuses this recipient with this reply from now on.
    pub fn refuse(&self, recipient: &str, reply: &str) {
        self.state().refused.insert(recipient.to_owned(), reply.to_owned());
    }

    /// Does not know 8BITMIME from now on.
    pub fn seven_bit(&self) {
        self.offer(|it| it.seven_bit = true);
    }

    /// Does this at the final dot from now on.
    pub fn at_end(&self, at_end: AtEnd) {
        self.state().at_end = at_end;
    }

    /// Connections so far.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.state().connections
    }

    /// Connections that were closed at the final dot.
    #[must_use]
    pub fn dropped(&self) -> usize {
        self.state().dropped
    }

    /// Makes it offer DSN.
    pub fn reports(&self) {
        self.offer(|it| it.reports = true);
    }

    /// Makes it offer SMTPUTF8.
    pub fn utf8(&self) {
        self.offer(|it| it.utf8 = true);
    }

    /// Everything so far, in order.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.state().received.clone()
    }

    /// What came for this recipient.
    #[must_use]
    pub fn for_recipient(&self, recipient: &str) -> Vec<Received> {
        let to = |it: &Received| it.recipients.iter().any(|it| it == recipient);
        self.received().into_iter().filter(to).collect()
    }

    /// Whether any message holds these octets.
    #[must_use]
    pub fn holds(&self, octets: &str) -> bool {
        self.state().received.iter().any(|it| it.contains(octets))
    }

    /// Waits for a message that holds `octets` to `recipient`.
    ///
    /// # Errors
    ///
    /// None came in time; what did come is listed.
    pub fn wait_for(
        &self,
        recipient: &str,
        octets: &str,
        patience: Duration,
    ) -> anyhow::Result<Received> {
        let what = format!("a message to {recipient} with `{octets}`");
        let found = wait_for(&what, patience, || {
            Ok(self.for_recipient(recipient).into_iter().find(|it| it.contains(octets)))
        });
        found.map_err(|error| {
            let came: Vec<String> = self.received().iter().map(Received::summary).collect();
            error.context(format!("the next hop got:\n{}", came.join("\n")))
        })
    }

    /// Offers something else; who was told before is closed, as by a server that is started anew.
    fn offer(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.state();
        change(&mut state);
        for stream in state.open.drain(..) {
            // It may be closed already.
            stream.shutdown(Shutdown::Both).ok();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn serve(&self, stream: TcpStream) -> anyhow::Result<()> {
        stream.set_read_timeout(Some(Duration::from_secs(120)))?;
        stream.set_nodelay(true)?;
        let mut reader = BufReader::new(stream.try_clone()?);
        let mut writer = stream;
        let mut sender = String::new();
        let mut recipients = Vec::new();
        let mut envelope = Vec::new();
        let mut has_enough = false;
        {
            let mut state = self.state();
            state.connections = state.connections.saturating_add(1);
            state.open.push(writer.try_clone()?);
        }
        writer.write_all(b"220 sink.example ESMTP\r\n")?;
        let mut line = Vec::new();
        loop {
            line.clear();
            if reader.read_until(b'\n', &mut line)? == 0 {
                return Ok(());
            }
            let text = String::from_utf8_lossy(&line).trim_end().to_owned();
            let verb = text.split([' ', ':']).next().unwrap_or_default().to_uppercase();
            if verb == "MAIL" {
                envelope.clear();
            }
            if matches!(verb.as_str(), "MAIL" | "RCPT") {
                envelope.push(text.clone());
            }
            let reply = match verb.as_str() {
                "EHLO" => format!("250-sink.example\r\n{}", self.state().offer()),
                "MAIL" if self.state().seven_bit && text.contains(" BODY=") => {
                    "555 5.5.4 What is BODY?\r\n".to_owned()
                }
                "MAIL" if has_enough => {
                    writer.write_all(b"421 4.7.0 Enough\r\n")?;
                    return Ok(());
                }
                "MAIL" => {
                    sender = address_of(&text);
                    recipients.clear();
                    "250 2.1.0 Ok\r\n".to_owned()
                }
                "RCPT" => self.recipient(&address_of(&text), &mut recipients),
                "DATA" if recipients.is_empty() => "503 5.5.1 No recipients\r\n".to_owned(),
                "DATA" => {
                    writer.write_all(b"354 Go on\r\n")?;
                    let content = read_content(&mut reader)?;
                    let at = Instant::now();
                    let recipients = std::mem::take(&mut recipients);
                    let (sender, envelope) = (sender.clone(), envelope.clone());
                    if !self.keep(Received { sender, recipients, envelope, content, at }) {
                        return Ok(());
                    }
                    let at_end = self.state().at_end;
                    has_enough |= matches!(at_end, AtEnd::TakeAndLeave);
                    if matches!(at_end, AtEnd::TakeAndClose) {
                        writer.write_all(b"250 2.0.0 Kept\r\n")?;
                        return Ok(());
                    }
                    "250 2.0.0 Kept\r\n".to_owned()
                }
                "QUIT" => {
                    writer.write_all(b"221 2.0.0 Bye\r\n")?;
                    return Ok(());
                }
                _ => "250 2.0.0 Ok\r\n".to_owned(),
            };
            writer.write_all(reply.as_bytes())?;
        }
    }

    fn recipient(&self, address: &str, recipients: &mut Vec<String>) -> String {
        if let Some(reply) = self.state().refused.get(address) {
            return format!("{reply}\r\n");
        }
        recipients.push(address.to_owned());
        "250 2.1.5 Ok\r\n".to_owned()
    }

    /// Keeps it; `false` when the connection is to be closed instead.
    fn keep(&self, received: Received) -> bool {
        let at_end = self.state().at_end;
        match at_end {
            AtEnd::Take | AtEnd::TakeAndClose | AtEnd::TakeAndLeave => {}
            AtEnd::TakeAfter(wait) => thread::sleep(wait),
            AtEnd::Drop => {
                let mut state = self.state();
                state.dropped = state.dropped.saturating_add(1);
                return false;
            }
        }
        self.state().received.push(received);
        true
    }
}

impl Received {
    /// Whether the message holds these octets.
    #[must_use]
    pub fn contains(&self, octets: &str) -> bool {
        contains(&self.content, octets.as_bytes())
    }

    /// Envelope and subject on one line.
    #[must_use]
    pub fn summary(&self) -> String {
        let subject = crate::mail::header(&self.content, "Subject");
        format!("<{}> -> {}: {subject}", self.sender, self.recipients.join(", "))
    }
}

fn contains(whole: &[u8], part: &[u8]) -> bool {
    part.is_empty() || whole.windows(part.len()).any(|it| it == part)
}

/// What is between the angle brackets.
fn address_of(line: &str) -> String {
    let inside = line.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inside.map(|(it, _)| it.to_owned()).unwrap_or_default()
}

fn read_content(reader: &mut BufReader<TcpStream>) -> anyhow::Result<Vec<u8>> {
    let mut content = Vec::new();
    let mut line = Vec::new();
    loop {
        line.clear();
        anyhow::ensure!(0 < reader.read_until(b'\n', &mut line)?, "ended within a message");
        match line.as_slice() {
            b".\r\n" => return Ok(content),
            [b'.', rest @ ..] => content.extend_from_slice(rest),
            whole => content.extend_from_slice(whole),
        }
    }
}
