//! The whole work of an examiner, once, before the sandbox is entered.
//!
//! Libraries ask the system a few things the first time they are used: how large the stack is, how
//! many processors there are. They remember the answers, and the sandbox forbids the questions.

use engine::{Rules, SourceFile, facts::Facts};
use examine::Limits;

const RULES: &str = r#"writ 1

organisation rehearsal {
  domains rehearsal.example
}

pattern digits {
  match /\b\d{4}\b/
}

examination figures {
  look in subject, body
  count digits
  activates at 1
  unreadable counts as activated
}

default deliver

policy figures-wait {
  why "A rehearsal."
  from everyone
  to everyone
  when figures activates
  then hold
}
"#;

const MESSAGE: &[u8] = b"From: a@rehearsal.example\r\nSubject: =?utf-8?q?1234?=\r\nMIME-Version: \
    1.0\r\nContent-Type: text/html; charset=iso-8859-2\r\n\r\n<p>1234</p>\r\n";

/// Checks, packs, loads, extracts, decides and cleans.
///
/// # Errors
///
/// The rules of this file are wrong, which is a fault of this program.
pub(super) fn rehearse() -> anyhow::Result<()> {
    let file = SourceFile { path: "rehearsal.writ".to_owned(), text: RULES.to_owned() };
    let (rules, diagnostics) = Rules::load(&[file], &[]);
    let rules = rules.ok_or_else(|| anyhow::anyhow!("the rehearsal is wrong: {diagnostics:?}"))?;
    let recipient = grammar::literal::Address::parse("b@rehearsal.example")?;
    let facts = Facts {
        recipients: vec![recipient],
        content: examine::extract(MESSAGE, &Limits::default()).content,
        ..Facts::default()
    };
    let program = engine::bundle::decode(&engine::bundle::encode(&rules))?;
    let decision = program.decide(&facts);
    let activated = decision.examinations.iter().any(|it| it.activated);
    anyhow::ensure!(activated, "the rehearsal did not find what it looks for");
    let reading = examine::reading(MESSAGE, &Limits::default());
    anyhow::ensure!(reading.html.is_some(), "the rehearsal showed nothing");
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_rehearsal_succeeds() {
        super::rehearse().unwrap();
    }
}
