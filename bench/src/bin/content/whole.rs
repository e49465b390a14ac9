//! The rows on whole decisions, and the text that is worst for them.

use anyhow::Result;
use bench::{
    clock::{least_of, least_of_two},
    text::content,
};
use engine::{
    Library, Program, Rules, SourceFile,
    facts::{Content, Facts},
    normal,
};
use grammar::literal::Address;

use crate::{
    ours,
    table::{self, Goal},
};

/// Runs of which the fastest is told.
const RUNS: usize = 15;

/// Octets of the message that the goals speak of.
const MESSAGE_OCTETS: f64 = 11_000.0;

/// Against the ideal program: within 1.3 of its time, better 0.6.
const IDEAL: Goal = Goal { floor: 1.0 / 1.3, target: 1.0 / 0.6 };

/// Microseconds for a message, with a verdict.
fn micros(what: &str, octets: usize, time: std::time::Duration) {
    let micros = time.as_secs_f64() * 1e6 * MESSAGE_OCTETS / octets as f64;
    let verdict = match micros {
        micros if micros <= 22.0 => "target met",
        micros if micros <= 50.0 => "floor met",
        _ => "BELOW THE FLOOR",
    };
    println!("{what}: {micros:.1} us for 11 KB (floor 50, target 22): {verdict}");
}

fn facts(content: Content) -> Facts {
    Facts {
        sender: Address::parse("alice@corp.example").ok(),
        recipients: Address::parse("bob@shop.example").into_iter().collect(),
        content,
        ..Facts::default()
    }
}

/// 20 dictionaries, 16 expressions and addresses in 36 policies.
pub(crate) fn decision(texts: &[String], terms: &[String]) -> Result<()> {
    let parts: Vec<&[String]> = terms.chunks(terms.len().div_ceil(20)).collect();
    let program = ours::program(ours::with_patterns(ours::of_terms(&parts)))?;
    let octets: usize = texts.iter().map(String::len).sum();
    let all: Vec<Facts> = texts.iter().map(|it| facts(content(it))).collect();
    let decide =
        |all: &[Facts]| all.iter().map(|it| program.decide(it).verdicts.len()).sum::<usize>();
    let run = || decide(&all);
    #[cfg(hyperscan)]
    {
        let times = least_of_two(RUNS, ideal(texts, terms)?, run);
        table::time("whole decision", "ideal of hyperscan", times, Some(IDEAL));
    }
    let with_normalising = || {
        texts.iter().map(|it| program.decide(&facts(normalised(it))).verdicts.len()).sum::<usize>()
    };
    let (time, with) = least_of_two(RUNS, run, with_normalising);
    println!();
    micros("whole decision, normalised text", octets, time);
    micros("whole decision, with normalising", octets, with);
    Ok(())
}

fn normalised(text: &str) -> Content {
    let cased = vec![normal::normalise_keeping_case(text)];
    Content { cased, ..content(&normal::normalise(text)) }
}

/// What a program would do that has nothing but two databases and a table of addresses.
#[cfg(hyperscan)]
fn ideal<'t>(texts: &'t [String], terms: &[String]) -> Result<impl FnMut() -> usize + use<'t>> {
    use std::collections::HashSet;

    use crate::hyperscan::Database;
    let mut of_terms = Database::of_literals(terms)?;
    let mut of_expressions = Database::of_expressions(ours::EXPRESSIONS)?;
    let known: HashSet<String> = (0..25_000).map(|it| format!("user{it}@corp.example")).collect();
    let mut found = Vec::new();
    Ok(move || {
        let mut sum = 0;
        for text in texts {
            found.clear();
            of_terms.scan(text, &mut found);
            of_expressions.scan(text, &mut found);
            let both = ["alice@corp.example", "bob@shop.example"];
            sum += found.len() + both.iter().filter(|it| known.contains(**it)).count();
        }
        sum
    })
}

