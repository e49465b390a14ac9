//! `chancery shadow`: what other rules, which run beside those in force, would have done otherwise.

use std::path::Path;

use anyhow::Context;
use clap::Subcommand;

use super::{
    ConfigFile,
    kept::record,
    order::operator,
    print::{print, table},
    status::{shadow_rules, shadow_words},
};
use crate::{
    audit,
    config::Config,
    notice::date,
    role::{
        master::{ACCEPTED, Accepted},
        spool::{Note, SHADOW},
    },
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Show it: how many messages they decided, and which policies would have done what
    Show {
        #[command(flatten)]
        file: ConfigFile,
    },
    /// Let these rules come into force although they change more than the configuration allows
    Accept {
        /// For so many of a hundred recipients the outcome may be another
        #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
        blast: u8,
        /// It may be less protective
        #[arg(long)]
        less_protective: bool,
        #[command(flatten)]
        file: ConfigFile,
    },
}

/// Does what was asked.
///
/// # Errors
///
/// The data folder cannot be read or written, or there is nothing to accept.
pub(super) async fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Show { file } => print(&told(&Config::load(&file.config)?)?),
        Command::Accept { blast, less_protective, file } => {
            let config = Config::load(&file.config)?;
            let rules = Note::read(&config.folders.store.join(SHADOW)).rules;
            anyhow::ensure!(!rules.is_empty(), "no rules ever ran beside those in force");
            let accepted = Accepted { rules, percent: blast, less_protective };
            let data = config.folders.store.parent().unwrap_or(Path::new("."));
            let path = data.join(ACCEPTED);
            record(&config, audit::blast_accepted(&accepted, &operator())).await?;
            let written = accepted.write(&path);
            written.with_context(|| format!("cannot write `{}`", path.display()))?;
            let (rules, less) =
                (&accepted.rules, if less_protective { ", also less protective" } else { "" });
            print(&format!(
                "sha256:{rules} may change {blast} % of the outcomes{less}; send SIGHUP.\n"
            ))
        }
    }
}

/// All that is known of them, in words.
///
/// # Errors
///
/// The data folder cannot be read.
fn told(config: &Config) -> anyhow::Result<String> {
    let note = Note::read(&config.folders.store.join(SHADOW));
    let running = shadow_rules(config)?;
    let mut out = match (&config.shadow_rules, &running) {
        (None, _) => "No other rules are named in `[shadow]`.\n".to_owned(),
        (Some(_), Some(rules)) => format!("{rules} run beside the rules in force.\n"),
        (Some(path), None) => {
            format!("None run; put them at `{}` and send SIGHUP.\n", path.display())
        }
    };
    if note.rules.is_empty() {
        return Ok(out);
    }
    if running.as_deref() != Some(&format!("sha256:{}", note.rules)) {
        out.push_str(&format!("Of sha256:{}, which ran before:\n", note.rules));
    }
    out.push_str(&format!(
        "Since {}: {}.\n",
        date::minute(note.since_ms, "UTC"),
        shadow_words(&note)
    ));
    if !note.changes.is_empty() {
        let mut changes: Vec<_> = note.changes.into_iter().collect();
        changes.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let rows = changes.into_iter().map(|(what, count)| [count.to_string(), what]);
        out.push('\n');
        out.push_str(&table(["RECIPIENTS", "WOULD BE"], rows));
    }
    Ok(out)
}
