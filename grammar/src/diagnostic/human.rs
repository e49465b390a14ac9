//! Findings for people: with the source line and carets, or on one line.
//!
//! What an author wrote is shown with control and direction characters replaced, so that a rule file
//! cannot rewrite the reader's terminal.

use super::{
    Applicability, Diagnostic, Label, Severity, Sources,
    excerpt::{Excerpt, excerpt, shown},
};
use crate::tree::FileId;

/// Whether to use ANSI colours.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Colour {
    /// Escape sequences.
    Ansi,
    /// Plain text.
    Plain,
}

/// The finding over several lines, ending with a line break.
#[must_use]
pub fn human(diagnostic: &Diagnostic, sources: &Sources, colour: Colour) -> String {
    let head = format!("{}[{}]", diagnostic.severity(), diagnostic.code);
    headed(&head, diagnostic, sources, colour)
}

/// The finding as [`human`] shows it, for files that have no codes: its code only says how grave it
/// is.
#[must_use]
pub fn without_code(diagnostic: &Diagnostic, sources: &Sources, colour: Colour) -> String {
    headed(&diagnostic.severity().to_string(), diagnostic, sources, colour)
}

fn headed(head: &str, diagnostic: &Diagnostic, sources: &Sources, colour: Colour) -> String {
    let tint = match diagnostic.severity() {
        Severity::Error => Tint::Red,
        Severity::Warning => Tint::Yellow,
    };
    let head = paint(colour, tint, head);
    let mut out = format!(
        "{head}{}\n",
        paint(colour, Tint::Bold, &format!(": {}", shown(&diagnostic.message)))
    );
    let style = Style { width: gutter(diagnostic, sources), colour, tint };
    let mut file: Option<FileId> = None;
    let mut line: Option<usize> = None;
    for label in in_order(diagnostic) {
        let Some(source) = sources.file(label.span.file) else { continue };
        if file != Some(label.span.file) {
            let reported = diagnostic.place().filter(|place| place.file == label.span.file);
            let at = sources.start(reported.unwrap_or(label.span));
            let arrow = if file.is_none() { "-->" } else { ":::" };
            out.push_str(&style.arrow(arrow));
            out.push_str(&format!(" {}:{}:{}\n", shown(&source.path), at.line, at.column));
            out.push_str(&style.bar("\n"));
            (file, line) = (Some(label.span.file), None);
        }
        line = Some(snippet(&mut out, sources, label, line, style));
    }
    for note in &diagnostic.notes {
        out.push_str(&style.remark(note));
    }
    if let Some(fix) = &diagnostic.fix {
        let who = match fix.applicability {
            Applicability::Automatic => "automatic",
            Applicability::Choose => "choose",
        };
        out.push_str(&style.remark(&format!("fix ({who}): {}", fix.title)));
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
        .and_then(|span| sources.file(span.file).map(|file| (file, sources.start(span))));
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
        diagnostic.labels.iter().map(|label| sources.end(label.span).line).max().unwrap_or(1);
    widest.to_string().len().max(2)
}

#[derive(Clone, Copy)]
struct Style {
    /// Columns of the line numbers.
    width: usize,
    colour: Colour,
    tint: Tint,
}

impl Style {
    fn arrow(self, arrow: &str) -> String {
        paint(self.colour, Tint::Blue, &format!("{:width$}{arrow}", "", width = self.width))
    }

    /// The left edge beside what is no source line.
    fn bar(self, after: &str) -> String {
        let bar = paint(self.colour, Tint::Blue, &format!("{:width$} |", "", width = self.width));
        format!("{bar}{after}")
    }

    fn source_line(self, number: usize, text: &str) -> String {
        let number = format!("{number:>width$} |", width = self.width);
        let number = paint(self.colour, Tint::Blue, &number);
        format!("{}\n", format!("{number} {text}").trim_end())
    }

    fn carets(self, label: &Label, excerpt: &Excerpt, text: &str) -> String {
        let (mark, tint) = if label.primary { ("^", self.tint) } else { ("-", Tint::Blue) };
        let carets = format!("{} {}", mark.repeat(excerpt.columns), shown(text));
        let carets = paint(self.colour, tint, carets.trim_end());
        self.bar(&format!(" {:before$}{carets}\n", "", before = excerpt.before))
    }

    fn remark(self, text: &str) -> String {
        let indent = self.width.saturating_add(3);
        let mark = paint(self.colour, Tint::Blue, &format!("{:width$} =", "", width = self.width));
        let lines: Vec<String> = text.lines().map(shown).collect();
        format!("{mark} {}\n", lines.join(&format!("\n{:indent$}", "")))
    }
}

/// Writes the lines of a label, and returns the number of the last; `above` is the line that stands
/// above already.
fn snippet(
    out: &mut String,
    sources: &Sources,
    label: &Label,
    above: Option<usize>,
    style: Style,
) -> usize {
    let (start, end) = (sources.start(label.span), sources.end(label.span));
    let first = sources.line_at(label.span.file, label.span.start);
    let one_line = end.line <= start.line;
    let until = if one_line { end.column } else { usize::MAX };
    let excerpt_of_first = excerpt(first, start.column, until);
    if above != Some(start.line) {
        out.push_str(&style.source_line(start.line, &excerpt_of_first.text));
    }
    if one_line {
        out.push_str(&style.carets(label, &excerpt_of_first, &label.text));
        return start.line;
    }
    out.push_str(&style.carets(label, &excerpt_of_first, ""));
    if start.line.saturating_add(1) < end.line {
        out.push_str(&style.bar(" …\n"));
    }
    let last = sources.line_at(label.span.file, label.span.end);
    let indent = last.chars().take_while(|character| character.is_whitespace()).count();
    let excerpt_of_last = excerpt(last, indent.saturating_add(1), end.column);
    out.push_str(&style.source_line(end.line, &excerpt_of_last.text));
    out.push_str(&style.carets(label, &excerpt_of_last, &label.text));
    end.line
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
