//! Memory files: bulk data handed from process to process as a descriptor.
//!
//! # Invariants
//!
//! - What [`sealed`] returns can neither be written nor resized by anyone, so the reader sees what
//!   the writer meant; [`read`] refuses a file that lacks the seals.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom, Write},
    os::fd::OwnedFd,
};

use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, fcntl_get_seals, memfd_create};

/// The seals that make a memory file constant.
const CONSTANT: SealFlags =
    SealFlags::WRITE.union(SealFlags::GROW).union(SealFlags::SHRINK).union(SealFlags::SEAL);

/// An empty memory file that can be sealed later by [`seal`].
///
/// # Errors
///
/// What the system says, such as no memory.
pub(crate) fn create() -> io::Result<File> {
    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    Ok(File::from(memfd_create("chancery", flags)?))
}

/// Makes the file constant, to be read from its beginning.
///
/// # Errors
///
/// What the system says.
pub(crate) fn seal(mut file: File) -> io::Result<OwnedFd> {
    file.rewind()?;
    fcntl_add_seals(&file, CONSTANT)?;
    Ok(file.into())
}

/// A constant memory file with `bytes`.
///
/// # Errors
///
/// What the system says, such as no memory.
pub(crate) fn sealed(bytes: &[u8]) -> io::Result<OwnedFd> {
    let mut file = create()?;
    file.write_all(bytes)?;
    seal(file)
}

/// Reads a constant memory file from its beginning; at most `octets_max`.
///
/// # Errors
///
/// `InvalidData` for a file that is not sealed or is larger; what the system says otherwise.
pub(crate) fn read(descriptor: OwnedFd, octets_max: u64) -> io::Result<Vec<u8>> {
    if !fcntl_get_seals(&descriptor)?.contains(CONSTANT) {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "the memory file is not sealed"));
    }
    let mut file = File::from(descriptor);
    let octets = file.metadata()?.len();
    if octets_max < octets {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "the memory file is too large"));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(octets).unwrap_or(0));
    file.seek(SeekFrom::Start(0))?;
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_file_reads_back_and_cannot_be_written() {
        let descriptor = sealed(b"hello").unwrap();
        let mut copy = File::from(descriptor.try_clone().unwrap());
        assert!(copy.write_all(b"x").is_err());
        assert_eq!(read(descriptor, 5).unwrap(), b"hello");
    }

    #[test]
    fn an_unsealed_or_large_file_is_refused() {
        let mut open = create().unwrap();
        open.write_all(b"abc").unwrap();
        assert!(read(open.into(), 10).is_err());
        assert!(read(sealed(b"abc").unwrap(), 2).is_err());
    }
}
