//! Tells those who may let mail go that some waits for them: one mail now and then, about all that is
//! new since the last one.
//!
//! # Invariants
//!
//! - It says who waits and why, and nothing of what a message says.
//! - What is held is told at least once: what was told is noted after the mails are durable, so that
//!   only a crash between the two tells it twice.
//! - These mails are ours. No rule examines them, so none of them is held.

mod told;

use std::{collections::BTreeSet, path::Path, sync::Arc, time::Duration};

use anyhow::Context;
use serde::Deserialize;
use store::{
    message::{self, MessageKind},
    queue::{self, HeldDelivery},
};

use super::{
    Spool,
    letter::{Draft, house},
    plan::POSTMASTER,
    review::DAY_MS,
    sealed::{self, Sealing, StoredEnvelope},
};
use crate::{
    audit, notice,
    role::{now_ms, thing},
};
use told::Sent;
pub(crate) use told::{TOLD, Told};

/// How often is looked.
const TURN_WAIT: Duration = Duration::from_secs(5);
/// Rows read at once.
const PAGE_ROWS: u32 = 100;
/// Deliveries that one mail is about; the rest comes with the next.
const TOLD_MAX: usize = 1_000;
/// Messages that are listed one by one.
const LISTED_MAX: usize = 50;
/// What stands in place of a sender that cannot be read.
const UNREADABLE: &str = "cannot be opened";
/// What held a message that nobody could examine.
const UNDECIDED: &str = "nothing: it could not be examined";

/// Tells, for ever; nobody is told where nobody is named.
pub(super) async fn work(spool: Arc<Spool>) {
    if spool.start.hold.tell.is_empty() {
        return;
    }
    let path = spool.start.folders.store.join(TOLD);
    let mut told = Told::read(&path);
    loop {
        if !spool.lead.is_ours() {
            tokio::time::sleep(TURN_WAIT).await;
            continue;
        }
        if let Err(error) = turn(&spool, &mut told, &path).await {
            tracing::error!(event = "hold.not-told", "{error:#}");
        }
        tokio::time::sleep(TURN_WAIT).await;
    }
}

async fn turn(spool: &Spool, told: &mut Told, path: &Path) -> anyhow::Result<()> {
    let at_ms = now_ms();
    let every_ms = i64::try_from(spool.start.hold.tell_every_ms)?;
    // A clock that was set back keeps nobody waiting.
    if (told.at_ms..told.at_ms.saturating_add(every_ms)).contains(&at_ms) {
        return Ok(());
    }
    let held = newly_held(spool, told.upto).await?;
    let Some(upto) = held.last().map(|it| it.id) else { return Ok(()) };
    let deliveries = held.len();
    let mut waiting = Vec::new();
    let groups = by_message(held);
    for group in groups.iter().take(LISTED_MAX) {
        waiting.push(listed(spool, group).await);
    }
    let organisation = spool.organisation()?;
    let said = notice::Waiting { listed: &waiting, messages: groups.len() };
    let letter = notice::waiting(&house(&organisation), &said);
    let (mut commits, mut sent) = (Vec::new(), Vec::new());
    for to in &spool.start.hold.tell {
        let draft = Draft {
            kind: MessageKind::Confirmation,
            to: to.clone(),
            letter: letter.clone(),
            report_to: None,
            about: None,
        };
        // One that cannot be written to keeps up no other.
        let written = spool.write(draft, at_ms).await.inspect_err(|error| {
            tracing::error!(event = "hold.not-told", "{error:#}");
        });
        let written = written.ok();
        sent.push(Sent {
            to: to.clone(),
            message: written.as_ref().map(|it| it.message.id.clone()),
        });
        commits.extend(written);
    }
    let first = commits.first_mut().context("nobody can be written to")?;
    first.audit.push(audit::hold_told(deliveries, upto));
    let people = commits.len();
    queue::commit_all(&spool.store, &commits).await?;
    tracing::info!(event = "hold.told", deliveries, people);
    spool.due.notify_waiters();
    *told = Told { upto, at_ms, sent };
    told.write(path).context("what was told cannot be noted")
}

