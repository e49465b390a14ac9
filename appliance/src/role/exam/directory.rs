//! What the directory says of the people of one message. Its file is read by [`engine::directory`].

use engine::facts::Directory;
use grammar::literal::Address;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_and_values_are_found_by_normalised_address() {
        let text = r#"{"groups": {"g/finance": ["Alice@ACME.example"]},
                       "attributes": {"clearance": {"alice@acme.example": "secret"}}}"#;
        let directory = engine::directory::parse(text).unwrap();
        let alice = Address::parse("alice@acme.example").unwrap();
        let bob = Address::parse("bob@acme.example").unwrap();
        assert_eq!(of(&directory, [&bob].into_iter()), Directory::default());
        let concerned = of(&directory, [&alice, &bob].into_iter());
        assert_eq!(concerned, directory);
        assert_eq!(concerned.groups[&Directory::key(&alice)], ["g/finance"]);
    }
}
