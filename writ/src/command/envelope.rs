//! The arguments that `decide` and `explain` share: rules, envelope, directory, message.

use std::path::PathBuf;

use clap::Args;
use engine::facts::Facts;
use grammar::literal::Address;

use super::handover::Handover;
use crate::{
    done::Stopped,
    file,
    loaded::{Loaded, Usable},
    message,
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
    #[command(flatten)]
    handover: Handover,
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
        let directory = self.handover.directory(&usable.tree)?;
        let octets = file::read(&self.message, file::MESSAGE_OCTETS_MAX)
            .map_err(|source| Stopped::Read { path: self.message.clone(), source })?;
        let organisation = usable.program.organisation();
        let content = message::content(&octets, organisation);
        let now_ms = jiff::Timestamp::now().as_millisecond();
        let facts = Facts {
            sender: self.from.0,
            recipients: self.to,
            at_ms: self.handover.at_ms(organisation, now_ms),
            ..self.handover.facts(content, directory, organisation)
        };
        Ok((usable, facts))
    }
}
