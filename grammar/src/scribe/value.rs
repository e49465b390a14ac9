//! The values inside a statement: names, texts and numbers, with their places.

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

use super::{
    Scribe,
    prepare::{is_invisible, named},
    slip::skeleton,
};
use crate::{
    diagnostic::{
        ADDRESS_OF_ALL, Diagnostic, Fix, LOOK_ALIKE, NAME, NAME_IS_DOMAIN, NAME_RESERVED,
        NUMBER_LARGE, REGEX_MISPLACED, TEXT_BARE, TEXT_ESCAPE, TEXT_INVISIBLE, TEXT_NUL,
    },
    limits::NAME_CHARS_MAX,
    literal::{Address, DomainPattern, QuotedText},
    statement::{Part, Parts, Rule},
    tree::{Name, Reference, Span, Spanned, Text},
};

/// Words that mean people or join lists, and cannot be the names of anything.
const RESERVED: &[&str] = &[
    "addresses",
    "and",
    "anyone",
    "domain",
    "domains",
    "every",
    "everyone",
    "except",
    "external",
    "group",
    "internal",
    "nobody",
    "not",
    "or",
    "sender",
];

impl Scribe<'_> {
    /// Where a part stands, without the white space after it.
    pub(crate) fn span(&self, part: Part<'_>) -> Span {
        let start = part.start();
        self.place(start, start.saturating_add(part.text().trim_end().len()))
    }

    /// A part with its place.
    pub(crate) fn at<T>(&self, part: Part<'_>, value: T) -> Spanned<T> {
        Spanned { value, span: self.span(part) }
    }

    /// The name that an item is given.
    pub(crate) fn new_name(&mut self, part: Part<'_>) -> Option<Name> {
        let name = self.name(part)?;
        if RESERVED.contains(&name.value.as_str()) {
            self.say(
                Diagnostic::new(
                    NAME_RESERVED,
                    format!("`{}` cannot be a name: the language uses the word itself", name.value),
                )
                .primary(name.span, ""),
            );
            return None;
        }
        Some(name)
    }

    /// A word that must be a name.
    pub(crate) fn name(&mut self, part: Part<'_>) -> Option<Name> {
        self.checked_name(part.text(), self.span(part))
    }

    /// A value of an attribute: a word, or a text in quotes where it has other letters than names have.
    pub(crate) fn value(&mut self, part: Part<'_>) -> Option<Name> {
        let (word, span) = (part.text(), self.span(part));
        if word.starts_with('"') {
            return self.text(part);
        }
        if !is_name(word) && word.chars().all(|it| it.is_ascii_alphanumeric() || "-_.".contains(it))
        {
            let quoted = QuotedText::quote(word);
            let message = format!("the value `{word}` has no quotes");
            let fix = Fix::automatic(format!("write `{quoted}`"), span, quoted);
            let finding = Diagnostic::new(TEXT_BARE, message).primary(span, "");
            self.say(finding.note("capitals and small letters are the same in a value").fix(fix));
            return None;
        }
        self.checked_name(word, span)
    }

    fn checked_name(&mut self, word: &str, span: Span) -> Option<Name> {
        if is_name(word) {
            return Some(Spanned { value: word.to_owned(), span });
        }
        if word.len() > 1 && word.starts_with('/') && word.ends_with('/') {
            let message = "a regular expression stands only on the line `match` of a pattern";
            let finding = Diagnostic::new(REGEX_MISPLACED, message).primary(span, "");
            self.say(finding.note("declare a pattern, and name it here"));
            return None;
        }
        let plain = skeleton(word);
        if plain != word && is_name(&plain) {
            let message = format!(
                "`{word}` has letters of another alphabet that look like those of `{plain}`"
            );
            let fix = Fix::choose(format!("write `{plain}`"), span, plain);
            self.say(Diagnostic::new(LOOK_ALIKE, message).primary(span, "").fix(fix));
            return None;
        }
        let message = if word.chars().count() > NAME_CHARS_MAX {
            format!(
                "this name has {} characters; {NAME_CHARS_MAX} are allowed",
                word.chars().count()
            )
        } else {
            let why = not_of_names(word);
            format!(
                "`{word}` is not a name{why}: a name has small letters from a to z, digits and hyphens, and begins with a letter"
            )
        };
        let finding = Diagnostic::new(NAME, message).primary(span, "");
        let offer = as_name(word);
        self.say(if is_name(&offer) {
            finding.fix(Fix::choose(format!("write `{offer}`"), span, offer))
        } else {
            finding
        });
        None
    }

    /// A use of a name, perhaps of another file.
    pub(crate) fn reference(&mut self, part: Part<'_>) -> Option<Reference> {
        let (word, span) = (part.text(), self.span(part));
        let Some((qualifier, name)) = word.split_once('.') else {
            return Some(Reference { qualifier: None, name: self.checked_name(word, span)? });
        };
        let dot = span.start.saturating_add(u32::try_from(qualifier.len()).unwrap_or(u32::MAX));
        let before = Span { end: dot, ..span };
        let after = Span { start: dot.saturating_add(1), ..span };
        if !is_name(qualifier) || !is_name(name) {
            self.not_a_reference(word, span);
            return None;
        }
        Some(Reference {
            qualifier: Some(Spanned { value: qualifier.to_owned(), span: before }),
            name: Spanned { value: name.to_owned(), span: after },
        })
    }

    fn not_a_reference(&mut self, word: &str, span: Span) {
        if let Some(domain) = word.strip_prefix('@')
            && DomainPattern::parse(domain).is_ok()
        {
            let offer = format!("domain {domain}");
            let message = format!("`{word}` is not an address: everybody there is `{offer}`");
            let fix = Fix::automatic(format!("write `{offer}`"), span, offer);
            return self.say(Diagnostic::new(ADDRESS_OF_ALL, message).primary(span, "").fix(fix));
        }
        let lower = word.to_ascii_lowercase();
        let is_reference = lower.split_once('.').is_some_and(|it| is_name(it.0) && is_name(it.1));
        if is_reference && self.block.is_some_and(|it| it.called == "an examination") {
            let message = format!("`{word}` is not a name: names have small letters");
            let fix = Fix::automatic(format!("write `{lower}`"), span, lower);
            return self.say(Diagnostic::new(NAME, message).primary(span, "").fix(fix));
        }
        if DomainPattern::parse(word).is_ok() {
            let offer = format!("domain {word}");
            return self.say(
                Diagnostic::new(
                    NAME_IS_DOMAIN,
                    format!("`{word}` looks like a domain, not a name"),
                )
                .primary(span, "")
                .fix(Fix::choose(format!("write `{offer}`"), span, offer)),
            );
        }
        if Address::parse(word).is_ok() {
            let message = format!("`{word}` is an address; a name of a set or a group stands here");
            let note = format!(
                "declare `addresses NAME {{ {word} }}`, its lines between braces, and write the name"
            );
            return self.say(Diagnostic::new(NAME, message).primary(span, "").note(note));
        }
        let message = format!(
            "`{word}` is not a name; a name of another file is written `file.name`, in small letters"
        );
        self.say(Diagnostic::new(NAME, message).primary(span, ""));
    }

    /// Every reference among the parts.
    pub(crate) fn references(&mut self, parts: &Parts<'_>) -> Vec<Reference> {
        parts.all(Rule::reference).filter_map(|part| self.reference(part)).collect()
    }

    /// The first reference among the parts.
    pub(crate) fn reference_in(&mut self, parts: &Parts<'_>) -> Option<Reference> {
        parts.first(Rule::reference).and_then(|part| self.reference(part))
    }

    /// A quoted text with its escapes resolved.
    pub(crate) fn text(&mut self, part: Part<'_>) -> Option<Text> {
        let text = self.literal(part, TEXT_ESCAPE, QuotedText::parse)?;
        let value = text.value.into_string();
        if value.contains('\0') {
            let message = "this text has the character U+0000, which no mail can have";
            self.say(Diagnostic::new(TEXT_NUL, message).primary(text.span, ""));
            return None;
        }
        self.show_invisible(part);
        Some(Spanned { value, span: text.span })
    }

    /// Reports characters that a reader of the file does not see. One that is written as an escape
    /// is seen.
    fn show_invisible(&mut self, part: Part<'_>) {
        let start = part.start();
        let hidden: Vec<(usize, char)> =
            part.text().char_indices().filter(|(_, character)| is_invisible(*character)).collect();
        let Some((at, first)) = hidden.first() else { return };
        let characters: Vec<char> = hidden.iter().map(|it| it.1).collect();
        let shown = named(&characters);
        let place = start.saturating_add(*at);
        let place = self.place(place, place.saturating_add(first.len_utf8()));
        let edits = hidden.iter().map(|(at, character)| {
            let at = start.saturating_add(*at);
            let end = at.saturating_add(character.len_utf8());
            (self.place(at, end), String::new())
        });
        let fix = Fix { edits: edits.collect(), ..Fix::advice("take what is invisible away") };
        let message = format!("this text has characters that nobody sees: {shown}");
        self.say(Diagnostic::new(TEXT_INVISIBLE, message).primary(place, "the first").fix(fix));
    }

    /// Every text among the parts.
    pub(crate) fn texts(&mut self, parts: &Parts<'_>) -> Vec<Text> {
        parts.all(Rule::text).filter_map(|part| self.text(part)).collect()
    }

    /// The first text among the parts.
    pub(crate) fn text_in(&mut self, parts: &Parts<'_>) -> Option<Text> {
        parts.first(Rule::text).and_then(|part| self.text(part))
    }

    /// A whole number.
    pub(crate) fn number(&mut self, part: Part<'_>) -> Option<Spanned<u32>> {
        let span = self.span(part);
        match part.text().parse() {
            Ok(value) => Some(Spanned { value, span }),
            Err(_) => {
                self.say(
                    Diagnostic::new(
                        NUMBER_LARGE,
                        format!("`{}` is too large a number", shortened(part.text())),
                    )
                    .primary(span, ""),
                );
                None
            }
        }
    }

    /// The first number among the parts.
    pub(crate) fn number_in(&mut self, parts: &Parts<'_>) -> Option<Spanned<u32>> {
        parts.first(Rule::number).and_then(|part| self.number(part))
    }
}

