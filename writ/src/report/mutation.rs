//! What became of mutants, for people and for programs.

use engine::mutation::MutantFate;
use serde_json::{Value, json};

use crate::{loaded::Usable, mutants::Mutants, plain::plain_line};

/// Every mistake that no test notices, and the counts.
pub(crate) fn write(usable: &Usable, mutants: &Mutants) -> String {
    let mut out = String::new();
    for (mutant, fate) in &mutants.fates {
        if *fate != MutantFate::Survived {
            continue;
        }
        let place = mutant.place.as_ref().map(|it| usable.place(it)).unwrap_or_default();
        out.push_str(&format!(
            "\n{place}: {}\n  no test notices when {}\n",
            plain_line(&mutant.subject),
            plain_line(&mutant.words)
        ));
    }
    let (killed, survived) = (mutants.killed(), mutants.survived());
    let tried = killed.saturating_add(survived);
    out.push_str(&format!(
        "\n{killed} of {tried} mistakes noticed ({} %), {survived} not\n",
        mutants.killed_percent()
    ));
    let refused = mutants.count(|it| *it == MutantFate::Refused);
    if refused > 0 {
        out.push_str(&format!("{refused} more are left out: `writ check` refuses them\n"));
    }
    if mutants.untried > 0 {
        out.push_str(&format!(
            "{} were not tried: the time was up; raise --budget\n",
            mutants.untried
        ));
    }
    out
}

/// The same as an object.
pub(crate) fn json(usable: &Usable, mutants: &Mutants) -> Value {
    let one = |(mutant, fate): &(engine::mutation::Mutant, MutantFate)| {
        let (word, by) = match fate {
            MutantFate::Killed { by } => ("killed", Some(by.as_str())),
            MutantFate::Refused => ("refused", None),
            MutantFate::Survived => ("survived", None),
        };
        json!({
            "subject": mutant.subject,
            "mistake": mutant.words,
            "place": mutant.place.as_ref().map(|it| usable.place(it)),
            "fate": word,
            "by": by,
        })
    };
    json!({
        "killed": mutants.killed(),
        "survived": mutants.survived(),
        "untried": mutants.untried,
        "percent": mutants.killed_percent(),
        "mutants": mutants.fates.iter().map(one).collect::<Vec<_>>(),
    })
}
