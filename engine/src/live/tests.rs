//! After any sequence of edits, a live tree says what a cold check says.

use proptest::prelude::*;

use super::Live;
use crate::rules::{Library, Rules, SourceFile};

const SAMPLE: &str = include_str!("../../../grammar/src/tests/sample.writ");
const TERMS: &str = include_str!("../../../writ/tests/sample/banking-terms.writ");
const STD: &str = include_str!("../../../rules/std/financial.writ");

/// One edit: which file, where, how much is cut, what is put there.
type Edit = (usize, prop::sample::Index, usize, String);

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let text = prop_oneof![
        Just(String::new()),
        Just("{".to_owned()),
        Just("}".to_owned()),
        Just("}\n".to_owned()),
        Just("\"".to_owned()),
        Just(",\n".to_owned()),
        Just("\n".to_owned()),
        Just("#".to_owned()),
        Just("\nwrit 1\n".to_owned()),
        Just("\n}\npolicy x {\n  then deliver\n}\n".to_owned()),
        Just("\npolicy y {\n  from internal\n  to partners\n  then hold for board\n}\n".to_owned()),
        Just("\naddresses board {\n}\n".to_owned()),
        Just("\nuse std\n".to_owned()),
        Just("nightjar".to_owned()),
        Just("\u{FEFF}policy z {\n".to_owned()),
        any::<char>().prop_map(String::from),
    ];
    let edit = (0_usize..2, any::<prop::sample::Index>(), 0_usize..40, text);
    prop::collection::vec(edit, 1..8)
}

fn edited(text: &str, (_, at, cut, insert): &Edit) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    let start = at.index(characters.len() + 1);
    let end = (start + cut).min(characters.len());
    characters.splice(start..end, insert.chars());
    characters.into_iter().collect()
}

fn library() -> Vec<SourceFile> {
    vec![SourceFile { path: "std/financial.writ".to_owned(), text: STD.to_owned() }]
}

/// Both answers about the same texts.
fn answers(live: &mut Live, files: &[SourceFile]) -> (String, String) {
    let std = library();
    let (rules, findings) = Rules::load(files, &[Library { name: "std", files: &std }]);
    let cold = format!("{:#?} {}", findings, rules.is_some());
    let checked = live.check();
    (cold, format!("{:#?} {}", checked.findings, checked.rules.is_some()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn a_live_tree_says_what_a_cold_check_says(edits in edits()) {
        let std = library();
        let mut live = Live::new(&[Library { name: "std", files: &std }]);
        let mut files = [("banking-terms.writ", TERMS), ("sample.writ", SAMPLE)]
            .map(|(path, text)| SourceFile { path: path.to_owned(), text: text.to_owned() });
        files.iter().for_each(|it| live.set(&it.path, &it.text));
        for edit in &edits {
            let file = &mut files[edit.0];
            file.text = edited(&file.text, edit);
            live.set(&file.path, &file.text);
            let (cold, warm) = answers(&mut live, &files);
            prop_assert_eq!(cold, warm, "{}", files[edit.0].text);
        }
    }
}

#[test]
fn what_stays_is_not_read_again() {
    let mut live = Live::new(&[]);
    let policy = |it: usize| format!("policy p-{it} {{\n  then deliver\n}}\n\n");
    let text: String = "writ 1\n\n".to_owned() + &(0..50).map(policy).collect::<String>();
    live.set("a.writ", &text);
    let first = live.next;
    live.set("a.writ", &text.replace("policy p-25 {", "policy p-25 {\n  from internal"));
    assert!(live.next - first <= 3, "{} parts were read", live.next - first);
    live.set("a.writ", &text.replace("policy p-25 {", "policy p-25 "));
    live.set("a.writ", &text);
    assert!(live.next - first <= 12, "{} parts were read", live.next - first);
}

#[test]
fn a_name_leads_to_its_declaration_and_back() {
    let std = library();
    let mut live = Live::new(&[Library { name: "std", files: &std }]);
    live.set("sample.writ", SAMPLE);
    live.set("banking-terms.writ", TERMS);
    live.check();
    let index = live.index();
    let file = grammar::tree::FileId(1);
    let at = u32::try_from(SAMPLE.find("secure with deal-room").unwrap() + 14).unwrap();
    let found = index.at(grammar::tree::Span { file, start: at, end: at });
    let [deal_room] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((deal_room.name.as_str(), deal_room.path.as_str()), ("deal-room", "sample.writ"));
    let uses = index.uses_of(deal_room);
    assert!(uses.iter().any(|it| it.start <= at && at <= it.end), "{uses:?}");
}

const ORGANISATION: &str = "writ 1\n\norganisation acme {\n  domains acme.example\n}\n\n";

fn cold(files: &[(&str, &str)]) -> String {
    let file = |it: &(&str, &str)| SourceFile { path: it.0.to_owned(), text: it.1.to_owned() };
    let files: Vec<SourceFile> = files.iter().map(file).collect();
    format!("{:#?}", Rules::load(&files, &[]).1)
}

/// The lints of a line ask for every kind of name, the line itself for the one that it says.
#[test]
fn a_name_that_goes_changes_what_is_said_of_another_of_its_name() {
    let policy = format!(
        "{ORGANISATION}policy p {{\n  from internal\n  to addresses x except domain partner.example\n  then deliver\n}}\n"
    );
    let group = "writ 1\n\ngroup x from directory \"groups/x\"\n";
    let set = "writ 1\n\naddresses x {\n  one@partner.example\n}\n";
    let mut live = Live::new(&[]);
    for (path, text) in [("a.writ", group), ("b.writ", set), ("c.writ", &policy)] {
        live.set(path, text);
    }
    live.check();
    live.remove("a.writ");
    let warm = format!("{:#?}", live.check().findings);
    assert_eq!(warm, cold(&[("b.writ", set), ("c.writ", &policy)]));
    assert!(warm.contains("the exceptions take everybody away again"), "{warm}");
}

/// Items that are never asked what they mean, and lines that nobody resolves.
#[test]
fn a_second_check_says_the_same() {
    let set = "addresses x {\n  one@partner.example\n}\n\n";
    for rest in [
        "policy p {\n  then deliver\n}\n\npolicy p {\n  to x\n  then deliver\n}\n",
        "policy p {\n  from x\n  between internal and external\n  then deliver\n}\n",
        "policy p {\n  from y\n  between internal and external\n  then deliver\n}\n",
    ] {
        let text = format!("{ORGANISATION}{set}{rest}");
        let mut live = Live::new(&[]);
        live.set("a.writ", &text);
        let (first, index) = (format!("{:#?}", live.check().findings), live.index());
        assert_eq!(format!("{:#?}", live.check().findings), first);
        assert_eq!(format!("{:?}", live.index()), format!("{index:?}"));
        assert_eq!(first, cold(&[("a.writ", &text)]));
    }
}
