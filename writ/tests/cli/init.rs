//! `writ init`.

use crate::scene::Scene;

#[test]
fn the_starter_tree_is_clean_in_its_form_and_tested() {
    let scene = Scene::new(&[]);
    scene.writ(&["init", "new/rules"]).ends(0);
    scene.writ(&["check", "--deny-lints", "new/rules"]).ends(0);
    scene.writ(&["fmt", "--check", "new/rules"]).ends(0);
    scene.writ(&["test", "new/rules"]).ends(0);
    for (path, command) in [
        ("new/rules/.github/workflows/writ.yml", "run: writ "),
        ("new/rules/.gitlab-ci.yml", "- writ "),
    ] {
        let text = scene.read(path);
        for step in ["check", "fmt --check", "test"] {
            assert!(text.contains(&format!("{command}{step}")), "{path}: {step}");
        }
    }
}

#[test]
fn nothing_is_overwritten() {
    let scene = Scene::new(&[("rules/writ.toml", "# mine\n")]);
    let run = scene.writ(&["init", "rules"]).ends(2);
    assert!(run.err.contains("`rules/writ.toml` is already there"), "{}", run.err);
    assert_eq!(scene.read("rules/writ.toml"), "# mine\n");
    assert!(!scene.path("rules/acme.writ").exists());
}
