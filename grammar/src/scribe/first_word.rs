//! Finds what a line is by its first words, and mends them where they are nearly right.

use super::{Scribe, Source, slip::skeleton};
use crate::{
    diagnostic::{
        Code, Diagnostic, Fix, LOOK_ALIKE, NO_IF, NO_PRIORITY, PUNCTUATION, WORDS_JOINED,
    },
    forms::{self, Form},
    layout::{Block, Node, pieces},
    suggest::{closest, is_only},
};

/// First words of other languages, and those of this one.
const SYNONYMS: &[(&str, &str)] = &[
    ("action", "then"),
    ("bcc", "also"),
    ("block-list", "addresses"),
    ("cc", "also"),
    ("class", "definition"),
    ("client", "source"),
    ("comment", "why"),
    ("company", "organisation"),
    ("condition", "when"),
    ("contact", "owner"),
    ("dictionary", "terms"),
    ("do", "then"),
    ("emails", "addresses"),
    ("except", "bypass"),
    ("exception", "bypass"),
    ("exemption", "bypass"),
    ("if", "when"),
    ("import", "use"),
    ("include", "use"),
    ("ip", "source"),
    ("keywords", "terms"),
    ("note", "why"),
    ("profile", "definition"),
    ("reason", "why"),
    ("receipt", "read receipt"),
    ("receiver", "to"),
    ("recipient", "to"),
    ("recipients", "to"),
    ("regex", "pattern"),
    ("require", "use"),
    ("rule", "policy"),
    ("scan", "examination"),
    ("sender", "from"),
    ("senders", "from"),
    ("then", "outcome"),
    ("timezone", "time zone"),
    ("version", "writ"),
    ("where", "when"),
    ("words", "terms"),
];

/// Words that other systems order their rules by.
const PRIORITIES: &[&str] = &["priority", "precedence", "prio", "rank", "sequence", "position"];

impl<'t> Scribe<'t> {
    /// The form of a statement among `forms`; nearly right first words are mended, and reported.
    pub(crate) fn form(
        &mut self,
        forms: &'static [Form],
        source: &mut Source<'t>,
        unknown: (Code, &str),
    ) -> Option<&'static Form> {
        self.origin = source.origin.clone();
        let words = first_words(&source.text);
        if let Some(form) = forms::form_of(forms, &words) {
            return Some(form);
        }
        let word = (*words.first()?).to_owned();
        let span = self.place(0, word.len());
        if let Some(outcome) = bare_outcome(forms, &word) {
            let text = format!("then {outcome}");
            let fix = Fix::automatic(format!("write `{text}`"), span, &text);
            let message = format!("what happens stands behind `then`: `{text}`");
            self.say(Diagnostic::new(unknown.0, message).primary(span, "").fix(fix));
            source.mend(0..word.len(), &text);
            return forms::form_of(forms, &first_words(&source.text));
        }
        let meant = meant(forms, &word, unknown)?;
        let title = format!("write `{}`", meant.key);
        let fix = if meant.certain {
            Fix::automatic(title, span, meant.key)
        } else {
            Fix::choose(title, span, meant.key)
        };
        self.say(Diagnostic::new(meant.code, meant.message).primary(span, meant.label).fix(fix));
        source.mend(0..word.len(), meant.key);
        forms::form_of(forms, &first_words(&source.text))
    }

    /// The first word, text or mark of a statement.
    pub(crate) fn first_token<'s>(&self, source: &'s Source<'_>) -> &'s str {
        pieces(source.text.lines().next().unwrap_or(""))
            .first()
            .map_or("", |piece| piece.of(&source.text))
    }

    /// Reports a line that other systems have and this language does not.
    pub(super) fn foreign_line(&mut self, source: &Source<'_>) -> bool {
        let word = self.first_token(source).trim_end_matches([':', '=']).to_ascii_lowercase();
        if !PRIORITIES.contains(&word.as_str()) {
            return false;
        }
        let span = self.place(0, source.text.len());
        self.say(
            Diagnostic::new(NO_PRIORITY, "there are no priorities")
                .primary(span, "the order and number of policies decide nothing")
                .note("the policy that names people more exactly wins; where two are equal, the one that says `override` and the other's name")
                .fix(Fix::choose("take the line away", span, "")),
        );
        true
    }

    /// A statement whose only value was put between braces: `default { deliver }`.
    pub(crate) fn inlined(
        &mut self,
        key: &str,
        source: &Source<'t>,
        block: &Block,
    ) -> Option<Source<'t>> {
        let (head, open) = (block.head?, block.open?);
        let [Node::Line(value)] = block.body.as_slice() else { return None };
        if source.text.trim() != key {
            return None;
        }
        let whole = self.text.get(self.byte(head.first)..self.end_byte(value.last))?;
        let mut inlined = Source::new(self.byte(head.first), whole);
        let brace = self.byte(open).checked_sub(self.byte(head.first))?;
        inlined.mend(brace..brace.saturating_add(1), "");
        let span = self.piece_span(open);
        // With the line breaks inside of them, or two lines would be left.
        let (start, end) = (self.byte(value.first), self.end_byte(value.last));
        let blank = |place: std::ops::Range<usize>| {
            self.text.get(place).is_none_or(|it| it.trim().is_empty())
        };
        let mut is_plain = blank(self.end_byte(open)..start);
        let mut edits = vec![(self.offsets(self.byte(open), start), String::new())];
        if let Some(close) = block.close {
            is_plain &= blank(end..self.byte(close));
            edits.push((self.offsets(end, self.end_byte(close)), String::new()));
        }
        let fix = Fix { edits, ..Fix::automatic("take the braces away", span, "") };
        let fix = Some(fix).filter(|_| is_plain);
        let message = format!("`{key}` has no block: what it says stands on the same line");
        let finding = Diagnostic::new(crate::diagnostic::BLOCK_UNEXPECTED, message);
        let finding = finding.primary(span, "");
        self.say(match fix {
            Some(fix) => finding.fix(fix),
            None => finding,
        });
        Some(inlined)
    }
}

