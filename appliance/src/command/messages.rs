//! `chancery messages`: what was decided, opened with the keys of this machine.

use serde::Deserialize;
use store::message;

use super::{kept::Kept, print};
use crate::{config::Config, role::thing};

/// What was decided for one recipient.
#[derive(Clone, Debug)]
pub(crate) struct Listed {
    /// Its subject.
    pub(crate) subject: String,
    /// The recipient.
    pub(crate) recipient: String,
    /// What happened.
    pub(crate) disposition: String,
    /// The policies that decided.
    pub(crate) decided_by: Vec<String>,
}

#[derive(Deserialize)]
struct Head {
    subject: String,
}

#[derive(Deserialize)]
struct Record {
    recipients: Vec<Recipient>,
}

#[derive(Deserialize)]
struct Recipient {
    recipient: String,
    disposition: String,
    decided_by: Vec<String>,
}

/// Of the newest `rows` messages those that were decided, the oldest of them first.
///
/// # Errors
///
/// The store or the keys cannot be read.
pub(crate) async fn list(config: &Config, rows: u32) -> anyhow::Result<Vec<Listed>> {
    let Kept { store, master, .. } = Kept::open(config).await?;
    let mut listed = Vec::new();
    for found in message::newest(&store, rows).await? {
        let (Some(wrapped), Some(decision)) = (&found.wrapped_key, &found.decision) else {
            continue;
        };
        let thing = thing(&found.id);
        let key = master.unwrap(wrapped, &thing)?;
        let head: Head = serde_json::from_slice(&key.open_field(&thing, "head", &found.head)?)?;
        let record: Record =
            serde_json::from_slice(&key.open_field(&thing, "decision", decision)?)?;
        listed.extend(record.recipients.into_iter().map(|it| Listed {
            subject: head.subject.clone(),
            recipient: it.recipient,
            disposition: it.disposition,
            decided_by: it.decided_by,
        }));
    }
    Ok(listed)
}

/// The list as a table.
pub(crate) fn table(listed: &[Listed]) -> String {
    let rows = listed.iter().map(|it| {
        [it.subject.clone(), it.recipient.clone(), it.disposition.clone(), it.decided_by.join(", ")]
    });
    print::table(["SUBJECT", "RECIPIENT", "DECISION", "DECIDED BY"], rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_they_must_be() {
        let row = Listed {
            subject: "Grüße".into(),
            recipient: "bob@shop.example".into(),
            disposition: "secure".into(),
            decided_by: vec!["a".into(), "b".into()],
        };
        let expected = "SUBJECT  RECIPIENT         DECISION  DECIDED BY\n\
                        Grüße    bob@shop.example  secure    a, b\n";
        assert_eq!(table(&[row]), expected);
    }
}
