//! The CSV form: a header row, then a row for each person, or for each person and group.

use super::{
    DirectoryError,
    entry::{Entry, Means, means},
};
use crate::facts::Directory;

pub(super) fn parse(text: &str) -> Result<Directory, DirectoryError> {
    let mut rows = csv::ReaderBuilder::new()
        .delimiter(delimiter(text))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut directory = Directory::default();
    let mut header: Option<csv::StringRecord> = None;
    for row in rows.records() {
        let row = row.map_err(|error| {
            let line = error.position().map_or(1, csv::Position::line);
            DirectoryError::line(line, "this row is not in the form of CSV")
        })?;
        let line = row.position().map_or(1, csv::Position::line);
        let Some(names) = &header else {
            if !row.iter().any(|it| means(it) == Means::Mail) {
                return Err(no_mail());
            }
            header = Some(row);
            continue;
        };
        if row.len() != names.len() {
            let what = format!("this row has {} fields, the header {}", row.len(), names.len());
            return Err(DirectoryError::line(line, what));
        }
        let mut entry = Entry::default();
        for (name, value) in names.iter().zip(&row) {
            let failed = |what| DirectoryError::line(line, what);
            match means(name) {
                Means::Attribute => entry.add(name, value).map_err(failed)?,
                Means::Groups | Means::Mail => {
                    for one in value.split([';', '|', '\n']) {
                        entry.add(name, one).map_err(failed)?;
                    }
                }
            }
        }
        entry.put(&mut directory);
    }
    header.map(|_| directory).ok_or_else(no_mail)
}

fn no_mail() -> DirectoryError {
    DirectoryError::line(1, "the header row has no column `mail`")
}

/// What stands between the fields: spreadsheets of some countries write semicolons.
fn delimiter(text: &str) -> u8 {
    let header = text.lines().next().unwrap_or_default();
    let count = |it: char| header.matches(it).count();
    if count('\t') > count(',').max(count(';')) {
        b'\t'
    } else if count(';') > count(',') {
        b';'
    } else {
        b','
    }
}
