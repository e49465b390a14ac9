//! Tests of the whole crate: the sample of the language, wrong inputs.

mod fixes;
mod laws;
mod pages;

use crate::{
    diagnostic::{Colour, Severity, Sources, human, short, view},
    format, parse,
    tree::{FileId, Item, ItemKind, OutcomeKind, SelectorKind, Tree, UseSource, Validity},
};

const SAMPLE: &str = include_str!("tests/sample.writ");

fn tree(text: &str) -> Tree {
    let (tree, findings) = parse(FileId(0), text);
    assert_eq!(findings, Vec::new());
    tree
}

fn rendered(text: &str) -> String {
    let mut sources = Sources::default();
    let id = sources.add("outbound.writ", text);
    let (_, findings) = parse(id, text);
    findings.iter().map(|finding| human(finding, &sources, Colour::Plain)).collect()
}

/// The tree as text, without the places.
fn meaning(text: &str) -> String {
    let (tree, _) = parse(FileId(0), text);
    let shown = format!("{:?}", (tree.edition.map(|edition| edition.value), tree.uses, tree.items));
    let mut parts = shown.split("Span {");
    let mut kept = parts.next().unwrap_or("").to_owned();
    for part in parts {
        kept.push_str(part.split_once('}').map_or("", |(_, after)| after));
    }
    kept
}

/// Text without the spaces that only make columns.
fn without_columns(text: &str) -> String {
    text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ") + "\n").collect()
}

/// The files of `tests/wrong`, by name; the rendering of their findings stands beside each.
fn cases() -> Vec<(String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/tests/wrong");
    let mut cases: Vec<(String, String)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == "writ"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, String::from_utf8(std::fs::read(path).unwrap()).unwrap())
        })
        .collect();
    cases.sort();
    cases
}

#[test]
fn every_wrong_input_reads_well() {
    let cases = cases();
    assert!(cases.len() >= 80);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("tests/wrong");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let _scope = settings.bind_to_scope();
    for (name, text) in cases {
        let shown = rendered(&text);
        assert!(!shown.is_empty(), "{name} has no finding");
        insta::assert_snapshot!(name, shown);
    }
}

#[test]
fn no_finding_shows_a_name_of_the_grammar() {
    for (name, text) in cases() {
        let (_, findings) = parse(FileId(0), &text);
        for finding in findings {
            assert!(
                !finding.message.contains("k_") && !finding.message.contains("_line"),
                "{name}: {}",
                finding.message
            );
        }
    }
}

#[test]
fn the_sample_has_no_findings_and_the_right_items() {
    let tree = tree(SAMPLE);
    assert_eq!(tree.edition.map(|edition| edition.value), Some(1));
    assert_eq!(tree.uses.len(), 2);
    assert!(
        matches!(&tree.uses[1].source, UseSource::File { path, alias } if path.value == "banking-terms.writ" && alias.value == "banking")
    );
    assert_eq!(tree.items.len(), 22);
    assert!(tree.items.iter().all(|item| !item.damaged));
    assert_eq!(
        tree.items[0].doc.as_deref(),
        Some("Who we are. These domains are `internal`; every other domain is `external`.")
    );
    insta::assert_snapshot!("sample-tree", summary(&tree.items));
}

#[test]
fn the_policies_of_the_sample_say_what_was_written() {
    let tree = tree(SAMPLE);
    let policies: Vec<_> = tree
        .items
        .iter()
        .filter_map(
            |item| if let ItemKind::Policy(policy) = &item.kind { Some(policy) } else { None },
        )
        .collect();
    let [secured, cards, nightjar] = policies.as_slice() else { panic!("three policies") };
    assert!(
        matches!(&secured.validity.as_ref().unwrap().value, Validity::Range { from: Some(from), until: Some(until) }
        if from.value.to_string() == "2026-01-01" && until.value.to_string() == "2099-12-31")
    );
    assert_eq!(secured.overrides.len(), 1);
    let to = cards.to.as_ref().unwrap();
    assert_eq!(to.any_of[0].kind, SelectorKind::External);
    assert!(
        matches!(&to.except[0].kind, SelectorKind::Named { kind: None, name } if name.name.value == "partners")
    );
    assert_eq!(cards.when.len(), 1);
    assert!(
        matches!(&nightjar.then.as_ref().unwrap().kind, OutcomeKind::Hold { releasers: Some(board) } if board.name.value == "board")
    );
}

#[test]
fn spans_point_at_what_was_written() {
    let text =
        "writ 1\npolicy x {\n  to  std.group ,  domain *.a.example  except  bob@b.example # c\n}\n";
    let tree = tree(text);
    let ItemKind::Policy(policy) = &tree.items[0].kind else { panic!("a policy") };
    let to = policy.to.as_ref().unwrap();
    let at = |span: crate::tree::Span| text.get(span.range()).unwrap();
    assert_eq!(at(to.span), "std.group ,  domain *.a.example  except  bob@b.example");
    assert_eq!(at(to.any_of[0].span), "std.group");
    assert_eq!(at(to.any_of[1].span), "domain *.a.example");
    assert_eq!(at(to.except[0].span), "bob@b.example");
    let SelectorKind::Named { name, .. } = &to.any_of[0].kind else { panic!("a name") };
    assert_eq!((at(name.qualifier.as_ref().unwrap().span), at(name.name.span)), ("std", "group"));
    assert_eq!(at(tree.items[0].span), text.strip_prefix("writ 1\n").unwrap().trim_end());
}

