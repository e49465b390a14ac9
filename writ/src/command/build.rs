//! `writ build`: rules to a signed bundle.

use std::path::PathBuf;

use clap::Args;
use grammar::diagnostic::Colour;
use vault::{bundle::Bundle, digest};

use super::number::whole;
use crate::{
    bundle,
    done::{Done, Stopped},
    file,
    loaded::Loaded,
    moment::{self, Given},
};

/// Build the signed bundle that gateways load.
///
/// The rules are checked, their tests, values and assertions run, then they are compiled and
/// signed. Nothing is written while an error stands or a test fails. The same rules, counter and
/// key give the same octets, so anybody with the sources can verify a bundle: `writ verify --rules`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Build {
    /// The folder of the rules.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Where the bundle goes; one that is there is replaced, whole or not at all.
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// The private key, as `writ keygen` makes it.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// A number that grows from bundle to bundle. A gateway that has loaded one never takes a bundle
    /// with a lower one. The time of the last commit serves: `$(git log -1 --format=%ct)`.
    #[arg(long, value_name = "NUMBER", value_parser = whole)]
    counter: u64,
    /// When messages of tests without `at` arrive: `2026-03-02` or `2026-03-02 09:30` in the rules' time
    /// zone, or `2026-03-02T09:30:00Z`; now when absent.
    #[arg(long, value_name = moment::VALUE_NAME, value_parser = moment::parse)]
    at: Option<Given>,
}

const EXAMPLES: &str = "\
Examples:
  writ build --key rules.key --counter 42 -o rules.bundle rules
  writ build --key rules.key --counter $(git log -1 --format=%ct) -o rules.bundle";

impl Build {
    pub(super) fn run(self) -> Result<Done, Stopped> {
        let key = bundle::sign_key(&self.key)?;
        let usable = Loaded::read(&self.path)?.usable(&self.path)?;
        let at = moment::or_now(self.at, usable.program.organisation());
        let tests = super::test::all_passed(&usable, at, Colour::Plain)?;
        let octets = bundle::sign(&usable, tests, self.counter, &key)?;
        let outdated = self.outdated();
        file::put(&self.output, &octets)
            .map_err(|source| Stopped::Write { path: self.output.clone(), source })?;
        let signer = key.public().map_err(|error| Stopped::Bundle(error.to_string()))?.id();
        Ok(Done::fine(format!(
            "{}: {} octets, counter {}, signed by key {signer}\n  bundle  {}\n  rules   {}\n  {tests} tests, values and assertions passed\n{outdated}",
            self.output.display(),
            octets.len(),
            self.counter,
            digest::told(&digest::sha256(&octets)),
            usable.digest(),
        )))
    }

    /// What a gateway will say of a counter that is lower than that of the bundle in its place.
    fn outdated(&self) -> String {
        let there = bundle::read(&self.output).ok();
        let there = there.as_deref().and_then(|it| Bundle::unverified(it).ok());
        match there.map(|it| it.counter()).filter(|it| self.counter < *it) {
            None => String::new(),
            Some(counter) => format!(
                "warning: the bundle that was there had counter {counter}: a gateway that has loaded it refuses this one\n"
            ),
        }
    }
}
