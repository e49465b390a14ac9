//! The encoded form: it decides as the compiled one, is the same for the same rules, and any other
//! octets are refused or harmless.

use proptest::prelude::*;

use super::{
    laws::{letter::Letter, random::Random, tree::Tree},
    sample,
    scene::{CARD, PREAMBLE, file, load_files, message, with_body},
};
use crate::bundle::{Corrupt, FORMAT, MAGIC, decode, encode};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn changed_octets_are_refused_or_harmless(
        seed in any::<u64>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let Some(rules) = Tree::random(&mut Random::part(seed, 0)).rules() else { return Ok(()) };
        let facts = Letter::random(&mut Random::part(seed, 1)).facts();
        let mut octets = encode(&rules);
        for (at, octet) in changes {
            let at = at.index(octets.len());
            octets[at] = octet;
        }
        if let Some(cut) = cut {
            octets.truncate(cut.index(octets.len()));
        }
        if let Ok(program) = decode(&octets) {
            let decision = program.explain(&facts);
            prop_assert_eq!(decision.verdicts.len(), facts.recipients.len());
            prop_assert_eq!(program.decide(&facts).verdicts.len(), facts.recipients.len());
        }
    }

    #[test]
    fn any_octets_at_all(octets in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut framed = MAGIC.to_vec();
        framed.extend(FORMAT.to_le_bytes());
        framed.extend(&octets);
        prop_assert!(decode(&framed).is_err() && decode(&octets).is_err());
    }
}

#[test]
fn every_cut_of_the_sample_is_refused() {
    let octets = encode(&sample::rules());
    assert!(decode(&octets).is_ok());
    for end in 0..octets.len() {
        assert!(decode(&octets[..end]).is_err(), "{end} of {}", octets.len());
    }
    let mut longer = octets;
    longer.push(0);
    assert!(decode(&longer).is_err());
}

#[test]
fn the_order_of_files_changes_no_octet() {
    let policies = "policy p {\n  when cards activates\n  then secure with d7\n}\n";
    let one = file("a.writ", &format!("{PREAMBLE}{policies}"));
    let other = file("b.writ", "writ 1\npolicy q {\n  to everyone\n  then deliver\n}\n");
    let of = |files: &[crate::SourceFile]| encode(&load_files(files).0.unwrap());
    assert_eq!(of(&[one.clone(), other.clone()]), of(&[other, one]));
}

#[test]
fn other_formats_and_other_files_are_told_apart() {
    let mut octets = encode(&sample::rules());
    octets[4] = octets[4].wrapping_add(1);
    assert_eq!(decode(&octets).unwrap_err(), Corrupt::OtherFormat { found: FORMAT + 1 });
    assert_eq!(decode(b"PK\x03\x04zip").unwrap_err(), Corrupt::NotRules);
    assert_eq!(decode(b"").unwrap_err(), Corrupt::NotRules);
}

/// Two patterns of one expression stay two, and one that two examinations name stays one.
#[test]
fn the_sample_finds_the_same() {
    let rules = sample::rules();
    let (compiled, decoded) = (rules.compile(), decode(&encode(&rules)).unwrap());
    let facts = with_body(message("alice@acme.example", &["bob@shop.example"]), CARD);
    assert_eq!(compiled.explain(&facts), decoded.explain(&facts));
    assert_eq!(compiled.examine(&facts.content), decoded.examine(&facts.content));
    assert!(compiled.examine(&facts.content).values().any(|it| it.score > 0));
}

/// Bundles stay with operators, and what stands in them was made by the program that wrote them: the
/// index too, and the hashes in it. Whoever changes one octet of this counts [`FORMAT`] up.
#[test]
fn the_octets_of_a_format_never_change() {
    let text = format!(
        "{PREAMBLE}addresses board {{\n  chair@acme.example\n  cfo@acme.example\n}}\n\
         policy p {{\n  from domain *.shop.example\n  to board\n  then hold for board\n}}\n\
         policy q {{\n  from internal\n  to x@lab.shop.example\n  then reject \"No.\"\n}}\n"
    );
    let (rules, findings) = load_files(&[file("a.writ", &text)]);
    let octets = encode(&rules.unwrap_or_else(|| panic!("{findings:?}")));
    let sum = octets
        .iter()
        .fold(0_u64, |sum, it| sum.rotate_left(5).wrapping_mul(0x0100_0000_01b3) ^ u64::from(*it));
    assert_eq!((FORMAT, octets.len(), sum), (3, 977, 17_786_711_846_484_999_111));
}

/// Alternatives to verified TLS nest in no rules, so no octets make a deep one.
#[test]
fn nested_alternatives_are_refused() {
    let text = format!(
        "{PREAMBLE}policy p {{\n  to everyone\n  then deliver over verified tls otherwise hold\n}}\n"
    );
    let octets = encode(&load_files(&[file("a.writ", &text)]).0.unwrap());
    // The policy says 1 (verified TLS), then its alternative: 3 (hold) for nobody.
    let at = octets.windows(3).rposition(|it| it == [1, 3, 0]).unwrap();
    assert!(decode(&octets).is_ok());
    let mut nested = octets[..=at].to_vec();
    nested.extend([1; 100_000]);
    nested.extend(&octets[at + 1..]);
    assert!(matches!(decode(&nested), Err(Corrupt::Damaged { .. })));
}
