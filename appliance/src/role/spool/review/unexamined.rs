//! What is taken out of a message that goes although nobody could examine it: what a stranger says
//! in our name of how its mail was checked.
//!
//! # Trust
//!
//! The message may be what no examiner survives. Its header alone is read here, up to a bound, and
//! apart from everything else; where that fails, it does not go.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
};

use anyhow::Context;

use super::{super::Spool, Wait};
use crate::protocol::deliver::Edit;

/// Octets of a header; a message whose header is longer waits on.
const HEADER_OCTETS_MAX: usize = 512 * 1024;
/// Octets read at once.
const CHUNK_OCTETS: usize = 16 * 1024;

/// The edits of a message that nobody decided; none where those that were decided stand.
///
/// # Errors
///
/// The message cannot be opened, or its header is over the bound.
pub(super) async fn edits(spool: &Spool, wait: &Wait) -> anyhow::Result<Option<Vec<Edit>>> {
    let envelope = &wait.arrived.envelope;
    let is_stranger = envelope.peer.is_some() && !envelope.trusted;
    if !wait.undecided || !is_stranger {
        return Ok(None);
    }
    let message = File::from(spool.opening(&wait.arrived).open().await?);
    let host = spool.start.hostname.clone();
    let found = tokio::task::spawn_blocking(move || {
        let header = header(message)?;
        Ok(examine::edits::in_the_name_of(&header, &host)?)
    });
    let found: anyhow::Result<Vec<wire::edit::Edit>> = found.await?;
    let edit = |it: wire::edit::Edit| Edit { at: it.at, remove: it.remove, insert: it.insert };
    Ok(Some(found?.into_iter().map(edit).collect()))
}

/// All of a message before its first empty line, and that line.
fn header(mut message: impl Read + Seek) -> anyhow::Result<Vec<u8>> {
    message.seek(SeekFrom::Start(0))?;
    let mut header = Vec::new();
    loop {
        let from = header.len().saturating_sub(3);
        let more = message.by_ref().take(u64::try_from(CHUNK_OCTETS)?).read_to_end(&mut header)?;
        if let Some(end) = end(header.get(from..).unwrap_or_default()) {
            header.truncate(from.saturating_add(end));
            return Ok(header);
        }
        if more == 0 {
            return Ok(header);
        }
        let fits = header.len() <= HEADER_OCTETS_MAX;
        fits.then_some(()).context("the header is longer than is read here")?;
    }
}

/// Where the octets after the first empty line begin. A message has no line end but CRLF.
fn end(octets: &[u8]) -> Option<usize> {
    let at = octets.windows(4).position(|it| it == b"\r\n\r\n")?;
    at.checked_add(4)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn a_header_ends_with_its_empty_line_wherever_pieces_end() {
        for octets in [1, CHUNK_OCTETS - 20, CHUNK_OCTETS - 14, CHUNK_OCTETS - 12, 3 * CHUNK_OCTETS]
        {
            let head = format!("Subject: {}\r\nA: b\r\n\r\n", "x".repeat(octets));
            let message = format!("{head}body\r\n\r\nmore\r\n");
            assert_eq!(header(Cursor::new(message)).unwrap(), head.as_bytes(), "{octets}");
        }
        assert_eq!(header(Cursor::new("A: b\r\n")).unwrap(), b"A: b\r\n");
    }

    #[test]
    fn a_header_without_an_end_is_not_read_for_ever() {
        assert!(header(Cursor::new(vec![b'a'; HEADER_OCTETS_MAX * 2])).is_err());
    }
}
