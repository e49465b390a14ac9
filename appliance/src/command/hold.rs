//! `chancery hold`: what waits until somebody decides.

use std::{
    fs::{File, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context;
use clap::Subcommand;
use serde::Deserialize;
use store::{
    body, order as orders,
    queue::{self, DeliveryState, HeldDelivery, WaitingDelivery},
};

use super::{
    ConfigFile,
    kept::{Kept, KeptMessage},
    order::{self, REASON_OCTETS_MAX},
    print::{harmless, print, table},
};
use crate::{config::Config, notice::date, role::spool::open_into_memory};

/// Rows read at once.
const PAGE_ROWS: u32 = 200;
/// Rows listed where not all are wanted.
const ROWS_LISTED: u32 = 200;
/// Orders shown of one delivery.
const ORDERS_SHOWN: u32 = 50;
/// What the postmaster is called who holds what no rule names somebody for.
const POSTMASTER: &str = "postmaster";

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List what is held, the oldest first
    List {
        /// All of it, however much it is
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        file: ConfigFile,
    },
    /// Show one of them: who, what, and why it is held
    Show {
        /// Its number, as `list` has it
        number: i64,
        #[command(flatten)]
        file: ConfigFile,
    },
    /// Let it go: it is examined once more, then delivered, or kept in the portal if a rule says so
    Release {
        /// Numbers, as `list` has them
        #[arg(required = true)]
        numbers: Vec<i64>,
        /// For which of those who hold it; needed where there are several
        #[arg(long = "for", value_name = "NAME")]
        releases_for: Option<String>,
        /// Let it go even if nobody can examine it
        #[arg(long)]
        unexamined: bool,
        #[command(flatten)]
        file: ConfigFile,
    },
    /// Write the message as it came, to look at: it may be harmful
    Export {
        /// Its number, as `list` has it
        number: i64,
        /// The file, which must not be there; standard output without it
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
        #[command(flatten)]
        file: ConfigFile,
    },
    /// Throw it away: nobody is told
    Discard {
        /// Numbers, as `list` has them
        #[arg(required = true)]
        numbers: Vec<i64>,
        #[command(flatten)]
        file: ConfigFile,
    },
    /// Return it: its sender is told that it was not delivered
    #[command(visible_alias = "reject")]
    Return {
        /// Numbers, as `list` has them
        #[arg(required = true)]
        numbers: Vec<i64>,
        /// What the sender reads
        #[arg(long, value_name = "TEXT", value_parser = reason)]
        why: Option<String>,
        #[command(flatten)]
        file: ConfigFile,
    },
}

/// One that is held, opened.
#[derive(Debug)]
struct Held {
    number: i64,
    received_at_ms: i64,
    sender: String,
    recipient: String,
    subject: String,
    attachments: Vec<String>,
    octets: i64,
    held_for: Vec<String>,
    /// The decision as JSON; absent where there is none.
    decision: Option<String>,
}

#[derive(Deserialize)]
struct Head {
    subject: String,
    attachments: Vec<String>,
}

#[derive(Deserialize)]
struct StoredEnvelope {
    envelope: Envelope,
}

#[derive(Deserialize)]
struct Envelope {
    sender: Option<String>,
}

#[derive(Deserialize)]
struct Decision {
    recipients: Vec<Decided>,
    examinations: Vec<Examination>,
}

#[derive(Deserialize)]
struct Decided {
    recipient: String,
    trace: Vec<Line>,
}

#[derive(Deserialize)]
struct Line {
    subject: String,
    kind: String,
    fate: String,
    detail: Option<String>,
    place: Option<String>,
}

#[derive(Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "as the record has it")]
struct Examination {
    name: String,
    score: u32,
    activates_at: u32,
    activated: bool,
    unreadable: bool,
    ambiguous: bool,
    over_limit: bool,
}

/// Does what was asked.
///
/// # Errors
///
/// The store or the keys cannot be read, or a number is wrong.
pub(super) async fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::List { all, file } => {
            let kept = Kept::open(&Config::load(&file.config)?).await?;
            print(&list(&kept, if all { u32::MAX } else { ROWS_LISTED }).await?)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Show { number, file } => {
            let kept = Kept::open(&Config::load(&file.config)?).await?;
            let waiting = queue::waiting(&kept.store, number).await?;
            let waiting = waiting.filter(|it| it.state == DeliveryState::Held);
            let waiting = waiting.with_context(|| none_with(number))?;
            let message = kept.message(&waiting.message_id).await?;
            let recipient = message.text("recipient", &waiting.recipient)?;
            let held = held(&message, number, recipient, waiting.hold_for.as_deref())?;
            print(&show(&kept, &held).await?)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Release { numbers, releases_for, unexamined, file } => {
            let kept = Kept::open(&Config::load(&file.config)?).await?;
            let mut chosen_of = Vec::new();
            for number in numbers {
                let delivery = order::waiting(&kept, number).await.context(none_with(number))?;
                let holders = holders(delivery.hold_for.as_deref());
                let chosen = chosen(number, &holders, releases_for.as_deref())?;
                chosen_of.push((delivery, chosen));
            }
            let mut given = Vec::new();
            for (delivery, chosen) in chosen_of {
                given.push(order::release(&kept, &delivery, &chosen, unexamined).await?);
            }
            follow(&kept, given).await
        }
        Command::Export { number, to, file } => {
            let kept = Kept::open(&Config::load(&file.config)?).await?;
            let delivery = order::waiting(&kept, number).await?;
            export(&kept, &delivery.message_id, to.as_deref()).await
        }
        Command::Discard { numbers, file } => {
            let kept = Kept::open(&Config::load(&file.config)?).await?;
            let mut given = Vec::new();
            for delivery in all_waiting(&kept, &numbers).await? {
                given.push(order::discard(&kept, &delivery).await?);
            }
            follow(&kept, given).await
        }
        Command::Return { numbers, why, file } => {
            let kept = Kept::open(&Config::load(&file.config)?).await?;
            give_back(&kept, &numbers, why.as_deref()).await
        }
    }
}

/// Returns deliveries to their senders.
///
/// # Errors
///
/// A number is wrong, or the store cannot be written.
pub(super) async fn give_back(
    kept: &Kept,
    numbers: &[i64],
    why: Option<&str>,
) -> anyhow::Result<ExitCode> {
    let mut given = Vec::new();
    for delivery in all_waiting(kept, numbers).await? {
        given.push(order::give_back(kept, &delivery, why).await?);
    }
    follow(kept, given).await
}

/// All of them, or an error before anything is ordered of any.
async fn all_waiting(kept: &Kept, numbers: &[i64]) -> anyhow::Result<Vec<WaitingDelivery>> {
    let mut deliveries = Vec::new();
    for number in numbers {
        deliveries.push(order::waiting(kept, *number).await?);
    }
    Ok(deliveries)
}

/// Writes a message as it came.
async fn export(kept: &Kept, message_id: &str, to: Option<&Path>) -> anyhow::Result<ExitCode> {
    let message = kept.message(message_id).await?;
    let sealed = body::find(&kept.store, &kept.bodies, message_id).await?;
    let clear = open_into_memory(sealed.into_reader(), message.opener())?;
    let mut clear = File::from(clear);
    match to {
        None => io::copy(&mut clear, &mut io::stdout().lock())?,
        Some(path) => {
            let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
            let mut file = made.with_context(|| format!("cannot make `{}`", path.display()))?;
            io::copy(&mut clear, &mut file)?
        }
    };
    Ok(ExitCode::SUCCESS)
}

async fn follow(kept: &Kept, given: Vec<order::Given>) -> anyhow::Result<ExitCode> {
    let tell = |number: i64, text: &str| print(&format!("{number}: {text}\n"));
    Ok(order::follow(kept, given, tell).await?.into())
}

/// One line that a sender may read.
pub(super) fn reason(text: &str) -> Result<String, String> {
    if text.chars().any(char::is_control) {
        return Err("write it on one line".to_owned());
    }
    if REASON_OCTETS_MAX < text.len() {
        return Err(format!("write at most {REASON_OCTETS_MAX} octets"));
    }
    Ok(text.to_owned())
}

fn none_with(number: i64) -> String {
    format!("nothing with the number {number} is held; `chancery hold list` shows what is")
}

/// Those who hold a delivery, as the store names them.
fn holders(hold_for: Option<&str>) -> Vec<String> {
    hold_for.unwrap_or_default().split(',').map(str::to_owned).collect()
}

/// For whom it is let go, as the store names them.
fn chosen(number: i64, holders: &[String], named: Option<&str>) -> anyhow::Result<String> {
    match (named, holders) {
        (None, [only]) => Ok(only.clone()),
        (None, _) => {
            let names: Vec<String> =
                holders.iter().map(|it| format!("--for {}", shown(it))).collect();
            anyhow::bail!(
                "{number} is held for several, each of which must let it go; add {}",
                names.join(" or ")
            )
        }
        (Some(named), _) => {
            let found = holders.iter().find(|it| shown(it) == named);
            let names: Vec<&str> = holders.iter().map(|it| shown(it)).collect();
            found.cloned().with_context(|| {
                format!("{number} is held for {}, not for {named}", names.join(", "))
            })
        }
    }
}

fn shown(holder: &str) -> &str {
    if holder.is_empty() { POSTMASTER } else { holder }
}

/// What there is to say of a held delivery.
fn held(
    message: &KeptMessage,
    number: i64,
    recipient: String,
    hold_for: Option<&str>,
) -> anyhow::Result<Held> {
    let row = &message.row;
    let head: Head = serde_json::from_str(&message.text("head", &row.head)?)?;
    let envelope: StoredEnvelope = serde_json::from_str(&message.text("envelope", &row.envelope)?)?;
    let decision = row.decision.as_ref().map(|it| message.text("decision", it)).transpose()?;
    Ok(Held {
        number,
        received_at_ms: row.received_at_ms,
        sender: envelope.envelope.sender.unwrap_or_else(|| "<>".to_owned()),
        recipient,
        subject: head.subject,
        attachments: head.attachments,
        octets: row.size_octets,
        held_for: holders(hold_for),
        decision,
    })
}

fn waits_for(held: &Held) -> String {
    let names: Vec<&str> = held.held_for.iter().map(|it| shown(it)).collect();
    names.join(", ")
}

/// The oldest of what is held, at most so many rows.
async fn list(kept: &Kept, rows_max: u32) -> anyhow::Result<String> {
    let rows_max = usize::try_from(rows_max).unwrap_or(usize::MAX);
    let mut rows = Vec::new();
    let mut listing = Listing::default();
    let mut after = 0;
    let more = loop {
        let page = queue::held(&kept.store, after, PAGE_ROWS).await?;
        if page.is_empty() || rows_max <= rows.len() {
            break !page.is_empty();
        }
        let room = rows_max.saturating_sub(rows.len());
        for delivery in page.into_iter().take(room) {
            rows.push(listing.row(kept, &delivery).await);
            after = delivery.id;
        }
    };
    if rows.is_empty() {
        return Ok("Nothing is held.\n".to_owned());
    }
    let mut text = table(["NUMBER", "SINCE", "FROM", "TO", "SUBJECT", "WAITS FOR"], rows);
    if more {
        text.push_str("There is more; these are the oldest. `--all` lists everything.\n");
    }
    Ok(text)
}

/// The message that was looked at last: the deliveries of one stand together.
#[derive(Default)]
struct Listing {
    last: Option<(String, Listed)>,
}

struct Listed {
    message: KeptMessage,
    sender: String,
    subject: String,
}

impl Listing {
    /// A row of the list. One that cannot be opened is listed all the same: it has a number.
    async fn row(&mut self, kept: &Kept, delivery: &HeldDelivery) -> [String; 6] {
        let number = delivery.id.to_string();
        let since = date::minute(delivery.received_at_ms, "UTC");
        let waits_for = holders(delivery.hold_for.as_deref());
        let waits_for: Vec<&str> = waits_for.iter().map(|it| shown(it)).collect();
        let waits_for = waits_for.join(", ");
        match self.open(kept, delivery).await {
            Ok((sender, recipient, subject)) => {
                [number, since, sender, recipient, subject, waits_for]
            }
            Err(error) => {
                let why = format!("cannot be opened: {error:#}");
                [number, since, why, String::new(), String::new(), waits_for]
            }
        }
    }

    async fn open(
        &mut self,
        kept: &Kept,
        delivery: &HeldDelivery,
    ) -> anyhow::Result<(String, String, String)> {
        if self.last.as_ref().is_none_or(|it| it.0 != delivery.message_id) {
            self.last = None;
            let message = kept.message(&delivery.message_id).await?;
            let Held { sender, subject, .. } = held(&message, 0, String::new(), None)?;
            self.last = Some((delivery.message_id.clone(), Listed { message, sender, subject }));
        }
        let (_, listed) = self.last.as_ref().context("the message is gone")?;
        let recipient = listed.message.text("recipient", &delivery.recipient)?;
        Ok((listed.sender.clone(), recipient, listed.subject.clone()))
    }
}

async fn show(kept: &Kept, held: &Held) -> anyhow::Result<String> {
    let mut lines = vec![
        format!("number       {}", held.number),
        format!("since        {}", date::minute(held.received_at_ms, "UTC")),
        format!("from         {}", held.sender),
        format!("to           {}", held.recipient),
        format!("subject      {}", held.subject),
        format!("octets       {}", held.octets),
    ];
    lines.extend(held.attachments.iter().map(|it| format!("attachment   {it}")));
    lines.push(format!("waits for    {}", waits_for(held)));
    match &held.decision {
        None => lines.push("why          it could not be examined".to_owned()),
        Some(decision) => lines.extend(reasons(held, decision)?),
    }
    for order in orders::of_delivery(&kept.store, held.number, ORDERS_SHOWN).await? {
        let outcome =
            order.outcome.map_or("open".to_owned(), |it| format!("{it:?}").to_lowercase());
        lines.push(format!(
            "order        {} by {}, {}: {outcome}",
            ordered(&order),
            order.ordered_by,
            date::minute(order.at_ms, "UTC"),
        ));
    }
    Ok(lines.iter().map(|it| format!("{}\n", harmless(it))).collect())
}

fn ordered(order: &orders::Order) -> String {
    match order.what {
        orders::OrderWhat::Discard => "discard".to_owned(),
        orders::OrderWhat::Release => format!("release for {}", shown(&order.releases_for)),
        orders::OrderWhat::Return => "return".to_owned(),
    }
}

/// Why, from the decision that was made when it came.
fn reasons(held: &Held, decision: &str) -> anyhow::Result<Vec<String>> {
    let decision: Decision = serde_json::from_str(decision)?;
    let mut lines = Vec::new();
    let about = decision.recipients.iter().filter(|it| it.recipient == held.recipient);
    for line in about.flat_map(|it| &it.trace).filter(|it| it.fate != "failed") {
        let place = line.place.as_ref().map(|it| format!(" ({it})")).unwrap_or_default();
        let with = match line.fate.as_str() {
            "ambiguous" => "with",
            "less protective" => "than",
            _ => "by",
        };
        let detail = line.detail.as_ref().map(|it| format!(" {with} {it}")).unwrap_or_default();
        let is_named = line.kind != line.subject;
        let name = if is_named { format!(" {}", line.subject) } else { String::new() };
        lines.push(format!("why          {}{name}: {}{detail}{place}", line.kind, line.fate));
    }
    for it in decision.examinations.iter().filter(|it| it.activated) {
        let marks = [
            (it.unreadable, "unreadable"),
            (it.ambiguous, "ambiguous"),
            (it.over_limit, "over limit"),
        ];
        let marks: Vec<&str> = marks.iter().filter(|it| it.0).map(|it| it.1).collect();
        let marks =
            if marks.is_empty() { String::new() } else { format!(", {}", marks.join(", ")) };
        lines.push(format!("found        {}: {} of {}{marks}", it.name, it.score, it.activates_at));
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_lets_it_go_is_named_where_several_hold_it() {
        let one = holders(Some("board"));
        let both = holders(Some("board,legal"));
        let nobody = holders(Some(""));
        assert_eq!(chosen(7, &one, None).unwrap(), "board");
        assert_eq!(chosen(7, &both, Some("legal")).unwrap(), "legal");
        assert_eq!(chosen(7, &nobody, None).unwrap(), "");
        assert_eq!(chosen(7, &nobody, Some("postmaster")).unwrap(), "");
        let said = chosen(7, &both, None).unwrap_err().to_string();
        assert!(said.contains("add --for board or --for legal"), "{said}");
        let said = chosen(7, &one, Some("legal")).unwrap_err().to_string();
        assert_eq!(said, "7 is held for board, not for legal");
    }
}
