//! `writ diff`, on folders, bundles and a real git repository.

use std::process::Command;

use crate::scene::{Scene, sample};

const RULES: &str = "writ 1

organisation acme {
  domains acme.example
}

addresses board {
  chair@acme.example
}

examination nightjar {
  count      \"nightjar\"
  activates  at 1
  unreadable counts as activated
}

policy nightjar-hold {
  from internal
  to   external
  when nightjar activates
  then hold for board
}

test \"nightjar is held\" {
  message {
    from alice@acme.example
    to   bob@shop.example
    body \"nightjar\"
  }
  expect bob@shop.example hold for board
}
";

/// Two folders, the second with one text in the place of another.
fn changed(from: &str, to: &str) -> Scene {
    let new = RULES.replace(from, to);
    assert_ne!(new, RULES);
    Scene::new(&[("old/a.writ", RULES), ("new/a.writ", &new)])
}

#[test]
fn form_and_order_are_no_change() {
    let (first, rest) = RULES.split_at(RULES.find("addresses").unwrap());
    let (sets, rest) = rest.split_at(rest.find("policy").unwrap());
    let moved = format!("{first}# moved\n{rest}\n{sets}");
    let scene = Scene::new(&[("old/a.writ", RULES), ("new/b.writ", &moved)]);
    let out = scene.writ(&["diff", "old", "new"]).ends(0).out;
    assert!(out.contains("Nothing that the rules mean has changed."), "{out}");
    assert!(out.contains("Every one is decided as before."), "{out}");
}

#[test]
fn what_lowers_comes_first_with_both_places_and_an_example() {
    let scene = changed("  to   external\n", "\n\n  to   external except partner@shop.example\n");
    let run = scene.writ(&["diff", "old", "new"]).ends(1);
    let told = "LOWERS  policy nightjar-hold\n  what  `to external` is now `to external except partner@shop.example`\n";
    assert!(run.out.contains("1 edit lowers protection."), "{}", run.out);
    assert!(run.out.contains(told), "{}", run.out);
    assert!(run.out.contains("  at    new/a.writ:21, was old/a.writ:19\n"), "{}", run.out);
    assert!(
        run.out.contains(
            "  was  hold for board because nightjar-hold\n  now  deliver because default\n"
        ),
        "{}",
        run.out
    );
    assert!(run.out.contains("to      partner@shop.example"), "{}", run.out);
    scene.writ(&["diff", "old", "new", "--allow-lower"]).ends(0);
    // The other way round it only raises.
    let back = scene.writ(&["diff", "new", "old"]).ends(0).out;
    assert!(back.contains("No edit lowers protection."), "{back}");
}

#[test]
fn every_line_that_protects_is_told_when_it_goes() {
    for (from, to, told) in [
        (
            "  then hold for board\n",
            "  then deliver\n",
            "`then hold for board` is now `then deliver`",
        ),
        ("  then hold for board\n", "  then hold for board\n  disabled\n", "switched off"),
        ("activates  at 1", "activates  at 2", "activates at 2, it was 1"),
        (
            "  count      \"nightjar\"\n",
            "  count      \"nightjar\"\n  veto       \"lark\"\n",
            "`veto` \"lark\" was added",
        ),
        ("counts as activated", "counts as clear", "`unreadable counts as clear`"),
        (
            "chair@acme.example\n",
            "chair@acme.example\n  eve@shop.example\n",
            "added `eve@shop.example`",
        ),
        (
            "  domains acme.example\n",
            "  domains acme.example, shop.example\n",
            "its domains: added `shop.example`",
        ),
        (
            "policy nightjar-hold {",
            "bypass b {\n  owner o@acme.example\n  valid forever\n  skips nightjar\n}\n\npolicy nightjar-hold {",
            "bypass b",
        ),
        (
            "  expect bob@shop.example hold for board\n",
            "  expect bob@shop.example hold\n",
            "took out `expect bob@shop.example hold for board`",
        ),
        (
            RULES.split_at(RULES.find("policy").unwrap()).1,
            "",
            "removed; it had messages held for `board`",
        ),
    ] {
        let scene = changed(from, to);
        let run = scene.writ(&["diff", "old", "new", "--edits-only"]).ends(1);
        assert!(run.out.contains(told), "{told}:\n{}", run.out);
        assert!(run.out.contains("LOWER"), "{}", run.out);
    }
}

