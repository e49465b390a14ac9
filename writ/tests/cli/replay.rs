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
