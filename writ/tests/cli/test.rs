//! `writ test`.

use crate::scene::{SMALL, Scene, sample};

/// The smallest rules with something to test.
fn rules(tests: &str) -> String {
    format!(
        "{SMALL}use std\ngroup fin from directory \"groups/finance\"\n\
         attribute clearance from directory \"levels\" {{\n  order none < secret\n}}\n\
         terms words {{\n  \"Nightjar\" weight 5\n}}\n\
         examination leak {{\n  look in subject, body, headers, attachment text\n  count words, up to 3 times\n  \
         activates at 5\n  unreadable counts as clear\n}}\n\
         policy leaks {{\n  to external\n  when leak activates\n  then hold\n}}\n\
         policy money {{\n  from group fin\n  to domain bank.example\n  then bounce \"no\"\n}}\n\
         policy cleared {{\n  from anyone with clearance is secret\n  to domain state.example\n  then reject \"no\"\n}}\n\
         {tests}"
    )
    .replacen("writ 1\n", "writ 1\nuse std\n", 1)
    .replacen("}\nuse std\n", "}\n", 1)
}

fn message(lines: &str, expects: &str) -> String {
    let body = "    from alice@acme.example\n    to bob@shop.example\n";
    rules(&format!("test \"t\" {{\n  message {{\n{body}{lines}  }}\n{expects}}}\n"))
}

#[test]
fn a_failed_expectation_shows_its_line_and_what_happened_instead() {
    let tests = "test \"one\" {\n  message {\n    from alice@acme.example\n    to bob@shop.example\n    subject \"Nightjar\"\n  }\n  \
        expect bob@shop.example deliver because default\n  expect leak scores 6\n  expect leak does not activate\n}\n\
        test \"two\" {\n  message {\n    from alice@acme.example\n    to bob@bank.example, eve@state.example\n    subject \"x\"\n  }\n  \
        given alice@acme.example in fin\n  given alice@acme.example with clearance secret\n  \
        expect every recipient bounce because money\n}\n\
        assert never \"Nightjar is held\" {\n  when leak activates\n  outcome hold\n}\n";
    let scene = Scene::new(&[("rules/a.writ", &rules(tests))]);
    let tested = scene.writ(&["test", "rules"]).ends(1);
    insta::assert_snapshot!("failed-tests", tested.out);
    assert_eq!(tested.out.lines().last(), Some("0 passed, 3 failed"));
}

#[test]
fn messages_are_read_as_the_gateway_reads_them() {
    for (lines, leaks) in [
        ("    subject \"Night\u{ad}jar\"\n", true),
        ("    body \"about ＮＩＧＨＴＪＡＲ\"\n", true),
        ("    header \"X-Topic\" \"nightjar\"\n", true),
        ("    attach \"a.xlsx\" with text \"nightjar\"\n", true),
        ("    attach \"a.txt\" from \"files/secret.txt\"\n", true),
        ("    attach \"a.txt\" from \"files/public.txt\"\n", false),
        ("    body \"night jar\"\n", false),
    ] {
        let expect = if leaks {
            "  expect bob@shop.example hold because leaks\n"
        } else {
            "  expect bob@shop.example deliver because default\n"
        };
        let scene = Scene::new(&[
            ("rules/a.writ", &message(lines, expect)),
            ("rules/files/secret.txt", "the nightjar\n"),
            ("rules/files/public.txt", "the robin\n"),
        ]);
        let tested = scene.writ(&["test", "rules"]).ends(0);
        assert!(tested.out.ends_with("1 passed, 0 failed\n"), "{lines}: {}", tested.out);
    }
}

