//! What a sealed message says, and whom it concerns, is nowhere on disk and in no log.

use std::{fs, time::Duration};

use tests::{
    appliance::{Appliance, Setup},
    client::Client,
    python::python,
    search::{Forms, files},
    wait::wait_until,
};

use crate::{PATIENCE, RULES};

/// Words that stand nowhere else.
const WORDS: &[&str] = &[
    "Quetzalcoatl-Subject",
    "Xylophonist-Body",
    "Grüßaugust-Ünique",
    "Ptarmigan-Html",
    "Wolpertinger-Name",
    "Axolotl-Content",
    "Kookaburra-Header",
    "zanzibar.sender",
    "Display-Narwhal",
    "okapi.recipient",
    "platypus-domain",
    "tapir.second",
];

const SEND: &str = "
import smtplib, sys
from email.message import EmailMessage
m = EmailMessage()
m['From'] = 'Display-Narwhal <zanzibar.sender@acme.example>'
m['To'] = 'okapi.recipient@platypus-domain.example, tapir.second@acme.example'
m['Subject'] = '[secure] Quetzalcoatl-Subject ' + sys.argv[2]
m['X-Odd'] = 'Kookaburra-Header'
m['Disposition-Notification-To'] = 'zanzibar.sender@acme.example'
m.set_content('Xylophonist-Body Gr\u{fc}\u{df}august-\u{dc}nique ' + sys.argv[2] + '\\n')
m.add_alternative('<p>Ptarmigan-Html</p>', subtype='html')
m.add_attachment(b'Axolotl-Content' * 20000, maintype='text', subtype='plain',
    filename='Wolpertinger-Name.txt')
with smtplib.SMTP('127.0.0.1', int(sys.argv[1])) as client:
    client.send_message(m)
";

fn nothing_is_found(appliance: &Appliance, when: &str) -> anyhow::Result<()> {
    let forms = Forms::of(WORDS);
    let found = forms.found_below(&appliance.data())?;
    assert!(found.is_empty(), "{when}, on disk:\n{}", found.join("\n"));
    let log = appliance.log();
    let found = forms.found_in(log.as_bytes());
    assert!(found.is_empty(), "{when}, in the log: {found:?}\n{log}");
    Ok(())
}

#[test]
fn no_word_of_a_sealed_message_is_on_disk_or_in_the_log() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    let port = appliance.smtp().port().to_string();
    // One is secured, with an internal copy; one is held; one is secured and held.
    for words in ["", "waitword", "vaultword waitword"] {
        python(SEND, &[&port, words])?;
    }
    let sink = appliance.sink();
    let secured = "okapi.recipient@platypus-domain.example";
    let notice = sink.wait_for(secured, "Subject:", PATIENCE)?;
    sink.wait_for("tapir.second@acme.example", "Wolpertinger-Name", PATIENCE)?;
    sink.wait_for("zanzibar.sender@acme.example", "Quetzalcoatl-Subject", PATIENCE)?;
    // The notice itself tells no word either, but for the address it goes to.
    let told = Forms::of(WORDS).found_in(&notice.content).join(" ");
    let only_the_address = told.split('`').skip(1).step_by(2);
    for word in only_the_address {
        assert!(["okapi.recipient", "platypus-domain"].contains(&word), "{told}");
    }
    nothing_is_found(&appliance, "while it runs")?;
    // The search covers what is there: the database, its journal and bodies were read.
    let names: Vec<String> =
        files(&appliance.data())?.iter().map(|it| it.display().to_string()).collect();
    for part in ["chancery.db", "chancery.db-wal", "bodies/bodies/"] {
        assert!(names.iter().any(|it| it.contains(part)), "{part} is missing: {names:?}");
    }
    // And it finds such a word in a database: written in clear it would have been seen.
    let control = tempfile::tempdir()?;
    let stored = notice.content.iter().chain(b"Xylophonist-Body").copied().collect::<Vec<u8>>();
    fs::write(control.path().join("clear"), stored)?;
    assert!(!Forms::of(WORDS).found_below(control.path())?.is_empty());
    Ok(())
}

#[test]
fn a_message_is_sealed_while_it_arrives_and_after_a_crash() -> anyhow::Result<()> {
    let mut appliance = Setup::new(RULES).start()?;
    let mut client = Client::connect(appliance.smtp())?;
    client.say("EHLO mail.acme.example")?;
    let go_ahead =
        client.envelope("zanzibar.sender@acme.example", &["okapi.recipient@shop.example"])?;
    assert_eq!(go_ahead.code, 354);
    client.send(b"Subject: Quetzalcoatl-Subject\r\n\r\n")?;
    for _ in 0..5_000 {
        client.send(b"Xylophonist-Body and more of it, line after line after line\r\n")?;
    }
    // Some of it has reached the disk.
    let incoming = appliance.data().join("bodies/incoming");
    wait_until("octets of it on disk", Duration::from_secs(10), || {
        let sizes = files(&incoming).unwrap_or_default().into_iter();
        let sizes = sizes.filter_map(|it| fs::metadata(it).ok()).map(|it| it.len());
        100_000 < sizes.sum::<u64>()
    })?;
    nothing_is_found(&appliance, "half a message")?;
    appliance.kill()?;
    nothing_is_found(&appliance, "after a crash")?;
    appliance.start()?;
    wait_until("no unfinished bodies", PATIENCE, || files(&incoming).is_ok_and(|it| it.is_empty()))
}
