//! What the benchmarks share: the clock of a thread, medians, and the table that is printed.
//!
//! Other work on the machine does not count: time is that of the thread on the processor, and a
//! figure is a ratio of two that were taken in one run.

pub mod clock;

pub mod ideal;
pub mod memory;
pub mod scene;
pub mod shipped;
pub mod text;
pub mod workload;
