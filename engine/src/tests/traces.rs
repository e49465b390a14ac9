//! What the trace says, in words.

use super::scene::{CARD, Scene, address, load, message, scene, with_body};
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
        facts.directory.add_group(&address("a@corp.example"), group);
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
    facts.content.header_from = vec![address("a@corp.example")];
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

#[test]
fn a_sender_that_nobody_vouches_for_satisfies_no_bypass() {
    let policy = "policy ours {\n  to external\n  then secure with d7\n}\n";
    let own = [
        "internal",
        "everyone",
        "domain corp.example",
        "a@corp.example",
        "group fin",
        "anyone with clearance is secret",
    ];
    for from in own {
        for compare in ["envelope", "header", "either"] {
            let scene = scene(&format!(
                "{policy}bypass b {{\n  owner o@corp.example\n  valid forever\n  from {from}\n  \
                 compare {compare}\n  then disable secure messaging\n}}\n"
            ));
            let a = address("a@corp.example");
            let mut facts = message("a@corp.example", &["b@x.example"]);
            facts.directory.add_group(&a, "groups/fin");
            facts.directory.set_attribute(&a, "clearance", "secret");
            facts.content.header_from = vec![a];
            assert_eq!(scene.short(&facts), "deliver by b", "{from} {compare}");
            facts.trusted = false;
            assert_eq!(scene.short(&facts), "secure d7 by ours", "{from} {compare}");
            let Fate::Failed { line } = line(&scene, &facts, "b").fate else { panic!("{from}") };
            assert_eq!(
                line,
                "from: the peer is outside the relay networks, so its sender counts for no bypass"
            );
        }
    }
}

#[test]
fn an_external_sender_needs_no_relay_network_for_a_bypass() {
    let scene = scene(
        "policy ours {\n  when cards activates\n  then hold\n}\nbypass b {\n  \
         owner o@corp.example\n  valid forever\n  from domain y.example\n  skips cards\n}\n",
    );
    let mut facts = with_body(message("a@y.example", &["b@x.example"]), CARD);
    facts.trusted = false;
    assert_eq!(scene.short(&facts), "deliver by default");
    facts.sender = Some(address("a@z.example"));
    assert_eq!(scene.short(&facts), "hold by ours");
}

#[test]
fn a_bare_domain_among_people_is_offered_as_one() {
    let (_, findings) = load("policy p {\n  to nhs.example\n  then hold\n}\n");
    let finding = findings.iter().find(|it| it.code == crate::code::NAME_UNKNOWN).unwrap();
    let fix = finding.fix.clone().unwrap();
    assert_eq!(fix.edits.first().unwrap().1, "domain nhs.example");
    assert_eq!(fix.applicability, grammar::diagnostic::Applicability::Choose);
}

#[test]
fn what_decides_beside_the_score_is_told() {
    let scene = scene(
        "examination e {
  count      card, up to 3 points
  require    \"invoice\"
  veto       \"sample\"
  less       2 for \"draft\"
  activates  at 1
  unreadable counts as clear
}
policy p {\n  when e activates\n  then hold\n}\n",
    );
    for (more, expected) in [
        ("", "score 1, activates at 1; it requires \"invoice\", which is not there"),
        ("invoice, a sample", "score 0, activates at 1; \"sample\" is there, a veto"),
        ("invoice, a draft", "score 0, activates at 1; 2 less for \"draft\""),
    ] {
        let body = format!("{CARD} {more}");
        let facts = with_body(message("a@corp.example", &["b@x.example"]), &body);
        let Fate::Failed { line } = line(&scene, &facts, "p").fate else { panic!("{more}") };
        assert_eq!(line, format!("when: e activates does not hold ({expected})"));
    }
}
