//! Files that are no rules: huge, endless, linked in circles, or not text.

use std::time::{Duration, Instant};

use crate::scene::{SMALL, Scene};

/// Far more than any of these takes, also unoptimised and on a busy machine; a quadratic one takes hours.
const PATIENCE: Duration = Duration::from_secs(60);

fn checked(text: &[u8]) -> String {
    let scene = Scene::new(&[]);
    scene.write("a.writ", text);
    let start = Instant::now();
    let out = scene.writ(&["check", "a.writ"]).ends(1).out;
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
    assert!(out.contains("error[") && out.len() < 100_000, "{} octets", out.len());
    out
}

#[test]
fn no_text_takes_the_program_down() {
    let long = "x".repeat(10_000_000);
    for (text, words) in [
        (format!("writ 1\n{long}\n"), "octets; 65536 are allowed"),
        (format!("writ 1\npolicy p {{\n  why \"{long}\"\n}}\n"), "octets; 65536 are allowed"),
        (format!("writ 1\npolicy p {{\n  why \"{long}\n}}\n"), "is not closed"),
        (format!("writ 1\n{}", "{".repeat(1_000_000)), "nothing stands before this `{`"),
        (format!("writ 1\n{}", "policy p {\n".repeat(100_000)), "is missing"),
        (format!("writ 1\n{}", "}".repeat(1_000_000)), "closes nothing"),
        (format!("writ 1\npolicy p {{\n  to {}a\n}}\n", "a, ".repeat(300_000)), "300001 entries"),
        (format!("writ 1\n{}", "/*".repeat(1_000_000)), "a comment begins with `#`"),
        (format!("writ 1\npolicy p {{\n  why {}\n}}\n", "‘a".repeat(40_000)), "error["),
        (format!("writ 1\npolicy p {{\n  why {}\n}}\n", "“a ".repeat(40_000)), "error["),
        (
            format!("writ 1\npolicy p {{\n  from {}\n}}\n", "a; ".repeat(20_000)),
            "separates nothing",
        ),
        (format!("writ 1\npattern p {{\n  match {}\n}}\n", "/".repeat(1_000_000)), "error["),
        (format!("writ 1\npattern p {{\n  match {}\n}}\n", "/a/ ".repeat(100_000)), "error["),
        (format!("writ 1\nnetworks n {{\n{}}}\n", "  192.0.2.0 / 24\n".repeat(2_000)), "one word"),
        (format!("writ 1\nnetworks n {{\n  {}\n}}\n", "192.0.2.0 / ".repeat(100_000)), "error["),
        (
            format!(
                "writ 1\npolicy p {{\n  when {}\n}}\n",
                "at least 1 recipients and ".repeat(2_400)
            ),
            "error[",
        ),
        (
            format!("writ 1\npolicy p {{\n  valid until {}\n}}\n", "30 June ".repeat(8_000)),
            "error[",
        ),
        (
            format!(
                "writ 1\ntest \"t\" {{\n  message {{\n{}    subject \"x\"\n  }}\n}}\n",
                "    expect a@b.example deliver\n".repeat(5_000)
            ),
            "it stands behind its",
        ),
        (format!("writ 1\nterms t {{\n  {}\n}}\n", "patient record ".repeat(4_000)), "error["),
        (format!("writ 1\n{}", "\"\n".repeat(200_000)), "error["),
        (format!("writ 1\n{}", "\r".repeat(1_000_000)), "1000000 lines end with a carriage return"),
        (format!("writ 1\n{}", "policy p {\n  frm a\n}\n".repeat(5_000)), "more of E0"),
    ] {
        let out = checked(text.as_bytes());
        assert!(out.contains(words), "{words}: {}", out.chars().take(2_000).collect::<String>());
    }
}

#[test]
fn a_number_of_any_length_is_refused() {
    let number = "9".repeat(60_000);
    let text = format!("writ 1\nexamination e {{\n  activates at {number}\n}}\n");
    assert!(checked(text.as_bytes()).contains("is too large a number"));
}

#[cfg(unix)]
#[test]
fn links_and_pipes_are_told() {
    use std::os::unix::fs::symlink;
    let scene = Scene::new(&[("rules/a.writ", SMALL), ("secret.writ", "hunter2")]);
    symlink("../secret.writ", scene.path("rules/out.writ")).unwrap();
    symlink("circle.writ", scene.path("rules/circle.writ")).unwrap();
    symlink("nowhere", scene.path("rules/dangling.writ")).unwrap();
    symlink("/dev/zero", scene.path("rules/zero.writ")).unwrap();
    let made = std::process::Command::new("mkfifo").arg(scene.path("rules/pipe.writ")).status();
    assert!(made.unwrap().success());
    let out = scene.writ(&["check", "--format", "short", "rules"]).ends(1).out;
    for words in [
        "`out.writ` leads out of the folder of the rules",
        "`circle.writ`: links lead round in a circle",
        "`dangling.writ` is not there",
        "`zero.writ` leads out of the folder of the rules",
        "pipe.writ`: this is not a regular file",
    ] {
        assert!(out.contains(words), "{words}\n{out}");
    }
    assert!(!out.contains("hunter2") && !out.contains("os error"), "{out}");
}

#[test]
fn a_dry_run_shows_the_patch_and_changes_nothing() {
    let text = format!("{SMALL}polcy p {{\n  frm: internal;\n  then hold\n}}\n");
    let scene = Scene::new(&[("a.writ", &text)]);
    let out = scene.writ(&["check", "--fix", "--dry-run"]).ends(0).out;
    assert!(
        out.contains("-polcy p {\n-  frm: internal;\n+policy p {\n+  from internal\n"),
        "{out}"
    );
    assert!(out.ends_with("3 fixes would be made\n"), "{out}");
    assert_eq!(scene.read("a.writ"), text);
    let fixed = scene.writ(&["check", "--fix"]).out;
    assert!(fixed.starts_with("a.writ:6:1: fixed E0003: write `policy`\n"), "{fixed}");
    assert!(scene.read("a.writ").ends_with("policy p {\n  from internal\n  then hold\n}\n"));
}
