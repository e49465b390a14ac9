//! `kill -9` under load: what was answered 250 is in exactly one state, and comes out.
//!
//! A message is known by its subject, which no two share. One that was not answered is not sent
//! again under the same name, so that a second copy at the next hop is always a duplicate of ours.

mod points;

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use tests::{
    appliance::{Appliance, Setup},
    client::Client,
    mail,
    wait::wait_until,
};

use crate::{ALICE, RULES};

/// Senders at once.
const SENDERS: usize = 8;
/// Time between two messages of a sender where the harm takes long.
const SLOW: Duration = Duration::from_millis(200);
/// The same where it is over soon.
const FAST: Duration = Duration::from_millis(40);
/// One message in so many is long.
const LONG: usize = 7;
/// Messages of one load; no more can be listed.
const MESSAGES_MAX: usize = 490;
/// How long the queue may take to become empty after the load.
const DRAIN_PATIENCE: Duration = Duration::from_secs(60);
/// Messages that are accepted while each role ends once.
const MAIL_OVER_ROLES: usize = 200;
/// Messages that are accepted before the master is killed.
const MAIL_BEFORE_KILL: usize = 40;
/// Time between two kills.
const BETWEEN: Duration = Duration::from_millis(500);

/// What a message is to become; by its number.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Fate {
    Deliver,
    Hold,
    Secure,
}

impl Fate {
    fn of(number: usize) -> Self {
        match number % 4 {
            0 | 1 => Self::Deliver,
            2 => Self::Secure,
            _ => Self::Hold,
        }
    }

    /// The word that the rules know.
    fn word(self) -> &'static str {
        match self {
            Self::Deliver => "nothing",
            Self::Hold => "waitword",
            Self::Secure => "vaultword",
        }
    }

    /// As `chancery messages` says it.
    fn decision(self) -> &'static str {
        match self {
            Self::Deliver => "deliver",
            Self::Hold => "hold",
            Self::Secure => "secure",
        }
    }
}

/// The load: senders that go on until they are told to end.
#[derive(Debug)]
struct Load {
    pace: Duration,
    next: AtomicUsize,
    ended: AtomicBool,
    accepted: Mutex<BTreeSet<usize>>,
    /// Neither accepted nor refused: the connection ended before the reply.
    unknown: Mutex<BTreeSet<usize>>,
}

impl Load {
    fn new(pace: Duration) -> Self {
        let (accepted, unknown) = (Mutex::default(), Mutex::default());
        Self { pace, next: AtomicUsize::new(0), ended: AtomicBool::new(false), accepted, unknown }
    }

    fn send(&self, appliance: &Appliance) {
        while !self.ended.load(Ordering::Relaxed) {
            // A connection ends when a role does; the next one may come too early.
            if self.converse(appliance).is_err() {
                thread::sleep(Duration::from_millis(50));
            }
        }
    }

    fn converse(&self, appliance: &Appliance) -> anyhow::Result<()> {
        let mut client = Client::connect(appliance.smtp())?;
        client.say("EHLO mail.acme.example")?;
        for _ in 0..5 {
            thread::sleep(self.pace);
            if self.ended.load(Ordering::Relaxed) {
                break;
            }
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            anyhow::ensure!(number < MESSAGES_MAX, "enough");
            let to = recipient(number);
            let id = subject(number);
            let mut body = format!("{} {id}", Fate::of(number).word());
            if number.is_multiple_of(LONG) {
                // It goes into a file of its own.
                body.push_str(&"\r\nand so on, and so on".repeat(5_000));
            }
            let content = mail::plain(&id, ALICE, &to, &id, &body);
            let go_ahead = client.envelope(ALICE, &[&to])?;
            if go_ahead.code != 354 {
                anyhow::ensure!(go_ahead.code / 100 == 4, "{go_ahead:?}");
                continue;
            }
            set(&self.unknown).insert(number);
            client.send(&tests::client::stuffed(&content))?;
            let reply = client.reply()?;
            set(&self.unknown).remove(&number);
            if reply.code == 250 {
                set(&self.accepted).insert(number);
            }
        }
        Ok(())
    }
}

