//! `writ verify`: whether a gateway would take a bundle.

use std::path::PathBuf;

use clap::Args;
use vault::bundle::{Bundle, PublicKey};

use crate::{
    bundle::{self, PROGRAM, SOURCES},
    done::{Done, Stopped},
    loaded::Loaded,
};

/// Verify a bundle as a gateway does: form, signature, counter, and that its rules load.
///
/// With `--rules` also that it was made from these sources by this version of the program.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Verify {
    /// The bundle, or `-` for standard input.
    #[arg(value_name = "FILE")]
    path: PathBuf,
    /// A public key that is trusted; may be given several times.
    #[arg(long, value_name = "FILE", required = true)]
    key: Vec<PathBuf>,
    /// The counter that is in use: a bundle with a lower one is refused.
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    counter: u64,
    /// The sources that the bundle should have been made from.
    #[arg(long, value_name = "PATH")]
    rules: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  writ verify --key rules.key.pub rules.bundle
  writ verify --key rules.key.pub --counter 41 --rules rules rules.bundle

Exit codes:
  0  a gateway takes it
  1  it is refused; the line says why
  2  a file could not be read";

impl Verify {
    pub(super) fn run(self) -> Result<Done, Stopped> {
        let keys = bundle::public_keys(&self.key)?;
        let octets = bundle::read(&self.path)?;
        Ok(match self.verify(&octets, &keys)? {
            Ok(told) => Done::fine(told),
            Err(why) => Done::found(format!("{}: refused: {why}\n", self.path.display()), true),
        })
    }

    fn verify(&self, octets: &[u8], keys: &[PublicKey]) -> Result<Result<String, String>, Stopped> {
        let bundle = match Bundle::verified(octets, keys, self.counter) {
            Ok(bundle) => bundle,
            Err(refused) => return Ok(Err(refused.to_string())),
        };
        let manifest = match bundle::manifest(&bundle) {
            Ok(manifest) => manifest,
            Err(why) => return Ok(Err(why)),
        };
        let program = bundle.section(PROGRAM).unwrap_or_default();
        if let Err(corrupt) = engine::bundle::decode(program) {
            return Ok(Err(format!("its rules do not load: {corrupt}")));
        }
        let mut told = format!(
            "{}: good\n  rules of {}, counter {}, signed by key {}\n",
            self.path.display(),
            manifest.organisation,
            bundle.counter(),
            bundle.signer(),
        );
        if let Some(path) = &self.rules {
            match self.same(path, &bundle)? {
                Ok(()) => told.push_str("  made from these sources\n"),
                Err(why) => return Ok(Err(why)),
            }
        }
        Ok(Ok(told))
    }

    /// Whether the sources at `path` give what the bundle holds.
    fn same(
        &self,
        path: &std::path::Path,
        bundle: &Bundle<'_>,
    ) -> Result<Result<(), String>, Stopped> {
        let usable = Loaded::read(path)?.usable(path)?;
        let files: Vec<(&str, &str)> =
            usable.tree.files().iter().map(|it| (it.path.as_str(), it.text.as_str())).collect();
        let held = match bundle::sources(bundle) {
            Ok(held) => held,
            Err(why) => return Ok(Err(why)),
        };
        if let Some(differs) = first_difference(&held, &files) {
            return Ok(Err(format!("it was made from other sources: {differs}")));
        }
        let sources = serde_json::to_vec(&files)?;
        let program = engine::bundle::encode(&usable.rules);
        let same = bundle.section(PROGRAM) == Some(program.as_slice())
            && bundle.section(SOURCES) == Some(sources.as_slice());
        Ok(if same {
            Ok(())
        } else {
            Err("the same sources compile to something else with this version of writ; \
                 compare `writ inspect` with `writ --version`"
                .to_owned())
        })
    }
}

/// The first file that is not the same, as a clause.
fn first_difference(held: &[(String, String)], given: &[(&str, &str)]) -> Option<String> {
    for (path, text) in held {
        match given.iter().find(|it| it.0 == path) {
            None => return Some(format!("`{path}` is not among yours")),
            Some(it) if it.1 != text => return Some(format!("`{path}` is not the same")),
            Some(_) => {}
        }
    }
    let extra = given.iter().find(|it| !held.iter().any(|held| held.0 == it.0));
    extra.map(|it| format!("it has no `{}`", it.0))
}