#[test]
fn a_message_in_a_file_brings_its_own_envelope_and_the_block_goes_over_it() {
    let mail = "From: alice@acme.example\nTo: Bob <bob@shop.example>\nCc: eve@other.example\nSubject: Robin\n\nThe robin.\n";
    for (block, expects) in [
        ("", "  expect bob@shop.example deliver\n  expect eve@other.example deliver\n"),
        (" {\n    subject \"Nightjar\"\n  }", "  expect every recipient hold\n"),
        (" {\n    header \"X-Topic\" \"nightjar\"\n  }", "  expect every recipient hold\n"),
        (" {\n    to carol@acme.example\n  }", "  expect carol@acme.example deliver\n"),
    ] {
        let tests =
            format!("test \"t\" {{\n  message file \"mail/robin.eml\"{block}\n{expects}}}\n");
        let scene = Scene::new(&[("rules/a.writ", &rules(&tests)), ("rules/mail/robin.eml", mail)]);
        let tested = scene.writ(&["test", "rules"]).ends(0);
        assert!(tested.out.ends_with("1 passed, 0 failed\n"), "{block}: {}", tested.out);
    }
}

#[test]
fn files_of_a_test_stay_in_their_tree() {
    let expect = "  expect bob@shop.example deliver\n";
    for (lines, words) in [
        (
            "    attach \"a\" from \"../secret\"\n",
            "`../secret` is not a path inside the folder of the rules",
        ),
        ("    attach \"a\" from \"/etc/passwd\"\n", "`/etc/passwd` is not a path inside"),
        ("    attach \"a\" from \"nowhere\"\n", "`nowhere` is not there"),
        ("    header \"Received\" \"x\"\n", "`Received` is written from the other lines"),
    ] {
        let scene = Scene::new(&[("rules/a.writ", &message(lines, expect)), ("secret", "")]);
        let tested = scene.writ(&["test", "rules"]).ends(1);
        assert!(tested.out.contains(words), "{lines}: {}", tested.out);
    }
    let scene = Scene::new(&[(
        "rules/a.writ",
        &rules("test \"t\" {\n  message file \"../x.eml\"\n  expect every recipient deliver\n}\n"),
    )]);
    let tested = scene.writ(&["test", "rules"]).ends(1);
    assert!(tested.out.contains("`../x.eml` is not a path inside"), "{}", tested.out);
}

#[test]
fn tests_are_chosen_by_their_title() {
    let scene = sample();
    let tested = scene.writ(&["test", "--run", "incident [0-9]+", "rules"]).ends(0);
    assert_eq!(
        tested.out,
        "ok     test \"the sample that started incident 1042\"\n\n1 passed, 0 failed\n"
    );
    let none = scene.writ(&["test", "--run", "no such title", "rules"]).ends(2);
    assert!(none.err.contains("no test has a title like that"), "{}", none.err);
    let wrong = scene.writ(&["test", "--run", "(", "rules"]).ends(2);
    assert!(wrong.err.contains("regex"), "{}", wrong.err);
}

#[test]
fn a_tree_without_tests_passes() {
    let scene = Scene::new(&[("a.writ", SMALL)]);
    assert_eq!(scene.writ(&["test"]).ends(0).out, "\n0 passed, 0 failed\n");
}

#[test]
fn programs_get_the_same_results() {
    let tests = "test \"a <b> & \\\"c\\\"\" {\n  message {\n    from alice@acme.example\n    to bob@shop.example\n  }\n  \
        expect bob@shop.example hold\n}\nassert never \"x\" {\n  from internal\n  to internal\n  outcome hold\n}\n";
    let scene = Scene::new(&[("rules/a.writ", &rules(tests))]);
    let json = scene.writ(&["test", "--format", "json", "rules"]).ends(1).out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        (&json["version"], &json["passed"], &json["failed"]),
        (&1.into(), &1.into(), &1.into())
    );
    assert_eq!(json["tests"][0]["title"], "a <b> & \"c\"");
    assert_eq!(json["tests"][0]["failures"][0]["place"], "rules/a.writ:40");
    let xml = scene.writ(&["test", "--format", "junit", "rules"]).ends(1).out;
    assert!(xml.contains("tests=\"2\" failures=\"1\""), "{xml}");
    assert!(xml.contains("name=\"test &quot;a &lt;b&gt; &amp; &quot;c&quot;&quot;\""), "{xml}");
    assert!(xml.contains(">rules/a.writ:40</failure>"), "{xml}");
}

