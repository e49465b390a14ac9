//! `fingerprint NAME` and `language is …` in policies, by both evaluators.

use grammar::{diagnostic::Severity, tree::Scope};

use super::scene::{PREAMBLE, Scene, add, file, load_files, message, said, short};
use crate::{
    facts::Facts,
    fingerprint::{Key, documents, table},
    live::Live,
    rules::SourceFile,
};

const KEY: Key = Key(*b"an example's key");

/// The text of a contract, several hundred letters.
fn contract() -> String {
    (1..=12)
        .map(|it| {
            format!(
                "Clause {it}: the party of part {} shall keep item {} secret. ",
                it * 7,
                it * 31
            )
        })
        .collect()
}

fn scene(set: &str, lines: &str, when: &str) -> Scene {
    let rules = format!(
        "{PREAMBLE}fingerprints known from \"known.fingerprints\" {{\n{lines}\n}}\n\
         policy p {{\n  to   external\n  when {when}\n  then hold\n}}\n"
    );
    let files = [file("rules.writ", &rules), file("known.fingerprints", set)];
    let (rules, findings) = load_files(&files);
    let Some(rules) = rules else { panic!("{}", said(&findings)) };
    let program = rules.compile();
    Scene { rules, program }
}

fn mail(scope: Scope, text: &str) -> Facts {
    let mut facts = message("alice@corp.example", &["bob@x.example"]);
    add(&mut facts.content, scope, 1, text);
    facts
}

#[track_caller]
fn check(scene: &Scene, facts: &Facts, expected: &str) {
    assert_eq!(short(&scene.decide(facts).verdicts.remove(0)), expected);
}

#[test]
fn a_document_is_known_whole_in_parts_and_edited() {
    let set = documents(KEY, &[("contract.docx".to_owned(), contract())]).unwrap();
    let scene =
        scene(&set, "  at least 30 percent\n  unreadable counts as clear", "fingerprint known");
    let held = "hold by p";
    check(&scene, &mail(Scope::AttachmentText, &contract()), held);
    check(&scene, &mail(Scope::Body, &contract().to_uppercase().replace(' ', "\n")), held);
    let half: String = contract().chars().take(contract().chars().count() / 2).collect();
    check(&scene, &mail(Scope::Body, &format!("See below. {half} Regards, Alice")), held);
    let edited = contract().replace("item 62 secret", "thing 62 hidden");
    check(&scene, &mail(Scope::AttachmentText, &edited), held);
    let sentence: String = contract().chars().take(60).collect();
    check(&scene, &mail(Scope::Body, &sentence), "deliver by default");
    // A subject is no document.
    check(&scene, &mail(Scope::Subject, &contract()), "deliver by default");
}

#[test]
fn values_of_a_table_are_known_however_they_are_spaced() {
    let values = ["GB82 WEST 1234 5698 7654 32", "NX-551-204", "PATIENT 00417"].map(str::to_owned);
    let (set, left_out) = table(KEY, &values).unwrap();
    assert_eq!(left_out, 0);
    let scene =
        scene(&set, "  at least 2 values\n  unreadable counts as clear", "fingerprint known");
    check(&scene, &mail(Scope::Body, "gb82west12345698765432 and nx 551 204."), "hold by p");
    check(
        &scene,
        &mail(Scope::Body, "GB82 WEST 1234 5698 7654 32, twice: GB82WEST12345698765432"),
        "deliver by default",
    );
    check(&scene, &mail(Scope::Subject, "patient 00417 / NX551204"), "hold by p");
    check(&scene, &mail(Scope::Body, "patient 004170 / NX5512041"), "deliver by default");
}

