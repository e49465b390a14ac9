//! What `writ` writes for other programs, held against the schemas of those programs: SARIF, `JUnit`,
//! and the CI files of the starter tree. Completions and manual pages, read by shell and formatter.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use anyhow::{Context, ensure};
use tests::program::{workspace, writ};

/// Rules with errors and lints of several files, names with marks that XML and JSON escape.
const WRONG: &str = "writ 1\n\norganisation acme {\n  domains acme.example\n}\n\npolicy one {\n  from internal\n  \
                     then secure with nothing\n}\n\nbypass forgotten {\n  to    <b>&\"x\n  valid until 2026-01-01\n}\n";

/// A test that fails, with what XML must escape in its title.
const FAILING: &str = "writ 1\n\norganisation acme {\n  domains acme.example\n}\n\npattern digits {\n  match   /\\d{3}/\n  \
                       accepts \"123\"\n}\n\ntest \"a < b & \\\"c\\\" ü\" {\n  message {\n    from alice@acme.example\n    \
                       to   bob@shop.example\n  }\n  expect bob@shop.example hold\n}\n";

/// A tool that `cargo xtask tools` installs.
fn tool(path: &str) -> anyhow::Result<PathBuf> {
    let path = workspace().join("target/tools").join(path);
    ensure!(path.is_file(), "{} is missing; install it with: cargo xtask tools", path.display());
    Ok(path)
}

fn run(folder: &Path, arguments: &[&str]) -> anyhow::Result<Output> {
    Command::new(writ()?).current_dir(folder).args(arguments).output().context("cannot start writ")
}

fn succeeds(command: &mut Command) -> anyhow::Result<String> {
    let output = command.output()?;
    let (out, errors) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    ensure!(output.status.success(), "{command:?}:\n{out}\n{errors}");
    Ok(out.into_owned())
}

fn json_is_valid(schema: &[&str], file: &Path) -> anyhow::Result<()> {
    let mut check = Command::new(tool("python/bin/check-jsonschema")?);
    succeeds(check.args(schema).arg(file)).map(drop)
}

fn starter(folder: &Path) -> anyhow::Result<PathBuf> {
    let made = run(
        folder,
        &["init", "rules", "--organisation-name", "northwind", "--domain", "northwind.example"],
    )?;
    ensure!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    Ok(folder.join("rules"))
}

#[test]
fn sarif_is_sarif() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let schema = tool("schemas/sarif.json")?.display().to_string();
    // One of the schema's expressions is none in Unicode mode.
    let schema = ["--regex-variant", "nonunicode", "--schemafile", &schema];
    let rules = starter(folder.path())?;
    fs::write(folder.path().join("wrong.writ"), WRONG)?;
    for (path, finds) in [(rules.as_path(), false), (&folder.path().join("wrong.writ"), true)] {
        let path = path.to_str().context("a path in UTF-8")?;
        let written = run(folder.path(), &["check", "--format", "sarif", path])?.stdout;
        ensure!(finds == String::from_utf8_lossy(&written).contains("E0200"), "{path}");
        let file = folder.path().join("writ.sarif");
        fs::write(&file, written)?;
        json_is_valid(&schema, &file)?;
    }
    // The schema must be able to refuse.
    let file = folder.path().join("writ.sarif");
    fs::write(&file, fs::read_to_string(&file)?.replace("\"runs\"", "\"races\""))?;
    ensure!(json_is_valid(&schema, &file).is_err(), "anything is valid");
    Ok(())
}

#[test]
fn junit_is_junit() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let schema = tool("schemas/junit.xsd")?;
    let rules = starter(folder.path())?;
    fs::write(folder.path().join("failing.writ"), FAILING)?;
    let file = folder.path().join("junit.xml");
    let validate = || {
        let mut validate = Command::new(tool("python/bin/xmlschema-validate")?);
        succeeds(validate.arg("--schema").arg(&schema).arg(&file))
    };
    for (path, fails) in [(rules.as_path(), false), (&folder.path().join("failing.writ"), true)] {
        let path = path.to_str().context("a path in UTF-8")?;
        let written = run(folder.path(), &["test", "--format", "junit", path])?.stdout;
        ensure!(fails == String::from_utf8_lossy(&written).contains("<failure"), "{path}");
        fs::write(&file, written)?;
        validate()?;
    }
    fs::write(
        &file,
        fs::read_to_string(&file)?
            .replace("<testcase ", "<case ")
            .replace("</testcase>", "</case>"),
    )?;
    ensure!(validate().is_err(), "anything is valid");
    Ok(())
}

#[test]
fn the_ci_files_are_what_their_systems_read() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let rules = starter(folder.path())?;
    for (path, schema) in [
        (".github/workflows/writ.yml", "vendor.github-workflows"),
        (".gitlab-ci.yml", "vendor.gitlab-ci"),
    ] {
        json_is_valid(&["--builtin-schema", schema], &rules.join(path))?;
    }
    let pre_commit = tool("python/bin/pre-commit")?;
    let config = rules.join(".pre-commit-config.yaml");
    succeeds(Command::new(&pre_commit).arg("validate-config").arg(&config))?;
    let hooks = workspace().join(".pre-commit-hooks.yaml");
    succeeds(Command::new(&pre_commit).arg("validate-manifest").arg(hooks))?;
    Ok(())
}

#[test]
fn shells_take_the_completions() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("writ.bash");
    fs::write(&file, run(folder.path(), &["completions", "bash"])?.stdout)?;
    let ask = "source \"$1\"; COMP_WORDS=(writ help specif); COMP_CWORD=2; _writ writ specif help; echo \"${COMPREPLY[*]}\"";
    let answer = succeeds(Command::new("bash").args(["-c", ask, "bash"]).arg(&file))?;
    ensure!(answer.trim() == "specificity", "{answer}");
    Ok(())
}

#[test]
fn every_command_has_a_manual_page() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let made = run(folder.path(), &["man", "-o", "man1"])?;
    ensure!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let page = fs::read_to_string(folder.path().join("man1/writ-check.1"))?;
    ensure!(page.starts_with(".") && page.contains(".SH EXAMPLES"), "{page}");
    Ok(())
}

#[test]
fn systemd_takes_the_unit_and_finds_little_to_bound() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let unit = folder.path().join("chancery.service");
    let text = fs::read_to_string(workspace().join("appliance/ops/chancery.service"))?;
    // It is not installed here; any program will do.
    fs::write(&unit, text.replace("/usr/bin/chancery", "/bin/true"))?;
    let install = "cannot start systemd-analyze; install it: apt-get install systemd";
    let verified = Command::new("systemd-analyze").arg("verify").arg(&unit).output();
    let verified = verified.context(install)?;
    let told = String::from_utf8_lossy(&verified.stderr);
    ensure!(verified.status.success() && told.is_empty(), "{told}");
    let mut security = Command::new("systemd-analyze");
    security.args(["security", "--offline=true", "--threshold=30", "--no-pager"]).arg(&unit);
    succeeds(&mut security).map(drop)
}