#[test]
fn an_assertion_is_held_against_messages_that_no_test_has() {
    let tests = "assert never \"nothing about Nightjar is held\" {\n  from internal\n  \
        when leak activates\n  outcome hold\n}\nassert reachable \"money can come back\" {\n  \
        from group fin\n  outcome bounce\n}\n";
    let scene = Scene::new(&[("rules/a.writ", &rules(tests))]);
    let out = scene.writ(&["test", "rules"]).ends(1).out;
    assert!(out.contains("ok     assert \"money can come back\""), "{out}");
    assert!(out.contains("who gets hold because leaks, by:"), "{out}");
    // What breaks it can be taken into the tree as it stands, and fails there too.
    let lines: Vec<&str> = out.lines().filter_map(|it| it.strip_prefix("    ")).collect();
    let begin = lines.iter().position(|it| *it == "message {").unwrap();
    let block: Vec<&str> = lines[begin..].iter().take_while(|it| **it != "}").copied().collect();
    let test = format!(
        "test \"made\" {{\n{}\n}}\n  expect every recipient hold because leaks\n}}\n",
        block.join("\n")
    );
    let scene = Scene::new(&[("rules/a.writ", &rules(&test))]);
    scene.writ(&["test", "rules"]).ends(0);
}

#[test]
fn what_could_not_have_failed_has_failed() {
    let message = "  message {\n    from alice@acme.example\n    to bob@shop.example\n  }\n";
    let expect = "  expect bob@shop.example deliver\n";
    for (kind, words) in [
        ("never", "held for 0 messages"),
        ("always", "held for 0 messages"),
        ("reachable", "no message of any test gets there"),
    ] {
        let assert = format!(
            "assert {kind} \"x\" {{\n  from internal except domain acme.example\n  outcome hold\n}}\n"
        );
        let tests = format!("test \"t\" {{\n{message}{expect}}}\n{assert}");
        let scene = Scene::new(&[("rules/a.writ", &rules(&tests))]);
        let out = scene.writ(&["test", "rules"]).ends(1).out;
        assert!(out.contains(words) && out.ends_with("1 passed, 1 failed\n"), "{out}");
    }
    let nothing = format!("test \"t\" {{\n{message}}}\n");
    let scene = Scene::new(&[("rules/a.writ", &rules(&nothing))]);
    let run = scene.writ(&["test", "rules"]).ends(1);
    assert!(run.err.contains("the test \"t\" expects nothing"), "{}", run.err);
}

/// Rules whose one policy has lines that the tests reach as far as they are told to.
fn reached(tests: &[(&str, &str, &str, &str)]) -> Scene {
    let mut text = format!(
        "{SMALL}terms words {{\n  \"Nightjar\" weight 5\n}}\nexamination leak {{\n  look in subject\n  \
         count words\n  activates at 5\n  unreadable counts as clear\n}}\npolicy leaks {{\n  \
         from internal\n  to external\n  when leak activates\n  then hold\n}}\n"
    );
    for (from, to, subject, expect) in tests {
        text.push_str(&format!(
            "test \"{from} {to} {subject}\" {{\n  message {{\n    from {from}\n    to {to}\n    \
             subject \"{subject}\"\n  }}\n  expect {to} {expect}\n}}\n"
        ));
    }
    Scene::new(&[("rules/a.writ", &text)])
}

const HELD: (&str, &str, &str, &str) =
    ("alice@acme.example", "bob@shop.example", "Nightjar", "hold because leaks");

