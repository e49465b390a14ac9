//! Whose turn it is: orders are worked on side by side, those about one message one after the
//! other, so that a message that stalls its examiner holds up no order about another.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use store::order::{self, OpenOrder, Order, OrderWhat};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

use super::super::Spool;

/// The longest time from an order to its turn, as far as there is a place.
const TURN_WAIT: Duration = Duration::from_secs(1);
/// The shortest time between turns, for orders that stay open are looked at in each.
const REST: Duration = Duration::from_millis(10);
/// Messages that are given back or thrown away at once. What is let go is examined first, so of
/// those there are as many at once as there are examiners.
const ENDED_AT_ONCE: usize = 8;
/// Orders read at once.
const PAGE_ROWS: u32 = 100;
/// Orders looked at in one turn, so that many that find no place keep nobody busy.
const TURN_ROWS: usize = 1_000;

/// What is worked on.
#[derive(Debug)]
struct Turns {
    /// Messages that somebody works on.
    busy: BTreeSet<String>,
    /// For those that are examined.
    examined: Arc<Semaphore>,
    /// For all others.
    ended: Arc<Semaphore>,
    /// Those that are done.
    done: Arc<Done>,
}

/// Messages that nobody works on any more.
#[derive(Debug, Default)]
struct Done {
    messages: Mutex<Vec<String>>,
    rung: Notify,
}

/// Work on one message; it is over when this is dropped, whatever ended it.
#[derive(Debug)]
struct Turn {
    message: String,
    done: Arc<Done>,
    place: Option<OwnedSemaphorePermit>,
}

impl Drop for Turn {
    fn drop(&mut self) {
        drop(self.place.take());
        let mut done = self.done.messages.lock().unwrap_or_else(PoisonError::into_inner);
        done.push(std::mem::take(&mut self.message));
        self.done.rung.notify_one();
    }
}

/// Carries out orders, for ever.
pub(in crate::role::spool) async fn work(spool: Arc<Spool>) {
    let mut turns = Turns {
        busy: BTreeSet::new(),
        examined: Arc::new(Semaphore::new(usize::from(spool.start.examiners.max(1)))),
        ended: Arc::new(Semaphore::new(ENDED_AT_ONCE)),
        done: Arc::default(),
    };
    loop {
        if !spool.lead.is_ours() {
            tokio::time::sleep(TURN_WAIT).await;
            continue;
        }
        let is_short = turns.turn(&spool).await.unwrap_or_else(|error| {
            tracing::error!(event = "orders.failed", "{error:#}");
            false
        });
        tokio::time::sleep(REST).await;
        // Where more waits than there are places, the next place that is free is taken at once.
        tokio::select! {
            () = turns.done.rung.notified(), if is_short => {}
            () = tokio::time::sleep(TURN_WAIT) => {}
        }
    }
}

impl Turns {
    /// Begins what there is a place for. Gives whether more waits.
    async fn turn(&mut self, spool: &Arc<Spool>) -> anyhow::Result<bool> {
        // Before the orders are read: what was done by then is not open in what is read.
        let done =
            std::mem::take(&mut *self.done.messages.lock().unwrap_or_else(PoisonError::into_inner));
        for message in done {
            self.busy.remove(&message);
        }
        let mut after = 0;
        let mut seen = 0_usize;
        let mut waiting = Waiting::default();
        while seen < TURN_ROWS {
            let orders = order::open(&spool.store, after, PAGE_ROWS).await?;
            let Some(last) = orders.last() else { break };
            after = last.order.id;
            seen = seen.saturating_add(orders.len());
            for order in orders.into_iter().filter(|it| !self.busy.contains(&it.message_id)) {
                waiting.add(order);
            }
        }
        let mut is_short = false;
        for (message, orders) in waiting.in_turn() {
            let Some(turn) = self.begin(message, &orders) else {
                is_short = true;
                continue;
            };
            let spool = Arc::clone(spool);
            tokio::spawn(async move {
                if let Err(error) = super::carry_out_all(&spool, &orders).await {
                    tracing::error!(event = "orders.failed", "{error:#}");
                }
                drop(turn);
            });
        }
        Ok(is_short)
    }

    /// A place for what is ordered of a message; none while there is none.
    fn begin(&mut self, message: String, orders: &[Order]) -> Option<Turn> {
        let is_examined = orders.iter().any(|it| it.what == OrderWhat::Release);
        let places = if is_examined { &self.examined } else { &self.ended };
        let place = Arc::clone(places).try_acquire_owned().ok()?;
        self.busy.insert(message.clone());
        Some(Turn { message, done: Arc::clone(&self.done), place: Some(place) })
    }
}

/// Open orders by their messages.
#[derive(Debug, Default)]
struct Waiting {
    /// By the first order of each message, which comes before those of later ones.
    first: BTreeMap<String, i64>,
    orders: BTreeMap<i64, (String, Vec<Order>)>,
}

impl Waiting {
    fn add(&mut self, open: OpenOrder) {
        let OpenOrder { order, message_id } = open;
        let first = *self.first.entry(message_id.clone()).or_insert(order.id);
        self.orders.entry(first).or_insert_with(|| (message_id, Vec::new())).1.push(order);
    }

    fn in_turn(self) -> impl Iterator<Item = (String, Vec<Order>)> {
        self.orders.into_values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(id: i64, message: &str, what: OrderWhat) -> OpenOrder {
        let order = Order {
            id,
            delivery_id: id,
            what,
            releases_for: String::new(),
            ordered_by: "root".to_owned(),
            reason: None,
            unexamined: false,
            at_ms: 0,
            outcome: None,
        };
        OpenOrder { order, message_id: message.to_owned() }
    }

    fn turns(examined: usize, ended: usize) -> Turns {
        Turns {
            busy: BTreeSet::new(),
            examined: Arc::new(Semaphore::new(examined)),
            ended: Arc::new(Semaphore::new(ended)),
            done: Arc::default(),
        }
    }

    #[test]
    fn orders_of_a_message_are_one_turn_in_their_order() {
        let mut waiting = Waiting::default();
        for (id, message) in [(1, "b"), (2, "a"), (3, "b"), (4, "c")] {
            waiting.add(open(id, message, OrderWhat::Release));
        }
        let turns = waiting
            .in_turn()
            .map(|(message, orders)| (message, orders.iter().map(|it| it.id).collect::<Vec<_>>()));
        let expected = [("b", vec![1, 3]), ("a", vec![2]), ("c", vec![4])];
        assert!(turns.eq(expected.map(|(message, orders)| (message.to_owned(), orders))));
    }

    #[test]
    fn what_is_examined_takes_no_place_of_others_and_gives_its_own_back() {
        let mut turns = turns(1, 1);
        let release = [open(1, "a", OrderWhat::Release).order];
        let back = [open(2, "c", OrderWhat::Return).order];
        let first = turns.begin("a".to_owned(), &release).unwrap();
        assert!(turns.begin("b".to_owned(), &release).is_none());
        let second = turns.begin("c".to_owned(), &back);
        assert!(second.is_some() && turns.busy.contains("c"));
        drop(first);
        assert!(turns.begin("b".to_owned(), &release).is_some());
        assert!(turns.done.messages.lock().unwrap().contains(&"a".to_owned()));
    }
}
