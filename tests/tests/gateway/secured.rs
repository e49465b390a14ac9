//! swaks, as in the README: a tag in the subject makes a notice whose link opens.

use tests::{
    appliance::Setup,
    client::send,
    mail,
    python::{python, swaks},
};

use crate::{ALICE, BOB, PATIENCE, RULES};

/// Opens a page; the certificate is checked against the authority that the appliance made.
const OPEN: &str = "
import ssl, sys, urllib.error, urllib.request
context = ssl.create_default_context(cafile=sys.argv[2])
try:
    with urllib.request.urlopen(sys.argv[1], context=context, timeout=20) as page:
        print(page.status, page.headers['Content-Security-Policy'], page.read().decode())
except urllib.error.HTTPError as error:
    print(error.code, error.read().decode())
";

#[test]
fn the_link_of_the_notice_opens() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    let server = appliance.smtp().to_string();
    let common = ["--server", &server, "--from", ALICE, "--to", BOB, "--ehlo", "mail.acme.example"];
    let clear = ["--header", "Subject: [secure] hello", "--body", "For your eyes only."];
    let transcript = swaks(&[&common[..], &clear[..]].concat())?;
    assert!(transcript.contains("250 2.6.0"), "{transcript}");
    let tls = ["--tls", "--header", "Subject: [secure] again", "--body", "Under TLS."];
    let transcript = swaks(&[&common[..], &tls[..]].concat())?;
    assert!(transcript.contains("TLS started with cipher"), "{transcript}");
    assert!(transcript.contains("250 2.6.0"), "{transcript}");

    let expected = |subject: &str| [subject, BOB, "secure", "secure-tag"].map(str::to_owned);
    assert_eq!(appliance.decisions()?, [expected("[secure] hello"), expected("[secure] again")]);
    let notices = tests::wait::wait_for("two notices", PATIENCE, || {
        let notices = appliance.sink().for_recipient(BOB);
        Ok((notices.len() == 2).then_some(notices))
    })?;
    let authority = appliance.data().join("authority.pem").display().to_string();
    for notice in notices {
        assert!(!notice.contains("eyes only") && !notice.contains("Under TLS"));
        let text = mail::text(&notice.content)?;
        let prefix = format!("{}/n/", appliance.portal_url());
        let link = text.split_whitespace().find(|it| it.starts_with(&prefix));
        let link = link.ok_or_else(|| anyhow::anyhow!("no link in\n{text}"))?;
        let page = python(OPEN, &[link, &authority])?;
        assert!(page.starts_with("200 ") && page.contains("default-src 'none'"), "{page}");
        assert!(page.contains("Create your account") && !page.contains("<script"), "{page}");
        let wrong = python(OPEN, &[&link.replace("/n/", "/n/A"), &authority])?;
        assert!(!wrong.starts_with("200 ") && !wrong.contains(BOB), "{wrong}");
    }
    Ok(())
}

#[test]
fn a_notice_shows_the_subject_without_what_was_found_in_it() -> anyhow::Result<()> {
    let rules = RULES.replacen("hide subject", "show subject", 1);
    let appliance = Setup::new(&rules).start()?;
    let content = mail::plain("masked", ALICE, BOB, "About Vaultword, please", "Hello.");
    send(appliance.smtp(), ALICE, &[BOB], &content)?;
    let notice = appliance.sink().wait_for(BOB, "/n/", PATIENCE)?;
    let text = mail::text(&notice.content)?;
    assert!(text.contains("Subject: About •••, please"), "{text}");
    assert!(!text.to_lowercase().contains("vaultword"), "{text}");
    Ok(())
}
