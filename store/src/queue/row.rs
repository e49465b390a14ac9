//! What the queue holds.

use sqlx::FromRow;
use vault::WrappedKey;

use crate::audit::NewRecord;
use crate::column::KeyColumn;
use crate::message::MessageKind;
use crate::order::OrderOutcome;
use crate::{Commit, NewCopy, NewEvent, NewToken};

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "kebab-case")]
pub enum DeliveryState {
    /// Somebody delivers it.
    Active,
    /// Given up, or refused by who held it.
    Failed,
    /// Waits for somebody to decide.
    Held,
    /// Waits for its time.
    Queued,
    /// The next hop has it.
    Sent,
}

crate::ask::texts! { DeliveryState { Active = "active", Failed = "failed", Held = "held", Queued = "queued", Sent = "sent" } }

/// A place on a route to which something is queued.
#[derive(Clone, Copy, Debug, Eq, PartialEq, sqlx::FromRow)]
pub struct Destination {
    /// As [`NewDelivery::destination`](crate::NewDelivery).
    pub destination: i64,
    /// When the first of it is due, in ms since 1970 UTC.
    pub due_at_ms: i64,
}

/// Which of what is due comes first.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum First {
    /// What has waited longest.
    LongestDue,
    /// What came last.
    ShortestDue,
}

/// A delivery whose time has come.
#[derive(Clone, Debug, FromRow)]
pub struct Due {
    /// Of the delivery.
    pub id: i64,
    /// Of its message.
    pub message_id: String,
    /// The name of the next hop in the configuration.
    pub route: String,
    /// Sealed.
    pub recipient: Vec<u8>,
    /// Sealed.
    pub plan: Vec<u8>,
    /// How often it was tried before.
    #[sqlx(try_from = "i64")]
    pub attempts: u32,
    /// In ms since 1970 UTC.
    pub due_at_ms: i64,
    /// Since when it is tried, in ms since 1970 UTC.
    pub queued_at_ms: i64,
    /// Whether its sender was told that it is late.
    pub told_late: bool,
    /// Sealed.
    pub last_status: Option<Vec<u8>>,
    /// What the message is.
    pub kind: MessageKind,
    /// The key of the message; absent only when it is gone.
    #[sqlx(try_from = "KeyColumn")]
    pub wrapped_key: Option<WrappedKey>,
    /// Sealed.
    pub envelope: Vec<u8>,
    /// Length of the plain body, in octets.
    pub size_octets: i64,
    /// When the message came, in ms since 1970 UTC.
    pub received_at_ms: i64,
}

/// The end of an attempt.
#[derive(Clone, Debug)]
pub struct Ended {
    /// Of which delivery.
    pub delivery_id: i64,
    /// What became of it.
    pub settled: Settled,
    /// Sealed: what was said.
    pub status: Option<Vec<u8>>,
    /// Its sender is told that it is late.
    pub told_late: bool,
}

/// A delivery that waits for somebody to decide.
#[derive(Clone, Debug, FromRow)]
pub struct HeldDelivery {
    /// Of the delivery.
    pub id: i64,
    /// Of its message.
    pub message_id: String,
    /// Sealed.
    pub recipient: Vec<u8>,
    /// Who is to decide, or why.
    pub hold_for: Option<String>,
    /// When the message came, in ms since 1970 UTC.
    pub received_at_ms: i64,
}

/// A delivery that waits for its time.
#[derive(Clone, Debug, FromRow)]
pub struct QueuedDelivery {
    /// Of the delivery.
    pub id: i64,
    /// Of its message.
    pub message_id: String,
    /// The name of the next hop in the configuration.
    pub route: String,
    /// Sealed.
    pub recipient: Vec<u8>,
    /// How often it was tried.
    #[sqlx(try_from = "i64")]
    pub attempts: u32,
    /// In ms since 1970 UTC.
    pub due_at_ms: i64,
    /// Sealed.
    pub last_status: Option<Vec<u8>>,
    /// What the message is.
    pub kind: MessageKind,
    /// The key of the message; absent when it is gone.
    #[sqlx(try_from = "KeyColumn")]
    pub wrapped_key: Option<WrappedKey>,
    /// Sealed.
    pub envelope: Vec<u8>,
    /// When the message came, in ms since 1970 UTC.
    pub received_at_ms: i64,
}

/// A delivery that somebody may end or let go.
#[derive(Clone, Debug, FromRow)]
pub struct WaitingDelivery {
    /// Of the delivery.
    pub id: i64,
    /// Of its message.
    pub message_id: String,
    /// The name of the next hop in the configuration.
    pub route: String,
    /// Sealed.
    pub recipient: Vec<u8>,
    /// Held, queued or active.
    pub state: DeliveryState,
    /// Who is to decide; of what is held.
    pub hold_for: Option<String>,
}

/// A delivery as the log of its message shows it.
#[derive(Clone, Debug, FromRow)]
pub struct Delivery {
    /// Of the delivery.
    pub id: i64,
    /// Of its message.
    pub message_id: String,
    /// The name of the next hop in the configuration.
    pub route: String,
    /// Sealed.
    pub recipient: Vec<u8>,
    /// Where it stands.
    pub state: DeliveryState,
    /// How often it was tried.
    #[sqlx(try_from = "i64")]
    pub attempts: u32,
    /// In ms since 1970 UTC.
    pub due_at_ms: Option<i64>,
    /// Sealed.
    pub last_status: Option<Vec<u8>>,
    /// When it was sent or given up, in ms since 1970 UTC.
    pub done_at_ms: Option<i64>,
    /// Who was to decide, or why.
    pub hold_for: Option<String>,
}

/// How many deliveries are in one of the states that are not the last.
#[derive(Clone, Copy, Debug, Eq, FromRow, PartialEq)]
pub struct DeliveryCount {
    /// The state.
    pub state: DeliveryState,
    /// How many.
    pub count: i64,
}

/// How an attempt to deliver ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Settled {
    /// For ever.
    Failed,
    /// For now.
    Retry {
        /// When to try again, in ms since 1970 UTC.
        due_at_ms: i64,
    },
    /// The next hop has it.
    Sent,
}

/// How the wait of a delivery ends, or goes on.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Resolved {
    /// Its recipient reads it in the portal.
    Kept,
    /// It does not go.
    Refused,
    /// It goes.
    Released {
        /// When it is due, in ms since 1970 UTC.
        due_at_ms: i64,
        /// Sealed: how the message is to be changed, if otherwise than before.
        plan: Option<Vec<u8>>,
    },
    /// It waits on.
    Waits {
        /// Who is to decide now.
        hold_for: String,
    },
}

/// The end of a wait, and all that it causes.
#[derive(Clone, Debug)]
pub struct Resolution<'a> {
    /// How it ends.
    pub resolved: Resolved,
    /// Sealed: why, for the log of the message.
    pub status: Option<&'a [u8]>,
    /// The order that it carries out, and what came of that.
    pub order: Option<(i64, OrderOutcome)>,
    /// Who may read the message in the portal from now on.
    pub copies: &'a [NewCopy],
    /// The links that lead there.
    pub tokens: &'a [NewToken],
    /// What there is to say about the message.
    pub events: &'a [NewEvent],
    /// The mails that it causes.
    pub also: &'a [Commit],
    /// What the audit log tells of it.
    pub audit: &'a [NewRecord],
}
