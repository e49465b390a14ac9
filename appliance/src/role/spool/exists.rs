//! Whether there is a recipient: our own mail server is asked, as for a message, without sending one.
//!
//! # Invariants
//!
//! - Only a refusal for good refuses. Who cannot be asked about is taken, for mail waits here while
//!   that server is away.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::sync::Semaphore;

use super::{Spool, outbound::followed};
use crate::{
    protocol::deliver::{Outcome, PROBE_PATIENCE, Question},
    role::keys::folded,
};

/// Recipients whose answers are remembered.
const KNOWN_MAX: usize = 20_000;
/// How long one that is there is not asked about again.
const THERE_LIFE: Duration = Duration::from_secs(2 * 60 * 60);
/// The same of one that is not.
const ABSENT_LIFE: Duration = Duration::from_secs(10 * 60);
/// Questions at once.
const ASKED_MAX: usize = 10;

/// What was answered.
#[derive(Debug)]
pub(super) struct Existing {
    known: Mutex<BTreeMap<String, (Instant, bool)>>,
    places: Semaphore,
}

impl Default for Existing {
    fn default() -> Self {
        Self { known: Mutex::default(), places: Semaphore::new(ASKED_MAX) }
    }
}

impl Existing {
    fn find(&self, recipient: &str, now: Instant) -> Option<bool> {
        let (since, is_there) = self.lock().get(recipient).copied()?;
        let life = if is_there { THERE_LIFE } else { ABSENT_LIFE };
        (now.duration_since(since) < life).then_some(is_there)
    }

    fn remember(&self, recipient: String, is_there: bool, now: Instant) {
        let mut known = self.lock();
        if KNOWN_MAX <= known.len() {
            known.retain(|_, it| it.1 && now.duration_since(it.0) < THERE_LIFE);
        }
        if KNOWN_MAX <= known.len() {
            known.clear();
        }
        known.insert(recipient, (now, is_there));
    }

    /// Nothing here is left half-changed by a panic.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, (Instant, bool)>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Spool {
    /// Whether our own mail server would take mail for a recipient, or cannot be asked.
    pub(super) async fn may_exist(&self, recipient: &str) -> bool {
        let recipient = folded(recipient);
        if let Some(known) = self.existing.find(&recipient, Instant::now()) {
            return known;
        }
        let asked = tokio::time::timeout(PROBE_PATIENCE, self.ask_whether(&recipient)).await;
        match asked {
            Ok(Some(Outcome::Delivered { .. })) => {
                self.existing.remember(recipient, true, Instant::now());
            }
            Ok(Some(Outcome::Permanent { .. })) => {
                self.existing.remember(recipient, false, Instant::now());
                return false;
            }
            Ok(Some(Outcome::Temporary { reply })) => {
                tracing::info!(event = "recipient.not-asked", "{reply}");
            }
            Ok(None) | Err(_) => tracing::info!(event = "recipient.not-asked", "no answer"),
        }
        true
    }

    async fn ask_whether(&self, recipient: &str) -> Option<Outcome> {
        let _place = self.existing.places.acquire().await.ok()?;
        let hop = followed(self, &self.start.internal_hop).await;
        let question = Question::Probe { hop, recipient: recipient.to_owned() };
        self.deliver.call::<_, Outcome>(&question, Vec::new()).await.ok().map(|it| it.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_remembered_for_a_while() {
        let existing = Existing::default();
        let mut now = Instant::now();
        existing.remember("a@acme.example".into(), true, now);
        existing.remember("b@acme.example".into(), false, now);
        assert_eq!(existing.find("a@acme.example", now), Some(true));
        assert_eq!(existing.find("b@acme.example", now), Some(false));
        assert_eq!(existing.find("c@acme.example", now), None);
        now += ABSENT_LIFE;
        assert_eq!(existing.find("a@acme.example", now), Some(true));
        assert_eq!(existing.find("b@acme.example", now), None);
        now += THERE_LIFE;
        assert_eq!(existing.find("a@acme.example", now), None);
    }

    #[test]
    fn guesses_do_not_fill_the_memory() {
        let existing = Existing::default();
        let now = Instant::now();
        existing.remember("a@acme.example".into(), true, now);
        for number in 0..KNOWN_MAX {
            existing.remember(format!("{number}@acme.example"), false, now);
        }
        assert_eq!(existing.find("a@acme.example", now), Some(true));
        assert!(existing.lock().len() <= KNOWN_MAX);
    }
}
