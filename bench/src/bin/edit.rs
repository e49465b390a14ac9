//! An edit in a tree that an editor has open, beside a cold check of the same tree: `edit [POLICIES [RUNS [WORDS]]]`,
//! with words only the edits whose name holds them.

use bench::{
    clock::{least_of, thread_time},
    workload::Workload,
};
use engine::{Rules, SourceFile, live::Live};

/// Policies.
const POLICIES: usize = 1_000;
/// Terms of the dictionary.
const TERMS: usize = 500;
/// Runs of which the fastest counts.
const RUNS: usize = 21;
/// How many times faster than a cold check an edit must be answered.
const RATIO_MIN: f64 = 20.0;

/// What is edited, what stands there, what is put in its place.
type Edit = (&'static str, String, String);

fn main() -> anyhow::Result<()> {
    let count = std::env::args().nth(1).map_or(Ok(POLICIES), |it| it.parse())?;
    let runs = std::env::args().nth(2).map_or(Ok(RUNS), |it| it.parse())?;
    let words = std::env::args().nth(3).unwrap_or_default();
    let text = tree(count);
    let files = |text: &str| [SourceFile { path: "rules.writ".to_owned(), text: text.to_owned() }];
    let before = files(&text);
    let (rules, found) = Rules::load(&before, &[]);
    anyhow::ensure!(rules.is_some(), "the rules have errors: {}", found[0].message);
    drop(rules);
    println!("{count} policies, {} octets", text.len());
    for (what, there, put) in edits(&text, count).into_iter().filter(|it| it.0.contains(&words)) {
        anyhow::ensure!(text.matches(&there).count() == 1, "{what}: the place is not one");
        let edited = text.replace(&there, &put);
        let mut live = Live::new(&[]);
        live.set("rules.writ", &text);
        live.check();
        live.set("rules.writ", &edited);
        let checked = live.check();
        let (_, found) = Rules::load(&files(&edited), &[]);
        anyhow::ensure!(checked.findings == found, "{what}: not what a cold check finds");
        // In turns, the least of each: what else the machine does falls on both.
        let (mut cold, mut edit) = (f64::MAX, f64::MAX);
        for _ in 0..runs {
            cold = cold.min(least_of(1, || Rules::load(&before, &[])).as_secs_f64());
            live.set("rules.writ", &text);
            live.check();
            let began = thread_time();
            live.set("rules.writ", &edited);
            let checked = std::hint::black_box(live.check());
            edit = edit.min((thread_time() - began).as_secs_f64());
            drop(checked);
        }
        println!(
            "{what:22} {:7.2} ms of {:7.2} ms   {:6.1} times faster (must be {RATIO_MIN})",
            edit * 1e3,
            cold * 1e3,
            cold / edit
        );
    }
    Ok(())
}

/// The rules, with a dictionary and what asks for it.
fn tree(count: usize) -> String {
    let mut text = Workload::new(count).writ();
    text.push_str("terms matters {\n");
    for term in 0..TERMS {
        text.push_str(&format!("  \"confidential matter {}\"\n", term * 7_919));
    }
    text.push_str("}\nexamination about-matters {\n  count matters\n  activates at 2\n  unreadable counts as clear\n}\n");
    text.push_str(
        "policy matters {\n  why  \"Asked.\"\n  when about-matters activates\n  then hold\n}\n",
    );
    text
}

/// Edits in the middle of the policies, of the dictionary, of the sets.
fn edits(text: &str, count: usize) -> Vec<Edit> {
    let policy = |number: usize| {
        format!(
            "policy p{number:05} {{\n  why   \"Agreed with the security office, number {number}.\"\n"
        )
    };
    let (middle, next) = (policy(count / 2), format!("policy p{:05} {{\n", count / 2 + 1));
    let rest = &text[text.find(&middle).unwrap_or(0)..];
    let whole = rest[..rest.find("\n}\n").map_or(0, |it| it + "\n}\n".len())].to_owned();
    let with = |what: &str| format!("{what}\n{middle}");
    let new = "policy new-one {\n  why \"New.\"\n  from first.last2@unit1.acme.example\n  to domain new.example\n  then hold\n}";
    let term = "  \"confidential matter 7919\"\n".to_owned();
    let member = "  First.Last12500@unit10.acme.example\n".to_owned();
    vec![
        ("a comment", middle.clone(), with("# a word")),
        ("a new policy", middle.clone(), with(new)),
        ("an unfinished line", middle.clone(), with("policy new-one {\n  to dom")),
        (
            "a line of a policy",
            middle.clone(),
            format!("{middle}  also notify help@unit1.acme.example\n"),
        ),
        ("a policy less", whole, String::new()),
        ("a term more", term.clone(), format!("{term}  \"a matter more\"\n")),
        ("a member more", member.clone(), format!("{member}  a.friend@unit1.acme.example\n")),
        ("the next policy's name", next.clone(), next.replace(" {", "-renamed {")),
    ]
}
