//! An edit in a tree that an editor has open, beside a cold check of the same tree.

use bench::{
    clock::{median_of, thread_time},
    workload::Workload,
};
use engine::{Rules, SourceFile, live::Live};

/// Policies.
const POLICIES: usize = 1_000;
/// Runs of which the median counts.
const RUNS: usize = 21;
/// How many times faster than a cold check an edit must be answered.
const RATIO_MIN: f64 = 20.0;

fn main() -> anyhow::Result<()> {
    let count = std::env::args().nth(1).map_or(Ok(POLICIES), |it| it.parse())?;
    let text = Workload::new(count).writ();
    let files = [SourceFile { path: "rules.writ".to_owned(), text: text.clone() }];
    let cold = median_of(RUNS, || Rules::load(&files, &[])).as_secs_f64();
    let mut live = Live::new(&[]);
    live.set("rules.writ", &text);
    live.check();
    println!("{count} policies, {} octets; a cold check takes {:.2} ms", text.len(), cold * 1e3);
    let middle = text[..text.len() / 2].rfind("\npolicy ").unwrap_or(0);
    let (head, tail) = text.split_at(middle);
    for (what, insert) in [
        ("a comment", "\n# a word"),
        ("a new policy", "\npolicy new-one {\n  why \"New.\"\n  to domain new.example\n  then hold\n}\n"),
        ("an unfinished line", "\npolicy new-one {\n  to dom"),
    ] {
        let edited = format!("{head}{insert}{tail}");
        let mut times = Vec::new();
        for _ in 0..RUNS {
            let before = thread_time();
            live.set("rules.writ", &edited);
            std::hint::black_box(live.check());
            times.push(thread_time() - before);
            live.set("rules.writ", &text);
        }
        times.sort_unstable();
        let edit = times[RUNS / 2].as_secs_f64();
        println!(
            "{what:20} {:7.2} ms   {:6.1} times faster (must be {RATIO_MIN})",
            edit * 1e3,
            cold / edit
        );
    }
    Ok(())
}
