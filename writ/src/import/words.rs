//! Dictionaries as terms and patterns, with the lines that count them.

use engine::{Rules, SourceFile};
use grammar::{diagnostic::Severity, literal::QuotedText, tree::FileId};

use super::{
    change::{Changes, Class},
    dictionary::{self, Entry, Sought},
    expression,
    naming::{Names, Space},
};
use crate::plain::plain_line;

/// Lines of one dictionary.
const LINES_MAX: usize = 50_000;

/// A dictionary, brought over.
#[derive(Clone, Debug, Default)]
pub(crate) struct Words {
    /// Terms and patterns, whole.
    pub(crate) items: Vec<String>,
    /// Lines of an examination that count them.
    pub(crate) lines: Vec<String>,
    /// The most points that they can make; without end where nothing.
    pub(crate) reach: Option<u64>,
    /// Dictionaries that it includes, by what they are called.
    pub(crate) includes: Vec<String>,
    /// Texts that make points, for tests: points of one, and the most of the line.
    pub(crate) samples: Vec<Sample>,
}

/// A text that makes points.
#[derive(Clone, Debug)]
pub(crate) struct Sample {
    pub(crate) text: String,
    pub(crate) points: u64,
    pub(crate) points_max: Option<u64>,
    pub(crate) required: bool,
}

/// A dictionary as the export has it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source<'s> {
    /// What the export calls it.
    pub(crate) called: &'s str,
    /// Which file, and line where it is a cell of a table.
    pub(crate) place: &'s str,
    pub(crate) text: &'s str,
    /// Whether texts are found as whole words alone.
    pub(crate) whole_words: bool,
}

/// A line that can be written: what it looks for as an item of the rules, without its head.
struct Draft {
    entry: Entry,
    form: Form,
}

enum Form {
    /// The lines of a pattern.
    Pattern(String),
    /// The line of a dictionary.
    Term(String),
}

/// Brings a dictionary over.
pub(crate) fn bring(source: Source<'_>, names: &mut Names, changes: &mut Changes) -> Words {
    let mut drafts = Vec::new();
    let mut words = Words { reach: Some(0), ..Words::default() };
    if source.text.lines().count() > LINES_MAX {
        changes.add(
            Class::Weaker,
            source.place,
            source.called,
            format!("only the first {LINES_MAX} lines were read"),
        );
    }
    for (number, line) in (1..).zip(source.text.lines().take(LINES_MAX)) {
        let place = place(source, number);
        match dictionary::read(number, line) {
            Ok(Some(entry)) => {
                drafts.extend(draft(entry, source, &place, &mut words, changes));
            }
            Ok(None) => {}
            Err(why) => changes.add(
                Class::Weaker,
                &place,
                &shown(line),
                format!("this line was left out: {why}"),
            ),
        }
    }
    let drafts = accepted(drafts, source, changes);
    write(&drafts, source.called, names, &mut words);
    words
}

/// Which line of a dictionary, for people.
fn place(source: Source<'_>, number: usize) -> String {
    if source.place.contains(':') || source.place.contains('[') {
        return format!("{}, line {number} of the list", source.place);
    }
    format!("{}:{number}", source.place)
}

/// The beginning of a line.
fn shown(line: &str) -> String {
    let line = plain_line(line.trim());
    if line.chars().count() <= SHOWN_CHARS_MAX {
        return line;
    }
    line.chars().take(SHOWN_CHARS_MAX).collect::<String>() + "…"
}

/// Characters of a line of the export that a list shows.
const SHOWN_CHARS_MAX: usize = 60;

