//! `writ explain`.

use crate::scene::{Run, sample};

const MESSAGE: &str = "From: alice@acme.example\r\nSubject: Refund invoice\r\n\r\n\
    Cards 4012 8888 8888 1881 and 5555 5555 5555 4444.\r\n";

fn explain(more: &[&str]) -> Run {
    let first = [
        "explain",
        "--rules",
        "rules",
        "--from",
        "alice@acme.example",
        "--to",
        "bob@shop.example",
        "--to",
        "carol@acme.example",
        "--client-ip",
        "198.51.100.7",
        "--at",
        "2026-03-02T09:30:00Z",
    ];
    sample().writ_with(&[&first[..], more, &["-"]].concat(), MESSAGE.as_bytes())
}

#[test]
fn each_recipient_has_the_full_trace() {
    let out = explain(&[]).ends(0).out;
    let (trace, digest) = out.rsplit_once("\nrules sha256:").unwrap();
    assert_eq!(digest.trim_end().len(), 64);
    insta::assert_snapshot!("trace", trace);
}

#[test]
fn why_not_tells_the_line_that_failed() {
    let out = explain(&["--why-not", "partners-secured"]).ends(0).out;
    assert_eq!(
        out,
        "bob@shop.example: `partners-secured` (rules/sample.writ:90): source: 198.51.100.7 is outside\n\
         carol@acme.example: `partners-secured` (rules/sample.writ:90): source: 198.51.100.7 is outside\n"
    );
    let out = explain(&["--why-not", "cards-leave-secured"]).ends(0).out;
    assert!(
        out.contains(
            "bob@shop.example: `cards-leave-secured` (rules/sample.writ:99): it did decide\n"
        ),
        "{out}"
    );
    let unknown = explain(&["--why-not", "partner-secured"]).ends(2);
    assert!(unknown.err.contains("did you mean `partners-secured`?"), "{}", unknown.err);
    let unknown = explain(&["--why-not", "x"]).ends(2);
    assert!(unknown.err.contains("there are: cards-leave-secured, "), "{}", unknown.err);
}

#[test]
fn programs_get_the_decision_with_its_trace() {
    let out = explain(&["--json"]).ends(0).out;
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(json["recipients"][0]["decided_by"][0], "cards-leave-secured");
    let trace = json["recipients"][0]["trace"].as_array().unwrap();
    let line = |name: &str| trace.iter().find(|it| it["name"] == name).unwrap();
    assert_eq!(line("cards-leave-secured")["decided"], true);
    assert_eq!(line("partners-secured")["words"], "source: 198.51.100.7 is outside");
    assert_eq!(line("partners-secured")["place"], "rules/sample.writ:90");
    assert_eq!(trace.len(), 7);
}