#[test]
fn a_corrected_word_does_not_move_the_places_after_it() {
    let text = "writ 1\npolicy x {\n  frm  aa@b.example, 1\n  ownr aa@b..example\n}\n";
    let (_, findings) = parse(FileId(0), text);
    let last = findings.last().unwrap().place().unwrap();
    assert_eq!(text.get(last.range()).unwrap(), "aa@b..example");
}

#[test]
fn the_language_beyond_the_sample() {
    let text = include_str!("tests/more.writ");
    insta::assert_snapshot!("more-tree", summary(&tree(text).items));
    assert_eq!(format(text).unwrap(), text);
}

#[test]
fn the_sample_is_canonical_but_for_columns() {
    let formatted = format(SAMPLE).unwrap();
    assert_eq!(without_columns(&formatted), without_columns(SAMPLE));
    assert_eq!(format(&formatted).unwrap(), formatted);
    assert_eq!(meaning(&formatted), meaning(SAMPLE));
    insta::assert_snapshot!("sample-formatted", formatted);
}

#[test]
fn comments_and_lists_survive_formatting() {
    let ragged = "\u{FEFF}\r\n# top\r\nwrit   1 # one\r\n\r\n\r\n\r\n## doc\r\npolicy x # two\r\n{ # three\r\n\r\n# own\r\nto a ,# four\r\n\r\n# five\r\n    b@x.example,c  # six\r\nthen   hold} # seven\r\n\r\n# end\r\n\r\n";
    let formatted = format(ragged).unwrap();
    insta::assert_snapshot!("ragged-formatted", formatted);
    assert_eq!(format(&formatted).unwrap(), formatted);
    assert_eq!(meaning(&formatted), meaning(ragged));
}

#[test]
fn wrong_files_are_not_formatted() {
    let errors = format("writ 1\npolicy x {\n  frm internal\n}\n").unwrap_err();
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].severity(), Severity::Error);
}

#[test]
fn limits_are_findings() {
    let list = format!("writ 1\npolicy x {{\n  to {}a\n}}\n", "a, ".repeat(1_000));
    let long = format!("writ 1\npolicy x {{\n  why \"{}\"\n}}\n", "x".repeat(70_000));
    let deep = format!("writ 1\n{}", "policy x {\n".repeat(3) + &"message {\n".repeat(50_000));
    let nested = "(".repeat(60_000);
    for text in [list, long, deep, format!("writ 1\npattern p {{\n  match /{nested}\n}}\n")] {
        let (_, findings) = parse(FileId(0), &text);
        assert!(!findings.is_empty() && findings.len() < 10, "{}", findings.len());
    }
    let many = "x\n}\n".repeat(2_000);
    assert_eq!(parse(FileId(0), &many).1.len(), crate::limits::DIAGNOSTICS_MAX + 1);
}

#[test]
fn hostile_literals_do_not_recurse() {
    for part in ["<", ".", "mailto:", "@", "\"", "a@", "://", "*.", "/", "\\", "xn--"] {
        let text = part.repeat(200_000);
        assert!(crate::literal::Address::parse(&text).is_err());
        assert!(crate::literal::Address::parse(&format!("a@{text}")).is_err());
        assert!(crate::literal::DomainPattern::parse(&text).is_err());
        assert!(crate::literal::Network::parse(&text).is_err());
        assert!(crate::literal::HeaderName::parse(&text).is_err());
        let _ = (crate::literal::RegexText::parse(&text), crate::literal::QuotedText::parse(&text));
    }
}

#[test]
fn a_finding_on_one_line_and_as_data() {
    let text = "writ 1\npolicy x {\n  why \"ü\" frm\n}\n";
    let mut sources = Sources::default();
    let id = sources.add("a.writ", text);
    let (_, findings) = parse(id, text);
    assert_eq!(
        short(&findings[0], &sources),
        "a.writ:3:11: error[E0005]: the line should end before `frm`"
    );
    let view = view(&findings[0], &sources);
    assert_eq!(
        (view.code.as_str(), view.labels[0].start.column, view.labels[0].end.column),
        ("E0005", 11, 14)
    );
}

#[test]
fn a_file_cannot_write_to_the_terminal() {
    let shown = rendered("writ 1\npolicy x {\n  \u{1B}[2J\u{202E}evil internal\n}\n");
    assert!(!shown.contains('\u{1B}') && !shown.contains('\u{202E}'), "{shown}");
}

/// One line for each item, as the tree has it, without the places.
fn summary(items: &[Item]) -> String {
    items.iter().map(|item| without_spans(&format!("{:?}", item.kind)) + "\n").collect()
}

fn without_spans(shown: &str) -> String {
    let mut parts = shown.split(", span: Span {");
    let mut kept = parts.next().unwrap_or("").to_owned();
    for part in parts {
        kept.push_str(part.split_once('}').map_or("", |(_, after)| after));
    }
    kept
}

#[test]
fn the_dot_of_an_extension_means_nothing() {
    let with = |kinds: &str| {
        let line = format!("when attachment type is {kinds}");
        meaning(&format!("writ 1\npolicy p {{\n  {line}\n  then hold\n}}\n"))
    };
    assert_eq!(with(".docx, \".xls\""), with("docx, \"xls\""));
    assert_ne!(with("docx"), with("pdf"));
}
