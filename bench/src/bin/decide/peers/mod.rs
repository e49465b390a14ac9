//! Other products with the same policies. Each tells which policies apply to a message; what these come
//! to is worked out outside of the time that is measured, and so is its way into their form.

pub mod cedar;
pub mod rego;
pub mod wirefilter;

use std::time::Duration;

use anyhow::ensure;
use bench::{
    clock::thread_time,
    ideal::{naive, of_applying},
    workload::Workload,
};

/// By number of policies, how many times slower than ours a peer must be at least, and should be.
type Floors = &'static [(usize, f64, f64)];

const WIREFILTER: Floors = &[(10, 1.3, 2.0), (1_000, 40.0, 70.0), (10_000, 300.0, 500.0)];
const CEDAR: Floors = &[(10_000, 10_000.0, 25_000.0)];
const REGO: Floors = &[(10_000, 500.0, 950.0)];

/// Time that one peer is measured for at least.
const TIME: Duration = Duration::from_millis(400);
/// Answers that are compared at least, however slow.
const ANSWERS_MIN: usize = 8;
/// And at most.
const ANSWERS_MAX: usize = 500;

/// A product with the policies loaded.
pub trait Peer {
    /// As the table calls it.
    fn name(&self) -> &'static str;

    /// Takes in the message of this pair.
    fn prepare(&mut self, pair: &bench::workload::Pair) -> anyhow::Result<()>;

    /// Numbers of the policies that apply to it. This is what is measured.
    fn applying(&mut self) -> anyhow::Result<Vec<usize>>;
}

/// What came of a peer.
pub struct Told {
    pub ns: f64,
    pub compared: usize,
    pub wrong: usize,
}

/// The lines of the table for the peers, at one of the sizes.
///
/// # Errors
///
/// A peer answers wrongly, or not at all.
pub fn table(size: usize, workload: &Workload, ours: f64) -> anyhow::Result<()> {
    let peers: [(Box<dyn Peer>, Floors); 3] = [
        (Box::new(wirefilter::Wirefilter::new(workload)?), WIREFILTER),
        (Box::new(cedar::Cedar::new(workload)?), CEDAR),
        (Box::new(rego::Rego::new(workload)?), REGO),
    ];
    for (mut peer, floors) in peers {
        let told = measure(peer.as_mut(), workload)?;
        let (name, compared) = (peer.name(), told.compared);
        ensure!(told.wrong == 0, "{name}: {} of {compared} answers are wrong", told.wrong);
        let words = |it: Option<f64>| it.map_or(String::new(), |it| format!(">={it}x"));
        let floor = floors.iter().find(|it| it.0 == size);
        let (must, target) = (words(floor.map(|it| it.1)), words(floor.map(|it| it.2)));
        crate::row(size, name, told.ns, told.ns / ours, (&must, &target));
        println!("{:>8} {compared} answers compared, none wrong", "");
    }
    Ok(())
}

/// Measures a peer on pairs that are far apart from each other, and compares each answer.
pub fn measure(peer: &mut dyn Peer, workload: &Workload) -> anyhow::Result<Told> {
    let mut times = Vec::new();
    let (mut spent, mut wrong) = (Duration::ZERO, 0);
    let stride = workload.pairs.len() / ANSWERS_MAX;
    // The first ones meet cold memory, so they do not count.
    for (at, pair) in workload.pairs.iter().step_by(stride).take(ANSWERS_MAX).enumerate() {
        peer.prepare(pair)?;
        let before = thread_time();
        let mut applying = std::hint::black_box(peer.applying()?);
        let time = thread_time() - before;
        applying.sort_unstable();
        let expected = naive(&workload.policies, pair);
        wrong += usize::from(of_applying(&workload.policies, &applying, pair) != expected);
        spent += time;
        times.push(time);
        if at >= ANSWERS_MIN && spent > TIME {
            break;
        }
    }
    let (compared, counted) = (times.len(), &times[2..]);
    let ns = counted.iter().sum::<Duration>().as_secs_f64() * 1e9 / counted.len() as f64;
    Ok(Told { ns, compared, wrong })
}
