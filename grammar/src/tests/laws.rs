//! Laws that hold for any input.

use proptest::prelude::*;

use super::{SAMPLE, meaning, rendered};
use crate::{
    format,
    layout::{Piece, PieceKind, pieces},
    parse,
    tree::FileId,
};

/// Texts that are nearly rules: the sample with pieces cut out, doubled, swapped or damaged.
fn mutated() -> impl Strategy<Value = String> {
    let damage = prop_oneof![
        Just(String::new()),
        Just("{".to_owned()),
        Just("}".to_owned()),
        Just("\"".to_owned()),
        Just(",\n".to_owned()),
        Just("\n".to_owned()),
        Just("#".to_owned()),
        Just("/".to_owned()),
        Just("policy ".to_owned()),
        any::<char>().prop_map(String::from),
    ];
    let edits = prop::collection::vec((any::<prop::sample::Index>(), 0_usize..12, damage), 1..6);
    edits.prop_map(|edits| {
        let mut characters: Vec<char> = SAMPLE.chars().collect();
        for (at, cut, insert) in edits {
            let start = at.index(characters.len());
            let end = (start + cut).min(characters.len());
            characters.splice(start..end, insert.chars());
        }
        characters.into_iter().collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let text = String::from_utf8_lossy(&bytes);
        let (_, findings) = parse(FileId(0), &text);
        prop_assert!(!findings.is_empty());
    }

    #[test]
    fn the_pieces_of_any_text_are_the_text(bytes in prop::collection::vec(any::<u8>(), 0..300), rules in mutated()) {
        for text in [String::from_utf8_lossy(&bytes).into_owned(), rules] {
            let pieces = pieces(&text);
            let joined: String = pieces.iter().map(|piece| piece.of(&text)).collect();
            prop_assert_eq!(joined, text);
            prop_assert!(pieces.iter().all(|piece| piece.start < piece.end));
        }
    }

    #[test]
    fn no_statement_overlaps_another(text in mutated()) {
        let layout = crate::layout::layout(&text);
        let mut lines = Vec::new();
        let mut nodes: Vec<_> = layout.nodes.iter().collect();
        while let Some(node) = nodes.pop() {
            lines.extend(node.line());
            if let crate::layout::Node::Block(block) = node {
                nodes.extend(&block.body);
            }
        }
        lines.sort_by_key(|line| line.first);
        prop_assert!(lines.is_sorted_by(|one, other| one.last < other.first));
    }

    #[test]
    fn damaged_rules_are_read_and_findings_stand_inside(text in mutated()) {
        let (_, findings) = parse(FileId(0), &text);
        for label in findings.iter().flat_map(|finding| &finding.labels) {
            let range = label.span.range();
            prop_assert!(text.get(range).is_some(), "{label:?}");
        }
        rendered(&text);
    }

    #[test]
    fn formatting_is_idempotent_and_keeps_the_meaning(text in mutated()) {
        if let Ok(formatted) = format(&text) {
            prop_assert_eq!(meaning(&formatted), meaning(&text));
            prop_assert_eq!(format(&formatted).ok(), Some(formatted));
        }
    }

    #[test]
    fn formatting_moves_only_white_space_and_keeps_comments(text in mutated()) {
        if let Ok(formatted) = format(&text) {
            let letters = |text: &str| {
                let mut letters: Vec<char> = text.chars().filter(|it| !it.is_whitespace()).collect();
                letters.sort_unstable();
                letters
            };
            let comments = |text: &str| {
                let is_comment = |it: &Piece| matches!(it.kind, PieceKind::Comment | PieceKind::Doc);
                let pieces = pieces(text).into_iter().filter(is_comment);
                let mut comments: Vec<String> =
                    pieces.map(|it| it.of(text).trim_end().to_owned()).collect();
                comments.sort_unstable();
                comments
            };
            prop_assert_eq!(letters(text.trim_start_matches('\u{FEFF}')), letters(&formatted));
            prop_assert_eq!(comments(&text), comments(&formatted));
        }
    }

    #[test]
    fn every_fix_of_a_damaged_file_stands_inside_and_applies(text in mutated()) {
        for fix in parse(FileId(0), &text).1.into_iter().filter_map(|it| it.fix) {
            let mut edits = fix.edits;
            edits.sort_by_key(|(span, _)| span.start);
            let apart = edits.windows(2).all(|it| it[0].0.end <= it[1].0.start);
            prop_assert!(apart, "{}", fix.title);
            let mut fixed = text.clone();
            for (span, new) in edits.iter().rev() {
                prop_assert!(text.get(span.range()).is_some(), "{}", fix.title);
                fixed.replace_range(span.range(), new);
            }
            let _ = parse(FileId(0), &fixed);
        }
    }

    #[test]
    fn a_damaged_item_does_not_lose_the_others(cut in 0_usize..3) {
        let first = ["polcy x {\n  from internal\n}\n", "policy x {\n  from internal\n", "policy x\n  from internal\n}\n"][cut];
        let text = format!("writ 1\n{first}policy y {{\n  then hold\n}}\n");
        let (tree, findings) = parse(FileId(0), &text);
        prop_assert_eq!(findings.len(), 1);
        prop_assert_eq!(tree.items.len(), 2);
    }
}

/// Findings and places of the items, as the whole file counts.
fn of_parts(parts: &crate::parts::Parts) -> (Vec<String>, Vec<(u32, u32)>) {
    let (mut findings, mut items, mut start) = (Vec::new(), Vec::new(), 0);
    for part in parts.all() {
        for finding in &part.diagnostics {
            let place = finding.place().map(|it| (it.start + start, it.end + start));
            findings.push(format!("{} {} {place:?}", finding.code, finding.message));
        }
        items.extend(part.tree.items.iter().map(|it| (it.span.start + start, it.span.end + start)));
        start += u32::try_from(part.text.len()).unwrap();
    }
    (findings, items)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn the_parts_say_what_the_whole_says(texts in prop::collection::vec(mutated(), 1..5)) {
        let mut parts = crate::parts::Parts::default();
        let mut ids = 0..;
        for text in texts {
            parts.set(&text, &mut || FileId(ids.next().unwrap()));
            let joined: String = parts.all().iter().map(|it| it.text.as_str()).collect();
            prop_assert_eq!(&joined, &text);
            let (tree, findings) = parse(FileId(0), &text);
            let place = |it: &crate::diagnostic::Diagnostic| it.place().map(|it| (it.start, it.end));
            let whole: Vec<String> = findings
                .iter()
                .map(|it| format!("{} {} {:?}", it.code, it.message, place(it)))
                .collect();
            let items: Vec<(u32, u32)> = tree.items.iter().map(|it| (it.span.start, it.span.end)).collect();
            prop_assert_eq!(of_parts(&parts), (whole, items));
        }
    }
}
