//! `chancery status`: whether it runs, by which rules, and what waits.

mod digest;
mod exposition;

use std::{fmt::Write, path::Path, process::ExitCode};

use clap::ValueEnum;
use serde::Serialize;
use store::{message, queue};

use super::{
    kept::Kept,
    print::{print, table},
};
use crate::{
    config::Config,
    notice::date,
    role::{
        Database,
        master::{LIFE_MS, RoleState, STATE, Told, is_claimed},
        now_ms,
        spool::{Note, SHADOW},
    },
};

/// A master that has written nothing for so long does nothing else either, milliseconds.
const SILENT_MS: i64 = 3 * LIFE_MS;

/// How it is printed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(super) enum Form {
    /// For people
    Text,
    /// For programs
    Json,
    /// For Prometheus, such as the text files that its node exporter collects
    Prometheus,
}

/// All that is told.
#[derive(Debug, Serialize)]
struct Status {
    /// Whether a master holds the data folder.
    running: bool,
    /// Whether every role waits for work, and the master lives.
    ready: bool,
    /// For how long the master has said nothing, seconds, where that is longer than it should be.
    silent_seconds: Option<u64>,
    /// What the master says, while it runs.
    #[serde(flatten)]
    told: Option<Told>,
    /// Why the database cannot be asked; what is told of messages is missing then.
    database_away: Option<String>,
    /// Deliveries that are under way, held, queued.
    deliveries: Vec<Count>,
    /// Messages by state.
    messages: Vec<Count>,
    /// For how long the longest of those that wait has been here, seconds.
    oldest: Vec<Oldest>,
    /// Those who are told what is held, and whether they have the last mail.
    told_of_held: Vec<digest::Holder>,
    /// What the rules that run beside those in force would have done otherwise, if any ran.
    shadow: Option<Note>,
    /// Free space where messages are kept, octets.
    free_octets: u64,
    /// Below this nothing is accepted, octets.
    free_octets_min: u64,
}

/// How long the oldest of something is here.
#[derive(Debug, Serialize)]
struct Oldest {
    state: &'static str,
    seconds: u64,
}

/// How many there are of something.
#[derive(Debug, Serialize)]
struct Count {
    state: &'static str,
    count: i64,
}

/// Tells how the appliance is; the code is 0 when it runs and every role is ready.
///
/// # Errors
///
/// The store or the keys cannot be read.
pub(super) async fn run(config: &Config, form: Form) -> anyhow::Result<ExitCode> {
    let status = status(config).await?;
    print(&match form {
        Form::Text => text(&status)?,
        Form::Json => format!("{}\n", serde_json::to_string_pretty(&status)?),
        Form::Prometheus => exposition::text(&status),
    })?;
    let is_well = status.running && status.ready && status.free_octets_min <= status.free_octets;
    Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What the database says of what waits.
#[derive(Default)]
struct Waiting {
    deliveries: Vec<Count>,
    messages: Vec<Count>,
    oldest: Vec<Oldest>,
    told_of_held: Vec<digest::Holder>,
}

impl Waiting {
    async fn ask(config: &Config) -> anyhow::Result<Self> {
        let kept = Kept::open(config).await?;
        let store = &kept.store;
        let deliveries = queue::counts(store).await?;
        let messages = message::counts(store).await?;
        let at_ms = now_ms();
        let age = |received_at_ms: Option<i64>| {
            let age_ms = received_at_ms.map_or(0, |it| at_ms.saturating_sub(it).max(0));
            age_ms.unsigned_abs() / 1000
        };
        let held = age(queue::oldest_held(store).await?);
        let queued = age(queue::oldest_queued(store).await?);
        let count = |state, count| Count { state, count };
        Ok(Self {
            deliveries: deliveries.iter().map(|it| count(delivery(it.state), it.count)).collect(),
            messages: messages.iter().map(|it| count(state(it.state), it.count)).collect(),
            oldest: vec![
                Oldest { state: "held", seconds: held },
                Oldest { state: "queued", seconds: queued },
            ],
            told_of_held: digest::holders(config, store).await?,
        })
    }
}

async fn status(config: &Config) -> anyhow::Result<Status> {
    let data = config.folders.store.parent().unwrap_or(Path::new("."));
    let running = is_claimed(data)?;
    let told: Option<Told> = match running {
        true => {
            std::fs::read(data.join(STATE)).ok().and_then(|it| serde_json::from_slice(&it).ok())
        }
        false => None,
    };
    let mut database_away = None;
    let mut waiting = Waiting::default();
    if Database::of_config(config)?.is_there() {
        let asked = Waiting::ask(config).await;
        // A file that cannot be read is a fault of this machine; a server may just be away.
        match asked {
            Ok(asked) => waiting = asked,
            Err(error) if config.database.is_some() => database_away = Some(format!("{error:#}")),
            Err(error) => return Err(error),
        }
    }
    let Waiting { deliveries, messages, oldest, told_of_held } = waiting;
    let note = Note::read(&config.folders.store.join(SHADOW));
    let folder = [&config.folders.bodies, Path::new(".")].into_iter().find(|it| it.exists());
    let free = folder.map(rustix::fs::statvfs).transpose()?;
    let silent_ms = told.as_ref().map_or(0, |it| now_ms().saturating_sub(it.at_ms));
    let silent_seconds = (SILENT_MS < silent_ms).then(|| silent_ms.unsigned_abs() / 1000);
    let all_ready = told.as_ref().is_some_and(|it| it.roles.iter().all(|it| it.ready));
    Ok(Status {
        running,
        ready: all_ready && silent_seconds.is_none() && database_away.is_none(),
        database_away,
        silent_seconds,
        told,
        deliveries,
        messages,
        oldest,
        told_of_held,
        shadow: Some(note).filter(|it| !it.rules.is_empty()),
        free_octets: free.map_or(0, |it| it.f_bavail.saturating_mul(it.f_frsize)),
        free_octets_min: u64::from(config.file.limits.free_space_mib).saturating_mul(1 << 20),
    })
}

fn delivery(state: queue::DeliveryState) -> &'static str {
    match state {
        queue::DeliveryState::Active => "active",
        queue::DeliveryState::Failed => "failed",
        queue::DeliveryState::Held => "held",
        queue::DeliveryState::Queued => "queued",
        queue::DeliveryState::Sent => "sent",
    }
}

