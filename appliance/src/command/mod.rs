//! The command line.

mod audit;
mod backup;
mod dkim;
mod hold;
mod kept;
mod keys;
mod messages;
mod order;
mod password;
mod print;
mod queue;
mod restore;
mod shadow;
mod status;
mod unlock;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context;
use clap::{Args, Parser, Subcommand};

pub(crate) use messages::{Listed, list, table};
pub(crate) use print::{complain, print};

use crate::{
    config::{self, Config},
    demo, role,
};

/// A mail gateway that decides, for each recipient, what happens to a message.
#[derive(Debug, Parser)]
#[command(name = "chancery", version, arg_required_else_help = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write a commented configuration and a rule tree to start from
    Init {
        /// The folder to write to
        folder: PathBuf,
    },
    /// Run the appliance until it is told to end (SIGTERM); SIGHUP reads the rules again
    Run {
        #[command(flatten)]
        file: ConfigFile,
        /// End when the process that started this one ends
        #[arg(long, hide = true)]
        end_with_parent: bool,
    },
    /// Check the configuration and the rules, and say what is wrong with them
    CheckConfig(ConfigFile),
    /// List the newest messages with what was decided for each recipient, and by which policy
    Messages {
        #[command(flatten)]
        file: ConfigFile,
        /// How many, at most 500
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=500))]
        last: u32,
    },
    /// Make and show the keys that sign outgoing mail
    #[command(subcommand)]
    Dkim(dkim::Command),
    /// See what is held, let it go, or return it to its sender
    #[command(subcommand)]
    Hold(hold::Command),
    /// List the audit log, export it, and verify that nothing in it was changed
    #[command(subcommand)]
    Audit(audit::Command),
    /// List the keys, or put another master key in the place of one
    #[command(subcommand)]
    Keys(keys::Command),
    /// Write a backup of everything but the keys, while the gateway runs
    Backup {
        /// A folder that is made, a file whose name ends with `.tar`, or `-` for a tar stream
        target: PathBuf,
        #[command(flatten)]
        file: ConfigFile,
    },
    /// Restore a backup into an empty data folder
    Restore {
        /// The folder or file that `backup` wrote, or `-` for a tar stream
        backup: PathBuf,
        /// The folder with the keys of that gateway, which are copied; by default they stand in the
        /// data folder already, or are put there later
        #[arg(long, value_name = "FOLDER")]
        keys: Option<PathBuf>,
        /// The configuration that names the data folder; where there is none, that of the backup is
        /// written there
        #[arg(long, default_value = "chancery.toml")]
        config: PathBuf,
    },
    /// See what waits for its next hop, try it again, or return it to its sender
    #[command(subcommand)]
    Queue(queue::Command),
    /// See what the rules that run beside those in force would have done otherwise, and accept it
    #[command(subcommand)]
    Shadow(shadow::Command),
    /// Tell whether it runs, by which rules, and what waits; the code is 0 when all is well
    Status {
        /// How it is printed
        #[arg(long, value_enum, default_value_t = status::Form::Text)]
        form: status::Form,
        #[command(flatten)]
        file: ConfigFile,
    },
    /// Ask for a password, or read one line of standard input, and print the hash that an account of
    /// submission has
    Password,
    /// Let somebody into the portal again, once you know who is asking
    Unlock {
        /// The address of the account
        address: String,
        #[command(flatten)]
        file: ConfigFile,
        /// What becomes of the password
        #[arg(long, value_enum, default_value_t = unlock::Password::Keep)]
        password: unlock::Password,
    },
    /// Run everything on this machine with sample rules, send three messages, show what happened
    Demo(demo::Options),
    /// One role; started by `run`, of no use by hand
    #[command(hide = true)]
    Role {
        /// Which
        role: String,
    },
}

#[derive(Args, Debug)]
struct ConfigFile {
    /// The configuration file
    #[arg(long, default_value = "chancery.toml")]
    config: PathBuf,
}

