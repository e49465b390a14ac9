//! Which disagreements are errors, which are left to run time, and which are none.

use super::scene::{load, said};

/// The codes of conflict findings between a policy `p` with one line and `q` with another.
fn between(p: &str, q: &str) -> Vec<String> {
    let text =
        format!("policy p {{\n  {p}\n  then hold\n}}\npolicy q {{\n  {q}\n  then deliver\n}}\n");
    let (_, findings) = load(&text);
    let ours =
        findings.iter().filter(|it| ["E0430", "W0310"].contains(&it.code.to_string().as_str()));
    ours.map(|it| it.code.to_string()).collect()
}

#[test]
fn which_pairs_conflict() {
    for (p, q, expected) in [
        // Comparable: the more specific one wins.
        ("to external", "to everyone", ""),
        ("to domain x.example", "to external", ""),
        ("to domain a.x.example", "to domain *.x.example", ""),
        ("to group fin", "to domain corp.example", ""),
        ("to anyone with clearance is staff", "to group fin", ""),
        ("to a@x.example", "to group fin", ""),
        // No message meets both.
        ("to internal", "to external", ""),
        ("to domain x.example", "to domain y.example", ""),
        ("to domain x.example", "to domain *.x.example", ""),
        ("to external except domain x.example", "to domain x.example", ""),
        ("from nobody", "from internal", ""),
        ("source 10.0.0.0/8", "source 192.0.2.0/24", ""),
        ("valid until 2026-01-01", "valid from 2026-01-02", ""),
        ("to anyone with clearance is staff", "to anyone with clearance is secret", ""),
        // Incomparable or equal, and met together.
        ("from internal", "to external", "E0430"),
        ("to external", "to external", "E0430"),
        ("source 10.0.0.0/8", "source 10.1.0.0/16", "E0430"),
        ("valid until 2026-01-02", "valid from 2026-01-02", "E0430"),
        ("to external except domain x.example", "to external except domain y.example", "E0430"),
        ("to domain x.example, domain y.example", "to domain y.example, domain z.example", "E0430"),
        ("from group fin", "to b@x.example", "E0430"),
        ("from group fin", "from group fin", "E0430"),
        ("from a@corp.example, internal", "from internal", "E0430"),
        ("from internal\n  compare header", "to external\n  compare envelope", "E0430"),
        // Only two different groups or values of one person are left to run time.
        ("from group fin", "from group law", "W0310"),
        (
            "to anyone with clearance is at least staff",
            "to anyone with clearance is secret",
            "W0310",
        ),
    ] {
        let expected: Vec<&str> = Some(expected).filter(|it| !it.is_empty()).into_iter().collect();
        assert_eq!(between(p, q), expected, "{p} | {q}");
        assert_eq!(between(q, p), expected, "{q} | {p}");
    }
}

/// Introduced with the bound on members that are tried; reached by two lists that share an entry behind
/// their 2,000th.
#[test]
fn what_large_sets_share_is_found_wherever_it_stands() {
    let set = |name: &str, prefix: char| {
        let members: Vec<String> =
            (0..2_500).map(|it| format!("  {prefix}{it}@x.example\n")).collect();
        format!("addresses {name} {{\n{}  zz@y.example\n}}\n", members.concat())
    };
    let sets = set("p-set", 'a') + &set("q-set", 'b');
    for (p, q) in [
        ("to p-set", "to q-set"),
        ("from internal\n  to p-set", "from a@corp.example\n  to domain y.example"),
    ] {
        let (rules, findings) = load(&format!(
            "{sets}policy p {{\n  {p}\n  then hold\n}}\npolicy q {{\n  {q}\n  then deliver\n}}\n"
        ));
        assert!(rules.is_none(), "{q}");
        let finding = findings.iter().find(|it| it.code.to_string() == "E0430").unwrap();
        assert!(finding.notes[0].contains("-> zz@y.example"), "{:?}", finding.notes);
    }
}

#[test]
fn the_same_outcome_is_no_conflict() {
    let (rules, findings) = load(
        "policy p {\n  from internal\n  then take no action\n}\npolicy q {\n  to external\n  then deliver\n}",
    );
    assert!(rules.is_some(), "{}", said(&findings));
}

#[test]
fn bypasses_conflict_too() {
    let (rules, findings) = load(
        "bypass p {\n  owner o@corp.example\n  from internal\n  valid forever\n  then take no action\n}
bypass q {\n  owner o@corp.example\n  to external\n  valid forever\n  then disable secure messaging\n}",
    );
    assert!(rules.is_none());
    assert!(findings.iter().any(|it| it.code.to_string() == "E0430"), "{}", said(&findings));
}

#[test]
fn the_example_names_peer_and_day() {
    let (_, findings) = load(
        "policy p {\n  from internal\n  source 10.0.0.0/8\n  valid from 2026-05-01\n  then hold\n}
policy q {\n  to external\n  source 10.1.0.0/16\n  then deliver\n}",
    );
    let finding = findings.iter().find(|it| it.code.to_string() == "E0430").unwrap();
    assert_eq!(
        finding.notes[0].lines().next().unwrap(),
        "both apply to: alice@corp.example -> alice@elsewhere.example from 10.1.0.1 on 2026-05-01"
    );
}
