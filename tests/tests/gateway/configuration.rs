//! What is said of a configuration that cannot be run.

use std::{fs, path::Path, process::Command};

use tests::program::chancery;

fn check(config: &Path) -> anyhow::Result<(Option<i32>, String)> {
    let mut command = Command::new(chancery()?);
    let output = command.args(["check-config", "--config"]).arg(config).output()?;
    let both = [output.stdout, output.stderr].concat();
    Ok((output.status.code(), String::from_utf8(both)?))
}

#[test]
fn all_faults_are_told_with_their_places() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let init = Command::new(chancery()?).arg("init").arg(folder.path()).status()?;
    assert!(init.success());
    let config = folder.path().join("chancery.toml");
    let (code, said) = check(&config)?;
    assert_eq!(code, Some(0), "{said}");

    let text = fs::read_to_string(&config)?;
    let wrong = text
        .replace("\nrelay-networks =", "\nrelay-network =")
        .replace("\ngreeting-delay-seconds = 0", "\ngreeting-delay-seconds = 61");
    let line =
        |start: &str| wrong.lines().position(|it| it.starts_with(start)).map_or(0, |it| it + 1);
    let (key, value) = (line("relay-network ="), line("greeting-delay-seconds"));
    fs::write(&config, &wrong)?;
    let (code, said) = check(&config)?;
    assert_eq!(code, Some(1), "{said}");
    let path = config.display();
    for expected in [
        format!("--> {path}:{key}:1\n"),
        "did you mean `relay-networks`?".to_owned(),
        format!("--> {path}:{value}:26\n"),
        "^^ write a number from 0 to 60\n".to_owned(),
    ] {
        assert!(said.contains(&expected), "{expected}: {said}");
    }
    Ok(())
}
