//! `writ fmt`: the one canonical form.

use std::path::{Path, PathBuf};

use clap::Args;
use engine::SourceFile;
use grammar::diagnostic::{Colour, Sources, human};

use crate::{
    done::{Done, Stopped},
    file,
    plain::{counted, plain_line},
    report::changes,
    tree::{Tree, TreeError},
};

/// Bring rules into their one canonical form; comments stay.
///
/// Prints the names of the files that changed. A file with errors stays as it is, and its errors
/// are shown. Each file is replaced whole or not at all.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Fmt {
    /// The folder of the rules, one file, or `-` for standard input to standard output.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Change nothing; show what would change as a patch, and end with exit code 1 if anything would.
    #[arg(long)]
    check: bool,
}

const EXAMPLES: &str = "\
Examples:
  writ fmt                       format the rules in this folder
  writ fmt --check rules         is everything in its form? (for CI)
  writ fmt - < outbound.writ     for an editor";

/// What became of the files.
#[derive(Default)]
struct Tally {
    text: String,
    changed: usize,
    wrong: usize,
}

impl Fmt {
    pub(super) fn run(self, colour: Colour) -> Result<Done, Stopped> {
        if self.path.as_os_str() == "-" {
            return self.stream(colour);
        }
        let tree =
            if self.path.is_file() { Tree::read_file(&self.path) } else { Tree::read(&self.path) };
        let tree = tree?;
        let mut tally = Tally::default();
        for source in tree.rule_files() {
            self.one(&tree, source, colour, &mut tally)?;
        }
        for unread in tree.unread() {
            tally.wrong = tally.wrong.saturating_add(1);
            tally.text.push_str(&format!("error: {}\n", plain_line(&unread.message)));
        }
        let word = if self.check { "would change" } else { "changed" };
        let files = counted(tree.rule_files().count(), "file", "files");
        tally.text.push_str(&format!("{files}: {} {word}", tally.changed));
        if tally.wrong > 0 {
            tally.text.push_str(&format!(", {} with errors left as they are", tally.wrong));
        }
        tally.text.push('\n');
        Ok(Done::found(tally.text, tally.wrong > 0 || (self.check && tally.changed > 0)))
    }

    fn one(
        &self,
        tree: &Tree,
        source: &SourceFile,
        colour: Colour,
        tally: &mut Tally,
    ) -> Result<(), Stopped> {
        let shown = tree.shown(&source.path);
        match grammar::format(&source.text) {
            Err(errors) => {
                tally.wrong = tally.wrong.saturating_add(1);
                tally.text.push_str(&findings(&shown, &source.text, &errors, colour));
            }
            Ok(formatted) if formatted == source.text => {}
            Ok(formatted) => {
                tally.changed = tally.changed.saturating_add(1);
                if self.check {
                    tally.text.push_str(&changes::patch(&shown, &source.text, &formatted));
                } else {
                    tally.text.push_str(&format!("{shown}\n"));
                    let path = tree.on_disk(&source.path);
                    file::replace(&path, &formatted)
                        .map_err(|source| Stopped::Write { path, source })?;
                }
            }
        }
        Ok(())
    }

    /// Standard input to standard output; nothing but the findings when there are errors.
    fn stream(&self, colour: Colour) -> Result<Done, Stopped> {
        let tree = Tree::read_file(Path::new("-")).map_err(|error| match error {
            TreeError::Read { source, .. } => {
                Stopped::Read { path: "standard input".into(), source }
            }
            other @ (TreeError::Config(_)
            | TreeError::Empty(..)
            | TreeError::NotText { .. }
            | TreeError::TooMany(_)
            | TreeError::Utf16(_)) => other.into(),
        })?;
        let text = tree.files().iter().map(|it| it.text.as_str()).collect::<String>();
        match grammar::format(&text) {
            Err(errors) => {
                let findings = findings("standard input", &text, &errors, colour);
                Err(Stopped::Unformatted { findings })
            }
            Ok(formatted) if self.check => Ok(Done::found(String::new(), formatted != text)),
            Ok(formatted) => Ok(Done::fine(formatted)),
        }
    }
}

fn findings(
    name: &str,
    text: &str,
    errors: &[grammar::diagnostic::Diagnostic],
    colour: Colour,
) -> String {
    let mut sources = Sources::default();
    sources.add(name, text);
    errors.iter().map(|it| human(it, &sources, colour) + "\n").collect()
}
