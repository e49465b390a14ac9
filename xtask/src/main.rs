//! `cargo xtask`: everything that is done to the repository, in one place.

mod boundaries;
mod extension;
mod fuzz;
mod gate;
mod laws;
mod step;
mod tidy;
mod tools;

use clap::{Parser, Subcommand};

/// All automation of the repository.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Install what is missing, then run every check and every test
    Test,
    /// The checks that need no browser and no mail client: format, lints, boundaries, tidy
    Check,
    /// Install the tools that the tests use (Debian packages, npm, pip)
    Tools,
    /// Write the parts of the manual that are made from the program: codes, library, grammar, usage
    Manual,
    /// Send every .eml, .msg, .txt and .raw below a folder through the SMTP port and `writ extract`
    Sweep {
        /// The folder
        folder: std::path::PathBuf,
    },
    /// Ours beside the peers, as ratios in one run
    Bench {
        /// Which: the workspace `bench/` has a program for each
        what: Benchmark,
    },
    /// Half of what the gateway can take, for long: nothing is lost, no role grows
    Soak {
        /// For how many minutes
        #[arg(long, default_value_t = 30)]
        minutes: u32,
    },
    /// Connections that break off, slow peers and a hostile next hop: nothing is lost, the service goes on
    Attack {
        /// How many connections break off
        #[arg(long, default_value_t = 100_000)]
        connections: u32,
    },
    /// Decide a million generated messages by both evaluators, then put each seeded bug in and require
    /// that the laws of the language see it
    Laws,
    /// Let libFuzzer drive the decoders, one after the other; it needs a C++ compiler
    Fuzz {
        /// Which targets: the folders of fuzz/seeds; without any, all
        targets: Vec<String>,
        /// For how many minutes each
        #[arg(long, default_value_t = 10)]
        minutes: u32,
    },
    /// Pack the extension for Visual Studio Code into target/writ.vsix, and look into the package
    Extension,
    /// Check which crate knows which
    Boundaries,
    /// Check the house rules that no lint knows
    Tidy,
}

/// The programs of the workspace `bench/`.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Benchmark {
    /// A start over a queue of a million deliveries
    Backlog,
    /// Reading, checking, compiling and loading rules
    Check,
    /// Looking for content
    Content,
    /// Deciding by addresses
    Decide,
    /// An edit in a tree that is known, beside a cold check
    Edit,
    /// What a session holds that says nothing
    Idle,
    /// The same through `writ lsp`, beside `writ check`
    Lsp,
    /// From the octets of a message to a decision
    Mail,
    /// Sealing and opening of stored bodies
    Seal,
    /// The gateway beside Postfix: taking mail in, and relaying it
    Smtp,
}

fn main() -> anyhow::Result<()> {
    let started_in = std::env::current_dir()?;
    std::env::set_current_dir(step::root())?;
    match Arguments::parse().command {
        Command::Test => gate::test(),
        Command::Check => gate::check(),
        Command::Tools => tools::install(),
        Command::Manual => gate::manual(),
        Command::Sweep { folder } => gate::sweep(&started_in.join(folder)),
        Command::Bench { what } => match what {
            Benchmark::Backlog => gate::load("backlog", &[]),
            Benchmark::Check => gate::bench("check"),
            Benchmark::Content => gate::bench_beside_peers("content"),
            Benchmark::Decide => gate::bench_beside_peers("decide"),
            Benchmark::Edit => gate::bench("edit"),
            Benchmark::Idle => gate::load("idle", &[]),
            Benchmark::Lsp => gate::bench_lsp(),
            Benchmark::Mail => gate::bench("mail"),
            Benchmark::Seal => gate::bench("seal"),
            Benchmark::Smtp => gate::load("smtp", &[]),
        },
        Command::Soak { minutes } => gate::load("soak", &[&minutes.to_string()]),
        Command::Attack { connections } => gate::load("attack", &[&connections.to_string()]),
        Command::Fuzz { targets, minutes } => fuzz::run(&targets, minutes),
        Command::Extension => extension::package(),
        Command::Laws => laws::check(),
        Command::Boundaries => boundaries::check(),
        Command::Tidy => tidy::check(),
    }
}
