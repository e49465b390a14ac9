//! `chancery queue`: what waits for its next hop, or to be examined.

use std::process::ExitCode;

use anyhow::Context;
use clap::Subcommand;
use serde::Deserialize;
use serde_json::json;
use store::{
    message::{Message, MessageKind},
    queue::{self, QueuedDelivery},
};

use super::{
    ConfigFile, hold,
    kept::Kept,
    order::operator,
    print::{print, table},
};
use crate::{
    audit,
    config::Config,
    notice::date,
    role::{now_ms, spool::ROUTES, thing},
};

/// Rows listed of each route.
const ROWS_LISTED: u32 = 500;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List what waits or is under way, by route, the next attempt first
    List {
        #[command(flatten)]
        file: ConfigFile,
    },
    /// Try again now
    Retry {
        /// Numbers, as `list` has them
        #[arg(required_unless_present = "all")]
        numbers: Vec<i64>,
        /// All that waits
        #[arg(long, conflicts_with = "numbers")]
        all: bool,
        #[command(flatten)]
        file: ConfigFile,
    },
    /// Give it up: its sender is told that it was not delivered
    Return {
        /// Numbers, as `list` has them
        #[arg(required = true)]
        numbers: Vec<i64>,
        /// What the sender reads
        #[arg(long, value_name = "TEXT", value_parser = hold::reason)]
        why: Option<String>,
        #[command(flatten)]
        file: ConfigFile,
    },
}

#[derive(Deserialize)]
struct StoredEnvelope {
    envelope: Envelope,
}

#[derive(Deserialize)]
struct Envelope {
    sender: Option<String>,
    #[serde(default)]
    recipients: Vec<String>,
}

/// Does what was asked.
///
/// # Errors
///
/// The store or the keys cannot be read, or a number is wrong.
pub(super) async fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::List { file } => {
            let kept = Kept::open(&Config::load(&file.config)?).await?;
            print(&list(&kept).await?)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Retry { numbers, all, file } => {
            let kept = Kept::open(&Config::load(&file.config)?).await?;
            retry(&kept, &numbers, all).await
        }
        Command::Return { numbers, why, file } => {
            let kept = Kept::open(&Config::load(&file.config)?).await?;
            hold::give_back(&kept, &numbers, why.as_deref()).await
        }
    }
}

async fn retry(kept: &Kept, numbers: &[i64], all: bool) -> anyhow::Result<ExitCode> {
    let now_ms = now_ms();
    if all {
        let mut due = 0_u64;
        for route in ROUTES {
            let told = [audit::retried(&json!({ "route": route }), &operator())];
            due = due.saturating_add(queue::retry_all(&kept.store, route, now_ms, &told).await?);
        }
        print(&format!("{due} tried again within seconds\n"))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut found = true;
    for number in numbers {
        let told = [audit::retried(&json!({ "delivery": number }), &operator())];
        let waits = queue::retry(&kept.store, *number, now_ms, &told).await?;
        let said = if waits { "tried again within seconds" } else { "does not wait" };
        print(&format!("{number}: {said}\n"))?;
        found &= waits;
    }
    Ok(if found { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn list(kept: &Kept) -> anyhow::Result<String> {
    let mut rows = Vec::new();
    for route in ROUTES {
        let under_way = queue::under_way(&kept.store, route, ROWS_LISTED).await?;
        let queued = queue::queued(&kept.store, route, ROWS_LISTED).await?;
        let under_way = under_way.into_iter().map(|it| (it, true));
        for (row, is_under_way) in under_way.chain(queued.into_iter().map(|it| (it, false))) {
            let when = match is_under_way {
                true => "under way".to_owned(),
                false => date::minute(row.due_at_ms, "UTC"),
            };
            // One that cannot be opened is listed all the same: it has a number.
            let opened = Opened::of(kept, &row).unwrap_or_else(|error| Opened {
                sender: format!("cannot be opened: {error:#}"),
                ..Opened::default()
            });
            rows.push([
                row.id.to_string(),
                route.to_owned(),
                what(row.kind).to_owned(),
                opened.sender,
                opened.recipient,
                row.attempts.to_string(),
                when,
                opened.status,
            ]);
        }
    }
    rows.extend(examining(kept).await?);
    if rows.is_empty() {
        return Ok("Nothing waits for a next hop.\n".to_owned());
    }
    let heads = ["NUMBER", "ROUTE", "WHAT", "FROM", "TO", "TRIED", "NEXT", "LAST ANSWER"];
    Ok(table(heads, rows))
}

/// What was accepted and is not decided yet: it has no number, for its deliveries are not known.
async fn examining(kept: &Kept) -> anyhow::Result<Vec<[String; 8]>> {
    let messages = queue::examining(&kept.store, i64::MAX, ROWS_LISTED).await?;
    let row = |message: Message| {
        let (sender, to) = undecided(kept, &message)
            .unwrap_or_else(|error| (format!("cannot be opened: {error:#}"), String::new()));
        let due_at_ms = message.due_at_ms.unwrap_or_default();
        let next =
            if due_at_ms <= now_ms() { "now".to_owned() } else { date::minute(due_at_ms, "UTC") };
        [
            "-".to_owned(),
            "-".to_owned(),
            what(message.kind).to_owned(),
            sender,
            to,
            message.attempts.to_string(),
            next,
            "examining".to_owned(),
        ]
    };
    Ok(messages.into_iter().map(row).collect())
}

/// Who sent a message, and the first of those whom it is for.
fn undecided(kept: &Kept, message: &Message) -> anyhow::Result<(String, String)> {
    let wrapped = message.wrapped_key.as_ref().context("the message is gone")?;
    let thing = thing(&message.id);
    let key = kept.master.unwrap(wrapped, &thing)?;
    let plain = key.open_field(&thing, "envelope", &message.envelope)?;
    let Envelope { sender, recipients } =
        serde_json::from_slice::<StoredEnvelope>(&plain)?.envelope;
    let more = match recipients.len() {
        0 | 1 => String::new(),
        count => format!(" and {} more", count.saturating_sub(1)),
    };
    let first = recipients.into_iter().next().unwrap_or_default();
    Ok((sender.unwrap_or_else(|| "<>".to_owned()), format!("{first}{more}")))
}

/// What is sealed of a row.
#[derive(Default)]
struct Opened {
    sender: String,
    recipient: String,
    status: String,
}

impl Opened {
    fn of(kept: &Kept, row: &QueuedDelivery) -> anyhow::Result<Self> {
        let wrapped = row.wrapped_key.as_ref().context("the message is gone")?;
        let thing = thing(&row.message_id);
        let key = kept.master.unwrap(wrapped, &thing)?;
        let text = |field: &str, sealed: &[u8]| -> anyhow::Result<String> {
            Ok(String::from_utf8(key.open_field(&thing, field, sealed)?.to_vec())?)
        };
        let envelope: StoredEnvelope = serde_json::from_str(&text("envelope", &row.envelope)?)?;
        let status = row.last_status.as_ref().map(|it| text("status", it)).transpose()?;
        Ok(Self {
            sender: envelope.envelope.sender.unwrap_or_else(|| "<>".to_owned()),
            recipient: text("recipient", &row.recipient)?,
            status: status.unwrap_or_default(),
        })
    }
}

fn what(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::Answer => "answer",
        MessageKind::Bounce => "bounce",
        MessageKind::Confirmation => "confirmation",
        MessageKind::Mail => "mail",
        MessageKind::Notice => "notice",
        MessageKind::Receipt => "receipt",
    }
}