#[test]
fn coverage_tells_each_line_that_no_test_would_miss() {
    let scene = reached(&[HELD]);
    let gates = ["test", "--coverage", "--min-policies", "100", "--min-lines", "95", "rules"];
    let out = scene.writ(&gates).ends(3).out;
    assert!(out.contains("policy leaks  yes        yes      0 of 3"), "{out}");
    for words in ["`from internal`", "`to external`", "`when leak activates`"] {
        assert!(out.contains(&format!("policy leaks, {words}")), "{words}: {out}");
    }
    assert!(out.contains("rules/a.writ:16: policy leaks, `from internal`"), "{out}");
    assert!(out.contains("no test has a message below its threshold"), "{out}");
    assert!(out.contains("4 of 8 halves (50 %)"), "{out}");
    let whole = reached(&[
        HELD,
        ("eve@other.example", "bob@shop.example", "Nightjar", "deliver"),
        ("alice@acme.example", "carol@acme.example", "Nightjar", "deliver"),
        ("alice@acme.example", "bob@shop.example", "Robin", "deliver"),
    ]);
    let out = whole.writ(&gates).ends(0).out;
    assert!(out.contains("8 of 8 halves (100 %)"), "{out}");
    let lcov = whole.writ(&["test", "--coverage", "--format", "lcov", "rules"]).ends(0).out;
    assert!(lcov.starts_with("SF:rules/a.writ\n") && lcov.contains("DA:16,1\n"), "{lcov}");
}

#[test]
fn a_hint_is_a_test_that_reaches_the_line() {
    let out = reached(&[HELD]).writ(&["test", "--coverage", "rules"]).ends(0).out;
    let begin = out.find("    test \"leaks: not from internal\" {").unwrap();
    let hint: Vec<&str> = out[begin..].lines().take_while(|it| it.starts_with("    ")).collect();
    let scene = reached(&[HELD]);
    // As it stands, and by somebody to somebody else.
    assert!(!hint.iter().any(|it| it.contains("from    bob@elsewhere.example")), "{hint:?}");
    let text = format!("{}{}\n", scene.read("rules/a.writ"), hint.join("\n"));
    scene.write("rules/a.writ", text.as_bytes());
    let more = scene.writ(&["test", "--coverage", "rules"]).ends(0).out;
    assert!(more.contains("2 passed, 0 failed"), "{more}");
    assert!(!more.contains("policy leaks, `from internal`"), "{more}");
}

#[test]
fn a_mistake_that_no_test_notices_is_told_with_its_line() {
    let scene = reached(&[HELD]);
    let out = scene.writ(&["test", "--mutate", "--min-killed", "95", "rules"]).ends(3).out;
    assert!(
        out.contains("rules/a.writ:16: policy leaks\n  no test notices when `from internal` becomes `from everyone`"),
        "{out}"
    );
    let whole = reached(&[
        HELD,
        ("eve@other.example", "bob@shop.example", "Nightjar", "deliver"),
        ("alice@acme.example", "carol@acme.example", "Nightjar", "deliver"),
        ("alice@acme.example", "bob@shop.example", "Robin", "deliver"),
    ]);
    let out = whole.writ(&["test", "--mutate", "--min-killed", "80", "rules"]).ends(0).out;
    assert!(!out.contains("`from internal` becomes"), "{out}");
    let json = whole.writ(&["test", "--mutate", "--format", "json", "rules"]).ends(0).out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let mutants = json["mutation"]["mutants"].as_array().unwrap();
    let gone = mutants.iter().find(|it| it["mistake"] == "`leaks` is taken out").unwrap();
    assert_eq!(gone["fate"], "killed");
    // Nothing is told of what there was no time for.
    let none = whole.writ(&["test", "--mutate", "--budget", "0", "--min-killed", "95", "rules"]);
    assert!(none.ends(4).out.contains("were not tried"));
}

