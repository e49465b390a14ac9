//! The recipient's side, in a browser whose scripts are off: link, register, inbox, read, download,
//! answer, log out; and what reaches the organisation's mail server.

use std::time::Duration;

use anyhow::{Context, ensure};
use serde_json::Value;
use tests::{
    appliance::{Appliance, Setup},
    browser::drive,
    mail,
    postgres::Postgres,
    python::{python, swaks},
};

const RULES: &str = include_str!("../../rules/acme/acme.writ");
const PATIENCE: Duration = Duration::from_secs(30);
/// An attachment that makes a message long.
const PAD: &str = "pad.txt";

/// Sends a tagged message with an attachment to `recipient`; returns the link of the notice.
fn send(appliance: &Appliance, recipient: &str) -> anyhow::Result<String> {
    let server = appliance.smtp().to_string();
    let offer = appliance.folder().join("offer.txt");
    std::fs::write(&offer, "12 chairs at 49.00 each\n")?;
    // Where a test wants a long message, it has put this there.
    let pad = appliance.folder().join(PAD);
    let attached = format!("@{}", pad.display());
    let more = ["--attach-type", "text/plain", "--attach-name", PAD, "--attach", &attached];
    let more = if pad.exists() { &more[..] } else { &[] };
    let words = [
        "--server",
        &server,
        "--from",
        "alice@acme.example",
        "--to",
        recipient,
        "--header",
        "Subject: [secure] Our offer",
        "--body",
        "Dear reader, our offer is attached.",
        "--attach-type",
        "text/plain",
        "--attach-name",
        "offer.txt",
        "--attach",
        &format!("@{}", offer.display()),
        "--tls",
    ];
    swaks(&[&words[..], more].concat())?;
    let notice = appliance.sink().wait_for(recipient, "/n/", PATIENCE)?;
    link(&notice.content, &appliance.portal_url())
}

fn link(notice: &[u8], portal_url: &str) -> anyhow::Result<String> {
    let prefix = format!("{portal_url}/n/");
    let text = mail::text(notice)?;
    let found = text.split_whitespace().find(|it| it.starts_with(&prefix)).map(str::to_owned);
    found.with_context(|| format!("no link in the notice:\n{text}"))
}

fn journey(appliance: &Appliance, recipient: &str, width: &str) -> anyhow::Result<Value> {
    let link = send(appliance, recipient)?;
    let out = appliance.folder().join(width);
    std::fs::create_dir_all(&out)?;
    let seen = drive(
        "journey.mjs",
        &[
            ("LINK", &link),
            ("OUT", &out.display().to_string()),
            ("WIDTH", width),
            ("SUBJECT", "Our offer"),
            ("ATTACHMENT", "offer.txt"),
            ("ADDRESS", recipient),
        ],
    );
    if let Some(kept) = std::env::var_os("CHANCERY_SCREENSHOTS") {
        // For a person to look at.
        std::fs::create_dir_all(&kept)?;
        for entry in std::fs::read_dir(&out)? {
            let entry = entry?;
            std::fs::copy(entry.path(), std::path::Path::new(&kept).join(entry.file_name()))?;
        }
    }
    seen.with_context(|| appliance.log())
}

fn check(seen: &Value) -> anyhow::Result<()> {
    let statuses: Vec<(String, u64)> = seen["pages"]
        .as_array()
        .context("no pages")?
        .iter()
        .map(|it| {
            (it["name"].as_str().unwrap_or("").to_owned(), it["status"].as_u64().unwrap_or(0))
        })
        .collect();
    let refused = ["3-register-refused", "5-login-refused"];
    for (name, status) in &statuses {
        let expected = if refused.contains(&name.as_str()) { 422 } else { 200 };
        ensure!(*status == expected, "{name} answered {status}: {seen}");
    }
    ensure!(statuses.len() == 11, "pages are missing: {statuses:?}");
    ensure!(seen["foreign"] == serde_json::json!([]), "other hosts were asked: {seen}");
    ensure!(seen["scripts"] == 0, "a page holds a script: {seen}");
    ensure!(seen["overflow"] == serde_json::json!([]), "a page is too wide: {seen}");
    ensure!(seen["kept"] == "Bob", "what was typed was not kept: {seen}");
    let text = seen["text"].as_str().unwrap_or("");
    ensure!(text.contains("our offer is attached"), "the message is not shown: {text}");
    let expected = serde_json::json!({"name": "offer.txt", "text": "12 chairs at 49.00 each\n"});
    ensure!(seen["download"] == expected, "the file: {seen}");
    let after = seen["after_logout"].as_str().unwrap_or("");
    ensure!(after.contains("/login"), "the inbox is open after the log-out: {after}");
    Ok(())
}

#[test]
fn a_recipient_registers_reads_and_answers() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    for (recipient, width) in [("bob@shop.example", "1280"), ("ben@shop.example", "390")] {
        check(&journey(&appliance, recipient, width)?)?;
        let said = format!("From: Bob Baker <{recipient}>");
        let answer = appliance.sink().wait_for("alice@acme.example", &said, PATIENCE)?;
        let text = mail::text(&answer.content)?;
        ensure!(text.contains("The answer is yes."), "the answer:\n{text}");
        ensure!(text.contains("signed by Bob"), "its attachment:\n{text}");
        ensure!(answer.sender == recipient, "the envelope of the answer: {}", answer.sender);
    }
    let alice = appliance.sink().for_recipient("alice@acme.example");
    let count = |subject: &str| {
        alice.iter().filter(|it| mail::header(&it.content, "Subject").starts_with(subject)).count()
    };
    ensure!(count("Secure Message Sent") == 2, "confirmations");
    // Opened again and again, told once a recipient.
    ensure!(count("Secure Message Read") == 2, "receipts: {}", count("Secure Message Read"));
    Ok(())
}

