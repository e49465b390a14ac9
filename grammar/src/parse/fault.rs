//! What the layout pass found wrong, in words.

use std::collections::BTreeSet;

use crate::{
    diagnostic::{
        BLOCK_UNEXPECTED, BRACE, BRACE_EXTRA, COMMA, COMMENT_FOREIGN, COMMENT_HIDDEN, Diagnostic,
        Fix, LINE_BROKEN, LINE_ENDS, REGEX_UNCLOSED, SPACE_ODD, TEXT_LINES, TEXT_QUOTES,
        TEXT_UNCLOSED,
    },
    layout::{Fault, Layout, Line, PieceKind, foreign},
    literal::QuotedText,
    scribe::{Scribe, is_invisible, named},
    tree::Span,
};

/// Reports every fault of the layout but those that another finding explains.
pub(super) fn report(scribe: &mut Scribe<'_>, layout: &Layout, explained: &BTreeSet<usize>) {
    let mut too_late = None;
    for (number, fault) in layout.faults.iter().enumerate() {
        let next = layout.faults.get(number.saturating_add(1));
        if let (Fault::Unclosed { head, before: Some(before) }, Some(close)) = (*fault, next)
            && let Fault::CloseWithoutOpen(close) = *close
            && scribe.written(head.first) == "message"
            && !opens_between(layout, before, close)
        {
            let before = Some(before);
            too_late = Some(close);
            let finding = closed_too_late(unclosed(scribe, layout, head, before), scribe, close);
            scribe.say(finding);
            continue;
        }
        if matches!(*fault, Fault::CloseWithoutOpen(it) if Some(it) == too_late) {
            continue;
        }
        if let Some(finding) = finding(scribe, layout, *fault, explained) {
            scribe.say(finding);
        }
    }
    for (index, piece) in layout.pieces.iter().enumerate() {
        if let Some(finding) = piece_finding(scribe, piece.kind, index) {
            scribe.say(finding);
        }
    }
    line_ends(scribe, layout);
    odd_spaces(scribe, layout);
}

/// Lines that end with a CR alone, as old systems write them: one finding for all.
fn line_ends(scribe: &mut Scribe<'_>, layout: &Layout) {
    let is_alone = |index: &usize| scribe.written(*index) == "\r";
    let lines = pieces_of(layout, PieceKind::Newline).filter(is_alone);
    let edits: Vec<_> = lines.map(|index| (scribe.piece_span(index), "\n".to_owned())).collect();
    let Some((first, _)) = edits.first().cloned() else { return };
    let count = edits.len();
    let message = match count {
        1 => "a line ends with a carriage return alone".to_owned(),
        _ => format!("{count} lines end with a carriage return alone"),
    };
    let place = Span { end: first.start, ..first };
    let finding = Diagnostic::new(LINE_ENDS, message).primary(place, "the first ends here");
    let fix = if count <= EDITS_MAX {
        Fix { edits, ..Fix::automatic("end them with a line feed", first, "") }
    } else {
        Fix::advice("save the file with the line ends of Unix or Windows")
    };
    scribe.say(finding.fix(fix));
}

/// Spaces other than the space and the tab: one finding for all.
fn odd_spaces(scribe: &mut Scribe<'_>, layout: &Layout) {
    let is_odd = |index: &usize| {
        let odd = |it: char| !matches!(it, ' ' | '\t' | '\u{FEFF}');
        scribe.written(*index).contains(odd)
    };
    let spaces = pieces_of(layout, PieceKind::Space).filter(is_odd);
    let edits: Vec<_> = spaces.map(|index| (scribe.piece_span(index), " ".to_owned())).collect();
    let Some((first, _)) = edits.first().cloned() else { return };
    let characters: Vec<char> =
        scribe.text_of(first).chars().filter(|it| !matches!(it, ' ' | '\t')).collect();
    let message = format!("a space is not the usual one: {}", named(&characters));
    let finding = Diagnostic::new(SPACE_ODD, message).primary(first, "the first");
    let fix = if edits.len() <= EDITS_MAX {
        Fix { edits, ..Fix::automatic("write usual spaces", first, "") }
    } else {
        Fix::advice("write usual spaces")
    };
    scribe.say(finding.fix(fix));
}

fn pieces_of(layout: &Layout, kind: PieceKind) -> impl Iterator<Item = usize> {
    layout.pieces.iter().enumerate().filter(move |(_, it)| it.kind == kind).map(|(index, _)| index)
}