fn draft(
    mut entry: Entry,
    source: Source<'_>,
    place: &str,
    words: &mut Words,
    changes: &mut Changes,
) -> Option<Draft> {
    let mut note = |class, said: &str| changes.add(class, place, source.called, said);
    if entry.weight < 0 {
        entry.excluded = true;
        entry.weight = entry.weight.saturating_abs();
        note(Class::Stricter, NEGATIVE);
    } else if entry.excluded {
        note(Class::Stricter, EXCLUDED);
    }
    match (entry.weight, entry.required) {
        (0, false) => {
            note(Class::Same, "a line of weight 0 adds nothing and was left out");
            return None;
        }
        (0, true) => note(Class::Same, "a required line of weight 0 is required and adds nothing"),
        _ => {}
    }
    let form = match &entry.sought {
        Sought::Card(text) => pattern(text, "  check luhn\n", source, place, changes),
        Sought::Expression(text) => pattern(text, "", source, place, changes),
        Sought::Dictionary(called) => {
            if entry.weight > 1 {
                note(Class::Weaker, INCLUDED);
            }
            words.includes.push(called.clone());
            return None;
        }
        Sought::Hash(_) => {
            note(Class::Weaker, HASH);
            return None;
        }
        Sought::Text(text) => form_of_text(text, source, place, changes),
    };
    Some(Draft { entry, form })
}

const EXCLUDED: &str =
    "an `exclude` line takes its points off; it does not switch the examination off";
const HASH: &str = "the digest of a document was left out: make a set of the document itself with `writ fingerprint FILE`, and ask for it with `when fingerprint NAME`";
const INCLUDED: &str = "entries of an included dictionary count with their own weights, not with that of the line that includes it";
const NEGATIVE: &str =
    "a negative weight takes its points off once, however often the text is there";

fn pattern(
    text: &str,
    check: &str,
    source: Source<'_>,
    place: &str,
    changes: &mut Changes,
) -> Form {
    let rewritten = expression::rewrite(text);
    for (class, said) in rewritten.notes {
        changes.add(class, place, &shown(text), said);
    }
    if expression::has_letter(&rewritten.text) {
        let said = "expressions match without regard to case";
        changes.add(Class::Stricter, source.place, source.called, said);
    }
    Form::Pattern(format!("  match /{}/\n{check}", rewritten.text))
}

fn form_of_text(text: &str, source: Source<'_>, place: &str, changes: &mut Changes) -> Form {
    // What nobody sees is no part of the text that is searched either.
    let text = plain_line(text).replace('\u{FFFD}', "");
    let inner = text.trim_matches('*');
    if inner.len() != text.len() {
        changes.add(
            Class::Same,
            place,
            &shown(&text),
            "`*` at the edge was taken out, since parts of words are found",
        );
    }
    if inner.contains('*') {
        changes.add(
            Class::Stricter,
            place,
            &shown(&text),
            "`*` inside a text stands for any characters of one word",
        );
        let parts: Vec<String> = inner.split('*').map(escaped).collect();
        return Form::Pattern(format!("  match /{}/\n", parts.join("\\S*")));
    }
    let whole = if source.whole_words && inner.len() == text.len() { ", whole word" } else { "" };
    Form::Term(format!("  {} weight WEIGHT{whole}\n", QuotedText::quote(inner)))
}

/// A text as an expression that matches it.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars() {
        if character.is_ascii_punctuation() {
            out.push('\\');
        }
        out.push(character);
    }
    out
}

impl Draft {
    fn weight(&self) -> i64 {
        self.entry.weight.max(1)
    }

    /// The whole item under a name.
    fn item(&self, name: &str) -> String {
        match &self.form {
            Form::Pattern(lines) => {
                format!("pattern {name} {{\n{lines}  weight {}\n}}\n", self.weight())
            }
            Form::Term(_) => format!("terms {name} {{\n{}}}\n", self.line()),
        }
    }

    /// The line of a dictionary.
    fn line(&self) -> String {
        match &self.form {
            Form::Pattern(_) => String::new(),
            Form::Term(line) => line.replace("WEIGHT", &self.weight().to_string()),
        }
    }
}

