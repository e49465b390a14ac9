//! What was told of what is held, as it is noted beside the database.

use std::{
    fs,
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use serde::{Deserialize, Serialize};

/// The file in the folder of the database. It is in no backup: what is restored is told anew.
pub(crate) const TOLD: &str = "hold-told.json";

/// What stands in it.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Told {
    /// The newest delivery that was told.
    pub(crate) upto: i64,
    /// When, milliseconds since 1970 UTC.
    pub(crate) at_ms: i64,
    /// The mails that told it.
    pub(crate) sent: Vec<Sent>,
}

/// A mail to one of those who are told.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Sent {
    /// To whom.
    pub(crate) to: String,
    /// Its id in the store; absent where it could not be written.
    pub(crate) message: Option<String>,
}

impl Told {
    /// What is noted; nothing was told where there is no note that can be read.
    pub(crate) fn read(path: &Path) -> Self {
        match fs::read(path).map(|it| serde_json::from_slice(&it)) {
            Ok(Ok(told)) => told,
            Ok(Err(error)) => {
                tracing::warn!(event = "hold.note-unreadable", "{error}");
                Self::default()
            }
            Err(error) => {
                if error.kind() != io::ErrorKind::NotFound {
                    tracing::warn!(event = "hold.note-unreadable", "{error}");
                }
                Self::default()
            }
        }
    }

    /// Notes it; whoever reads finds the old note or the new one, whole.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub(super) fn write(&self, path: &Path) -> io::Result<()> {
        let new = path.with_extension("new");
        let mut options = fs::OpenOptions::new();
        let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(&new)?;
        file.write_all(&serde_json::to_vec(self)?)?;
        file.sync_all()?;
        fs::rename(&new, path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_noted_is_read_and_a_broken_note_tells_all_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(TOLD);
        assert_eq!(Told::read(&path), Told::default());
        let sent = vec![Sent { to: "a@b.example".to_owned(), message: None }];
        let told = Told { upto: 7, at_ms: 9, sent };
        told.write(&path).unwrap();
        assert_eq!(Told::read(&path), told);
        fs::write(&path, "{").unwrap();
        assert_eq!(Told::read(&path), Told::default());
    }
}
