//! What a command would change in a file, as a patch that `git apply` takes.
//!
//! A change that nobody can see, such as of a tab or the end of a line, is told in words above the patch,
//! where `git apply` skips it.

use std::collections::BTreeMap;

use similar::{ChangeTag, TextDiff};

use crate::plain::{counted, plain, plain_line};

/// Lines that are shown round a change.
const CONTEXT_LINES: usize = 2;

/// The patch from one text to another; empty when they are the same.
pub(crate) fn patch(path: &str, old: &str, new: &str) -> String {
    let name = plain_line(path);
    if old != new && old.replace("\r\n", "\n") == new {
        let lines = counted(old.matches("\r\n").count(), "line ends", "lines end");
        return format!("{name}: {lines} in CR LF, as on Windows; the form is LF alone\n");
    }
    let diff = TextDiff::from_lines(old, new);
    let removed = diff.iter_all_changes().filter(|it| it.tag() == ChangeTag::Delete);
    let hidden = hidden(removed.map(|it| (it.old_index(), it.value())));
    let hidden: String = hidden.iter().map(|it| format!("{name}: {it}\n")).collect();
    let mut unified = diff.unified_diff();
    let unified = unified.context_radius(CONTEXT_LINES);
    hidden + &plain(&unified.header(&format!("a/{name}"), &format!("b/{name}")).to_string())
}

/// Characters in lines that go which look like nothing, or like a space: `line 4 has a tab`.
fn hidden<'t>(lines: impl Iterator<Item = (Option<usize>, &'t str)>) -> Vec<String> {
    let mut found: BTreeMap<(usize, usize), String> = BTreeMap::new();
    for (index, line) in lines {
        let number = index.unwrap_or_default().saturating_add(1);
        let text = line.trim_end_matches('\n');
        for (order, (character, words)) in HIDDEN.iter().enumerate() {
            if text.contains(*character) {
                found.insert((number, order), format!("line {number} has {words}"));
            }
        }
        if text.trim_end_matches('\r').ends_with(' ') {
            let words = format!("line {number} ends in spaces");
            found.insert((number, HIDDEN.len()), words);
        }
    }
    found.into_values().collect()
}

/// Characters that nobody sees in a patch, in words.
const HIDDEN: [(char, &str); 8] = [
    ('\t', "a tab"),
    ('\r', "CR LF at its end, as on Windows"),
    ('\u{A0}', "a no-break space (U+00A0)"),
    ('\u{AD}', "a soft hyphen (U+00AD)"),
    ('\u{200B}', "a zero-width space (U+200B)"),
    ('\u{202F}', "a narrow no-break space (U+202F)"),
    ('\u{2009}', "a thin space (U+2009)"),
    ('\u{FEFF}', "a byte-order mark (U+FEFF)"),
];

#[cfg(test)]
mod tests {
    use super::patch;

    #[test]
    fn a_patch_names_the_file_and_shows_the_lines() {
        let shown = patch("rules/a.writ", "one\ntwo\n", "one\n2\n");
        assert_eq!(
            shown,
            "--- a/rules/a.writ\n+++ b/rules/a.writ\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n"
        );
        assert_eq!(patch("a", "x", "x"), "");
    }

    #[test]
    fn what_nobody_sees_is_told() {
        assert_eq!(
            patch("a", "one\r\ntwo\r\n", "one\ntwo\n"),
            "a: 2 lines end in CR LF, as on Windows; the form is LF alone\n"
        );
        let shown = patch("a", "x\n\ty\n  to\u{a0}z \n", "x\n  y\n  to z\n");
        assert!(
            shown.starts_with(
                "a: line 2 has a tab\na: line 3 has a no-break space (U+00A0)\na: line 3 ends in spaces\n--- a/a\n"
            ),
            "{shown}"
        );
    }
}