fn set(numbers: &Mutex<BTreeSet<usize>>) -> std::sync::MutexGuard<'_, BTreeSet<usize>> {
    numbers.lock().unwrap_or_else(PoisonError::into_inner)
}

fn subject(number: usize) -> String {
    format!("load-{number:05}")
}

fn recipient(number: usize) -> String {
    format!("r{number:05}@shop.example")
}

/// Runs the load while `harm` is done.
fn under_load(
    appliance: &Appliance,
    load: &Load,
    harm: impl FnOnce() -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    thread::scope(|scope| {
        for _ in 0..SENDERS {
            scope.spawn(|| load.send(appliance));
        }
        let harmed = harm();
        load.ended.store(true, Ordering::Relaxed);
        harmed
    })
}

/// What the next hop has of each message, notices apart from the messages themselves.
fn arrived(appliance: &Appliance) -> (BTreeMap<usize, usize>, BTreeMap<usize, usize>) {
    let (mut messages, mut notices) = (BTreeMap::new(), BTreeMap::new());
    for received in appliance.sink().received() {
        let number = received.recipients.first().and_then(|it| it.strip_prefix('r'));
        let number = number.and_then(|it| it.split('@').next()?.parse::<usize>().ok());
        let Some(number) = number else { continue };
        let counts = if received.sender.is_empty() { &mut notices } else { &mut messages };
        *counts.entry(number).or_insert(0) += 1;
    }
    (messages, notices)
}

/// Waits until the queue is empty, then looks at every message that was answered 250.
fn settle(appliance: &Appliance, load: &Load, what: &str) -> anyhow::Result<usize> {
    let left = "select count(*) from delivery where state in ('queued', 'active')";
    let examining = "select count(*) from message where state = 'examining'";
    wait_until("an empty queue", DRAIN_PATIENCE, || {
        [left, examining].iter().all(|it| appliance.count(it).is_ok_and(|it| it == 0))
    })?;
    let accepted = set(&load.accepted).clone();
    let unknown = set(&load.unknown).clone();
    let mut rows: BTreeMap<String, Vec<[String; 4]>> = BTreeMap::new();
    for row in appliance.decisions()? {
        rows.entry(row[0].clone()).or_default().push(row);
    }
    let (messages, notices) = arrived(appliance);
    let mut duplicates = 0;
    let mut counts: BTreeMap<Fate, usize> = BTreeMap::new();
    let mut undecided: u64 = 0;
    for number in &accepted {
        let fate = Fate::of(*number);
        let found = rows.get(&subject(*number)).map(Vec::as_slice).unwrap_or_default();
        let message = messages.get(number).copied().unwrap_or_default();
        let notice = notices.get(number).copied().unwrap_or_default();
        let Some(row) = found.first() else {
            // Both examiners were ended over it: it is held without a decision, counted below.
            assert!(message == 0 && notice == 0, "{number}: no row, but delivered");
            undecided = undecided.saturating_add(1);
            continue;
        };
        assert_eq!(found.len(), 1, "{number} is there {} times: {found:?}", found.len());
        assert_eq!(row[2], fate.decision(), "{row:?}");
        let expected = match fate {
            Fate::Deliver => (1, 0),
            Fate::Hold => (0, 0),
            Fate::Secure => (0, 1),
        };
        let there = (message.min(1), notice.min(1));
        assert_eq!(there, expected, "{number}, {fate:?}: {message} copies, {notice} notices");
        duplicates += message.saturating_sub(1) + notice.saturating_sub(1);
        *counts.entry(fate).or_insert(0) += 1;
    }
    for number in &unknown {
        let there = [&messages, &notices].map(|it| it.get(number).copied().unwrap_or_default());
        duplicates += there.iter().map(|it| it.saturating_sub(1)).sum::<usize>();
    }
    // Each secured message has its copy in the portal, and only those have one.
    let secured = rows.values().flatten().filter(|it| it[2] == "secure").count();
    assert_eq!(appliance.count("select count(*) from copy")?, u64::try_from(secured)?);
    // Held without a decision: exactly those, and perhaps some that were never answered.
    let held =
        appliance.count("select count(*) from message where decision is null and kind = 'mail'")?;
    assert!(undecided <= held, "{undecided} accepted messages are nowhere; {held} wait undecided");
    assert!(held <= undecided.saturating_add(u64::try_from(unknown.len())?), "{held} {undecided}");
    let told = format!(
        "crash: {what}: {} accepted ({counts:?}, {undecided} undecided and held), {} unanswered, \
         {duplicates} duplicates\n",
        accepted.len(),
        unknown.len()
    );
    std::io::stderr().write_all(told.as_bytes())?;
    Ok(duplicates)
}

