//! The mutants of a tree, run against its tests on all processors, until a budget of time is spent.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use engine::{
    mutation::{Mutant, MutantFate, Mutation},
    testing::Suite,
};

use crate::progress::Progress;

/// Threads at most; more only wait for memory.
const THREADS_MAX: usize = 16;

/// What became of all mutants.
#[derive(Debug)]
pub(crate) struct Mutants {
    /// Each with its fate, by place.
    pub(crate) fates: Vec<(Mutant, MutantFate)>,
    /// Those that the budget left no time for.
    pub(crate) untried: usize,
}

impl Mutants {
    /// How many ended so.
    pub(crate) fn count(&self, is: impl Fn(&MutantFate) -> bool) -> usize {
        self.fates.iter().filter(|it| is(&it.1)).count()
    }

    /// Mutants that a test noticed.
    pub(crate) fn killed(&self) -> usize {
        self.count(|it| matches!(it, MutantFate::Killed { .. }))
    }

    /// Mutants that no test noticed.
    pub(crate) fn survived(&self) -> usize {
        self.count(|it| *it == MutantFate::Survived)
    }

    /// Killed of those that could be, rounded down; 100 of none.
    pub(crate) fn killed_percent(&self) -> usize {
        let all = self.killed().saturating_add(self.survived());
        self.killed().saturating_mul(100).checked_div(all).unwrap_or(100)
    }
}

/// Runs every mutant of the rules.
pub(crate) fn run(suite: &Suite<'_>, budget: Duration) -> Mutants {
    let mutation = Mutation::new(suite);
    let mutants = mutation.mutants();
    let end = Instant::now().checked_add(budget);
    let next = AtomicUsize::new(0);
    let progress = Mutex::new(Progress::new("mistakes tried"));
    let work = || {
        let mut mine: Vec<(usize, MutantFate)> = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(mutant) = mutants.get(at) else { return mine };
            if end.is_some_and(|it| it <= Instant::now()) {
                return mine;
            }
            mine.push((at, mutation.run(mutant)));
            let mut progress = progress.lock().unwrap_or_else(PoisonError::into_inner);
            progress.tell(at, Some(mutants.len()));
        }
    };
    let threads = thread::available_parallelism().map_or(1, |it| it.get().min(THREADS_MAX));
    let mut fates: Vec<Option<MutantFate>> = mutants.iter().map(|_| None).collect();
    thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        for (at, fate) in running.into_iter().flat_map(|it| it.join().unwrap_or_default()) {
            if let Some(slot) = fates.get_mut(at) {
                *slot = Some(fate);
            }
        }
    });
    let untried = fates.iter().filter(|it| it.is_none()).count();
    let tried = mutants.into_iter().zip(fates).filter_map(|(mutant, fate)| Some((mutant, fate?)));
    Mutants { fates: tried.collect(), untried }
}
