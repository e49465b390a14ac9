//! Generated dictionaries and text like mail; or text that the caller has.

use std::{collections::BTreeSet, fmt::Write as _, fs, path::Path};

use anyhow::{Result, ensure};
use engine::{
    facts::{Content, Segment},
    normal,
};
use grammar::tree::Scope;

/// Octets of a message, about.
pub const MESSAGE_OCTETS: usize = 11_000;

/// Octets of a term that is not short.
pub const LONG_OCTETS_MIN: usize = 8;

/// A generator that gives the same numbers on every machine.
pub struct Numbers(pub(crate) u64);

impl Numbers {
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize % limit.max(1)
    }

    /// Small numbers often, as words are used.
    fn skewed(&mut self, limit: usize) -> usize {
        let range = self.below(limit) + 1;
        let range = self.below(range) + 1;
        self.below(range)
    }
}

const STARTS: &str = "a b be br c ch cl co con cr d de di dr e en ex f fl fo fr g gr h ha he i in k l la le m ma mo n ne no o p pa pl po pr pre qu r re ro s sc se sh sp st str t th to tr u un v w wh y";
const CORES: &str = "a ai al an ar at e ea ed el en er es et i ic il in ing ion is it o on oo or ou ound u un ur us";
const ENDS: &str =
    "b ce ct d ed er ers ing k l ll ly m ment n nd ness nt p r rs s sh st t te ted tion ty x";

/// Words, from frequent to rare.
pub fn vocabulary(count: usize, seed: u64) -> Vec<String> {
    let mut numbers = Numbers(seed);
    let parts = |it: &'static str| it.split(' ').collect::<Vec<_>>();
    let (starts, cores, ends) = (parts(STARTS), parts(CORES), parts(ENDS));
    let mut known = BTreeSet::new();
    let mut words = Vec::new();
    while words.len() < count {
        let mut word = starts[numbers.below(starts.len())].to_owned();
        // Frequent words are short.
        let rounds = 1 + numbers.below(2 + words.len() * 2 / count.max(1));
        for _ in 0..rounds {
            word += cores[numbers.below(cores.len())];
            word += ends[numbers.below(ends.len())];
        }
        if known.insert(word.clone()) {
            words.push(word);
        }
    }
    words
}

/// Messages of prose with numbers, dates, addresses and quoted lines, normalised.
pub fn generated(words: &[String], rare: &[String], messages: usize) -> Vec<String> {
    let mut numbers = Numbers(0x5eed);
    let message = |_| {
        let mut text = String::new();
        // One message of thirty speaks of something that dictionaries know.
        if numbers.below(30) == 0 {
            text.push_str(&rare[numbers.below(rare.len())]);
            text.push(' ');
        }
        while text.len() < MESSAGE_OCTETS {
            match numbers.below(60) {
                0 => {
                    _ = write!(
                        text,
                        "{}-{:02}-{:02} ",
                        2000 + numbers.below(40),
                        numbers.below(12),
                        numbers.below(28)
                    )
                }
                1 => {
                    _ = write!(
                        text,
                        "{}@{}.example ",
                        words[numbers.skewed(words.len())],
                        words[numbers.below(words.len())]
                    )
                }
                2 => _ = write!(text, "{} ", numbers.below(100_000)),
                3 => text.push_str("> "),
                4 => {
                    _ = write!(
                        text,
                        "https://{}.example/{} ",
                        words[numbers.below(words.len())],
                        numbers.below(9_999_999)
                    )
                }
                5 => text.push_str(", "),
                6 => text.push_str(". "),
                7 if numbers.below(20) == 0 => {
                    _ = write!(
                        text,
                        "4{:03} {:04} {:04} {:04} ",
                        numbers.below(1000),
                        numbers.below(10_000),
                        numbers.below(10_000),
                        numbers.below(10_000)
                    )
                }
                _ => {
                    text.push_str(&words[numbers.skewed(words.len())]);
                    text.push(' ');
                }
            }
        }
        normal::normalise(&text)
    };
    (0..messages).map(message).collect()
}

/// Text of the files below a folder, normalised, cut into messages.
pub fn of_folder(folder: &Path, messages: usize) -> Result<Vec<String>> {
    let mut folders = vec![folder.to_owned()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    // From all over the folder, not from its first files alone.
    let step = files.len().div_ceil(messages * 2).max(1);
    let mut all = Vec::new();
    for file in files.iter().step_by(step) {
        let text = normal::normalise(&String::from_utf8_lossy(&fs::read(file)?));
        let mut rest = text.as_str();
        while rest.len() >= 2_000 && all.len() < messages {
            let cut =
                (0..=MESSAGE_OCTETS.min(rest.len())).rev().find(|it| rest.is_char_boundary(*it));
            let (one, after) = rest.split_at(cut.unwrap_or(0));
            all.push(one.to_owned());
            rest = after;
        }
    }
    ensure!(!all.is_empty(), "no file of at least 2 000 characters there");
    Ok(all)
}

/// Words of the texts that stand in more than one of them.
pub fn words_of(texts: &[String]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut twice = BTreeSet::new();
    for text in texts {
        let words = text.split(|it: char| !it.is_ascii_alphabetic()).filter(|it| it.len() > 2);
        for word in words.collect::<BTreeSet<_>>() {
            if !seen.insert(word) && word.len() < 16 {
                twice.insert(word.to_owned());
            }
        }
    }
    twice.into_iter().collect()
}

/// Terms as dictionaries have them: most are phrases of two words, one in five a long word that
/// mail seldom has; of a thousand, `short` have fewer than eight letters. They hit a few messages
/// of a hundred.
pub fn terms(words: &[String], rare: &[String], count: usize, short: usize) -> Vec<String> {
    let mut numbers = Numbers(0xd1c7);
    let mut terms = BTreeSet::new();
    while terms.len() < count {
        let kind = numbers.below(1000);
        let one = if kind < 200 { rare } else { words };
        let one = &one[numbers.below(one.len())];
        let (term, fits) = if kind < short {
            (one.clone(), one.len() < LONG_OCTETS_MIN)
        } else if kind < 200 {
            (one.clone(), one.len() >= LONG_OCTETS_MIN)
        } else {
            let term = format!("{one} {}", words[numbers.below(words.len())]);
            let fits = term.len() >= LONG_OCTETS_MIN;
            (term, fits)
        };
        if fits {
            terms.insert(term);
        }
    }
    terms.into_iter().collect()
}

/// A message whose body is this text.
pub fn content(text: &str) -> Content {
    let end = text.len();
    let segment = Segment { scope: Scope::Body, start: 0, end, part: 1, alternative: None };
    let (text, cased) = (text.to_owned(), vec![text.to_owned()]);
    Content { text, cased, segments: vec![segment], ..Content::default() }
}