/// What is said where the rules had some items more, and have others now.
fn told_of(had: &str, have: &str) -> String {
    let (old, new) = (format!("{RULES}{had}"), format!("{RULES}{have}"));
    let scene = Scene::new(&[("old/a.writ", &old), ("new/a.writ", &new)]);
    scene.writ(&["diff", "old", "new", "--edits-only"]).out
}

#[test]
fn more_points_are_no_certain_fall_where_some_are_taken_off() {
    let words = "terms words {\n  \"lark\" weight 2\n}\n";
    let lines = "count words\n  less 1 for \"draft\"\n  activates at 4";
    let (old, new) =
        (RULES.replace("activates  at 1", lines), RULES.replace("activates  at 1", lines));
    let new = format!("{new}{}", words.replace("weight 2", "weight 3"));
    let old = format!("{old}{words}");
    let scene = Scene::new(&[("old/a.writ", &old), ("new/a.writ", &new)]);
    let up = scene.writ(&["diff", "old", "new", "--edits-only"]).out;
    let why = "of a message that is text and HTML the other one may count now, where a `veto` or `less` stands";
    assert!(up.contains("MAY LOWER  terms words\n") && up.contains(why), "{up}");
    assert!(!up.contains("\nLOWERS") && !up.contains("fewer"), "{up}");
    let down = scene.writ(&["diff", "new", "old", "--edits-only"]).out;
    assert!(
        down.contains("LOWERS  terms words\n") && down.contains("fewer messages are held"),
        "{down}"
    );
    // Where nothing is taken off, more is more.
    let plain = |it: &str| it.replace("  less 1 for \"draft\"\n", "");
    let scene = Scene::new(&[("old/a.writ", &plain(&old)), ("new/a.writ", &plain(&new))]);
    let up = scene.writ(&["diff", "old", "new", "--edits-only"]).ends(0).out;
    assert!(up.contains("more messages are held"), "{up}");
}

#[test]
fn what_only_the_directory_knows_may_lower() {
    let group = "group clerks from directory \"clerks\"\npolicy bank {\n  from internal\n  to domain bank.example\n  then hold for clerks\n}\n";
    let out = told_of(group, &group.replace("\"clerks\"", "\"all clerks\""));
    assert!(out.contains("MAY LOWER  group clerks\n"), "{out}");
    assert!(out.contains("who that is, only the directory knows"), "{out}");
    // Whoever could choose still can, where everyone may.
    let definition = "group legal from directory \"legal\"\ndefinition d {\n  print denied\n  available to legal\n}\n";
    let out = told_of(definition, &definition.replace("to legal", "to everyone"));
    assert!(out.contains("more people may choose to secure with it"), "{out}");
    // A policy that does nothing adds nothing.
    let idle =
        "policy idle {\n  from internal\n  to domain calm.example\n  then take no action\n}\n";
    let out = told_of("", idle);
    assert!(out.contains("it protects nothing, and takes the place of nothing that does"), "{out}");
}

