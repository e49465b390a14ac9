//! The arguments on how a message arrives that `decide`, `explain`, `replay`, `diff` and `bench` share.

use std::{net::IpAddr, path::PathBuf};

use clap::Args;
use engine::{
    Organisation,
    facts::{Content, Directory, Facts},
};
use grammar::literal::parse_ip;

use crate::{
    directory,
    done::Stopped,
    message,
    moment::{self, Given},
    tree::Tree,
};

/// Who hands messages over, how and when, and what is known of people.
#[derive(Args, Debug)]
pub(super) struct Handover {
    /// Who hands a message over. Without it messages come from the organisation's own servers,
    /// whatever their address.
    #[arg(long, value_name = "IP", value_parser = parse_ip)]
    client_ip: Option<IpAddr>,
    /// The peer has authenticated; peers in the organisation's `relay networks` need no word.
    #[arg(long)]
    trusted: bool,
    /// The peer uses TLS.
    #[arg(long)]
    tls: bool,
    /// When a message arrives: `2026-03-02` or `2026-03-02 09:30` in the rules' time zone, or
    /// `2026-03-02T09:30:00Z`; now when absent.
    #[arg(long, value_name = moment::VALUE_NAME, value_parser = moment::parse)]
    at: Option<Given>,
    /// Groups and attributes of people: JSON, CSV with the columns `mail` and `memberOf`, or LDIF.
    /// Without it, the file that `directory` in `writ.toml` names.
    #[arg(long, value_name = "FILE")]
    directory: Option<PathBuf>,
}

impl Handover {
    /// The directory that was given, else the one of the tree, else an empty one.
    ///
    /// # Errors
    ///
    /// [`Stopped`]: it cannot be read.
    pub(super) fn directory(&self, tree: &Tree) -> Result<Directory, Stopped> {
        Ok(directory::of(self.directory.as_deref(), tree)?.unwrap_or_default())
    }

    /// When messages arrive, milliseconds since 1970 UTC; `now_ms` where nothing was said.
    pub(super) fn at_ms(&self, of: &Organisation, now_ms: i64) -> i64 {
        self.at.map_or(now_ms, |it| it.timestamp(of).as_millisecond())
    }

    /// What is known of a message besides its sender, its recipients and its time.
    pub(super) fn facts(&self, content: Content, directory: Directory, of: &Organisation) -> Facts {
        let trusts = |peer: IpAddr| message::relays(of, peer);
        Facts {
            peer: self.client_ip,
            trusted: self.trusted || self.client_ip.is_none_or(trusts),
            tls: self.tls,
            content,
            directory,
            ..Facts::default()
        }
    }
}