#[test]
fn a_recipient_reads_what_is_on_a_server() -> anyhow::Result<()> {
    let server = Postgres::start(None)?;
    let mut setup = Setup::new(RULES);
    let password = server.password();
    setup.store =
        Some(format!("url = \"{}\"\npassword = \"{}\"", server.url(), password.display()));
    let appliance = setup.start()?;
    std::fs::write(appliance.folder().join(PAD), "A line of no meaning.\n".repeat(10_000))?;
    check(&journey(&appliance, "bob@shop.example", "1280")?)?;
    // One is what was read, the others what was written about it.
    ensure!(0 < server.count("select count(*) from long_body")?, "no long body");
    Ok(())
}

#[test]
fn a_forgotten_password_is_replaced_by_a_link() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    let bob = "bob@shop.example";
    check(&journey(&appliance, bob, "390")?)?;
    let out = appliance.folder().join("390").display().to_string();
    let portal = appliance.portal_url();
    let part = |link: &str| -> anyhow::Result<Value> {
        let password = "another sentence of mine";
        let settings = [
            ("PORTAL", portal.as_str()),
            ("LINK", link),
            ("ADDRESS", bob),
            ("PASSWORD", password),
            ("OUT", &out),
            ("WIDTH", "390"),
        ];
        let seen = drive("forgotten.mjs", &settings).with_context(|| appliance.log())?;
        ensure!(seen.get("wide") == Some(&Value::Bool(false)), "a page is too wide: {seen}");
        Ok(seen)
    };
    let asked = part("")?;
    ensure!(asked.to_string().contains("If that address has an account"), "{asked}");
    let letter = appliance.sink().wait_for(bob, "/reset/", PATIENCE)?;
    let subject = mail::header(&letter.content, "Subject");
    ensure!(subject == "Secure Messaging Password Notification", "{subject}");
    let text = mail::text(&letter.content)?;
    let prefix = format!("{portal}/reset/");
    let link = text.split_whitespace().find(|it| it.starts_with(&prefix)).context("no link")?;
    let chosen = part(link)?;
    ensure!(chosen.to_string().contains("Your password has been changed"), "{chosen}");
    ensure!(chosen.get("at") == Some(&Value::String("/inbox".to_owned())), "{chosen}");
    appliance.sink().wait_for(bob, "Your password was changed", PATIENCE)?;
    if let Some(kept) = std::env::var_os("CHANCERY_SCREENSHOTS") {
        for entry in std::fs::read_dir(&out)? {
            let entry = entry?;
            std::fs::copy(entry.path(), std::path::Path::new(&kept).join(entry.file_name()))?;
        }
    }
    Ok(())
}

/// Asks for pages without a browser, as a guesser would.
const GUESS: &str = r#"
import json, ssl, sys, urllib.request, urllib.error
context = ssl.create_default_context(cafile=sys.argv[1])
class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments): return None
opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=context), NoRedirect)
answers = []
for url in sys.argv[2:]:
    try:
        answer = opener.open(url)
    except urllib.error.HTTPError as error:
        answer = error
    headers = {name.lower(): value for name, value in answer.headers.items()}
    answers.append([answer.status, answer.read().decode(), headers])
print(json.dumps(answers))
"#;

#[test]
fn wrong_links_tell_nothing_and_every_answer_is_guarded() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    let link = send(&appliance, "bob@shop.example")?;
    let url = appliance.portal_url();
    let authority = appliance.data().join("authority.pem").display().to_string();
    let guessed = format!("{url}/n/{}", "A".repeat(43));
    let garbled = format!("{url}/n/nothing");
    let printed = python(GUESS, &[&authority, &link, &guessed, &garbled, &format!("{url}/inbox")])?;
    let answers: Value = serde_json::from_str(&printed)?;
    let body = |index: usize| answers[index][1].as_str().unwrap_or("").to_owned();
    ensure!(answers[0][0] == 200, "the true link: {}", answers[0]);
    ensure!(answers[1][0] == answers[2][0], "{} and {}", answers[1][0], answers[2][0]);
    ensure!(body(1) == body(2), "two wrong links are told apart");
    ensure!(!body(0).contains("Our offer"), "the page before the log-in shows the subject");
    ensure!(answers[3][0] == 303, "the inbox without a session: {}", answers[3][0]);
    for answer in answers.as_array().context("answers")? {
        let headers = &answer[2];
        let policy = headers["content-security-policy"].as_str().unwrap_or("");
        ensure!(policy.contains("script-src 'none'"), "{headers}");
        ensure!(headers["strict-transport-security"].is_string(), "{headers}");
        ensure!(headers["referrer-policy"] == "no-referrer", "{headers}");
        ensure!(headers["x-content-type-options"] == "nosniff", "{headers}");
        ensure!(headers["server"].is_null(), "{headers}");
    }
    Ok(())
}