#[test]
fn given_messages_are_decided_by_both() {
    let scene = changed("then hold for board", "then bounce \"no\"");
    scene.write("mail/a.eml", b"From: alice@acme.example\nTo: zoe@far.example\n\nNightjar\n");
    let run = scene.writ(&["diff", "old", "new", "--messages", "mail", "--format", "json"]);
    // Its test expects what happened before: what the rules say is compared, not the tests run.
    let json: serde_json::Value = serde_json::from_str(&run.ends(0).out).unwrap();
    assert_eq!(json["decisions"]["messages_by_source"]["given"], 1);
    assert_eq!(
        (&json["lowers"], &json["edits"][0]["direction"]),
        (&false.into(), &"raises".into())
    );
    let groups = json["decisions"]["groups"].as_array().unwrap();
    let bounced = groups.iter().find(|it| it["new"] == "bounce \"no\"").unwrap();
    assert_eq!(
        (&bounced["old"], &bounced["direction"]),
        (&"hold for board".into(), &"raises".into())
    );
    let messages: Vec<&str> = bounced["examples"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["message"].as_str().unwrap())
        .collect();
    assert!(messages.contains(&"mail/a.eml"), "{messages:?}");
}

#[test]
fn the_comment_of_a_merge_request_is_a_table() {
    let scene = changed("then hold for board", "then bounce \"a | <b> @all\"");
    let out = scene.writ(&["diff", "--format", "markdown", "new", "old"]).ends(1).out;
    assert!(out.starts_with("### ⚠️ Rules: 1 edit lowers protection\n"), "{out}");
    let row = "| **lowers** | policy nightjar-hold | `then bounce \"a \\| <b> @all\"` is now `then hold for board` |";
    assert!(out.contains(row), "{out}");
    // Outside of code nothing makes a tag or a mention.
    let because = "bounce \"a \\| &lt;b> &#64;all\" because nightjar-hold";
    assert!(out.contains(because), "{out}");
}

/// A repository whose first commit, and branch `main`, holds the rules in `rules`.
fn repository() -> Scene {
    let scene = Scene::new(&[("rules/a.writ", RULES), ("rules/writ.toml", "edition = 1\n")]);
    git(&scene, &["init", "--quiet", "--initial-branch", "main"]);
    commit(&scene);
    scene
}

fn commit(scene: &Scene) {
    git(scene, &["add", "--all"]);
    git(scene, &["commit", "--quiet", "--message", "rules"]);
}

