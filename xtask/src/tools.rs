//! What the tests use beside the Rust toolchain: a browser, mail clients, and what drives them.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, ensure};

use crate::step;

/// Programs with the Debian packages that have them.
const PACKAGES: &[(&str, &str)] = &[
    ("chromium", "chromium"),
    ("node", "nodejs"),
    ("npm", "npm"),
    ("python3", "python3"),
    ("swaks", "swaks"),
];

/// What swaks speaks TLS with, and the Debian package that has it.
const SWAKS_TLS: (&str, &str) = ("Net::SSLeay", "libnet-ssleay-perl");

/// What drives the browser, from npm; its own browser is not downloaded.
const PLAYWRIGHT: &str = "playwright-core@1.65";

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
    if !modules.join("playwright-core").is_dir() {
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
            .arg(PLAYWRIGHT);
        install.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        step::run_command(&mut install)?;
    }
    Ok(())
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

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|it| it.stdout.trim_ascii() == b"0")
}
