//! JSON: one list of things, or an object with a list for each kind, as the interface of the source
//! gives them.

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::{
    field::{Kind, plain},
    record::Cell,
};

/// Things of one export.
pub(crate) const THINGS_MAX: usize = 100_000;

/// A thing of a list: what it is about, where it stands, its keys and values.
#[derive(Debug)]
pub(crate) struct Thing {
    pub(crate) kind: Option<Kind>,
    /// Such as `policies[3]`, counted from 1.
    pub(crate) place: String,
    pub(crate) cells: Vec<Cell>,
}

/// A value of JSON that keeps the order of its keys and refuses one that stands twice.
#[derive(Debug)]
enum Value {
    Leaf(String),
    List(Vec<Value>),
    Object(Vec<(String, Value)>),
}

/// Reads every list of things.
///
/// # Errors
///
/// A sentence, with line and column where there is one.
pub(crate) fn read(text: &str) -> Result<Vec<Thing>, String> {
    let value: Value = serde_json::from_str(text).map_err(|error| wrong(&error))?;
    let mut things = Vec::new();
    match value {
        Value::List(list) => add("", None, list, &mut things),
        Value::Object(pairs) => {
            for (key, value) in pairs {
                let kind = kind_of(&key);
                let word = plain(&key);
                // What the interface says of the answer, not of the rules.
                if ["meta", "fail", "version"].contains(&word.as_str()) {
                    continue;
                }
                let Some(list) = value.list().filter(|_| kind.is_some() || word == "data") else {
                    return Err(format!(
                        "`{key}` is no list of policies, definitions, content definitions or groups"
                    ));
                };
                add(&key, kind, list, &mut things);
            }
        }
        Value::Leaf(_) => return Err("there is no list of policies or definitions".to_owned()),
    }
    if things.len() > THINGS_MAX {
        return Err(format!("there are more than {THINGS_MAX} things"));
    }
    Ok(things)
}

/// What the reader of JSON says, with the place in front.
fn wrong(error: &serde_json::Error) -> String {
    let said = error.to_string();
    let said = said.rsplit_once(" at line ").map_or(said.as_str(), |it| it.0);
    let said = if error.is_eof() { "the file ends in the middle of something" } else { said };
    format!("line {}, column {}: this is not JSON: {said}", error.line(), error.column())
}

/// What a list is about, by its key.
fn kind_of(key: &str) -> Option<Kind> {
    match plain(key).as_str() {
        "policies" | "policy" => Some(Kind::Policy),
        "definitions" | "securemessagingdefinitions" => Some(Kind::Definition),
        "contentdefinitions" | "contentexaminationdefinitions" => Some(Kind::Content),
        "groups" | "addressgroups" | "profilegroups" => Some(Kind::Group),
        _ => None,
    }
}

fn add(key: &str, kind: Option<Kind>, list: Vec<Value>, things: &mut Vec<Thing>) {
    for (number, value) in (1_usize..).zip(list) {
        let mut cells = Vec::new();
        flatten("", value, &mut cells);
        let kind = kind.or_else(|| Kind::of_headings(&cells.iter().map(|it| it.0.as_str())));
        things.push(Thing { kind, place: format!("{key}[{number}]"), cells });
    }
}

/// Keys inside keys are one key with a point; several values of one key are lines.
fn flatten(key: &str, value: Value, cells: &mut Vec<Cell>) {
    match value {
        Value::Leaf(text) => match cells.iter_mut().find(|it| it.0 == key) {
            Some(cell) if !text.is_empty() => {
                cell.1.push('\n');
                cell.1.push_str(&text);
            }
            Some(_) => {}
            None => cells.push((key.to_owned(), text)),
        },
        Value::List(list) => list.into_iter().for_each(|it| flatten(key, it, cells)),
        Value::Object(pairs) => {
            for (inner, value) in pairs {
                // The interface wraps what policies have in common.
                let is_wrapper = key.is_empty() || key == "policy";
                let inner = if is_wrapper { inner } else { format!("{key}.{inner}") };
                flatten(&inner, value, cells);
            }
        }
    }
}

impl Value {
    fn list(self) -> Option<Vec<Self>> {
        match self {
            Self::List(list) => Some(list),
            Self::Leaf(_) | Self::Object(_) => None,
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Value;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_bool<E>(self, it: bool) -> Result<Value, E> {
        Ok(Value::Leaf(it.to_string()))
    }

    fn visit_i64<E>(self, it: i64) -> Result<Value, E> {
        Ok(Value::Leaf(it.to_string()))
    }

    fn visit_u64<E>(self, it: u64) -> Result<Value, E> {
        Ok(Value::Leaf(it.to_string()))
    }

    fn visit_f64<E>(self, it: f64) -> Result<Value, E> {
        Ok(Value::Leaf(it.to_string()))
    }

    fn visit_str<E>(self, it: &str) -> Result<Value, E> {
        Ok(Value::Leaf(it.to_owned()))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Leaf(String::new()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element()? {
            values.push(value);
        }
        Ok(Value::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut seen = std::collections::BTreeSet::new();
        let mut pairs: Vec<(String, Value)> = Vec::new();
        while let Some((key, value)) = map.next_entry::<String, Value>()? {
            if !seen.insert(key.clone()) {
                return Err(serde::de::Error::custom(format!(
                    "`{key}` stands twice in one object"
                )));
            }
            pairs.push((key, value));
        }
        Ok(Value::Object(pairs))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_found_and_keys_are_flat() {
        let things = read(
            r#"{"meta": {"status": 200}, "data": [{"id": "x", "policy": {"enabled": true,
               "from": {"type": "everyone"}, "to": {"type": "email_domain", "emailDomain": "a.example"},
               "conditions": {"sourceIPs": ["192.0.2.0/24", "198.51.100.0/24"]}}}],
               "groups": [{"name": "Board", "members": [{"emailAddress": "a@b.example"}, {"domain": "c.example"}]}]}"#,
        )
        .unwrap();
        assert_eq!(things[0].kind, Some(Kind::Policy));
        assert_eq!(things[0].place, "data[1]");
        let said = |name: &str| {
            let cells = things.iter().flat_map(|it| &it.cells);
            cells.filter(|it| it.0 == name).map(|it| it.1.clone()).collect::<Vec<_>>()
        };
        assert_eq!(said("to.emailDomain"), ["a.example"]);
        assert_eq!(said("conditions.sourceIPs"), ["192.0.2.0/24\n198.51.100.0/24"]);
        assert_eq!(said("members.emailAddress"), ["a@b.example"]);
        assert_eq!(things[1].kind, Some(Kind::Group));
    }

    #[test]
    fn what_is_wrong_is_told() {
        assert!(read("{\"a\": 1}").unwrap_err().contains("`a` is no list"));
        assert!(read("[{\"a\": 1, \"a\": 2}]").unwrap_err().contains("`a` stands twice"));
        assert!(read("[{]").unwrap_err().contains("line 1, column 3: "));
        assert!(read(&"[".repeat(100_000)).is_err());
    }
}