/// Edits of one fix; a file with more is mended by the program that wrote it.
const EDITS_MAX: usize = 10_000;

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
            Diagnostic::new(BRACE_EXTRA, "this `}` closes nothing")
                .primary(span, "")
                .fix(Fix::choose("take it away", span, ""))
        }
        Fault::CommaBeforeNothing(piece) => {
            let span = scribe.piece_span(piece);
            Diagnostic::new(COMMA, "nothing follows this comma")
                .primary(span, "")
                .fix(Fix::automatic("take it away", span, ""))
        }
        Fault::LineBroken { before, after } => {
            let (word, next) = (scribe.piece_span(before), scribe.piece_span(after));
            let between = Span { start: word.end, end: next.start, ..word };
            let finding =
                Diagnostic::new(LINE_BROKEN, "a line goes on in the next one only after a comma");
            let finding = finding.primary(next, "this belongs to the line above");
            if scribe.text_of(between).trim().is_empty() {
                finding.fix(Fix::automatic("put it there", between, " "))
            } else {
                finding.note("write both on one line")
            }
        }
        Fault::Deep(piece) => {
            Diagnostic::new(BLOCK_UNEXPECTED, "a block cannot stand this deep inside others")
                .primary(scribe.piece_span(piece), "")
        }
        // The brace is inside of the text that is not closed, which is reported.
        Fault::OpenMissing(head) if has_unclosed(layout, head) => return None,
        Fault::OpenMissing(head) => {
            let span = scribe.line_span(head);
            let end = Span { start: span.end, ..span };
            let finding = Diagnostic::new(
                BRACE,
                format!("the `{{` after `{}` is missing", title(scribe, head)),
            )
            .primary(span, "its lines stand between braces");
            let last = scribe.written(head.last);
            let mark = last.chars().next_back().filter(|it| !it.is_alphanumeric() && *it != '"');
            match mark {
                Some(mark) => {
                    let start =
                        span.end.saturating_sub(u32::try_from(mark.len_utf8()).unwrap_or(0));
                    let place = Span { start, ..span };
                    finding.fix(Fix::choose(format!("write `{{` instead of `{mark}`"), place, "{"))
                }
                None => finding.fix(Fix::automatic("write ` {` at the end of the line", end, " {")),
            }
        }
        Fault::OpenWithoutHead(piece) => {
            Diagnostic::new(BLOCK_UNEXPECTED, "nothing stands before this `{`").primary(
                scribe.piece_span(piece),
                "a block begins with what it is, such as `policy name {`",
            )
        }
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
    let is_message = scribe.written(head.first) == "message";
    let (place, text) = match newline {
        Some((index, _)) if is_message => (scribe.piece_span(index).end, "  }\n"),
        Some((index, _)) => (scribe.piece_span(index).end, "}\n"),
        None => (scribe.piece_span(layout.pieces.len()).end, "\n}\n"),
    };
    let at = Span { start: place, end: place, ..scribe.piece_span(head.first) };
    let finding =
        Diagnostic::new(BRACE, format!("the `}}` of `{}` is missing", title(scribe, head)))
            .primary(scribe.line_span(head), "this block is not closed")
            .fix(Fix::automatic("write `}` after its last line", at, text));
    match before {
        Some(next) if is_message => {
            finding.secondary(scribe.piece_span(next), "this line belongs to the block around it")
        }
        Some(next) => finding.secondary(scribe.piece_span(next), "and here the next item begins"),
        None => finding,
    }
}

/// Whether another block begins between two pieces.
fn opens_between(layout: &Layout, first: usize, last: usize) -> bool {
    let between = layout.pieces.get(first..last).unwrap_or(&[]);
    between.iter().any(|it| it.kind == PieceKind::Open)
}

