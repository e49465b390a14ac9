//! The README, run: what it says works, word for word.

use std::{process::Command, time::Duration};

use anyhow::{Context, ensure};
use tests::{appliance::Setup, ports::free_port, program::workspace};

const RULES: &str = include_str!("../../rules/acme/acme.writ");
const PATIENCE: Duration = Duration::from_secs(30);

fn readme() -> anyhow::Result<String> {
    Ok(std::fs::read_to_string(workspace().join("README.md"))?)
}

/// The fenced blocks, in order.
fn blocks(text: &str) -> Vec<String> {
    text.split("```\n").skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn the_demonstration_prints_its_table_and_a_link() -> anyhow::Result<()> {
    ensure!(blocks(&readme()?).iter().any(|it| it == "cargo demo\n"), "README names `cargo demo`");
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let (smtp, portal) = (free_port()?.to_string(), free_port()?.to_string());
    let output = Command::new(cargo)
        .current_dir(workspace())
        .args(["demo", "--", "--once", "--smtp-port", &smtp, "--portal-port", &portal])
        .output()?;
    let printed = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{}:\n{printed}\n{errors}", output.status);
    for words in [
        "bob@shop.example      secure    secure-tag",
        "carol@acme.example    deliver   secure-tag",
        "ben@customer.example  secure    cards-leave-secured",
        "press@paper.example   hold      nightjar-hold",
    ] {
        ensure!(printed.contains(words), "`{words}` is not in:\n{printed}");
    }
    ensure!(printed.contains(&format!("https://127.0.0.1:{portal}/n/")), "no link:\n{printed}");
    Ok(())
}

#[test]
fn the_swaks_command_makes_a_notice() -> anyhow::Result<()> {
    let blocks = blocks(&readme()?);
    let command = blocks.iter().find(|it| it.starts_with("swaks ")).context("no swaks command")?;
    let appliance = Setup::new(RULES).start()?;
    let command = command.replace("127.0.0.1:2525", &appliance.smtp().to_string());
    let output = Command::new("sh").args(["-c", &command]).output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    appliance.sink().wait_for("bob@shop.example", "/n/", PATIENCE)?;
    Ok(())
}

#[test]
fn the_rule_shown_is_the_one_shipped() -> anyhow::Result<()> {
    let squeeze = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let blocks = blocks(&readme()?);
    let shown = blocks.iter().find(|it| it.starts_with("request ")).context("no rule is shown")?;
    ensure!(squeeze(RULES).contains(&squeeze(shown)), "this is not in rules/acme:\n{shown}");
    Ok(())
}
