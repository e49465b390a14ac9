//! `writ inspect`: what is in a bundle.

use std::{fs, path::PathBuf};

use clap::Args;
use serde::Serialize;
use vault::{bundle::Bundle, digest};

use crate::{
    bundle::{self, Manifest},
    done::{Done, Stopped},
    file,
    plain::plain,
};

/// Show what is in a bundle: whose rules, which counter, who signed, from which sources.
///
/// Looking is not verifying: what is shown is what the bundle says of itself. `writ verify` tells
/// whether to believe it.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Inspect {
    /// The bundle, or `-` for standard input.
    #[arg(value_name = "FILE")]
    path: PathBuf,
    /// Write one JSON object, with a version.
    #[arg(long)]
    json: bool,
    /// Write the sources into this folder, which must not be there yet.
    #[arg(long, value_name = "FOLDER")]
    sources: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  writ inspect rules.bundle
  writ inspect --json rules.bundle
  writ inspect --sources what-was-in-it rules.bundle";

#[derive(Serialize)]
struct Shown<'b> {
    version: u32,
    bundle: String,
    counter: u64,
    signed_by: String,
    sections: Vec<Section<'b>>,
    manifest: &'b Manifest,
}

#[derive(Serialize)]
struct Section<'b> {
    name: &'b str,
    octets: usize,
    digest: String,
}

impl Inspect {
    pub(super) fn run(self) -> Result<Done, Stopped> {
        let octets = bundle::read(&self.path)?;
        let wrong = |why: String| Stopped::Bundle(format!("`{}`: {why}", self.path.display()));
        let bundle = Bundle::unverified(&octets).map_err(|error| wrong(error.to_string()))?;
        let manifest = bundle::manifest(&bundle).map_err(wrong)?;
        if let Some(folder) = &self.sources {
            write_sources(folder, &bundle::sources(&bundle).map_err(wrong)?)?;
        }
        let shown = Shown {
            version: 1,
            bundle: digest::told(&bundle.digest()),
            counter: bundle.counter(),
            signed_by: digest::told(&bundle.signer().0),
            sections: bundle
                .sections()
                .map(|(name, octets)| Section {
                    name,
                    octets: octets.len(),
                    digest: digest::told(&digest::sha256(octets)),
                })
                .collect(),
            manifest: &manifest,
        };
        let text = if self.json {
            serde_json::to_string_pretty(&shown)? + "\n"
        } else {
            human(&shown, &bundle.signer().to_string())
        };
        Ok(Done::fine(text))
    }
}

fn human(shown: &Shown<'_>, signer: &str) -> String {
    let manifest = shown.manifest;
    let mut out = format!(
        "rules of {}, counter {}\n  bundle   {}\n  rules    {}\n  made by  {}\n  signed   by key {signer} (not verified: `writ verify`)\n",
        plain(&manifest.organisation),
        shown.counter,
        shown.bundle,
        plain(&manifest.rules),
        plain(&manifest.made_by),
    );
    for (what, number) in &manifest.counts {
        out.push_str(&format!("  {number} {}\n", plain(what)));
    }
    out.push_str("sections\n");
    for section in &shown.sections {
        out.push_str(&format!(
            "  {:<10}{:>12} octets  {}\n",
            plain(section.name),
            section.octets,
            section.digest
        ));
    }
    out.push_str("names\n");
    for name in &manifest.names {
        out.push_str(&format!("  {}\n", plain(name)));
    }
    out
}

/// Paths of a bundle are not believed: each must stay below the folder.
fn write_sources(folder: &PathBuf, files: &[(String, String)]) -> Result<(), Stopped> {
    fs::create_dir(folder).map_err(|source| Stopped::not_written(folder, source))?;
    for (path, text) in files {
        let sound = path.split('/').all(|part| !matches!(part, "" | "." | ".."))
            && !path.contains(['\\', ':', '\0']);
        if !sound {
            let why = format!("the bundle names a file `{}`, which is no path", plain(path));
            return Err(Stopped::Bundle(why));
        }
        let to = folder.join(path);
        let written = fs::create_dir_all(to.parent().unwrap_or(folder))
            .and_then(|()| file::write_new(&to, text));
        written.map_err(|source| Stopped::Write { path: to.clone(), source })?;
    }
    Ok(())
}