#[test]
fn a_failed_test_tells_why_a_bypass_did_not_act() {
    let text = format!(
        "{SMALL}networks partner {{\n  203.0.113.0/24\n}}\npolicy out {{\n  from internal\n  to external\n  then hold\n}}\n\
         policy never-asked {{\n  from external\n  to internal\n  then bounce \"no\"\n}}\n\
         bypass partner-line {{\n  why \"a line\"\n  owner x@acme.example\n  from alice@acme.example\n  source partner\n  \
         valid until 2099-06-30\n  then disable secure messaging\n}}\n\
         test \"t\" {{\n  message {{\n    from alice@acme.example\n    to bob@shop.example\n    source 203.0.113.9\n  }}\n  \
         expect bob@shop.example deliver\n}}\n"
    );
    let scene = Scene::new(&[("rules/a.writ", &text)]);
    let out = scene.writ(&["test", "rules"]).ends(1).out;
    assert!(
        out.contains("bypass partner-line  from: the peer is outside the relay networks"),
        "{out}"
    );
    assert!(!out.contains("never-asked"), "{out}");
    let out = scene.writ(&["test", "--explain", "rules"]).ends(1).out;
    assert!(out.contains("policy never-asked"), "{out}");
    assert!(out.contains("\n  bob@shop.example (external): hold\n"), "{out}");
}

#[test]
fn a_file_that_is_not_there_is_told_where_it_is_named() {
    let tests = "test \"t\" {\n  message {\n    from alice@acme.example\n    to bob@shop.example\n    \
        attach \"a.txt\" from \"files/none.txt\"\n  }\n  expect bob@shop.example deliver because default\n}\n";
    let scene = Scene::new(&[("a.writ", &format!("{SMALL}{tests}"))]);
    let checked = scene.writ(&["check"]).ends(0).out;
    assert!(
        checked.contains("W0386]: `files/none.txt` is not there\n --> a.writ:10:25\n")
            || checked.contains("W0386]: `files/none.txt` is not there\n  --> a.writ:10:25\n"),
        "{checked}"
    );
    let tested = scene.writ(&["test"]).ends(1).out;
    assert!(tested.contains("--> a.writ:10:5\n"), "{tested}");
}

#[test]
fn a_moment_is_written_as_in_the_rules_or_with_its_zone() {
    let tests = "policy p {\n  from internal\n  to external\n  valid until 2026-03-01\n  then hold\n}\n\
        test \"t\" {\n  message {\n    from alice@acme.example\n    to bob@shop.example\n  }\n  \
        expect bob@shop.example deliver because default\n}\n";
    let zone = "organisation acme {\n  domains acme.example\n  time zone America/New_York\n}\n";
    let text = format!("writ 1\n{zone}{tests}");
    let scene = Scene::new(&[("a.writ", &text)]);
    for (at, code) in [
        ("2026-03-02", 0),
        ("2026-03-01", 1),
        ("2026-03-01 23:59", 1),
        ("2026-03-02 00:00", 0),
        ("2026-03-02T04:59:00Z", 1),
        ("2026-03-02T05:00:00Z", 0),
    ] {
        scene.writ(&["test", "--at", at]).ends(code);
    }
    let wrong = scene.writ(&["test", "--at", "tomorrow"]).ends(2);
    assert!(wrong.err.contains("`2026-03-02 09:30`"), "{}", wrong.err);
}

#[test]
fn a_minimum_may_have_its_mark() {
    let scene = sample();
    scene.writ(&["test", "--coverage", "--min-policies", "1%", "rules"]).ends(0);
    let run = scene.writ(&["test", "--coverage", "--min-policies", "most", "rules"]).ends(2);
    assert!(run.err.contains("write a whole number from 0 to 100, such as `95`"), "{}", run.err);
}

#[test]
fn the_source_of_a_rule_is_told_where_it_stands() {
    let policy =
        "policy far {\n  from external\n  to internal\n  source 192.0.2.0/24\n  then hold\n}\n";
    let scene = Scene::new(&[("rules/a.writ", &format!("{SMALL}{policy}"))]);
    for option in ["--coverage", "--mutate"] {
        let out = scene.writ(&["test", option, "rules"]).out;
        let told = out.lines().skip_while(|it| !it.starts_with("rules/a.writ:9: policy far"));
        let told: Vec<&str> = told.take(2).collect();
        assert!(told.concat().contains("source"), "{option}: {out}");
    }
}
