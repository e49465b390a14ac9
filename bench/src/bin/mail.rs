//! From the octets of a message to a decision: what reading and deciding cost, beside a plain look
//! at the same octets and beside a parser alone. `mail [FOLDER]`: with the messages of a folder
//! instead of generated ones.
//!
//! Figures are processor time of the thread, all taken in turns.

use std::{fs, path::Path, time::Duration};

use anyhow::{Context, Result};
use bench::{clock::least_of, text};
use engine::facts::Facts;
use examine::Limits;
use grammar::literal::Address;

/// Messages.
const MESSAGES: usize = 400;
/// Turns of which the fastest is told.
const ROUNDS: usize = 15;

fn main() -> Result<()> {
    let folder = std::env::args_os().nth(1);
    let messages = match &folder {
        Some(folder) => of_folder(Path::new(folder))?,
        None => generated(),
    };
    let octets: usize = messages.iter().map(Vec::len).sum();
    println!("{} messages, {:.1} MB", messages.len(), octets as f64 / 1e6);
    let program = bench::shipped::program()?;
    let facts = Facts {
        sender: Some(address("anna@northbank.example")?),
        recipients: vec![address("bob@customer.example")?],
        ..Facts::default()
    };
    let limits = Limits::default();
    let each = |work: &dyn Fn(&[u8]) -> usize| messages.iter().map(|it| work(it)).sum::<usize>();
    let case = program.asks_for_case();
    let read = |message: &[u8]| examine::extract_to_decide(message, &limits, case).content;
    let decide = |message: &[u8]| {
        let facts = Facts { content: read(message), ..facts.clone() };
        program.decide(&facts).verdicts.len()
    };
    let works: [(&str, &dyn Fn(&[u8]) -> usize); 5] = [
        ("memchr, ends of lines", &|it| memchr::memchr_iter(b'\n', it).count()),
        ("mail-parser, parsing alone", &parsed),
        ("ours, the structure alone", &|it| wire::mime::scan(it, &limits).parts.len()),
        ("ours, octets to facts", &|it| read(it).text.len()),
        ("ours, octets to decision", &decide),
    ];
    let mut times = [Duration::MAX; 5];
    for _ in 0..ROUNDS {
        for ((_, work), time) in works.iter().zip(&mut times) {
            *time = (*time).min(least_of(1, || each(work)));
        }
    }
    let ours = times.last().copied().unwrap_or_default();
    println!("\n{:<28} {:>10} {:>22}", "what", "MB/s", "decision takes, times");
    for ((what, _), time) in works.iter().zip(times) {
        let rate = octets as f64 / time.as_secs_f64() / 1e6;
        println!("{what:<28} {rate:>10.0} {:>22.2}", ours.as_secs_f64() / time.as_secs_f64());
    }
    Ok(())
}

fn parsed(message: &[u8]) -> usize {
    mail_parser::MessageParser::default().parse(message).map_or(0, |it| it.parts.len())
}

fn address(text: &str) -> Result<Address> {
    Address::parse(text).ok().context("an address")
}

/// Plain mail: a header as clients write it, and a body of one part.
fn generated() -> Vec<Vec<u8>> {
    let words = text::vocabulary(9_000, 0x0ca7);
    let rare = text::vocabulary(9_000, 0xdead);
    let texts = text::generated(&words, &rare, MESSAGES);
    let message = |(number, text): (usize, String)| {
        let mut body = String::new();
        for (at, word) in text.split_inclusive(' ').enumerate() {
            body.push_str(word);
            if at % 11 == 10 {
                body.push_str("\r\n");
            }
        }
        format!(
            "Received: from mx.northbank.example (192.0.2.4) by mail.example; Fri, 6 Nov 2026 \
             10:00:00 +0000\r\nFrom: Anna <anna@northbank.example>\r\nTo: Bob \
             <bob@customer.example>\r\nSubject: Letter {number}\r\nDate: Fri, 6 Nov 2026 10:00:00 \
             +0000\r\nMessage-ID: <{number}@northbank.example>\r\nMIME-Version: \
             1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{body}"
        )
        .into_bytes()
    };
    texts.into_iter().enumerate().map(message).collect()
}

fn of_folder(folder: &Path) -> Result<Vec<Vec<u8>>> {
    let mut folders = vec![folder.to_owned()];
    let mut messages = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() { folders.push(path) } else { messages.push(fs::read(path)?) }
        }
    }
    Ok(messages)
}
