//! A failing case made small: as long as it still fails, declarations, lines and parts of the message
//! go.

use super::{letter::Letter, tree::Tree};

/// A failing case, smaller: no single declaration, line or part of the message can be left out.
pub(super) fn shrink(
    mut tree: Tree,
    mut letter: Letter,
    fails: impl Fn(&Tree, &Letter) -> bool,
) -> (Tree, Letter) {
    loop {
        let before = (tree.clone(), letter.clone());
        shrink_tree(&mut tree, |it| fails(it, &letter));
        shrink_list(&mut letter.lines, |lines| fails(&tree, &Letter { lines: lines.to_vec() }));
        if before == (tree.clone(), letter.clone()) {
            return (tree, letter);
        }
    }
}

fn shrink_tree(tree: &mut Tree, fails: impl Fn(&Tree) -> bool) {
    shrink_list(&mut tree.items, |items| fails(&Tree { items: items.to_vec() }));
    for at in 0..tree.items.len() {
        let Some(mut lines) = tree.items[at].lines.clone() else { continue };
        let with = |lines: &[String]| tree.changed(at, |it| it.lines = Some(lines.to_vec()));
        shrink_list(&mut lines, |lines| fails(&with(lines)));
        *tree = with(&lines);
    }
}

/// Leaves out one after the other, the last first: what comes later names what comes before.
fn shrink_list<T: Clone>(list: &mut Vec<T>, fails: impl Fn(&[T]) -> bool) {
    for at in (0..list.len()).rev() {
        let mut fewer = list.clone();
        fewer.remove(at);
        if fails(&fewer) {
            *list = fewer;
        }
    }
}

#[test]
fn a_case_shrinks_to_what_makes_it_fail() {
    let mut random = super::random::Random::new(7);
    let tree = Tree::random(&mut random);
    let letter = Letter::random(&mut random);
    let needs = |tree: &Tree, letter: &Letter| {
        tree.text().contains("examination e1 {\n") && letter.text().contains("to ")
    };
    let (tree, letter) = shrink(tree, letter, needs);
    assert_eq!(tree.text(), "writ 1\nexamination e1 {\n}\n");
    assert_eq!(letter.lines.len(), 1);
}
