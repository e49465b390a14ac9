//! The program and the reference evaluator give one answer, for generated rules and messages.

use grammar::diagnostic::Severity;
use proptest::prelude::*;

use super::{
    people::{WORLD, items, messages, set_files},
    scene::{PREAMBLE, Scene, file, said},
};
use crate::{Rules, check};

const MORE: &str = "definition d1 {\n  internal refuse\n  refusal  \"NO\"\n  expires  after 1 day\n  reply    denied\n}\n";

/// Rules of these items. Disagreements are let through: what happens then is defined too.
pub(super) fn rules_of(items: &[String]) -> Option<Rules> {
    let text = format!("{PREAMBLE}{MORE}{WORLD}{}", items.concat());
    let mut files = set_files();
    files.push(file("rules.writ", &text));
    let (rules, findings) = check::load(&files, &[]);
    let errors: Vec<_> =
        findings.into_iter().filter(|it| it.severity() == Severity::Error).collect();
    // A generated override may close a circle; anything else is a fault of the generator.
    let only_circles = errors.iter().all(|it| it.code == crate::code::OVERRIDE_CYCLE);
    assert!(only_circles, "{}\n{text}", said(&errors));
    rules.filter(|_| errors.is_empty())
}

pub(super) fn scene_of(items: &[String]) -> Option<Scene> {
    let rules = rules_of(items)?;
    let program = rules.compile();
    Some(Scene { rules, program })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn both_evaluators_agree(items in items(), messages in prop::collection::vec(messages(), 4)) {
        let Some(scene) = scene_of(&items) else { return Ok(()) };
        for facts in &messages {
            let decision = scene.decide(facts);
            for verdict in &decision.verdicts {
                prop_assert_eq!(verdict.options.is_some(), !verdict.definitions.is_empty());
                // The full trace tells of every clause once.
                let mut told: Vec<&str> = verdict.trace.iter().map(|it| it.subject.as_str()).collect();
                told.retain(|it| *it != "default");
                told.sort_unstable();
                prop_assert_eq!(told, scene.rules.clause_names());
            }
        }
    }
}
