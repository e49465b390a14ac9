//! `writ doc`.

use std::path::{Path, PathBuf};

use clap::Args;
use engine::testing;
use grammar::{
    literal::Date,
    tree::{FileId, Tree},
};

use crate::{
    directory,
    done::{Done, Stopped},
    file,
    handbook::{Book, Terms},
    loaded::{Loaded, Usable},
    message::Scene,
};

/// Write the rules as a handbook for auditors: one page of HTML in plain English.
///
/// It tells who the organisation is, what happens to mail, every policy as a sentence with its reason,
/// owner, validity and place, every bypass, what is looked for, and the tests, which are run. The texts
/// that are searched for are left out, because a list of secret words is itself a secret.
///
/// The same rules, day and options give the same page, octet for octet.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Doc {
    /// The folder of the rules, or one file of it.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Where to write: a file, or a folder, which gets `handbook.html`. Standard output when absent.
    #[arg(short, long, value_name = "FILE|DIR")]
    output: Option<PathBuf>,
    /// The day that the handbook is of, such as 2026-03-02; today when absent.
    #[arg(long, value_name = "DATE", value_parser = day)]
    date: Option<Date>,
    /// What to call the rules in the footer, such as the digest of a signed bundle; the digest of the
    /// files when absent.
    #[arg(long, value_name = "TEXT")]
    digest: Option<String>,
    /// Print the texts and expressions that are searched for.
    #[arg(long)]
    show_terms: bool,
}

const EXAMPLES: &str = "\
Examples:
  writ doc rules -o handbook.html                     for people to read
  writ doc rules -o site --date 2026-03-02            as site/handbook.html, of that day
  writ doc rules --show-terms -o internal.html        with the texts that are searched for";

/// The file in a folder.
const FILE: &str = "handbook.html";

fn day(text: &str) -> Result<Date, String> {
    Date::parse(text).map_err(|error| error.to_string())
}

impl Doc {
    pub(super) fn run(self) -> Result<Done, Stopped> {
        let loaded = Loaded::read(&self.path)?;
        let mut findings = loaded.findings.clone();
        let usable = loaded.usable(&self.path)?;
        let today = || Date::parse(&jiff::Zoned::now().date().to_string()).ok();
        let Some(day) = self.date.or_else(today) else {
            return Err(Stopped::Unknown(
                "the day of the clock cannot be told; give --date".to_owned(),
            ));
        };
        findings.extend(usable.rules.check_at(day));
        let files = (0_u32..).zip(usable.tree.files());
        let trees: Vec<Tree> =
            files.map(|(id, it)| grammar::parse(FileId(id), &it.text).0).collect();
        let reports = reports(&usable, day);
        let digest = self.digest.clone().unwrap_or_else(|| usable.digest());
        let terms = if self.show_terms { Terms::Shown } else { Terms::Hidden };
        let book = Book::new(&usable, &trees, &findings, &reports, (day, digest, terms));
        self.put(book.page())
    }

    fn put(&self, page: String) -> Result<Done, Stopped> {
        let Some(output) = &self.output else { return Ok(Done::fine(page)) };
        let path = if output.is_dir() { output.join(FILE) } else { output.clone() };
        write(&path, &page).map_err(|source| Stopped::Write { path: path.clone(), source })?;
        Ok(Done::fine(format!("{} written\n", path.display())))
    }
}

/// Writes the page whole; one that is there is replaced.
fn write(path: &Path, page: &str) -> std::io::Result<()> {
    if path.exists() { file::replace(path, page) } else { file::write_new(path, page) }
}

/// What the tests say, at noon of the day.
fn reports(usable: &Usable, day: Date) -> Vec<testing::TestReport> {
    let organisation = usable.program.organisation();
    let noon = organisation.zone.to_ambiguous_zoned(day.civil().at(12, 0, 0, 0)).compatible();
    let at_ms = noon.map_or(0, |it| it.timestamp().as_millisecond());
    let directory = directory::of(None, &usable.tree).ok().flatten().unwrap_or_default();
    let scene = Scene { tree: &usable.tree, organisation, at_ms, directory };
    testing::run(&usable.rules, &|message| scene.facts(message))
}
