//! `writ fingerprint`: makes sets for `fingerprint NAME`.

use std::path::{Path, PathBuf};

use clap::Args;
use engine::fingerprint::{self, EXTENSION, Key};

use crate::{
    done::{Done, Stopped},
    file,
    message::document,
    plain::counted,
};

/// Octets of the key.
const KEY_OCTETS: usize = 16;

/// Make a set of fingerprints: of documents, or of the values of a table.
///
/// Rules name the set with `fingerprints NAME from "FILE.fingerprints" { … }` and ask it with
/// `when fingerprint NAME`. It holds keyed hashes, never documents or values; but values that can be
/// guessed, such as card numbers, can be tried by whoever has the file.
///
/// The same documents or values make the same set, octet for octet.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Fingerprint {
    /// The documents: text or HTML.
    #[arg(value_name = "FILE", required_unless_present = "table")]
    documents: Vec<PathBuf>,
    /// A CSV file with a header row; its values become an exact-match table.
    #[arg(long, value_name = "FILE.csv", conflicts_with = "documents", requires = "column")]
    table: Option<PathBuf>,
    /// A column of the table; may be given several times.
    #[arg(long, value_name = "NAME", requires = "table")]
    column: Vec<String>,
    /// The set to write; its name ends in `.fingerprints`, and one that is there is replaced.
    #[arg(short, long, value_name = "SET")]
    output: PathBuf,
}

const EXAMPLES: &str = "\
Examples:
  writ fingerprint contracts/*.docx -o rules/contracts.fingerprints
  writ fingerprint --table patients.csv --column nhs-number -o rules/patients.fingerprints";

impl Fingerprint {
    pub(super) fn run(self) -> Result<Done, Stopped> {
        if !self.output.to_string_lossy().ends_with(EXTENSION) {
            let message = format!("the name of a set ends in `{EXTENSION}`");
            return Err(Stopped::Unknown(message));
        }
        let (set, told) = match &self.table {
            Some(path) => table(path, &self.column)?,
            None => documents(&self.documents)?,
        };
        let written = if self.output.exists() {
            file::replace(&self.output, &set)
        } else {
            file::write_new(&self.output, &set)
        };
        written.map_err(|source| Stopped::Write { path: self.output.clone(), source })?;
        Ok(Done::fine(format!("{}: {told}\n", self.output.display())))
    }
}

fn documents(paths: &[PathBuf]) -> Result<(String, String), Stopped> {
    let mut texts = Vec::new();
    for path in paths {
        let octets = read(path)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = document::text(&name, octets).map_err(Stopped::Unknown)?;
        texts.push((name, text));
    }
    texts.sort();
    let key = key(texts.iter().flat_map(|it| [&it.0, &it.1]));
    let set = fingerprint::documents(key, &texts).map_err(unmade)?;
    let plural = if texts.len() == 1 { "document" } else { "documents" };
    Ok((set, format!("{} {plural}", texts.len())))
}

fn table(path: &Path, columns: &[String]) -> Result<(String, String), Stopped> {
    let octets = read(path)?;
    let wrong = |what: String| Stopped::Unknown(format!("`{}`: {what}", path.display()));
    let mut rows = csv::Reader::from_reader(octets.as_slice());
    let header = rows.headers().map_err(|error| wrong(error.to_string()))?.clone();
    let mut wanted = Vec::new();
    for column in columns {
        let Some(at) = header.iter().position(|it| it.trim_matches('\u{FEFF}').trim() == column)
        else {
            let names: Vec<&str> = header.iter().collect();
            let known = format!("there is no column `{column}`; there are {}", names.join(", "));
            return Err(wrong(known));
        };
        wanted.push(at);
    }
    let mut values = Vec::new();
    for row in rows.records() {
        let row = row.map_err(|error| wrong(error.to_string()))?;
        let found = wanted.iter().filter_map(|at| row.get(*at)).map(str::trim);
        values.extend(found.filter(|it| !it.is_empty()).map(str::to_owned));
    }
    values.sort();
    values.dedup();
    let (set, left_out) = fingerprint::table(key(values.iter()), &values).map_err(unmade)?;
    let kept = values.len().saturating_sub(left_out);
    let short = if left_out > 0 {
        format!(", {left_out} left out that are too short or too long to know again")
    } else {
        String::new()
    };
    Ok((set, format!("{}{short}", counted(kept, "value", "values"))))
}

fn read(path: &Path) -> Result<Vec<u8>, Stopped> {
    file::read(path, file::MESSAGE_OCTETS_MAX)
        .map_err(|source| Stopped::Read { path: path.to_owned(), source })
}

#[expect(clippy::needless_pass_by_value, reason = "the form of what `map_err` calls")]
fn unmade(error: fingerprint::MakeError) -> Stopped {
    Stopped::Unknown(error.to_string())
}

/// A key that is as secret as what it is made from, and the same each time.
fn key<'t>(texts: impl Iterator<Item = &'t String>) -> Key {
    let mut digest = vault::digest::Digest::new();
    digest.update(b"writ-fingerprints 1\0");
    for text in texts {
        digest.update(text.as_bytes());
        digest.update(&[0]);
    }
    let mut key = [0; KEY_OCTETS];
    for (octet, from) in key.iter_mut().zip(digest.finish()) {
        *octet = from;
    }
    Key(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn make(arguments: &[(&str, &str)], run: Fingerprint) -> Result<String, String> {
        for (path, text) in arguments {
            std::fs::write(path, text).unwrap();
        }
        let output = run.output.clone();
        run.run().map_err(|error| error.to_string())?;
        Ok(std::fs::read_to_string(output).unwrap())
    }

    #[test]
    fn sets_are_made_and_say_nothing_of_what_they_hold() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let text = "The contract between the parties named below is confidential. ".repeat(4);
        let document = at("contract.txt");
        let documents = || Fingerprint {
            documents: vec![document.clone()],
            table: None,
            column: Vec::new(),
            output: at("a.fingerprints"),
        };
        let set = make(&[(document.to_str().unwrap(), &text)], documents()).unwrap();
        assert!(set.starts_with("writ-fingerprints 1\ndocuments\n"), "{set}");
        assert!(!set.contains("parties"), "{set}");
        // Made again it is the same, in the place of the old one.
        assert_eq!(make(&[], documents()).unwrap(), set);
        let rows = "id,name\nNX-551-204,Ann\n12,Bob\n,Eve\n";
        let csv = at("people.csv");
        let table = |column: &str| Fingerprint {
            documents: Vec::new(),
            table: Some(csv.clone()),
            column: vec![column.to_owned()],
            output: at("b.fingerprints"),
        };
        let set = make(&[(csv.to_str().unwrap(), rows)], table("id")).unwrap();
        assert!(set.contains("lengths 8\n") && !set.contains("551"), "{set}");
        assert!(make(&[], table("number")).unwrap_err().contains("there are id, name"));
    }
}
