//! `chancery shadow`: what other rules, which run beside those in force, would have done otherwise.

use super::{
    print::table,
    status::{shadow_rules, shadow_words},
};
use crate::{
    config::Config,
    notice::date,
    role::spool::{Note, SHADOW},
};

/// All that is known of them, in words.
///
/// # Errors
///
/// The data folder cannot be read.
pub(super) fn told(config: &Config) -> anyhow::Result<String> {
    let note = Note::read(&config.folders.store.join(SHADOW));
    let running = shadow_rules(config)?;
    let mut out = match (&config.shadow_rules, &running) {
        (None, _) => "No other rules are named in `[shadow]`.\n".to_owned(),
        (Some(_), Some(rules)) => format!("{rules} run beside the rules in force.\n"),
        (Some(path), None) => {
            format!("None run; put them at `{}` and send SIGHUP.\n", path.display())
        }
    };
    if note.rules.is_empty() {
        return Ok(out);
    }
    if running.as_deref() != Some(&format!("sha256:{}", note.rules)) {
        out.push_str(&format!("Of sha256:{}, which ran before:\n", note.rules));
    }
    out.push_str(&format!(
        "Since {}: {}.\n",
        date::minute(note.since_ms, "UTC"),
        shadow_words(&note)
    ));
    if !note.changes.is_empty() {
        let mut changes: Vec<_> = note.changes.into_iter().collect();
        changes.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let rows = changes.into_iter().map(|(what, count)| [count.to_string(), what]);
        out.push('\n');
        out.push_str(&table(["RECIPIENTS", "WOULD BE"], rows));
    }
    Ok(out)
}
