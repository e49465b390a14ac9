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
    assert!(codes.lines().is_sorted() && codes.starts_with("E0001  "), "{codes}");
    let page = scene.writ(&["help", "E0001"]).ends(0).out;
    assert!(page.ends_with("Right:\n\n    writ 1\n    default deliver\n"), "{page}");
}

#[test]
fn help_is_the_usage_and_the_topics() {
    let scene = Scene::new(&[]);
    let usage = scene.writ(&["help"]).ends(0).out;
    for command in ["init", "check", "fmt", "test", "decide", "explain", "extract", "help"] {
        assert!(usage.contains(&format!("\n  {command} ")), "{usage}");
        let help = scene.writ(&["help", command]).ends(0).out;
        assert!(help.contains(&format!("Usage: writ {command}")), "{help}");
        assert!(help.contains("Examples:\n  writ "), "{help}");
    }
    for topic in ["\n  policy ", "\n  specificity ", "\n  tutorial ", "Items of a rule file:"] {
        assert!(usage.contains(topic), "{usage}");
    }
    let none = scene.writ(&[]).ends(2);
    assert!(none.err.contains("Usage: writ"), "{}", none.err);
}

#[test]
fn a_topic_has_its_page_without_marks() {
    let scene = Scene::new(&[]);
    let page = scene.writ(&["help", "specificity"]).ends(0).out;
    assert!(page.starts_with("SPECIFICITY\n"), "{page}");
    assert!(!page.contains("```") && !page.contains("](") && !page.contains("**"), "{page}");
    let line = scene.writ(&["help", "activates", "at"]).ends(0).out;
    assert!(line.starts_with("`activates at`\n") && line.lines().count() < 25, "{line}");
    let from = scene.writ(&["help", "from"]).ends(0).out;
    assert!(from.contains("[policy]\n") && from.contains("[request]\n"), "{from}");
}

#[test]
fn a_command_and_a_word_of_one_name_are_both_there() {
    let scene = Scene::new(&[]);
    let command = scene.writ(&["help", "test"]).ends(0).out;
    assert!(command.contains("Usage: writ test") && command.contains("`writ help word test`"));
    let word = scene.writ(&["help", "word", "test"]).ends(0).out;
    assert!(word.starts_with("`test`\n"), "{word}");
}

#[test]
fn a_page_that_is_not_there_offers_one_that_is() {
    let scene = Scene::new(&[]);
    let run = scene.writ(&["help", "E043"]).ends(2);
    assert_eq!(run.err, "error: there is no page `E043`; did you mean `E0430`?\n");
    let run = scene.writ(&["help", "Quarantine"]).ends(2);
    assert_eq!(run.err, "error: `Quarantine` is called `hold` here: `writ help hold`\n");
    scene.writ(&["help", "hold"]).ends(0);
    for (asked, offered) in [("chekc", "check"), ("polcy", "policy"), ("specifity", "specificity")]
    {
        let run = scene.writ(&["help", asked]).ends(2);
        assert!(run.err.contains(&format!("did you mean `{offered}`?")), "{}", run.err);
    }
    let run = scene.writ(&["help", "regular expression"]).ends(2);
    let words = "it is spoken of in `writ help literals`, `writ help pattern`";
    assert!(run.err.contains(words), "{}", run.err);
    let run = scene.writ(&["help", "zzz"]).ends(2);
    assert!(run.err.contains("`writ help` lists the topics"), "{}", run.err);
}
