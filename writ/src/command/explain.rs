//! `writ explain`: a decision with everything that led to it.

use clap::Args;
use engine::decision::{Decision, Fate};

use super::envelope::Envelope;
use crate::{
    done::{Done, Stopped},
    loaded::Usable,
    report::{decision_json, trace},
};

/// Decide what happens to a message, and show why.
///
/// For each recipient: what decided (marked `*`), and of every other policy, request and bypass
/// what kept it from deciding, each with its file and line. What examinations found is shown by
/// place, never by its text; what could not be read for certain, with its part.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Explain {
    #[command(flatten)]
    envelope: Envelope,
    /// Show only why this policy, request or bypass did not decide.
    #[arg(long, value_name = "POLICY", conflicts_with = "json")]
    why_not: Option<String>,
    /// Write the object of `writ decide --json`, with the trace of each recipient.
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  writ explain --rules rules --from alice@acme.example --to bob@shop.example message.eml
  writ explain --rules rules --from alice@acme.example --to bob@shop.example \\
      --why-not cards-leave-secured message.eml";

impl Explain {
    pub(super) fn run(self) -> Result<Done, Stopped> {
        let (usable, facts) = self.envelope.read()?;
        if let Some(name) = &self.why_not {
            known(&usable, name)?;
        }
        let decision = usable.program.explain(&facts);
        Ok(Done::fine(match &self.why_not {
            None if self.json => decision_json::write_traced(&usable, &decision)?,
            None => trace::full(&usable, &decision, &facts.content),
            Some(name) => why_not(&usable, &decision, name),
        }))
    }
}

/// That there is such a policy.
fn known(usable: &Usable, name: &str) -> Result<(), Stopped> {
    let names = usable.rules.clause_names();
    if names.contains(&name) {
        return Ok(());
    }
    let near = grammar::suggest::closest(name, names.iter().copied());
    let hint = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are: {}", names.join(", ")),
    };
    Err(Stopped::Unknown(format!("no policy, request or bypass is called `{name}`; {hint}")))
}

fn why_not(usable: &Usable, decision: &Decision, name: &str) -> String {
    let mut out = String::new();
    for verdict in &decision.verdicts {
        let line = verdict.trace.iter().find(|it| it.subject == name);
        let place = line.and_then(|it| it.place.as_ref()).map(|it| usable.place(it));
        let words = match line {
            Some(it) if it.fate == Fate::Decided => "it did decide".to_owned(),
            Some(it) => trace::words(it),
            None => "the trace does not tell".to_owned(),
        };
        let place = place.map(|it| format!(" ({it})")).unwrap_or_default();
        out.push_str(&format!("{}: `{name}`{place}: {words}\n", verdict.recipient));
    }
    out
}
