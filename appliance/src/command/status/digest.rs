//! Whether those who may let mail go have the last mail that told them what waits.

use serde::Serialize;
use store::{
    Store,
    queue::{self, DeliveryState},
};

use crate::{
    config::Config,
    role::spool::{TOLD, Told},
};

/// One who is told what is held.
#[derive(Debug, Serialize)]
pub(super) struct Holder {
    /// The address.
    pub(super) to: String,
    /// Where the last mail is.
    pub(super) state: Mail,
}

/// Where a mail is.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Mail {
    /// With the next hop.
    Sent,
    /// On its way.
    Queued,
    /// Tried, and not taken yet.
    Late,
    /// Refused, or given up.
    Failed,
}

impl Mail {
    /// Whether it did not come when it should have.
    pub(super) fn is_untold(self) -> bool {
        matches!(self, Self::Late | Self::Failed)
    }

    /// In words.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Sent => "it has the last mail about what is held",
            Self::Queued => "a mail about what is held is on its way",
            Self::Late => "cannot be reached yet: `chancery queue list` says why",
            Self::Failed => "cannot be reached: the last mail about what is held came back",
        }
    }
}

/// Those who were told, and are to be told.
///
/// # Errors
///
/// The store cannot be read.
pub(super) async fn holders(config: &Config, store: &Store) -> anyhow::Result<Vec<Holder>> {
    let told = Told::read(&config.folders.store.join(TOLD));
    let mut holders = Vec::new();
    for sent in told.sent.into_iter().filter(|it| config.file.hold.tell.contains(&it.to)) {
        let state = match &sent.message {
            None => Some(Mail::Failed),
            Some(id) => {
                let mail = queue::of_message(store, id, 0, 1).await?;
                // One that came long ago has left no trace.
                mail.first().map(|it| state(it.state, it.attempts))
            }
        };
        holders.extend(state.map(|state| Holder { to: sent.to, state }));
    }
    Ok(holders)
}

fn state(state: DeliveryState, attempts: u32) -> Mail {
    match state {
        DeliveryState::Sent => Mail::Sent,
        DeliveryState::Failed => Mail::Failed,
        DeliveryState::Queued if 0 < attempts => Mail::Late,
        DeliveryState::Active if 1 < attempts => Mail::Late,
        DeliveryState::Active | DeliveryState::Held | DeliveryState::Queued => Mail::Queued,
    }
}
