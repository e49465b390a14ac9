//! Collections of messages: folders of message files, single ones, and mbox files, read one message
//! at a time.
//!
//! # Trust
//!
//! Messages are hostile. What cannot be read is told with its name and left out, and the rest goes
//! on; links to folders are not followed.
//!
//! # Standards
//!
//! RFC 4155 for mbox; quoted `>From ` lines are undone as `mboxrd` does.

use std::{
    fs,
    io::{self, BufRead as _, BufReader, Read as _},
    path::{Path, PathBuf},
};

use crate::file::{self, MESSAGE_OCTETS_MAX};

/// Files of one corpus.
const FILES_MAX: usize = 2_000_000;

/// Folders below each other.
const DEPTH_MAX: usize = 64;

/// One message of a corpus.
#[derive(Debug)]
pub(crate) struct Found {
    /// The file, and the number of the message in an mbox: `inbox.mbox#3`.
    pub(crate) name: String,
    /// Its octets, or why there are none.
    pub(crate) octets: Result<Vec<u8>, String>,
}

/// Reads all messages below the paths in the order of their names, and hands each over.
///
/// # Errors
///
/// A path that was named is not there. What else goes wrong is handed over as [`Found`].
pub(crate) fn each(paths: &[PathBuf], mut take: impl FnMut(Found)) -> io::Result<()> {
    let mut files = 0_usize;
    for path in paths {
        fs::metadata(path)?;
        walk(path, 0, &mut files, &mut take);
    }
    Ok(())
}

fn walk(path: &Path, depth: usize, files: &mut usize, take: &mut impl FnMut(Found)) {
    let name = path.display().to_string();
    let failed = |error: io::Error| Found { name: name.clone(), octets: Err(error.to_string()) };
    // A link to a folder could lead in a circle; the path that was named may be one.
    let found = if depth == 0 { fs::metadata(path) } else { fs::symlink_metadata(path) };
    let found = match found {
        Ok(found) => found,
        Err(error) => return take(failed(error)),
    };
    if found.is_dir() {
        if depth >= DEPTH_MAX {
            return take(failed(io::Error::other("its folders are too deep")));
        }
        match entries(path) {
            Ok(entries) => {
                entries.iter().for_each(|it| walk(it, depth.saturating_add(1), files, take));
            }
            Err(error) => take(failed(error)),
        }
        return;
    }
    *files = files.saturating_add(1);
    if *files > FILES_MAX {
        return;
    }
    let is_file = fs::metadata(path).is_ok_and(|it| it.is_file());
    if !is_file {
        return take(failed(io::Error::other("this is not a regular file")));
    }
    if let Err(error) = read_file(path, &name, take) {
        take(failed(error));
    }
}

/// What is in a folder, by name, without what is hidden.
fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_name().to_string_lossy().starts_with('.') {
            paths.push(entry.path());
        }
    }
    paths.sort();
    Ok(paths)
}

fn read_file(path: &Path, name: &str, take: &mut impl FnMut(Found)) -> io::Result<()> {
    let mut reader = BufReader::new(fs::File::open(path)?);
    if reader.fill_buf()?.starts_with(SEPARATOR) {
        return read_mbox(reader, name, take);
    }
    let octets = file::read(path, MESSAGE_OCTETS_MAX)?;
    take(Found { name: name.to_owned(), octets: Ok(octets) });
    Ok(())
}

/// What every message of an mbox begins with.
const SEPARATOR: &[u8] = b"From ";

/// A message of an mbox while it is read.
#[derive(Default)]
struct Gathered {
    octets: Vec<u8>,
    too_large: bool,
}

impl Gathered {
    fn add(&mut self, line: &[u8]) {
        let room = u64::try_from(self.octets.len().saturating_add(line.len()));
        if self.too_large || room.is_ok_and(|it| it > MESSAGE_OCTETS_MAX) {
            self.too_large = true;
            self.octets = Vec::new();
            return;
        }
        self.octets.extend_from_slice(line);
    }

    fn found(self, name: &str, number: usize) -> Found {
        let octets = if self.too_large {
            Err(format!("it has more than {MESSAGE_OCTETS_MAX} octets"))
        } else {
            Ok(self.octets)
        };
        Found { name: format!("{name}#{number}"), octets }
    }
}

