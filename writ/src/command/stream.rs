//! The arguments that `replay`, `bench` and `diff` share: how the messages of a corpus arrive.

use clap::Args;
use engine::{
    Organisation,
    facts::{Directory, Facts},
};
use grammar::literal::Address;

use super::{
    envelope::{Sender, sender},
    handover::Handover,
};
use crate::{done::Stopped, message, tree::Tree};

/// How the messages arrive.
#[derive(Args, Debug)]
pub(super) struct Arrival {
    /// The envelope sender of every message, `<>` for the null sender; the header From when absent.
    #[arg(long, value_name = "ADDRESS", value_parser = sender)]
    from: Option<Sender>,
    /// An envelope recipient of every message, may be given several times; To, Cc and Bcc when absent.
    #[arg(long, value_name = "ADDRESS", value_parser = Address::parse)]
    to: Vec<Address>,
    #[command(flatten)]
    handover: Handover,
}

/// The same, read.
#[derive(Debug)]
pub(super) struct Stream {
    arrival: Arrival,
    directory: Directory,
    /// Of all messages that no moment is given for.
    now_ms: i64,
}

impl Arrival {
    /// Reads what the arguments name.
    ///
    /// # Errors
    ///
    /// The directory cannot be read.
    pub(super) fn read(self, tree: &Tree) -> Result<Stream, Stopped> {
        let directory = self.handover.directory(tree)?;
        let now_ms = jiff::Timestamp::now().as_millisecond();
        Ok(Stream { arrival: self, directory, now_ms })
    }
}

impl Stream {
    /// When the messages arrive, milliseconds since 1970 UTC.
    pub(super) fn at_ms(&self, of: &Organisation) -> i64 {
        self.arrival.handover.at_ms(of, self.now_ms)
    }

    /// What is known of one message.
    ///
    /// # Errors
    ///
    /// A sentence: nobody is to get it.
    pub(super) fn facts(&self, octets: &[u8], of: &Organisation) -> Result<Facts, String> {
        let arrival = &self.arrival;
        let (mut sender, mut recipients) = (None, Vec::new());
        if arrival.from.is_none() || arrival.to.is_empty() {
            (sender, recipients) = message::envelope(octets, of);
        }
        if let Some(Sender(from)) = &arrival.from {
            sender.clone_from(from);
        }
        if !arrival.to.is_empty() {
            recipients.clone_from(&arrival.to);
        }
        if recipients.is_empty() {
            return Err("its headers name no recipient; give one with --to".to_owned());
        }
        let content = message::content(octets, of);
        Ok(Facts {
            sender,
            recipients,
            at_ms: self.at_ms(of),
            ..arrival.handover.facts(content, self.directory.clone(), of)
        })
    }
}
