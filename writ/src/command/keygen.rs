//! `writ keygen`: the pair of keys that bundles are signed and verified with.

use std::path::PathBuf;

use clap::Args;
use vault::bundle::{KeyError, SignKey};

use crate::{
    done::{Done, Stopped},
    file,
};

/// Make the pair of keys that bundles are signed and verified with.
///
/// FILE gets the private key, readable by you alone: keep it where bundles are built, in a secret
/// of the CI system or on a token. FILE.pub gets the public key: give it to each gateway. The keys
/// are Ed25519 in PEM form; `openssl genpkey -algorithm ed25519` makes the same.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Keygen {
    /// Where the private key goes; the public one goes beside it, with `.pub` added.
    #[arg(value_name = "FILE")]
    path: PathBuf,
}

const EXAMPLES: &str = "\
Examples:
  writ keygen rules.key    makes rules.key and rules.key.pub";

impl Keygen {
    pub(super) fn run(self) -> Result<Done, Stopped> {
        let mut name = self.path.clone().into_os_string();
        name.push(".pub");
        let public_path = PathBuf::from(name);
        if public_path.exists() {
            return Err(Stopped::Exists(public_path));
        }
        let failed = |error: KeyError| Stopped::Bundle(error.to_string());
        let key = SignKey::generate().map_err(failed)?;
        let public = key.public().map_err(failed)?;
        file::write_secret(&self.path, &key.to_pem().map_err(failed)?)
            .map_err(|source| Stopped::not_written(&self.path, source))?;
        file::write_new(&public_path, &public.to_pem())
            .map_err(|source| Stopped::Write { path: public_path.clone(), source })?;
        Ok(Done::fine(format!(
            "key {}\n  private  {}   keep it secret; it signs: `writ build --key`\n  public   {}   give it to each gateway; it verifies: `writ verify --key`\n",
            public.id(),
            self.path.display(),
            public_path.display(),
        )))
    }
}
