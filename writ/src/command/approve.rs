//! `writ approve`: another key says that a bundle may be used.

use std::path::{Path, PathBuf};

use clap::Args;
use vault::bundle::{Bundle, approve};

use crate::{
    bundle,
    done::{Done, Stopped},
    file,
};

/// Approve a bundle that somebody else has built.
///
/// For gateways that want more than one of the trusted keys to stand for a bundle
/// (`rules-approvals`). The bundle stays as it is; the approval is a line that is added to
/// FILE.approvals, which goes to the gateway with the bundle. Look at what changes first: `writ
/// inspect`, `writ verify --rules`, `writ diff`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Approve {
    /// The bundle.
    #[arg(value_name = "FILE")]
    path: PathBuf,
    /// The public key of who built it: a bundle of anybody else is not approved.
    #[arg(long, value_name = "FILE", required = true)]
    of: Vec<PathBuf>,
    /// Your private key, as `writ keygen` makes it.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
}

const EXAMPLES: &str = "\
Examples:
  writ approve --of rules.key.pub --key second.key rules.bundle

Exit codes:
  0  it is approved
  1  it is refused, or your key built it; the line says why
  2  a file could not be read or written";

/// Octets of all approvals of a bundle.
const OCTETS_MAX: u64 = 64 * 1024;

impl Approve {
    pub(super) fn run(self) -> Result<Done, Stopped> {
        let key = bundle::sign_key(&self.key)?;
        let keys = bundle::public_keys(&self.of)?;
        let octets = bundle::read(&self.path)?;
        let refused = |why: &str| {
            Ok(Done::found(format!("{}: not approved: {why}\n", self.path.display()), true))
        };
        let bundle = match Bundle::verified(&octets, &keys, 0) {
            Ok(bundle) => bundle,
            Err(why) => return refused(&why.to_string()),
        };
        let failed = |error: vault::bundle::KeyError| Stopped::Bundle(error.to_string());
        let own = key.public().map_err(failed)?.id();
        if own == bundle.signer() {
            return refused("your key built it, and counts already");
        }
        let line = approve(&bundle, &key).map_err(failed)?;
        let path = beside(&self.path);
        let before = match path.exists() {
            true => file::read(&path, OCTETS_MAX)
                .map_err(|source| Stopped::Read { path: path.clone(), source })?,
            false => Vec::new(),
        };
        let before = String::from_utf8_lossy(&before).into_owned();
        // Approvals of a bundle that stood here before count for nothing, and stay.
        let mut lines: Vec<&str> = before.lines().filter(|it| !it.is_empty()).collect();
        if !lines.contains(&line.as_str()) {
            lines.push(&line);
        }
        let text = format!("{}\n", lines.join("\n"));
        file::put(&path, text.as_bytes())
            .map_err(|source| Stopped::Write { path: path.clone(), source })?;
        Ok(Done::fine(format!(
            "{}: counter {}, built by key {}, approved by key {own}\n  {}   goes to the gateway with the bundle\n",
            self.path.display(),
            bundle.counter(),
            bundle.signer(),
            path.display(),
        )))
    }
}

/// Where the approvals of a bundle are.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.to_owned().into_os_string();
    name.push(".approvals");
    PathBuf::from(name)
}
