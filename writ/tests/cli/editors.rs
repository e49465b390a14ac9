//! The grammar that editors colour rules with, and that of the language.

use std::path::Path;

/// Words that are separate in some match of the grammar of editors.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|it: char| !it.is_ascii_lowercase()).filter(|it| !it.is_empty())
}

#[test]
fn every_keyword_of_the_language_has_a_colour() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |path: &str| std::fs::read_to_string(root.join(path)).unwrap();
    let colours: serde_json::Value =
        serde_json::from_str(&read("editors/vscode/writ.tmLanguage.json")).unwrap();
    let keywords = &colours["repository"]["keyword"]["patterns"];
    let matches: Vec<&str> =
        keywords.as_array().unwrap().iter().map(|it| it["match"].as_str().unwrap()).collect();
    let language = read("grammar/src/writ.pest");
    let rules = language.lines().filter(|it| it.starts_with("k_"));
    let spelt: Vec<&str> = rules.map(|it| it.split('"').nth(1).unwrap()).collect();
    assert!(spelt.len() > 150, "{}", spelt.len());
    for keyword in spelt {
        let has = matches.iter().any(|it| words(it).any(|word| word == keyword));
        assert!(has, "`{keyword}` has no colour in writ.tmLanguage.json");
    }
}
