//! What the manual says is true: every example is checked and its tests run, every link leads
//! somewhere, every line of the language has its section.

mod context;
mod example;
mod links;

use super::{PAGES, all, find, listed, render};

#[test]
fn every_item_and_every_line_has_its_section() {
    let mut missing = Vec::new();
    for it in grammar::vocabulary() {
        let lines = it.lines.iter().map(|line| format!("{} {line}", it.item));
        missing.extend(lines.chain([it.item.to_owned()]).filter(|topic| find(topic).is_empty()));
    }
    assert!(missing.is_empty(), "without a section: {missing:?}");
}

#[test]
fn every_topic_is_found_and_fits_a_terminal() {
    for topic in all() {
        let found = find(&topic);
        assert!(!found.is_empty(), "{topic}");
        for (page, text) in found.iter().filter(|it| it.0.name != "grammar") {
            for line in render(text).lines() {
                assert!(line.chars().count() <= 110, "{}: {line}", page.name);
            }
        }
    }
}

#[test]
fn the_list_of_topics_has_a_line_for_each_page() {
    let list = listed();
    assert!(list.lines().all(|it| it.chars().count() <= 100), "{list}");
    assert!(PAGES.iter().all(|it| list.contains(&format!("\n  {:<14}", it.name))), "{list}");
}

#[test]
fn a_line_is_found_with_and_without_its_item() {
    let names = |topic: &str| find(topic).iter().map(|it| it.0.name).collect::<Vec<_>>();
    assert_eq!(names("policy"), ["policy"]);
    assert_eq!(names("activates at"), ["examination"]);
    assert_eq!(names("policy from"), ["policy"]);
    assert!(names("from").len() > 2);
    assert!(find("reply")[0].1.starts_with("### `print`"));
}

#[test]
fn every_example_of_the_manual_holds() {
    let mut faults = Vec::new();
    let mut count = 0;
    for page in PAGES {
        let examples = example::examples(page.text);
        count += examples.len();
        let faulty = examples.iter().filter_map(|it| it.fault());
        faults.extend(faulty.map(|it| format!("{}.md:{it}", page.name)));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
    assert!(count > 150, "only {count} examples");
}

/// Neither a terminal nor a page on the web shows the words behind the marks of a block.
#[test]
fn a_wrong_example_is_called_wrong() {
    let mut unmarked = Vec::new();
    for page in PAGES {
        let lines: Vec<&str> = page.text.lines().collect();
        for (at, line) in lines.iter().enumerate().filter(|it| it.1.starts_with("```writ")) {
            let Some((_, code)) = line.split_once("wrong ") else { continue };
            let said = format!("Wrong ([{code}](../codes.md#{})):", code.to_lowercase());
            let above = at.checked_sub(2).map(|it| &lines[it..at]);
            if above != Some(&[said.as_str(), ""]) {
                unmarked.push(format!("{}.md:{}: wanted {said}", page.name, at + 1));
            }
        }
    }
    assert!(unmarked.is_empty(), "{}", unmarked.join("\n"));
    let hold: String = find("hold").iter().map(|it| render(it.1)).collect();
    assert!(hold.contains("\nWrong (E0213):\n\n    then hold for bord\n"), "{hold}");
}

/// What a page of a code shows can be copied into a file: its lines are those of the example.
#[test]
fn an_example_keeps_its_lines() {
    for it in grammar::diagnostic::CODES.iter().chain(engine::code::CODES) {
        let shown = render(it.explanation);
        for line in it.explanation.lines().filter(|line| line.starts_with("    ")) {
            assert!(shown.lines().any(|it| it == line.trim_end()), "{}: {line}\n{shown}", it.code);
        }
    }
}
