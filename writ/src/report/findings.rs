//! Findings for people and for GitHub.

use std::collections::BTreeMap;

use grammar::{
    diagnostic::{Code, Colour, Diagnostic, Severity, View, view},
    tree::FileId,
};

use crate::{
    loaded::Loaded,
    plain::{counted, plain, plain_line},
};

/// Codes whose pages are named at the end.
const PAGES_MAX: usize = 3;

/// Findings of one code that are shown of one file; who mends those has mended the others on the way.
const SHOWN_MAX: usize = 20;

/// With the source lines and a summary.
pub(crate) fn human(loaded: &Loaded, fixed: usize, colour: Colour) -> String {
    let (few, more) = few(loaded);
    let pages = pages(few.iter().map(|it| it.code));
    let shown =
        few.into_iter().map(|it| grammar::diagnostic::human(it, &loaded.sources, colour) + "\n");
    shown.chain([more, pages, summary(loaded, fixed)]).collect()
}

/// Where more is told of the first few codes, errors before lints.
pub(crate) fn pages(codes: impl Iterator<Item = Code>) -> String {
    let mut distinct: Vec<Code> = Vec::new();
    for code in codes {
        if !distinct.contains(&code) {
            distinct.push(code);
        }
    }
    distinct.sort_by_key(|it| it.severity() != Severity::Error);
    let pages: Vec<String> =
        distinct.iter().take(PAGES_MAX).map(|it| format!("`writ help {it}`")).collect();
    match pages.split_last() {
        None => String::new(),
        Some((one, [])) => format!("{one} tells more\n"),
        Some((last, others)) => format!("{} and {last} tell more\n", others.join(", ")),
    }
}

/// One line each and a summary.
pub(crate) fn short(loaded: &Loaded, fixed: usize) -> String {
    let (few, more) = few(loaded);
    let shown = few.into_iter().map(|it| {
        let fix = it.fix.as_ref().map(|it| format!("; fix: {}", plain_line(&it.title)));
        format!("{}{}\n", grammar::diagnostic::short(it, &loaded.sources), fix.unwrap_or_default())
    });
    shown.chain([more, summary(loaded, fixed)]).collect()
}

/// The findings without those that only repeat others of their file, and a line for each such flood.
fn few(loaded: &Loaded) -> (Vec<&Diagnostic>, String) {
    let mut counts: BTreeMap<(Option<FileId>, Code), usize> = BTreeMap::new();
    let shown = loaded.findings.iter().filter(|it| {
        let count = counts.entry((it.place().map(|it| it.file), it.code)).or_default();
        *count = count.saturating_add(1);
        *count <= SHOWN_MAX
    });
    let shown: Vec<&Diagnostic> = shown.collect();
    let more = counts.iter().filter_map(|((file, code), count)| {
        let more = count.checked_sub(SHOWN_MAX).filter(|it| *it > 0)?;
        let path = file.and_then(|it| loaded.sources.file(it)).map_or("", |it| it.path.as_str());
        Some(format!("{}: {more} more of {code} are not shown\n", plain_line(path)))
    });
    (shown, more.collect())
}

/// Commands that GitHub Actions turns into annotations of the changed lines.
pub(crate) fn github(loaded: &Loaded) -> String {
    loaded.findings.iter().map(|it| annotation(&view(it, &loaded.sources))).collect()
}

/// `2 files checked: 1 error, 3 lints`.
fn summary(loaded: &Loaded, fixed: usize) -> String {
    let errors = loaded.findings.iter().filter(|it| it.severity() == Severity::Error).count();
    let lints = loaded.findings.len().saturating_sub(errors);
    let files = counted(loaded.tree.files().len(), "file", "files");
    let made = if fixed == 0 {
        String::new()
    } else {
        format!("{} made, ", counted(fixed, "fix", "fixes"))
    };
    let errors =
        if errors == 0 { "no errors".to_owned() } else { counted(errors, "error", "errors") };
    let lints =
        if lints == 0 { String::new() } else { format!(", {}", counted(lints, "lint", "lints")) };
    let misplaced = loaded.tree.misplaced().map(|it| format!("note: {}\n", plain_line(&it)));
    format!("{}{files} checked: {made}{errors}{lints}\n", misplaced.unwrap_or_default())
}

fn annotation(view: &View) -> String {
    let mut place = String::new();
    if let Some(label) = view.labels.first() {
        place = format!(
            "file={},line={},col={},endLine={},endColumn={},",
            property(&label.path),
            label.start.line,
            label.start.column,
            label.end.line,
            label.end.column
        );
    }
    let mut message = view.message.clone();
    for other in view.labels.iter().skip(1) {
        message.push_str(&format!("\n{}:{}: {}", other.path, other.start.line, other.text));
    }
    for note in &view.notes {
        message.push_str(&format!("\n{note}"));
    }
    if let Some(fix) = &view.fix {
        message.push_str(&format!("\nfix: {}", fix.title));
    }
    format!("::{} {place}title={}::{}\n", view.severity, property(&view.code), escaped(&message))
}

/// A value in front of the `::`.
fn property(text: &str) -> String {
    escaped(&plain_line(text)).replace(':', "%3A").replace(',', "%2C")
}

/// Text behind the `::`: no line break, so no second command.
fn escaped(text: &str) -> String {
    plain(text).replace('%', "%25").replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::*;
    use grammar::diagnostic::Sources;

    #[test]
    fn an_annotation_is_one_line_whatever_the_text() {
        let mut sources = Sources::default();
        let file = sources.add("a,b:c\u{1b}[31m.writ", "one\ntwo\n");
        let span = grammar::tree::Span { file, start: 4, end: 7 };
        let finding =
            Diagnostic::new(Code::error(1), "100%\n::error::x\u{1b}[2J").primary(span, "");
        assert_eq!(
            annotation(&view(&finding, &sources)),
            "::error file=a%2Cb%3Ac\u{fffd}[31m.writ,line=2,col=1,endLine=2,endColumn=4,title=E0001::100%25%0A::error::x\u{fffd}[2J\n"
        );
    }
}