/// Every pattern of the standard library, an examination each.
pub(crate) fn library(texts: &[String]) -> Result<()> {
    let (program, patterns) = shipped()?;
    let all: Vec<Facts> = texts.iter().map(|it| facts(content(it))).collect();
    let octets: usize = texts.iter().map(String::len).sum();
    let time =
        least_of(RUNS, || all.iter().map(|it| program.decide(it).verdicts.len()).sum::<usize>());
    micros(&format!("whole decision, the {patterns} shipped detectors"), octets, time);
    Ok(())
}

fn shipped() -> Result<(Program, usize)> {
    let files: Vec<SourceFile> = rules::STD
        .iter()
        .map(|it| SourceFile { path: it.path.to_owned(), text: it.text.to_owned() })
        .collect();
    let lines = files.iter().flat_map(|it| it.text.lines());
    let names: Vec<&str> = lines
        .filter_map(|it| it.strip_prefix("pattern ").and_then(|it| it.strip_suffix(" {")))
        .collect();
    let mut text = String::from("writ 1\nuse std\norganisation o {\n  domains corp.example\n}\n");
    for (number, name) in names.iter().enumerate() {
        text += &format!(
            "examination e-{number} {{\n  count std.{name}\n  activates at 1000\n  unreadable counts as clear\n}}\npolicy c-{number} {{\n  from internal\n  to external\n  when e-{number} activates\n  then hold\n}}\n"
        );
    }
    let own = [SourceFile { path: "bench.writ".to_owned(), text }];
    let (rules, findings) = Rules::load(&own, &[Library { name: "std", files: &files }]);
    let rules = rules.ok_or_else(|| anyhow::anyhow!("{:?}", findings.first()))?;
    Ok((rules.compile(), names.len()))
}

/// Text into the form that is compared.
pub(crate) fn normalisation(texts: &[String]) {
    let octets: usize = texts.iter().map(String::len).sum();
    let time = least_of(RUNS, || texts.iter().map(|it| normal::normalise(it).len()).sum::<usize>());
    println!("normalise: {:.2} GB/s", octets as f64 / time.as_secs_f64() / 1e9);
    let cyrillic = "Проект Козодой, срок до пятницы. ".repeat(5_000);
    let time = least_of(RUNS, || normal::normalise(&cyrillic).len());
    println!("normalise, Cyrillic: {:.3} GB/s", cyrillic.len() as f64 / time.as_secs_f64() / 1e9);
}

/// Text that was made to be slow, in nanoseconds for each octet at two lengths: twice the text may
/// take twice the time.
pub(crate) fn worst(terms: &[String]) -> Result<()> {
    let parts: Vec<&[String]> = terms.chunks(terms.len().div_ceil(20)).collect();
    let program = ours::program(ours::with_patterns(ours::of_terms(&parts)))?;
    println!("\nworst text, ns for each octet at 50 KB and at 200 KB");
    let term = terms.first().map_or("", String::as_str);
    let spaced = format!("{} ", terms.join(" "));
    for (name, piece) in [
        ("one letter", "a"),
        ("digits", "7"),
        ("digits apart", "7 "),
        ("cards that fail", "4012888888881882 "),
        ("one term", term),
        ("half a term", term.get(..term.len() / 2).unwrap_or_default()),
        ("every term", &spaced),
        ("tokens begun", "ghp_akia-----begin "),
        ("account numbers begun", "gb82 "),
        ("addresses begun", "a.b@"),
        ("another script", "٣٤ж"),
    ] {
        let nanos = |octets: usize| {
            let content = content(&piece.repeat(octets / piece.len().max(1) + 1));
            let time = least_of(3, || program.examine(&content).len());
            time.as_secs_f64() * 1e9 / content.text.len() as f64
        };
        println!("  {name:22} {:8.1} {:8.1}", nanos(50_000), nanos(200_000));
    }
    Ok(())
}
