//! Laws of the language that hold for all rules and messages.

use proptest::prelude::*;

use super::{
    differential::scene_of,
    people::{items, messages},
    scene::{PREAMBLE, file, load_files},
};
use crate::decision::{Disposition, Fate};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_order_of_declarations_changes_nothing(
        (items, shuffled) in items().prop_flat_map(|it| (Just(it.clone()), Just(it).prop_shuffle())),
        facts in messages(),
    ) {
        let (Some(one), Some(other)) = (scene_of(&items), scene_of(&shuffled)) else { return Ok(()) };
        let mut left = one.program.explain(&facts);
        let mut right = other.program.explain(&facts);
        // Only the lines move.
        for decision in [&mut left, &mut right] {
            decision.verdicts.iter_mut().flat_map(|it| &mut it.trace).for_each(|it| it.place = None);
        }
        prop_assert_eq!(left, right);
    }

    #[test]
    fn a_further_content_policy_only_raises_protection(
        items in items(),
        outcome in prop::sample::select(&["deliver", "secure with d7", "hold", "bounce \"no\""][..]),
        facts in messages(),
    ) {
        let mut more = items.clone();
        more.push(format!("policy further {{\n  when wordy activates\n  then {outcome}\n}}\n"));
        let (Some(before), Some(after)) = (scene_of(&items), scene_of(&more)) else { return Ok(()) };
        let (before, after) = (before.decide(&facts), after.decide(&facts));
        for (one, other) in before.verdicts.iter().zip(&after.verdicts) {
            prop_assert!(one.disposition <= other.disposition);
            if let (Some(one), Some(other)) = (&one.options, &other.options) {
                prop_assert!(other.expires_secs <= one.expires_secs && one.print >= other.print);
                prop_assert!(one.internal <= other.internal);
            }
        }
    }

    #[test]
    fn removing_a_policy_concerns_only_whom_it_decided(
        items in items(),
        facts in messages(),
        at in any::<prop::sample::Index>(),
    ) {
        let policies: Vec<usize> =
            (0..items.len()).filter(|it| items[*it].starts_with("policy ")).collect();
        prop_assume!(!policies.is_empty());
        let removed = policies[at.index(policies.len())];
        let name = items[removed].split(' ').nth(1).unwrap().to_owned();
        let mut fewer = items.clone();
        fewer.remove(removed);
        // Who names it would be an error without it.
        prop_assume!(!fewer.iter().any(|it| it.contains(&format!("override {name}"))));
        let (Some(before), Some(after)) = (scene_of(&items), scene_of(&fewer)) else { return Ok(()) };
        let (before, after) = (before.program.explain(&facts), after.decide(&facts));
        for (one, other) in before.verdicts.iter().zip(&after.verdicts) {
            let fate = &one.trace.iter().find(|it| it.subject == name).unwrap().fate;
            if matches!(fate, Fate::Failed { .. }) {
                prop_assert_eq!(
                    (one.disposition, &one.decided_by, &one.effects),
                    (other.disposition, &other.decided_by, &other.effects)
                );
            }
        }
    }

    #[test]
    fn a_reject_at_rcpt_stays_a_reject(items in items(), facts in messages()) {
        let Some(scene) = scene_of(&items) else { return Ok(()) };
        let decision = scene.program.decide(&facts);
        for verdict in decision.verdicts {
            if let Some(text) = scene.program.reject_at_rcpt(&facts, &verdict.recipient) {
                prop_assert_eq!(verdict.disposition, Disposition::Reject);
                prop_assert!(!text.is_empty());
            }
        }
    }
}

#[test]
fn the_order_of_files_changes_nothing() {
    let main = file(
        "a.writ",
        &format!("{PREAMBLE}policy p {{\n  when cards activates\n  then secure with d7\n}}\n"),
    );
    let more = file(
        "b.writ",
        "writ 1\nuse \"a.writ\" as a\npolicy q {\n  when a.cards activates\n  then secure with a.d30\n}\n",
    );
    let facts = super::scene::with_body(
        super::scene::message("a@corp.example", &["b@x.example"]),
        super::scene::CARD,
    );
    let decide =
        |files: &[crate::SourceFile]| load_files(files).0.unwrap().compile().explain(&facts);
    let one = decide(&[main.clone(), more.clone()]);
    assert_eq!(one, decide(&[more, main]));
    assert_eq!(one.verdicts[0].decided_by, ["p", "q"]);
}
