//! The codes of this crate's diagnostics, their pages of the manual, and an example of each.
//!
//! A number is never given to another meaning; `grammar` has those below 200. Numbers that meant
//! something once and are free: 244, 302.
//!
//! An entry is the code, its title, its explanation, and a file of `cases/` with rules that are wrong and
//! rules that are right. Every example is checked by the tests, and what it says is compared with the
//! text beside it.

mod cases;
mod clauses;
mod content;
mod definitions;
mod names;
mod people;
mod sets;
mod unused;

use grammar::diagnostic::{Code, Explained};

pub use self::{
    cases::{
        ASSERT_WIDE, EXPECT_CONTRADICTS, EXPECT_STRANGER, GIVEN_IDLE, SAMPLE_ABSENT, TEST_DEFAULT,
        TEST_TITLE_TWICE,
    },
    clauses::{
        ATTACHMENT_TYPE, BETWEEN_BESIDE, BETWEEN_SECURES, BYPASS_BOTH, BYPASS_ENDLESS,
        BYPASS_FORGEABLE, BYPASS_HEADER, BYPASS_IDLE, BYPASS_OWNER, BYPASS_SOURCE, BYPASS_WHY,
        BYPASS_WIDE, CONDITION_CERTAIN, CONDITION_CONTRADICTS, CONDITION_TWICE, CONFLICT,
        EFFECT_TWICE, HEADER_RESERVED, NAME_WITHOUT_STAR, NEVER_DECIDES, NOT_PROTECTS,
        OUTCOME_MISPLACED, OVERRIDE_BARE, OVERRIDE_CYCLE, OVERRIDE_KIND, OVERRIDE_UNMET,
        POLICIES_EQUAL, REQUEST_EXTERNAL, REQUEST_IDLE, SECURE_IDLE, SKIPS_ROUTING, STRIP_IDLE,
        TAG_WEAK, TAGS_OVERLAP, TOLD_EXTERNAL, VALIDITY_ENDING, VALIDITY_PAST, VALIDITY_REVERSED,
    },
    content::{
        ACCEPTS_FAILS, CAP_SMALL, CHECK_UNKNOWN, COUNT_TWICE, IGNORE_IDLE, LESS_VETOES,
        NEAR_ITSELF, PATTERN_UNTESTED, PATTERNS_EQUAL, REGEX_ANCHORED, REGEX_COSTLY, REGEX_EMPTY,
        REGEX_REFUSED, REGEX_UNMATCHABLE, REJECTS_FAILS, REQUIRE_VETOED, SCOPE_TWICE, TERM_EMPTY,
        TERM_LONG, TERM_SHORT, TERM_STAR, THRESHOLD_UNREACHABLE, WITHIN_IDLE, ZERO,
    },
    definitions::{
        AVAILABLE_EXTERNAL, DEFINITION_CYCLE, DEFINITIONS_EQUAL, DESCRIPTION_DIFFERS,
        EXTENSION_IDLE, EXTENSION_LONG, OPTION_INHERITED, REPLY_ALL, RETENTION_SHORTER, TEXT_IDLE,
    },
    names::{
        DEFAULT_TWICE, FILE_UNREADABLE, FINGERPRINTS_FILE, FINGERPRINTS_FORM, FINGERPRINTS_MEASURE,
        LANGUAGE_UNKNOWN, LIBRARY_ITEM, LINE_MISSING, NAME_KIND, NAME_TWICE, NAME_UNKNOWN,
        ORGANISATION_MISSING, ORGANISATION_TWICE, USE_CYCLE, USE_UNKNOWN,
    },
    people::{
        ATTRIBUTE_ORDER, ATTRIBUTE_UNDECLARED, ATTRIBUTE_VALUE, EXCEPT_IDLE, GROUP_DEAD,
        GROUPS_DISAGREE, HOLD_NOBODY, HOLD_UNKNOWN, MIXED_SPECIFICITY, ORDER_TWICE,
        POSTMASTER_EXTERNAL, RECIPIENT_NULL, SELECTOR_COVERED, SIDE_NOBODY, VALUE_DEAD,
    },
    sets::{
        DIRECTORY_TWICE, DOMAIN_COVERED, ENTRY_TWICE, LOOKALIKE_DOMAIN, MIXED_SCRIPT,
        NETWORK_COVERED, NETWORK_WIDE, SET_EMPTY, SETS_EQUAL, TERM_TWICE,
    },
    unused::{
        DEFINITION_UNUSED, DIRECTORY_UNUSED, EXAMINATION_UNUSED, FINDABLE_UNUSED,
        FINGERPRINTS_UNUSED, SET_UNUSED, USE_TWICE, USE_UNUSED,
    },
};

