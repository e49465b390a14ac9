//! The vectors that every implementation of the language must pass, by number; both evaluators.

use grammar::tree::{Internal, Scope};

use super::scene::{
    CARD, add, address, at, errors, load, message, scene, short, with_body, with_subject,
};
use crate::{
    decision::{Disposition, Effect, Fate},
    facts::{Alternative, Directory, Facts},
};

fn in_group(mut facts: Facts, who: &str, group: &str) -> Facts {
    facts.directory.add_group(&address(who), group);
    facts
}

/// The fate of a clause for the first recipient.
fn fate(facts: &Facts, rules: &str, name: &str) -> Fate {
    let verdict = scene(rules).verdict(facts);
    verdict.trace.into_iter().find(|it| it.subject == name).unwrap().fate
}

#[test]
fn v01_the_more_specific_recipient_wins() {
    let rules = "
policy p1 {
  from everyone
  to   everyone
  then take no action
}
policy p2 {
  from everyone
  to   domain x.example
  then secure with d7
}";
    let scene = scene(rules);
    assert_eq!(scene.short(&message("a@corp.example", &["b@x.example"])), "secure d7 by p2");
    assert_eq!(scene.short(&message("a@corp.example", &["b@y.example"])), "deliver by p1");
}

const V02: &str = "
policy p1 {
  from group fin
  to   everyone
  then secure with d7
}
policy p2 {
  from everyone
  to   b@x.example
  then take no action";

#[test]
fn v02_incomparable_policies_are_an_error_with_an_example() {
    let (rules, findings) = load(&format!("{V02}\n}}"));
    assert!(rules.is_none());
    let finding = findings.iter().find(|it| it.code.to_string() == "E0430").unwrap();
    let note = &finding.notes[0];
    assert!(note.contains("-> b@x.example"), "{note}");
    assert!(note.contains("in `fin`"), "{note}");
    assert!(note.contains("p1: secure with d7") && note.contains("p2: take no action"), "{note}");
    assert_eq!(finding.labels.len(), 2);
}

#[test]
fn v03_override_settles_it() {
    for line in ["override", "override p1"] {
        let scene = scene(&format!("{V02}\n  {line}\n}}"));
        let facts =
            in_group(message("a@corp.example", &["b@x.example"]), "a@corp.example", "groups/fin");
        assert_eq!(scene.short(&facts), "deliver by p2", "{line}");
    }
}

#[test]
fn v04_overrides_compete_by_rank() {
    let scene = scene(
        "
policy p1 {
  from group fin
  to   everyone
  then secure with d7
  override
}
policy p2 {
  from a@corp.example
  to   everyone
  then take no action
  override
}",
    );
    let facts =
        in_group(message("a@corp.example", &["b@x.example"]), "a@corp.example", "groups/fin");
    assert_eq!(scene.short(&facts), "deliver by p2");
}

const V05: &str = "
policy outgoing {
  from everyone
  to   external
  then secure with d7
}
bypass plain {
  owner o@corp.example
  from  a@corp.example
  to    external
  valid until 2099-12-31
  then  disable secure messaging
}";

#[test]
fn v05_a_routing_bypass_takes_the_winner_s_protection() {
    let facts = message("a@corp.example", &["b@x.example"]);
    assert_eq!(scene(V05).short(&facts), "deliver by plain");
    assert_eq!(fate(&facts, V05, "outgoing"), Fate::Bypassed { by: "plain".to_owned() });
    assert_eq!(
        scene(V05).short(&message("c@corp.example", &["b@x.example"])),
        "secure d7 by outgoing"
    );
}

const V06: &str = "
policy card {
  from internal
  to   external
  when cards activates
  then secure with d7
}";

#[test]
fn v06_a_routing_bypass_cannot_switch_content_off() {
    let scene = scene(&format!("{V05}{V06}"));
    let facts = message("a@corp.example", &["b@x.example"]);
    assert_eq!(scene.short(&with_body(facts.clone(), CARD)), "secure d7 by card");
    assert_eq!(scene.short(&with_body(facts, "nothing")), "deliver by plain");
}

#[test]
fn v07_a_content_bypass_can() {
    for skipped in ["card", "cards"] {
        let rules = format!(
            "{V05}{V06}
bypass checked {{
  owner o@corp.example
  from  a@corp.example
  valid until 2099-12-31
  skips {skipped}
}}"
        );
        let facts = with_body(message("a@corp.example", &["b@x.example"]), CARD);
        assert_eq!(scene(&rules).short(&facts), "deliver by plain", "{skipped}");
        assert_eq!(fate(&facts, &rules, "card"), Fate::Bypassed { by: "checked".to_owned() });
    }
}

#[test]
fn v08_take_no_action_shields_from_a_less_specific_bypass() {
    let rules = "
policy outgoing {
  from everyone
  to   external
  then secure with d7
}
bypass shield {
  owner o@corp.example
  from  a@corp.example
  valid until 2099-12-31
  then  take no action
}
bypass corp-plain {
  owner o@corp.example
  from  domain corp.example
  valid until 2099-12-31
  then  disable secure messaging
}";
    let facts = message("a@corp.example", &["b@x.example"]);
    assert_eq!(scene(rules).short(&facts), "secure d7 by outgoing");
    assert_eq!(fate(&facts, rules, "corp-plain"), Fate::Outranked { by: "shield".to_owned() });
    assert_eq!(
        scene(rules).short(&message("c@corp.example", &["b@x.example"])),
        "deliver by corp-plain"
    );
}

#[test]
fn v09_definitions_merge_to_the_strictest() {
    let scene = scene(
        "
policy one {
  when cards activates
  then secure with d30
}
policy two {
  when cards activates
  then secure with d7
}",
    );
    let verdict = scene.verdict(&with_body(message("a@corp.example", &["b@x.example"]), CARD));
    let options = verdict.options.clone().unwrap();
    assert_eq!(short(&verdict), "secure d30+d7 by one+two");
    assert!(!options.print && options.reply);
    assert_eq!((options.expires_days, options.expires_secs), (7, 7 * 86_400));
    assert_eq!(options.internal, Internal::Portal);
}

#[test]
fn v10_one_message_two_copies() {
    let scene = scene("policy all {\n  from internal\n  then secure with d7\n}");
    let decision = scene.decide(&message("a@corp.example", &["int@corp.example", "x@x.example"]));
    assert_eq!(short(&decision.verdicts[0]), "deliver by all");
    let banner = Effect::Banner { text: "SEVEN".to_owned(), html: false };
    assert_eq!(decision.verdicts[0].effects, [banner]);
    assert!(decision.verdicts[0].options.is_none());
    assert_eq!(short(&decision.verdicts[1]), "secure d7 by all");
    assert!(decision.verdicts[1].effects.is_empty());
}

#[test]
fn v11_either_reads_the_header_too() {
    let scene = scene(
        "
policy ours {
  from    internal
  to      external
  compare either
  then    secure with d7
}",
    );
    let mut facts = message("bounce@ext.example", &["b@x.example"]);
    assert_eq!(scene.short(&facts), "deliver by default");
    facts.content.header_from = vec![address("ceo@corp.example")];
    assert_eq!(scene.short(&facts), "secure d7 by ours");
}

/// Introduced with `compare`; reached by a From such as `ceo@corp.example\0`, which mail programs show
/// and no parser takes.
#[test]
fn an_author_who_cannot_be_read_passes_no_policy_that_reads_the_header() {
    let rules = "
policy boss-in-the-header {
  from    internal
  to      internal
  compare header
  then    hold
}
policy finance-in-the-header {
  from    group fin
  to      external
  compare either
  then    secure with d7
}
bypass ours {
  owner   o@corp.example
  from    internal
  compare header
  valid until 2099-12-31
  then    disable secure messaging
}";
    let scene = scene(rules);
    let mut facts = message("bounce@ext.example", &["b@corp.example"]);
    facts.trusted = true;
    facts.content.header_from = vec![address("x@ext.example")];
    assert_eq!(scene.short(&facts), "deliver by default");
    facts.content.from_unreadable = true;
    assert_eq!(scene.short(&facts), "hold by boss-in-the-header");
    let verdict = scene.verdict(&facts);
    let note = verdict.trace.iter().find_map(|it| it.note.clone());
    assert_eq!(note.as_deref(), Some("the header From cannot be read: it may be anybody"));
    // What takes protection away believes nobody who cannot be read.
    facts.recipients = vec![address("b@x.example")];
    assert_eq!(scene.short(&facts), "secure d7 by finance-in-the-header");
    facts.content.header_from = vec![address("a@corp.example")];
    assert_eq!(scene.short(&facts), "deliver by ours");
}

#[test]
fn v12_a_validity_includes_its_last_day() {
    let rules = "
policy dated {
  from  internal
  to    external
  valid from 2026-01-01 until 2026-03-01
  then  secure with d7
}";
    let mut facts = message("a@corp.example", &["b@x.example"]);
    assert_eq!(scene(rules).short(&facts), "deliver by default");
    let Fate::Failed { line } = fate(&facts, rules, "dated") else { panic!() };
    assert_eq!(line, "valid: expired after 2026-03-01");
    facts.at_ms = at("2026-03-01");
    assert_eq!(scene(rules).short(&facts), "secure d7 by dated");
}

#[test]
fn v13_the_peer_must_be_in_the_source() {
    let rules = "
policy inside {
  from   internal
  source 10.0.0.0/8
  then   secure with d7
}";
    let mut facts = message("a@corp.example", &["b@x.example"]);
    assert_eq!(scene(rules).short(&facts), "deliver by default");
    let Fate::Failed { line } = fate(&facts, rules, "inside") else { panic!() };
    assert_eq!(line, "source: 192.0.2.1 is outside");
    facts.peer = Some("10.1.2.3".parse().unwrap());
    assert_eq!(scene(rules).short(&facts), "secure d7 by inside");
}

#[test]
fn v14_a_request_needs_an_external_recipient() {
    for definition in ["d7", "d30"] {
        let scene = scene(&format!(
            "
request tag {{
  from    internal
  subject contains \"[secure]\"
  then    secure with {definition}
  strip   tag
}}"
        ));
        let facts = with_subject(message("a@corp.example", &["b@corp.example"]), "[SECURE] hello");
        let decision = scene.decide(&facts);
        assert_eq!(short(&decision.verdicts[0]), "deliver by default");
        assert!(decision.verdicts[0].effects.is_empty());
        assert_eq!(decision.advice, ["`tag` had no effect: the message has no external recipient"]);

        let facts = with_subject(message("a@corp.example", &["b@x.example"]), "[SECURE] hello");
        let decision = scene.decide(&facts);
        assert_eq!(short(&decision.verdicts[0]), format!("secure {definition} by tag"));
        assert_eq!(decision.verdicts[0].effects, [Effect::StripTag("[secure]".to_owned())]);
        assert!(decision.advice.is_empty());
    }
}

#[test]
fn v10_and_v14_beside_an_external_recipient_an_internal_one_gets_the_banner() {
    let scene = scene(
        "
request tag {
  from    internal
  subject contains \"[secure]\"
  then    secure with d7
  strip   tag
}",
    );
    let to = ["b@corp.example", "b@x.example"];
    let facts = with_subject(message("a@corp.example", &to), "[secure] hello");
    let decision = scene.decide(&facts);
    assert_eq!(short(&decision.verdicts[0]), "deliver by tag");
    let banner = |it: &Effect| matches!(it, Effect::Banner { .. });
    assert!(decision.verdicts[0].effects.iter().any(banner));
    assert!(decision.verdicts[0].effects.contains(&Effect::StripTag("[secure]".to_owned())));
    assert_eq!(short(&decision.verdicts[1]), "secure d7 by tag");
    assert!(decision.advice.is_empty());
}

#[test]
fn v15_between_cannot_secure() {
    let codes = errors(
        "policy both {\n  between domain a.example and domain b.example\n  then secure with d7\n}",
    );
    assert_eq!(codes, ["E0230"]);
    let held =
        scene("policy both {\n  between domain a.example and domain corp.example\n  then hold\n}");
    assert_eq!(held.short(&message("x@a.example", &["y@corp.example"])), "hold by both");
    assert_eq!(held.short(&message("y@corp.example", &["x@a.example"])), "hold by both");
    assert_eq!(held.short(&message("x@a.example", &["z@a.example"])), "deliver by default");
}

#[test]
fn v16_over_a_limit_without_a_line_is_on_error() {
    let scene = scene(V06);
    let mut facts = with_body(message("a@corp.example", &["b@x.example"]), "nothing");
    facts.content.over_limit = vec!["part 3 is larger than can be read".to_owned()];
    let verdict = scene.verdict(&facts);
    assert_eq!(short(&verdict), "hold by card");
    assert!(verdict.releasers.is_empty());
}

#[test]
fn v17_alternatives_count_once() {
    let scene = scene(
        "
examination two {
  count      card
  activates  at 2
  unreadable counts as clear
}
policy held {
  when two activates
  then hold
}",
    );
    let mut facts = message("a@corp.example", &["b@x.example"]);
    for branch in 0..2 {
        add(&mut facts.content, Scope::Body, 1 + branch, CARD);
        let last = facts.content.segments.last_mut().unwrap();
        last.alternative = Some(Alternative { group: 0, branch });
    }
    let decision = scene.decide(&facts);
    assert_eq!(short(&decision.verdicts[0]), "deliver by default");
    assert_eq!(decision.examinations[0].score, 1);
    assert_eq!(decision.examinations[0].hits.len(), 1);
}

#[test]
fn v18_an_attribute_must_be_declared() {
    assert_eq!(errors("policy p {\n  from anyone with rank is chief\n  then hold\n}"), ["E0210"]);
}

/// Introduced with attributes; reached by a directory that writes `Secret` where a rule says `secret`,
/// or gives somebody two values: the protection was gone and nothing said so.
#[test]
fn names_and_values_of_the_directory_are_compared_as_people_read_them() {
    let rules = "
attribute office from directory \"physicalDeliveryOffice\"
group     legal from directory \"CN=Legal Team,OU=Groups,DC=corp\"
policy high-clearance {
  from anyone with clearance is at least staff
  then secure with d7
}
policy from-the-street {
  from anyone with office is high-street
  then hold
}
policy from-legal {
  from legal
  then secure with d30
}";
    let scene = scene(rules);
    for (attribute, values, expected) in [
        ("Clearance", &["Secret"][..], "secure d7 by high-clearance"),
        ("clearance", &["none", " STAFF "], "secure d7 by high-clearance"),
        ("clearance", &["none", "unheard"], "deliver by default"),
        ("physicaldeliveryoffice", &["London", "High-Street"], "hold by from-the-street"),
        ("memberOf", &["cn=legal  team, ou=GROUPS, dc=corp"], "secure d30 by from-legal"),
    ] {
        let mut facts = message("a@corp.example", &["b@x.example"]);
        for value in values {
            match attribute {
                "memberOf" => facts.directory.add_group(&address("a@corp.example"), value),
                _ => facts.directory.set_attribute(&address("A@corp.example"), attribute, value),
            }
        }
        assert_eq!(scene.short(&facts), expected, "{attribute} {values:?}");
    }
}

#[test]
fn v19_an_empty_group_matches_nobody() {
    let rules = "policy p {\n  from group fin\n  then hold\n}";
    let scene = scene(rules);
    assert_eq!(scene.short(&message("a@corp.example", &["b@x.example"])), "deliver by default");
    let mut directory = Directory::default();
    directory.add_group(&address("a@corp.example"), "Groups/Law");
    let dead = scene.rules.check_directory(&directory);
    let codes: Vec<String> = dead.iter().map(|it| it.code.to_string()).collect();
    assert_eq!(codes, ["W0313"]);
    assert!(dead[0].message.contains("`fin`"));
}

#[test]
fn v20_the_retention_caps_never() {
    let scene = scene(
        "
definition forever {
  expires never
}
policy p {
  from internal
  to   external
  then secure with forever
}",
    );
    let verdict = scene.verdict(&message("a@corp.example", &["b@x.example"]));
    assert_eq!(verdict.disposition, Disposition::Secure);
    assert_eq!(verdict.options.unwrap().expires_days, 365);
}

#[test]
fn the_most_protective_outcome_wins() {
    let ladder = [
        ("deliver", Disposition::Deliver),
        ("deliver over verified tls otherwise hold", Disposition::VerifiedTls),
        ("secure with d7", Disposition::Secure),
        ("hold", Disposition::Hold),
        ("bounce \"no\"", Disposition::Bounce),
        ("reject \"no\"", Disposition::Reject),
    ];
    let facts = with_body(message("a@corp.example", &["b@x.example"]), CARD);
    for (one, lower) in ladder {
        for (other, higher) in ladder {
            let policy = |name, then| {
                format!("policy {name} {{\n  when cards activates\n  then {then}\n}}\n")
            };
            let scene = scene(&(policy("p", one) + &policy("q", other)));
            assert_eq!(scene.verdict(&facts).disposition, lower.max(higher), "{one} and {other}");
        }
    }
}

#[test]
fn an_exception_leaves_out_its_recipients() {
    let scene = scene(
        "
policy p {
  from internal
  to   external except b@x.example, domain y.example
  then hold
}",
    );
    let decided = |to: &str| scene.short(&message("a@corp.example", &[to]));
    assert_eq!(decided("c@x.example"), "hold by p");
    assert_eq!(decided("b@x.example"), "deliver by default");
    assert_eq!(decided("c@y.example"), "deliver by default");
}
