//! One mail transaction: from `MAIL` to the envelope that proves it complete.

use grammar::literal::Address;

use super::command::Mail;
use crate::smtp::{
    dsn::{MailWish, RcptWish},
    path::ReversePath,
};

/// What octets the content may have.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Body {
    /// Any octet (RFC 6152).
    EightBit,
    /// Octets below 128.
    SevenBit,
}

/// A transaction that may still lack recipients.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Transaction {
    sender: ReversePath,
    body: Body,
    declared_octets: Option<u64>,
    wish: MailWish,
    utf8: bool,
    recipients: Vec<Address>,
    /// What is wanted to be told of each of them.
    wishes: Vec<RcptWish>,
    /// The place of each that was accepted, the same one twice included.
    accepted: Vec<usize>,
}

/// A transaction with at least one recipient, no two the same.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Envelope(Transaction);

impl Transaction {
    pub(super) fn open(mail: Mail) -> Self {
        let Mail { sender, body, declared_octets, wish, utf8 } = mail;
        let (recipients, wishes) = (Vec::new(), Vec::new());
        Self { sender, body, declared_octets, wish, utf8, recipients, wishes, accepted: Vec::new() }
    }

    pub(super) const fn sender(&self) -> &ReversePath {
        &self.sender
    }

    pub(super) const fn is_utf8(&self) -> bool {
        self.utf8
    }

    pub(super) const fn accepted(&self) -> usize {
        self.accepted.len()
    }

    /// A recipient named twice gets one copy, and counts as wished for first.
    pub(super) fn add(&mut self, recipient: Address, wish: RcptWish) {
        let known = self.recipients.iter().position(|it| *it == recipient);
        self.accepted.push(known.unwrap_or(self.recipients.len()));
        if known.is_none() {
            self.recipients.push(recipient);
            self.wishes.push(wish);
        }
    }

    /// Makes the envelope, or gives the transaction back that has no recipient.
    pub(super) fn seal(self) -> Result<Envelope, Box<Self>> {
        if self.recipients.is_empty() {
            return Err(Box::new(self));
        }
        Ok(Envelope(self))
    }
}

impl Envelope {
    /// Where failures are reported.
    #[must_use]
    pub const fn sender(&self) -> &ReversePath {
        &self.0.sender
    }

    /// Who gets the message: at least one, in the order they were named.
    #[must_use]
    pub fn recipients(&self) -> &[Address] {
        &self.0.recipients
    }

    /// The place of each recipient that was accepted, in the order of the session; one that was
    /// named twice is there twice.
    pub(super) fn accepted(&self) -> &[usize] {
        &self.0.accepted
    }

    /// What is wanted to be told of the message.
    #[must_use]
    pub const fn wish(&self) -> &MailWish {
        &self.0.wish
    }

    /// What is wanted to be told of each recipient, in the order of [`Envelope::recipients`].
    #[must_use]
    pub fn wishes(&self) -> &[RcptWish] {
        &self.0.wishes
    }

    /// Whether addresses and headers may have letters beyond ASCII (`SMTPUTF8`).
    #[must_use]
    pub const fn is_utf8(&self) -> bool {
        self.0.utf8
    }

    /// What octets the peer announced.
    #[must_use]
    pub const fn body(&self) -> Body {
        self.0.body
    }

    /// The size the peer announced, octets.
    #[must_use]
    pub const fn declared_octets(&self) -> Option<u64> {
        self.0.declared_octets
    }
}
