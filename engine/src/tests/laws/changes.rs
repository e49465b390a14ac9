//! What is said of a change of rules is never too little: whenever a message is protected less, some
//! edit lowers protection.

use std::collections::BTreeMap;

use super::{
    MANY,
    letter::Letter,
    random::Random,
    shrink::shrink,
    tree::{Item, Tree},
};
use crate::{
    Rules,
    diff::{self, decisions::protects_no_less},
    facts::Facts,
    reference,
    scan::examination::Count,
};

/// Pairs of trees.
const PAIRS: u64 = if MANY { 20_000 } else { 120 };

/// Messages for each of them.
const LETTERS: u64 = 12;

/// Edits of one pair.
const EDITS_MAX: usize = 3;

/// What a run met: whether it is of any worth.
#[derive(Debug, Default)]
struct Met {
    pairs: usize,
    /// Pairs of which some message was protected less.
    weaker: usize,
    /// Pairs of which an edit lowers.
    lowering: usize,
    /// Edits by direction.
    edits: BTreeMap<&'static str, usize>,
}

#[test]
fn whatever_is_protected_less_is_told() {
    let mut met = Met::default();
    for seed in 0..PAIRS {
        let (tree, edited) = pair(seed);
        let Some((old, new)) = tree.rules().zip(edited.rules()) else { continue };
        met.pairs += 1;
        let edits = diff::edits(&old, &new);
        for edit in &edits {
            *met.edits.entry(edit.direction.as_str()).or_default() += 1;
        }
        let lowers = edits.iter().any(|it| it.direction.is_lowering());
        met.lowering += usize::from(lowers);
        let letters = (1..=LETTERS).map(|it| Letter::random(&mut Random::part(seed, it)));
        let weaker = letters.filter(|it| {
            let facts = it.facts();
            !is_narrow([&old, &new], &facts) && is_weaker(&old, &new, &facts)
        });
        let weaker: Vec<Letter> = weaker.collect();
        met.weaker += usize::from(!weaker.is_empty());
        if let Some(letter) = weaker.into_iter().next().filter(|_| !lowers) {
            panic!("{}", told(seed, (tree, edited), letter));
        }
    }
    print(&met);
    // Cases that lower nothing, and differences that say too much, show nothing.
    assert!(met.pairs * 5 < met.weaker * 100 && met.lowering < met.pairs, "{met:?}");
}

#[expect(clippy::print_stdout, reason = "the figures are what is wanted of a long run")]
fn print(met: &Met) {
    println!("changes of rules: {met:?}");
}

/// Whether it is one of the two cases that the manual names, in which finding more can protect less: a
/// message that says the same in two forms, and one over a limit that an examination does not route.
fn is_narrow(versions: [&Rules; 2], facts: &Facts) -> bool {
    let content = &facts.content;
    let has_forms = content.segments.iter().any(|it| it.alternative.is_some());
    versions.iter().any(|rules| {
        let mut examinations = rules.model.examinations.iter();
        let bounded = |it: &Count| it.distinct || it.cap.is_some();
        examinations.any(|it| {
            has_forms && it.counts.iter().any(bounded)
                || !content.over_limit.is_empty() && it.over_limit.is_none()
        })
    })
}

/// Whether some recipient is protected less.
fn is_weaker(old: &Rules, new: &Rules, facts: &Facts) -> bool {
    let (before, after) = (reference::decide(old, facts), reference::decide(new, facts));
    let mut both = after.verdicts.iter().zip(&before.verdicts);
    both.any(|(after, before)| !protects_no_less(after, before))
}

/// A tree, and the same after some edits.
fn pair(seed: u64) -> (Tree, Tree) {
    let seed = seed.wrapping_add(77 << 40);
    let tree = Tree::random(&mut Random::part(seed, 0));
    let other = Tree::random(&mut Random::part(seed, u64::MAX));
    let mut random = Random::part(seed, u64::MAX - 1);
    let mut edited = tree.clone();
    for _ in 0..1 + random.below(EDITS_MAX) {
        edit(&mut edited, &other, &mut random);
    }
    (tree, edited)
}

