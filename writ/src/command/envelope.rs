//! The arguments that `decide` and `explain` share: rules, envelope, directory, message.

use std::{net::IpAddr, path::PathBuf};

use clap::Args;
use engine::facts::Facts;
use grammar::literal::{Address, parse_ip};

use crate::{
    directory,
    done::Stopped,
    file,
    loaded::{Loaded, Usable},
    message,
    moment::{self, Given},
};

/// A message with its envelope.
#[derive(Args, Debug)]
pub(super) struct Envelope {
    /// The folder of the rules, or one file of it.
    #[arg(long, value_name = "PATH", default_value = ".")]
    rules: PathBuf,
    /// The envelope sender; `<>` for the null sender of bounces.
    #[arg(long, value_name = "ADDRESS", value_parser = sender)]
    from: Sender,
    /// An envelope recipient; may be given several times.
    #[arg(long, value_name = "ADDRESS", required = true, value_parser = Address::parse)]
    to: Vec<Address>,
    /// Who hands the message over. Without it the message comes from the organisation's own
    /// servers, whatever their address.
    #[arg(long, value_name = "IP", value_parser = parse_ip)]
    client_ip: Option<IpAddr>,
    /// The peer has authenticated; peers in the organisation's `relay networks` need no word.
    #[arg(long)]
    trusted: bool,
    /// The peer uses TLS.
    #[arg(long)]
    tls: bool,
    /// When the message arrives: `2026-03-02` or `2026-03-02 09:30` in the rules' time zone, or
    /// `2026-03-02T09:30:00Z`; now when absent.
    #[arg(long, value_name = moment::VALUE_NAME, value_parser = moment::parse)]
    at: Option<Given>,
    /// Groups and attributes of people: JSON, CSV with the columns `mail` and `memberOf`, or LDIF.
    /// Without it, the file that `directory` in `writ.toml` names.
    #[arg(long, value_name = "FILE")]
    directory: Option<PathBuf>,
    /// The message, or `-` for standard input.
    #[arg(value_name = "MESSAGE.eml")]
    message: PathBuf,
}

/// An envelope sender; absent for the null sender.
#[derive(Clone, Debug)]
pub(super) struct Sender(pub(super) Option<Address>);

/// Reads an envelope sender; `<>` is the null sender.
pub(super) fn sender(text: &str) -> Result<Sender, grammar::literal::AddressError> {
    if text == "<>" || text.is_empty() {
        return Ok(Sender(None));
    }
    Address::parse(text).map(|it| Sender(Some(it)))
}

impl Envelope {
    /// Reads everything that the arguments name.
    ///
    /// # Errors
    ///
    /// [`Stopped`]: something cannot be read, or the rules have errors.
    pub(super) fn read(self) -> Result<(Usable, Facts), Stopped> {
        let usable = Loaded::read(&self.rules)?.usable(&self.rules)?;
        let directory = directory::of(self.directory.as_deref(), &usable.tree)?.unwrap_or_default();
        let octets = file::read(&self.message, file::MESSAGE_OCTETS_MAX)
            .map_err(|source| Stopped::Read { path: self.message.clone(), source })?;
        let organisation = usable.program.organisation();
        let relays = |peer: IpAddr| message::relays(organisation, peer);
        let facts = Facts {
            sender: self.from.0,
            recipients: self.to,
            peer: self.client_ip,
            trusted: self.trusted || self.client_ip.is_none_or(relays),
            tls: self.tls,
            at_ms: moment::or_now(self.at, organisation).as_millisecond(),
            content: message::content(&octets, organisation),
            directory,
            ..Facts::default()
        };
        Ok((usable, facts))
    }
}
