//! Decisions over a corpus: rows and counts, for people and for programs.

use std::collections::{BTreeMap, BTreeSet};

use engine::{
    decision::{Cause, Decision, ExaminationResult},
    facts::Content,
};
use serde::Serialize;

use super::decision_text::{columns, outcome};
use crate::plain::{self, plain_line};

/// What came of the messages so far.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Tally {
    version: u32,
    messages: usize,
    recipients: usize,
    /// Recipients by what happens.
    by_disposition: BTreeMap<&'static str, usize>,
    /// Recipients by the policies that decided, `default` where none.
    by_policy: BTreeMap<String, usize>,
    /// Messages by the examinations that activate.
    by_examination: BTreeMap<String, usize>,
    /// Of these, by why: each message once, at its strongest reason.
    by_cause: BTreeMap<String, Causes>,
    /// Remarks on messages that activate an examination without its score, without their parts.
    by_remark: BTreeMap<String, usize>,
    /// Messages that could not be decided.
    failures: Vec<Failed>,
    #[serde(skip_serializing_if = "Option::is_none")]
    decisions: Option<Vec<Row>>,
}

/// Messages by why they activate an examination.
#[derive(Debug, Default, Serialize)]
struct Causes {
    score: usize,
    unreadable: usize,
    ambiguous: usize,
    over_limit: usize,
}

impl Causes {
    fn count(&mut self, cause: Cause) {
        let slot = match cause {
            Cause::Ambiguous => &mut self.ambiguous,
            Cause::OverLimit => &mut self.over_limit,
            Cause::Score => &mut self.score,
            Cause::Unreadable => &mut self.unreadable,
        };
        *slot = slot.saturating_add(1);
    }

    /// Such as: 2 by score, 25 ambiguous.
    fn words(&self) -> String {
        let all = [
            (self.score, "by score"),
            (self.unreadable, "unreadable"),
            (self.ambiguous, "ambiguous"),
            (self.over_limit, "over a limit"),
        ];
        let some = all.iter().filter(|it| it.0 > 0).map(|it| format!("{} {}", it.0, it.1));
        some.collect::<Vec<_>>().join(", ")
    }
}

#[derive(Debug, Serialize)]
struct Row {
    message: String,
    recipient: String,
    disposition: &'static str,
    outcome: String,
    decided_by: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Failed {
    message: String,
    error: String,
}

/// The version of the form.
const VERSION: u32 = 1;

impl Tally {
    /// Nothing yet; with rows where they are wanted.
    pub(crate) fn new(rows: bool) -> Self {
        Self { version: VERSION, decisions: rows.then(Vec::new), ..Self::default() }
    }

    pub(crate) fn messages(&self) -> usize {
        self.messages
    }

    pub(crate) fn has_failed(&self) -> bool {
        !self.failures.is_empty()
    }

    /// A message that could not be decided.
    pub(crate) fn fail(&mut self, message: String, error: String) {
        self.messages = self.messages.saturating_add(1);
        self.failures.push(Failed { message, error });
    }

    /// A message that was.
    pub(crate) fn add(&mut self, message: &str, decision: &Decision, content: &Content) {
        self.messages = self.messages.saturating_add(1);
        for verdict in &decision.verdicts {
            self.recipients = self.recipients.saturating_add(1);
            count(&mut self.by_disposition, verdict.disposition.as_str());
            for name in &verdict.decided_by {
                count(&mut self.by_policy, name.clone());
            }
            let rows = self.decisions.iter_mut();
            rows.for_each(|rows| {
                rows.push(Row {
                    message: message.to_owned(),
                    recipient: verdict.recipient.to_string(),
                    disposition: verdict.disposition.as_str(),
                    outcome: outcome(verdict),
                    decided_by: verdict.decided_by.clone(),
                });
            });
        }
        self.examined(&decision.examinations, content);
    }

    fn examined(&mut self, results: &[ExaminationResult], content: &Content) {
        let mut without_score = false;
        for result in results.iter().filter(|it| it.activated) {
            count(&mut self.by_examination, result.name.to_string());
            if let Some(cause) = result.causes.first() {
                self.by_cause.entry(result.name.to_string()).or_default().count(*cause);
                without_score |= *cause != Cause::Score;
            }
        }
        let remarks = [&content.unreadable, &content.ambiguous, &content.over_limit];
        let remarks = remarks.into_iter().flatten().filter(|_| without_score);
        let words: BTreeSet<&str> = remarks.map(|it| without_part(it)).collect();
        words.into_iter().for_each(|it| count(&mut self.by_remark, it.to_owned()));
    }

    /// Rows, counts, and what failed.
    pub(crate) fn table(&self) -> String {
        let mut out = String::new();
        if let Some(decisions) = &self.decisions {
            let mut rows = vec![["message", "recipient", "outcome", "because"].map(str::to_owned)];
            rows.extend(decisions.iter().map(|it| {
                let by = it.decided_by.join(", ");
                [it.message.clone(), it.recipient.clone(), it.outcome.clone(), by]
            }));
            out.push_str(&columns(&rows));
            out.push('\n');
        }
        for failed in &self.failures {
            let line = format!("{}: not decided: {}", failed.message, failed.error);
            out.push_str(&format!("{}\n", plain_line(&line)));
        }
        out.push_str(&format!(
            "{}, {}, {} not decided\n",
            plain::counted(self.messages, "message", "messages"),
            plain::counted(self.recipients, "recipient", "recipients"),
            self.failures.len()
        ));
        let words: BTreeMap<String, usize> =
            self.by_disposition.iter().map(|it| ((*it.0).to_owned(), *it.1)).collect();
        let nothing = |_: &str| String::new();
        let why = |name: &str| self.by_cause.get(name).map(Causes::words).unwrap_or_default();
        out.push_str(&counted("recipients by outcome", &words, nothing));
        out.push_str(&counted("recipients by policy", &self.by_policy, nothing));
        let title = "messages by examination that activates, and why";
        out.push_str(&counted(title, &self.by_examination, why));
        let title = "what could not be read for certain where the score did not activate";
        out.push_str(&counted(title, &self.by_remark, nothing));
        out
    }

    /// One object.
    ///
    /// # Errors
    ///
    /// None that these types can cause.
    pub(crate) fn json(&self) -> Result<String, serde_json::Error> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }
}

fn count<K: Ord>(counts: &mut BTreeMap<K, usize>, key: K) {
    let slot = counts.entry(key).or_insert(0);
    *slot = slot.saturating_add(1);
}

/// A remark without the part that it is about.
fn without_part(remark: &str) -> &str {
    remark.rsplit_once(" (part ").map_or(remark, |it| it.0)
}

/// A title and its counts, the most first, each with what there is to say of it.
fn counted(title: &str, counts: &BTreeMap<String, usize>, more: impl Fn(&str) -> String) -> String {
    if counts.is_empty() {
        return String::new();
    }
    let mut rows: Vec<(&String, &usize)> = counts.iter().collect();
    rows.sort_by(|one, other| other.1.cmp(one.1).then(one.0.cmp(other.0)));
    let rows: Vec<[String; 3]> = rows
        .into_iter()
        .map(|(name, count)| [format!("  {count:>7}"), name.clone(), more(name)])
        .collect();
    format!("\n{title}\n{}", columns(&rows))
}