/// One edit: an item or a line goes, comes from another tree, or is replaced by one of it.
fn edit(tree: &mut Tree, other: &Tree, random: &mut Random) {
    let clauses: Vec<usize> =
        ["policy", "bypass", "request"].iter().flat_map(|it| tree.all(it)).collect();
    // Most items are sets and definitions; clauses decide more.
    let at = if random.one_in(2) && !clauses.is_empty() {
        clauses[random.below(clauses.len())]
    } else {
        random.below(tree.items.len())
    };
    let head = tree.items[at].head.clone();
    let kind = head.split(' ').next().unwrap().to_owned();
    let alike: Vec<&Item> = other.items.iter().filter(|it| it.is(&kind)).collect();
    let twin = (!alike.is_empty()).then(|| alike[random.below(alike.len())]);
    match random.below(6) {
        0 => drop(tree.items.remove(at)),
        1 => tree
            .items
            .extend(twin.filter(|it| !tree.items.iter().any(|own| own.head == it.head)).cloned()),
        2 => {
            if let Some(twin) = twin {
                tree.items[at].lines.clone_from(&twin.lines);
            }
        }
        3 => {
            let lines = tree.items[at].lines.as_mut();
            lines.filter(|it| !it.is_empty()).map(|it| it.remove(random.below(it.len())));
        }
        _ => {
            let lines = twin.and_then(|it| it.lines.as_ref()).filter(|it| !it.is_empty());
            if let Some((lines, true)) = lines.map(|it| (it, tree.items[at].lines.is_some())) {
                let line = lines[random.below(lines.len())].clone();
                let own = tree.items[at].lines.as_mut().unwrap();
                let keyword = line.split(' ').next().unwrap();
                let same = own.iter().position(|it| it.split(' ').next() == Some(keyword));
                match same.filter(|_| keyword != "override" || random.one_in(2)) {
                    Some(same) => own[same] = line,
                    None => own.push(line),
                }
            }
        }
    }
}

/// The failing case, small: what is the same in both trees goes where it can.
fn told(seed: u64, (tree, edited): (Tree, Tree), letter: Letter) -> String {
    let fails = |tree: &Tree, edited: &Tree, letter: &Letter| {
        let Some((old, new)) = tree.rules().zip(edited.rules()) else { return false };
        !diff::edits(&old, &new).iter().any(|it| it.direction.is_lowering())
            && !is_narrow([&old, &new], &letter.facts())
            && is_weaker(&old, &new, &letter.facts())
    };
    let (tree, letter) = shrink(tree, letter, |tree, letter| fails(tree, &edited, letter));
    let (edited, letter) = shrink(edited, letter, |edited, letter| fails(&tree, edited, letter));
    let (tree, letter) = shrink(tree, letter, |tree, letter| fails(tree, &edited, letter));
    let (old, new) = tree.rules().zip(edited.rules()).unwrap();
    let facts = letter.facts();
    let (before, after) = (reference::decide(&old, &facts), reference::decide(&new, &facts));
    format!(
        "seed {seed}\n{}\nedited: {}\n{}\n{:#?}\n{:#?}\n{:#?}",
        tree.text(),
        edited.text(),
        letter.text(),
        diff::edits(&old, &new),
        before.verdicts,
        after.verdicts,
    )
}

#[test]
fn form_and_order_are_no_edits() {
    for seed in 0..PAIRS / 10 {
        let mut random = Random::part(seed, 0);
        let tree = Tree::random(&mut random);
        let Some(rules) = tree.rules() else { continue };
        let mut moved = tree.clone();
        random.shuffle(&mut moved.items);
        for item in &mut moved.items {
            item.lines.iter_mut().flatten().for_each(|it| it.push_str("   # why not"));
        }
        let Some(moved) = moved.rules() else { panic!("{}", tree.text()) };
        assert_eq!(diff::edits(&rules, &moved), [], "{}", tree.text());
        assert_eq!(diff::edits(&moved, &rules), [], "{}", tree.text());
    }
}
