//! Where a backup is written: a folder that it makes, a tar file, or a stream.

use std::{
    fs,
    io::{self, Read, Write},
    os::{
        fd::AsFd,
        unix::fs::{DirBuilderExt, OpenOptionsExt},
    },
    path::{Path, PathBuf},
};

use anyhow::Context;
use vault::{digest::Digest, key::IndexKey};

use super::{CHUNK_OCTETS, Entry, Head, Listing, MANIFEST, tar};

/// Where it goes, and what is written so far.
pub(crate) struct Sink {
    target: Target,
    at_secs: u64,
    listing: Listing,
}

enum Target {
    Folder(PathBuf),
    Tar(Box<dyn Write>, Option<fs::File>),
}

impl Sink {
    /// Begins a backup at `path`: a tar stream where it is `-`, a tar file where it ends with
    /// `.tar`, and otherwise a folder.
    ///
    /// # Errors
    ///
    /// There is something already; what the system says otherwise.
    pub(crate) fn create(path: &Path, head: &Head) -> anyhow::Result<Self> {
        let shown = || format!("cannot make `{}`", path.display());
        let target = if path == Path::new("-") {
            Target::Tar(Box::new(io::stdout()), None)
        } else if path.extension().is_some_and(|it| it == "tar") {
            let mut options = fs::OpenOptions::new();
            let file = options.write(true).create_new(true).mode(0o600).open(path);
            let file = file.with_context(shown)?;
            Target::Tar(Box::new(io::BufWriter::new(file.try_clone()?)), Some(file))
        } else {
            fs::DirBuilder::new().mode(0o700).create(path).with_context(shown)?;
            Target::Folder(path.to_owned())
        };
        let at_secs = u64::try_from(head.at_ms / 1000).unwrap_or(0);
        Ok(Self { target, at_secs, listing: Listing::new(head) })
    }

    /// Writes a file of exactly `octets`.
    ///
    /// # Errors
    ///
    /// It is shorter, or cannot be read or written.
    pub(crate) fn put(
        &mut self,
        name: &str,
        octets: u64,
        from: &mut impl Read,
    ) -> anyhow::Result<()> {
        let entry = self.write(name, octets, from)?;
        self.listing.add(name, &entry);
        Ok(())
    }

    /// How many files are written.
    pub(crate) fn files(&self) -> u64 {
        self.listing.files()
    }

    /// Writes the manifest and makes all of it durable.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub(crate) fn finish(mut self, key: &IndexKey) -> anyhow::Result<()> {
        let head = Head::new(0, "");
        let listing = std::mem::replace(&mut self.listing, Listing::new(&head));
        let text = listing.sealed(key);
        let octets = u64::try_from(text.len())?;
        self.write(MANIFEST, octets, &mut text.as_bytes())?;
        match self.target {
            Target::Folder(path) => {
                let folder = fs::File::open(&path)?;
                rustix::fs::syncfs(folder.as_fd())?;
            }
            Target::Tar(mut stream, file) => {
                stream.write_all(&tar::END)?;
                stream.flush()?;
                file.map_or(Ok(()), |it| it.sync_all())?;
            }
        }
        Ok(())
    }

    fn write(&mut self, name: &str, octets: u64, from: &mut impl Read) -> anyhow::Result<Entry> {
        let written = match &mut self.target {
            Target::Folder(folder) => {
                let path = folder.join(name);
                let parent = path.parent().unwrap_or(folder);
                fs::DirBuilder::new().recursive(true).mode(0o700).create(parent)?;
                let mut options = fs::OpenOptions::new();
                let mut file = options.write(true).create_new(true).mode(0o600).open(&path)?;
                copy(octets, from, &mut file)
            }
            Target::Tar(stream, _) => {
                stream.write_all(&tar::head(name, octets, self.at_secs)?)?;
                let entry = copy(octets, from, stream)?;
                stream.write_all(&tar::padding(octets))?;
                Ok(entry)
            }
        };
        written.with_context(|| format!("cannot write `{name}` of the backup"))
    }
}

/// Copies exactly `octets` and says what they were.
pub(crate) fn copy(
    octets: u64,
    from: &mut (impl Read + ?Sized),
    to: &mut (impl Write + ?Sized),
) -> io::Result<Entry> {
    let (mut left, mut digest, mut chunk) = (octets, Digest::new(), vec![0; CHUNK_OCTETS]);
    while left > 0 {
        let wanted = usize::try_from(left).unwrap_or(CHUNK_OCTETS).min(CHUNK_OCTETS);
        let read = chunk.get_mut(..wanted).map_or(Ok(0), |it| from.read(it))?;
        let part = chunk.get(..read).unwrap_or_default();
        if part.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        digest.update(part);
        to.write_all(part)?;
        left = left.saturating_sub(u64::try_from(read).unwrap_or(left));
    }
    Ok(Entry { octets, sha256: digest.finish() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_shorter_than_it_was_is_told() {
        let mut to = Vec::new();
        assert_eq!(copy(3, &mut &b"abcd"[..], &mut to).unwrap().octets, 3);
        assert_eq!(to, b"abc");
        let short = copy(5, &mut &b"abcd"[..], &mut to).unwrap_err();
        assert_eq!(short.kind(), io::ErrorKind::UnexpectedEof);
    }
}
