//! Orders about deliveries that wait: given here, carried out by the appliance that runs.

use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use anyhow::Context;
use store::{
    message,
    order::{self, NewOrder, OrderOutcome, OrderWhat},
    queue::{self, WaitingDelivery},
};

use super::kept::Kept;
use crate::{
    audit,
    role::{now_ms, spool::REASON, thing},
};

/// Orders about one delivery that are looked at.
const ORDERS_MAX: u32 = 200;
/// How long is waited for what comes of orders. Examining it again is part of that.
const PATIENCE: Duration = Duration::from_secs(60);
/// Between two looks.
const LOOK_WAIT: Duration = Duration::from_millis(200);

/// The exit code of orders that are written down and not carried out yet. 2 is of wrong arguments.
const WRITTEN_DOWN_CODE: u8 = 3;

/// The longest reason, octets: it is a line in a mail.
pub(super) const REASON_OCTETS_MAX: usize = 500;

/// What came of an order, in words, and whether it is what was wanted.
#[derive(Debug)]
struct Told {
    /// In words, without a line end.
    text: &'static str,
    /// Whether it is what was wanted.
    is_done: bool,
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

/// An order that was given.
#[derive(Clone, Copy, Debug)]
pub(super) struct Given {
    /// The delivery.
    pub(super) delivery: i64,
    number: i64,
}

/// Orders that a held delivery goes, for one of those who hold it.
///
/// # Errors
///
/// The store cannot be written, or the delivery is being returned.
pub(super) async fn release(
    kept: &Kept,
    delivery: &WaitingDelivery,
    releases_for: &str,
    unexamined: bool,
) -> anyhow::Result<Given> {
    let order = order(delivery, OrderWhat::Release, releases_for, None, unexamined);
    give(kept, &delivery.message_id, &order).await
}

/// Orders that a delivery that waits is thrown away, and nobody is told.
///
/// # Errors
///
/// The store cannot be written, or the delivery is being let go.
pub(super) async fn discard(kept: &Kept, delivery: &WaitingDelivery) -> anyhow::Result<Given> {
    give(kept, &delivery.message_id, &order(delivery, OrderWhat::Discard, "", None, false)).await
}

/// Orders that a delivery that waits is given up; its sender reads `reason`.
///
/// # Errors
///
/// The store cannot be written, or the delivery is being let go.
pub(super) async fn give_back(
    kept: &Kept,
    delivery: &WaitingDelivery,
    reason: Option<&str>,
) -> anyhow::Result<Given> {
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
    let order = order(delivery, OrderWhat::Return, "", sealed.as_deref(), false);
    give(kept, &delivery.message_id, &order).await
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

async fn give(kept: &Kept, message: &str, order: &NewOrder<'_>) -> anyhow::Result<Given> {
    let delivery = order.delivery_id;
    let before = order::of_delivery(&kept.store, delivery, ORDERS_MAX).await?;
    let contrary = before.iter().find(|it| it.outcome.is_none() && it.what != order.what);
    if let Some(contrary) = contrary {
        let what = match contrary.what {
            OrderWhat::Discard => "thrown away",
            OrderWhat::Release => "let go",
            OrderWhat::Return => "given up",
        };
        anyhow::bail!("{delivery} is to be {what} already, by an order of {}", contrary.ordered_by);
    }
    let operator = operator();
    let order = NewOrder { ordered_by: &operator, ..order.clone() };
    let recorded = [audit::ordered(message, &order)];
    Ok(Given { delivery, number: order::give(&kept.store, &order, &recorded).await? })
}

/// What came of all orders together.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Came {
    /// All came to what was wanted.
    Done,
    /// Some did not.
    Otherwise,
    /// None came to anything else, but some are only written down.
    WrittenDown,
}

impl From<Came> for ExitCode {
    fn from(came: Came) -> Self {
        match came {
            Came::Done => Self::SUCCESS,
            Came::Otherwise => Self::FAILURE,
            Came::WrittenDown => Self::from(WRITTEN_DOWN_CODE),
        }
    }
}

/// What comes of orders, each told through `tell` as it is known.
///
/// # Errors
///
/// The store cannot be read.
pub(super) async fn follow(
    kept: &Kept,
    given: Vec<Given>,
    mut tell: impl FnMut(i64, &str) -> anyhow::Result<()>,
) -> anyhow::Result<Came> {
    let mut open = given;
    let mut is_done = true;
    let began = Instant::now();
    loop {
        let mut still = Vec::new();
        for given in open {
            let found = order::find(&kept.store, given.number).await?;
            match found.and_then(|it| it.outcome) {
                Some(outcome) => {
                    let told = told(outcome);
                    tell(given.delivery, told.text)?;
                    is_done &= told.is_done;
                }
                None => still.push(given),
            }
        }
        open = still;
        let why = match (open.is_empty(), kept.is_running()?) {
            (true, _) => return Ok(if is_done { Came::Done } else { Came::Otherwise }),
            (false, false) => WAITS_FOR_START,
            (false, true) if PATIENCE < began.elapsed() => WAITS_FOR_TURN,
            (false, true) => {
                tokio::time::sleep(LOOK_WAIT).await;
                continue;
            }
        };
        for given in &open {
            tell(given.delivery, why)?;
        }
        return Ok(if is_done { Came::WrittenDown } else { Came::Otherwise });
    }
}

/// What is said of an order that nobody carries out now.
const WAITS_FOR_START: &str =
    "written down; the gateway does not run, and does it when it is started";
/// What is said of one that takes long.
const WAITS_FOR_TURN: &str = "written down, and not done yet: an attempt is under way, or no \
    examiner is free; it is done as soon as that is over";

fn told(outcome: OrderOutcome) -> Told {
    let (text, is_done) = match outcome {
        OrderOutcome::Kept => ("kept in the portal, and its recipient was told", true),
        OrderOutcome::Late => ("somebody else was faster: it does not wait any more", false),
        OrderOutcome::Released => ("released", true),
        OrderOutcome::Returned => ("given up, and its sender is told", true),
        OrderOutcome::Untold => ("given up; there is nobody who wants to be told, or may be", true),
        OrderOutcome::Unreadable => (
            "it cannot be opened or examined, so it waits on; `--unexamined` lets go what can be opened",
            false,
        ),
        OrderOutcome::Waiting => ("counted; others have to let it go as well", true),
    };
    Told { text, is_done }
}

/// Who orders, as this machine calls them.
pub(super) fn operator() -> String {
    let named = ["SUDO_USER", "LOGNAME", "USER"].into_iter().find_map(|it| std::env::var(it).ok());
    let named = named.filter(|it| !it.is_empty());
    named.unwrap_or_else(|| format!("uid {}", rustix::process::getuid().as_raw()))
}
