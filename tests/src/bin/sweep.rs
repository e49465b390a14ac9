//! Sends every message below a folder through a freshly started appliance and through
//! `writ extract`, and tells what crashed, what met a limit, and what took longest.
//!
//! `cargo xtask sweep FOLDER` builds what is needed and starts it.

use std::{
    collections::BTreeMap,
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use tests::{
    appliance::{Appliance, Setup},
    client::Client,
    program::workspace,
    search::files,
};

/// Files that are taken for messages.
const EXTENSIONS: &[&str] = &["eml", "msg", "txt", "raw"];
/// How many of the slowest are told.
const SLOWEST: usize = 5;

/// Something that was done to a file, and how long it took.
type Timed = (Duration, PathBuf);

#[derive(Debug, Default)]
struct Findings {
    /// Replies by code and first words, each with how often it came.
    replies: BTreeMap<String, usize>,
    crashes: Vec<String>,
    sent: Vec<Timed>,
    extracted: Vec<Timed>,
}

fn main() -> anyhow::Result<()> {
    let folder = std::env::args_os().nth(1).context("usage: sweep FOLDER")?;
    let messages: Vec<PathBuf> = files(Path::new(&folder))?
        .into_iter()
        .filter(|it| it.extension().is_some_and(|it| EXTENSIONS.iter().any(|one| it == *one)))
        .collect();
    ensure!(!messages.is_empty(), "there is no message below {}", folder.display());
    let rules = fs::read_to_string(workspace().join("rules/acme/acme.writ"))?;
    let appliance = Setup::new(&rules).start()?;
    let mut findings = Findings::default();
    for path in &messages {
        let octets = fs::read(path)?;
        for content in [as_mail(&octets), attached(&octets)] {
            let (took, reply) = send(&appliance, &content)?;
            *findings.replies.entry(reply).or_insert(0) += 1;
            findings.sent.push((took, path.clone()));
        }
        extract(path, &mut findings)?;
    }
    report(&messages, &appliance, findings)
}

/// The octets as a client would send them: line ends made CRLF, unless it is no text.
fn as_mail(octets: &[u8]) -> Vec<u8> {
    if octets.contains(&0) {
        return octets.to_vec();
    }
    let mut content = Vec::with_capacity(octets.len());
    let mut rest = octets.iter().copied().peekable();
    while let Some(octet) = rest.next() {
        match octet {
            b'\r' => {
                rest.next_if_eq(&b'\n');
                content.extend_from_slice(b"\r\n");
            }
            b'\n' => content.extend_from_slice(b"\r\n"),
            other => content.push(other),
        }
    }
    content
}

/// The octets as an attachment, which the SMTP rules say nothing against.
fn attached(octets: &[u8]) -> Vec<u8> {
    let mut content = b"From: a@acme.example\r\nTo: b@shop.example\r\nSubject: attached\r\n\
        MIME-Version: 1.0\r\nContent-Type: message/rfc822\r\n\
        Content-Transfer-Encoding: base64\r\n\r\n"
        .to_vec();
    for line in octets.chunks(57) {
        content.extend(base64(line));
        content.extend_from_slice(b"\r\n");
    }
    content
}

fn base64(octets: &[u8]) -> Vec<u8> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = Vec::new();
    for group in octets.chunks(3) {
        let octet = |at: usize| u32::from(group.get(at).copied().unwrap_or_default());
        let bits = octet(0) << 16 | octet(1) << 8 | octet(2);
        for (at, shift) in [18, 12, 6, 0].into_iter().enumerate() {
            let index = usize::try_from(bits >> shift & 63).unwrap_or_default();
            let letter = ALPHABET.get(index).copied().unwrap_or_default();
            text.push(if group.len() < at { b'=' } else { letter });
        }
    }
    text
}

fn send(appliance: &Appliance, content: &[u8]) -> anyhow::Result<(Duration, String)> {
    let mut client = Client::connect(appliance.smtp())?;
    client.say("EHLO mail.acme.example")?;
    let began = Instant::now();
    let reply = client.message("a@acme.example", &["b@shop.example"], content)?;
    let words: Vec<&str> = reply.text.split(' ').take(7).collect();
    Ok((began.elapsed(), format!("{} {}", reply.code, words.join(" "))))
}

fn extract(path: &Path, findings: &mut Findings) -> anyhow::Result<()> {
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| workspace().join("target"), PathBuf::from);
    let began = Instant::now();
    let output = Command::new(target.join("debug/writ")).arg("extract").arg(path).output()?;
    findings.extracted.push((began.elapsed(), path.to_owned()));
    if output.status.code() != Some(0) {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        findings.crashes.push(format!(
            "writ extract {} ({}): {said}",
            path.display(),
            output.status
        ));
    }
    Ok(())
}

fn report(messages: &[PathBuf], appliance: &Appliance, findings: Findings) -> anyhow::Result<()> {
    let Findings { replies, mut crashes, sent, extracted } = findings;
    let log = appliance.log();
    let mut out = std::io::stdout().lock();
    writeln!(out, "{} messages, each sent as it is and as an attachment", messages.len())?;
    for (reply, times) in &replies {
        writeln!(out, "{times:6}  {reply}")?;
    }
    for event in ["message.late", "message.undecided", "role.stalled", "role.ended", "panic"] {
        writeln!(out, "{:6}  {event} in the log", log.matches(event).count())?;
    }
    let ended = log.lines().filter(|it| it.contains("role.ended") || it.contains("role.stalled"));
    crashes.extend(ended.map(str::to_owned));
    for (what, mut timed) in [("SMTP, content to reply", sent), ("writ extract", extracted)] {
        timed.sort();
        let middle = timed.get(timed.len() / 2).map(|it| it.0).unwrap_or_default();
        writeln!(out, "{what}: median {middle:?}; the slowest:")?;
        for (took, path) in timed.iter().rev().take(SLOWEST) {
            writeln!(out, "  {took:?}  {}", path.display())?;
        }
    }
    ensure!(crashes.is_empty(), "{} crashes:\n{}", crashes.len(), crashes.join("\n"));
    Ok(writeln!(out, "no crash")?)
}
