//! Slips: what people write who know another rule language, or plain English, and what they mean by it.
//!
//! A statement that cannot be read is shown to each slip in turn; the first that knows it says what is
//! wrong, and how the line would read mended. The line is then read on in that form, so that a slip is
//! one finding and hides no other.

mod bounds;
mod conditions;
mod connecting;
mod measures;
mod names;
mod outcomes;
mod scopes;
mod values;

pub(crate) use self::outcomes::outcome_called;

use std::ops::Range;

use crate::{
    diagnostic::Code,
    forms::{self, BlockForm, Lines},
    layout::{PieceKind, pieces},
    statement::{self, Rule, Stop},
};

/// Where a statement cannot go on.
pub(super) struct Spot<'s> {
    pub(super) rule: Rule,
    pub(super) text: &'s str,
    /// Where the token begins that cannot stand there.
    pub(super) at: usize,
    /// That token; empty at the end of the statement.
    pub(super) token: &'s str,
    pub(super) kind: Option<PieceKind>,
    pub(super) expected: &'s [Rule],
    pub(super) block: Option<BlockForm>,
}

/// What was meant.
pub(super) struct Slip {
    pub(super) code: Code,
    pub(super) message: String,
    /// Where it is shown.
    pub(super) place: Range<usize>,
    pub(super) notes: Vec<String>,
    pub(super) title: String,
    /// How the author can mend it; none where nobody else can know.
    pub(super) edits: Vec<(Range<usize>, String)>,
    /// How it is read on, where that differs from the mended text.
    pub(super) read_as: Option<Vec<(Range<usize>, String)>>,
    /// Whether a tool may mend it unasked.
    pub(super) certain: bool,
}

