//! What the layout pass found wrong, in words.

use std::collections::BTreeSet;

use crate::{
    diagnostic::{BRACE, COMMA, Diagnostic, Fix, LIMIT, REGEX_TEXT, TEXT_UNCLOSED},
    layout::{Fault, Layout, Line, PieceKind},
    literal::QuotedText,
    scribe::Scribe,
    tree::Span,
};

/// Reports every fault of the layout but those that another finding explains.
pub(super) fn report(scribe: &mut Scribe<'_>, layout: &Layout, explained: &BTreeSet<usize>) {
    for fault in &layout.faults {
        if let Some(finding) = finding(scribe, layout, *fault, explained) {
            scribe.say(finding);
        }
    }
    for (index, piece) in layout.pieces.iter().enumerate() {
        if let Some(finding) = quote_finding(scribe, piece.kind, index) {
            scribe.say(finding);
        }
    }
}

fn finding(
    scribe: &Scribe<'_>,
    layout: &Layout,
    fault: Fault,
    explained: &BTreeSet<usize>,
) -> Option<Diagnostic> {
    Some(match fault {
        Fault::CloseWithoutOpen(piece) if explained.contains(&piece) => return None,
        Fault::CloseWithoutOpen(piece) => {
            let span = scribe.piece_span(piece);
            Diagnostic::new(BRACE, "this `}` closes nothing").primary(span, "").fix(Fix::choose(
                "take it away",
                span,
                "",
            ))
        }
        Fault::CommaBeforeNothing(piece) => {
            let span = scribe.piece_span(piece);
            Diagnostic::new(COMMA, "nothing follows this comma")
                .primary(span, "")
                .fix(Fix::automatic("take it away", span, ""))
        }
        Fault::Deep(piece) => {
            Diagnostic::new(LIMIT, "a block cannot stand this deep inside others")
                .primary(scribe.piece_span(piece), "")
        }
        // The brace is inside of the text that is not closed, which is reported.
        Fault::OpenMissing(head) if has_unclosed(layout, head) => return None,
        Fault::OpenMissing(head) => {
            let span = scribe.line_span(head);
            let end = Span { start: span.end, ..span };
            Diagnostic::new(BRACE, format!("the `{{` after `{}` is missing", title(scribe, head)))
                .primary(span, "its lines stand between braces")
                .fix(Fix::automatic("write ` {` at the end of the line", end, " {"))
        }
        Fault::OpenWithoutHead(piece) => Diagnostic::new(BRACE, "nothing stands before this `{`")
            .primary(
                scribe.piece_span(piece),
                "a block begins with what it is, such as `policy name {`",
            ),
        Fault::Unclosed { head, before } => unclosed(scribe, layout, head, before),
    })
}

fn has_unclosed(layout: &Layout, line: Line) -> bool {
    let pieces = layout.pieces.get(line.first..=line.last).unwrap_or(&[]);
    pieces
        .iter()
        .any(|piece| matches!(piece.kind, PieceKind::TextUnclosed | PieceKind::RegexUnclosed))
}

fn unclosed(scribe: &Scribe<'_>, layout: &Layout, head: Line, before: Option<usize>) -> Diagnostic {
    let end = before.unwrap_or(layout.pieces.len());
    let last =
        layout.pieces.iter().take(end).rposition(|piece| piece.kind.is_significant()).unwrap_or(0);
    let newline = layout
        .pieces
        .iter()
        .enumerate()
        .skip(last)
        .find(|(_, piece)| piece.kind == PieceKind::Newline);
    let (place, text) = match newline {
        Some((index, _)) => (scribe.piece_span(index).end, "}\n"),
        None => (scribe.piece_span(layout.pieces.len()).end, "\n}\n"),
    };
    let at = Span { start: place, end: place, ..scribe.piece_span(head.first) };
    let finding =
        Diagnostic::new(BRACE, format!("the `}}` of `{}` is missing", title(scribe, head)))
            .primary(scribe.line_span(head), "this block is not closed")
            .fix(Fix::automatic("write `}` after its last line", at, text));
    match before {
        Some(next) => finding.secondary(scribe.piece_span(next), "and here the next item begins"),
        None => finding,
    }
}

/// The first two words of an item: `policy cards`.
fn title(scribe: &Scribe<'_>, head: Line) -> String {
    let words = scribe.words(head);
    if words.is_empty() {
        scribe.written(head.first).to_owned()
    } else {
        words.get(..2).unwrap_or(&words).join(" ")
    }
}

fn quote_finding(scribe: &Scribe<'_>, kind: PieceKind, index: usize) -> Option<Diagnostic> {
    let span = scribe.piece_span(index);
    let written = scribe.written(index);
    let end = Span { start: span.end, ..span };
    let curly = |character| matches!(character, '\u{201C}' | '\u{201D}' | '\u{201E}');
    match kind {
        PieceKind::TextCurly => {
            let quoted = QuotedText::quote(written.trim_matches(curly));
            Some(
                Diagnostic::new(TEXT_UNCLOSED, "these quotes are curly; a text has straight ones")
                    .primary(span, "")
                    .fix(Fix::automatic(format!("write `{quoted}`"), span, quoted)),
            )
        }
        PieceKind::TextUnclosed => Some(
            Diagnostic::new(TEXT_UNCLOSED, "this text is not closed: a `\"` is missing before the end of the line")
                .primary(span, "the text begins here")
                .fix(Fix::choose("write `\"` where the text ends", end, "\"")),
        ),
        PieceKind::RegexUnclosed => Some(
            Diagnostic::new(REGEX_TEXT, "this regular expression is not closed: a `/` is missing before the end of the line")
                .primary(span, "it begins here")
                .fix(Fix::choose("write `/` where it ends", end, "/")),
        ),
        PieceKind::Close
        | PieceKind::Comma
        | PieceKind::Comment
        | PieceKind::Doc
        | PieceKind::Newline
        | PieceKind::Open
        | PieceKind::Regex
        | PieceKind::Space
        | PieceKind::Text
        | PieceKind::Word => None,
    }
}
