//! The rules that were last in force, kept so that a start never depends on rules that somebody is
//! changing.
//!
//! # Trust
//!
//! The file is the master's alone. A signed bundle is kept as it was signed, and verified again with
//! the keys of the configuration; it is never older than the last one.

use std::{fs, io, path::Path};

use serde::{Deserialize, Serialize};

use super::{
    bundle::{Bundle, RulesError},
    files::replace,
    gate,
};
use crate::config::Config;

/// Octets of the file; what is larger is not read.
const OCTETS_MAX: u64 = 512 * 1024 * 1024;

/// What is kept of rules.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) enum Kept {
    /// Compiled from a folder, and what they are known by.
    Tree {
        /// The program.
        program: Vec<u8>,
        /// What it is known by.
        known_by: [u8; 32],
    },
    /// A signed bundle with its approvals.
    Signed {
        /// All of it.
        bundle: Vec<u8>,
        /// The lines of those who stand for it.
        approvals: Vec<u8>,
    },
}

/// Rules to start with.
pub(super) struct Beginning {
    /// The rules.
    pub(super) bundle: Bundle,
    /// Why they are not those that the configuration names.
    pub(super) refused: Option<RulesError>,
}

/// The rules of the configuration, or those that were last in force where these cannot be used or the
/// gate does not let them through.
///
/// # Errors
///
/// Why those of the configuration cannot be used, where there are none that were in force before.
pub(super) fn begin(config: &Config) -> Result<Beginning, RulesError> {
    let loaded = Bundle::load(config);
    let last = read(&config.rules_active).and_then(|it| Bundle::again(config, it).ok());
    match (loaded, last) {
        (Ok(bundle), None) => Ok(Beginning { bundle, refused: None }),
        (Ok(bundle), Some(last)) => {
            Ok(match gate::refusal(config, &bundle, &last.organisation().rules) {
                None => Beginning { bundle, refused: None },
                Some(why) => Beginning { bundle: last, refused: Some(RulesError::Gate(why)) },
            })
        }
        (Err(error), Some(last)) => Ok(Beginning { bundle: last, refused: Some(error) }),
        (Err(error), None) => Err(error),
    }
}

/// Keeps rules that come into force.
///
/// # Errors
///
/// [`RulesError::Remember`].
pub(super) fn keep(config: &Config, bundle: &Bundle) -> Result<(), RulesError> {
    let path = &config.rules_active;
    let octets = postcard::to_stdvec(bundle.kept()).map_err(RulesError::Pack)?;
    replace(path, &octets).map_err(|source| RulesError::Remember { path: path.clone(), source })
}

/// What was kept; nothing where there is no such file that can be read.
fn read(path: &Path) -> Option<Kept> {
    use io::Read as _;
    let mut octets = Vec::new();
    fs::File::open(path).ok()?.take(OCTETS_MAX).read_to_end(&mut octets).ok()?;
    postcard::from_bytes(&octets).ok()
}
