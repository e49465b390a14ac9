//! What the tests use beside the Rust toolchain: a browser, mail clients, what drives them, and the
//! schemas of the formats that `writ` writes.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, ensure};

use crate::step;

/// Programs with the Debian packages that have them.
const PACKAGES: &[(&str, &str)] = &[
    ("chromium", "chromium"),
    ("msmtp", "msmtp"),
    ("munpack", "mpack"),
    ("node", "nodejs"),
    ("npm", "npm"),
    ("openssl", "openssl"),
    ("pg_ctlcluster", "postgresql"),
    ("postfix", "postfix"),
    ("promtool", "prometheus"),
    ("python3", "python3"),
    ("strace", "strace"),
    ("systemd-analyze", "systemd"),
    ("swaks", "swaks"),
];

/// What swaks speaks TLS with, and the Debian package that has it.
const SWAKS_TLS: (&str, &str) = ("Net::SSLeay", "libnet-ssleay-perl");

/// What an environment of Python is made with, and the Debian package that has it.
const VENV: (&str, &str) = ("ensurepip", "python3-venv");

/// What drives the browser, whose own is not downloaded, and what colours texts as an editor does; from npm.
const MODULES: &[(&str, &str)] = &[
    ("playwright-core", "playwright-core@1.65"),
    ("vscode-oniguruma", "vscode-oniguruma@2.0"),
    ("vscode-textmate", "vscode-textmate@9.3"),
];

/// Validators, from `PyPI`: of JSON and YAML against schemas (its own ones of GitHub and GitLab
/// included), of XML against XSD, of pre-commit's files.
const VALIDATORS: &[&str] = &[
    "check-jsonschema==0.39.0",
    "xmlschema==4.3.2",
    "pre-commit==4.7.0",
    "dkimpy==1.1.8",
    "dnspython==2.8.0",
    "pynacl==1.6.2",
];

/// The npm package with the schema of SARIF 2.1.0 (MIT), and the file in it.
const SARIF: (&str, &str) =
    ("@microsoft/jest-sarif@1.0.0-beta.0", "lib/schemas/sarif-2.1.0-rtm.5.json");

/// The source package of `PyPI` with the XSD of `JUnit` reports as Jenkins reads them (MIT), and the file.
const JUNIT: (&str, &str) = ("pytest==9.2.0", "testing/example_scripts/junit-10.xsd");

/// Installs what is missing.
///
/// # Errors
///
/// Something is missing and cannot be installed; the message says with which command it can.
pub(crate) fn install() -> anyhow::Result<()> {
    let mut missing: Vec<&str> = PACKAGES
        .iter()
        .filter(|(program, _)| !is_there(program))
        .map(|(_, package)| *package)
        .collect();
    if !perl_has(SWAKS_TLS.0) {
        missing.push(SWAKS_TLS.1);
    }
    if !python_has(VENV.0) {
        missing.push(VENV.1);
    }
    if !missing.is_empty() {
        let command = format!("apt-get install -y --no-install-recommends {}", missing.join(" "));
        step::say(&format!("  missing: {}", missing.join(", ")));
        ensure!(is_root(), "these tests need tools that are missing; as root, run: {command}");
        step::run("apt-get", &["update", "-qq"])?;
        let mut install = Command::new("apt-get");
        install.args(["install", "-y", "-qq", "--no-install-recommends"]).args(&missing);
        install.env("DEBIAN_FRONTEND", "noninteractive").stdout(Stdio::null());
        step::run_command(&mut install).with_context(|| format!("as root, run: {command}"))?;
    }
    let modules = node_modules();
    if MODULES.iter().any(|it| !modules.join(it.0).is_dir()) {
        std::fs::create_dir_all(&modules)?;
        let folder = modules.parent().context("the modules are in a folder")?;
        let mut install = Command::new("npm");
        install
            .args([
                "install",
                "--no-save",
                "--no-audit",
                "--no-fund",
                "--ignore-scripts",
                "--prefix",
            ])
            .arg(folder)
            .args(MODULES.iter().map(|it| it.1));
        install.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        step::run_command(&mut install)?;
    }
    validators()
}

/// Installs the validators, in an environment of their own, and the schemas.
fn validators() -> anyhow::Result<()> {
    let folder = step::root().join("target/tools");
    let python = folder.join("python");
    if !python.join("bin/dkimverify").is_file() {
        std::fs::create_dir_all(&folder)?;
        let mut make = Command::new("python3");
        make.args(["-m", "venv", "--clear"]).arg(&python);
        step::run_command(&mut make).context("as root, run: apt-get install python3-venv")?;
        let mut install = Command::new(python.join("bin/pip"));
        install.args(["install", "--quiet", "--disable-pip-version-check"]).args(VALIDATORS);
        step::run_command(&mut install)?;
    }
    let schemas = folder.join("schemas");
    std::fs::create_dir_all(&schemas)?;
    if !schemas.join("sarif.json").is_file() {
        let mut pack = Command::new("npm");
        pack.args(["pack", "--silent", SARIF.0]).current_dir(&schemas);
        step::run_command(&mut pack)?;
        unpack(&schemas, ".tgz", &format!("package/{}", SARIF.1), "sarif.json")?;
    }
    if !schemas.join("junit.xsd").is_file() {
        let mut get = Command::new(python.join("bin/pip"));
        get.args(["download", "--quiet", "--disable-pip-version-check", "--no-deps"]);
        get.args(["--no-binary", ":all:", JUNIT.0, "--dest"]).arg(&schemas);
        step::run_command(&mut get)?;
        let package = JUNIT.0.replace("==", "-");
        unpack(&schemas, ".tar.gz", &format!("{package}/{}", JUNIT.1), "junit.xsd")?;
    }
    Ok(())
}

/// Takes one file out of the only package in a folder, and removes the package.
fn unpack(folder: &Path, ending: &str, inside: &str, as_name: &str) -> anyhow::Result<()> {
    let mut packages = std::fs::read_dir(folder)?.filter_map(|it| Some(it.ok()?.path()));
    let package = packages
        .find(|it| it.to_string_lossy().ends_with(ending))
        .with_context(|| format!("no package *{ending} in {}", folder.display()))?;
    let mut tar = Command::new("tar");
    tar.arg("--extract").arg("--to-stdout").arg("--file").arg(&package).arg(inside);
    let output = tar.output()?;
    ensure!(output.status.success(), "{} does not hold {inside}", package.display());
    std::fs::write(folder.join(as_name), output.stdout)?;
    Ok(std::fs::remove_file(package)?)
}

/// Where the modules of node are kept.
pub(crate) fn node_modules() -> PathBuf {
    step::root().join("target/tools/node_modules")
}

fn is_there(program: &str) -> bool {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&paths).any(|it| Path::new(&it).join(program).is_file())
}

fn perl_has(module: &str) -> bool {
    let mut perl = Command::new("perl");
    perl.args(["-e", "eval \"require $ARGV[0]\" or exit 1", module]);
    perl.status().is_ok_and(|it| it.success())
}

fn python_has(module: &str) -> bool {
    let mut python = Command::new("python3");
    python.args(["-c", &format!("import {module}")]).stderr(Stdio::null());
    python.status().is_ok_and(|it| it.success())
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|it| it.stdout.trim_ascii() == b"0")
}
