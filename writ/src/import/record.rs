//! Rows of an export, with their columns understood: the same from a table and from JSON.

use std::collections::BTreeMap;

use super::{
    change::{Changes, Class},
    field::{Field, Kind, closest_header, of_header, plain},
};
use crate::plain::plain_line;

/// One row or object of an export.
#[derive(Clone, Debug, Default)]
pub(crate) struct Record {
    /// Which file and line.
    pub(crate) place: String,
    /// The file it came from, without folders.
    pub(crate) file: String,
    fields: BTreeMap<Field, String>,
    /// What the columns with those values are called in the export.
    headings: BTreeMap<Field, String>,
    /// Headings that are not understood and under which it has a value.
    pub(crate) strange: Vec<String>,
}

/// A cell under its heading.
pub(crate) type Cell = (String, String);

impl Record {
    /// Reads a row: headings and values.
    pub(crate) fn read(
        kind: Kind,
        (file, place): (&str, String),
        cells: &[Cell],
        changes: &mut Changes,
    ) -> Self {
        let mut record = Self { place, file: file.to_owned(), ..Self::default() };
        let mut is_after_to = false;
        for (heading, value) in cells {
            let field = of_header(kind, heading, is_after_to);
            is_after_to |= field == Some(Field::ToKind);
            match field {
                Some(Field::Ignored) => {}
                Some(field) => record.set(field, heading, value, changes),
                None => {
                    if !value.trim().is_empty() {
                        record.strange.push(heading.clone());
                        changes.add(Class::Weaker, file, heading, not_understood(kind, heading));
                    }
                }
            }
        }
        record
    }

    fn set(&mut self, field: Field, heading: &str, value: &str, changes: &mut Changes) {
        let value = value.trim();
        if value.is_empty() {
            return;
        }
        match self.fields.get_mut(&field) {
            // Members may stand in a column for addresses and one for domains.
            Some(before) if field == Field::Member => {
                before.push('\n');
                before.push_str(value);
            }
            Some(before) if plain(before) != plain(value) => changes.add(
                Class::Weaker,
                &self.place,
                heading,
                "this says something else than another column of the same meaning; the first was taken",
            ),
            Some(_) => {}
            None => {
                self.fields.insert(field, value.to_owned());
                self.headings.insert(field, heading.to_owned());
            }
        }
    }

    /// What a column says; nothing where it is empty or absent.
    pub(crate) fn get(&self, field: Field) -> Option<&str> {
        self.fields.get(&field).map(String::as_str)
    }

    /// A column that has a value, as a sentence names it.
    pub(crate) fn column(&self, field: Field) -> String {
        self.headings.get(&field).map_or_else(
            || "the export".to_owned(),
            |it| format!("the column `{}`", plain_line(it)),
        )
    }

    /// The same in small letters and digits alone, for words of a fixed list.
    pub(crate) fn word(&self, field: Field) -> String {
        self.get(field).map(plain).unwrap_or_default()
    }

    /// What it is called, or where it stands.
    pub(crate) fn called(&self) -> String {
        let said = self.get(Field::Narrative).or_else(|| self.get(Field::Group));
        said.or_else(|| self.get(Field::Id)).unwrap_or(&self.place).to_owned()
    }
}

/// What is said of a column that is not understood.
fn not_understood(kind: Kind, heading: &str) -> String {
    let meant = closest_header(&[kind], heading).map_or_else(String::new, |it| {
        format!("; it may be `{it}`, in whatever spaces and capitals")
    });
    format!(
        "this column is not understood and was left out{meant}; if it means nothing, say `--ignore-column`"
    )
}