/// Those that are asked before a word is taken for a misspelt one.
const NO_MISSPELLINGS: &[fn(&Spot<'_>) -> Option<Slip>] = &[scopes::attachments];

/// The others, in the order in which they are asked.
const SLIPS: &[fn(&Spot<'_>) -> Option<Slip>] = &[
    values::literal_in_quotes,
    values::number_with_a_comma,
    values::network_apart,
    measures::comparison,
    measures::any_attachment,
    conditions::bypass_left_out,
    names::after_its_kind,
    bounds::validity,
    bounds::expiry_on_a_day,
    bounds::threshold,
    bounds::longest,
    bounds::most,
    connecting::comma_between_entries,
    connecting::own_line,
    conditions::or,
    conditions::negation,
    conditions::if_then,
    conditions::score,
    values::date_in_words,
    values::range_of_addresses,
    values::permission,
    outcomes::disposition,
    outcomes::regex_for_text,
    names::of_its_owner,
    names::library_in_quotes,
    names::quoted,
    names::of_several_words,
    connecting::other_word,
    connecting::missing_word,
    connecting::missing_comma,
    outcomes::text_to_find,
    outcomes::unquoted_text,
];

impl<'s> Spot<'s> {
    pub(super) fn new(rule: Rule, text: &'s str, stop: &'s Stop, block: Option<BlockForm>) -> Self {
        let rest = text.get(stop.at..).unwrap_or("");
        let trimmed = rest.trim_start();
        let at = text.len().saturating_sub(trimmed.len());
        let line = trimmed.split('\n').next().unwrap_or("");
        let first = pieces(line).into_iter().next();
        let (token, kind) = first.map_or(("", None), |piece| (piece.of(line), Some(piece.kind)));
        Self { rule, text, at, token, kind, expected: &stop.expected, block }
    }

    /// What the author meant, where no word is misspelt that looks like it.
    pub(super) fn no_misspelling(&self) -> Option<Slip> {
        NO_MISSPELLINGS.iter().find_map(|slip| slip(self))
    }

    /// What the author meant, where that is known.
    pub(super) fn slip(&self) -> Option<Slip> {
        SLIPS.iter().find_map(|slip| slip(self))
    }

    fn end(&self) -> usize {
        self.at.saturating_add(self.token.len())
    }

    fn place(&self) -> Range<usize> {
        self.at..self.end()
    }

    /// The rest of the statement after the token.
    fn after(&self) -> &'s str {
        self.text.get(self.end()..).unwrap_or("")
    }

    /// What was read before the token.
    fn before(&self) -> &'s str {
        self.text.get(..self.at).unwrap_or("").trim_end()
    }

    fn expects(&self, rule: Rule) -> bool {
        self.expected.contains(&rule)
    }

    /// Where the rest of the statement stands.
    fn rest(&self) -> Range<usize> {
        self.at..self.text.len()
    }

    fn reads(&self, text: &str) -> bool {
        statement::read(self.rule, text).is_ok()
    }

    /// Whether a text reads whole, or at least beyond a place in it.
    fn reads_beyond(&self, text: &str, at: usize) -> bool {
        statement::read(self.rule, text).map_or_else(|stop| stop.at > at, |_| true)
    }

    /// The statement with other text in a place.
    fn with(&self, place: Range<usize>, text: &str) -> String {
        let before = self.text.get(..place.start).unwrap_or("");
        let after = self.text.get(place.end..).unwrap_or("");
        format!("{before}{text}{after}")
    }

    /// Whether a word begins a line of the block, so that it need not be one of this line.
    fn begins_property(&self, word: &str) -> bool {
        let Some(Lines::Properties(forms)) = self.block.map(|block| block.lines) else {
            return false;
        };
        // Of `message size`, the first word alone begins nothing.
        let next = self.after().split_whitespace().next().unwrap_or("");
        let form = forms::form_of(forms, &[word, next]);
        !word.is_empty()
            && form.is_some_and(|it| it.key == word || it.key == format!("{word} {next}"))
    }
}

impl Slip {
    fn new(code: Code, message: impl Into<String>, place: Range<usize>) -> Self {
        Self {
            code,
            message: message.into(),
            place,
            notes: Vec::new(),
            title: String::new(),
            edits: Vec::new(),
            read_as: None,
            certain: false,
        }
    }

    fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// A repair whose meaning is certain.
    fn certainly(self, title: impl Into<String>, place: Range<usize>, text: &str) -> Self {
        Self { certain: true, ..self.perhaps(title, place, text) }
    }

    /// A repair that the author must choose.
    fn perhaps(mut self, title: impl Into<String>, place: Range<usize>, text: &str) -> Self {
        self.title = title.into();
        self.edits.push((place, text.to_owned()));
        self
    }

    fn reading(mut self, place: Range<usize>, text: &str) -> Self {
        self.read_as.get_or_insert_default().push((place, text.to_owned()));
        self
    }
}

/// A word with the Latin letters that its letters look like.
pub(super) fn skeleton(word: &str) -> String {
    word.chars()
        .map(|character| {
            LOOK_ALIKES.iter().find(|it| it.0 == character).map_or_else(
                || match u32::from(character) {
                    // Full-width forms stand in the order of ASCII.
                    wide @ 0xFF01..=0xFF5E => {
                        char::from_u32(wide.saturating_sub(0xFEE0)).unwrap_or(character)
                    }
                    _ => character,
                },
                |it| it.1,
            )
        })
        .collect()
}

/// Cyrillic and Greek letters that look like Latin ones.
///
/// # Source
///
/// UTS #39, confusables; those whose look-alike is a letter from a to z.
const LOOK_ALIKES: &[(char, char)] = &[
    ('а', 'a'),
    ('с', 'c'),
    ('ԁ', 'd'),
    ('е', 'e'),
    ('һ', 'h'),
    ('і', 'i'),
    ('ј', 'j'),
    ('ӏ', 'l'),
    ('о', 'o'),
    ('р', 'p'),
    ('ԛ', 'q'),
    ('ѕ', 's'),
    ('ѵ', 'v'),
    ('ԝ', 'w'),
    ('х', 'x'),
    ('у', 'y'),
    ('α', 'a'),
    ('ε', 'e'),
    ('ι', 'i'),
    ('κ', 'k'),
    ('ν', 'v'),
    ('ο', 'o'),
    ('ρ', 'p'),
    ('τ', 't'),
    ('υ', 'u'),
    ('χ', 'x'),
    ('γ', 'y'),
    ('ı', 'i'),
    ('ɡ', 'g'),
    ('ⅼ', 'l'),
    ('ո', 'n'),
    ('ս', 'u'),
];
