//! `writ init`: a tree to start from.

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::Args;

use crate::{
    done::{Done, Stopped},
    file,
    plain::counted,
};

/// Write a commented starter tree with tests, and files for CI.
///
/// The tree checks clean and its tests pass. Nothing that is already there is overwritten.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Init {
    /// The folder to write to; it is made where there is none.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

const EXAMPLES: &str = "\
Examples:
  writ init rules && writ test rules";

/// Paths and texts of the starter tree.
const FILES: [(&str, &str); 5] = [
    ("README.md", include_str!("../starter/README.md")),
    ("acme.writ", rules::ACME.text),
    ("writ.toml", include_str!("../starter/writ.toml")),
    (".github/workflows/writ.yml", include_str!("../starter/github.yml")),
    (".gitlab-ci.yml", include_str!("../starter/gitlab.yml")),
];

impl Init {
    pub(super) fn run(self) -> Result<Done, Stopped> {
        let taken = FILES.iter().map(|it| self.folder.join(it.0)).find(|it| it.exists());
        if let Some(taken) = taken {
            return Err(Stopped::Exists(taken));
        }
        for (path, text) in FILES {
            write(&self.folder.join(path), text)?;
        }
        let folder = self.folder.display();
        let files = counted(FILES.len(), "file", "files");
        Ok(Done::fine(format!(
            "wrote {files} to `{folder}`\nnext: put your domains into `acme.writ`, then `writ check {folder}` and `writ test {folder}`\n"
        )))
    }
}

fn write(path: &Path, text: &str) -> Result<(), Stopped> {
    let failed = |source| Stopped::Write { path: path.to_owned(), source };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    file::write_new(path, text).map_err(failed)
}
