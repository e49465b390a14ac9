//! `chancery hold`: what waits until somebody decides.

use std::process::ExitCode;

use anyhow::Context;
use clap::Subcommand;
use serde::Deserialize;
use store::{order as orders, queue};

use super::{
    ConfigFile,
    kept::Kept,
    order::{self, REASON_OCTETS_MAX},
    print::{harmless, print, table},
};
use crate::{config::Config, notice::date, role::thing};

/// Rows read at once.
const PAGE_ROWS: u32 = 200;
/// Orders shown of one delivery.
const ORDERS_SHOWN: u32 = 50;
/// What the postmaster is called who holds what no rule names somebody for.
const POSTMASTER: &str = "postmaster";

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List what is held, the oldest first
    List {
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
        Command::List { file } => {
            let config = Config::load(&file.config)?;
            print(&list(&all(&Kept::open(&config).await?).await?))?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Show { number, file } => {
            let kept = Kept::open(&Config::load(&file.config)?).await?;
            let held = all(&kept).await?.into_iter().find(|it| it.number == number);
            let held = held.with_context(|| none_with(number))?;
            print(&show(&kept, &held).await?)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Release { numbers, releases_for, unexamined, file } => {
            let kept = Kept::open(&Config::load(&file.config)?).await?;
            let mut is_done = true;
            for number in numbers {
                let delivery = order::waiting(&kept, number).await.context(none_with(number))?;
                let holders = holders(delivery.hold_for.as_deref());
                let chosen = chosen(number, &holders, releases_for.as_deref())?;
                let told = order::release(&kept, &delivery, &chosen, unexamined).await?;
                print(&format!("{number}: {}\n", told.text))?;
                is_done &= told.is_done;
            }
            Ok(if is_done { ExitCode::SUCCESS } else { ExitCode::FAILURE })
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
    let mut is_done = true;
    for number in numbers {
        let delivery = order::waiting(kept, *number).await?;
        let told = order::give_back(kept, &delivery, why).await?;
        print(&format!("{number}: {}\n", told.text))?;
        is_done &= told.is_done;
    }
    Ok(if is_done { ExitCode::SUCCESS } else { ExitCode::FAILURE })
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

async fn all(kept: &Kept) -> anyhow::Result<Vec<Held>> {
    let mut all = Vec::new();
    let mut after = 0;
    loop {
        let rows = queue::held(&kept.store, after, PAGE_ROWS).await?;
        let Some(last) = rows.last() else { return Ok(all) };
        after = last.id;
        for row in rows {
            let Some(wrapped) = &row.wrapped_key else { continue };
            let thing = thing(&row.message_id);
            let key = kept.master.unwrap(wrapped, &thing)?;
            let text = |field: &str, sealed: &[u8]| -> anyhow::Result<String> {
                Ok(String::from_utf8(key.open_field(&thing, field, sealed)?.to_vec())?)
            };
            let head: Head = serde_json::from_str(&text("head", &row.head)?)?;
            let envelope: StoredEnvelope = serde_json::from_str(&text("envelope", &row.envelope)?)?;
            all.push(Held {
                number: row.id,
                received_at_ms: row.received_at_ms,
                sender: envelope.envelope.sender.unwrap_or_else(|| "<>".to_owned()),
                recipient: text("recipient", &row.recipient)?,
                subject: head.subject,
                attachments: head.attachments,
                octets: row.size_octets,
                held_for: holders(row.hold_for.as_deref()),
                decision: row.decision.map(|it| text("decision", &it)).transpose()?,
            });
        }
    }
}

fn waits_for(held: &Held) -> String {
    let names: Vec<&str> = held.held_for.iter().map(|it| shown(it)).collect();
    names.join(", ")
}

fn list(all: &[Held]) -> String {
    if all.is_empty() {
        return "Nothing is held.\n".to_owned();
    }
    let rows = all.iter().map(|it| {
        [
            it.number.to_string(),
            date::minute(it.received_at_ms, "UTC"),
            it.sender.clone(),
            it.recipient.clone(),
            it.subject.clone(),
            waits_for(it),
        ]
    });
    table(["NUMBER", "SINCE", "FROM", "TO", "SUBJECT", "WAITS FOR"], rows)
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
            "order        {:?} for {} by {}, {}: {outcome}",
            order.what,
            shown(&order.releases_for),
            order.ordered_by,
            date::minute(order.at_ms, "UTC"),
        ));
    }
    Ok(lines.iter().map(|it| format!("{}\n", harmless(it))).collect())
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
