//! `writ replay`: what would have happened to the messages of a corpus.

use std::path::PathBuf;

use clap::Args;

use super::stream::Arrival;
use crate::{
    corpus,
    done::{Done, Exit, Stopped},
    loaded::Loaded,
    progress::Progress,
    report::replay::Tally,
};

/// Decide what happens to every message of a folder, an mbox or single files.
///
/// A row for each recipient, and counts by outcome, by policy and by examination: how many messages
/// activate one by their score, and how many because they could not be read for certain. Sender and
/// recipients are those of the headers unless they are given. A message that cannot be read is told
/// and left out; the others go on.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Replay {
    /// The folder of the rules, or one file of it.
    #[arg(long, value_name = "PATH", default_value = ".")]
    rules: PathBuf,
    #[command(flatten)]
    arrival: Arrival,
    /// Only the counts, without a row for each recipient.
    #[arg(long)]
    counts: bool,
    /// Write one object.
    #[arg(long)]
    json: bool,
    /// Folders of messages, message files, mbox files.
    #[arg(required = true, value_name = "CORPUS")]
    corpus: Vec<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  writ replay --rules rules mail/                  a folder of messages
  writ replay --rules rules --counts march.mbox    only how many of each
  writ replay --rules rules --from alice@acme.example --to bob@shop.example --json samples/

Exit codes: 0 every message was decided, 1 some could not be read, 2 the command line or a file is
not usable.";

impl Replay {
    pub(super) fn run(self) -> Result<Done, Stopped> {
        let usable = Loaded::read(&self.rules)?.usable(&self.rules)?;
        let stream = self.arrival.read(&usable.tree)?;
        let mut tally = Tally::new(!self.counts);
        let mut progress = Progress::new("messages");
        let first = self.corpus.first().cloned().unwrap_or_default();
        let read = corpus::each(&self.corpus, |found| {
            let organisation = usable.program.organisation();
            let facts = found.octets.and_then(|it| stream.facts(&it, organisation));
            match facts {
                Ok(facts) => tally.add(&found.name, &usable.program.decide(&facts), &facts.content),
                Err(why) => tally.fail(found.name, why),
            }
            progress.tell(tally.messages(), None);
        });
        drop(progress);
        read.map_err(|source| Stopped::Read { path: first.clone(), source })?;
        if tally.messages() == 0 {
            let first = first.display();
            return Err(Stopped::Unknown(format!("there is no message in `{first}`")));
        }
        let exit = if tally.has_failed() { Exit::Findings } else { Exit::Fine };
        let text = if self.json { tally.json()? } else { tally.table() };
        Ok(Done { text, exit })
    }
}
