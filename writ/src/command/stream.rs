//! The arguments that `replay`, `bench` and `diff` share: how the messages of a corpus arrive.

use std::{net::IpAddr, path::PathBuf};

use clap::Args;
use engine::{
    Organisation,
    facts::{Directory, Facts},
};
use grammar::literal::{Address, parse_ip};

use super::envelope::{Sender, sender};
use crate::{
    directory,
    done::Stopped,
    message,
    moment::{self, Given},
};

/// How the messages arrive.
#[derive(Args, Debug)]
pub(super) struct Arrival {
    /// The envelope sender of every message, `<>` for the null sender; the header From when absent.
    #[arg(long, value_name = "ADDRESS", value_parser = sender)]
    from: Option<Sender>,
    /// An envelope recipient of every message, may be given several times; To, Cc and Bcc when absent.
    #[arg(long, value_name = "ADDRESS", value_parser = Address::parse)]
    to: Vec<Address>,
    /// Who hands the messages over. Without it they come from the organisation's own servers.
    #[arg(long, value_name = "IP", value_parser = parse_ip)]
    client_ip: Option<IpAddr>,
    /// The peer has authenticated.
    #[arg(long)]
    trusted: bool,
    /// The peer uses TLS.
    #[arg(long)]
    tls: bool,
    /// When the messages arrive: `2026-03-02` or `2026-03-02 09:30` in the rules' time zone, or
    /// `2026-03-02T09:30:00Z`; now when absent.
    #[arg(long, value_name = moment::VALUE_NAME, value_parser = moment::parse)]
    at: Option<Given>,
    /// Groups and attributes of people, as `writ decide` reads them.
    #[arg(long, value_name = "FILE")]
    directory: Option<PathBuf>,
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
    pub(super) fn read(self) -> Result<Stream, Stopped> {
        let directory = match &self.directory {
            Some(path) => directory::read(path)?,
            None => Directory::default(),
        };
        let now_ms = jiff::Timestamp::now().as_millisecond();
        Ok(Stream { arrival: self, directory, now_ms })
    }
}

impl Stream {
    /// When the messages arrive, milliseconds since 1970 UTC.
    pub(super) fn at_ms(&self, of: &Organisation) -> i64 {
        self.arrival.at.map_or(self.now_ms, |it| it.timestamp(of).as_millisecond())
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
        let trusts = |peer: IpAddr| message::relays(of, peer);
        Ok(Facts {
            sender,
            recipients,
            peer: arrival.client_ip,
            trusted: arrival.trusted || arrival.client_ip.is_none_or(trusts),
            tls: arrival.tls,
            at_ms: self.at_ms(of),
            content: message::content(octets, of),
            directory: self.directory.clone(),
            ..Facts::default()
        })
    }
}
