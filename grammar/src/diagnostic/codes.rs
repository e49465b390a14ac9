//! The codes of this crate and their pages of the manual.
//!
//! A page ends with a wrong and a right example, each a paragraph indented by four spaces: a file, or the
//! items of one. A test reads them, so that no page teaches what is not so.

use super::code::{Code, Explained};

/// Declares codes with their pages: `NAME = error 1, "title", "explanation", wrong "…", right "…";`.
macro_rules! codes {
    ($($name:ident = $severity:ident $number:literal, $title:literal, $text:literal
        $(, wrong $wrong:literal, right $right:literal)?;)*) => {
        $(
            #[doc = $title]
            pub const $name: Code = Code::$severity($number);
        )*

        pub(super) const PAGES: &[Explained] = &[
            $(Explained {
                code: $name,
                title: $title,
                explanation: concat!($text $(, "\n\nWrong:\n\n", $wrong, "\n\nRight:\n\n", $right)?),
            },)*
        ];
    };
}

mod files;
mod lines;
mod values;
mod words;

pub use self::{files::*, lines::*, values::*, words::*};

/// How many codes there are.
#[expect(unused_qualifications, reason = "which of the four is meant must be seen")]
const COUNT: usize =
    files::PAGES.len() + lines::PAGES.len() + values::PAGES.len() + words::PAGES.len();

/// The codes of this crate.
pub const CODES: &[Explained] = &joined();

#[expect(unused_qualifications, reason = "which of the four is meant must be seen")]
#[expect(
    clippy::indexing_slicing,
    reason = "computed by the compiler, which refuses what is out of bounds"
)]
const fn joined() -> [Explained; COUNT] {
    let empty = Explained { code: Code::error(0), title: "", explanation: "" };
    let (mut all, mut at) = ([empty; COUNT], 0);
    let parts = [files::PAGES, lines::PAGES, words::PAGES, values::PAGES];
    let mut part = 0;
    while part < parts.len() {
        let mut page = 0;
        while page < parts[part].len() {
            all[at] = parts[part][page];
            at += 1;
            page += 1;
        }
        part += 1;
    }
    all
}
