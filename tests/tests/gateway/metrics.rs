//! What is told to Prometheus, and the files that ask for it.

use std::{
    collections::BTreeSet,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::Context;
use tests::{
    appliance::{Appliance, Setup},
    client::send,
    mail,
    wait::wait_until,
};

use crate::{ALICE, BOB, PATIENCE, RULES};

fn post(appliance: &Appliance, body: &str, code: u16) -> anyhow::Result<()> {
    let content = mail::plain(body, ALICE, BOB, "Subject", body);
    let reply = send(appliance.smtp(), ALICE, &[BOB], &content)?;
    assert_eq!(reply.code, code, "{reply:?}");
    Ok(())
}

fn exposed(appliance: &Appliance) -> String {
    appliance.command(&["status", "--form", "prometheus"]).map(|it| it.1).unwrap_or_default()
}

/// The value of a line with this name and these labels.
fn value(text: &str, line: &str) -> Option<f64> {
    let found = text.lines().find_map(|it| it.strip_prefix(line)?.strip_prefix(' '));
    found.and_then(|it| it.parse().ok())
}

fn ops() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../appliance/ops")
}

/// Every name of ours in a text.
fn names(text: &str) -> BTreeSet<String> {
    let words = text.split(|it: char| !(it.is_ascii_alphanumeric() || it == '_'));
    words.filter(|it| it.starts_with("chancery_")).map(str::to_owned).collect()
}

fn promtool(words: &[&str], input: &str) -> anyhow::Result<()> {
    let mut command = Command::new("promtool");
    command.args(words).current_dir(ops());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().context("promtool, of the Debian package prometheus")?;
    child.stdin.take().context("an input")?.write_all(input.as_bytes())?;
    let output = child.wait_with_output()?;
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success(), "{words:?}: {said}");
    Ok(())
}

#[test]
fn what_happens_is_counted_and_every_name_that_is_asked_for_is_told() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    let before = exposed(&appliance);
    assert_eq!(value(&before, "chancery_messages_accepted_total"), Some(0.0), "{before}");
    assert_eq!(value(&before, "chancery_decisions_total{outcome=\"hold\"}"), Some(0.0));
    post(&appliance, "Nothing.", 250)?;
    post(&appliance, "A waitword.", 250)?;
    post(&appliance, "A nogoword.", 550)?;
    wait_until("the numbers", PATIENCE, || {
        let text = exposed(&appliance);
        let sent = value(&text, "chancery_attempts_total{result=\"sent\"}");
        sent.is_some_and(|it| 1.0 <= it)
            && value(&text, "chancery_messages_accepted_total") == Some(2.0)
            && value(&text, "chancery_decisions_total{outcome=\"reject\"}") == Some(1.0)
    })?;
    let text = exposed(&appliance);
    for (line, expected) in [
        ("chancery_decisions_total{outcome=\"deliver\"}", 1.0),
        ("chancery_decisions_total{outcome=\"hold\"}", 1.0),
        ("chancery_decisions_total{outcome=\"undecided\"}", 0.0),
        ("chancery_refusals_total{code=\"550 5.7.1\"}", 1.0),
        ("chancery_accept_seconds_count", 3.0),
        ("chancery_examine_seconds_count", 3.0),
        ("chancery_deliveries{state=\"held\"}", 1.0),
        ("chancery_role_starts{role=\"spool\"}", 1.0),
    ] {
        assert_eq!(value(&text, line), Some(expected), "{line}:\n{text}");
    }
    assert!(value(&text, "chancery_oldest_seconds{state=\"held\"}").is_some(), "{text}");
    assert!(text.contains("chancery_role_sandbox{role=\"front\",landlock=\"full\""), "{text}");

    let told = names(&text);
    for file in ["grafana.json", "alerts.yml", "alerts.test.yml"] {
        let asked = names(&std::fs::read_to_string(ops().join(file))?);
        assert!(5 < asked.len(), "{file} asks for {asked:?}");
        let unknown: Vec<_> = asked.difference(&told).collect();
        assert!(unknown.is_empty(), "{file} asks for {unknown:?}, which nothing tells");
    }
    serde_json::from_str::<serde_json::Value>(&std::fs::read_to_string(
        ops().join("grafana.json"),
    )?)?;
    promtool(&["check", "metrics"], &text)?;
    promtool(&["check", "rules", "alerts.yml"], "")?;
    promtool(&["test", "rules", "alerts.test.yml"], "")
}