/// First words of what follows `then`.
const OUTCOMES: [&str; 7] = ["bounce", "deliver", "disable", "hold", "reject", "secure", "take"];

/// An outcome where `then` belongs before it.
fn bare_outcome(forms: &[Form], word: &str) -> Option<&'static str> {
    let lower = word.to_ascii_lowercase();
    let bare = lower.strip_suffix('s').unwrap_or(&lower);
    let outcome = OUTCOMES.into_iter().find(|it| *it == lower || *it == bare)?;
    forms.iter().any(|it| it.key == "then").then_some(outcome)
}

/// What a first word should have been.
struct Meant {
    key: &'static str,
    code: Code,
    message: String,
    label: String,
    certain: bool,
}

fn meant(forms: &'static [Form], word: &str, unknown: (Code, &str)) -> Option<Meant> {
    let firsts = || forms.iter().filter_map(|form| form.key.split(' ').next());
    let joined: String = word.chars().filter(|it| !matches!(it, '-' | '_')).collect();
    let same_letters = |form: &&Form| {
        form.key.contains(' ') && form.key.replace(' ', "").eq_ignore_ascii_case(&joined)
    };
    if let Some(form) = forms.iter().find(same_letters) {
        let message = format!("`{word}` is written as two words");
        return Some(Meant {
            key: form.key,
            code: WORDS_JOINED,
            message,
            label: String::new(),
            certain: true,
        });
    }
    let letters = skeleton(word);
    if let Some(key) = firsts().find(|it| *it == letters) {
        let message =
            format!("`{word}` has letters of another alphabet that look like those of `{key}`");
        return Some(Meant { key, code: LOOK_ALIKE, message, label: String::new(), certain: true });
    }
    let message = format!("`{word}` {}", unknown.1);
    // A word that begins a line of some other block is not misspelt.
    let near = || closest(word, firsts()).filter(|_| forms::blocks_with(word).is_empty());
    if let Some(key) = same_stem(word, firsts()).or_else(near) {
        return Some(Meant {
            key,
            code: unknown.0,
            message,
            label: format!("did you mean `{key}`?"),
            certain: is_only(word, key, firsts()),
        });
    }
    let lower = word.to_ascii_lowercase();
    let synonym = SYNONYMS.iter().find(|it| it.0 == lower).map(|it| it.1)?;
    let form = forms.iter().find(|form| form.key == synonym)?;
    let (code, message) = if lower == "if" {
        (NO_IF, "there is no `if`: conditions stand on a line `when`".to_owned())
    } else {
        (unknown.0, message)
    };
    let label = format!("did you mean `{}`?", form.key);
    // Only an assertion has an outcome, and only what follows `then` is one.
    let certain = lower == "then" && form.key == "outcome";
    Some(Meant { key: form.key, code, message, label, certain })
}

/// The singular or plural of a word.
fn same_stem<'c>(word: &str, mut firsts: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    let lower = word.to_ascii_lowercase();
    firsts.find(|key| {
        let of = |one: &str, many: &str| {
            ["s", "es"].iter().any(|end| many.strip_suffix(end) == Some(one))
                || many.strip_suffix("ies").is_some_and(|stem| one.strip_suffix('y') == Some(stem))
        };
        of(key, &lower) || of(&lower, key)
    })
}

/// The words that a statement begins with, at most three.
fn first_words(text: &str) -> Vec<&str> {
    let ends = |it: char| {
        it.is_whitespace()
            || matches!(it, '{' | '}' | ',' | '#' | '"' | '\u{201C}' | '\u{201D}' | '\u{201E}')
    };
    let mut words = Vec::new();
    let mut rest = text;
    while words.len() < 3 {
        rest = rest.trim_start();
        let length = rest.find(ends).unwrap_or(rest.len());
        let (Some(word), Some(after)) = (rest.get(..length), rest.get(length..)) else { break };
        if word.is_empty() || word.starts_with('/') {
            break;
        }
        words.push(word);
        rest = after;
    }
    words
}

impl Scribe<'_> {
    /// Reports a mark between a property and its value.
    pub(super) fn say_punctuation(&mut self, key: &str, mark: &str, start: usize, end: usize) {
        let span = self.offsets(start, end);
        let message = format!("no `{mark}` stands after `{key}`: a space is enough");
        self.say(Diagnostic::new(PUNCTUATION, message).primary(span, "").fix(Fix::automatic(
            "take it away",
            span,
            if mark.len() > 1 { " " } else { "" },
        )));
    }
}
