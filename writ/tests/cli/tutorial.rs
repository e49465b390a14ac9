//! The tutorial, followed to the letter: its commands are run, its blocks added, in their order.

use crate::scene::Scene;

const TUTORIAL: &str = include_str!("../../../docs/language/tutorial.md");

/// Where the tutorial says its rules stand.
const RULES: &str = "rules/acme.writ";

/// A block of code: what its first line says, and its text.
struct Block<'t> {
    words: &'t str,
    text: String,
}

/// The sections, each with its heading and its blocks.
fn sections() -> Vec<(&'static str, Vec<Block<'static>>)> {
    let mut sections = Vec::new();
    let mut open: Option<Block<'static>> = None;
    for line in TUTORIAL.lines() {
        match (open.as_mut(), line.strip_prefix("```")) {
            (None, Some(words)) => open = Some(Block { words, text: String::new() }),
            (Some(block), None) => block.text.push_str(&format!("{line}\n")),
            (Some(_), Some(_)) => {
                let (_, blocks): &mut (&str, Vec<Block<'_>>) = sections.last_mut().unwrap();
                blocks.push(open.take().unwrap());
            }
            (None, None) => {
                if let Some(heading) = line.strip_prefix("## ") {
                    sections.push((heading, Vec::new()));
                }
            }
        }
    }
    sections
}

#[test]
fn followed_to_the_letter_it_works_after_every_section() {
    let scene = Scene::new(&[]);
    let mut rules = None;
    for (heading, blocks) in sections() {
        for block in &blocks {
            match block.words {
                "text" => run(&scene, &block.text),
                "writ add" => added(&mut rules, &block.text),
                "writ add under the first line" => {
                    let file: &mut String = rules.as_mut().unwrap();
                    *file = file.replacen('\n', &format!("\n{}", block.text), 1);
                }
                words => match words.strip_prefix("eml file ") {
                    Some(path) => scene.write(path, block.text.as_bytes()),
                    None => panic!("{heading}: a block of `{words}`"),
                },
            }
            if let Some(rules) = &rules {
                scene.write(RULES, rules.as_bytes());
            }
            if heading.starts_with("6.") {
                takes_another_lawyer(&scene, &mut rules);
            }
        }
        // What it had of `writ init` is a tree, too.
        scene.writ(&["check", "--deny-lints", "rules"]).ends(0);
        scene.writ(&["fmt", "--check", "rules"]).ends(0);
        scene.writ(&["test", "rules"]).ends(0);
    }
    let rules = rules.unwrap();
    assert!(rules.contains("\nbypass payroll-run {") && rules.contains("\nuse std\n"), "{rules}");
}

/// Each line is a command, and ends well.
fn run(scene: &Scene, text: &str) {
    for line in text.lines() {
        let words: Vec<&str> = line.strip_prefix("writ ").unwrap().split(' ').collect();
        scene.writ(&words).ends(0);
    }
}

/// At the end of the file, after an empty line.
fn added(rules: &mut Option<String>, text: &str) {
    let file = rules.get_or_insert_with(String::new);
    if !file.is_empty() {
        file.push('\n');
    }
    file.push_str(text);
}

/// What section 6 asks for in words, once the test of section 4 has failed as it says.
fn takes_another_lawyer(scene: &Scene, rules: &mut Option<String>) {
    let file = rules.as_mut().unwrap();
    if file.contains("clerk@lawfirm.example") {
        return;
    }
    let failed = scene.writ(&["test", "rules"]).ends(1);
    assert!(failed.out.contains("got deliver because counsel-in-clear"), "{}", failed.out);
    let begin = file.find("test \"a partner is secured").unwrap();
    let end = begin + file[begin..].find("\n}\n").unwrap();
    let test = file[begin..end].replace("counsel@lawfirm.example", "clerk@lawfirm.example");
    let test = test.replace("shop.example        deliver", "shop.example      deliver");
    file.replace_range(begin..end, &test);
    scene.write(RULES, file.as_bytes());
}
