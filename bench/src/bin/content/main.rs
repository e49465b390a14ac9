//! The content scan: ours beside Hyperscan, aho-corasick and `RegexSet`; the whole decision; the
//! text that is worst for it. `content [FOLDER]`: with the text of a folder instead of generated.
//!
//! Every figure is processor time of the thread. Answers are compared: which message holds which
//! term, which pattern.

#[cfg(hyperscan)]
mod hyperscan;
mod ours;
mod rows;
mod text;

use std::path::PathBuf;

use anyhow::Result;

fn main() -> Result<()> {
    let folder = std::env::args_os().nth(1).map(PathBuf::from);
    let made = text::vocabulary(9_000, 0x0ca7);
    let texts = match &folder {
        Some(folder) => text::of_folder(folder, 400)?,
        None => text::generated(&made, 400),
    };
    let words = if folder.is_some() { text::words_of(&texts) } else { made };
    let octets: usize = texts.iter().map(String::len).sum();
    println!("{} messages, {:.1} MB, {} words", texts.len(), octets as f64 / 1e6, words.len());
    if !cfg!(hyperscan) {
        println!("no Hyperscan here: apt-get install libhyperscan-dev, then build again");
    }
    for (count, dictionaries) in [(100, 1), (1_000, 1), (5_000, 1), (17_900, 18)] {
        rows::literals(&texts, &text::terms(&words, count, 4), dictionaries)?;
    }
    rows::expressions(&texts)?;
    rows::decision(&texts, &text::terms(&words, 17_900, 4))?;
    rows::normalisation(&texts);
    rows::worst(&text::terms(&words, 17_900, 4))
}
