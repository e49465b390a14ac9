//! `writ fmt`.

use crate::scene::{SMALL, Scene};

const RAGGED: &str = "writ 1\norganisation   acme {\n domains acme.example # ours\n}\n";

#[test]
fn files_are_brought_into_their_form_and_named() {
    let scene = Scene::new(&[("rules/a.writ", RAGGED), ("rules/b.writ", SMALL)]);
    let checked = scene.writ(&["fmt", "--check", "rules"]).ends(1);
    assert_eq!(
        checked.out,
        "--- a/rules/a.writ\n+++ b/rules/a.writ\n@@ -1,4 +1,4 @@\n writ 1\n-organisation   acme {\n\
         - domains acme.example # ours\n+organisation acme {\n\
         +  domains acme.example                          # ours\n }\n2 files: 1 would change\n"
    );
    assert_eq!(scene.read("rules/a.writ"), RAGGED);
    let formatted = scene.writ(&["fmt", "rules"]).ends(0);
    assert_eq!(formatted.out, "rules/a.writ\n2 files: 1 changed\n");
    assert_eq!(scene.read("rules/b.writ"), SMALL);
    assert!(scene.read("rules/a.writ").contains("\n  domains acme.example"));
    assert_eq!(scene.writ(&["fmt", "--check", "rules"]).ends(0).out, "2 files: 0 would change\n");
}

#[test]
fn a_file_with_errors_stays_and_the_others_do_not_wait_for_it() {
    let wrong = "writ 1\ndefault   deliverr\n";
    let scene = Scene::new(&[("a.writ", wrong), ("b.writ", RAGGED)]);
    let out = scene.writ(&["fmt"]).ends(1).out;
    assert!(out.contains("  --> a.writ:2:11") && out.contains("\nb.writ\n"), "{out}");
    assert!(out.ends_with("2 files: 1 changed, 1 with errors left as they are\n"), "{out}");
    assert_eq!(scene.read("a.writ"), wrong);
}

#[test]
fn one_file_is_formatted_alone() {
    let scene = Scene::new(&[("a.writ", RAGGED), ("b.writ", RAGGED), ("writ.toml", "")]);
    scene.writ(&["fmt", "a.writ"]).ends(0);
    assert_ne!(scene.read("a.writ"), RAGGED);
    assert_eq!(scene.read("b.writ"), RAGGED);
}

#[test]
fn standard_input_goes_to_standard_output() {
    let scene = Scene::new(&[]);
    let formatted = scene.writ_with(&["fmt", "-"], b"writ 1\ndefault    deliver").ends(0);
    assert_eq!(formatted.out, "writ 1\ndefault deliver\n");
    assert_eq!(scene.writ_with(&["fmt", "-"], formatted.out.as_bytes()).ends(0).out, formatted.out);
    let wrong = scene.writ_with(&["fmt", "-"], b"writ 1\ndefault deliverr\n").ends(1);
    assert_eq!(wrong.out, "", "an editor would take it for the text");
    assert!(wrong.err.contains("standard input:2:9"), "{}", wrong.err);
    scene.writ_with(&["fmt", "-"], b"\xff").ends(2);
}
