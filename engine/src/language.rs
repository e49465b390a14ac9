//! Which language a message is written in: what `language is …` asks.
//!
//! Told from the text of the body alone. Where it cannot be told (too short, two languages, no
//! words), the message is in no language: the condition is false, and true under `not`, so that
//! nobody switches a policy off by writing little.

use grammar::tree::Scope;
use whatlang::Lang;

use crate::{facts::Content, scan::segment_text};

/// Octets of the body that are looked at; more does not tell more.
const OCTETS_MAX: usize = 16 * 1024;

/// Letters without which no language is told: a greeting is the same in several.
const LETTERS_MIN: usize = 24;

/// Names that people use where the detector has another one.
const ALIASES: [(&str, Lang); 4] = [
    ("chinese", Lang::Cmn),
    ("farsi", Lang::Pes),
    ("norwegian", Lang::Nob),
    ("slovenian", Lang::Slv),
];

/// The code (ISO 639-3) of the language of a message; nothing where it cannot be told.
pub(crate) fn of(content: &Content) -> Option<&'static str> {
    let mut text = String::new();
    for segment in content.segments.iter().filter(|it| it.scope == Scope::Body) {
        let room = OCTETS_MAX.saturating_sub(text.len());
        let body = segment_text(content, segment);
        text.push_str(body.get(..body.floor_char_boundary(room)).unwrap_or_default());
        text.push(' ');
    }
    if text.chars().filter(|it| it.is_alphabetic()).count() < LETTERS_MIN {
        return None;
    }
    whatlang::detect(&text).filter(whatlang::Info::is_reliable).map(|it| it.lang().code())
}

/// The code of a language by its English name in small letters, or by the code itself.
pub(crate) fn named(name: &str) -> Option<&'static str> {
    let alias = ALIASES.iter().find(|it| it.0 == name).map(|it| it.1);
    let is = |it: &&Lang| it.eng_name().to_lowercase() == name || it.code() == name;
    alias.or_else(|| Lang::all().iter().find(is).copied()).map(|it| it.code())
}

/// Codes of two letters (ISO 639-1), as people write them.
const SHORT: [(&str, Lang); 14] = [
    ("cs", Lang::Ces),
    ("da", Lang::Dan),
    ("de", Lang::Deu),
    ("en", Lang::Eng),
    ("es", Lang::Spa),
    ("fi", Lang::Fin),
    ("fr", Lang::Fra),
    ("it", Lang::Ita),
    ("nl", Lang::Nld),
    ("pl", Lang::Pol),
    ("pt", Lang::Por),
    ("ru", Lang::Rus),
    ("sv", Lang::Swe),
    ("tr", Lang::Tur),
];

/// The English name of the language that a word means by another one: its own name, or two letters.
pub(crate) fn meant(name: &str) -> Option<String> {
    let short = SHORT.iter().find(|it| it.0 == name).map(|it| it.1);
    let is = |it: &&Lang| it.name().to_lowercase() == name;
    let lang = short.or_else(|| Lang::all().iter().find(is).copied())?;
    Some(lang.eng_name().to_lowercase())
}

/// The English name of a code, as a trace says it.
pub(crate) fn words(code: &str) -> String {
    Lang::from_code(code).map_or_else(|| code.to_owned(), |it| it.eng_name().to_lowercase())
}

/// Every name of a language that rules can write after `language is`, sorted.
#[must_use]
pub fn names() -> Vec<String> {
    let names = Lang::all().iter().map(|it| it.eng_name().to_lowercase());
    let mut names: Vec<String> = names.chain(ALIASES.iter().map(|it| it.0.to_owned())).collect();
    names.sort();
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::scene::add;

    fn told(body: &str) -> Option<String> {
        let mut content = Content::default();
        add(&mut content, Scope::Body, 1, body);
        of(&content).map(words)
    }

    #[test]
    fn the_common_languages_are_told() {
        for (language, body) in [
            (
                "english",
                "Please find attached the report that we discussed in the meeting last week.",
            ),
            ("german", "Anbei der Bericht, den wir letzte Woche in der Sitzung besprochen haben."),
            (
                "french",
                "Veuillez trouver ci-joint le rapport dont nous avons parlé la semaine dernière.",
            ),
            (
                "spanish",
                "Adjunto encontrará el informe que comentamos en la reunión de la semana pasada.",
            ),
            ("russian", "Во вложении отчёт, который мы обсуждали на прошлой неделе на совещании."),
        ] {
            assert_eq!(told(body).as_deref(), Some(language), "{body}");
        }
    }

    #[test]
    fn too_little_is_no_language() {
        assert_eq!(told("ok"), None);
        assert_eq!(told("4012 8888 8888 1881 / 12.50 / 99"), None);
    }

    #[test]
    fn languages_are_named_in_english_or_by_code() {
        assert_eq!(named("german"), Some("deu"));
        assert_eq!(named("deu"), Some("deu"));
        assert_eq!(named("chinese"), Some("cmn"));
        assert_eq!(named("deutsch"), None);
        assert_eq!(meant("deutsch").as_deref(), Some("german"));
        assert_eq!(meant("fr").as_deref(), Some("french"));
        assert_eq!(meant("klingon"), None);
    }
}
