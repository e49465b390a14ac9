//! The pages of the codes: each has one, its examples are true, and a golden case shows it.

use super::cases;
use crate::{
    diagnostic::{CODES, Code},
    parse,
    tree::FileId,
};

fn codes_of(text: &str) -> Vec<Code> {
    parse(FileId(0), text).1.iter().map(|finding| finding.code).collect()
}

/// An example as a file: what is not shown is its edition.
fn file(example: &str, code: Code) -> String {
    let lines: String =
        example.lines().map(|line| format!("{}\n", line.strip_prefix("    ").unwrap())).collect();
    let is_about_edition = [1, 2, 59].contains(&code.number());
    if is_about_edition { lines } else { format!("writ 1\n{lines}") }
}

#[test]
fn every_code_has_a_page_and_a_case() {
    let mut codes: Vec<_> = CODES.iter().map(|page| page.code).collect();
    let numbers: std::collections::BTreeSet<u16> = codes.iter().map(|it| it.number()).collect();
    assert_eq!(numbers.len(), codes.len(), "a number is given twice");
    assert!(codes.len() >= 45 && numbers.iter().all(|it| (1..200).contains(it)));
    codes.sort_unstable();
    // What is wrong in a settings file is told by who reads it.
    codes.retain(|it| it.number() != 65);
    let told: Vec<Code> = cases().iter().flat_map(|(_, text)| codes_of(text)).collect();
    let without: Vec<String> =
        codes.iter().filter(|it| !told.contains(it)).map(ToString::to_string).collect();
    assert_eq!(without, [""; 0], "codes that no case shows");
    assert!(told.iter().all(|code| codes.contains(code)), "a code without a page");
    assert!(CODES.iter().all(|it| !it.title.is_empty() && it.explanation.len() > 60));
}

#[test]
fn the_examples_of_the_pages_are_true() {
    for page in CODES {
        let Some((_, examples)) = page.explanation.split_once("\n\nWrong:\n\n") else { continue };
        let (wrong, right) = examples.split_once("\n\nRight:\n\n").unwrap();
        let (wrong, right) = (file(wrong, page.code), file(right, page.code));
        assert_eq!(codes_of(&wrong), [page.code], "{wrong}");
        assert_eq!(codes_of(&right), [], "{right}");
    }
}