/// What is held and was not told, the oldest first.
async fn newly_held(spool: &Spool, upto: i64) -> anyhow::Result<Vec<HeldDelivery>> {
    let mut held: Vec<HeldDelivery> = Vec::new();
    let mut after = upto;
    while held.len() < TOLD_MAX {
        let page = queue::held(&spool.store, after, PAGE_ROWS).await?;
        let Some(last) = page.last() else { break };
        after = last.id;
        held.extend(page);
    }
    Ok(held)
}

/// Deliveries of one message.
#[derive(Debug)]
struct Group {
    message: String,
    numbers: Vec<i64>,
    holders: BTreeSet<String>,
    received_at_ms: i64,
}

/// Deliveries of a message stand next to one another.
fn by_message(held: Vec<HeldDelivery>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for delivery in held {
        let holders = delivery.hold_for.as_deref().unwrap_or(POSTMASTER);
        let holders = holders.split(',').map(|it| holder(it).to_owned());
        match groups.last_mut() {
            Some(group) if group.message == delivery.message_id => {
                group.numbers.push(delivery.id);
                group.holders.extend(holders);
            }
            Some(_) | None => groups.push(Group {
                message: delivery.message_id,
                numbers: vec![delivery.id],
                holders: holders.collect(),
                received_at_ms: delivery.received_at_ms,
            }),
        }
    }
    groups
}

fn holder(name: &str) -> &str {
    if name == POSTMASTER { "postmaster" } else { name }
}

async fn listed(spool: &Spool, group: &Group) -> notice::Waits {
    let (sender, held_by) = opened(spool, &group.message).await.unwrap_or_else(|error| {
        tracing::warn!(event = "hold.unreadable", id = group.message, "{error:#}");
        (UNREADABLE.to_owned(), Vec::new())
    });
    let life_ms = i64::from(spool.start.hold.days).saturating_mul(DAY_MS);
    notice::Waits {
        message: group.message.clone(),
        numbers: group.numbers.clone(),
        sender,
        holders: group.holders.iter().cloned().collect(),
        held_by,
        since_ms: group.received_at_ms,
        until_ms: group.received_at_ms.saturating_add(life_ms),
    }
}

/// The part of a decision that says what holds a message.
#[derive(Deserialize)]
struct Record {
    recipients: Vec<Decided>,
}

#[derive(Deserialize)]
struct Decided {
    disposition: String,
    decided_by: Vec<String>,
}

/// The sender of a message, and the policies that hold it.
async fn opened(spool: &Spool, id: &str) -> anyhow::Result<(String, Vec<String>)> {
    let found = message::find(&spool.store, id).await?.context("the message is gone")?;
    let wrapped = found.wrapped_key.as_ref().context("the message is gone")?;
    let key = spool.keys.unwrap(wrapped, thing(id)).await?;
    let sealing = Sealing::new(id, key);
    let stored: StoredEnvelope = sealing.open(sealed::ENVELOPE, &found.envelope)?;
    let sender = stored.envelope.sender.unwrap_or_else(|| "<>".to_owned());
    let held_by = match &found.decision {
        None => vec![UNDECIDED.to_owned()],
        Some(decision) => {
            let record: Record = sealing.open(sealed::DECISION, decision)?;
            let held = record.recipients.into_iter().filter(|it| it.disposition == "hold");
            let names: BTreeSet<String> = held.flat_map(|it| it.decided_by).collect();
            names.into_iter().collect()
        }
    };
    Ok((sender, held_by))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(id: i64, message: &str, hold_for: Option<&str>) -> HeldDelivery {
        HeldDelivery {
            id,
            message_id: message.to_owned(),
            recipient: Vec::new(),
            hold_for: hold_for.map(str::to_owned),
            received_at_ms: id,
        }
    }

    #[test]
    fn a_message_is_told_once_with_all_who_hold_it() {
        let rows = [
            held(3, "a", Some("board")),
            held(4, "a", Some("board,legal")),
            held(9, "b", Some("")),
        ];
        let groups = by_message(rows.into());
        let told: Vec<(&str, &[i64], Vec<&str>)> = groups
            .iter()
            .map(|it| {
                let holders = it.holders.iter().map(String::as_str).collect();
                (it.message.as_str(), it.numbers.as_slice(), holders)
            })
            .collect();
        let first: (&str, &[i64], Vec<&str>) = ("a", &[3, 4], vec!["board", "legal"]);
        assert_eq!(told, [first, ("b", &[9], vec!["postmaster"])]);
    }
}
