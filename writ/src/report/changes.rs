//! What a command would change in a file, as a patch that `git apply` takes.

use similar::TextDiff;

use crate::plain::{plain, plain_line};

/// Lines that are shown round a change.
const CONTEXT_LINES: usize = 2;

/// The patch from one text to another; empty when they are the same.
pub(crate) fn patch(path: &str, old: &str, new: &str) -> String {
    let name = plain_line(path);
    let diff = TextDiff::from_lines(old, new);
    let mut unified = diff.unified_diff();
    let unified = unified.context_radius(CONTEXT_LINES);
    plain(&unified.header(&format!("a/{name}"), &format!("b/{name}")).to_string())
}

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
}
