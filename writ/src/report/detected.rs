//! What detectors found in a text, for people and for programs.

use std::fmt::Write as _;

use engine::detect::{Detector, Findings};
use serde::Serialize;

use crate::plain::{counted, plain_line};

/// A text and where its octets stand in the file.
pub(crate) struct Text {
    /// With octets that are no character replaced.
    pub(crate) text: String,
    /// Pairs of (offset in the text, offset in the file) after each replacement; ascending.
    shifts: Vec<(usize, usize)>,
}

/// Findings with what they point into.
pub(crate) struct Shown<'d> {
    /// All that could be asked.
    pub(crate) detectors: &'d [Detector],
    /// The text.
    pub(crate) text: &'d Text,
    /// What they found.
    pub(crate) findings: Findings,
}

/// One line of JSON.
#[derive(Serialize)]
struct Line<'d> {
    detector: &'d str,
    start: usize,
    end: usize,
    line: usize,
    column: usize,
    masked: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'d str>,
}

/// Letters and digits at the end of a value that a mask leaves.
const MASK_LEAVES: usize = 4;

impl Text {
    /// Reads UTF-8; what is none is replaced.
    pub(crate) fn new(octets: &[u8]) -> Self {
        let mut text = String::with_capacity(octets.len());
        let (mut shifts, mut read) = (Vec::new(), 0_usize);
        for chunk in octets.utf8_chunks() {
            text.push_str(chunk.valid());
            read = read.saturating_add(chunk.valid().len());
            if !chunk.invalid().is_empty() {
                text.push(char::REPLACEMENT_CHARACTER);
                read = read.saturating_add(chunk.invalid().len());
                shifts.push((text.len(), read));
            }
        }
        Self { text, shifts }
    }

    /// Where an offset of the text is in the file.
    fn in_file(&self, offset: usize) -> usize {
        let after = self.shifts.partition_point(|it| it.0 <= offset);
        let (text, file) =
            after.checked_sub(1).and_then(|it| self.shifts.get(it)).copied().unwrap_or((0, 0));
        offset.saturating_sub(text).saturating_add(file)
    }
}

impl<'d> Shown<'d> {
    /// One line a finding.
    pub(crate) fn json(&self, show_values: bool) -> Result<String, serde_json::Error> {
        let mut written = String::new();
        for line in self.lines(show_values) {
            written.push_str(&serde_json::to_string(&line)?);
            written.push('\n');
        }
        Ok(written)
    }

    /// A table, and how many there are.
    pub(crate) fn human(&self, show_values: bool) -> String {
        let lines: Vec<Line<'d>> = self.lines(show_values).collect();
        let width = lines.iter().map(|it| it.detector.len()).max().unwrap_or(0);
        let mut written = String::new();
        for line in &lines {
            let place = format!("{}:{}", line.line, line.column);
            let value = line.value.unwrap_or(&line.masked);
            let _ =
                writeln!(written, "{:width$}  {place:>9}  {}", line.detector, plain_line(value));
        }
        for number in &self.findings.more {
            let name = self.detectors.get(*number).map_or("", |it| it.name.as_str());
            let _ = writeln!(written, "{name} found more than is shown here");
        }
        let _ = writeln!(written, "{}", counted(lines.len(), "value found", "values found"));
        written
    }

    fn lines(&self, show_values: bool) -> impl Iterator<Item = Line<'d>> {
        let text = self.text.text.as_str();
        let (mut line, mut line_start, mut counted_to) = (1_usize, 0_usize, 0_usize);
        self.findings.found.iter().filter_map(move |found| {
            let value = text.get(found.range.clone())?;
            let before = text.get(counted_to..found.range.start).unwrap_or_default();
            for (at, _) in before.match_indices('\n') {
                line = line.saturating_add(1);
                line_start = counted_to.saturating_add(at).saturating_add(1);
            }
            counted_to = found.range.start;
            let column = text.get(line_start..found.range.start)?.chars().count();
            Some(Line {
                detector: self.detectors.get(found.detector)?.name.as_str(),
                start: self.text.in_file(found.range.start),
                end: self.text.in_file(found.range.end),
                line,
                column: column.saturating_add(1),
                masked: masked(value),
                value: show_values.then_some(value),
            })
        })
    }
}

/// A value whose letters and digits are stars but for the last four; of a short value less is left.
fn masked(value: &str) -> String {
    let count = value.chars().filter(|it| it.is_alphanumeric()).count();
    let mut hidden = count.saturating_sub(MASK_LEAVES.min(count / 3));
    let hide = |it: char| {
        if !it.is_alphanumeric() || hidden == 0 {
            return it;
        }
        hidden = hidden.saturating_sub(1);
        '*'
    };
    value.chars().map(hide).collect()
}

/// The detectors and what each finds.
pub(crate) fn list<'d>(detectors: impl Iterator<Item = &'d Detector> + Clone) -> String {
    let width = detectors.clone().map(|it| it.name.len()).max().unwrap_or(0);
    let mut written = String::new();
    for detector in detectors {
        let about = plain_line(&detector.about);
        let _ = writeln!(written, "{:width$}  {}", plain_line(&detector.name), about.trim());
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_leaves_little() {
        assert_eq!(masked("4012 8888-8888 1881"), "**** ****-**** 1881");
        assert_eq!(masked("AB123456C"), "******56C");
        assert_eq!(masked("ab"), "**");
        assert_eq!(masked("é1é2é3"), "****é3");
    }

    #[test]
    fn offsets_are_those_of_the_file() {
        let text = Text::new(b"a\xffb\xfe\xfec");
        assert_eq!(text.text, "a\u{FFFD}b\u{FFFD}\u{FFFD}c");
        let at = text.text.find('c').unwrap();
        assert_eq!((text.in_file(0), text.in_file(at), text.in_file(at + 1)), (0, 5, 6));
    }
}
