//! The JSON forms: an object of groups and attributes, or an array of entries.

use grammar::literal::Address;
use serde_json::{Map, Value};

use super::{DirectoryError, entry::Entry};
use crate::facts::Directory;

pub(super) fn parse(text: &str) -> Result<Directory, DirectoryError> {
    let value: Value = serde_json::from_str(text).map_err(|error| {
        let line = u64::try_from(error.line()).unwrap_or(u64::MAX);
        DirectoryError::line(line, error.to_string())
    })?;
    match value {
        Value::Array(entries) => array(&entries),
        Value::Object(parts) => object(&parts),
        Value::Bool(_) | Value::Null | Value::Number(_) | Value::String(_) => {
            Err(DirectoryError::line(1, "this is neither an object nor an array"))
        }
    }
}

fn object(parts: &Map<String, Value>) -> Result<Directory, DirectoryError> {
    let mut directory = Directory::default();
    let wrong = |what: String| DirectoryError { place: "the file".to_owned(), what };
    for (part, value) in parts {
        let named = value.as_object();
        match part.as_str() {
            "groups" => {
                for (group, members) in named.into_iter().flatten() {
                    let members = members.as_array();
                    let members = members.ok_or_else(|| {
                        wrong(format!("the group `{group}` is not a list of addresses"))
                    })?;
                    for member in members {
                        directory.add_group(&address(member).map_err(wrong)?, group);
                    }
                }
            }
            "attributes" => {
                for (attribute, values) in named.into_iter().flatten() {
                    for (person, value) in values.as_object().into_iter().flatten() {
                        let person = address(&Value::String(person.clone())).map_err(wrong)?;
                        for value in texts(value).ok_or_else(|| {
                            wrong(format!("`{attribute}` of `{person}` is not a text"))
                        })? {
                            directory.set_attribute(&person, attribute, &value);
                        }
                    }
                }
            }
            other => {
                let what = format!("`{other}` is neither `groups` nor `attributes`");
                return Err(DirectoryError::line(1, what));
            }
        }
        if named.is_none() {
            return Err(wrong(format!("`{part}` is not an object")));
        }
    }
    Ok(directory)
}

fn array(entries: &[Value]) -> Result<Directory, DirectoryError> {
    let mut directory = Directory::default();
    for (number, value) in (1_usize..).zip(entries) {
        let Some(fields) = value.as_object() else {
            return Err(DirectoryError::entry(number, "this is not an object"));
        };
        let mut entry = Entry::default();
        for (name, value) in fields {
            // Exports hold objects of many kinds; that nobody has a value which rules ask for is told.
            for text in texts(value).unwrap_or_default() {
                entry.add(name, &text).map_err(|what| DirectoryError::entry(number, what))?;
            }
        }
        entry.put(&mut directory);
    }
    Ok(directory)
}

/// The values that are written: one, none or several; nothing where it has parts of its own.
fn texts(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::String(text) => Some(vec![text.clone()]),
        Value::Bool(_) | Value::Number(_) => Some(vec![value.to_string()]),
        Value::Null => Some(Vec::new()),
        Value::Array(all) => {
            let all: Option<Vec<Vec<String>>> =
                all.iter().filter(|it| !it.is_array()).map(texts).collect();
            all.map(|it| it.concat())
        }
        Value::Object(_) => None,
    }
}

fn address(value: &Value) -> Result<Address, String> {
    let text = value.as_str().ok_or_else(|| format!("`{value}` is no address"))?;
    Address::parse(text).map_err(|error| format!("`{text}` is no address: {error}"))
}
