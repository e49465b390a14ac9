//! `writ check`.

use crate::scene::{SMALL, Scene, sample};

/// A file as it is written on a bad day.
const WRONG: &str = include_str!("../wrong/outbound.writ");

#[test]
fn a_file_with_many_errors_tells_all_of_them_with_their_places() {
    let scene = Scene::new(&[("rules/outbound.writ", WRONG)]);
    let checked = scene.writ(&["check", "rules"]).ends(1);
    insta::assert_snapshot!("many-errors", checked.out);
    assert_eq!(checked.err, "");
}

#[test]
fn every_form_tells_the_same_findings() {
    let scene = Scene::new(&[("rules/outbound.writ", WRONG)]);
    let short = scene.writ(&["check", "--format", "short", "rules"]).ends(1).out;
    let lines: Vec<&str> =
        short.lines().filter(|it| it.starts_with("rules/outbound.writ:")).collect();
    assert!(lines.len() >= 10, "{short}");
    let json = scene.writ(&["check", "--format", "json", "rules"]).ends(1).out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["version"], 1);
    let github = scene.writ(&["check", "--format", "github", "rules"]).ends(1).out;
    let sarif = scene.writ(&["check", "--format", "sarif", "rules"]).ends(1).out;
    let sarif: serde_json::Value = serde_json::from_str(&sarif).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), lines.len());
    assert_eq!(github.lines().count(), lines.len());
    for ((line, finding), (annotation, result)) in
        lines.iter().zip(json["findings"].as_array().unwrap()).zip(github.lines().zip(results))
    {
        let (code, start) = (finding["code"].as_str().unwrap(), &finding["labels"][0]["start"]);
        let place = format!("{}:{}: ", start["line"], start["column"]);
        assert!(line.contains(code) && line.contains(&place), "{line} {finding}");
        assert!(annotation.contains(&format!("title={code}::")), "{annotation}");
        assert_eq!(result["ruleId"], code);
        let region = &result["locations"][0]["physicalLocation"]["region"];
        assert_eq!(region["startLine"], start["line"]);
    }
}

#[test]
fn errors_of_all_files_come_in_one_run() {
    let scene = Scene::new(&[
        ("a.writ", &format!("{SMALL}polcy x {{\n}}\n")),
        ("sub/b.writ", "writ 1\ndefault deliverr\n"),
    ]);
    let out = scene.writ(&["check", "--format", "short"]).ends(1).out;
    assert!(
        out.contains("a.writ:6:1: error[") && out.contains("\nsub/b.writ:2:9: error["),
        "{out}"
    );
}

#[test]
fn a_conflict_shows_a_message_that_meets_both() {
    let scene = Scene::new(&[(
        "a.writ",
        &format!(
            "{SMALL}group fin from directory \"fin\"\ndefinition d {{\n  print denied\n}}\n\
             policy p {{\n  from group fin\n  to everyone\n  then secure with d\n}}\n\
             policy q {{\n  from everyone\n  to b@x.example\n  then take no action\n}}\n"
        ),
    )]);
    let out = scene.writ(&["check"]).ends(1).out;
    assert!(out.contains("error[E0430]: `p` and `q` disagree"), "{out}");
    assert!(out.contains("acme.example -> b@x.example"), "{out}");
}

#[test]
fn lints_end_well_unless_they_are_denied() {
    let scene = Scene::new(&[("a.writ", &format!("{SMALL}addresses nobody-yet {{\n}}\n"))]);
    let out = scene.writ(&["check"]).ends(0).out;
    let end = "`writ help W0303` tells more\n1 file checked: no errors, 1 lint\n";
    assert!(out.ends_with(end), "{out}");
    scene.writ(&["check", "--deny-lints"]).ends(1);
}

#[test]
fn the_day_decides_what_has_lapsed() {
    let scene = sample();
    let out = scene.writ(&["check", "--at", "2099-06-01", "rules"]).ends(0).out;
    assert!(out.contains("`payroll-run` ends on 2099-06-30"), "{out}");
    let out = scene.writ(&["check", "--at", "2099-07-01", "rules"]).ends(0).out;
    assert!(out.contains("`payroll-run` ended on 2099-06-30"), "{out}");
    let wrong = scene.writ(&["check", "--at", "01.07.2099", "rules"]).ends(2);
    assert!(wrong.err.contains("write `2099-01-07` or `2099-07-01`"), "{}", wrong.err);
}

#[test]
fn what_the_calendar_brings_stops_nobody_but_the_job_that_asks_for_it() {
    let scene = Scene::new(&[]);
    scene.writ(&["init", "r"]).ends(0);
    let rules = scene.read("r/acme.writ").replace(
        "then reject \"Programs are not accepted by mail.\"\n",
        "valid until 2099-06-30\n  then reject \"Programs are not accepted by mail.\"\n",
    );
    scene.write("r/acme.writ", rules.as_bytes());
    let at = |day: &'static str, more: &'static str| scene.writ(&["check", "--at", day, more, "r"]);
    let out = at("2099-06-20", "--deny-lints").ends(0).out;
    assert!(
        out.contains("W0305")
            && out.ends_with("`writ help W0305` tells more\n1 file checked: no errors, 1 lint\n"),
        "{out}"
    );
    at("2099-07-20", "--deny-lints").ends(0);
    at("2099-06-20", "--deny-ending").ends(1);
    at("2099-07-20", "--deny-ending").ends(1);
    at("2099-05-01 09:00", "--deny-ending").ends(0);
}

