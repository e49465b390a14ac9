//! `writ check`: all errors and lints of all files in one run.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use grammar::diagnostic::{Code, Colour, Diagnostic, Severity};

use super::fix::{self, Mended};
use crate::{
    directory,
    done::{Done, Exit, Stopped},
    loaded::Loaded,
    moment::{self, Given},
    plain::counted,
    report::{
        findings::{github, human, short},
        findings_json, sarif,
    },
    tree::TreeError,
};

/// Check rules: all errors and lints of all files in one run.
///
/// A tree is a folder of .writ files. Its `writ.toml` says `edition = 1`, and marks the folder as a
/// tree, so that a single file given as PATH is checked together with the files around it.
///
/// Errors end with exit code 1. Lints do not, unless `--deny-lints` is given.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Check {
    /// The folder of the rules, or one file of it.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Tell of validities that have ended, or end soon, on this day; today when absent.
    #[arg(long, value_name = "DATE", value_parser = moment::parse)]
    at: Option<Given>,
    /// Tell of groups that have no members in this directory file (see `writ decide --help`).
    /// Without it, in the file that `directory` in `writ.toml` names.
    #[arg(long, value_name = "FILE")]
    directory: Option<PathBuf>,
    /// How to write the findings.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// End with exit code 1 for lints, too; not for W0304 and W0305, which come with the calendar and
    /// not with a change of the rules.
    #[arg(long)]
    deny_lints: bool,
    /// End with exit code 1 where a validity has ended or ends within thirty days (W0304, W0305): for
    /// a job that runs once a week.
    #[arg(long)]
    deny_ending: bool,
    /// Apply the fixes that are certain, tell each, then check what is left.
    #[arg(long)]
    fix: bool,
    /// With `--fix`: change nothing, and show what would change as a patch.
    #[arg(long, requires = "fix")]
    dry_run: bool,
}

const EXAMPLES: &str = "\
Examples:
  writ check                          check the rules in this folder
  writ check --at 2027-01-01 rules    what will have ended on New Year's Day?
  writ check --format github rules    annotate a pull request
  writ check --deny-ending rules      does an exception end within thirty days?
  writ check --fix --dry-run rules    what would be repaired?
  writ check --fix rules              repair what has only one possible repair";

/// Lints that a day brings, whoever changes the rules.
const OF_THE_CALENDAR: [Code; 2] = [engine::code::VALIDITY_PAST, engine::code::VALIDITY_ENDING];

/// The forms of the findings.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum Format {
    /// With the source lines.
    Human,
    /// One line each: `file:line:column: error[E0430]: …; fix: …`.
    Short,
    /// One object, with a version.
    Json,
    /// Commands of GitHub Actions.
    Github,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
}

impl Format {
    fn is_for_programs(self) -> bool {
        match self {
            Self::Human | Self::Short => false,
            Self::Github | Self::Json | Self::Sarif => true,
        }
    }

    fn write(self, loaded: &Loaded, fixed: &Mended, colour: Colour) -> Result<String, Stopped> {
        Ok(match self {
            Self::Human => fixed.told.clone() + &human(loaded, fixed.fixes, colour),
            Self::Short => fixed.told.clone() + &short(loaded, fixed.fixes),
            Self::Json => findings_json::write(loaded)?,
            Self::Github => github(loaded),
            Self::Sarif => sarif::write(loaded)?,
        })
    }
}

impl Check {
    pub(super) fn run(self, colour: Colour) -> Result<Done, Stopped> {
        let mut loaded = match Loaded::read(&self.path) {
            // Programs are told in their own form, people on the terminal.
            Err(TreeError::Config(wrong)) if self.format.is_for_programs() => {
                let loaded = Loaded::of_settings(*wrong);
                let text = self.format.write(&loaded, &Mended::default(), colour)?;
                return Ok(Done { text, exit: Exit::Usage });
            }
            read => read?,
        };
        let mut fixed = Mended::default();
        if self.fix && self.dry_run {
            let rehearsed = fix::rehearsed(&loaded);
            let fixes = counted(rehearsed.fixes, "fix", "fixes");
            return Ok(Done::fine(format!("{}{fixes} would be made\n", rehearsed.told)));
        }
        if self.fix {
            (loaded, fixed) = fix::all(loaded, &self.path)?;
        }
        self.add_lapses(&mut loaded);
        self.add_dead_groups(&mut loaded)?;
        // What stops the rules is read first.
        let is_lint = |it: &Diagnostic| it.severity() != Severity::Error;
        loaded.findings.sort_by_key(|it| (is_lint(it), it.place(), it.code));
        let errors = loaded.findings.iter().filter(|it| !is_lint(it)).count();
        let text = self.format.write(&loaded, &fixed, colour)?;
        let any = errors > 0 || loaded.findings.iter().any(|it| self.denies(it));
        Ok(Done::found(text, any))
    }

    /// Whether a lint counts as an error.
    fn denies(&self, lint: &Diagnostic) -> bool {
        if OF_THE_CALENDAR.contains(&lint.code) { self.deny_ending } else { self.deny_lints }
    }

    fn add_lapses(&self, loaded: &mut Loaded) {
        let Some(rules) = &loaded.rules else { return };
        let organisation = rules.organisation();
        let at = self.at.unwrap_or_else(|| Given::Exact(jiff::Timestamp::now()));
        loaded.findings.extend(rules.check_at(at.day(organisation)));
    }

    fn add_dead_groups(&self, loaded: &mut Loaded) -> Result<(), Stopped> {
        let Some(rules) = &loaded.rules else { return Ok(()) };
        let directory = directory::of(self.directory.as_deref(), &loaded.tree)?;
        let Some(directory) = directory else { return Ok(()) };
        loaded.findings.extend(rules.check_directory(&directory));
        Ok(())
    }
}
