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
            directory.groups.entry(normalised(&member)?).or_default().push(group.clone());
        }
    }
    for (attribute, values) in form.attributes {
        for (person, value) in values {
            let person = directory.attributes.entry(normalised(&person)?).or_default();
            person.insert(attribute.clone(), value);
        }
    }
    Ok(directory)
}

fn normalised(address: &str) -> Result<String, serde_json::Error> {
    let parsed = Address::parse(address);
    let parsed = parsed.map_err(|error| {
        serde::de::Error::custom(format_args!("`{address}` is no address: {error}"))
    })?;
    Ok(parsed.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_and_values_are_found_by_normalised_address() {
        let text = r#"{"groups": {"g/finance": ["Alice@ACME.example"]},
                       "attributes": {"clearance": {"alice@acme.example": "secret"}}}"#;
        let directory = parse(text).unwrap();
        let alice = Address::parse("alice@acme.example").unwrap().to_string();
        let groups: Vec<_> = directory.groups.iter().collect();
        assert_eq!(groups.first().unwrap().1, &["g/finance"]);
        assert_eq!(directory.attributes[&alice]["clearance"], "secret");
    }

    #[test]
    fn a_wrong_address_is_named() {
        let error = parse(r#"{"groups": {"g": ["nobody"]}}"#).unwrap_err();
        assert!(error.to_string().contains("`nobody`"), "{error}");
    }
}
