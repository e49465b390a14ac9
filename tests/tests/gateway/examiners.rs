//! Examiners that have opened an archive or a document end, and others are there at once.

use std::collections::BTreeSet;

use tests::{
    appliance::{Appliance, Setup},
    client::send,
    mail,
    python::python,
    wait::wait_until,
};

use crate::{ALICE, BOB, PATIENCE, RULES};

/// Held because of the word in the file.
const HELD: &str = "select count(*) from delivery where state = 'held' and hold_for = 'board'";

/// A message with a compressed text.
fn with_archive(id: &str, text: &str) -> anyhow::Result<Vec<u8>> {
    const PACK: &str = "
import base64, gzip, sys
print(base64.encodebytes(gzip.compress(sys.argv[1].encode())).decode())
";
    let packed = python(PACK, &[text])?.replace('\n', "\r\n");
    let message = format!(
        "From: {ALICE}\r\nTo: {BOB}\r\nSubject: {id}\r\nMessage-ID: <{id}@tests.example>\r\n\
         Date: Mon, 02 Mar 2026 09:30:00 +0000\r\nMIME-Version: 1.0\r\n\
         Content-Type: application/gzip; name=notes.txt.gz\r\n\
         Content-Disposition: attachment; filename=notes.txt.gz\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{packed}"
    );
    Ok(message.into_bytes())
}

fn examiners(appliance: &Appliance) -> anyhow::Result<BTreeSet<u32>> {
    Ok(appliance.pids("exam")?.into_iter().collect())
}

#[test]
fn an_examiner_ends_after_an_archive_and_after_nothing_else() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    let before = examiners(&appliance)?;
    for number in 0..4 {
        let id = format!("plain-{number}");
        let content = mail::plain(&id, ALICE, BOB, &id, "good");
        assert_eq!(send(appliance.smtp(), ALICE, &[BOB], &content)?.code, 250);
    }
    assert_eq!(examiners(&appliance)?, before);
    let archive = with_archive("packed", "a waitword")?;
    assert_eq!(send(appliance.smtp(), ALICE, &[BOB], &archive)?.code, 250);
    assert_eq!(appliance.count(HELD)?, 1, "{}", appliance.log());
    wait_until("another examiner", PATIENCE, || {
        examiners(&appliance).is_ok_and(|it| it.len() == before.len() && it != before)
    })?;
    assert_eq!(examiners(&appliance)?.intersection(&before).count(), before.len() - 1);
    assert!(!appliance.log().contains("role.ended"), "{}", appliance.log());
    Ok(())
}

#[test]
fn archives_one_after_the_other_are_all_decided() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    let archive = with_archive("packed", "a waitword")?;
    for number in 1..=12 {
        let reply = send(appliance.smtp(), ALICE, &[BOB], &archive)?;
        assert_eq!((reply.code, appliance.count(HELD)?), (250, number), "{}", appliance.log());
    }
    assert!(!appliance.log().contains("message.undecided"), "{}", appliance.log());
    Ok(())
}
