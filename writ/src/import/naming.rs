//! Names of the rules for what an export calls by whole sentences: valid, unique, and listed.

use std::collections::{BTreeMap, BTreeSet};

use grammar::limits::NAME_CHARS_MAX;

/// Words that mean something else where a name stands.
const RESERVED: [&str; 21] = [
    "addresses",
    "and",
    "anyone",
    "banner",
    "cjsm",
    "default",
    "domain",
    "domains",
    "every",
    "everyone",
    "except",
    "external",
    "group",
    "internal",
    "mailgate",
    "mimecast",
    "nobody",
    "not",
    "or",
    "std",
    "until",
];

/// What shares a list of names.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Space {
    /// Attributes of the directory.
    Attributes,
    /// Policies and bypasses.
    Clauses,
    /// Terms and patterns.
    Content,
    /// Secure messaging definitions.
    Definitions,
    /// Examinations.
    Examinations,
    /// Sets and groups.
    People,
    /// Values of attributes.
    Values,
}

/// Gives names.
#[derive(Debug, Default)]
pub(crate) struct Names {
    taken: BTreeSet<(Space, String)>,
    /// What the export says, and what it is called here.
    given: Vec<(Space, String, String)>,
    /// The last number that was tried for a name.
    numbers: BTreeMap<(Space, String), usize>,
}

impl Space {
    /// What a thing is called that the export does not name, or names with nothing that can stand in a
    /// name.
    fn fallback(self) -> &'static str {
        match self {
            Self::Attributes => "attribute",
            Self::Clauses => "policy",
            Self::Content => "content",
            Self::Definitions => "definition",
            Self::Examinations => "examination",
            Self::People => "people",
            Self::Values => "value",
        }
    }

    /// For the list of names.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Attributes => "attribute",
            Self::Clauses => "policy or bypass",
            Self::Content => "terms or pattern",
            Self::Definitions => "definition",
            Self::Examinations => "examination",
            Self::People => "set or group",
            Self::Values => "value of an attribute",
        }
    }
}

impl Names {
    /// A name for what the export calls `called`.
    pub(crate) fn give(&mut self, space: Space, called: &str) -> String {
        let name = self.unlisted(space, called);
        self.given.push((space, called.to_owned(), name.clone()));
        name
    }

    /// A name for a part of something that is listed.
    pub(crate) fn unlisted(&mut self, space: Space, called: &str) -> String {
        let base = base(space, called);
        let mut name = base.clone();
        let number = self.numbers.entry((space, base.clone())).or_insert(1);
        while self.taken.contains(&(space, name.clone())) {
            *number = number.saturating_add(1);
            let suffix = format!("-{number}");
            let room = NAME_CHARS_MAX.saturating_sub(suffix.len());
            name = base.chars().take(room).collect::<String>() + &suffix;
        }
        self.taken.insert((space, name.clone()));
        name
    }

    /// Every name that was given, in order.
    pub(crate) fn given(&self) -> &[(Space, String, String)] {
        &self.given
    }
}

/// Small letters, digits and single hyphens, a letter first.
fn base(space: Space, called: &str) -> String {
    let mut name = String::new();
    for character in called.chars().flat_map(char::to_lowercase).map(plain_letter) {
        if character.is_ascii_alphanumeric() {
            name.push(character);
        } else if !name.ends_with('-') && !name.is_empty() {
            name.push('-');
        }
    }
    let name: String = name.chars().take(NAME_CHARS_MAX).collect();
    let name = name.trim_matches('-');
    if name.is_empty() {
        return space.fallback().to_owned();
    }
    if RESERVED.contains(&name) || !name.starts_with(|it: char| it.is_ascii_lowercase()) {
        let longer = format!("{}-{name}", space.fallback());
        return longer.chars().take(NAME_CHARS_MAX).collect();
    }
    name.to_owned()
}

/// The letter without its accent, for those that are common in names.
fn plain_letter(letter: char) -> char {
    match letter {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => 'a',
        'ç' => 'c',
        'è' | 'é' | 'ê' | 'ë' => 'e',
        'ì' | 'í' | 'î' | 'ï' => 'i',
        'ñ' => 'n',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' => 'o',
        'ù' | 'ú' | 'û' | 'ü' => 'u',
        'ý' | 'ÿ' => 'y',
        'ß' => 's',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_valid_and_unique() {
        let mut names = Names::default();
        let given: Vec<String> = [
            "Secure: Partners (all)",
            "secure  partners all",
            "Everyone",
            "2026 freeze",
            "Größe & Café",
            "日本",
            "",
            &"x".repeat(100),
            &"x".repeat(100),
        ]
        .iter()
        .map(|it| names.give(Space::Clauses, it))
        .collect();
        assert_eq!(
            given.iter().map(String::as_str).take(7).collect::<Vec<_>>(),
            [
                "secure-partners-all",
                "secure-partners-all-2",
                "policy-everyone",
                "policy-2026-freeze",
                "grose-cafe",
                "policy",
                "policy-2"
            ]
        );
        for name in &given {
            let item = format!("writ 1\naddresses {name} {{\n  a@acme.example\n}}\n");
            let (_, findings) = grammar::parse(grammar::tree::FileId(0), &item);
            assert!(findings.is_empty(), "{name}: {findings:?}");
        }
        assert_eq!(given.iter().collect::<BTreeSet<_>>().len(), given.len());
    }
}
