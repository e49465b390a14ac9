//! Orders about deliveries that wait: given here, carried out by the appliance that runs.

use std::time::{Duration, Instant};

use anyhow::Context;
use store::{
    message,
    order::{self, NewOrder, OrderOutcome, OrderWhat},
    queue::{self, WaitingDelivery},
};

use super::kept::Kept;
use crate::role::{now_ms, spool::REASON, thing};

/// How long is waited for what comes of an order. Examining it again is part of that.
const PATIENCE: Duration = Duration::from_secs(60);
/// Between two looks.
const LOOK_WAIT: Duration = Duration::from_millis(200);

/// The longest reason, octets: it is a line in a mail.
pub(super) const REASON_OCTETS_MAX: usize = 500;

/// What came of an order, in words, and whether it is what was wanted.
#[derive(Debug)]
pub(super) struct Told {
    /// In words, without a line end.
    pub(super) text: String,
    /// Whether it is what was wanted, or will be.
    pub(super) is_done: bool,
}

/// A delivery that waits.
///
/// # Errors
///
/// There is none with this number.
pub(super) async fn waiting(kept: &Kept, id: i64) -> anyhow::Result<WaitingDelivery> {
    let found = queue::waiting(&kept.store, id).await?;
    found.with_context(|| format!("nothing with the number {id} waits"))
}

/// Lets a held delivery go, for one of those who hold it.
///
/// # Errors
///
/// The store cannot be written.
pub(super) async fn release(
    kept: &Kept,
    delivery: &WaitingDelivery,
    releases_for: &str,
    unexamined: bool,
) -> anyhow::Result<Told> {
    let order = order(delivery, OrderWhat::Release, releases_for, None, unexamined);
    give(kept, &order).await
}

/// Returns a delivery that waits to its sender, who reads `reason`.
///
/// # Errors
///
/// The store cannot be written.
pub(super) async fn give_back(
    kept: &Kept,
    delivery: &WaitingDelivery,
    reason: Option<&str>,
) -> anyhow::Result<Told> {
    let sealed = match reason {
        None => None,
        Some(reason) => {
            let message = message::find(&kept.store, &delivery.message_id).await?;
            let wrapped = message.and_then(|it| it.wrapped_key).context("the message is gone")?;
            let thing = thing(&delivery.message_id);
            let key = kept.master.unwrap(&wrapped, &thing)?;
            Some(key.seal_field(&thing, REASON, reason.as_bytes()))
        }
    };
    give(kept, &order(delivery, OrderWhat::Return, "", sealed.as_deref(), false)).await
}

fn order<'a>(
    delivery: &WaitingDelivery,
    what: OrderWhat,
    releases_for: &'a str,
    reason: Option<&'a [u8]>,
    unexamined: bool,
) -> NewOrder<'a> {
    NewOrder {
        delivery_id: delivery.id,
        what,
        releases_for,
        ordered_by: "",
        reason,
        unexamined,
        at_ms: now_ms(),
    }
}

async fn give(kept: &Kept, order: &NewOrder<'_>) -> anyhow::Result<Told> {
    let operator = operator();
    let order = NewOrder { ordered_by: &operator, ..order.clone() };
    let number = order::give(&kept.store, &order).await?;
    let given = Instant::now();
    while given.elapsed() < PATIENCE {
        let found = order::find(&kept.store, number).await?;
        if let Some(outcome) = found.and_then(|it| it.outcome) {
            return Ok(told(outcome));
        }
        tokio::time::sleep(LOOK_WAIT).await;
    }
    let text = "the order is written down; it is carried out once `chancery run` runs here and an \
                examiner is free"
        .to_owned();
    Ok(Told { text, is_done: true })
}

fn told(outcome: OrderOutcome) -> Told {
    let (text, is_done) = match outcome {
        OrderOutcome::Kept => ("kept in the portal, and its recipient was told", true),
        OrderOutcome::Late => ("somebody else was faster: it does not wait any more", false),
        OrderOutcome::Released => ("released", true),
        OrderOutcome::Returned => ("returned to its sender", true),
        OrderOutcome::Unreadable => {
            ("it cannot be examined, so it waits on; `--unexamined` lets it go as it is", false)
        }
        OrderOutcome::Waiting => ("counted; others have to let it go as well", true),
    };
    Told { text: text.to_owned(), is_done }
}

/// Who orders, as this machine calls them.
fn operator() -> String {
    let named = ["SUDO_USER", "LOGNAME", "USER"].into_iter().find_map(|it| std::env::var(it).ok());
    let named = named.filter(|it| !it.is_empty());
    named.unwrap_or_else(|| format!("uid {}", rustix::process::getuid().as_raw()))
}