/// Those that the rules accept; the others are noted with the reason.
fn accepted(mut drafts: Vec<Draft>, source: Source<'_>, changes: &mut Changes) -> Vec<Draft> {
    loop {
        let mut text = "writ 1\norganisation scratch {\n  domains scratch.example\n}\n".to_owned();
        let mut begins = Vec::new();
        for (number, draft) in drafts.iter().enumerate() {
            begins.push(text.len());
            text.push_str(&draft.item(&format!("draft-{number}")));
        }
        let file = SourceFile { path: "scratch.writ".to_owned(), text };
        let (_, findings) = Rules::load(&[file], &[]);
        let mut refused = std::collections::BTreeMap::new();
        for finding in findings.iter().filter(|it| it.severity() == Severity::Error) {
            let Some(at) = finding.place().filter(|it| it.file == FileId(0)) else { continue };
            let at = usize::try_from(at.start).unwrap_or(usize::MAX);
            let number = begins.partition_point(|it| *it <= at).checked_sub(1);
            if let Some(number) = number {
                refused.entry(number).or_insert_with(|| finding.message.clone());
            }
        }
        if refused.is_empty() {
            return drafts;
        }
        let mut kept = Vec::new();
        for (number, draft) in drafts.into_iter().enumerate() {
            match refused.get(&number) {
                None => kept.push(draft),
                Some(why) => {
                    let place = place(source, draft.entry.line);
                    let excluded = draft.entry.excluded;
                    changes.add(
                        if excluded { Class::Stricter } else { Class::Weaker },
                        &place,
                        source.called,
                        format!("this line was left out: {why}"),
                    );
                }
            }
        }
        drafts = kept;
    }
}

/// Writes the items and the lines that count them.
fn write(drafts: &[Draft], called: &str, names: &mut Names, words: &mut Words) {
    let mut plain = String::new();
    for draft in drafts {
        let entry = &draft.entry;
        note_sample(draft, words);
        let is_plain = entry.points_max.is_none() && !entry.excluded && entry.weight > 0;
        if let (true, Form::Term(_)) = (is_plain, &draft.form) {
            plain.push_str(&draft.line());
            words.reach = None;
            if entry.required {
                words.lines.push(format!("  require {}\n", quoted_of(draft)));
            }
            continue;
        }
        let is_plain_text = matches!(&draft.form, Form::Term(line) if !line.contains("whole word"));
        if entry.excluded && is_plain_text {
            words.lines.push(format!("  less {} for {}\n", draft.weight(), quoted_of(draft)));
            continue;
        }
        let what = match draft.form {
            Form::Pattern(_) => "expression",
            Form::Term(_) => "line",
        };
        let name = names.unlisted(Space::Content, &format!("{called} {what} {}", entry.line));
        words.items.push(draft.item(&name));
        if entry.excluded {
            words.lines.push(format!("  less {} for {name}\n", draft.weight()));
            continue;
        }
        if entry.required {
            words.lines.push(format!("  require {name}\n"));
        }
        if entry.weight == 0 {
            continue;
        }
        let cap = entry.points_max.map(|it| format!(", up to {it} points")).unwrap_or_default();
        words.lines.push(format!("  count {name}{cap}\n"));
        let cap = entry.points_max.map(u64::from);
        words.reach = words.reach.zip(cap).map(|(sum, cap)| sum.saturating_add(cap));
    }
    if !plain.is_empty() {
        let name = names.give(Space::Content, called);
        words.items.insert(0, format!("terms {name} {{\n{plain}}}\n"));
        words.lines.insert(0, format!("  count {name}\n"));
    }
}

/// The quoted text of a term.
fn quoted_of(draft: &Draft) -> String {
    match &draft.entry.sought {
        Sought::Text(text) => {
            QuotedText::quote(plain_line(text).replace('\u{FFFD}', "").trim_matches('*'))
        }
        Sought::Card(_) | Sought::Dictionary(_) | Sought::Expression(_) | Sought::Hash(_) => {
            String::new()
        }
    }
}

fn note_sample(draft: &Draft, words: &mut Words) {
    let entry = &draft.entry;
    let Sought::Text(text) = &entry.sought else { return };
    if !entry.excluded {
        words.samples.push(Sample {
            text: plain_line(text).replace(['\u{FFFD}', '*'], ""),
            points: u64::try_from(entry.weight).unwrap_or(0),
            points_max: entry.points_max.map(u64::from),
            required: entry.required,
        });
    }
}
