//! The command line: one file a command, with its arguments, its help and its work.

mod approve;
mod bench;
mod build;
mod check;
mod completions;
mod decide;
mod detect;
mod diff;
mod doc;
mod envelope;
mod explain;
mod extract;
mod fingerprint;
mod fix;
mod fmt;
mod handover;
mod help;
mod import;
mod init;
mod inspect;
mod keygen;
mod lsp;
mod man;
mod number;
mod replay;
mod stream;
mod test;
mod verify;

use clap::{Parser, Subcommand};

use crate::{
    done::{Done, Stopped},
    print::ColourChoice,
};

/// Checks, formats, tests and explains mail rules written in Writ.
#[derive(Debug, Parser)]
#[command(
    name = "writ",
    version,
    disable_help_subcommand = true,
    arg_required_else_help = true,
    after_help = exits(),
)]
pub(crate) struct Arguments {
    /// When to use colours: auto, always or never. `NO_COLOR` in the environment turns auto off.
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        alias = "color",
        hide_possible_values = true
    )]
    colour: ColourChoice,
    #[command(subcommand)]
    command: Command,
}

/// How every command ends.
const EXIT_CODES: &str = "  0  nothing to complain about
  1  errors in the rules, failed tests, files that are not in their form
  2  the command line or a file is not usable
  3  a minimum that was asked for is not met: coverage, noticed mistakes
  4  it could not be told before a budget ran out";

/// Under the list of commands.
fn exits() -> String {
    format!(
        "Exit codes:\n{EXIT_CODES}\n\n`writ help TOPIC` explains a word of the language, `writ help CODE` an error code."
    )
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::Init),
    Import(import::Import),
    Check(check::Check),
    Fmt(fmt::Fmt),
    Test(test::Test),
    Diff(diff::Diff),
    Replay(replay::Replay),
    Bench(bench::Bench),
    Decide(decide::Decide),
    Explain(explain::Explain),
    Extract(extract::Extract),
    Build(build::Build),
    Approve(approve::Approve),
    Doc(doc::Doc),
    Inspect(inspect::Inspect),
    Keygen(keygen::Keygen),
    Lsp(lsp::Lsp),
    Verify(verify::Verify),
    Detect(detect::Detect),
    Fingerprint(fingerprint::Fingerprint),
    Help(help::Help),
    Completions(completions::Completions),
    Man(man::ManPages),
}

impl Arguments {
    /// Does what was asked.
    ///
    /// # Errors
    ///
    /// [`Stopped`]: it could not be done.
    pub(crate) fn run(self) -> Result<Done, Stopped> {
        let colour = self.colour.resolve();
        match self.command {
            Command::Init(it) => it.run(),
            Command::Import(it) => it.run(),
            Command::Check(it) => it.run(colour),
            Command::Fmt(it) => it.run(colour),
            Command::Test(it) => it.run(colour),
            Command::Diff(it) => it.run(colour),
            Command::Replay(it) => it.run(),
            Command::Bench(it) => it.run(),
            Command::Decide(it) => it.run(),
            Command::Explain(it) => it.run(),
            Command::Extract(it) => it.run(),
            Command::Build(it) => it.run(),
            Command::Approve(it) => it.run(),
            Command::Doc(it) => it.run(),
            Command::Inspect(it) => it.run(),
            Command::Keygen(it) => it.run(),
            Command::Lsp(it) => it.run(),
            Command::Verify(it) => it.run(),
            Command::Detect(it) => it.run(),
            Command::Fingerprint(it) => it.run(),
            Command::Help(it) => it.run(),
            Command::Completions(it) => it.run(),
            Command::Man(it) => it.run(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent_and_every_command_has_an_example() {
        let mut command = Arguments::command();
        command.clone().debug_assert();
        for sub in command.get_subcommands_mut() {
            let help = sub.render_long_help().to_string();
            assert!(help.contains("Examples:"), "{}", sub.get_name());
        }
    }
}
