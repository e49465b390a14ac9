//! `writ help` and the usage.

use crate::scene::Scene;

#[test]
fn a_code_has_its_page() {
    let scene = Scene::new(&[]);
    let page = scene.writ(&["help", "E0430"]).ends(0).out;
    assert!(
        page.starts_with("E0430: two rules disagree") && page.contains("override NAME"),
        "{page}"
    );
    assert_eq!(scene.writ(&["help", "e0430"]).ends(0).out, page);
    let codes = scene.writ(&["help", "codes"]).ends(0).out;
    assert!(codes.contains("\nE0430  two rules disagree"), "{codes}");
}

#[test]
fn help_is_the_usage() {
    let scene = Scene::new(&[]);
    let usage = scene.writ(&["help"]).ends(0).out;
    for command in ["init", "check", "fmt", "test", "decide", "explain", "extract", "help"] {
        assert!(usage.contains(&format!("\n  {command} ")), "{usage}");
        let help = scene.writ(&["help", command]).ends(0).out;
        assert!(help.contains(&format!("Usage: writ {command}")), "{help}");
        assert!(help.contains("Examples:\n  writ "), "{help}");
    }
    let none = scene.writ(&[]).ends(2);
    assert!(none.err.contains("Usage: writ"), "{}", none.err);
}

#[test]
fn a_page_that_is_not_there_offers_one_that_is() {
    let scene = Scene::new(&[]);
    let run = scene.writ(&["help", "E043"]).ends(2);
    assert_eq!(run.err, "error: there is no page `E043`; did you mean `E0430`?\n");
    let run = scene.writ(&["help", "chekc"]).ends(2);
    assert!(run.err.contains("did you mean `check`?"), "{}", run.err);
}