fn state(state: message::MessageState) -> &'static str {
    match state {
        message::MessageState::Decided => "decided",
        message::MessageState::Examining => "examining",
        message::MessageState::Gone => "gone",
        message::MessageState::Held => "undecided",
    }
}

fn text(status: &Status) -> anyhow::Result<String> {
    let mut out = String::new();
    match &status.told {
        None if status.running => writeln!(out, "It runs, and has not said anything yet.")?,
        None => writeln!(out, "It does not run; `chancery run` starts it.")?,
        Some(told) => {
            let since = date::minute(told.since_ms, "UTC");
            writeln!(
                out,
                "running     since {since}, process {}, version {}",
                told.pid, told.version
            )?;
            if let Some(seconds) = status.silent_seconds {
                writeln!(out, "            it has said nothing for {seconds} s: restart it")?;
            }
            let counter = told.counter.map(|it| format!(", counter {it}")).unwrap_or_default();
            let loaded = date::minute(told.rules_since_ms, "UTC");
            let (name, rules) = (&told.organisation, &told.rules);
            writeln!(out, "rules       of {name}, {rules}{counter}, loaded {loaded}")?;
            if let Some(why) = &told.refused {
                writeln!(out, "            others are not in force: {why}")?;
            }
            if let Some(rules) = &told.shadow {
                writeln!(out, "shadow      {rules}")?;
                let same = |it: &&Note| *rules == format!("sha256:{}", it.rules);
                if let Some(note) = status.shadow.as_ref().filter(same) {
                    writeln!(out, "            {}", shadow_words(note))?;
                }
            }
        }
    }
    let counts = |counts: &[Count]| {
        let counts: Vec<String> =
            counts.iter().map(|it| format!("{} {}", it.count, it.state)).collect();
        if counts.is_empty() { "none yet".to_owned() } else { counts.join(", ") }
    };
    match &status.database_away {
        Some(why) => writeln!(out, "database    cannot be asked, and nothing is accepted: {why}")?,
        None => {
            writeln!(out, "messages    {}", counts(&status.messages))?;
            writeln!(out, "deliveries  {}", counts(&status.deliveries))?;
        }
    }
    for holder in &status.told_of_held {
        writeln!(out, "told        {}: {}", holder.to, holder.state.words())?;
    }
    let (free, least) = (status.free_octets >> 20, status.free_octets_min >> 20);
    let full =
        if status.free_octets < status.free_octets_min { ": nothing is accepted" } else { "" };
    writeln!(out, "free space  {free} MiB, at least {least} needed{full}")?;
    if let Some(told) = &status.told {
        let rows = told.roles.iter().map(|it| {
            [it.role.clone(), role_state(it).to_owned(), it.starts.to_string(), it.sandbox.clone()]
        });
        out.push('\n');
        out.push_str(&table(["ROLE", "STATE", "STARTS", "SANDBOX"], rows));
    }
    Ok(out)
}

/// What the master says runs beside the rules in force, while it runs.
///
/// # Errors
///
/// The data folder cannot be read.
pub(super) fn shadow_rules(config: &Config) -> anyhow::Result<Option<String>> {
    let data = config.folders.store.parent().unwrap_or(Path::new("."));
    if !is_claimed(data)? {
        return Ok(None);
    }
    let state = std::fs::read(data.join(STATE)).ok();
    let told: Option<Told> = state.and_then(|it| serde_json::from_slice(&it).ok());
    Ok(told.and_then(|it| it.shadow))
}

/// What other rules would have done, in a line.
pub(super) fn shadow_words(note: &Note) -> String {
    let mut out = format!(
        "{} messages, {} recipients, of which {} would change: {} more protective, {} less protective, \
         {} otherwise",
        note.messages,
        note.recipients,
        note.changed(),
        note.more,
        note.less,
        note.beside
    );
    for (count, what) in [(note.failed, "could not be decided"), (note.skipped, "not looked at")] {
        if 0 < count {
            out.push_str(&format!("; {count} messages {what}"));
        }
    }
    out
}

fn role_state(role: &RoleState) -> &'static str {
    match (role.ready, role.pid) {
        (true, _) => "ready",
        (false, Some(_)) if role.silent => "silent",
        (false, Some(_)) => "starting",
        (false, None) => "down",
    }
}
