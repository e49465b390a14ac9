//! `writ import`: the rules of another product, brought over.

mod put;
mod told;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use grammar::literal::{DomainPattern, Network, Zone};

use super::init;
use crate::{
    done::{Done, Exit, Stopped},
    file,
    import::{
        self, EXPORT_OCTETS_MAX, EXPORTS_MAX, Export, Options, change::Class, value::DateOrder,
    },
};

/// Bring policies, definitions, groups and dictionaries of another product over.
///
/// An export is a table (.csv, .tsv), JSON (.json), or a dictionary with a line `weight text` or
/// `weight regex …` for each entry (any other ending). `docs/import.md` lists the columns. What is
/// written checks without an error, and has a test for each policy.
///
/// Every change of meaning is printed, and written to `IMPORT.md`. Where something is protected less
/// than in the export, or may be, the exit code is 1 until you say `--accept-changes`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Import {
    /// The exports; several files together are one tree.
    #[arg(value_name = "EXPORT", required = true)]
    exports: Vec<PathBuf>,
    /// Where the rules go: a folder for a tree, or a .writ file for dictionaries alone.
    #[arg(long, short = 'o', value_name = "PATH")]
    output: PathBuf,
    /// What the organisation is called in the rules: small letters, digits and hyphens.
    #[arg(long, value_name = "NAME", default_value = "acme", value_parser = init::name)]
    organisation_name: String,
    /// A domain of the organisation, `*.` in front for all below one; may be given several times.
    #[arg(long = "domain", value_name = "DOMAIN", value_parser = domain)]
    domains: Vec<String>,
    /// The organisation's time zone, in which days begin and end.
    #[arg(long, value_name = "ZONE", default_value = "UTC", value_parser = Zone::parse)]
    time_zone: Zone,
    /// A network of the organisation's own mail servers, whose word bypasses believe; may be given
    /// several times.
    #[arg(long = "relay-network", value_name = "NETWORK", value_parser = network)]
    relay_networks: Vec<String>,
    /// How dates such as 04/05/2026 are meant.
    #[arg(long, value_enum, value_name = "ORDER")]
    date_order: Option<DateOrder>,
    /// What it means for an examination that a part cannot be read.
    #[arg(long, value_enum, default_value_t = Unreadable::Activated, value_name = "MEANS")]
    unreadable: Unreadable,
    /// Find texts of dictionaries as whole words alone; without it parts of words count, too.
    #[arg(long)]
    whole_words: bool,
    /// The score at which a dictionary of its own activates.
    #[arg(long, value_name = "SCORE", value_parser = clap::value_parser!(u32).range(1..))]
    activates_at: Option<u32>,
    /// A column that means nothing; may be given several times.
    #[arg(long = "ignore-column", value_name = "NAME")]
    ignored: Vec<String>,
    /// End with exit code 0 where something is protected less than in the export.
    #[arg(long)]
    accept_changes: bool,
    /// Replace files that are already there.
    #[arg(long)]
    force: bool,
}

const EXAMPLES: &str = "\
Examples:
  writ import policies.csv definitions.csv groups.csv -o rules --domain acme.example
  writ import export.json -o rules --domain acme.example --relay-network 192.0.2.0/24
  writ import drug-names.txt -o rules/drug-names.writ --activates-at 5
                                         a dictionary for a tree that you have
  writ import export.json -o rules --domain acme.example --accept-changes --force
                                         once more, after reading rules/IMPORT.md

Exit codes: 0 all was brought over, or the changes were accepted; 1 something is protected less, or may
be; 2 an export cannot be read, or files are in the way: nothing was written.";

/// What is decided of what cannot be read.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum Unreadable {
    /// As if it had been found.
    Activated,
    /// As if nothing were there.
    Clear,
}

fn domain(text: &str) -> Result<String, String> {
    DomainPattern::parse(text).map(|_| text.to_owned()).map_err(|error| error.to_string())
}

fn network(text: &str) -> Result<String, String> {
    Network::parse(text).map(|_| text.to_owned()).map_err(|error| error.to_string())
}

impl Import {
    pub(super) fn run(self) -> Result<Done, Stopped> {
        let is_file = self.output.extension().is_some_and(|it| it == "writ");
        if self.domains.is_empty() && !is_file {
            return Err(Stopped::Unknown(
                "say which domains are the organisation's own: `--domain acme.example`".to_owned(),
            ));
        }
        let exports = self.read()?;
        let options = self.options()?;
        let imported = import::import(&exports, &options)?;
        let wrote = match is_file {
            true => put::file(&self.output, &imported, self.force)?,
            false => put::tree(&self.output, &imported, &exports, self.force)?,
        };
        let weaker = !imported.changes.of(Class::Weaker).is_empty();
        let text = told::printed(&imported, &self.output, wrote);
        let exit = if weaker && !self.accept_changes { Exit::Findings } else { Exit::Fine };
        Ok(Done { text, exit })
    }

    fn read(&self) -> Result<Vec<Export>, Stopped> {
        if self.exports.len() > EXPORTS_MAX {
            return Err(Stopped::Unknown(format!("more than {EXPORTS_MAX} files were given")));
        }
        let mut exports = Vec::new();
        for path in &self.exports {
            let octets = file::read(path, EXPORT_OCTETS_MAX)
                .map_err(|source| Stopped::Read { path: path.clone(), source })?;
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            exports.push(Export { file: name, octets });
        }
        Ok(exports)
    }

    fn options(&self) -> Result<Options, Stopped> {
        let name = self.time_zone.as_str();
        let zone = jiff::tz::TimeZone::get(name)
            .map_err(|_unknown| Stopped::Unknown(format!("there is no time zone `{name}`")))?;
        let today = jiff::Timestamp::now().to_zoned(zone.clone()).date().into();
        let domains = match self.domains.as_slice() {
            [] => vec!["acme.example".to_owned()],
            given => given.to_vec(),
        };
        Ok(Options {
            organisation: self.organisation_name.clone(),
            domains,
            zone_name: name.to_owned(),
            zone,
            relay_networks: self.relay_networks.clone(),
            date_order: self.date_order,
            is_unreadable_clear: self.unreadable == Unreadable::Clear,
            whole_words: self.whole_words,
            ignored: self.ignored.clone(),
            activates_at: self.activates_at,
            today,
        })
    }
}