fn read_mbox(
    mut reader: impl io::BufRead,
    name: &str,
    take: &mut impl FnMut(Found),
) -> io::Result<()> {
    let mut number = 0_usize;
    let mut message: Option<Gathered> = None;
    // A separator counts at the start and after an empty line.
    let mut after_blank = true;
    let mut goes_on = false;
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = reader.by_ref().take(LINE_OCTETS_MAX).read_until(b'\n', &mut line)?;
        if read == 0 {
            break;
        }
        let begins = !goes_on;
        goes_on = !line.ends_with(b"\n");
        if begins && after_blank && line.starts_with(SEPARATOR) {
            if let Some(done) = message.replace(Gathered::default()) {
                take(done.found(name, number));
            }
            number = number.saturating_add(1);
            after_blank = false;
            continue;
        }
        after_blank = begins && matches!(line.as_slice(), b"\n" | b"\r\n");
        let quoted = begins && is_quoted(&line);
        let kept = if quoted { line.get(1..).unwrap_or_default() } else { line.as_slice() };
        message.get_or_insert_with(Gathered::default).add(kept);
    }
    if let Some(done) = message {
        take(done.found(name, number));
    }
    Ok(())
}

/// Octets of a line that are read at once; a longer one is read in pieces.
const LINE_OCTETS_MAX: u64 = 1 << 20;

/// `>From `, with any number of marks.
fn is_quoted(line: &[u8]) -> bool {
    let marks = line.iter().take_while(|it| **it == b'>').count();
    marks > 0 && line.get(marks..).is_some_and(|it| it.starts_with(SEPARATOR))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &[u8]) -> Vec<(String, String)> {
        let mut found = Vec::new();
        read_mbox(text, "m", &mut |it: Found| {
            let octets = it.octets.map(|it| String::from_utf8_lossy(&it).into_owned());
            found.push((it.name, octets.unwrap_or_else(|it| it)));
        })
        .unwrap();
        found
    }

    #[test]
    fn an_mbox_is_its_messages() {
        let text = b"From a@b Mon\nSubject: 1\n\nFrom here on\n>From there\n>>From far\n\nFrom c@d Tue\nSubject: 2\n\nx";
        let found = split(text);
        assert_eq!(found.len(), 3, "{found:?}");
        // RFC 4155 leaves a separator after an empty line to be one, also in a body.
        let text = b"From a@b Mon\nSubject: 1\n\nhere\n>From there\n>>From far\n\nFrom c@d Tue\nSubject: 2\n\nx";
        let found = split(text);
        assert_eq!(found.len(), 2);
        assert_eq!(
            found[0],
            ("m#1".to_owned(), "Subject: 1\n\nhere\nFrom there\n>From far\n\n".to_owned())
        );
        assert_eq!(found[1], ("m#2".to_owned(), "Subject: 2\n\nx".to_owned()));
    }

    #[test]
    fn a_line_longer_than_the_buffer_is_one_line() {
        let long = usize::try_from(LINE_OCTETS_MAX).unwrap();
        let mut text = b"From a\n".to_vec();
        text.extend(std::iter::repeat_n(b'x', long));
        text.extend_from_slice(b"From b\n\nFrom c\n");
        let found = split(&text);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].1.len(), long + "From b\n\n".len());
    }

    #[test]
    fn a_folder_is_read_by_name_and_goes_on_after_what_cannot_be_read() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("b")).unwrap();
        fs::write(folder.path().join("b/2.eml"), "two").unwrap();
        fs::write(folder.path().join("a.eml"), b"\xff\x00").unwrap();
        fs::write(folder.path().join(".hidden"), "x").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink("/dev/zero", folder.path().join("c")).unwrap();
        let mut found = Vec::new();
        each(&[folder.path().to_owned()], |it| found.push(it.octets)).unwrap();
        assert_eq!(found[0], Ok(b"\xff\x00".to_vec()));
        assert_eq!(found[1], Ok(b"two".to_vec()));
        #[cfg(unix)]
        assert!(found[2].as_ref().is_err_and(|it| it.contains("not a regular file")));
        assert!(each(&[folder.path().join("none")], |_| {}).is_err());
    }
}
