//! `writ bench`: how fast rules decide the messages of a corpus on this machine.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use clap::Args;
use serde::Serialize;

use super::stream::Arrival;
use crate::{
    corpus,
    done::{Done, Stopped},
    loaded::Loaded,
    progress::Progress,
    report::decision_text::columns,
};

/// Measure how fast rules decide the messages of a corpus.
///
/// For each message: reading it, taking its text apart, running every examination, and the whole
/// decision with the examinations that it asks for. Numbers compare on one machine that has nothing
/// else to do; they pass or fail nothing.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Bench {
    /// The folder of the rules, or one file of it.
    #[arg(long, value_name = "PATH", default_value = ".")]
    rules: PathBuf,
    #[command(flatten)]
    arrival: Arrival,
    /// How often each message is decided.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=1000))]
    rounds: u32,
    /// Write one object.
    #[arg(long)]
    json: bool,
    /// Folders of messages, message files, mbox files.
    #[arg(required = true, value_name = "CORPUS")]
    corpus: Vec<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  writ bench --rules rules mail/
  writ bench --rules rules --rounds 20 --json march.mbox

Exit codes: 0 it was measured, 2 the command line or a file is not usable.";

/// What takes time.
const STAGES: [&str; 4] = ["read", "extract", "examine", "decide"];

/// Everything that was measured.
#[derive(Default)]
struct Measured {
    messages: usize,
    recipients: usize,
    octets: usize,
    left_out: usize,
    /// Of each stage, one a message and round.
    times: [Vec<Duration>; 4],
}

#[derive(Serialize)]
struct Report {
    version: u32,
    messages: usize,
    recipients: usize,
    octets: usize,
    left_out: usize,
    rounds: u32,
    /// Messages a second, from octets to the decision.
    messages_per_second: f64,
    octets_per_second: f64,
    stages: Vec<Stage>,
}

#[derive(Serialize)]
struct Stage {
    stage: &'static str,
    p50_us: f64,
    p90_us: f64,
    p99_us: f64,
    max_us: f64,
    total_ms: f64,
}

impl Bench {
    pub(super) fn run(self) -> Result<Done, Stopped> {
        let usable = Loaded::read(&self.rules)?.usable(&self.rules)?;
        let stream = self.arrival.read(&usable.tree)?;
        let mut measured = Measured::default();
        let mut progress = Progress::new("messages");
        let first = self.corpus.first().cloned().unwrap_or_default();
        let (organisation, program) = (usable.program.organisation(), &usable.program);
        let mut since = Instant::now();
        let read = corpus::each(&self.corpus, |found| {
            let read = since.elapsed();
            let Ok(octets) = found.octets else {
                measured.left_out = measured.left_out.saturating_add(1);
                since = Instant::now();
                return;
            };
            for round in 0..self.rounds {
                let start = Instant::now();
                let Ok(facts) = stream.facts(&octets, organisation) else {
                    measured.left_out = measured.left_out.saturating_add(1);
                    break;
                };
                let extracted = start.elapsed();
                let start = Instant::now();
                drop(std::hint::black_box(program.examine(&facts.content)));
                let examined = start.elapsed();
                let start = Instant::now();
                drop(std::hint::black_box(program.decide(&facts)));
                let decided = start.elapsed();
                if round == 0 {
                    measured.count(octets.len(), facts.recipients.len());
                }
                measured.add([read, extracted, examined, decided], round == 0);
            }
            progress.tell(measured.messages, None);
            since = Instant::now();
        });
        drop(progress);
        read.map_err(|source| Stopped::Read { path: first, source })?;
        let report = measured.report(self.rounds);
        if self.json {
            return Ok(Done::fine(serde_json::to_string_pretty(&report)? + "\n"));
        }
        Ok(Done::fine(report.text()))
    }
}

impl Measured {
    fn count(&mut self, octets: usize, recipients: usize) {
        self.messages = self.messages.saturating_add(1);
        self.octets = self.octets.saturating_add(octets);
        self.recipients = self.recipients.saturating_add(recipients);
    }

    /// A file is read once, whatever the rounds.
    fn add(&mut self, times: [Duration; 4], with_read: bool) {
        let all = self.times.iter_mut().zip(times).enumerate();
        for (_, (kept, time)) in all.filter(|it| it.0 > 0 || with_read) {
            kept.push(time);
        }
    }

    fn report(mut self, rounds: u32) -> Report {
        self.times.iter_mut().for_each(|it| it.sort_unstable());
        let total = |it: &Vec<Duration>| it.iter().sum::<Duration>();
        let [_, extracting, _, deciding] = &self.times;
        let working =
            total(extracting).saturating_add(total(deciding)).as_secs_f64() / f64::from(rounds);
        let rate = |many: usize| {
            let many = u32::try_from(many).map_or(f64::INFINITY, f64::from);
            if working > 0.0 { many / working } else { 0.0 }
        };
        let stage = |(name, times): (&&'static str, &Vec<Duration>)| {
            let us = |it: Duration| it.as_secs_f64() * 1e6;
            let at = |percent: usize| {
                let last = times.len().saturating_sub(1);
                let at = last.saturating_mul(percent).div_ceil(100);
                times.get(at).copied().map_or(0.0, us)
            };
            Stage {
                stage: name,
                p50_us: at(50),
                p90_us: at(90),
                p99_us: at(99),
                max_us: at(100),
                total_ms: total(times).as_secs_f64() * 1e3,
            }
        };
        Report {
            version: 1,
            messages: self.messages,
            recipients: self.recipients,
            octets: self.octets,
            left_out: self.left_out,
            rounds,
            messages_per_second: rate(self.messages),
            octets_per_second: rate(self.octets),
            stages: STAGES.iter().zip(&self.times).map(stage).collect(),
        }
    }
}

impl Report {
    fn text(&self) -> String {
        let mut rows = vec![
            ["microseconds a message", "median", "90 %", "99 %", "longest"].map(str::to_owned),
        ];
        rows.extend(self.stages.iter().map(|it| {
            let number = |it: f64| format!("{it:.1}");
            let times = [it.p50_us, it.p90_us, it.p99_us, it.max_us].map(number);
            let [p50, p90, p99, max] = times;
            [it.stage.to_owned(), p50, p90, p99, max]
        }));
        let left_out = match self.left_out {
            0 => String::new(),
            some => format!(", {some} left out"),
        };
        format!(
            "{} messages, {} recipients, {} octets, {} rounds{left_out}\n\
             {:.0} messages a second, {:.1} MB a second, from octets to the decision\n\n{}",
            self.messages,
            self.recipients,
            self.octets,
            self.rounds,
            self.messages_per_second,
            self.octets_per_second / 1e6,
            columns(&rows)
        )
    }
}
