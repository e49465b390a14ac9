//! The decision by addresses: ours, an ideal program, and the peers; all answers compared.
//!
//! `decide N` runs our side alone over and over with N policies, for a profiler; `decide N PASSES ideal` the
//! ideal program.

#[cfg(feature = "peers")]
mod peers;

use std::cell::RefCell;

use bench::{clock::least_of_two, scene::Scene, workload::PAIRS};

/// Numbers of policies.
const SIZES: [usize; 3] = [10, 1_000, 10_000];
/// Runs of which the fastest counts: what else the machine does only ever adds.
const RUNS: usize = 15;
/// Passes over all pairs in one run.
const PASSES: usize = 10;

fn main() -> anyhow::Result<()> {
    if let Some(size) = std::env::args().nth(1) {
        return profile(size.parse()?);
    }
    println!("address-only decision, ns of processor time (least of {RUNS} runs in turn)");
    println!(
        "{:>8} {:26} {:>11} {:>11} {:>8} {:>8}",
        "policies", "", "ns", "ratio", "must", "target"
    );
    let mut first = None;
    for size in SIZES {
        let mut scene = Scene::new(size)?;
        scene.compare()?;
        let scene = RefCell::new(scene);
        let ideal = || scene.borrow().ideal();
        let (ours, least) = per_decision(|| scene.borrow_mut().ours(), ideal);
        let line = |name, ns, ratio, must, target| row(size, name, ns, ratio, (must, target));
        line("ours, to ideal", ours, ours / least, "<=1.5x", "<=1.0x");
        line("ideal", least, 1.0, "", "");
        line("ours, growth from 10", ours, ours / *first.get_or_insert(ours), "<=6x", "<=4x");
        let (raw, least) = per_decision(|| scene.borrow().raw(), ideal);
        line("ours from raw text", raw, raw / least, "", "");
        let (verdicts, least) = per_decision(|| scene.borrow_mut().verdicts(), ideal);
        line("ours with texts and trace", verdicts, verdicts / least, "", "");
        #[cfg(feature = "peers")]
        peers::table(size, &scene.borrow().workload, ours)?;
    }
    Ok(())
}

/// One line of the table.
fn row(size: usize, name: &str, ns: f64, ratio: f64, (must, target): (&str, &str)) {
    println!("{size:>8} {name:26} {ns:>11.0} {ratio:>10.2}x {must:>8} {target:>8}");
}

/// Nanoseconds a decision of two that take turns.
fn per_decision(mut one: impl FnMut(), mut other: impl FnMut()) -> (f64, f64) {
    let passes = |work: &mut dyn FnMut()| (0..PASSES).for_each(|_| work());
    let (one, other) = least_of_two(RUNS, || passes(&mut one), || passes(&mut other));
    let each = |it: std::time::Duration| it.as_secs_f64() * 1e9 / (PASSES * PAIRS) as f64;
    (each(one), each(other))
}

fn profile(size: usize) -> anyhow::Result<()> {
    let mut scene = Scene::new(size)?;
    let passes: usize = std::env::args().nth(2).map_or(Ok(20), |it| it.parse())?;
    match std::env::args().nth(3).as_deref() {
        Some("ideal") => (0..passes).for_each(|_| scene.ideal()),
        _ => (0..passes).for_each(|_| scene.ours()),
    }
    println!("{} decisions", passes * PAIRS);
    Ok(())
}
