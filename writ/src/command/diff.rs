//! `writ diff`: what a change of rules changes.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use engine::diff;
use grammar::diagnostic::Colour;

use super::stream::Arrival;
use crate::{
    compared::Compared,
    corpus,
    done::{Done, Exit, Stopped},
    progress::Progress,
    report::difference::{self, Report},
    version::{self, Version},
};

/// Show what a change of rules changes: every edit that lowers protection, and which decisions differ.
///
/// OLD and NEW are folders, bundles or git revisions; with one git revision, it is compared with the
/// rules on disk. `A..B` compares two revisions, `A...B` what B changed since it left A. Comments, form
/// and the order of declarations are no changes.
///
/// First come the edits. What can lower protection is told, also where it cannot be ruled out: if no
/// edit lowers protection, no message is protected less. Then come the decisions that differ, over the
/// messages of the tests of both versions, over messages that are made from the rules, and over those
/// that are given.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Diff {
    /// The rules before: a folder, a bundle, a git revision, `A..B` or `A...B`.
    #[arg(value_name = "OLD", allow_hyphen_values = false)]
    old: String,
    /// The rules after; those on disk when absent.
    #[arg(value_name = "NEW")]
    new: Option<String>,
    /// The folder of the rules in the repository, where it is not this one.
    #[arg(last = true, value_name = "FOLDER", default_value = ".")]
    folder: PathBuf,
    /// Also decide these messages: folders of messages, message files, mbox files. May be given several
    /// times.
    #[arg(long, value_name = "CORPUS", alias = "corpus")]
    messages: Vec<PathBuf>,
    #[command(flatten)]
    arrival: Arrival,
    /// Only the edits, no decisions.
    #[arg(long, conflicts_with = "messages")]
    edits_only: bool,
    /// End with exit code 0 also where protection is lowered.
    #[arg(long)]
    allow_lower: bool,
    /// How to write it.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

const EXAMPLES: &str = "\
Examples:
  writ diff main                        the rules on disk, against those of the branch main
  writ diff main...HEAD -- rules        what this branch changes in the folder rules
  writ diff --format markdown main...HEAD
                                        as a comment of a merge request
  writ diff old-rules new-rules         two folders
  writ diff live.bundle rules           what is in force, against the sources
  writ diff main --messages mail/       how real mail would be decided

Exit codes: 0 no edit lowers protection, 1 one does or may, or the rules have errors, 2 the command
line, a file or a revision is not usable.";

/// The forms of the report.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum Format {
    /// For a terminal.
    Human,
    /// For a comment of a merge request.
    Markdown,
    /// One object, with a version.
    Json,
}

impl Diff {
    pub(super) fn run(self, colour: Colour) -> Result<Done, Stopped> {
        let new = self.new.as_deref();
        let (old, new) = version::named(&self.old, new, &self.folder).map_err(Stopped::Unknown)?;
        let old = Version::read(&old, &self.folder)?;
        let new = Version::read(&new, &self.folder)?;
        let edits = diff::edits(&old.usable.rules, &new.usable.rules);
        let compared = if self.edits_only {
            None
        } else {
            Some(compare(&self.messages, self.arrival, (&old, &new))?)
        };
        let lowers = edits.iter().any(|it| it.direction.is_lowering())
            || compared.as_ref().is_some_and(Compared::lowers);
        let report = Report { old: &old, new: &new, edits: &edits, compared: compared.as_ref() };
        let text = match self.format {
            Format::Human => difference::text::write(&report, colour),
            Format::Markdown => difference::markdown::write(&report),
            Format::Json => difference::json::write(&report)?,
        };
        let exit = if lowers && !self.allow_lower { Exit::Findings } else { Exit::Fine };
        Ok(Done { text, exit })
    }
}

fn compare(
    messages: &[PathBuf],
    arrival: Arrival,
    versions: (&Version, &Version),
) -> Result<Compared, Stopped> {
    let stream = arrival.read(&versions.1.usable.tree)?;
    let at_ms = stream.at_ms(versions.1.usable.rules.organisation());
    let mut compared = Compared::of_rules(versions.0, versions.1, at_ms)?;
    let mut progress = Progress::new("messages");
    for path in messages {
        let read = corpus::each(std::slice::from_ref(path), |found| {
            let facts = found.octets.and_then(|it| {
                let known =
                    |version: &Version| stream.facts(&it, version.usable.program.organisation());
                Ok((known(versions.0)?, known(versions.1)?))
            });
            match facts {
                Ok(facts) => compared.add("given", &found.name, None, versions, &facts),
                Err(why) => compared.failures.push((found.name, why)),
            }
            progress.tell(compared.total(), None);
        });
        read.map_err(|source| Stopped::Read { path: Path::to_owned(path), source })?;
    }
    Ok(compared)
}
