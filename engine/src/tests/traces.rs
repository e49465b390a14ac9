//! What the trace says, in words.

use super::scene::{CARD, Scene, message, scene, with_body};
use crate::{
    decision::{Fate, TraceLine},
    facts::Facts,
};

fn line(scene: &Scene, facts: &Facts, name: &str) -> TraceLine {
    let verdict = scene.verdict(facts);
    verdict.trace.into_iter().find(|it| it.subject == name).unwrap()
}

/// The failing line of a policy with these lines, for a message from and to.
fn failing(lines: &str, from: &str, to: &str) -> String {
    let scene = scene(&format!("policy p {{\n  {lines}\n  then hold\n}}\n"));
    let fate = line(&scene, &message(from, &[to]), "p").fate;
    let Fate::Failed { line } = fate else { panic!("{fate:?}") };
    line
}

#[test]
fn the_first_failing_line_in_words() {
    let (a, carol, bob) = ("a@corp.example", "carol@corp.example", "bob@x.example");
    for (lines, from, to, expected) in [
        ("to external", a, carol, "to: `carol@corp.example` is not external"),
        ("from internal", bob, carol, "from: `bob@x.example` is not internal"),
        ("from internal", "<>", carol, "from: the null sender is not internal"),
        (
            "to external except domain x.example",
            a,
            bob,
            "to: `bob@x.example` is excepted (at `x.example`)",
        ),
        (
            "to group fin, c@x.example",
            a,
            bob,
            "to: `bob@x.example` is none of in `fin`, `c@x.example`",
        ),
        ("disabled", a, bob, "disabled"),
        ("valid from 2026-04-01", a, bob, "valid: not before 2026-04-01"),
        ("source 10.0.0.0/8\n  to internal", a, bob, "source: 192.0.2.1 is outside"),
        (
            "when cards activates",
            a,
            bob,
            "when: cards activates does not hold (score 0, activates at 1)",
        ),
    ] {
        assert_eq!(failing(lines, from, to), expected, "{lines}");
    }
}

#[test]
fn a_place_is_the_line_of_the_name() {
    let scene = scene("\n\npolicy p {\n  then hold\n}\n");
    let (path, number) =
        line(&scene, &message("a@corp.example", &["b@x.example"]), "p").place.unwrap();
    let expected = super::scene::PREAMBLE.lines().count() + 3;
    assert_eq!((path.as_str(), usize::try_from(number).unwrap()), ("rules.writ", expected));
}

#[test]
fn losers_name_their_winner() {
    let scene = scene(
        "policy wide {\n  to external\n  then deliver\n}
policy narrow {\n  to domain x.example\n  then secure with d7\n}
policy held {\n  to external\n  when cards activates\n  then hold\n}",
    );
    let facts = with_body(message("a@corp.example", &["b@x.example"]), CARD);
    let fate = |name: &str| line(&scene, &facts, name).fate;
    assert_eq!(fate("wide"), Fate::Outranked { by: "narrow".to_owned() });
    assert_eq!(fate("narrow"), Fate::LessProtective { than: "held".to_owned() });
    assert_eq!(fate("held"), Fate::Decided);
    // A hold is released into what the rest decided: the definition stays.
    assert_eq!(scene.verdict(&facts).definitions, ["d7"]);
}

#[test]
fn two_groups_of_one_person_are_ambiguous() {
    let scene = scene(
        "policy p {\n  from group fin\n  then hold\n}\npolicy q {\n  from group law\n  then deliver\n}",
    );
    let mut facts = message("a@corp.example", &["b@x.example"]);
    for group in ["groups/fin", "groups/law"] {
        facts.directory.add_group(&super::scene::address("a@corp.example"), group);
    }
    assert_eq!(scene.short(&facts), "hold by p");
    assert_eq!(line(&scene, &facts, "q").fate, Fate::Ambiguous { with: "p".to_owned() });
}

#[test]
fn the_short_trace_tells_of_candidates_only() {
    let scene = scene(
        "policy p {\n  to internal\n  then hold\n}\npolicy q {\n  to external\n  then hold\n}",
    );
    let facts = message("a@corp.example", &["b@x.example"]);
    let told: Vec<String> = scene.program.decide(&facts).verdicts[0]
        .trace
        .iter()
        .map(|it| it.subject.clone())
        .collect();
    assert_eq!(told, ["q"]);
}

#[test]
fn a_forged_header_is_no_bypass() {
    let scene = scene(
        "policy out {\n  from everyone\n  to external\n  compare either\n  then secure with d7\n}
bypass b {\n  owner o@corp.example\n  from a@corp.example\n  compare header\n  valid forever\n  then disable secure messaging\n}",
    );
    let mut facts = message("x@corp.example", &["b@x.example"]);
    facts.content.header_from = vec![super::scene::address("a@corp.example")];
    assert_eq!(scene.short(&facts), "deliver by b");
    facts.trusted = false;
    assert_eq!(scene.short(&facts), "secure d7 by out");
}

#[test]
fn secure_acts_on_what_we_send() {
    let scene = scene("policy all {\n  then secure with d7\n}");
    let inbound = message("x@x.example", &["a@corp.example"]);
    assert_eq!(scene.short(&inbound), "deliver by all");
    assert_eq!(
        line(&scene, &inbound, "all").note.unwrap(),
        "securing acts on what internal senders send"
    );
    assert_eq!(scene.short(&message("<>", &["b@x.example"])), "deliver by all");
}
