//! The content scan: ours beside Hyperscan, aho-corasick and `RegexSet`; the whole decision; the
//! text that is worst for it. `content [--folder FOLDER]`: with the text of a folder
//! instead of generated.
//!
//! Every figure is processor time of the thread. Answers are compared: which message holds which
//! term. Hyperscan gets the normalised text that ours gets.

#[cfg(hyperscan)]
mod hyperscan;
mod ours;
mod rows;
mod table;
mod text;
mod whole;

use std::{collections::BTreeSet, path::PathBuf};

use anyhow::{Context, Result, bail};

/// Messages.
const MESSAGES: usize = 400;
/// Words that mail is made of, and words that it seldom has.
const WORDS: usize = 9_000;

fn main() -> Result<()> {
    if !cfg!(hyperscan) {
        bail!("Hyperscan is not here: apt-get install libhyperscan-dev, then build again");
    }
    let mut folder = None;
    let mut arguments = std::env::args_os().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.to_str() {
            Some("--folder") => {
                folder = Some(PathBuf::from(arguments.next().context("a folder after --folder")?));
            }
            _ => bail!("content [--folder FOLDER]"),
        }
    }
    let made = text::vocabulary(WORDS, 0x0ca7);
    let known: BTreeSet<&String> = made.iter().collect();
    let rare = text::vocabulary(3 * WORDS, 0xdead).into_iter();
    let rare: Vec<String> = rare.filter(|it| !known.contains(it)).collect();
    let texts = match &folder {
        Some(folder) => text::of_folder(folder, MESSAGES)?,
        None => text::generated(&made, &rare, MESSAGES),
    };
    let words = if folder.is_some() { text::words_of(&texts) } else { made };
    let rare = if folder.is_some() { words.clone() } else { rare };
    let octets: usize = texts.iter().map(String::len).sum();
    println!("{} messages, {:.1} MB, {} words", texts.len(), octets as f64 / 1e6, words.len());
    table::head();
    let terms = |count, short| text::terms(&words, &rare, count, short);
    rows::literals("100 terms", &texts, &terms(100, 0), 1)?;
    rows::literals("1,000 terms", &texts, &terms(1_000, 0), 1)?;
    rows::literals("5,000 terms", &texts, &terms(5_000, 0), 1)?;
    rows::literals("5,000, 3 % short", &texts, &terms(5_000, 30), 1)?;
    rows::literals("17,900 in 18", &texts, &terms(17_900, 2), 18)?;
    rows::expressions(&texts)?;
    whole::decision(&texts, &terms(17_900, 2))?;
    whole::library(&texts)?;
    whole::normalisation(&texts);
    whole::worst(&terms(17_900, 2))
}
