//! The content scan: ours beside Hyperscan, aho-corasick and `RegexSet`; the whole decision; the
//! text that is worst for it. `content [--folder FOLDER] [--row WORDS]`: with the text of a folder
//! instead of generated; only the rows whose name holds the words.
//!
//! Every figure is processor time of the thread, ours and the peer's taken in turns. Answers are compared: which message holds which
//! term. Hyperscan gets the normalised text that ours gets.

#[cfg(hyperscan)]
mod hyperscan;
mod ours;
mod rows;
mod table;
mod whole;

use std::{collections::BTreeSet, path::PathBuf};

use anyhow::{Context, Result, bail};
use bench::text;

/// Messages.
const MESSAGES: usize = 400;
/// Words that mail is made of, and words that it seldom has.
const WORDS: usize = 9_000;

fn main() -> Result<()> {
    if !cfg!(hyperscan) {
        bail!("Hyperscan is not here: apt-get install libhyperscan-dev, then build again");
    }
    let (mut folder, mut row) = (None, String::new());
    let mut arguments = std::env::args_os().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.to_str() {
            Some("--folder") => {
                folder = Some(PathBuf::from(arguments.next().context("a folder after --folder")?));
            }
            Some("--row") => {
                let words = arguments.next().context("words after --row")?;
                row = words.to_string_lossy().into_owned();
            }
            _ => bail!("content [--folder FOLDER] [--row WORDS]"),
        }
    }
    let made = text::vocabulary(WORDS, 0x0ca7);
    let seldom = |known: &[String]| -> Vec<String> {
        let known: BTreeSet<&String> = known.iter().collect();
        text::vocabulary(3 * WORDS, 0xdead).into_iter().filter(|it| !known.contains(it)).collect()
    };
    let (texts, words, rare) = if let Some(folder) = &folder {
        let texts = text::of_folder(folder, MESSAGES)?;
        let words = text::words_of(&texts);
        let rare = seldom(&words);
        (texts, words, rare)
    } else {
        let rare = seldom(&made);
        (text::generated(&made, &rare, MESSAGES), made, rare)
    };
    let octets: usize = texts.iter().map(String::len).sum();
    println!("{} messages, {:.1} MB, {} words", texts.len(), octets as f64 / 1e6, words.len());
    table::head();
    let terms = |count, short| text::terms(&words, &rare, count, short);
    let wanted = |name: &str| name.contains(&row);
    for (name, count, short, dictionaries) in [
        ("100 terms", 100, 0, 1),
        ("1,000 terms", 1_000, 0, 1),
        ("5,000 terms", 5_000, 0, 1),
        ("5,000, 3 % short", 5_000, 30, 1),
        ("17,900 in 18", 17_900, 2, 18),
    ] {
        if wanted(name) {
            rows::literals(name, &texts, &terms(count, short), dictionaries)?;
        }
    }
    if wanted("16 expressions") {
        rows::expressions(&texts)?;
    }
    if wanted("whole decision") {
        whole::decision(&texts, &terms(17_900, 2))?;
    }
    if wanted("shipped detectors") {
        whole::library(&texts)?;
    }
    if wanted("normalise") {
        whole::normalisation(&texts);
    }
    if wanted("worst") {
        whole::worst(&terms(17_900, 2))?;
    }
    Ok(())
}
