//! The queue: what is due, taken, settled, released, and put back.

use std::sync::atomic::Ordering;

use super::fixture::{
    ANNA, ROUTE, copy as new_copy, event, held, mail, mail_with_all, queued, resolution,
};
use crate::message::{self, MessageState};
use crate::order::{self, NewOrder, OrderOutcome, OrderWhat};
use crate::queue::{self, DeliveryState, First, Resolution, Resolved, Settled};
use crate::{Commit, Cursor, NewDelivery, Seat, Store, StoreError, copy, event as events, seat};

#[tokio::test]
async fn deliveries_come_due_in_order_with_what_they_need() {
    let store = Store::memory().await.unwrap();
    let mut commit = mail("m");
    commit.deliveries = vec![queued(3000), queued(1000), queued(2000), held("review")];
    queue::commit(&store, &commit).await.unwrap();
    assert!(queue::due(&store, (ROUTE, 0), 999, 10, First::LongestDue).await.unwrap().is_empty());
    let due = queue::due(&store, (ROUTE, 0), 2000, 10, First::LongestDue).await.unwrap();
    assert_eq!(due.iter().map(|it| it.due_at_ms).collect::<Vec<_>>(), [1000, 2000]);
    let first = &due[0];
    assert_eq!(first.wrapped_key.as_ref(), Some(&commit.message.wrapped_key));
    assert_eq!(
        (first.envelope.as_slice(), first.plan.as_slice()),
        (&b"envelope"[..], &b"plan"[..])
    );
    assert_eq!(queue::due(&store, (ROUTE, 0), 9000, 1, First::LongestDue).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_delivery_is_taken_once_and_settled_once() {
    let store = Store::memory().await.unwrap();
    let mut commit = mail("m");
    commit.deliveries = vec![queued(1000)];
    queue::commit(&store, &commit).await.unwrap();
    let id = queue::due(&store, (ROUTE, 0), 1000, 10, First::LongestDue).await.unwrap()[0].id;

    let early = queue::settle(&store, id, Settled::Sent, None, 1000, &[], &[]).await;
    assert!(matches!(early, Err(StoreError::Stale { statement: "queue/settle_done" })));
    assert!(queue::claim(&store, id, 1000).await.unwrap());
    assert!(!queue::claim(&store, id, 1000).await.unwrap());
    assert!(queue::due(&store, (ROUTE, 0), 9000, 10, First::LongestDue).await.unwrap().is_empty());

    let retry = Settled::Retry { due_at_ms: 5000 };
    queue::settle(&store, id, retry, Some(b"451"), 2000, &[], &[]).await.unwrap();
    let again =
        queue::due(&store, (ROUTE, 0), 5000, 10, First::LongestDue).await.unwrap().remove(0);
    assert_eq!((again.attempts, again.last_status.as_deref()), (1, Some(&b"451"[..])));

    assert!(queue::claim(&store, id, 1000).await.unwrap());
    queue::settle(&store, id, Settled::Sent, Some(b"250"), 6000, &[], &[]).await.unwrap();
    let twice = queue::settle(&store, id, Settled::Failed, None, 7000, &[], &[]).await;
    assert!(matches!(twice, Err(StoreError::Stale { .. })));
    let delivery = queue::of_message(&store, "m", 0, 10).await.unwrap().remove(0);
    assert_eq!(delivery.state, DeliveryState::Sent);
    assert_eq!((delivery.attempts, delivery.done_at_ms), (2, Some(6000)));
}

#[tokio::test]
async fn a_failure_and_its_bounce_are_one() {
    let store = Store::memory().await.unwrap();
    let mut commit = mail("m");
    commit.deliveries = vec![queued(1000)];
    queue::commit(&store, &commit).await.unwrap();
    let id = queue::due(&store, (ROUTE, 0), 1000, 10, First::LongestDue).await.unwrap()[0].id;
    assert!(queue::claim(&store, id, 1000).await.unwrap());
    let mut bounce = mail("b");
    bounce.message.kind = message::MessageKind::Bounce;
    bounce.deliveries = vec![queued(2000)];
    queue::settle(&store, id, Settled::Failed, Some(b"550"), 2000, &[bounce], &[]).await.unwrap();
    let due = queue::due(&store, (ROUTE, 0), 2000, 10, First::LongestDue).await.unwrap();
    assert_eq!(due.len(), 1);
    assert_eq!((due[0].message_id.as_str(), due[0].kind), ("b", message::MessageKind::Bounce));
}

#[tokio::test]
async fn what_was_being_delivered_is_put_back_at_the_next_start() {
    let store = Store::memory().await.unwrap();
    let mut commit = mail("m");
    commit.deliveries = vec![queued(1000), queued(1000), queued(1000)];
    queue::commit(&store, &commit).await.unwrap();
    let due = queue::due(&store, (ROUTE, 0), 1000, 10, First::LongestDue).await.unwrap();
    for delivery in &due[..2] {
        assert!(queue::claim(&store, delivery.id, 1000).await.unwrap());
    }
    queue::settle(&store, due[0].id, Settled::Sent, None, 1500, &[], &[]).await.unwrap();
    assert_eq!(queue::recover(&store, 2000).await.unwrap(), 1);
    let due = queue::due(&store, (ROUTE, 0), 2000, 10, First::LongestDue).await.unwrap();
    // The attempt that ended with the process counts.
    assert_eq!(due.iter().map(|it| it.attempts).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(queue::recover(&store, 2000).await.unwrap(), 0);
}

#[tokio::test]
async fn each_route_has_a_queue_of_its_own() {
    let store = Store::memory().await.unwrap();
    let mut commit = mail("m");
    let other = NewDelivery { route: "internal".to_owned(), ..queued(1000) };
    commit.deliveries = vec![queued(1000), queued(1000), other];
    queue::commit(&store, &commit).await.unwrap();
    let here = queue::due(&store, (ROUTE, 0), 1000, 10, First::LongestDue).await.unwrap();
    let there = queue::due(&store, ("internal", 0), 1000, 10, First::LongestDue).await.unwrap();
    assert_eq!((here.len(), there.len()), (2, 1));
    for delivery in here.iter().chain(&there) {
        assert!(queue::claim(&store, delivery.id, 1000).await.unwrap());
    }
    let ids: Vec<i64> = here.iter().map(|it| it.id).collect();
    assert_eq!(queue::active(&store, ROUTE, 0, 10).await.unwrap(), ids);
    assert_eq!(queue::active(&store, ROUTE, ids[0], 10).await.unwrap(), ids[1..]);
    assert_eq!(queue::active(&store, "internal", 0, 10).await.unwrap(), [there[0].id]);
    queue::settle(&store, ids[0], Settled::Sent, None, 2000, &[], &[]).await.unwrap();
    assert_eq!(queue::active(&store, ROUTE, 0, 10).await.unwrap(), ids[1..]);
}

#[tokio::test]
async fn a_held_delivery_is_released_or_refused_once() {
    let store = Store::memory().await.unwrap();
    let mut commit = mail("m");
    commit.deliveries = vec![held("review"), held("virus"), queued(1000)];
    queue::commit(&store, &commit).await.unwrap();
    let all = queue::held(&store, 0, 10).await.unwrap();
    assert_eq!(all.len(), 2);
    assert_eq!(all[1].hold_for.as_deref(), Some("virus"));
    assert_eq!(queue::held(&store, all[0].id, 10).await.unwrap().len(), 1);

    let first = queue::waiting(&store, all[0].id).await.unwrap().unwrap();
    let second = queue::waiting(&store, all[1].id).await.unwrap().unwrap();
    let released = || Resolved::Released { due_at_ms: 500, plan: Some(b"other".to_vec()) };
    let order = ordered(&store, first.id, "review").await;
    let done = Some((order, OrderOutcome::Released));
    let with_order = Resolution { order: done, ..resolution(released()) };
    queue::resolve(&store, &first, &with_order, 400).await.unwrap();
    let due = queue::due(&store, (ROUTE, 0), 500, 10, First::LongestDue).await.unwrap().remove(0);
    assert_eq!((due.id, due.plan.as_slice()), (first.id, &b"other"[..]));
    let closed = order::find(&store, order).await.unwrap().unwrap();
    assert_eq!(closed.outcome, Some(OrderOutcome::Released));
    assert!(order::open(&store, 0, 10).await.unwrap().is_empty());

    let bounce = [mail("b")];
    let refused = Resolution { also: &bounce, ..resolution(Resolved::Refused) };
    queue::resolve(&store, &second, &refused, 600).await.unwrap();
    assert!(message::find(&store, "b").await.unwrap().is_some());
    let bounce = [mail("b2")];
    let again = Resolution { also: &bounce, ..resolution(released()) };
    let twice = queue::resolve(&store, &second, &again, 700).await;
    assert!(matches!(twice, Err(StoreError::Stale { statement: "queue/release" })));
    assert!(message::find(&store, "b2").await.unwrap().is_none());
    let states: Vec<_> = queue::counts(&store).await.unwrap();
    let states: Vec<_> = states.iter().map(|it| (it.state, it.count)).collect();
    let expected =
        [(DeliveryState::Active, 0), (DeliveryState::Held, 0), (DeliveryState::Queued, 2)];
    assert_eq!(states, expected);
}

async fn ordered(store: &Store, delivery_id: i64, releases_for: &str) -> i64 {
    let what = OrderWhat::Release;
    let order = NewOrder {
        delivery_id,
        what,
        releases_for,
        ordered_by: "root",
        reason: None,
        unexamined: false,
        at_ms: 300,
    };
    order::give(store, &order, &[]).await.unwrap()
}

#[tokio::test]
async fn a_held_delivery_waits_on_or_is_kept_with_its_copy() {
    let store = Store::memory().await.unwrap();
    let mut commit = mail("m");
    commit.deliveries = vec![held("board")];
    queue::commit(&store, &commit).await.unwrap();
    let id = queue::held(&store, 0, 10).await.unwrap()[0].id;
    let waiting = queue::waiting(&store, id).await.unwrap().unwrap();
    let one = ordered(&store, id, "board").await;
    let on = Resolution {
        order: Some((one, OrderOutcome::Waiting)),
        ..resolution(Resolved::Waits { hold_for: "board,legal".to_owned() })
    };
    queue::resolve(&store, &waiting, &on, 400).await.unwrap();
    let now = queue::waiting(&store, id).await.unwrap().unwrap();
    assert_eq!(now.hold_for.as_deref(), Some("board,legal"));

    let copies = [new_copy("c", ANNA, 500)];
    let events = [event(500, "message.kept")];
    let two = ordered(&store, id, "legal").await;
    let kept = Resolution {
        order: Some((two, OrderOutcome::Kept)),
        copies: &copies,
        events: &events,
        ..resolution(Resolved::Kept)
    };
    queue::resolve(&store, &now, &kept, 500).await.unwrap();
    assert!(queue::waiting(&store, id).await.unwrap().is_none());
    assert_eq!(copy::of_message(&store, "m", 10).await.unwrap().len(), 1);
    let orders = order::of_delivery(&store, id, 10).await.unwrap();
    let outcomes: Vec<_> = orders.iter().filter_map(|it| it.outcome).collect();
    assert_eq!(outcomes, [OrderOutcome::Waiting, OrderOutcome::Kept]);
    let late = order::leave(&store, two, OrderOutcome::Late, 600, &[]).await;
    assert!(matches!(late, Err(StoreError::Stale { statement: "order/close" })));
}

#[tokio::test]
async fn a_release_counts_behind_any_number_of_fruitless_orders() {
    let store = Store::memory().await.unwrap();
    let mut commit = mail("m");
    commit.deliveries = vec![held("board,legal")];
    queue::commit(&store, &commit).await.unwrap();
    let id = queue::held(&store, 0, 10).await.unwrap()[0].id;
    for _ in 0..300 {
        let fruitless = ordered(&store, id, "legal").await;
        order::leave(&store, fruitless, OrderOutcome::Unreadable, 400, &[]).await.unwrap();
    }
    assert!(order::counted(&store, id).await.unwrap().is_empty());
    for _ in 0..2 {
        let counts = ordered(&store, id, "board").await;
        order::leave(&store, counts, OrderOutcome::Waiting, 500, &[]).await.unwrap();
    }
    assert_eq!(order::counted(&store, id).await.unwrap(), ["board", "board"]);
}

#[tokio::test]
async fn what_is_queued_is_made_due_or_given_up() {
    let store = Store::memory().await.unwrap();
    let mut commit = mail("m");
    commit.deliveries = vec![queued(9000), queued(8000)];
    queue::commit(&store, &commit).await.unwrap();
    let rows = queue::queued(&store, ROUTE, 10).await.unwrap();
    assert_eq!(rows.iter().map(|it| it.due_at_ms).collect::<Vec<_>>(), [8000, 9000]);
    assert!(queue::retry(&store, rows[1].id, 1000, &[]).await.unwrap());
    assert_eq!(queue::due(&store, (ROUTE, 0), 1000, 10, First::LongestDue).await.unwrap().len(), 1);
    assert_eq!(queue::retry_all(&store, ROUTE, 1000, &[]).await.unwrap(), 1);
    let waiting = queue::waiting(&store, rows[0].id).await.unwrap().unwrap();
    queue::resolve(&store, &waiting, &resolution(Resolved::Refused), 1000).await.unwrap();
    assert_eq!(queue::due(&store, (ROUTE, 0), 1000, 10, First::LongestDue).await.unwrap().len(), 1);
    assert!(!queue::retry(&store, rows[0].id, 1000, &[]).await.unwrap());
}

#[tokio::test]
async fn a_message_accepted_first_is_decided_later() {
    let store = Store::memory().await.unwrap();
    queue::commit(&store, &examining("m", 1000)).await.unwrap();
    assert!(queue::examining(&store, 999, 10).await.unwrap().is_empty());
    assert_eq!(queue::examining(&store, 1000, 10).await.unwrap()[0].id, "m");
    assert!(queue::defer(&store, "m", Some(1000), 4000).await.unwrap());
    // Another node saw it due as well.
    assert!(!queue::defer(&store, "m", Some(1000), 5000).await.unwrap());
    assert!(queue::examining(&store, 1000, 10).await.unwrap().is_empty());

    let mut decided = mail_with_all("m");
    decided.replaces = Some(MessageState::Examining);
    decided.message.head = b"other head".to_vec();
    let kept_key = message::find(&store, "m").await.unwrap().unwrap().wrapped_key;
    queue::commit(&store, &decided).await.unwrap();
    let found = message::find(&store, "m").await.unwrap().unwrap();
    assert_eq!((found.state, found.attempts), (MessageState::Decided, 1));
    assert_eq!((found.head.as_slice(), found.wrapped_key), (&b"other head"[..], kept_key));
    assert_eq!(queue::due(&store, (ROUTE, 0), 1000, 10, First::LongestDue).await.unwrap().len(), 2);

    // Whoever decides a second time finds it decided, and causes nothing.
    let mut late = mail_with_all("m");
    late.replaces = Some(MessageState::Examining);
    late.also.clear();
    late.copies.clear();
    let refused = queue::commit(&store, &late).await;
    assert!(matches!(refused, Err(StoreError::Stale { statement: "message/replace" })));
    assert_eq!(queue::due(&store, (ROUTE, 0), 1000, 10, First::LongestDue).await.unwrap().len(), 2);
    assert!(!queue::defer(&store, "m", Some(4000), 9000).await.unwrap());
}

#[tokio::test]
async fn messages_held_as_a_whole_are_listed_in_pages() {
    let store = Store::memory().await.unwrap();
    for (id, received_at_ms) in [("c", 10), ("a", 20), ("b", 20)] {
        let mut commit = mail(id);
        commit.message.state = MessageState::Held;
        commit.message.received_at_ms = received_at_ms;
        queue::commit(&store, &commit).await.unwrap();
    }
    let mut after: Option<Cursor> = None;
    let mut seen = Vec::new();
    loop {
        let page = message::held(&store, after, 1).await.unwrap();
        let Some(held) = page.first() else { break };
        seen.push(held.id.clone());
        after = Some(held.cursor());
    }
    assert_eq!(seen, ["c", "a", "b"]);
    let counts = message::counts(&store).await.unwrap();
    let counts: Vec<_> = counts.iter().map(|it| (it.state, it.count)).collect();
    let expected =
        [(MessageState::Decided, 0), (MessageState::Examining, 0), (MessageState::Held, 3)];
    assert_eq!(counts, expected);
}

#[tokio::test]
async fn the_log_of_a_message_is_in_order_and_its_own() {
    let store = Store::memory().await.unwrap();
    queue::commit(&store, &mail_with_all("m")).await.unwrap();
    queue::commit(&store, &mail("other")).await.unwrap();
    events::add(&store, Some("m"), &event(2000, "delivery.sent")).await.unwrap();
    events::add(&store, Some("other"), &event(2000, "delivery.failed")).await.unwrap();
    events::add(&store, None, &event(2000, "rules.loaded")).await.unwrap();
    let log = events::of_message(&store, "m", 0, 10).await.unwrap();
    let names: Vec<_> = log.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["message.decided", "delivery.sent"]);
    assert_eq!(events::of_message(&store, "m", log[0].id, 10).await.unwrap(), log[1..]);
    assert!(events::add(&store, Some("nobody"), &event(0, "x")).await.is_err());
}

fn examining(id: &str, due_at_ms: i64) -> Commit {
    let mut commit = mail(id);
    commit.message.state = MessageState::Examining;
    commit.message.due_at_ms = Some(due_at_ms);
    commit.message.decision = None;
    commit
}

#[tokio::test]
async fn a_node_keeps_what_it_delivers_until_its_lease_ends() {
    let one = Store::memory().await.unwrap().named("one", queue::LEASE_MS);
    let two = one.clone().named("two", queue::LEASE_MS);
    let mut commit = mail("m");
    commit.deliveries = vec![queued(1000), queued(1000)];
    queue::commit(&one, &commit).await.unwrap();
    let due = queue::due(&one, (ROUTE, 0), 1000, 10, First::LongestDue).await.unwrap();
    let (mine, other) = (due[0].id, due[1].id);
    assert!(queue::claim(&one, mine, 1000).await.unwrap());
    assert!(!queue::claim(&two, mine, 1000).await.unwrap());
    assert!(queue::claim(&two, other, 1000).await.unwrap());
    assert_eq!(queue::active(&one, ROUTE, 0, 10).await.unwrap(), [mine]);
    assert_eq!(queue::active(&two, ROUTE, 0, 10).await.unwrap(), [other]);

    // A start of the other, or the end of an attempt there, touches nothing of this one.
    assert_eq!(queue::recover(&two, 2000).await.unwrap(), 1);
    assert_eq!(queue::active(&one, ROUTE, 0, 10).await.unwrap(), [mine]);
    let foreign = queue::settle(&two, mine, Settled::Failed, None, 2000, &[], &[]).await;
    assert!(matches!(foreign, Err(StoreError::Stale { .. })));

    // It lives, and says so.
    let end = 1000 + queue::LEASE_MS;
    assert_eq!(queue::take_over(&two, end).await.unwrap(), 0);
    assert_eq!(queue::renew(&one, end).await.unwrap(), 1);
    assert_eq!(queue::take_over(&two, end + 1).await.unwrap(), 0);

    // It died.
    let end = end + queue::LEASE_MS;
    assert_eq!(queue::take_over(&one, end + 1).await.unwrap(), 0);
    assert_eq!(queue::take_over(&two, end + 1).await.unwrap(), 1);
    assert!(queue::claim(&two, mine, end + 1).await.unwrap());
    let late = queue::settle(&one, mine, Settled::Failed, None, end + 2, &[], &[]).await;
    assert!(matches!(late, Err(StoreError::Stale { .. })));
    queue::settle(&two, mine, Settled::Sent, None, end + 2, &[], &[]).await.unwrap();
}

#[tokio::test]
async fn a_lease_ends_by_the_clock_that_all_share() {
    const HOUR_MS: i64 = 60 * 60 * 1000;
    let one = Store::memory().await.unwrap().named("one", queue::LEASE_MS);
    let two = one.clone().named("two", queue::LEASE_MS);
    // The clock of the second is an hour fast, and of the first two hours slow.
    two.ahead_ms().store(-HOUR_MS, Ordering::Relaxed);
    one.ahead_ms().store(2 * HOUR_MS, Ordering::Relaxed);
    let (by_one, by_two) = (|shared: i64| shared - 2 * HOUR_MS, |shared: i64| shared + HOUR_MS);
    let now = 10 * HOUR_MS;
    let mut commit = mail("m");
    commit.deliveries = vec![queued(by_one(now))];
    queue::commit(&one, &commit).await.unwrap();
    let due = queue::due(&one, (ROUTE, 0), by_one(now), 10, First::LongestDue).await.unwrap();
    assert!(queue::claim(&one, due[0].id, by_one(now)).await.unwrap());
    let end = now + queue::LEASE_MS;
    assert_eq!(queue::take_over(&two, by_two(end)).await.unwrap(), 0);
    assert_eq!(queue::renew(&one, by_one(end)).await.unwrap(), 1);
    let end = end + queue::LEASE_MS;
    assert_eq!(queue::take_over(&two, by_two(end)).await.unwrap(), 0);
    assert_eq!(queue::take_over(&two, by_two(end + 1)).await.unwrap(), 1);
}

#[tokio::test]
async fn one_node_has_a_name_and_one_leads() {
    let store = Store::memory().await.unwrap();
    let lease_ms = queue::LEASE_MS;
    let mut one = Seat::of(&store.clone().named("one", lease_ms));
    assert!(one.hold(|| 0).await.unwrap());
    assert!(one.hold(|| 0).await.unwrap());
    if !store.is_shared() {
        return;
    }
    assert_eq!(seat::taken(&store).await.unwrap(), 1);
    let mut two = Seat::of(&store.clone().named("two", lease_ms));
    assert!(!two.hold(|| 0).await.unwrap());
    let mut again = Seat::of(&store.named("one", lease_ms));
    assert!(matches!(again.hold(|| 0).await, Err(StoreError::Taken)));
    // It ended; the server notices that in its own time.
    drop(one);
    let mut leads = false;
    for _ in 0..100 {
        leads = two.hold(|| 0).await.unwrap();
        if leads {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert!(leads);
    assert!(!again.hold(|| 0).await.unwrap());
}

#[tokio::test]
async fn each_destination_is_told_once_however_much_there_is() {
    let store = Store::memory().await.unwrap();
    let to = |destination, due_at_ms| NewDelivery { destination, ..queued(due_at_ms) };
    let mut commit = mail("m");
    commit.deliveries =
        vec![to(7, 3000), to(7, 1000), to(0, 5000), to(i64::MAX, 2000), to(9, 1000)];
    commit.deliveries.push(NewDelivery { route: "internal".to_owned(), ..to(8, 1000) });
    commit.deliveries.push(NewDelivery { destination: 6, ..held("review") });
    queue::commit(&store, &commit).await.unwrap();
    let after = async |after, rows| {
        let found = queue::destinations(&store, ROUTE, after, rows).await.unwrap();
        found.iter().map(|it| (it.destination, it.due_at_ms)).collect::<Vec<_>>()
    };
    assert_eq!(after(-1, 10).await, [(0, 5000), (7, 1000), (9, 1000), (i64::MAX, 2000)]);
    assert_eq!(after(-1, 2).await, [(0, 5000), (7, 1000)]);
    assert_eq!(after(7, 2).await, [(9, 1000), (i64::MAX, 2000)]);
    assert_eq!(after(i64::MAX, 2).await, []);
    let due = async |first| {
        let found = queue::due(&store, (ROUTE, 7), 9000, 10, first).await.unwrap();
        found.iter().map(|it| it.due_at_ms).collect::<Vec<_>>()
    };
    assert_eq!(due(First::LongestDue).await, [1000, 3000]);
    assert_eq!(due(First::ShortestDue).await, [3000, 1000]);
    let of = queue::due_of(&store, (ROUTE, 7), "m", 2000, 10).await.unwrap();
    assert_eq!(of.len(), 1);
    assert!(queue::due_of(&store, (ROUTE, 7), "other", 9000, 10).await.unwrap().is_empty());
}
