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
/// The tree checks clean and its tests pass. Nothing that is already there is overwritten.
///
/// With `--preset` the rules behave as another product does: a gateway of packages with a tag in the
/// subject (mailgate), definitions and policies of secure messaging (mimecast), a closed community of
/// members (cjsm). `writ import` brings rules over that you have there.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Init {
    /// The folder to write to; it is made where there is none.
    #[arg(value_name = "DIR")]
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

/// Paths and texts beside the rules.
const FILES: [(&str, &str); 5] = [
    ("README.md", include_str!("../starter/README.md")),
    ("writ.toml", include_str!("../starter/writ.toml")),
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
        let files = self.files(&domain);
        let taken = files.iter().map(|it| self.folder.join(&it.0)).find(|it| it.exists());
        if let Some(taken) = taken {
            return Err(Stopped::Exists(taken));
        }
        for (path, text) in &files {
            write(&self.folder.join(path), text)?;
        }
        let folder = self.folder.display();
        let count = counted(files.len(), "file", "files");
        Ok(Done::fine(format!(
            "wrote {count} to `{folder}`\nnext: read `{folder}/README.md`, then `writ check {folder}` and `writ test {folder}`\n"
        )))
    }

    /// Paths and texts, for this organisation.
    fn files(&self, domain: &str) -> Vec<(String, String)> {
        let rules_path = format!("{}.writ", self.organisation_name);
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
