//! From rows to text: indents, and the columns of values and comments.

use super::rows::Row;

/// Column of comments after a statement, counted from 0.
const COMMENT_COLUMN: usize = 48;
/// A longer line does not push the comments of its block to the right.
const COMMENT_PUSH_MAX: usize = 60;
/// A longer key does not push the values of its block to the right.
const KEY_PUSH_MAX: usize = 40;
/// Spaces of a block.
const INDENT: usize = 2;

/// Writes rows that stand in no block.
pub(super) fn write(rows: &[Row]) -> String {
    let mut out = String::new();
    put(&mut out, rows, 0, Alignment { values: 0, recipients: 0, comments: COMMENT_COLUMN });
    out
}

#[derive(Clone, Copy)]
struct Alignment {
    values: usize,
    recipients: usize,
    comments: usize,
}

/// The columns of a block.
fn alignment(rows: &[Row], indent: usize) -> Alignment {
    let mut columns = Alignment { values: 0, recipients: 0, comments: 0 };
    for row in rows {
        let Row::Statement { key, segments, recipient } = row else { continue };
        let has_value = segments.first().is_some_and(|first| !first.text.is_empty());
        if has_value && !key.is_empty() && width(key) <= KEY_PUSH_MAX {
            columns.values = columns.values.max(width(key).saturating_add(1));
        }
        let recipient = recipient.as_ref().map_or(0, |who| width(who).saturating_add(1));
        columns.recipients = columns.recipients.max(recipient);
    }
    columns.comments = COMMENT_COLUMN;
    for row in rows {
        for (line, comment) in lines_of(row, indent, columns) {
            if comment.is_some() && width(&line) <= COMMENT_PUSH_MAX {
                columns.comments = columns.comments.max(width(&line).saturating_add(2));
            }
        }
    }
    columns
}

/// The lines of a statement before their comments.
fn lines_of(row: &Row, indent: usize, columns: Alignment) -> Vec<(String, Option<String>)> {
    let Row::Statement { key, segments, recipient } = row else { return Vec::new() };
    let mut lines = Vec::new();
    for (number, segment) in segments.iter().enumerate() {
        let mut line = " ".repeat(indent);
        if number == 0 {
            let values =
                if key.is_empty() { 0 } else { columns.values.max(width(key).saturating_add(1)) };
            line.push_str(&format!("{key:<values$}"));
            if let Some(who) = recipient {
                line.push_str(&format!("{who:<recipients$}", recipients = columns.recipients));
            }
        } else {
            line.push_str(&" ".repeat(if key.is_empty() { 0 } else { columns.values.max(1) }));
        }
        // A comment alone inside a list stands where the list stands.
        let (text, comment) = match &segment.comment {
            Some(comment) if number > 0 && segment.text.is_empty() => (comment, None),
            comment => (&segment.text, comment.clone()),
        };
        line.push_str(text);
        lines.push((line.trim_end().to_owned(), comment));
    }
    lines
}

fn put(out: &mut String, rows: &[Row], indent: usize, columns: Alignment) {
    for row in rows {
        match row {
            Row::Blank => out.push('\n'),
            Row::Comment(comment) => out.push_str(&format!("{:indent$}{comment}\n", "")),
            Row::Statement { .. } => {
                for (line, comment) in lines_of(row, indent, columns) {
                    put_line(out, &line, comment.as_deref(), columns.comments);
                }
            }
            Row::Block { head, body, close } => {
                let head_line = format!("{:indent$}{}", "", head.text);
                put_line(out, &head_line, head.comment.as_deref(), COMMENT_COLUMN);
                let inner = indent.saturating_add(INDENT);
                put(out, body, inner, alignment(body, inner));
                put_line(
                    out,
                    &format!("{:indent$}{}", "", close.text),
                    close.comment.as_deref(),
                    COMMENT_COLUMN,
                );
            }
        }
    }
}

fn put_line(out: &mut String, line: &str, comment: Option<&str>, column: usize) {
    match comment {
        None => out.push_str(line),
        Some(comment) => {
            let column = column.max(width(line).saturating_add(2));
            out.push_str(&format!("{line:<column$}{comment}"));
        }
    }
    out.push('\n');
}

fn width(text: &str) -> usize {
    text.chars().count()
}
