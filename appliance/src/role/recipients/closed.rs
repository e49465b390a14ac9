//! Those who take no mail: suspended, or deleted and not yet forgotten.

use grammar::literal::Date;

/// Why, and for how long, somebody takes no mail.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Closed {
    /// What it is.
    pub(super) why: Why,
    /// The first day; since ever if absent.
    pub(super) from: Option<Date>,
    /// The last day; for ever if absent.
    pub(super) until: Option<Date>,
    /// What senders read instead of what they read otherwise.
    pub(super) text: Option<String>,
}

/// Why somebody takes no mail.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Why {
    /// It is over, and the address not yet free for another.
    Deleted,
    /// It goes on later, perhaps.
    Suspended,
}

/// What one is on a day.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum State<'a> {
    /// Mail comes back with this text.
    Closed(&'a str),
    /// There is no such recipient any more.
    Gone,
    /// Mail is taken.
    There,
}

/// What senders to a suspended mailbox or organisation read.
const SUSPENDED_TEXT: &str =
    "Mail is not taken here until further notice. Please reach the recipient in another way.";
/// What senders to a deleted mailbox read.
const DELETED_TEXT: &str =
    "The mailbox is no longer in use. Please reach the recipient in another way.";

impl Closed {
    /// What it is on a day, of which all counts.
    pub(super) fn on(&self, day: Date) -> State<'_> {
        let is_over = self.until.is_some_and(|it| it < day);
        let has_begun = self.from.is_none_or(|it| it <= day);
        match self.why {
            Why::Deleted if is_over => State::Gone,
            Why::Suspended if is_over => State::There,
            Why::Deleted | Why::Suspended if !has_begun => State::There,
            Why::Deleted => State::Closed(self.text.as_deref().unwrap_or(DELETED_TEXT)),
            Why::Suspended => State::Closed(self.text.as_deref().unwrap_or(SUSPENDED_TEXT)),
        }
    }
}
