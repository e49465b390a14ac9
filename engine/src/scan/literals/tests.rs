//! The literals against the obvious search.

use proptest::prelude::*;

use super::Literals;

fn fast(needles: &[String], text: &str) -> Vec<(u32, usize)> {
    let mut hits = Vec::new();
    Literals::new(needles).scan(text.as_bytes(), |needle, at| hits.push((needle, at)));
    hits.sort_unstable();
    hits
}

/// Every position of every literal, the obvious way.
fn slow(needles: &[String], text: &str) -> Vec<(u32, usize)> {
    let mut hits = Vec::new();
    for (number, needle) in (0..).zip(needles) {
        let starts =
            (0..text.len()).filter(|at| text.as_bytes()[*at..].starts_with(needle.as_bytes()));
        hits.extend(starts.filter(|_| !needle.is_empty()).map(|at| (number, at)));
    }
    hits
}

#[test]
fn overlapping_literals_all_hit() {
    let needles = ["project nightjar", "nightjar", "jar", "a", "nightjars", ""].map(str::to_owned);
    let text = "the project nightjar";
    assert_eq!(fast(&needles, text), vec![(0, 4), (1, 12), (2, 17), (3, 18)]);
}

#[test]
fn crowds_under_one_gram_are_found() {
    // One gram at forty distances, and one literal longer than any comparison.
    let mut needles: Vec<String> =
        (0..40).map(|it| format!("{}zqxjkvw{}", "e".repeat(it), "e".repeat(40 - it))).collect();
    needles.push("e".repeat(300));
    let text = format!("{}{}zqxjkvw{}", "e".repeat(310), "e".repeat(50), "e".repeat(50));
    let hits = fast(&needles, &text);
    assert_eq!(hits, slow(&needles, &text));
    assert_eq!(hits.len(), 40 + 61);
}

proptest! {
    #[test]
    fn finds_what_the_naive_search_finds(
        needles in prop::collection::vec("[ab é]{0,7}", 0..12),
        text in "[ab é]{0,80}",
    ) {
        prop_assert_eq!(fast(&needles, &text), slow(&needles, &text));
    }

    #[test]
    fn finds_long_ones_too(
        pieces in prop::collection::vec("(the|nightjar| |e|qu){1,9}", 0..12),
        text in "(the|nightjar| |e|qu){0,60}",
    ) {
        prop_assert_eq!(fast(&pieces, &text), slow(&pieces, &text));
    }

    #[test]
    fn finds_its_own_pieces(text in "[a-d ]{20,200}", cuts in prop::collection::vec((0_usize..200, 1_usize..30), 1..40)) {
        let needles: Vec<String> = cuts
            .iter()
            .map(|(at, length)| text.chars().skip(at % text.len()).take(*length).collect())
            .collect();
        prop_assert_eq!(fast(&needles, &text), slow(&needles, &text));
    }
}
