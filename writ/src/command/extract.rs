//! `writ extract`: what an examination sees of a message.

use std::path::PathBuf;

use clap::Args;
use examine::{Limits, extract};

use crate::{
    done::{Done, Stopped},
    file,
    report::extract_json,
    report::extract_text,
};

/// Show what examinations see of a message: its parts, names and text, and every remark.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Extract {
    /// The message, or `-` for standard input.
    #[arg(value_name = "MESSAGE.eml")]
    message: PathBuf,
    /// Write one JSON object, with a version; it has the normalised text, too.
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  writ extract message.eml            parts, texts and remarks
  writ extract --json message.eml     the same, and the normalised text that terms are found in";

impl Extract {
    pub(super) fn run(self) -> Result<Done, Stopped> {
        let octets = file::read(&self.message, file::MESSAGE_OCTETS_MAX)
            .map_err(|source| Stopped::Read { path: self.message, source })?;
        let found = extract(&octets, &Limits::default());
        let text =
            if self.json { extract_json::write(&found)? } else { extract_text::write(&found) };
        Ok(Done::fine(text))
    }
}
