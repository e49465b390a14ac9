//! `writ decide`.

use serde_json::{Value, json};

use crate::scene::{Run, Scene, run, sample};

const MESSAGE: &str = "From: Alice <alice@acme.example>\r\nTo: bob@shop.example\r\nSubject: Refund invoice\r\n\r\n\
    Cards 4012 8888 8888 1881 and 5555 5555 5555 4444.\r\n";

/// Decides a message from Alice to Bob.
fn decide(scene: &Scene, more: &[&str], message: &str) -> Run {
    let first = [
        "decide",
        "--rules",
        "rules",
        "--from",
        "alice@acme.example",
        "--at",
        "2026-03-02T09:30:00Z",
    ];
    scene.writ_with(&[&first[..], more, &["-"]].concat(), message.as_bytes())
}

fn json_of(run: Run) -> Value {
    serde_json::from_str(&run.ends(0).out).unwrap()
}

#[test]
fn the_json_object_is_the_one_that_the_manual_shows() {
    let scene = sample();
    let to = ["--to", "bob@shop.example", "--client-ip", "198.51.100.7", "--json"];
    let decision = json_of(decide(&scene, &to, MESSAGE));
    let bundle = decision["bundle"].as_str().unwrap();
    assert!(bundle.starts_with("sha256:") && bundle.len() == 71, "{bundle}");
    let hit = |start: u32| json!({"term": "payment-card", "scope": "body", "part": 0, "start": start, "end": start + 19});
    assert_eq!(
        decision,
        json!({
            "version": 1,
            "bundle": bundle,
            "recipients": [{
                "recipient": "bob@shop.example",
                "disposition": "secure",
                "definition": "confidential",
                "definitions": ["confidential"],
                "options": {
                    "print": false, "reply": true, "reply_all": false, "forward": false,
                    "expires_days": 30,
                },
                "decided_by": ["cards-leave-secured"],
                "text": null,
                "releasers": [],
                "effects": [{"effect": "notify", "address": "dlp@acme.example"}],
                "otherwise": null,
            }],
            "examinations": [
                {
                    "name": "merger-leak", "score": 0, "activates_at": 10, "activated": false, "causes": [],
                    "unreadable": false, "ambiguous": false, "over_limit": false, "hits": [],
                },
                {
                    "name": "payment-data", "score": 8, "activates_at": 8, "activated": true, "causes": ["score"],
                    "unreadable": false, "ambiguous": false, "over_limit": false,
                    "hits": [hit(6), hit(30)],
                },
            ],
            "advice": [],
        })
    );
}

#[test]
fn people_get_a_table() {
    let to = ["--to", "bob@shop.example", "--to", "carol@acme.example"];
    let out = decide(&sample(), &to, MESSAGE).ends(0).out;
    let rows: Vec<Vec<&str>> =
        out.lines().map(|it| it.split("  ").map(str::trim).collect()).collect();
    let row = |who: &str| rows.iter().find(|it| it[0] == who).unwrap().join("|").replace("||", "|");
    assert_eq!(
        row("bob@shop.example"),
        "bob@shop.example|secure with confidential; notify dlp@acme.example|cards-leave-secured"
    );
    assert!(row("carol@acme.example").ends_with("|default"), "{out}");
    assert!(!out.contains("4012"), "what was matched is not shown");
}

#[test]
fn every_argument_is_a_fact() {
    let scene = sample();
    let by = |more: &[&str]| {
        let decision = json_of(decide(
            &scene,
            &[more, &["--json"]].concat(),
            "Subject: [secure] x\n\nHello\n",
        ));
        decision["recipients"][0]["decided_by"][0].as_str().unwrap().to_owned()
    };
    assert_eq!(by(&["--to", "bob@shop.example"]), "secure-tag");
    assert_eq!(by(&["--to", "carol@acme.example"]), "default");
    let partner = ["--to", "counsel@lawfirm.example"];
    assert_eq!(by(&partner), "secure-tag");
    let null =
        ["decide", "--rules", "rules", "--from", "<>", "--to", "bob@shop.example", "--json", "-"];
    let decision = json_of(scene.writ_with(&null, b"Subject: [secure] x\n\nHello\n"));
    assert_eq!(decision["recipients"][0]["decided_by"], json!(["default"]));
}

#[test]
fn the_directory_says_who_is_in_a_group() {
    let rules = "writ 1\norganisation acme {\n  domains acme.example\n}\ngroup fin from directory \"groups/finance\"\n\
        attribute clearance from directory \"clearance\" {\n  order none < secret\n}\n\
        policy money {\n  from group fin\n  to external\n  then hold\n}\n\
        policy secrets {\n  to anyone with clearance is at least secret\n  then bounce \"no\"\n  override money\n}\n";
    let scene = Scene::new(&[("rules/a.writ", rules)]);
    scene.write(
        "d.json",
        br#"{"groups": {"groups/finance": ["Alice@acme.example"]},
             "attributes": {"clearance": {"bob@acme.example": "secret"}}}"#,
    );
    let disposition = |to: &str, more: &[&str]| {
        let decision = json_of(decide(&scene, &[&["--to", to, "--json"], more].concat(), "\nHi\n"));
        decision["recipients"][0]["disposition"].as_str().unwrap().to_owned()
    };
    assert_eq!(disposition("x@y.example", &[]), "deliver");
    assert_eq!(disposition("x@y.example", &["--directory", "d.json"]), "hold");
    assert_eq!(disposition("bob@acme.example", &["--directory", "d.json"]), "bounce");
    assert_eq!(disposition("eve@acme.example", &["--directory", "d.json"]), "deliver");
}

#[test]
fn what_cannot_be_used_is_told() {
    let scene = sample();
    scene.write("broken/a.writ", b"writ 1\ndefault deliverr\n");
    scene.write("d.json", b"{\"groups\": 1}");
    let rules = |path: &str, more: &[&str]| {
        let first = ["decide", "--rules", path, "--from", "a@b.example", "--to", "c@d.example"];
        scene.writ_with(&[&first[..], more].concat(), b"")
    };
    let wrong = rules("broken", &["-"]).ends(1);
    assert!(wrong.err.contains("broken/a.writ:2:9") && wrong.out.is_empty(), "{}", wrong.err);
    for (path, more, words) in [
        ("nowhere", vec!["-"], "cannot read `nowhere`"),
        ("rules", vec!["nowhere.eml"], "cannot read `nowhere.eml`: there is no such file"),
        (
            "rules",
            vec!["--directory", "d.json", "-"],
            "`d.json` is not a directory file: the file: `groups` is not an object",
        ),
        ("rules", vec!["--directory", "no.json", "-"], "cannot read `no.json`"),
        ("rules", vec!["--client-ip", "1.2.3", "-"], "--client-ip"),
        ("rules", vec!["--at", "yesterday", "-"], "--at"),
        ("rules", vec!["--to", "bob", "-"], "`bob` is not an address"),
    ] {
        let run = rules(path, &more).ends(2);
        assert!(run.err.contains(words) && run.out.is_empty(), "{}", run.err);
    }
    let missing = run(&scene.path("."), &["decide", "--from", "a@b.example", "-"], b"").ends(2);
    assert!(missing.err.contains("--to <ADDRESS>"), "{}", missing.err);
}
