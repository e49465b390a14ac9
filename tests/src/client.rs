//! An SMTP client that says exactly what a test wants, also what no client should.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{IpAddr, SocketAddr, TcpStream},
    time::Duration,
};

use anyhow::{Context, bail, ensure};
use rustix::net::{AddressFamily, SocketType};

/// How long a reply may take; longer than any reply of the appliance.
const PATIENCE: Duration = Duration::from_secs(60);

/// One connection.
#[derive(Debug)]
pub struct Client {
    stream: BufReader<TcpStream>,
}

/// What a server said.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Reply {
    /// Such as 250.
    pub code: u16,
    /// All lines without their code, joined by line feeds.
    pub text: String,
}

impl Reply {
    /// Whether the reply begins like this, code and text: `550 5.7.1`.
    #[must_use]
    pub fn is(&self, start: &str) -> bool {
        format!("{} {}", self.code, self.text).starts_with(start)
    }
}

impl Client {
    /// Connects and reads the greeting.
    ///
    /// # Errors
    ///
    /// Nobody listens, or the greeting is none.
    pub fn connect(to: SocketAddr) -> anyhow::Result<Self> {
        Self::greeted(TcpStream::connect(to)?)
    }

    /// As [`Client::connect`], from another address of this machine.
    ///
    /// # Errors
    ///
    /// As [`Client::connect`].
    pub fn connect_from(from: IpAddr, to: SocketAddr) -> anyhow::Result<Self> {
        let socket = rustix::net::socket(AddressFamily::INET, SocketType::STREAM, None)?;
        rustix::net::bind(&socket, &SocketAddr::new(from, 0))?;
        rustix::net::connect(&socket, &to)?;
        Self::greeted(TcpStream::from(socket))
    }

    /// As [`Client::connect_from`], with octets in front of everything, as a proxy sends them.
    ///
    /// # Errors
    ///
    /// As [`Client::connect`].
    pub fn connect_by(header: &[u8], from: IpAddr, to: SocketAddr) -> anyhow::Result<Self> {
        let socket = rustix::net::socket(AddressFamily::INET, SocketType::STREAM, None)?;
        rustix::net::bind(&socket, &SocketAddr::new(from, 0))?;
        rustix::net::connect(&socket, &to)?;
        let mut stream = TcpStream::from(socket);
        stream.write_all(header)?;
        Self::greeted(stream)
    }

    fn greeted(stream: TcpStream) -> anyhow::Result<Self> {
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        let mut client = Self { stream: BufReader::new(stream) };
        let greeting = client.reply()?;
        ensure!(greeting.code == 220, "greeted with {greeting:?}");
        Ok(client)
    }

    /// Reads one reply.
    ///
    /// # Errors
    ///
    /// The connection ended, or what came is no reply.
    pub fn reply(&mut self) -> anyhow::Result<Reply> {
        let mut texts = Vec::new();
        loop {
            let mut line = String::new();
            let read = self.stream.read_line(&mut line).context("no reply")?;
            ensure!(0 < read, "the connection ended");
            let line = line.strip_suffix("\r\n").context("a reply ends with CRLF")?;
            let (code, rest) = line.split_at_checked(3).context("a reply has a code")?;
            let (code, mut rest) = (code.parse()?, rest.chars());
            let last = match rest.next() {
                Some('-') => false,
                Some(' ') | None => true,
                Some(other) => bail!("`{other}` after the code"),
            };
            texts.push(rest.as_str().to_owned());
            if last {
                return Ok(Reply { code, text: texts.join("\n") });
            }
        }
    }

    /// Sends octets as they are.
    ///
    /// # Errors
    ///
    /// The connection ended.
    pub fn send(&mut self, octets: &[u8]) -> anyhow::Result<()> {
        Ok(self.stream.get_mut().write_all(octets)?)
    }

    /// Sends a command line and reads the reply.
    ///
    /// # Errors
    ///
    /// The connection ended.
    pub fn say(&mut self, line: &str) -> anyhow::Result<Reply> {
        self.send(format!("{line}\r\n").as_bytes())?;
        self.reply()
    }

    /// Whether the server closed the connection and said nothing more.
    ///
    /// # Errors
    ///
    /// The connection cannot be read.
    pub fn is_closed(&mut self) -> anyhow::Result<bool> {
        let mut octet = [0];
        match self.stream.read(&mut octet) {
            Ok(read) => Ok(read == 0),
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => Ok(true),
            Err(error) => Err(error.into()),
        }
    }

    /// Holds a conversation written as lines: `C: ` is sent, `S: ` is how a reply begins.
    ///
    /// # Errors
    ///
    /// A reply begins otherwise; both are shown.
    pub fn talk(&mut self, transcript: &str) -> anyhow::Result<()> {
        for line in transcript.lines().map(str::trim).filter(|it| !it.is_empty()) {
            if let Some(command) = line.strip_prefix("C: ") {
                self.send(format!("{command}\r\n").as_bytes())?;
            } else if let Some(expected) = line.strip_prefix("S: ") {
                let reply = self.reply().with_context(|| format!("waiting for `{expected}`"))?;
                ensure!(reply.is(expected), "expected `{expected}`, got {reply:?}\n{transcript}");
            } else {
                bail!("`{line}` is neither said by the client nor by the server");
            }
        }
        Ok(())
    }

    /// Begins a transaction, up to the go-ahead after `DATA`. The last reply is returned: 354, or
    /// the first refusal.
    ///
    /// # Errors
    ///
    /// The connection ended.
    pub fn envelope(&mut self, from: &str, to: &[&str]) -> anyhow::Result<Reply> {
        let mail = self.say(&format!("MAIL FROM:<{from}>"))?;
        if mail.code != 250 {
            return Ok(mail);
        }
        for recipient in to {
            let rcpt = self.say(&format!("RCPT TO:<{recipient}>"))?;
            if rcpt.code != 250 {
                return Ok(rcpt);
            }
        }
        self.say("DATA")
    }

    /// Sends one message, its dots stuffed, and returns the reply to its end, or the first refusal.
    ///
    /// # Errors
    ///
    /// The connection ended: whether the message was taken is not known then.
    pub fn message(&mut self, from: &str, to: &[&str], content: &[u8]) -> anyhow::Result<Reply> {
        let go_ahead = self.envelope(from, to)?;
        if go_ahead.code != 354 {
            return Ok(go_ahead);
        }
        self.send(&stuffed(content))?;
        self.reply()
    }
}

/// The content as it goes over the wire, with its final dot.
#[must_use]
pub fn stuffed(content: &[u8]) -> Vec<u8> {
    let mut wire = Vec::with_capacity(content.len().saturating_add(5));
    let mut at_start = true;
    for octet in content {
        if at_start && *octet == b'.' {
            wire.push(b'.');
        }
        wire.push(*octet);
        at_start = wire.ends_with(b"\r\n");
    }
    if !at_start && !content.is_empty() {
        wire.extend_from_slice(b"\r\n");
    }
    wire.extend_from_slice(b".\r\n");
    wire
}

/// Connects, sends one message and says goodbye.
///
/// # Errors
///
/// The connection ended.
pub fn send(to: SocketAddr, from: &str, rcpt: &[&str], content: &[u8]) -> anyhow::Result<Reply> {
    let mut client = Client::connect(to)?;
    client.say("EHLO mail.acme.example")?;
    let reply = client.message(from, rcpt, content)?;
    client.say("QUIT").ok();
    Ok(reply)
}