fn git(scene: &Scene, arguments: &[&str]) {
    let done = Command::new("git")
        .current_dir(scene.path(""))
        .args(["-c", "user.name=A", "-c", "user.email=a@acme.example"])
        .args(["-c", "commit.gpgsign=false", "-c", "core.autocrlf=false"])
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn revisions_are_read_out_of_git() {
    let scene = repository();
    git(&scene, &["checkout", "--quiet", "-b", "change"]);
    scene.write("rules/a.writ", RULES.replace("at 1", "at 3").as_bytes());
    commit(&scene);
    git(&scene, &["checkout", "--quiet", "main"]);
    scene.write("rules/other.writ", b"writ 1\n\ndomains late {\n  late.example\n}\n");
    commit(&scene);
    git(&scene, &["checkout", "--quiet", "change"]);
    let place = "  at    rules/a.writ:13\n";
    for arguments in [
        ["diff", "--edits-only", "main~1", "change", "--", "rules"].as_slice(),
        &["diff", "--edits-only", "main~1..change", "--", "rules"],
        &["diff", "--edits-only", "main...", "--", "rules"],
        &["diff", "--edits-only", "main~1", "--", "rules"],
        &["diff", "--edits-only", "main~1"],
    ] {
        let run = scene.writ(arguments).ends(1);
        assert!(run.out.contains("activates at 3, it was 1"), "{arguments:?}:\n{}", run.out);
        assert!(run.out.contains(place), "{arguments:?}:\n{}", run.out);
        assert!(run.out.contains("1 edit lowers protection."), "{arguments:?}:\n{}", run.out);
    }
    // A folder of a revision, as git writes it.
    let run = scene.writ(&["diff", "--edits-only", "main:rules", "rules"]).ends(1);
    assert!(run.out.contains("  at    rules/a.writ:13, was a.writ:13\n"), "{}", run.out);
    let same = scene.writ(&["diff", "change", "--", "rules"]).ends(0);
    assert!(same.out.contains("Nothing that the rules mean has changed."), "{}", same.out);
}

#[test]
fn files_that_tests_name_come_with_the_revision() {
    let scene = sample();
    git(&scene, &["init", "--quiet", "--initial-branch", "main"]);
    commit(&scene);
    let run = scene.writ(&["diff", "HEAD", "--", "rules"]).ends(0);
    assert!(!run.out.contains("not decided"), "{}", run.out);
}

#[cfg(unix)]
#[test]
fn a_link_of_a_revision_does_not_lead_out() {
    let scene = repository();
    scene.write("secret.writ", b"writ 1\n");
    std::os::unix::fs::symlink("../secret.writ", scene.path("rules/b.writ")).unwrap();
    std::os::unix::fs::symlink("a.writ", scene.path("c.writ")).unwrap();
    commit(&scene);
    std::fs::remove_file(scene.path("rules/b.writ")).unwrap();
    let run = scene.writ(&["diff", "HEAD", "--", "rules"]).ends(1);
    assert!(run.err.contains("HEAD:rules/b.writ"), "{}", run.err);
    assert!(run.err.contains("leads out of the folder of the rules"), "{}", run.err);
    assert!(run.err.ends_with("error: the rules of HEAD have errors\n"), "{}", run.err);
}

#[test]
fn what_is_no_version_is_told() {
    let scene = repository();
    for (arguments, told) in [
        (
            ["diff", "no-such-branch"].as_slice(),
            "there is no file, folder or git revision `no-such-branch`",
        ),
        (&["diff", "rules"], "say what to compare it with"),
        (&["diff", "main", "--", "elsewhere"], "`elsewhere`"),
        (&["diff", "main..--output=x"], "`--output=x` is no revision"),
        (&["diff", "rules/writ.toml", "rules"], "holds no rules"),
    ] {
        let run = scene.writ(arguments).ends(2);
        assert!(run.err.contains(told), "{arguments:?}: {}", run.err);
    }
    let alone = Scene::new(&[("rules/a.writ", RULES)]);
    let run = alone.writ(&["diff", "main", "rules"]).ends(2);
    assert!(run.err.contains("is in no git repository"), "{}", run.err);
    assert!(!scene.path("x").exists());
}

#[test]
fn a_bundle_is_compared_by_its_sources() {
    let scene = changed("at 1", "at 2");
    scene.write("old/writ.toml", b"edition = 1\n");
    scene.writ(&["keygen", "k"]).ends(0);
    scene.writ(&["build", "--key", "k", "--counter", "1", "-o", "old.bundle", "old"]).ends(0);
    let run = scene.writ(&["diff", "old.bundle", "new"]).ends(1);
    assert!(run.out.contains("old: old.bundle (its signature is not verified)"), "{}", run.out);
    assert!(run.out.contains("  at    new/a.writ:13, was a.writ:13\n"), "{}", run.out);
}

#[test]
fn rules_with_errors_are_not_compared() {
    let scene = changed("when nightjar activates", "when lark activates");
    let run = scene.writ(&["diff", "old", "new"]).ends(1);
    assert!(run.err.contains("new/a.writ:20"), "{}", run.err);
}

#[test]
fn an_assertion_speaks_of_messages_and_tries_none() {
    let assertion = "assert never \"nightjar leaves\" {\n  from internal\n  when nightjar activates\n  outcome deliver\n}\n";
    let old = format!("{RULES}{assertion}");
    let new = old.replace("{\n  from internal\n  when", "{\n  from chair@acme.example\n  when");
    assert_ne!(old, new);
    let scene = Scene::new(&[("old/a.writ", &old), ("new/a.writ", &new)]);
    let out = scene.writ(&["diff", "old", "new"]).out;
    assert!(out.contains("it speaks of other messages") && !out.contains("it tries"), "{out}");
}
