//! The table that is printed.

use std::time::Duration;

/// What a ratio must be, and what it should be.
#[derive(Clone, Copy)]
pub(crate) struct Goal {
    pub(crate) floor: f64,
    pub(crate) target: f64,
}

pub(crate) fn head() {
    println!(
        "\n{:<20} {:<22} {:>12} {:>12} {:>8} {:>7} {:>7}",
        "what", "beside", "theirs", "ours", "ratio", "floor", "target"
    );
}

/// How many times as fast as a peer, as throughput.
pub(crate) fn throughput(
    what: &str,
    peer: &str,
    octets: usize,
    (theirs, ours): (Duration, Duration),
    goal: Option<Goal>,
) {
    let rate = |time: Duration| format!("{:.3} GB/s", octets as f64 / time.as_secs_f64() / 1e9);
    row(what, peer, &rate(theirs), &rate(ours), theirs.as_secs_f64() / ours.as_secs_f64(), goal);
}

/// How many times as fast as a peer, as time.
pub(crate) fn time(
    what: &str,
    peer: &str,
    (theirs, ours): (Duration, Duration),
    goal: Option<Goal>,
) {
    let told = |time: Duration| match time.as_secs_f64() {
        time if time < 1e-3 => format!("{:.1} us", time * 1e6),
        time => format!("{:.1} ms", time * 1e3),
    };
    row(what, peer, &told(theirs), &told(ours), theirs.as_secs_f64() / ours.as_secs_f64(), goal);
}

fn row(what: &str, peer: &str, theirs: &str, ours: &str, ratio: f64, goal: Option<Goal>) {
    print!("{what:<20} {peer:<22} {theirs:>12} {ours:>12} {ratio:>8.2}");
    match goal {
        Some(Goal { floor, target }) => {
            let verdict = match ratio {
                ratio if ratio >= target => "target met",
                ratio if ratio >= floor => "floor met",
                _ => "BELOW THE FLOOR",
            };
            println!(" {floor:>7.2} {target:>7.2} {verdict}");
        }
        None => println!(),
    }
}
