//! Markdown as a terminal shows it: wrapped, indented, without links.

/// Columns of a paragraph.
const COLUMNS: usize = 90;

/// What a line of code begins with that stands between no marks; not one that goes on with a paragraph.
const CODE: &str = "    ";

/// Columns between two cells of a table.
const GAP: usize = 2;

/// A page or a part of one, as plain text.
pub(crate) fn render(markdown: &str) -> String {
    let mut out = Out { text: String::new(), paragraph: String::new(), hang: 0 };
    let mut table: Vec<Vec<String>> = Vec::new();
    let mut in_code = false;
    for line in markdown.lines() {
        if !line.starts_with('|') && !table.is_empty() {
            out.table(&std::mem::take(&mut table));
        }
        if line.starts_with("```") {
            out.end_paragraph();
            in_code = !in_code;
        } else if in_code {
            out.line(&format!("{CODE}{line}"));
        } else if line.starts_with('|') {
            out.end_paragraph();
            table.push(cells(line));
        } else if out.paragraph.is_empty() && line.starts_with(CODE) {
            out.line(line);
        } else if !line.starts_with("<!--") {
            out.prose(line);
        }
    }
    out.end_paragraph();
    if !table.is_empty() {
        out.table(&table);
    }
    collapsed(&out.text)
}

struct Out {
    text: String,
    paragraph: String,
    /// Columns that the lines after the first of a paragraph are moved in.
    hang: usize,
}

impl Out {
    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    fn prose(&mut self, line: &str) {
        let words = line.trim_start();
        let indent = line.len().saturating_sub(words.len());
        if words.is_empty() {
            self.end_paragraph();
            self.line("");
        } else if let Some(heading) = line.strip_prefix('#') {
            self.end_paragraph();
            self.heading(heading);
        } else {
            let mark = mark(words);
            if mark > 0 {
                self.end_paragraph();
                self.hang = indent.saturating_add(mark);
                self.paragraph = " ".repeat(indent);
            } else if !self.paragraph.is_empty() {
                self.paragraph.push(' ');
            }
            self.paragraph.push_str(&inline(words));
        }
    }

    fn heading(&mut self, rest: &str) {
        let words = inline(rest.trim_start_matches('#').trim());
        let is_title = !rest.starts_with('#');
        let line = if is_title { capitals(&words) } else { words };
        self.line(&line);
        if !is_title {
            self.line(&"-".repeat(line.chars().count()));
        }
    }

    fn end_paragraph(&mut self) {
        let paragraph = std::mem::take(&mut self.paragraph);
        if !paragraph.trim().is_empty() {
            for line in wrapped(&paragraph, COLUMNS, self.hang) {
                self.line(&line);
            }
        }
        self.hang = 0;
    }

    /// Columns as wide as their widest cell; the last one is wrapped.
    fn table(&mut self, rows: &[Vec<String>]) {
        let rows: Vec<&Vec<String>> = rows.iter().filter(|it| !is_rule(it)).collect();
        let columns = rows.iter().map(|it| it.len()).max().unwrap_or(0);
        let width = |column: usize| {
            let cells = rows.iter().filter_map(|it| it.get(column));
            cells.map(|it| it.chars().count()).max().unwrap_or(0)
        };
        let before: Vec<usize> = (0..columns.saturating_sub(1)).map(width).collect();
        let left = before.iter().fold(GAP, |sum, it| sum.saturating_add(*it).saturating_add(GAP));
        for row in rows {
            let mut line = " ".repeat(GAP);
            for (cell, width) in row.iter().zip(&before) {
                line.push_str(&format!("{cell:<width$}"));
                line.push_str(&" ".repeat(GAP));
            }
            line.push_str(row.get(before.len()).map(String::as_str).unwrap_or_default());
            for part in wrapped(&line, COLUMNS.max(left.saturating_add(30)), left) {
                self.line(&part);
            }
        }
    }
}

/// In capitals, but for words of the language, whose case counts.
fn capitals(words: &str) -> String {
    let parts = words.split('`').enumerate();
    let parts =
        parts.map(|(at, it)| if at.is_multiple_of(2) { it.to_uppercase() } else { it.to_owned() });
    parts.collect::<Vec<_>>().join("`")
}

/// Columns of the mark of a list's entry: `- `, `1. `; 0 for none.
fn mark(words: &str) -> usize {
    if words.starts_with("- ") {
        return 2;
    }
    let digits = words.chars().take_while(char::is_ascii_digit).count();
    let is_number = digits > 0 && words.get(digits..).is_some_and(|it| it.starts_with(". "));
    if is_number { digits.saturating_add(2) } else { 0 }
}

/// Cells between bars; `\|` is a bar in a cell.
fn cells(line: &str) -> Vec<String> {
    let line = line.trim().trim_start_matches('|').trim_end_matches('|').replace("\\|", "\u{0}");
    line.split('|').map(|it| inline(&it.replace('\u{0}', "|")).trim().to_owned()).collect()
}

/// The line under the head of a table.
fn is_rule(row: &[String]) -> bool {
    row.iter().all(|it| !it.is_empty() && it.chars().all(|mark| matches!(mark, '-' | ':')))
}

/// Links become their words; marks of emphasis go.
fn inline(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        out.push_str(before);
        match after.split_once("](").and_then(|(words, tail)| Some((words, tail.split_once(')')?)))
        {
            // A bracket in code is no link.
            Some((words, (_, tail))) if !words.contains(['[', '\n']) => {
                out.push_str(words);
                rest = tail;
            }
            Some(_) | None => {
                out.push('[');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out.replace("**", "")
}

/// Breaks a line between words; the spaces it begins with, and those inside, stay.
fn wrapped(line: &str, columns: usize, hang: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut current = String::new();
    for word in line.split_inclusive(' ') {
        let length = current.chars().count().saturating_add(word.trim_end().chars().count());
        if columns < length && !current.trim().is_empty() {
            lines.push(current.trim_end().to_owned());
            current = " ".repeat(hang);
        }
        current.push_str(word);
    }
    lines.push(current.trim_end().to_owned());
    lines
}

/// No two empty lines in a row, none at the ends.
fn collapsed(text: &str) -> String {
    let mut out = String::new();
    let mut empty = true;
    for line in text.lines() {
        if !line.is_empty() || !empty {
            out.push_str(line);
            out.push('\n');
        }
        empty = line.is_empty();
    }
    format!("{}\n", out.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_reads_as_text() {
        let text = "# The `a` page\n\nSee [the list](x.md#y)\nand **more**.\n\n- one\n  two\n\n## B\n\n```writ\nx  # [y](z)\n```\n| k | v |\n|---|---|\n| `a\\|b` | c |\n";
        let shown = "THE `a` PAGE\n\nSee the list and more.\n\n- one two\n\nB\n-\n\n    x  # [y](z)\n  k      v\n  `a|b`  c\n";
        assert_eq!(render(text), shown);
    }

    #[test]
    fn long_lines_are_broken_between_words() {
        let text = format!("- {}", "word ".repeat(40));
        let shown = render(&text);
        assert!(shown.lines().count() == 3 && shown.lines().all(|it| it.len() <= COLUMNS));
        assert!(shown.lines().skip(1).all(|it| it.starts_with("  word")), "{shown}");
    }
}
