//! Links of the manual: each leads to a file, and to a heading where it names one.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::super::sections::sections;

#[test]
fn every_link_leads_somewhere() {
    let docs = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs");
    let mut broken = Vec::new();
    for path in pages(&docs).into_iter().chain([docs.join("../README.md")]) {
        let text = fs::read_to_string(&path).unwrap();
        for link in links(&text).into_iter().filter(|it| !it.contains("://")) {
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target =
                if file.is_empty() { path.clone() } else { path.parent().unwrap().join(file) };
            let there = target.exists() && (anchor.is_empty() || has_anchor(&target, anchor));
            if !there {
                broken.push(format!("{}: {link}", path.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

fn pages(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(pages(&path));
        } else if path.extension().is_some_and(|it| it == "md") {
            found.push(path);
        }
    }
    found
}

/// Targets of links outside of code.
fn links(text: &str) -> Vec<&str> {
    let mut links = Vec::new();
    let mut in_code = false;
    for line in text.lines() {
        if line.starts_with("```") {
            in_code = !in_code;
        } else if !in_code {
            let after = line.split("](").skip(1);
            links.extend(after.filter_map(|it| it.split_once(')')).map(|it| it.0));
        }
    }
    links
}

fn has_anchor(path: &Path, anchor: &str) -> bool {
    let text = fs::read_to_string(path).unwrap();
    sections(&text).iter().any(|it| slug(it.heading) == anchor)
}

/// A heading as forges name it in links.
fn slug(heading: &str) -> String {
    let kept = heading.to_lowercase();
    let kept = kept.chars().filter(|it| it.is_alphanumeric() || matches!(it, ' ' | '-' | '_'));
    kept.collect::<String>().replace(' ', "-")
}
