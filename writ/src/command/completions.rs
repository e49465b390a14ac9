//! `writ completions`: what a shell needs to complete commands, options, codes and topics.

use clap::{
    Args, CommandFactory as _,
    builder::{PossibleValue, PossibleValuesParser},
};
use clap_complete::Shell;

use super::{Arguments, help};
use crate::done::{Done, Stopped};

/// Write completions for a shell to standard output.
///
/// bash: put them into `~/.local/share/bash-completion/completions/writ`.
///
/// zsh: put them into `_writ` in a folder of `$fpath`, such as `~/.zfunc`, before `compinit`.
///
/// fish: put them into `~/.config/fish/completions/writ.fish`.
///
/// powershell: put them into a file and call it from `$PROFILE`.
///
/// elvish: put them into `~/.config/elvish/lib/writ.elv` and write `use writ` into `rc.elv`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Completions {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

const EXAMPLES: &str = "\
Examples:
  writ completions bash > ~/.local/share/bash-completion/completions/writ
  writ completions zsh > ~/.zfunc/_writ
  writ completions fish > ~/.config/fish/completions/writ.fish";

impl Completions {
    pub(super) fn run(self) -> Result<Done, Stopped> {
        let mut octets = Vec::new();
        clap_complete::generate(self.shell, &mut with_topics(), "writ", &mut octets);
        // The names of our commands and topics are text.
        Ok(Done::fine(String::from_utf8_lossy(&octets).into_owned()))
    }
}

/// The command line, with every topic as a possible value of `writ help`.
fn with_topics() -> clap::Command {
    let topics = help::topics().into_iter().filter(|it| !it.contains(' '));
    let values = topics.map(PossibleValue::new).collect::<Vec<_>>();
    Arguments::command().mut_subcommand("help", |sub| {
        sub.mut_arg("topic", |arg| arg.value_parser(PossibleValuesParser::new(values)))
    })
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum as _;

    use super::*;

    #[test]
    fn every_shell_completes_commands_and_codes() {
        for shell in Shell::value_variants() {
            let text = Completions { shell: *shell }.run().unwrap().text;
            // Those of the others know commands and options alone.
            let knows_values = matches!(shell, Shell::Bash | Shell::Zsh);
            let words = ["E0430", "specificity"].into_iter().filter(|_| knows_values);
            for word in words.chain(["extract", "deny-lints"]) {
                assert!(text.contains(word), "{shell}: {word}");
            }
        }
    }
}
