//! `writ detect`: what the detectors find in a text.

use std::path::PathBuf;

use clap::Args;
use engine::{
    Library, SourceFile,
    detect::{Detector, Detectors},
};
use grammar::suggest::closest;

use crate::{
    done::{Done, Stopped},
    file,
    loaded::Loaded,
    report::detected,
};

/// Show what the detectors find in a text: cards, account numbers, papers, keys.
///
/// A detector is a `pattern`. Without `--rules` all of the shipped library are asked. Values are masked:
/// the last four letters or digits stay, and of short values less.
#[derive(Args, Debug)]
#[command(
    after_help = EXAMPLES,
    override_usage = "writ detect [OPTIONS] <FILE>\n       writ detect [OPTIONS] --list"
)]
pub(crate) struct Detect {
    /// The text, UTF-8, or `-` for standard input; without `--list` it must be given.
    #[arg(value_name = "FILE", required_unless_present = "list")]
    text: Option<PathBuf>,
    /// Ask only this detector, such as `std.iban`, or `iban` for short. May be given again.
    #[arg(long = "detector", value_name = "NAME")]
    detectors: Vec<String>,
    /// Ask the patterns of these rules, too. May be given again.
    #[arg(long, value_name = "PATH")]
    rules: Vec<PathBuf>,
    /// Write one JSON object a line; `start` and `end` count octets of the file.
    #[arg(long)]
    json: bool,
    /// Show what was found, not masked.
    #[arg(long)]
    show_values: bool,
    /// End with exit code 1 when something is found.
    #[arg(long)]
    deny: bool,
    /// Show the detectors and what each finds, and end.
    #[arg(long)]
    list: bool,
}

const EXAMPLES: &str = "\
Examples:
  writ detect customers.csv                       everything that the library knows
  writ detect --detector iban --detector bic -    two detectors, over standard input
  writ detect --json --show-values notes.txt      for programs: one object a line
  writ detect --rules rules notes.txt             with the patterns of your own rules
  writ detect --list                              which detectors there are";

/// Octets of a text.
const TEXT_OCTETS_MAX: u64 = 64 * 1024 * 1024;

impl Detect {
    pub(super) fn run(self) -> Result<Done, Stopped> {
        let detectors = self.load()?;
        let wanted = self.wanted(detectors.all())?;
        let chosen = |it: &Detector| wanted.is_empty() || wanted.contains(&it.name);
        if self.list {
            return Ok(Done::fine(detected::list(detectors.all().iter().filter(|it| chosen(it)))));
        }
        let path = self.text.unwrap_or_default();
        let octets = file::read(&path, TEXT_OCTETS_MAX)
            .map_err(|source| Stopped::Read { path: path.clone(), source })?;
        let text = detected::Text::new(&octets);
        let findings = detectors.find(&text.text, chosen);
        let any = !findings.found.is_empty();
        let shown = detected::Shown { detectors: detectors.all(), text: &text, findings };
        let text = match self.json {
            true => shown.json(self.show_values)?,
            false => shown.human(self.show_values),
        };
        Ok(Done::found(text, any && self.deny))
    }

    /// The shipped detectors, and those of the trees.
    fn load(&self) -> Result<Detectors, Stopped> {
        let std: Vec<SourceFile> = rules::STD
            .iter()
            .map(|it| SourceFile { path: it.path.to_owned(), text: it.text.to_owned() })
            .collect();
        let mut files = Vec::new();
        for path in &self.rules {
            files.extend(Loaded::read(path)?.usable(path)?.tree.files().iter().cloned());
        }
        // What is wrong with them was told above; the library has no faults.
        Ok(Detectors::load(&files, &[Library { name: "std", files: &std }]).0)
    }

    /// The whole names of the detectors that were asked for.
    fn wanted(&self, known: &[Detector]) -> Result<Vec<String>, Stopped> {
        let mut wanted = Vec::new();
        for name in &self.detectors {
            let same = |it: &&Detector| {
                it.name == *name || it.name.strip_prefix("std.").is_some_and(|it| it == name)
            };
            let before = wanted.len();
            wanted.extend(known.iter().filter(same).map(|it| it.name.clone()));
            if wanted.len() == before {
                return Err(unknown(name, known));
            }
        }
        Ok(wanted)
    }
}

fn unknown(name: &str, known: &[Detector]) -> Stopped {
    let short = name.strip_prefix("std.").unwrap_or(name);
    let names = known.iter().map(|it| it.name.strip_prefix("std.").unwrap_or(&it.name));
    let hint = match closest(short, names) {
        Some(close) => format!("did you mean `{close}`?"),
        None => "`writ detect --list` shows them".to_owned(),
    };
    Stopped::Unknown(format!("there is no detector `{name}`; {hint}"))
}
