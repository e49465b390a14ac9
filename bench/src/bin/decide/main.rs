//! The decision by addresses: ours, an ideal program, and the peers; all answers compared.
//!
//! `decide N` runs our side alone over and over with N policies, for a profiler.

use std::hint::black_box;

use anyhow::{Context, ensure};
use bench::{
    clock::median_of,
    ideal::{Answer, Ideal, naive},
    workload::{Workload, address_name},
};
use engine::{Program, Rules, SourceFile, decision::Disposition, facts::Facts};
use grammar::literal::Address;

/// Numbers of policies.
const SIZES: [usize; 3] = [10, 1_000, 10_000];
/// Runs of which the median counts.
const RUNS: usize = 15;
/// Passes over all pairs in one run.
const PASSES: usize = 10;
/// Pairs whose answer is held against that of the slow program.
const COMPARED: usize = 500;

fn main() -> anyhow::Result<()> {
    if let Some(size) = std::env::args().nth(1) {
        return profile(size.parse()?);
    }
    let mut first = None;
    println!("address-only decision, ns of processor time (median of {RUNS} runs)");
    println!(
        "{:>8} {:>9} {:>9} {:>7} {:>8} {:>8} {:>9} {:>8} {:>9}",
        "policies", "ours", "ideal", "ours/id", "must", "target", "raw text", "verdict", "growth"
    );
    for size in SIZES {
        let scene = Scene::new(size)?;
        scene.compare()?;
        let ours = per_decision(|| scene.ours());
        let ideal = per_decision(|| scene.ideal());
        let raw = per_decision(|| scene.raw());
        let verdict = per_decision(|| scene.verdicts());
        let growth = ours / *first.get_or_insert(ours);
        println!(
            "{size:>8} {ours:>9.0} {ideal:>9.0} {:>6.2}x {:>8} {:>8} {raw:>9.0} {verdict:>8.0} {growth:>8.2}x",
            ours / ideal,
            "<=1.5x",
            "<=1.0x"
        );
    }
    println!("growth from 10 to 10,000: must <= 6x, target <= 4x");
    Ok(())
}

/// Everything that the runs need, made before.
struct Scene {
    workload: Workload,
    program: Program,
    ideal: Ideal,
    facts: Vec<Facts>,
    raw: Vec<(String, String)>,
}

impl Scene {
    fn new(size: usize) -> anyhow::Result<Self> {
        let workload = Workload::new(size);
        let files = [SourceFile { path: "rules.writ".to_owned(), text: workload.writ() }];
        let (rules, findings) = Rules::load(&files, &[]);
        let said: Vec<String> = findings.iter().map(|it| it.message.clone()).take(3).collect();
        let program = rules.with_context(|| format!("the rules have errors: {said:?}"))?.compile();
        let raw: Vec<(String, String)> =
            workload.pairs.iter().map(|it| (address_name(it.from), address_name(it.to))).collect();
        let mut facts = Vec::new();
        for (pair, (from, to)) in workload.pairs.iter().zip(&raw) {
            facts.push(Facts {
                sender: Some(Address::parse(from)?),
                recipients: vec![Address::parse(to)?],
                peer: Some(pair.peer.into()),
                tls: pair.tls,
                ..Facts::default()
            });
        }
        Ok(Self { ideal: Ideal::new(&workload.policies), workload, program, facts, raw })
    }

    #[inline(never)]
    fn ours(&self) {
        let mut judge = self.program.judge();
        for facts in &self.facts {
            judge.rule(facts, |ruling| {
                black_box((ruling.disposition(), ruling.decided_by().count()));
            });
        }
    }

    #[inline(never)]
    fn ideal(&self) {
        let mut answer = Answer::default();
        for ((from, to), pair) in self.raw.iter().zip(&self.workload.pairs) {
            self.ideal.decide(from, to, pair.peer, pair.tls, &mut answer);
            black_box(&answer);
        }
    }

    /// Ours with the addresses read from text, as a server does once a session and once a recipient.
    fn raw(&self) {
        let mut judge = self.program.judge();
        for ((from, to), facts) in self.raw.iter().zip(&self.facts) {
            let facts = Facts {
                sender: Address::parse(from).ok(),
                recipients: Address::parse(to).into_iter().collect(),
                peer: facts.peer,
                tls: facts.tls,
                ..Facts::default()
            };
            judge.rule(&facts, |ruling| {
                black_box((ruling.disposition(), ruling.decided_by().count()));
            });
        }
    }

    /// Ours with texts, effects and the trace of the candidates.
    fn verdicts(&self) {
        for facts in &self.facts {
            black_box(self.program.decide(facts));
        }
    }

    /// Every answer of ours against the ideal program's, and of many against the slow one's.
    fn compare(&self) -> anyhow::Result<()> {
        let mut ideal = Answer::default();
        for (at, (pair, facts)) in self.workload.pairs.iter().zip(&self.facts).enumerate() {
            let (from, to) = &self.raw[at];
            self.ideal.decide(from, to, pair.peer, pair.tls, &mut ideal);
            ideal.deciders.sort_unstable();
            let mut ours = Answer::default();
            self.program.judge().rule(facts, |ruling| ours = answer(&ruling));
            ensure!(ours == ideal, "{from} -> {to}: ours {ours:?}, ideal {ideal:?}");
            if at < COMPARED {
                let slow = naive(&self.workload.policies, pair);
                ensure!(slow == ideal, "{from} -> {to}: slow {slow:?}, ideal {ideal:?}");
            }
        }
        Ok(())
    }
}

fn answer(ruling: &engine::program::Ruling<'_>) -> Answer {
    let level = match ruling.disposition() {
        Disposition::Deliver => 0,
        Disposition::Secure => 1,
        Disposition::Hold => 2,
        Disposition::Bounce => 3,
        Disposition::Reject | Disposition::VerifiedTls => u8::MAX,
    };
    let number = |name: &str| name[1..].parse::<u32>().ok();
    let definitions = ruling.definitions().filter_map(number).fold(0, |all, it| all | (1 << it));
    let mut deciders: Vec<u32> =
        ruling.decided_by().filter(|it| *it != "default").filter_map(number).collect();
    deciders.sort_unstable();
    Answer { level, definitions, deciders }
}

fn per_decision(mut pass: impl FnMut()) -> f64 {
    pass();
    let time = median_of(RUNS, || (0..PASSES).for_each(|_| pass()));
    time.as_secs_f64() * 1e9 / (PASSES * bench::workload::PAIRS) as f64
}

fn profile(size: usize) -> anyhow::Result<()> {
    let scene = Scene::new(size)?;
    let passes: usize = std::env::args().nth(2).map_or(Ok(20), |it| it.parse())?;
    match std::env::args().nth(3).as_deref() {
        Some("ideal") => (0..passes).for_each(|_| scene.ideal()),
        _ => (0..passes).for_each(|_| scene.ours()),
    }
    println!("{} decisions", passes * scene.facts.len());
    Ok(())
}
