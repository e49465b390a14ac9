//! The parts of the manual that are made from the program: codes, library, checks, grammar, usage.
//!
//! They stand in the pages between `<!-- begin NAME -->` and `<!-- end NAME -->`. `cargo xtask manual`
//! writes them; the test fails where they are not what the program is.

use std::{fs, path::PathBuf};

use clap::CommandFactory as _;
use engine::checksum::CHECKSUMS;
use grammar::{
    diagnostic::{Explained, Severity},
    tree::{FileId, ItemKind, Text},
};

use crate::command::Arguments;

/// Set by `cargo xtask manual`: write what is not current.
const WRITE: &str = "CHANCERY_MANUAL_WRITE";

#[test]
fn the_generated_parts_are_current() {
    let mut stale = Vec::new();
    for (path, parts) in files() {
        let on_disk = docs().join(path);
        let text = fs::read_to_string(&on_disk).unwrap();
        let wanted =
            parts.iter().fold(text.clone(), |text, (name, part)| replaced(&text, name, part));
        if text != wanted {
            if std::env::var_os(WRITE).is_some() {
                fs::write(&on_disk, wanted).unwrap();
            } else {
                stale.push(path);
            }
        }
    }
    assert!(stale.is_empty(), "not current, run `cargo xtask manual`: {stale:?}");
}

/// Files below `docs/` with their generated parts.
fn files() -> Vec<(&'static str, Vec<(String, String)>)> {
    let one = |name: &str, text: String| vec![(name.to_owned(), text)];
    vec![
        ("codes.md", one("codes", codes())),
        ("language/std.md", one("std", std_library())),
        ("language/conditions.md", one("languages", languages())),
        ("language/pattern.md", one("checks", checks())),
        ("language/grammar.md", one("grammar", pest())),
        ("tool.md", one("commands", usages())),
    ]
}

fn docs() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs")
}

fn replaced(text: &str, name: &str, part: &str) -> String {
    let (begin, end) = (format!("<!-- begin {name} -->\n"), format!("<!-- end {name} -->"));
    let Some((before, rest)) = text.split_once(&begin) else { panic!("no part `{name}`") };
    let Some((_, after)) = rest.split_once(&end) else { panic!("part `{name}` has no end") };
    format!("{before}{begin}{part}{end}{after}")
}

fn codes() -> String {
    let mut out = String::new();
    for (title, severity) in [("Errors", Severity::Error), ("Lints", Severity::Warning)] {
        out.push_str(&format!("\n## {title}\n"));
        for it in all_codes().filter(|it| it.code.severity() == severity) {
            let body = it.explanation.trim();
            out.push_str(&format!("\n### {}\n\n**{}**\n\n{body}\n", it.code, it.title));
        }
    }
    out.push('\n');
    out
}

fn all_codes() -> impl Iterator<Item = &'static Explained> {
    grammar::diagnostic::CODES.iter().chain(engine::code::CODES)
}

fn std_library() -> String {
    let mut out = String::new();
    for file in rules::STD {
        let (tree, _) = grammar::parse(FileId(0), file.text);
        out.push_str(&format!("\n### {}\n\n", file.path));
        for item in &tree.items {
            let doc = item.doc.clone().unwrap_or_default().replace('\n', " ");
            if let Some((name, facts)) = described(&item.kind) {
                out.push_str(&format!("- `std.{name}`: {doc} {facts}\n"));
            }
        }
    }
    out.push('\n');
    out
}

#[expect(clippy::wildcard_enum_match_arm, reason = "a library holds few kinds; others say no more")]
fn described(kind: &ItemKind) -> Option<(&str, String)> {
    Some(match kind {
        ItemKind::Pattern(it) => {
            let weight = it.weight.as_ref().map_or(1, |it| it.value);
            let mut facts = format!("Pattern, weight {weight}.");
            facts.push_str(&quoted("Accepts", &it.accepts));
            facts.push_str(&quoted("Only near", &it.near));
            (&it.name.value, facts)
        }
        ItemKind::Terms(it) => (&it.name.value, format!("Terms, {} entries.", it.entries.len())),
        ItemKind::Examination(it) => (&it.name.value, "Examination.".to_owned()),
        ItemKind::Definition(it) => (&it.name.value, "Definition.".to_owned()),
        ItemKind::Addresses(it) => (&it.name.value, "Addresses.".to_owned()),
        ItemKind::Domains(it) => (&it.name.value, "Domains.".to_owned()),
        ItemKind::Networks(it) => (&it.name.value, "Networks.".to_owned()),
        _ => return None,
    })
}

/// Texts that a line of the list can bear.
const QUOTED_MAX: usize = 3;

/// Characters of a text that a terminal's line can bear.
const QUOTED_CHARACTERS_MAX: usize = 90;

fn quoted(word: &str, texts: &[Text]) -> String {
    let short = texts.iter().filter(|it| it.value.chars().count() <= QUOTED_CHARACTERS_MAX);
    let shown: Vec<String> =
        short.take(QUOTED_MAX).map(|it| format!("`{}`", it.value.escape_debug())).collect();
    if shown.is_empty() {
        return String::new();
    }
    let more = if shown.len() < texts.len() { ", …" } else { "" };
    format!(" {word} {}{more}.", shown.join(", "))
}

fn languages() -> String {
    let names: Vec<String> = engine::languages().iter().map(|it| format!("`{it}`")).collect();
    format!("\nThe languages are {}.\n\n", names.join(", "))
}

fn checks() -> String {
    let mut out = "| check | example | what passes |\n|---|---|---|\n".to_owned();
    for it in CHECKSUMS.iter() {
        out.push_str(&format!("| `{}` | `{}` | {} |\n", it.name, it.example, it.about));
    }
    out
}

fn pest() -> String {
    format!("```pest\n{}```\n", include_str!("../../../grammar/src/writ.pest"))
}

/// The usage of each command, as `--help` prints it.
fn usages() -> String {
    let mut command = Arguments::command().term_width(96);
    command.build();
    let mut out = String::new();
    for sub in command.get_subcommands_mut().filter(|it| !it.is_hide_set()) {
        let help = sub.render_long_help().to_string();
        let lines: Vec<&str> = help.lines().map(str::trim_end).collect();
        let usage = lines.join("\n");
        out.push_str(&format!(
            "\n## `writ {}`\n\n```text\n{}\n```\n",
            sub.get_name(),
            usage.trim_end()
        ));
    }
    out.push('\n');
    out
}
