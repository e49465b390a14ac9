//! Reading, checking, compiling and loading rules: what each costs, and the memory that stays.

use bench::{
    clock::{least_of, thread_time},
    workload::Workload,
};
use engine::{Rules, SourceFile, bundle};

/// Policies.
const POLICIES: usize = 10_000;
/// Terms of the dictionaries in the work-load for memory.
const TERMS: usize = 18_000;
/// Runs of which the fastest counts.
const RUNS: usize = 5;

fn main() -> anyhow::Result<()> {
    let count = std::env::args().nth(1).map_or(Ok(POLICIES), |it| it.parse())?;
    let workload = Workload::new(count);
    let text = workload.writ();
    let files = [SourceFile { path: "rules.writ".to_owned(), text }];
    let before = thread_time();
    let parsed = grammar::parse(grammar::tree::FileId(0), &files[0].text);
    let parse = thread_time() - before;
    anyhow::ensure!(parsed.1.is_empty(), "the rules do not parse: {}", parsed.1[0].message);
    drop(parsed);
    let before = thread_time();
    let (rules, findings) = Rules::load(&files, &[]);
    let check = thread_time() - before;
    let said: Vec<String> = findings.iter().take(3).map(|it| it.message.clone()).collect();
    let rules = rules.ok_or_else(|| anyhow::anyhow!("the rules have errors: {said:?}"))?;
    let compile = least_of(RUNS, || rules.compile());
    let octets = bundle::encode(&rules);
    drop(rules);
    let load = least_of(RUNS, || bundle::decode(&octets));
    let program = bundle::decode(&octets)?;
    println!(
        "{count} policies, {} findings, {} octets of text, {} of bundle",
        findings.len(),
        files[0].text.len(),
        octets.len()
    );
    println!("parse    {:9.2} ms", parse.as_secs_f64() * 1e3);
    println!("check    {:9.2} ms   (must < 1500)", check.as_secs_f64() * 1e3);
    println!("compile  {:9.2} ms   (must <= 100, target 30)", compile.as_secs_f64() * 1e3);
    println!(
        "load     {:9.2} ms   (must < 10; {:.2} % of check, must < 1)",
        load.as_secs_f64() * 1e3,
        100.0 * load.as_secs_f64() / check.as_secs_f64()
    );
    drop(program);
    memory(&workload, count)
}

/// What stays in memory with dictionaries besides, in a process that only loads the bundle.
fn memory(workload: &Workload, count: usize) -> anyhow::Result<()> {
    let path = std::env::temp_dir().join(format!("bench-{}.bundle", std::process::id()));
    let mut text = workload.writ();
    for dictionary in 0..20 {
        text.push_str(&format!("terms dictionary-{dictionary} {{\n"));
        for term in 0..TERMS / 20 {
            text.push_str(&format!("  \"confidential matter {dictionary} {}\"\n", term * 7_919));
        }
        text.push_str(&format!("}}\nexamination about-{dictionary} {{\n  count dictionary-{dictionary}\n  activates at 2\n  unreadable counts as clear\n}}\npolicy asks-{dictionary} {{\n  why \"Asked.\"\n  when about-{dictionary} activates\n  then hold\n}}\n"));
    }
    let files = [SourceFile { path: "rules.writ".to_owned(), text }];
    let (rules, findings) = Rules::load(&files, &[]);
    let rules = rules.ok_or_else(|| anyhow::anyhow!("errors: {}", findings[0].message))?;
    std::fs::write(&path, bundle::encode(&rules))?;
    let program = std::env::current_exe()?.with_file_name("resident");
    let output = std::process::Command::new(program).arg(&path).output()?;
    std::fs::remove_file(&path)?;
    anyhow::ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    print!(
        "{count} policies, {TERMS} terms, 25,000 addresses: {}",
        String::from_utf8_lossy(&output.stdout)
    );
    Ok(())
}