#[test]
fn what_cannot_be_read_is_routed_by_the_rules() {
    let (set, _) = table(KEY, &["NX-551-204".to_owned()]).unwrap();
    let unreadable = |lines: &str, when: &str| {
        let scene = scene(&set, lines, when);
        let mut facts = mail(Scope::Body, "hello");
        facts.content.unreadable.push("a.zip is encrypted".to_owned());
        short(&scene.decide(&facts).verdicts.remove(0))
    };
    assert_eq!(unreadable("  unreadable counts as activated", "fingerprint known"), "hold by p");
    assert_eq!(
        unreadable("  unreadable counts as clear", "fingerprint known"),
        "deliver by default"
    );
    // Under `not`, hiding content never switches a policy off.
    assert_eq!(unreadable("  unreadable counts as clear", "not fingerprint known"), "hold by p");
    let scene = scene(&set, "  unreadable counts as clear", "fingerprint known");
    let mut facts = mail(Scope::Body, "hello");
    facts.content.over_limit.push("too deep".to_owned());
    check(&scene, &facts, "hold by p");
}

#[test]
fn the_trace_says_how_much_was_found() {
    let set = documents(KEY, &[("contract.docx".to_owned(), contract())]).unwrap();
    let scene = scene(&set, "  unreadable counts as clear", "fingerprint known");
    let beginning: String = contract().chars().take(150).collect();
    let decision = scene.decide(&mail(Scope::Body, &beginning));
    let trace = format!("{:?}", decision.verdicts[0].trace);
    assert!(trace.contains("percent of `contract.docx`"), "{trace}");
}

#[test]
fn a_language_is_asked_of_the_body() {
    let (set, _) = table(KEY, &["NX-551-204".to_owned()]).unwrap();
    let lines = "  unreadable counts as clear";
    let german = "Anbei der Bericht, den wir letzte Woche in der Sitzung besprochen haben.";
    let english = "Please find attached the report that we discussed in the meeting last week.";
    let is = scene(&set, lines, "language is german, french");
    let not = scene(&set, lines, "not language is german");
    let (held, delivered) = ("hold by p", "deliver by default");
    for (body, when_is, when_not) in
        [(german, held, delivered), (english, delivered, held), ("ok", delivered, held)]
    {
        check(&is, &mail(Scope::Body, body), when_is);
        check(&not, &mail(Scope::Body, body), when_not);
    }
    check(&is, &mail(Scope::Subject, german), delivered);
    let trace = format!("{:?}", is.decide(&mail(Scope::Body, english)).verdicts[0].trace);
    assert!(trace.contains("the language is english"), "{trace}");
}

/// An editor has the sets of a tree open beside its rules: they are no rules, and what a cold check says
/// of them it says, too, after each edit of either.
#[test]
fn a_tree_in_an_editor_knows_its_sets() {
    let set = documents(KEY, &[("contract.docx".to_owned(), contract())]).unwrap();
    let rules = format!(
        "{PREAMBLE}fingerprints known from \"known.fingerprints\" {{\n  unreadable counts as clear\n}}\n\
         policy p {{\n  to   external\n  when fingerprint known\n  then hold\n}}\n"
    );
    let mut live = Live::new(&[]);
    let mut said_of = |files: &[SourceFile], codes: usize| {
        let (cold, findings) = load_files(files);
        let paths: Vec<String> = live.paths().map(str::to_owned).collect();
        for gone in paths.iter().filter(|it| files.iter().all(|file| file.path != **it)) {
            live.remove(gone);
        }
        files.iter().for_each(|it| live.set(&it.path, &it.text));
        let warm = live.check();
        assert_eq!(format!("{findings:#?}"), format!("{:#?}", warm.findings));
        assert_eq!(cold.is_some(), warm.rules.is_some());
        assert!(live.paths().eq(files.iter().map(|it| it.path.as_str())));
        let errors = findings.iter().filter(|it| it.severity() == Severity::Error).count();
        assert_eq!(errors, codes, "{}", said(&findings));
    };
    let rules = file("rules.writ", &rules);
    said_of(&[file("known.fingerprints", &set), rules.clone()], 0);
    said_of(std::slice::from_ref(&rules), 1);
    said_of(&[file("known.fingerprints", "no set"), rules.clone()], 1);
    said_of(&[file("a.fingerprints", &set), file("known.fingerprints", &set), rules], 0);
}
