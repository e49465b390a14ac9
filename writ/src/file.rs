//! Files: read up to a bound, and replaced whole or not at all.

use std::{
    fs,
    io::{self, Read as _, Write as _},
    path::Path,
};

/// Octets of a message file; several times what a mail server takes.
pub(crate) const MESSAGE_OCTETS_MAX: u64 = 256 * 1024 * 1024;

/// Octets of a directory file.
pub(crate) const DIRECTORY_OCTETS_MAX: u64 = 64 * 1024 * 1024;

/// Reads a file that the caller named, which may be a pipe; `-` is standard input.
///
/// # Errors
///
/// It cannot be read, or is larger than `octets_max`.
pub(crate) fn read(path: &Path, octets_max: u64) -> io::Result<Vec<u8>> {
    if path.as_os_str() == "-" {
        return bounded(io::stdin().lock(), octets_max);
    }
    if path.is_dir() {
        return Err(io::Error::other("this is a folder"));
    }
    bounded(fs::File::open(path)?, octets_max)
}

/// Reads a file that a tree names. A pipe or a device may never end, so only a regular file is read,
/// and nothing is waited for before it is known to be one.
///
/// # Errors
///
/// It cannot be read, is no regular file, or is larger than `octets_max`.
pub(crate) fn read_regular(path: &Path, octets_max: u64) -> io::Result<Vec<u8>> {
    let mut options = fs::OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    if let Ok(flags) = i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()) {
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, flags);
    }
    let file = options.open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("this is not a regular file"));
    }
    bounded(file, octets_max)
}

fn bounded(from: impl io::Read, octets_max: u64) -> io::Result<Vec<u8>> {
    let mut octets = Vec::new();
    let read = from.take(octets_max.saturating_add(1)).read_to_end(&mut octets)?;
    if u64::try_from(read).is_ok_and(|it| it <= octets_max) {
        return Ok(octets);
    }
    Err(io::Error::other(format!("it has more than {octets_max} octets")))
}

/// Puts `text` in the place of a file, with its permissions: a reader sees the old or the new file
/// and never a part. A link stays, what it points at is replaced.
///
/// # Errors
///
/// The file may not be written, or the folder has no room.
pub(crate) fn replace(path: &Path, text: &str) -> io::Result<()> {
    let path = path.canonicalize()?;
    let permissions = fs::metadata(&path)?.permissions();
    if permissions.readonly() {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // The name does not end in `.writ`, so that one left behind is no rule file.
    let part = path.with_file_name(format!(".{name}.{}.part", std::process::id()));
    let written = write_new(&part, text)
        .and_then(|()| fs::set_permissions(&part, permissions))
        .and_then(|()| fs::rename(&part, &path));
    if written.is_err() {
        // The first error is the one to tell.
        let _ = fs::remove_file(&part);
    }
    written
}

/// Writes a file that must not be there yet.
///
/// # Errors
///
/// It is there, or cannot be written.
pub(crate) fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let mut file = fs::OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// The same for a file that need not outlive the program.
///
/// # Errors
///
/// It is there, or cannot be written.
pub(crate) fn put_new(path: &Path, octets: &[u8]) -> io::Result<()> {
    let mut file = fs::OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(octets)
}

/// Writes a secret that must not be there yet, readable by its owner alone.
///
/// # Errors
///
/// It is there, or cannot be written.
pub(crate) fn write_secret(path: &Path, text: &str) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Puts a file where there may be one: a reader sees the old or the new one and never a part.
///
/// # Errors
///
/// The folder is not there, has no room or may not be written.
pub(crate) fn put(path: &Path, octets: &[u8]) -> io::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let part = path.with_file_name(format!(".{name}.{}.part", std::process::id()));
    let write = || {
        let mut file = fs::OpenOptions::new().write(true).create_new(true).open(&part)?;
        file.write_all(octets)?;
        file.sync_all()?;
        fs::rename(&part, path)
    };
    let written = write();
    if written.is_err() {
        // The first error is the one to tell.
        let _ = fs::remove_file(&part);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_larger_than_the_bound_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, "12345").unwrap();
        assert_eq!(read(&path, 5).unwrap(), b"12345");
        assert!(read(&path, 4).unwrap_err().to_string().contains("more than 4 octets"));
        assert!(read(folder.path(), 4).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_that_a_tree_names_is_refused_and_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s.eml");
        let mode = rustix::fs::Mode::from_raw_mode(0o600);
        rustix::fs::mkfifoat(rustix::fs::CWD, &path, mode).unwrap();
        let refused = read_regular(&path, 5).unwrap_err();
        assert_eq!(refused.to_string(), "this is not a regular file");
        assert_eq!(read_regular(folder.path(), 5).unwrap_err().to_string(), refused.to_string());
        fs::write(folder.path().join("a"), "12345").unwrap();
        assert_eq!(read_regular(&folder.path().join("a"), 5).unwrap(), b"12345");
    }

    #[cfg(unix)]
    #[test]
    fn replacing_keeps_permissions_and_leaves_nothing_behind() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.writ");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        replace(&path, "new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_may_not_be_written_stays() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.writ");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
        assert!(replace(&path, "new").is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
    }
}
