//! The mails that Chancery itself writes, one a file: what they say, as text and as HTML.
//!
//! Each is short, says who it is from and why it came, needs no picture and no remote thing, and
//! carries no password. Both parts say the same.

mod advice;
mod ask;
mod confirmation;
mod delivery;
mod held;
mod notification;
mod password;
mod receipt;
mod waiting;

pub(crate) mod date;
mod page;

pub(crate) use advice::advice;
pub(crate) use ask::{Ask, ask};
pub(crate) use confirmation::{Confirmation, confirmation};
pub(crate) use delivery::{Delivery, delivery};
pub(crate) use held::{Held, held};
pub(crate) use notification::{Notification, notification};
pub(crate) use password::{changed, reset};
pub(crate) use receipt::{Receipt, receipt};
pub(crate) use waiting::{Waiting, Waits, waiting};

/// A mail before it is addressed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Letter {
    /// Its subject.
    pub(crate) subject: String,
    /// The plain text, lines of any length.
    pub(crate) text: String,
    /// The same as HTML.
    pub(crate) html: String,
}

/// Who writes, for all letters.
#[derive(Clone, Debug)]
pub(crate) struct House<'a> {
    /// The organisation's name.
    pub(crate) name: &'a str,
    /// Whom readers may ask; empty for nobody.
    pub(crate) help_desk: &'a str,
    /// IANA name of the zone that dates are shown in.
    pub(crate) time_zone: &'a str,
}
