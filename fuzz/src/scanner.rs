//! Content under rules that look at it in every way: the compiled scan sees what the slow, obvious
//! one sees.

use std::sync::OnceLock;

use engine::{
    Program, Rules, SourceFile,
    decision::Decision,
    facts::{Content, Facts, Segment},
    normal, reference,
};
use grammar::{literal::Address, tree::Scope};

/// What each tree of rules begins with.
const TREE: &str = r#"writ 1
organisation corp {
  domains   corp.example
  time zone UTC
}
terms words {
  "nightjar" weight 4, whole word
  "jar"
  "heads of terms" near "nightjar" weight 3, within 3 words
  "NIGHTJAR" weight 2, exact case
  "straße" weight 2, any case
  "k-9"
}
pattern card {
  match /\b(?:\d[ -]?){12,18}\d\b/
  check luhn
}
pattern account {
  match /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}\b/
  check iban
}
pattern project {
  match /\bprj-\d{2,3}\b/
  near  "project", "file" within 2 words
}
pattern address {
  match /[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+/
}
examination all {
  look in    subject, body
  count      words, distinct
  count      card, distinct, up to 5 times
  count      account
  count      project, up to 3 points
  count      address
  less       1 for "sample"
  activates  at 3
  unreadable counts as clear
}
policy all {
  to   external
  when all activates
  then hold
}
"#;

/// What stands between the input's own terms or pattern and the text that is looked at.
const BORDER: &str = "\n--\n";

/// Runs the target on one input: a text; or lines of a set of terms or of a pattern, a line `--`,
/// and a text.
pub(crate) fn run(octets: &[u8]) {
    static FIXED: OnceLock<Option<(Rules, Program)>> = OnceLock::new();
    let Ok(input) = std::str::from_utf8(octets) else { return };
    if let Some((lines, text)) = input.split_once(BORDER) {
        if let Some((rules, program)) = tree(&own(lines)) {
            compare(&rules, &program, text);
        }
        return;
    }
    let fixed = FIXED.get_or_init(|| tree(""));
    assert!(fixed.is_some(), "the rules of this target do not pass the check");
    fixed.as_ref().inspect(|(rules, program)| compare(rules, program, input));
}

/// Items that look for what the lines say.
fn own(lines: &str) -> String {
    let kind = if lines.trim_start().starts_with("match") { "pattern" } else { "terms" };
    format!(
        "{kind} own {{\n{lines}\n}}\nexamination own {{\n  look in subject, body\n  count own\n  \
         activates at 1\n  unreadable counts as clear\n}}\npolicy own {{\n  to external\n  when own \
         activates\n  then reject \"No.\"\n}}\n"
    )
}

/// `None` where the check finds an error.
fn tree(own: &str) -> Option<(Rules, Program)> {
    let file = SourceFile { path: "rules.writ".to_owned(), text: format!("{TREE}{own}") };
    let rules = Rules::load(&[file], &[]).0?;
    let program = rules.compile();
    Some((rules, program))
}

/// Both evaluators say the same of the text.
fn compare(rules: &Rules, program: &Program, text: &str) {
    let addresses = ["a@corp.example", "b@x.example"].map(|it| Address::parse(it).ok());
    let [sender, recipient] = addresses;
    let (subject, body) = text.split_once('\n').unwrap_or(("", text));
    let mut content = Content { subject: subject.to_owned(), ..Content::default() };
    add(&mut content, Scope::Subject, subject);
    add(&mut content, Scope::Body, body);
    let recipients = recipient.into_iter().collect();
    let facts = Facts { sender, recipients, trusted: true, content, ..Facts::default() };
    assert_eq!(bare(program.decide(&facts)), bare(reference::decide(rules, &facts)), "{text:?}");
}

fn add(content: &mut Content, scope: Scope, text: &str) {
    let start = content.text.len();
    content.text.push_str(&normal::normalise(text));
    content.cased.push(normal::normalise_keeping_case(text));
    let end = content.text.len();
    content.segments.push(Segment { scope, start, end, part: 1, alternative: None });
}

/// A decision without the account of how it came about, which the reference does not give.
fn bare(mut decision: Decision) -> Decision {
    decision.verdicts.iter_mut().for_each(|it| it.trace.clear());
    decision.examinations.iter_mut().for_each(|it| it.reasons.clear());
    decision
}