impl Arguments {
    /// Whether what is said goes into a log, and not to somebody who waits for it.
    pub(crate) fn is_service(&self) -> bool {
        matches!(self.command, Command::Run { .. } | Command::Role { .. })
    }
}

/// Does what the command line says.
///
/// # Errors
///
/// What keeps it from being done, in words for the operator.
pub(crate) fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    match arguments.command {
        Command::Init { folder } => init(&folder)?,
        Command::Run { file, end_with_parent } => {
            if end_with_parent {
                let signal = rustix::process::Signal::TERM;
                rustix::process::set_parent_process_death_signal(Some(signal))?;
            }
            single()?.block_on(role::master::run(&file.config))?;
        }
        Command::CheckConfig(file) => check_config(&file.config)?,
        Command::Messages { file, last } => {
            runtime()?.block_on(show_messages(&file.config, last))?;
        }
        Command::Dkim(command) => runtime()?.block_on(dkim::run(command))?,
        Command::Hold(command) => return runtime()?.block_on(hold::run(command)),
        Command::Audit(command) => return runtime()?.block_on(audit::run(command)),
        Command::Keys(command) => return runtime()?.block_on(keys::run(command)),
        Command::Backup { target, file } => {
            runtime()?.block_on(backup::backup(&file.config, &target))?;
        }
        Command::Restore { backup, keys, config } => {
            runtime()?.block_on(restore::restore(&backup, &config, keys.as_deref()))?;
        }
        Command::Queue(command) => return runtime()?.block_on(queue::run(command)),
        Command::Shadow(command) => runtime()?.block_on(shadow::run(command))?,
        Command::Status { form, file } => {
            return runtime()?.block_on(status::run(&Config::load(&file.config)?, form));
        }
        Command::Password => print(&password::run()?)?,
        Command::Unlock { address, file, password } => {
            let config = Config::load(&file.config)?;
            print(&runtime()?.block_on(unlock::unlock(&config, &address, password))?)?;
        }
        Command::Demo(options) => return runtime()?.block_on(demo::run(options)),
        Command::Role { role } => role::run(&role)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?)
}

/// The master starts processes, so it has one thread.
fn single() -> anyhow::Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().build()?)
}

fn init(folder: &Path) -> anyhow::Result<()> {
    config::write_template(folder)
        .with_context(|| format!("cannot write to `{}`", folder.display()))?;
    let file = folder.join("chancery.toml");
    print(&format!(
        "Wrote {0} and {1}.\nRead both, then run: chancery run --config {0}\n",
        file.display(),
        folder.join("rules").display()
    ))
}

fn check_config(path: &Path) -> anyhow::Result<()> {
    let config = Config::load(path)?;
    let bundle = role::master::Bundle::load(&config)?;
    let shadow = role::master::Bundle::load_shadow(&config)?;
    print(&format!(
        "{} is fine. The rules of `{}` are free of errors ({}).\n",
        path.display(),
        bundle.organisation().name,
        bundle.digest_text()
    ))?;
    match shadow {
        None => Ok(()),
        Some(it) => print(&format!("So are those that run beside them ({}).\n", it.digest_text())),
    }
}

async fn show_messages(path: &Path, last: u32) -> anyhow::Result<()> {
    let config = Config::load(path)?;
    print(&table(&list(&config, last).await?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANUAL: &str = include_str!("../../../docs/operating.md");

    #[test]
    fn the_manual_shows_commands_that_there_are() {
        let blocks = MANUAL.split("```\n").skip(1).step_by(2).flat_map(str::lines);
        let commands: Vec<&str> = blocks.collect();
        assert!(10 < commands.len());
        for command in commands {
            // Words in quotes are one.
            let words: Vec<String> = command
                .split('"')
                .enumerate()
                .flat_map(|(at, piece)| match at % 2 {
                    0 => piece.split_whitespace().map(str::to_owned).collect(),
                    _ => vec![piece.to_owned()],
                })
                .collect();
            if let Err(error) = Arguments::try_parse_from(words) {
                panic!("{command}: {error}");
            }
        }
    }
}