#[test]
fn killing_each_role_loses_nothing() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    let load = Load::new(SLOW);
    under_load(&appliance, &load, || {
        for role in Appliance::roles() {
            thread::sleep(BETWEEN);
            let pid = appliance.kill_role(role)?;
            // The next one only once this one is back and mail flows.
            let before = set(&load.accepted).len();
            wait_until(&format!("{role} again"), Duration::from_secs(30), || {
                let back = appliance.pids(role).is_ok_and(|it| {
                    !it.contains(&pid) && it.len() == if *role == "exam" { 2 } else { 1 }
                });
                back && before.saturating_add(10) < set(&load.accepted).len()
            })?;
        }
        wait_until("enough mail", DRAIN_PATIENCE, || MAIL_OVER_ROLES <= set(&load.accepted).len())
    })?;
    let duplicates = settle(&appliance, &load, "each role once")?;
    // Jobs under way when `deliver` and `spool` ended: at most 20 each (RFC 1047).
    assert!(duplicates <= 40, "{duplicates} duplicates");
    for role in Appliance::roles().iter().filter(|it| **it != "exam") {
        let ended = format!("event=\"role.ended\" role={role} ");
        assert_eq!(appliance.log().matches(&ended).count(), 1, "{role}\n{}", appliance.log());
    }
    Ok(())
}

#[test]
fn killing_roles_that_deliver_nothing_makes_no_duplicate() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    let load = Load::new(FAST);
    under_load(&appliance, &load, || {
        for role in ["front", "exam", "keyd", "portal", "reader", "exam", "front"] {
            thread::sleep(BETWEEN);
            appliance.kill_role(role)?;
        }
        thread::sleep(BETWEEN);
        Ok(())
    })?;
    assert_eq!(settle(&appliance, &load, "front, exam, keyd, portal, reader")?, 0);
    Ok(())
}

#[test]
fn killing_the_master_loses_nothing() -> anyhow::Result<()> {
    let mut appliance = Setup::new(RULES).start()?;
    let mut duplicates = 0;
    let load = Load::new(FAST);
    for _ in 0..3 {
        load.ended.store(false, Ordering::Relaxed);
        let before = set(&load.accepted).len();
        under_load(&appliance, &load, || {
            // However slow the machine is: killed only once mail flows.
            wait_until("mail before the kill", DRAIN_PATIENCE, || {
                before.saturating_add(MAIL_BEFORE_KILL) <= set(&load.accepted).len()
            })?;
            appliance.kill_master()
        })?;
        appliance.kill()?;
        appliance.start()?;
        duplicates = settle(&appliance, &load, "the master")?;
    }
    // At most 20 jobs were under way at each of the three kills.
    assert!(duplicates <= 60, "{duplicates} duplicates");
    Ok(())
}

#[test]
fn an_ordered_end_loses_and_repeats_nothing() -> anyhow::Result<()> {
    let mut appliance = Setup::new(RULES).start()?;
    let load = Load::new(FAST);
    under_load(&appliance, &load, || {
        thread::sleep(Duration::from_millis(1500));
        appliance.terminate()
    })?;
    assert!(appliance.stop()?.success());
    appliance.start()?;
    assert_eq!(settle(&appliance, &load, "an ordered end")?, 0);
    assert!(set(&load.unknown).is_empty(), "an answer is missing: {:?}", set(&load.unknown));
    Ok(())
}