#[test]
fn groups_without_members_are_told() {
    let scene = sample();
    scene.write("none.json", br#"{"groups": {"other": ["alice@acme.example"]}}"#);
    scene.write("some.json", br#"{"groups": {"groups/finance": ["alice@acme.example"]}}"#);
    let day = ["check", "rules", "--at", "2026-03-02", "--directory"];
    let out = scene.writ(&[&day[..], &["none.json"]].concat()).ends(0).out;
    assert!(out.contains("`finance` has no members"), "{out}");
    let out = scene.writ(&[&day[..], &["some.json"]].concat()).ends(0).out;
    assert_eq!(out, "2 files checked: no errors\n");
}

#[test]
fn certain_fixes_are_made_and_the_others_are_left() {
    let text = format!("{SMALL}polcy p {{\n  from internal\n  then hold fro board\n}}\n");
    let scene = Scene::new(&[("a.writ", &text)]);
    let out = scene.writ(&["check", "--fix"]).ends(1).out;
    assert!(out.contains("made"), "{out}");
    let left = scene.read("a.writ");
    assert!(left.contains("\npolicy p {\n") && left.contains("board"), "{left}");
}

#[test]
fn what_cannot_be_read_is_told_and_is_no_finding() {
    let scene = Scene::new(&[("empty/readme.txt", "")]);
    scene.write("toml/writ.toml", b"edition = 9\n");
    scene.write("toml/a.writ", SMALL.as_bytes());
    for (path, words) in [
        ("empty", "`empty` holds no .writ file"),
        ("nowhere", "cannot read `nowhere`: there is no such file or folder"),
        ("toml", "there is no edition 9 of the language\n  --> toml/writ.toml:1:11\n"),
    ] {
        let run = scene.writ(&["check", path]).ends(2);
        assert!(run.err.starts_with("error") && run.err.contains(words), "{}", run.err);
        assert_eq!(run.out, "");
    }
}

#[test]
fn wrong_settings_are_told_in_the_form_that_was_asked_for() {
    let scene = Scene::new(&[("a.writ", SMALL), ("writ.toml", "edition = 9\n")]);
    for (format, words) in [
        ("json", "\"code\": \"E0065\""),
        ("sarif", "\"ruleId\": \"E0065\""),
        ("github", "::error file=./writ.toml,line=1,col=11,"),
    ] {
        let run = scene.writ(&["check", "--format", format]).ends(2);
        assert!(run.out.contains(words), "{format}: {}", run.out);
        assert_eq!(run.err, "");
    }
}

#[test]
fn errors_are_told_before_lints() {
    let text = format!(
        "{SMALL}definition early {{\n  print denied\n}}\npolicy late {{\n  to nowhere\n  then hold\n}}\n"
    );
    let scene = Scene::new(&[("a.writ", &text)]);
    let out = scene.writ(&["check", "--format", "short"]).ends(1).out;
    let found = |words: &str| out.find(words).unwrap_or_else(|| panic!("{words}: {out}"));
    assert!(found("a.writ:10:6: error") < found("a.writ:6:12: warning"), "{out}");
}

#[test]
fn a_rule_file_cannot_write_to_the_terminal() {
    let scene = Scene::new(&[("a.writ", &format!("{SMALL}polcy \u{1b}[2Jx {{\n}}\n"))]);
    let out = scene.writ(&["check"]).ends(1).out;
    assert!(!out.contains('\u{1b}'), "{out:?}");
    let out = scene.writ(&["check", "--colour", "always"]).ends(1).out;
    assert!(out.contains("\u{1b}[1;31merror") && !out.contains("\u{1b}[2J"), "{out:?}");
}

#[test]
fn a_file_that_cannot_be_read_does_not_hide_the_others() {
    let scene = Scene::new(&[("rules/b.writ", &format!("{SMALL}polcy x {{\n  to partners\n}}\n"))]);
    scene.write("rules/a.writ", b"\xff\xfew\0r\0i\0t\0 \x001\0\n\0");
    scene.write("rules/c.writ", b"writ 1\n# caf\xe9\n");
    let out = scene.writ(&["check", "--format", "short", "rules"]).ends(1).out;
    for words in [
        "rules/a.writ:1:1: error[E0209]: `rules/a.writ` is saved as UTF-16; save it as UTF-8",
        "rules/c.writ:2:6: error[E0209]: `rules/c.writ` is not UTF-8 text: line 2 has octets that are no character; save it as UTF-8",
        "`polcy`",
    ] {
        assert!(out.contains(words), "{out}");
    }
    assert!(!out.contains("partners"), "another file may declare it: {out}");
    let human = scene.writ(&["check", "rules"]).ends(1).out;
    assert!(human.contains("\n 2 | # caf\u{fffd}\n"), "{human}");
    let refused = scene.writ(&["test", "rules"]).ends(1);
    assert!(refused.err.contains("saved as UTF-16"), "{}", refused.err);
    let formatted = scene.writ(&["fmt", "rules"]).ends(1).out;
    assert!(formatted.contains("saved as UTF-16"), "{formatted}");
    let alone = scene.writ(&["check", "rules/a.writ"]).ends(2);
    assert!(alone.err.contains("saved as UTF-16"), "{}", alone.err);
}

#[test]
fn who_stands_too_high_is_told() {
    let scene = Scene::new(&[("one/a.writ", SMALL), ("one/writ.toml", "edition = 1\n")]);
    scene.write("two/b.writ", SMALL.as_bytes());
    scene.write("two/writ.toml", b"edition = 1\n");
    let out = scene.writ(&["check"]).ends(1).out;
    let note = "note: `.` has no `writ.toml`, so all below it was read as one tree; `one` and 1 more below have one: name the folder of the rules\n";
    assert!(out.contains(note), "{out}");
    assert!(!scene.writ(&["check", "one"]).ends(0).out.contains("note:"));
}
