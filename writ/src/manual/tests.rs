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