/// The brace of a message behind lines of its test: written where it belongs, and taken away there.
fn closed_too_late(mut finding: Diagnostic, scribe: &Scribe<'_>, close: usize) -> Diagnostic {
    let close = scribe.piece_span(close);
    finding.message = "the `}` of `message` stands too late".to_owned();
    let mut fix = finding.fix.take().unwrap_or_else(|| Fix::advice(""));
    fix.title = "write `}` before the lines of the test".to_owned();
    fix.edits.push((close, String::new()));
    finding.fix(fix)
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

fn piece_finding(scribe: &Scribe<'_>, kind: PieceKind, index: usize) -> Option<Diagnostic> {
    let span = scribe.piece_span(index);
    let written = scribe.written(index);
    let end = Span { start: span.end, ..span };
    match kind {
        // What is wrong with it is said where the expression is read.
        PieceKind::TextForeign if is_after_match(scribe, index) => None,
        PieceKind::TextForeign => {
            let quoted = QuotedText::quote(&foreign::inside(written));
            let title = format!("write `{quoted}`");
            Some(if written.contains('\n') {
                // A space or a line break: only the author knows which of them the text has there.
                Diagnostic::new(TEXT_LINES, "a text stands on one line")
                    .primary(span, "")
                    .note("where a line of the text itself ends, write `\\n`")
                    .fix(Fix::choose(title, span, quoted))
            } else {
                Diagnostic::new(TEXT_QUOTES, "a text stands between straight quotes, `\"`")
                    .primary(span, "")
                    .fix(Fix::automatic(title, span, quoted))
            })
        }
        PieceKind::CommentForeign => Some(foreign_comment(scribe, span, written)),
        PieceKind::Comment | PieceKind::Doc => hidden_in_comment(span, written),
        PieceKind::TextUnclosed => Some(
            Diagnostic::new(TEXT_UNCLOSED, "this text is not closed: a `\"` is missing before the end of the line")
                .primary(span, "the text begins here")
                .fix(Fix::choose("write `\"` where the text ends", end, "\"")),
        ),
        // A slash behind the braces of an expression, which is reported.
        PieceKind::RegexUnclosed if is_behind_expression(scribe, index) => None,
        PieceKind::RegexUnclosed => Some(
            Diagnostic::new(REGEX_UNCLOSED, "this regular expression is not closed: a `/` is missing before the end of the line")
                .primary(span, "it begins here")
                .fix(Fix::choose("write `/` where it ends", end, "/")),
        ),
        PieceKind::Close
        | PieceKind::Comma
        | PieceKind::Newline
        | PieceKind::Open
        | PieceKind::Regex
        | PieceKind::Space
        | PieceKind::Text
        | PieceKind::Word => None,
    }
}

/// Whether a piece stands on the line of an expression, and is not its beginning.
fn is_behind_expression(scribe: &Scribe<'_>, index: usize) -> bool {
    !is_after_match(scribe, index) && scribe.first_on_line(index) == "match"
}

/// Whether a piece is the value of a line `match`.
fn is_after_match(scribe: &Scribe<'_>, index: usize) -> bool {
    index.checked_sub(2).is_some_and(|it| scribe.written(it) == "match")
}

fn foreign_comment(scribe: &Scribe<'_>, span: Span, written: &str) -> Diagnostic {
    let inside =
        written.trim_start_matches(['/', '*', '-', ';']).trim_end_matches(['/', '*']).trim();
    let finding = Diagnostic::new(COMMENT_FOREIGN, "a comment begins with `#`").primary(span, "");
    let at = |offset: u32| usize::try_from(offset).unwrap_or(usize::MAX);
    let rest = scribe.rest_of_line(at(span.end));
    if !rest.trim().is_empty() {
        return finding.note("and goes to the end of the line, so put it behind what it explains");
    }
    let lines: Vec<String> = inside
        .lines()
        .map(|line| {
            format!("# {}", line.trim().trim_start_matches('*').trim()).trim_end().to_owned()
        })
        .collect();
    let text = if lines.is_empty() { "#".to_owned() } else { lines.join("\n") };
    finding.fix(Fix::automatic("write `#`", span, text))
}

/// A comment with characters that nobody sees may show a reviewer other rules than those that count.
fn hidden_in_comment(span: Span, written: &str) -> Option<Diagnostic> {
    if written.is_ascii() && !written.bytes().any(|it| it.is_ascii_control() && it != b'\t') {
        return None;
    }
    let is_hidden = |it: &char| is_invisible(*it) && *it != '\t';
    let hidden: Vec<char> = written.chars().filter(is_hidden).collect();
    if hidden.is_empty() {
        return None;
    }
    let kept: String = written.chars().filter(|it| !is_hidden(it)).collect();
    let message = format!("this comment has characters that nobody sees: {}", named(&hidden));
    let fix = Fix::automatic("take them away", span, kept);
    Some(Diagnostic::new(COMMENT_HIDDEN, message).primary(span, "").fix(fix))
}
