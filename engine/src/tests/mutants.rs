//! Which mistakes are made in rules, and which are not because they would change nothing.

use grammar::tree::TestMessage;

use super::scene::scene;
use crate::{facts::Facts, mutation::Mutation, testing::Suite};

fn loader(_: &TestMessage) -> Result<Facts, String> {
    Ok(Facts::default())
}

/// The mistakes in one item, in words.
#[track_caller]
fn mistakes(text: &str, subject: &str) -> Vec<String> {
    let scene = scene(text);
    let suite = Suite::new(&scene.rules, &loader);
    let all = Mutation::new(&suite).mutants();
    all.into_iter().filter(|it| it.subject == subject).map(|it| it.words).collect()
}

const BASED: &str = "
default deliver
definition strict based on d7 {
  expires after 9 days
}
policy out {
  from internal
  to   external
  then secure with strict
}
";

#[test]
fn each_line_of_a_definition_that_is_used_is_written_otherwise() {
    assert_eq!(
        mistakes(BASED, "definition strict"),
        ["`expires after 9 days` becomes `expires after 10 days`"]
    );
    // A line that another definition takes from its base is in force there.
    assert_eq!(mistakes(BASED, "definition d7"), ["`print denied` becomes `print allowed`"]);
    assert_eq!(mistakes(BASED, "definition d30"), Vec::<String>::new());
}

#[test]
fn an_expiry_that_the_retention_cuts_off_either_way_is_left() {
    let short = BASED.replace("9 days", "400 days");
    let retention = "organisation corp {\n  domains   corp.example\n";
    let text = super::scene::PREAMBLE.replace(
        "organisation corp {\n  domains   corp.example\n",
        &format!("{retention}  retention at most 30 days\n"),
    ) + &short;
    let (rules, findings) = super::scene::load_files(&[super::scene::file("rules.writ", &text)]);
    let Some(rules) = rules else { panic!("{}", super::scene::said(&findings)) };
    let suite = Suite::new(&rules, &loader);
    let all = Mutation::new(&suite).mutants();
    assert!(!all.iter().any(|it| it.subject == "definition strict"), "{all:?}");
}

#[test]
fn what_internal_recipients_get_is_changed_where_there_can_be_some() {
    let internal = "`internal inbox with banner` becomes `internal inbox`".to_owned();
    let out = BASED.replace("with strict", "with d7");
    assert!(!mistakes(&out, "definition d7").contains(&internal));
    let all = out.replace("to   external", "to   everyone");
    assert!(mistakes(&all, "definition d7").contains(&internal));
}

#[test]
fn effects_and_the_stripping_of_a_tag_are_forgotten() {
    let text = "
default deliver
policy out {
  from internal
  to   external
  then secure with d7
  also notify a@corp.example, b@corp.example
  also add header \"X-Class\" \"Card\"
  also banner none
}
request sealed {
  from    internal
  subject contains \"[seal]\"
  then    secure with d30
  also    tag subject \"[sealed]\"
  strip   tag
}
";
    let gone = |subject: &str| -> Vec<String> {
        let all = mistakes(text, subject).into_iter();
        all.filter(|it| it.starts_with("`also") || it.starts_with("`strip")).collect()
    };
    assert_eq!(
        gone("policy out"),
        [
            "`also notify a@corp.example` is taken out",
            "`also notify b@corp.example` is taken out",
            "`also add header \"X-Class\" \"Card\"` is taken out",
        ]
    );
    let mut request = gone("request sealed");
    request.sort();
    assert_eq!(
        request,
        ["`also tag subject \"[sealed]\"` is taken out", "`strip tag` is taken out"]
    );
}

#[test]
fn a_side_of_a_bypass_is_changed_where_it_takes_something_away() {
    let text = "
default deliver
policy carded {
  from internal
  to   external
  when cards activates
  then secure with d7
}
bypass run {
  from  run@corp.example
  valid until 2099-01-01
  skips cards
}
";
    let to = |text: &str| -> Vec<String> {
        mistakes(text, "bypass run").into_iter().filter(|it| it.contains("`to ")).collect()
    };
    // Nothing is skipped for internal recipients: `to external` is the same.
    assert_eq!(to(text), ["`to everyone` becomes `to internal`"]);
    let both = text.replace("to   external", "to   everyone");
    assert_eq!(
        to(&both),
        ["`to everyone` becomes `to internal`", "`to everyone` becomes `to external`"]
    );
}

#[test]
fn a_threshold_is_moved_where_a_score_falls_between() {
    let text = |first: u32, second: u32, at: u32| {
        format!(
            "
default deliver
terms words {{
  \"alpha\" weight {first}
  \"beta\"  weight {second}
}}
examination wordy {{
  look in    body
  count      words
  activates  at {at}
  unreadable counts as clear
}}
policy out {{
  from internal
  to   external
  when wordy activates
  then secure with d7
}}
"
        )
    };
    let moved = |first, second, at| -> Vec<String> {
        let all = mistakes(&text(first, second, at), "examination wordy").into_iter();
        all.filter(|it| it.starts_with("`activates at")).collect()
    };
    // Sums of 3 and 5: 3, 5, 6, 8, 9 and so on; there is no 4 and no 7.
    assert_eq!(moved(3, 5, 5), ["`activates at 5` becomes `activates at 6`"]);
    assert_eq!(moved(3, 5, 7), ["`activates at 7` becomes `activates at 6`"]);
    assert_eq!(moved(4, 6, 10), ["`activates at 10` becomes `activates at 11`"]);
}

#[test]
fn what_counts_once_has_no_repeats() {
    let once = "
default deliver
examination carded {
  look in    body
  count      card, up to 1 times
  activates  at 1
  unreadable counts as clear
}
policy out {
  from internal
  to   external
  when carded activates
  then secure with d7
}
";
    let repeats =
        |text: &str| mistakes(text, "examination carded").iter().any(|it| it.contains("repeats"));
    assert!(!repeats(once));
    assert!(repeats(&once.replace("up to 1 times", "up to 2 times")));
}
