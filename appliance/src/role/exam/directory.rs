//! The directory file: groups and attributes of people.

use std::collections::BTreeMap;

use engine::facts::Directory;
use grammar::literal::Address;
use serde::Deserialize;

/// The file: who is in each group, and what each attribute says of whom.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Form {
    groups: BTreeMap<String, Vec<String>>,
    attributes: BTreeMap<String, BTreeMap<String, String>>,
}

/// Reads the JSON object of a directory file.
///
/// # Errors
///
/// It is not in the form, or names something that is no address.
pub(crate) fn parse(text: &str) -> Result<Directory, serde_json::Error> {
    let form: Form = serde_json::from_str(text)?;
    let mut directory = Directory::default();
    for (group, members) in form.groups {
        for member in members {
            directory.add_group(&address(&member)?, &group);
        }
    }
    for (attribute, values) in form.attributes {
        for (person, value) in values {
            directory.set_attribute(&address(&person)?, &attribute, &value);
        }
    }
    Ok(directory)
}

/// What the directory says of these people alone, however large it is.
pub(super) fn of<'a>(
    directory: &Directory,
    people: impl Iterator<Item = &'a Address>,
) -> Directory {
    let mut concerned = Directory::default();
    for key in people.map(Directory::key) {
        if let Some(groups) = directory.groups.get(&key) {
            concerned.groups.insert(key.clone(), groups.clone());
        }
        if let Some(values) = directory.attributes.get(&key) {
            concerned.attributes.insert(key, values.clone());
        }
    }
    concerned
}

fn address(written: &str) -> Result<Address, serde_json::Error> {
    Address::parse(written).map_err(|error| {
        serde::de::Error::custom(format_args!("`{written}` is no address: {error}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_and_values_are_found_by_normalised_address() {
        let text = r#"{"groups": {"g/finance": ["Alice@ACME.example"]},
                       "attributes": {"clearance": {"alice@acme.example": "secret"}}}"#;
        let directory = parse(text).unwrap();
        let alice = Address::parse("alice@acme.example").unwrap();
        let bob = Address::parse("bob@acme.example").unwrap();
        assert_eq!(of(&directory, [&bob].into_iter()), Directory::default());
        let concerned = of(&directory, [&alice, &bob].into_iter());
        assert_eq!(concerned, directory);
        assert_eq!(concerned.groups[&Directory::key(&alice)], ["g/finance"]);
    }

    #[test]
    fn a_wrong_address_is_named() {
        let error = parse(r#"{"groups": {"g": ["nobody"]}}"#).unwrap_err();
        assert!(error.to_string().contains("`nobody`"), "{error}");
    }
}
