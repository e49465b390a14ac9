//! `writ decide`: what happens to a message, for each recipient.

use clap::Args;

use super::envelope::Envelope;
use crate::{
    done::{Done, Stopped},
    report::{decision_json, decision_text},
};

/// Decide what happens to a message, for each recipient.
///
/// The decision is the one that the gateway makes of the same message, envelope and rules.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Decide {
    #[command(flatten)]
    envelope: Envelope,
    /// Write one JSON object, with a version, instead of a table.
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  writ decide --rules rules --from alice@acme.example --to bob@shop.example message.eml
  writ decide --rules rules --from alice@acme.example --to bob@shop.example \\
      --to carol@acme.example --client-ip 198.51.100.7 --at 2026-03-02T09:30:00Z --json - < message.eml";

impl Decide {
    pub(super) fn run(self) -> Result<Done, Stopped> {
        let (usable, facts) = self.envelope.read()?;
        let decision = usable.program.decide(&facts);
        let text = if self.json {
            decision_json::write(&usable, &decision)?
        } else {
            decision_text::table(&decision, &facts.content)
        };
        Ok(Done::fine(text))
    }
}