/// As much of a number as a message can hold.
fn shortened(number: &str) -> String {
    match number.get(..40) {
        Some(start) if start.len() < number.len() => format!("{start}…"),
        Some(_) | None => number.to_owned(),
    }
}

pub(super) fn is_name(word: &str) -> bool {
    let letters = |character: char| {
        character.is_ascii_lowercase() || character.is_ascii_digit() || character == '-'
    };
    word.starts_with(|character: char| character.is_ascii_lowercase())
        && word.chars().all(letters)
        && word.len() <= NAME_CHARS_MAX
}

/// What a word has that names have not, where that can be told in few words.
fn not_of_names(word: &str) -> String {
    let other = |it: &char| !it.is_ascii_lowercase() && !it.is_ascii_digit() && *it != '-';
    match word.chars().find(other) {
        Some(it) if it.is_ascii_uppercase() => ", because of its capital letters".to_owned(),
        Some(it) if it.is_ascii_graphic() => format!(", because of its `{it}`"),
        Some(_) | None => String::new(),
    }
}

/// A name made of any text: small letters, and hyphens for what a name cannot have.
pub(crate) fn as_name(text: &str) -> String {
    let mut plain = String::new();
    for letter in text.chars() {
        // `CardsLeave` is of two words.
        if letter.is_ascii_uppercase() && plain.ends_with(|it: char| it.is_ascii_lowercase()) {
            plain.push('-');
        }
        plain.push_str(&plain_letters(letter));
    }
    let words: Vec<String> = plain
        .split(|character: char| !character.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    words
        .join("-")
        .trim_start_matches(|character: char| character.is_ascii_digit() || character == '-')
        .to_owned()
}

/// How people write a letter that names have not, in those that they have.
fn plain_letters(letter: char) -> String {
    match letter {
        'ä' | 'Ä' | 'æ' | 'Æ' => "ae".to_owned(),
        'ö' | 'Ö' | 'œ' | 'Œ' => "oe".to_owned(),
        'ü' | 'Ü' => "ue".to_owned(),
        'ß' => "ss".to_owned(),
        'ø' | 'Ø' => "o".to_owned(),
        'å' | 'Å' => "a".to_owned(),
        other => other.nfd().filter(|it| !is_combining_mark(*it)).collect(),
    }
}
