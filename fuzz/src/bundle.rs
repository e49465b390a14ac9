//! Octets that claim to be a bundle, or compiled rules with octets changed: refused, or rules that decide.

use std::sync::OnceLock;

use engine::{Rules, SourceFile, bundle, facts::Facts};
use grammar::literal::Address;
use vault::bundle::Bundle;

/// Rules with a bit of everything that a bundle keeps.
const RULES: &str = include_str!("bundle.writ");

/// Runs the target on one input: read as a bundle, as compiled rules, and as changes of compiled
/// rules, three octets each: where, in two octets, and what is there then.
pub(crate) fn run(octets: &[u8]) {
    static ENCODED: OnceLock<Vec<u8>> = OnceLock::new();
    if let Ok(bundle) = Bundle::unverified(octets) {
        assert!(Bundle::verified(octets, &[], 0).is_err());
        assert!(bundle.sections().all(|(name, it)| bundle.section(name) == Some(it)));
    }
    decide(octets);
    let encoded = ENCODED.get_or_init(|| {
        let file = SourceFile { path: "rules.writ".to_owned(), text: RULES.to_owned() };
        Rules::load(&[file], &[]).0.map(|it| bundle::encode(&it)).unwrap_or_default()
    });
    assert!(!encoded.is_empty(), "the rules of this target do not pass the check");
    let mut changed = encoded.clone();
    for change in octets.chunks_exact(3) {
        let [high, low, new] = *change else { continue };
        let at = usize::from(u16::from_be_bytes([high, low]));
        changed.get_mut(at).into_iter().for_each(|it| *it = new);
    }
    decide(&changed);
}

/// Whatever is taken for compiled rules decides.
fn decide(octets: &[u8]) {
    let Ok(program) = bundle::decode(octets) else { return };
    let addresses = ["alice@corp.example", "bob@x.example"].map(|it| Address::parse(it).ok());
    let [sender, recipient] = addresses;
    let recipients = sender.iter().chain(&recipient).cloned().collect();
    let mut facts = Facts { sender, recipients, ..Facts::default() };
    facts.content.subject = "[secure] 4111 1111 1111 1111".to_owned();
    let decision = program.explain(&facts);
    assert_eq!(decision.verdicts.len(), facts.recipients.len());
}
