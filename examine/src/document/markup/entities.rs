//! Entities that a file declares for itself.

use std::collections::BTreeMap;

/// How much the entities of one file may stand for, by its length.
pub(super) const EXPANSION_MAX: usize = 4;

/// The texts of the entities that a document type declares; none where one of them is more than
/// text: markup, other entities, another file, or declarations.
pub(super) fn declared(document_type: &str) -> Option<BTreeMap<String, String>> {
    const START: &str = "<!ENTITY";
    let mut entities = BTreeMap::new();
    let mut rest = document_type;
    while let Some(at) = rest.find(START) {
        rest = rest.get(at + START.len()..)?;
        let (name, behind) = rest.trim_start().split_once(|it: char| it.is_ascii_whitespace())?;
        let behind = behind.trim_start();
        let quote = behind.chars().next().filter(|it| matches!(it, '"' | '\''))?;
        let (value, behind) = behind.get(1..)?.split_once(quote)?;
        if value.contains(['<', '%']) {
            return None;
        }
        // The first declaration counts.
        let value = quick_xml::escape::unescape(value).ok()?.into_owned();
        if value.contains(['<', '&']) {
            return None;
        }
        entities.entry(name.to_owned()).or_insert(value);
        rest = behind;
    }
    (!document_type.contains('%')).then_some(entities)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_texts_alone_are_taken() {
        let entities =
            declared("a [<!ENTITY e \"40&#49;\"> <!ENTITY f '2'><!ENTITY e 'x'>]").unwrap();
        assert_eq!(entities["e"], "401");
        assert_eq!(entities["f"], "2");
        for other in [
            "a [<!ENTITY e '<b/>'>]",
            "a [<!ENTITY e '&f;'>]",
            "a [<!ENTITY e '&#38;f;'>]",
            "a [<!ENTITY e SYSTEM 'file:///x'>]",
            "a [<!ENTITY % p 'x'>]",
            "a [%p;]",
            "a [<!ENTITY e",
        ] {
            assert_eq!(declared(other), None, "{other}");
        }
        assert!(declared("html PUBLIC '-//W3C//DTD XHTML 1.0//EN'").unwrap().is_empty());
    }
}
