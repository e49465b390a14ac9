//! The sample of the language's manual and the shipped rules: they check, test and format.

use std::path::Path;

use crate::scene::{SAMPLE, run, sample};

#[test]
fn the_sample_checks_without_a_finding() {
    let checked = sample().writ(&["check", "--at", "2026-03-02", "--deny-lints", "rules"]).ends(0);
    assert_eq!(checked.out, "2 files checked: no errors\n");
}

#[test]
fn the_tests_of_the_sample_pass() {
    let tested = sample().writ(&["test", "rules"]).ends(0);
    assert_eq!(tested.out.lines().last(), Some("5 passed, 0 failed"));
}

#[test]
fn formatting_moves_nothing_of_the_sample_but_the_column_of_values() {
    let scene = sample();
    scene.writ(&["fmt", "rules"]).ends(0);
    let formatted = scene.read("rules/sample.writ");
    let words = |text: &str| -> Vec<Vec<String>> {
        text.lines().map(|it| it.split_whitespace().map(str::to_owned).collect()).collect()
    };
    assert_eq!(words(&formatted), words(SAMPLE));
    let indent = |it: &str| it.len() - it.trim_start().len();
    for (line, written) in formatted.lines().zip(SAMPLE.lines()) {
        assert_eq!(indent(line), indent(written), "{line}");
    }
    scene.writ(&["fmt", "--check", "rules"]).ends(0);
    scene.writ(&["check", "rules"]).ends(0);
}

/// Every tree of rules that is shipped but the standard library.
const TREES: &str = include_str!("../../../rules/trees.txt");

#[test]
fn the_shipped_rules_are_clean_and_in_their_form() {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("../rules");
    run(&rules, &["fmt", "--check", "."], b"").ends(0);
    // Nothing in a library is asked by a policy of its own.
    for tree in TREES.lines().filter(|it| *it != "presets") {
        run(&rules, &["check", "--deny-lints", "--at", "2026-03-02", tree], b"").ends(0);
    }
}

#[test]
fn the_tests_of_the_shipped_rules_would_notice_nearly_every_mistake() {
    TREES.lines().for_each(would_notice_nearly_every_mistake);
}

#[test]
fn the_tests_of_the_library_would_notice_nearly_every_mistake() {
    would_notice_nearly_every_mistake("std");
}

fn would_notice_nearly_every_mistake(tree: &str) {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("../rules");
    // The budget is for a machine that has other things to do, too.
    let line = ["test", "--coverage", "--mutate", "--budget", "1800"].as_slice();
    let gates = ["--min-policies", "100", "--min-lines", "95", "--min-killed", "95"];
    let tested = run(&rules, &[line, &gates, &[tree]].concat(), b"").ends(0);
    assert!(tested.out.contains(" passed, 0 failed\n"), "{tree}: {}", tested.out);
}
