//! Fuzzing by hand: builds the targets with coverage, and lets libFuzzer drive one after the other.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, ensure};

use crate::step;

/// What tells libFuzzer which branch an input took; the stable compiler knows it.
const COVERAGE: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
                        -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
                        -Cllvm-args=-sanitizer-coverage-pc-table \
                        -Cllvm-args=-sanitizer-coverage-trace-compares";

/// Seconds that one input may take.
const INPUT_SECS_MAX: u32 = 10;

/// MiB of memory that a target may take.
const MEMORY_MIB_MAX: u32 = 2048;

/// Octets of an input, at most.
const INPUT_OCTETS_MAX: u32 = 8192;

/// Runs the targets that are named, or all, each for so many minutes.
///
/// # Errors
///
/// It does not build, no target has that name, or a target found something; what it found is in
/// `target/fuzz/found` and belongs into `fuzz/seeds` once it is mended.
pub(crate) fn run(names: &[String], minutes: u32) -> anyhow::Result<()> {
    let all = targets()?;
    let named: Vec<&String> =
        if names.is_empty() { all.iter().collect() } else { names.iter().collect() };
    for name in &named {
        let known = all.iter().cloned().collect::<Vec<_>>().join(", ");
        ensure!(all.contains(*name), "no target is called `{name}`; there are: {known}");
    }
    let program = build()?;
    let dictionary = dictionary()?;
    for name in named {
        drive(&program, name, minutes, &dictionary)?;
    }
    Ok(())
}

/// The folders of seeds are called as the targets are.
fn targets() -> anyhow::Result<BTreeSet<String>> {
    let folders = fs::read_dir("fuzz/seeds").context("fuzz/seeds")?;
    folders.map(|it| Ok(it?.file_name().to_string_lossy().into_owned())).collect()
}

fn build() -> anyhow::Result<PathBuf> {
    let output = Command::new("rustc").arg("-vV").output().context("rustc -vV")?;
    let told = String::from_utf8(output.stdout)?;
    let host =
        told.lines().find_map(|it| it.strip_prefix("host: ")).context("no host in rustc -vV")?;
    let mut build = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()));
    // With a target of its own, build scripts and macros are not measured.
    build.args([
        "build",
        "--quiet",
        "--package",
        "fuzz",
        "--features",
        "libfuzzer",
        "--profile",
        "fuzz",
    ]);
    build.args(["--target-dir", "target/fuzz", "--target", host]).env("RUSTFLAGS", COVERAGE);
    step::run_command(&mut build)?;
    Ok(Path::new("target/fuzz").join(host).join("fuzz/fuzz"))
}

/// The words of the language, so that the fuzzer need not guess them.
fn dictionary() -> anyhow::Result<PathBuf> {
    let grammar = fs::read_to_string("grammar/src/writ.pest").context("grammar/src/writ.pest")?;
    let words: BTreeSet<&str> = grammar.split('"').skip(1).step_by(2).collect();
    let plain =
        |it: &&&str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_graphic() && it != b'\\');
    let lines: Vec<String> = words.iter().filter(plain).map(|it| format!("\"{it}\"\n")).collect();
    let path = PathBuf::from("target/fuzz/writ.dict");
    fs::write(&path, lines.concat())?;
    Ok(path)
}

fn drive(program: &Path, name: &str, minutes: u32, dictionary: &Path) -> anyhow::Result<()> {
    let corpus = Path::new("target/fuzz/corpus").join(name);
    let found = Path::new("target/fuzz/found");
    fs::create_dir_all(&corpus)?;
    fs::create_dir_all(found)?;
    let mut fuzz = Command::new(program);
    fuzz.env("FUZZ_TARGET", name).env("RUST_BACKTRACE", "1");
    fuzz.arg(&corpus).arg(Path::new("fuzz/seeds").join(name));
    fuzz.arg(format!("-dict={}", dictionary.display()));
    fuzz.arg(format!("-artifact_prefix={}/{name}-", found.display()));
    fuzz.arg(format!("-max_total_time={}", minutes.saturating_mul(60)));
    fuzz.args([format!("-timeout={INPUT_SECS_MAX}"), format!("-rss_limit_mb={MEMORY_MIB_MAX}")]);
    fuzz.args([format!("-max_len={INPUT_OCTETS_MAX}"), "-print_final_stats=1".to_owned()]);
    fuzz.args(["-verbosity=1", "-close_fd_mask=0"]);
    step::run_command(&mut fuzz)
        .with_context(|| format!("`{name}` found something, see {}", found.display()))
}
