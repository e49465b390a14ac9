//! What is counted over one conversation, so that it ends.

use crate::smtp::limits::{AUTH_FAILURES_MAX, IDLE_COMMANDS_MAX, REFUSED_RECIPIENTS_MAX};

/// Counts over one conversation. Each question counts first.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Tally {
    denied_logins: u32,
    messages: u32,
    mistakes: u32,
    passive: u32,
    refused_recipients: u32,
}

impl Tally {
    pub(super) const fn new() -> Self {
        Self { denied_logins: 0, messages: 0, mistakes: 0, passive: 0, refused_recipients: 0 }
    }

    pub(super) const fn messages(&self) -> u32 {
        self.messages
    }

    /// A message came to its end: what led to it was no idling.
    pub(super) const fn message(&mut self) {
        self.messages = self.messages.saturating_add(1);
        self.passive = 0;
    }

    pub(super) const fn mistake_is_one_too_many(&mut self, mistakes_max: u32) -> bool {
        self.mistakes = self.mistakes.saturating_add(1);
        mistakes_max < self.mistakes
    }

    pub(super) const fn passive_is_one_too_many(&mut self) -> bool {
        self.passive = self.passive.saturating_add(1);
        IDLE_COMMANDS_MAX < self.passive
    }

    pub(super) const fn refused_recipient_is_one_too_many(&mut self) -> bool {
        self.refused_recipients = self.refused_recipients.saturating_add(1);
        REFUSED_RECIPIENTS_MAX < self.refused_recipients
    }

    pub(super) const fn denied_login_is_one_too_many(&mut self) -> bool {
        self.denied_logins = self.denied_logins.saturating_add(1);
        AUTH_FAILURES_MAX <= self.denied_logins
    }
}
