//! What a message weighs while it is decided: `weight FILE…`. Told beside the octets of the message,
//! which stand in memory that the spool made and that every examiner maps.

use std::fs;

use anyhow::{Context, Result};
use bench::{memory::peak_octets, shipped::program};
use engine::facts::Facts;
use examine::Limits;
use grammar::literal::Address;

fn main() -> Result<()> {
    let program = program()?;
    let limits = Limits::default();
    let case = program.asks_for_case();
    let address = |text: &str| Address::parse(text).ok().context("an address");
    let facts = Facts {
        sender: Some(address("anna@northbank.example")?),
        recipients: vec![address("bob@customer.example")?],
        ..Facts::default()
    };
    for path in std::env::args_os().skip(1) {
        let message = fs::read(&path)?;
        let before = peak_octets();
        let content = examine::extract_to_decide(&message, &limits, case).content;
        let read = peak_octets();
        let text = content.text.len();
        let facts = Facts { content, ..facts.clone() };
        let verdicts = program.decide(&facts).verdicts.len();
        let decided = peak_octets();
        let megabytes = |octets: u64| octets as f64 / 1e6;
        println!(
            "{}: message {:.1} MB, text {:.1} MB; {:.1} MB more to read it, {:.1} MB to decide ({verdicts} verdicts)",
            path.display(),
            message.len() as f64 / 1e6,
            text as f64 / 1e6,
            megabytes(read.saturating_sub(before)),
            megabytes(decided.saturating_sub(before)),
        );
    }
    Ok(())
}
