//! Cases of the scan: scores by the book.

mod windows;

use grammar::tree::Scope;

use crate::{
    Program, Rules, SourceFile,
    decision::ExaminationResult,
    facts::{Alternative, Content, Segment},
    normal, reference,
};

const DECLARED: &str = "writ 1
organisation o {
  domains corp.example
}
pattern card {
  match  /\\b(?:\\d[ -]?){12,18}\\d\\b/
  check  luhn
  weight 3
}
pattern account {
  match /\\d{8}/
  near  \"account\", \"sort code\" within 2 words
}
pattern vat {
  match /\\d{8}/
  near  \"vat\" within 3 words, whole word
}
terms words {
  \"Project Nightjar\"  weight 10
  \"nightjar\"          weight 4, whole word
  \"heads of terms\"    near \"nightjar\" within 3 words, weight 8
  \"ACME\"              weight 5, exact case
}
";

/// The result of an examination with these lines over bodies, one segment each.
fn examine(lines: &str, bodies: &[&str]) -> ExaminationResult {
    let content = content(&bodies.iter().map(|it| (*it, None)).collect::<Vec<_>>());
    examine_content(lines, &content)
}

fn content(bodies: &[(&str, Option<Alternative>)]) -> Content {
    let mut content = Content::default();
    for (body, alternative) in bodies {
        let start = content.text.len();
        content.text.push_str(&normal::normalise(body));
        content.cased.push(normal::normalise_keeping_case(body));
        let end = content.text.len();
        content.segments.push(Segment {
            scope: Scope::Body,
            start,
            end,
            part: 1,
            alternative: *alternative,
        });
    }
    content
}

fn examine_content(lines: &str, content: &Content) -> ExaminationResult {
    examine_rules(DECLARED, lines, content)
}

/// The result by the program, which the reference evaluator must share.
fn examine_rules(declared: &str, lines: &str, content: &Content) -> ExaminationResult {
    let rules = rules(declared, lines);
    both(&rules, &rules.compile(), content)
}

/// Rules with one examination, `e`.
fn rules(declared: &str, lines: &str) -> Rules {
    let text = format!(
        "{declared}examination e {{\n  {lines}\n  unreadable counts as clear\n}}\npolicy p {{\n  when e activates\n  then hold\n}}\n"
    );
    let file = SourceFile { path: "a.writ".to_owned(), text };
    let (rules, findings) = Rules::load(&[file], &[]);
    let Some(rules) = rules else { panic!("{findings:?}") };
    rules
}

/// What the program and the reference evaluator both say of `e`.
fn both(rules: &Rules, program: &Program, content: &Content) -> ExaminationResult {
    let result = program.examine(content).remove("e").unwrap();
    let facts = crate::facts::Facts {
        recipients: grammar::literal::Address::parse("x@y.example").into_iter().collect(),
        content: content.clone(),
        ..Default::default()
    };
    let told = ExaminationResult { reasons: Vec::new(), ..result.clone() };
    assert_eq!(reference::decide(rules, &facts).examinations, [told]);
    result
}

#[track_caller]
fn score(lines: &str, bodies: &[&str]) -> u32 {
    examine(&format!("{lines}\n  activates at 1"), bodies).score
}

const CARD: &str = "4012 8888 8888 1881";

#[test]
fn count_times_weight() {
    assert_eq!(score("count card", &[CARD]), 3);
    assert_eq!(score("count card", &[&format!("{CARD}; {CARD}")]), 6);
    assert_eq!(score("count card", &[CARD, CARD]), 6, "parts are summed");
    assert_eq!(score("count card\n  count \"8881\"", &["1234", CARD]), 3);
}

#[test]
fn distinct_counts_a_value_once() {
    let twice = format!("{CARD} and 4012-8888-8888-1881");
    assert_eq!(score("count card, distinct", &[&twice]), 3);
    assert_eq!(score("count card, distinct", &[CARD, CARD]), 3);
    assert_eq!(score("count card, distinct", &[&format!("{CARD}, 5555 5555 5555 4444")]), 6);
}

#[test]
fn caps() {
    let three = format!("{CARD}; {CARD}; {CARD}");
    assert_eq!(score("count card, up to 2 times", &[&three]), 6);
    assert_eq!(score("count card, up to 4 points", &[&three]), 4);
    // Of unequal weights the heaviest count.
    assert_eq!(score("count words, up to 1 times", &["nightjar, project nightjar"]), 10);
}

#[test]
fn terms() {
    assert_eq!(score("count words", &["PROJECT  Night\u{ad}jar"]), 14);
    assert_eq!(score("count words", &["nightjars"]), 0, "whole word");
    assert_eq!(score("count words", &["ACME acme Acme"]), 5, "exact case");
    assert_eq!(score("count words", &["straße ACME acme"]), 5, "exact case after a fold");
    assert_eq!(score("count words", &["heads of terms for nightjar"]), 12);
    assert_eq!(score("count words", &["heads of terms one two three nightjar"]), 4, "too far");
    assert_eq!(score("count words", &["heads of terms", "nightjar"]), 4, "another part");
}

#[test]
fn a_pattern_near_a_word() {
    assert_eq!(score("count account", &["account no 12345678"]), 1);
    assert_eq!(score("count account", &["12345678 is the sort code"]), 0);
    assert_eq!(score("count account", &["12345678 sort code"]), 1);
    assert_eq!(score("count account", &["12345678"]), 0);
    assert_eq!(score("count vat", &["VAT: 12345678"]), 1);
    assert_eq!(score("count vat", &["private 12345678"]), 0, "whole word");
}

#[test]
fn require_veto_less_ignore() {
    let lines = "count card\n  require \"invoice\"\n  veto \"test data\"\n  less 2 for \"draft\"\n  ignore \"4111-1111-1111-1111\"\n  activates at 3";
    let result = |text: &str| {
        let it = examine(lines, &[text]);
        (it.score, it.activated)
    };
    assert_eq!(result(&format!("invoice {CARD}")), (3, true));
    assert_eq!(result(CARD), (3, false));
    assert_eq!(result(&format!("invoice {CARD} test data")), (0, false));
    assert_eq!(result(&format!("invoice draft {CARD}")), (1, false));
    assert_eq!(result("invoice 4111 1111 1111 1111"), (0, false));
}

#[test]
fn the_higher_branch_counts() {
    let branch = |branch| Some(Alternative { group: 0, branch });
    let two = format!("{CARD} 5555 5555 5555 4444");
    let content = content(&[(CARD, branch(0)), (&two, branch(1)), (CARD, None)]);
    assert_eq!(examine_content("count card\n  activates at 1", &content).score, 9);
    assert_eq!(examine_content("count card, distinct\n  activates at 1", &content).score, 6);
}

#[test]
fn look_in_is_obeyed() {
    assert_eq!(score("look in subject\n  count card", &[CARD]), 0);
    assert_eq!(score("look in subject, body\n  count card", &[CARD]), 3);
}

#[test]
fn hits_are_places_in_the_segment() {
    let result = examine("count card\n  activates at 1", &["x", &format!("pay {CARD}")]);
    let hit = &result.hits[0];
    assert_eq!((&*hit.term, hit.start, hit.end), ("card", 4, 23));
}
