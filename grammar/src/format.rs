//! The one canonical form of a rule file.
//!
//! # The form
//!
//! - Two spaces for each block. One space after the longest key of a block, and there all its values begin.
//! - A list stays on the lines on which its author put it; further lines begin where the values do.
//! - Comments stay. One after a statement stands in column 48, or further right where a line of the same block
//!   needs it; texts longer than that have two spaces before their comment.
//! - Empty lines stay, at most one after another, and none next to a brace.
//! - Values, their order and the order of lines are never changed.

mod columns;
mod rows;

use crate::{
    diagnostic::{Diagnostic, Severity},
    layout::layout,
    parse::parse,
    tree::FileId,
};

/// Puts a text without errors into its canonical form.
///
/// # Errors
///
/// The errors of the text, if it has any; nothing is changed in a text that could not be read whole.
///
/// ```
/// assert_eq!(grammar::format("writ  1\ndefault   deliver # all").unwrap(), format!("writ 1\n{:<48}# all\n", "default deliver"));
/// ```
pub fn format(text: &str) -> Result<String, Vec<Diagnostic>> {
    let (_, diagnostics) = parse(FileId(0), text);
    let errors: Vec<Diagnostic> =
        diagnostics.into_iter().filter(|finding| finding.severity() == Severity::Error).collect();
    if !errors.is_empty() {
        return Err(errors);
    }
    let layout = layout(text);
    Ok(columns::write(&rows::rows(text, &layout)))
}
