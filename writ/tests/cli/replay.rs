//! `writ replay` and `writ bench`.

use crate::scene::{SMALL, Scene};

fn scene() -> Scene {
    let rules = format!("{SMALL}policy out {{\n  from internal\n  to external\n  then hold\n}}\n");
    let scene = Scene::new(&[("rules/a.writ", &rules)]);
    scene.write("mail/a.eml", b"From: alice@acme.example\nTo: bob@shop.example\n\nhello\n");
    scene.write("mail/b.eml", b"From: eve@shop.example\nTo: alice@acme.example\n\nhello\n");
    scene.write("mail/c.eml", b"\xff\xfe\x00 no mail at all\n");
    scene.write(
        "inbox",
        b"From x Mon\nFrom: alice@acme.example\nTo: bob@shop.example, carol@acme.example\n\n1\n\nFrom y Tue\nFrom: eve@shop.example\nCc: alice@acme.example\n\n2\n",
    );
    scene
}

#[test]
fn a_corpus_is_decided_and_counted() {
    let scene = scene();
    let out = scene.writ(&["replay", "--rules", "rules", "mail"]).ends(1).out;
    assert!(out.contains("mail/a.eml  bob@shop.example    hold     out"), "{out}");
    assert!(out.contains("mail/c.eml: not decided: its headers name no recipient"), "{out}");
    assert!(out.contains("3 messages, 2 recipients, 1 not decided"), "{out}");
    let counts = scene.writ(&["replay", "--rules", "rules", "--counts", "inbox"]).ends(0).out;
    assert_eq!(
        counts,
        "2 messages, 3 recipients, 0 not decided\n\nrecipients by outcome\n        2  deliver\n        1  hold\n\n\
         recipients by policy\n        2  default\n        1  out\n"
    );
}

#[test]
fn the_envelope_can_be_given() {
    let scene = scene();
    let run = scene.writ(&[
        "replay",
        "--rules",
        "rules",
        "--from",
        "alice@acme.example",
        "--to",
        "x@shop.example",
        "--json",
        "mail",
        "inbox",
    ]);
    let json: serde_json::Value = serde_json::from_str(&run.ends(0).out).unwrap();
    assert_eq!((&json["messages"], &json["by_disposition"]["hold"]), (&5.into(), &5.into()));
    assert_eq!(json["decisions"][4]["message"], "inbox#2");
    let none = scene.writ(&["replay", "--rules", "rules", "nowhere"]).ends(2);
    assert!(none.err.contains("cannot read `nowhere`"), "{}", none.err);
    std::fs::create_dir(scene.path("empty")).unwrap();
    let none = scene.writ(&["replay", "--rules", "rules", "empty"]).ends(2);
    assert_eq!(none.err, "error: there is no message in `empty`\n");
}

/// As `decide` does: with the directory that was given, else with that of `writ.toml`.
#[test]
fn a_corpus_is_decided_with_the_directory_of_the_tree() {
    let rules = format!(
        "{SMALL}group fin from directory \"fin\"\npolicy out {{\n  from fin\n  to external\n  then hold\n}}\n"
    );
    let scene = Scene::new(&[("rules/a.writ", &rules)]);
    scene.write("mail/a.eml", b"From: alice@acme.example\nTo: bob@shop.example\n\nhello\n");
    scene.write("rules/people.json", br#"{"groups": {"fin": ["alice@acme.example"]}}"#);
    scene.write("nobody.json", br#"{"groups": {"fin": []}}"#);
    let decided = |more: &[&str]| {
        let arguments = [&["replay", "--rules", "rules", "--json", "mail"], more].concat();
        let run = scene.writ(&arguments).ends(0);
        let json: serde_json::Value = serde_json::from_str(&run.out).unwrap();
        json["decisions"][0]["disposition"].as_str().unwrap().to_owned()
    };
    assert_eq!(decided(&[]), "deliver");
    scene.write("rules/writ.toml", b"directory = \"people.json\"\n");
    assert_eq!(decided(&[]), "hold");
    assert_eq!(decided(&["--directory", "nobody.json"]), "deliver");
}

#[test]
fn a_bench_counts_what_it_measured() {
    let run = scene().writ(&["bench", "--rules", "rules", "--rounds", "2", "--json", "mail"]);
    let json: serde_json::Value = serde_json::from_str(&run.ends(0).out).unwrap();
    assert_eq!((&json["messages"], &json["left_out"]), (&2.into(), &1.into()));
    let stages: Vec<&str> =
        json["stages"].as_array().unwrap().iter().map(|it| it["stage"].as_str().unwrap()).collect();
    assert_eq!(stages, ["read", "extract", "examine", "decide"]);
    assert!(json["messages_per_second"].as_f64().unwrap() > 0.0);
}

#[test]
fn a_message_that_is_broken_in_form_is_counted_apart_and_told_with_its_part() {
    let rules = format!(
        "{SMALL}terms words {{\n  \"Nightjar\" weight 5\n}}\nexamination leak {{\n  count words\n  activates at 5\n  \
         unreadable counts as clear\n}}\npolicy leaks {{\n  from internal\n  when leak activates\n  then hold\n}}\n"
    );
    let broken = "From: alice@acme.example\nTo: bob@shop.example\nMIME-Version: 1.0\n\
        Content-Type: multipart/mixed; boundary=x\n\n--x\n\nhello\n";
    let scene = Scene::new(&[("rules/a.writ", &rules), ("mail/broken.eml", broken)]);
    let found = "From: alice@acme.example\nTo: bob@shop.example\n\nNightjar\n";
    scene.write("mail/found.eml", found.as_bytes());
    let out = scene.writ(&["replay", "--rules", "rules", "--counts", "mail"]).ends(0).out;
    assert!(out.contains("\n        2  leak  1 by score, 1 ambiguous\n"), "{out}");
    let (_, remarks) = out.split_once("where the score did not activate\n").unwrap();
    assert!(remarks.starts_with("        1  ") && remarks.contains("boundary"), "{out}");
    let json = scene.writ(&["replay", "--rules", "rules", "--json", "mail"]).ends(0).out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["by_cause"]["leak"]["ambiguous"], 1);
    let envelope = ["--rules", "rules", "--from", "alice@acme.example", "--to", "bob@shop.example"];
    let explained = scene.writ(&[&["explain"][..], &envelope, &["mail/broken.eml"]].concat());
    let explained = explained.ends(0).out;
    let words = "leak scores 0 and activates (at 5); it can be read in two ways, which counts as activated\n  ambiguous: ";
    assert!(explained.contains(words) && explained.contains(" (part "), "{explained}");
    let strange = scene.writ(&[&["decide"][..], &envelope, &["rules/a.writ"]].concat()).ends(0).out;
    assert!(strange.starts_with("note: this does not look like a message"), "{strange}");
}
