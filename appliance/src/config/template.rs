//! What `chancery init` writes: a commented configuration and a rule tree to start from.

use std::{fs, io, path::Path};

/// The commented configuration.
pub(crate) const CONFIGURATION: &str = include_str!("chancery.toml");
const RULES: &[(&str, &str)] = &[
    ("acme.writ", include_str!("../../../rules/acme/acme.writ")),
    ("writ.toml", include_str!("../../../rules/acme/writ.toml")),
];

/// Writes `chancery.toml` and a `rules` folder below `folder`.
///
/// # Errors
///
/// `AlreadyExists` when there is a configuration already, which is never overwritten; what the
/// system says otherwise.
pub(crate) fn write(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    write_new(&folder.join("chancery.toml"), CONFIGURATION)?;
    write_rules(folder)
}

/// Writes the sample rules into a `rules` folder below `folder`.
///
/// # Errors
///
/// As [`write`].
pub(crate) fn write_rules(folder: &Path) -> io::Result<()> {
    let rules = folder.join("rules");
    fs::create_dir_all(&rules)?;
    for (name, text) in RULES {
        write_new(&rules.join(name), text)?;
    }
    Ok(())
}

fn write_new(path: &Path, text: &str) -> io::Result<()> {
    use io::Write;
    let mut file = fs::OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn what_is_written_can_be_loaded_and_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path()).unwrap();
        Config::load(&folder.path().join("chancery.toml")).unwrap();
        assert_eq!(write(folder.path()).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
    }
}