/// Rules that provoke a code, and rules that do not.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    /// The code.
    pub code: Code,
    /// The file: wrong rules, then, after a line `=== right`, right ones.
    text: &'static str,
}

/// Declares codes: a constant each, their pages, and their examples.
macro_rules! codes {
    ($($name:ident = $severity:ident $number:literal, $title:literal, $explanation:literal;)+) => {
        $(
            #[doc = $title]
            pub const $name: Code = Code::$severity($number);
        )+
        /// The pages of these codes.
        pub(super) const PAGES: &[Explained] =
            &[$(Explained { code: $name, title: $title, explanation: $explanation }),+];
        /// The examples of these codes.
        pub(super) const EXAMPLES: &[Example] = &[$(Example {
            code: $name,
            text: include_str!(concat!("cases/", super::letter!($severity), $number, ".writ")),
        }),+];
    };
}

/// How a code of a severity begins.
macro_rules! letter {
    (error) => {
        "E0"
    };
    (warning) => {
        "W0"
    };
}

use codes;
use letter;

const LISTS: &[&[Explained]] = &[
    cases::PAGES,
    clauses::PAGES,
    content::PAGES,
    definitions::PAGES,
    names::PAGES,
    people::PAGES,
    sets::PAGES,
    unused::PAGES,
];

const EXAMPLES: &[&[Example]] = &[
    cases::EXAMPLES,
    clauses::EXAMPLES,
    content::EXAMPLES,
    definitions::EXAMPLES,
    names::EXAMPLES,
    people::EXAMPLES,
    sets::EXAMPLES,
    unused::EXAMPLES,
];

const COUNT: usize = count();

/// The pages of all codes of this crate.
pub const CODES: &[Explained] = &joined();

const fn count() -> usize {
    let (mut list, mut count) = (0, 0);
    #[expect(
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        reason = "in a constant either stops the build"
    )]
    while list < LISTS.len() {
        count += LISTS[list].len();
        list += 1;
    }
    count
}

#[expect(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "in a constant either stops the build"
)]
const fn joined() -> [Explained; COUNT] {
    let mut all = [LISTS[0][0]; COUNT];
    let (mut list, mut at) = (0, 0);
    while list < LISTS.len() {
        let mut entry = 0;
        while entry < LISTS[list].len() {
            all[at] = LISTS[list][entry];
            entry += 1;
            at += 1;
        }
        list += 1;
    }
    all
}

/// The example of a code: wrong rules and right ones, without the files around them.
#[must_use]
pub fn example(code: Code) -> Option<(&'static str, &'static str)> {
    let example = EXAMPLES.iter().copied().flatten().find(|it| it.code == code)?;
    example.text.split_once("=== right\n").map(|it| (it.0.trim_end(), it.1.trim_end()))
}

/// Findings that a file can cause by its absence.
pub const OF_ABSENT_FILES: [Code; 8] = [
    NAME_UNKNOWN,
    USE_UNKNOWN,
    ORGANISATION_MISSING,
    ATTRIBUTE_UNDECLARED,
    HOLD_UNKNOWN,
    FINGERPRINTS_FILE,
    EXAMINATION_UNUSED,
    DEFINITION_UNUSED,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_stands_once_and_above_those_of_the_grammar() {
        for (at, page) in CODES.iter().enumerate() {
            assert!(200 <= page.code.number(), "{}", page.code);
            assert!(
                CODES[at + 1..].iter().all(|it| it.code.number() != page.code.number()),
                "{}",
                page.code
            );
            assert!(!page.explanation.is_empty() && !page.title.ends_with('.'), "{}", page.code);
            assert!(example(page.code).is_some(), "{} has no example", page.code);
        }
    }
}
