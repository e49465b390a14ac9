//! Findings for people: with the source line and carets, or on one line.
//!
//! What an author wrote is shown with control and direction characters replaced, so that a rule file
//! cannot rewrite the reader's terminal.

use super::{Applicability, Diagnostic, Label, Severity, SourceFile, Sources};
use crate::tree::FileId;

/// Whether to use ANSI colours.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Colour {
    /// Escape sequences.
    Ansi,
    /// Plain text.
    Plain,
}

/// Characters of a source line that are shown; longer lines are cut round the place.
const SHOWN_CHARS_MAX: usize = 120;
/// Characters kept before the place in a cut line.
const SHOWN_BEFORE: usize = 40;

/// The finding over several lines, ending with a line break.
#[must_use]
pub fn human(diagnostic: &Diagnostic, sources: &Sources, colour: Colour) -> String {
    let severity = diagnostic.severity();
    let tint = match severity {
        Severity::Error => Tint::Red,
        Severity::Warning => Tint::Yellow,
    };
    let head = paint(colour, tint, &format!("{severity}[{}]", diagnostic.code));
    let mut out = format!(
        "{head}{}\n",
        paint(colour, Tint::Bold, &format!(": {}", shown(&diagnostic.message)))
    );
    let width = gutter(diagnostic, sources);
    let mut file: Option<FileId> = None;
    let mut line: Option<usize> = None;
    for label in in_order(diagnostic) {
        let Some(source) = sources.file(label.span.file) else { continue };
        if file != Some(label.span.file) {
            let reported = diagnostic.place().filter(|place| place.file == label.span.file);
            let at = source.position(reported.unwrap_or(label.span).start);
            let arrow = if file.is_none() { "-->" } else { ":::" };
            let arrow = paint(colour, Tint::Blue, &format!("{:width$}{arrow}", ""));
            out.push_str(&format!("{arrow} {}:{}:{}\n", shown(&source.path), at.line, at.column));
            out.push_str(&format!("{}\n", paint(colour, Tint::Blue, &format!("{:width$} |", ""))));
            (file, line) = (Some(label.span.file), None);
        }
        let number = source.position(label.span.start).line;
        let shows_line = line.replace(number) != Some(number);
        snippet(&mut out, source, label, Style { width, colour, tint, shows_line });
    }
    for note in &diagnostic.notes {
        out.push_str(&remark(note, width, colour));
    }
    if let Some(fix) = &diagnostic.fix {
        let who = match fix.applicability {
            Applicability::Automatic => "automatic",
            Applicability::Choose => "choose",
        };
        out.push_str(&remark(&format!("fix ({who}): {}", fix.title), width, colour));
    }
    out
}

/// The finding on one line, without a line break: `file:line:col: error[E0001]: message`.
#[must_use]
pub fn short(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let (severity, code) = (diagnostic.severity(), diagnostic.code);
    let message = shown(&diagnostic.message);
    let located = diagnostic
        .place()
        .and_then(|span| sources.file(span.file).map(|file| (file, file.position(span.start))));
    match located {
        Some((file, at)) => format!(
            "{}:{}:{}: {severity}[{code}]: {message}",
            shown(&file.path),
            at.line,
            at.column
        ),
        None => format!("{severity}[{code}]: {message}"),
    }
}

/// The labels of the file of the report, then those of the others.
fn in_order(diagnostic: &Diagnostic) -> Vec<&Label> {
    let home = diagnostic.place().map(|span| span.file);
    let mut labels: Vec<&Label> = diagnostic.labels.iter().collect();
    labels.sort_by_key(|label| (Some(label.span.file) != home, label.span.file, label.span.start));
    labels
}

fn gutter(diagnostic: &Diagnostic, sources: &Sources) -> usize {
    let widest =
        diagnostic.labels.iter().map(|label| sources.start(label.span).line).max().unwrap_or(1);
    widest.to_string().len().max(2)
}

#[derive(Clone, Copy)]
struct Style {
    width: usize,
    colour: Colour,
    tint: Tint,
    /// Whether the source line stands above the carets; a second label of a line does not repeat it.
    shows_line: bool,
}

fn snippet(out: &mut String, source: &SourceFile, label: &Label, style: Style) {
    let Style { width, colour, tint, shows_line } = style;
    let at = source.position(label.span.start);
    let end = source.position(label.span.end);
    let line = source.line_at(label.span.start);
    let before = at.column.saturating_sub(1);
    let in_line = line.chars().count().saturating_sub(before);
    let length = if end.line == at.line { end.column.saturating_sub(at.column) } else { in_line };
    let (text, before) = cut(line, before);
    let length = length.min(SHOWN_CHARS_MAX.saturating_sub(before)).max(1);
    let number = paint(colour, Tint::Blue, &format!("{:>width$} |", at.line));
    if shows_line {
        out.push_str(&format!("{number} {text}\n"));
    }
    let bar = paint(colour, Tint::Blue, &format!("{:width$} |", ""));
    let (mark, tint) = if label.primary { ("^", tint) } else { ("-", Tint::Blue) };
    let carets = format!("{} {}", mark.repeat(length), shown(&label.text));
    out.push_str(&format!("{bar} {:before$}{}\n", "", paint(colour, tint, carets.trim_end())));
}

/// The line as shown, and how many characters of it stand before the place.
fn cut(line: &str, before: usize) -> (String, usize) {
    if line.chars().count() <= SHOWN_CHARS_MAX {
        return (shown(line), before);
    }
    let skipped = before.saturating_sub(SHOWN_BEFORE);
    let part: String = line.chars().skip(skipped).take(SHOWN_CHARS_MAX).collect();
    (shown(&part), before.saturating_sub(skipped))
}

fn remark(text: &str, width: usize, colour: Colour) -> String {
    let indent = width.saturating_add(3);
    let mark = paint(colour, Tint::Blue, &format!("{:width$} =", ""));
    let lines: Vec<String> = text.lines().map(shown).collect();
    format!("{mark} {}\n", lines.join(&format!("\n{:indent$}", "")))
}

/// Text that cannot move the cursor or turn the direction of reading.
fn shown(text: &str) -> String {
    let harmless = |character: char| match character {
        '\t' => ' ',
        hidden if hidden.is_control() => '\u{FFFD}',
        '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}'
        | '\u{FEFF}' => '\u{FFFD}',
        other => other,
    };
    text.chars().map(harmless).collect()
}

#[derive(Clone, Copy)]
enum Tint {
    Blue,
    Bold,
    Red,
    Yellow,
}

fn paint(colour: Colour, tint: Tint, text: &str) -> String {
    let number = match tint {
        Tint::Blue => "1;34",
        Tint::Bold => "1",
        Tint::Red => "1;31",
        Tint::Yellow => "1;33",
    };
    match colour {
        Colour::Ansi => format!("\u{1B}[{number}m{text}\u{1B}[0m"),
        Colour::Plain => text.to_owned(),
    }
}
