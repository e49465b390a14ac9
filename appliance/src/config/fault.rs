//! What is wrong with a configuration, shown as a finding in a rule file is.

use std::ops::Range;

use grammar::{
    diagnostic::{Code, Colour, Diagnostic, Sources, without_code},
    tree::Span,
};

/// One thing that is wrong.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Fault {
    /// The key, with its table; empty where no key is meant.
    pub(super) key: String,
    /// Where it stands, in octets; nothing where it does not stand in the file.
    pub(super) span: Option<Range<usize>>,
    /// One sentence.
    pub(super) message: String,
    /// What to write, or why.
    pub(super) reason: String,
    /// It is about something that is not there.
    pub(super) is_missing: bool,
}

/// All of them as text, in the order of the file at `path`.
pub(super) fn shown(path: &str, text: &str, faults: &[Fault]) -> String {
    let mut sources = Sources::default();
    let file = sources.add(path, text);
    let mut faults: Vec<&Fault> = faults.iter().collect();
    // What stands nowhere comes last.
    faults.sort_by_key(|it| it.span.as_ref().map_or(usize::MAX, |it| it.start));
    let shown = faults.iter().map(|it| {
        let finding = Diagnostic::new(Code::error(0), &it.message);
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let finding = match &it.span {
            Some(span) => {
                let span = Span { file, start: place(span.start), end: place(span.end) };
                finding.primary(span, &it.reason)
            }
            None => finding.note(&it.reason),
        };
        without_code(&finding, &sources, Colour::Plain)
    });
    shown.collect::<Vec<_>>().join("\n")
}
