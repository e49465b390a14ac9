//! `writ init`: a tree to start from.

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::{Args, builder::PossibleValuesParser};
use grammar::{literal::Domain, tree::FileId};

use crate::{
    done::{Done, Stopped},
    file,
    plain::counted,
};

/// Write a commented starter tree with tests, and files for CI.
///
/// The tree checks clean and its tests pass. Nothing that is already there is overwritten: a README or
/// files for CI stay as they are, and where there are rules already, nothing is written.
///
/// With `--preset` the rules behave as another product does: a gateway of packages with a tag in the
/// subject (mailgate), definitions and policies of secure messaging (mimecast), a closed community of
/// members (cjsm). `writ import` brings rules over that you have there.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Init {
    /// The folder to write to; it is made where there is none.
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
    /// What the organisation is called in the rules: small letters, digits and hyphens.
    #[arg(long, value_name = "NAME", default_value = SAMPLE_NAME, value_parser = name)]
    organisation_name: String,
    /// The organisation's domain; it and everything below it is `internal`.
    #[arg(long, value_name = "DOMAIN", default_value = SAMPLE_DOMAIN, value_parser = Domain::parse)]
    domain: Domain,
    /// Whose behaviour the rules start from, instead of the sample's.
    #[arg(long, value_name = "PRODUCT", value_parser = presets())]
    preset: Option<String>,
}

const EXAMPLES: &str = "\
Examples:
  writ init rules && writ test rules
  writ init                            into this folder, such as a new repository
  writ init rules --organisation-name northwind --domain northwind.example
  writ init rules --preset mimecast    definitions and policies as you know them";

/// The organisation of the shipped rules.
const SAMPLE_NAME: &str = "acme";

/// Its domain, which all its addresses have.
const SAMPLE_DOMAIN: &str = "acme.example";

/// Domains that stand for others in the tests of the shipped rules.
const OTHERS: [&str; 8] = [
    "chambers.example",
    "court.example",
    "customer.example",
    "elsewhere.example",
    "lawfirm.example",
    "paper.example",
    "shop.example",
    "supplier.example",
];

/// What marks the folder, and is not there before.
const MARK: &str = "writ.toml";

/// Paths and texts beside the rules.
const FILES: [(&str, &str); 6] = [
    ("README.md", include_str!("../starter/README.md")),
    (MARK, include_str!("../starter/writ.toml")),
    (".gitattributes", include_str!("../starter/gitattributes")),
    (".github/workflows/writ.yml", include_str!("../starter/github.yml")),
    (".gitlab-ci.yml", include_str!("../starter/gitlab.yml")),
    (".pre-commit-config.yaml", include_str!("../starter/pre-commit.yml")),
];

impl Init {
    pub(super) fn run(self) -> Result<Done, Stopped> {
        let domain = self.domain.to_string();
        if OTHERS.iter().any(|it| *it == domain || domain.ends_with(&format!(".{it}"))) {
            return Err(Stopped::Unknown(format!(
                "`{domain}` stands for another organisation in the rules of the starter tree; give your own domain"
            )));
        }
        if !domain.contains('.') {
            return Err(Stopped::Unknown(format!(
                "`{domain}` is one word; give the whole domain, such as `{domain}.example`"
            )));
        }
        if self.folder.is_file() {
            let folder = self.folder.display();
            return Err(Stopped::Unknown(format!("`{folder}` is a file; name a folder")));
        }
        let rules = self.rules_path();
        let (own, others): (Vec<_>, Vec<_>) =
            self.files(&domain).into_iter().partition(|it| it.0 == MARK || it.0 == rules);
        let taken = own.iter().map(|it| self.folder.join(&it.0)).find(|it| it.exists());
        if let Some(taken) = taken {
            return Err(Stopped::Exists(taken));
        }
        let (kept, others): (Vec<_>, Vec<_>) =
            others.into_iter().partition(|it| self.folder.join(&it.0).exists());
        for (path, text) in own.iter().chain(&others) {
            write(&self.folder.join(path), text)?;
        }
        let written = own.len().saturating_add(others.len());
        let kept: Vec<&str> = kept.iter().map(|it| it.0.as_str()).collect();
        Ok(Done::fine(self.told(written, &kept)))
    }

    /// What was written and what was left, and how to go on.
    fn told(&self, written: usize, kept: &[&str]) -> String {
        let folder = self.folder.display().to_string();
        let mut out = format!("wrote {} to `{folder}`\n", counted(written, "file", "files"));
        if !kept.is_empty() {
            out.push_str(&format!("left as they were: {}\n", kept.join(", ")));
        }
        let first =
            if kept.contains(&"README.md") { self.rules_path() } else { "README.md".into() };
        let first = self.folder.join(first);
        let first = first.strip_prefix(".").unwrap_or(&first).display();
        let folder = quoted(&folder);
        out.push_str(&format!(
            "next: read `{first}`, then `writ check {folder}` and `writ test {folder}`\n"
        ));
        out
    }

    /// The file of the rules.
    fn rules_path(&self) -> String {
        format!("{}.writ", self.organisation_name)
    }

    /// Paths and texts, for this organisation.
    fn files(&self, domain: &str) -> Vec<(String, String)> {
        let rules_path = self.rules_path();
        let named = format!("organisation {} {{", self.organisation_name);
        let rules = self
            .sample()
            .text
            .replace(&format!("organisation {SAMPLE_NAME} {{"), &named)
            .replace(SAMPLE_DOMAIN, domain);
        // Another length of the domain moves the columns.
        let rules = grammar::format(&rules).unwrap_or(rules);
        let own = |text: &str| {
            text.replace("`RULES`", &format!("`{rules_path}`")).replace("DOMAIN", domain)
        };
        let mut files: Vec<(String, String)> =
            FILES.iter().map(|it| (it.0.to_owned(), own(it.1))).collect();
        files.push((rules_path, rules));
        files
    }

    /// The rules to start from, of the sample organisation.
    fn sample(&self) -> rules::Shipped {
        let wanted = self.preset.as_deref();
        let preset = rules::STARTERS.iter().find(|it| Some(it.0) == wanted);
        preset.map_or(rules::ACME, |it| it.1)
    }
}

/// A path as a shell takes it.
fn quoted(path: &str) -> String {
    let is_plain = |it: char| it.is_alphanumeric() || "-_./\\:~".contains(it);
    if path.chars().all(is_plain) {
        path.to_owned()
    } else {
        format!("'{}'", path.replace('\'', "'\\''"))
    }
}

/// The names of the presets.
fn presets() -> PossibleValuesParser {
    PossibleValuesParser::new(rules::STARTERS.iter().map(|it| it.0))
}

/// Said of what is no name.
const NOT_A_NAME: &str = "a name has small letters, digits and hyphens, and begins with a letter";

/// A name of the rules, which is the name of a file too.
pub(super) fn name(text: &str) -> Result<String, String> {
    if text.contains(|it: char| !it.is_ascii_alphanumeric() && it != '-') {
        return Err(NOT_A_NAME.to_owned());
    }
    let item = format!("writ 1\norganisation {text} {{\n  domains {SAMPLE_DOMAIN}\n}}\n");
    let (_, findings) = grammar::parse(FileId(0), &item);
    match findings.first() {
        None => Ok(text.to_owned()),
        Some(_) => Err(NOT_A_NAME.to_owned()),
    }
}

fn write(path: &Path, text: &str) -> Result<(), Stopped> {
    let failed = |source| Stopped::Write { path: path.to_owned(), source };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    file::write_new(path, text).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_domain_of_the_samples_is_the_organisation_s_or_another_s() {
        for sample in rules::STARTERS.iter().map(|it| it.1).chain([rules::ACME]) {
            let words = sample.text.split(|it: char| !it.is_ascii_alphanumeric() && it != '.');
            for word in words.map(|it| it.trim_matches('.')).filter(|it| it.ends_with(".example")) {
                let below = |it: &str| word == it || word.ends_with(&format!(".{it}"));
                let known = OTHERS.iter().chain([&SAMPLE_DOMAIN]).any(|it| below(it));
                assert!(known, "{}: {word}", sample.path);
            }
        }
    }
}
