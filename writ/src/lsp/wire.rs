//! The base protocol: messages between headers, read up to bounds.

use std::io::{self, BufRead, Read as _, Write};

/// Octets of one header line; the longest in use has some forty.
const HEADER_OCTETS_MAX: u64 = 1_024;

/// Header lines of one message.
const HEADERS_MAX: usize = 16;

/// Octets of one message: a whole rule file in JSON, every octet of it escaped.
pub(crate) const BODY_OCTETS_MAX: u64 = 6 * 16 * 1024 * 1024;

/// Why nothing more can be read: where the next message begins is not known.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WireError {
    /// The headers are not as the protocol has them.
    #[error("a message of the editor has {0}")]
    Header(&'static str),
    /// The pipe broke.
    #[error("cannot read what the editor sends")]
    Read(#[from] io::Error),
}

/// Reads one message; nothing at the end of the input.
///
/// # Errors
///
/// [`WireError`].
pub(crate) fn read(from: &mut impl BufRead) -> Result<Option<Vec<u8>>, WireError> {
    let Some(length) = headers(from)? else { return Ok(None) };
    let mut body = Vec::new();
    let read = from.take(length).read_to_end(&mut body)?;
    if u64::try_from(read).is_ok_and(|it| it == length) {
        return Ok(Some(body));
    }
    Err(WireError::Header("less octets than its header says"))
}

/// The length that the headers tell.
fn headers(from: &mut impl BufRead) -> Result<Option<u64>, WireError> {
    let mut length = None;
    for number in 0..HEADERS_MAX {
        let mut line = Vec::new();
        from.by_ref().take(HEADER_OCTETS_MAX).read_until(b'\n', &mut line)?;
        if line.is_empty() && number == 0 {
            return Ok(None);
        }
        let Some(line) = line.strip_suffix(b"\n") else {
            return Err(WireError::Header("a header line without an end"));
        };
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            return length.map(Some).ok_or(WireError::Header("no Content-Length"));
        }
        let text = String::from_utf8_lossy(line);
        let Some((name, value)) = text.split_once(':') else {
            return Err(WireError::Header("a header line without a colon"));
        };
        if name.trim().eq_ignore_ascii_case("content-length") {
            let octets = value.trim().parse().ok().filter(|it| *it <= BODY_OCTETS_MAX);
            length = Some(octets.ok_or(WireError::Header("a length that is not taken"))?);
        }
    }
    Err(WireError::Header("too many header lines"))
}

/// Writes one message.
///
/// # Errors
///
/// The pipe is closed.
pub(crate) fn write(to: &mut impl Write, body: &[u8]) -> io::Result<()> {
    write!(to, "Content-Length: {}\r\n\r\n", body.len())?;
    to.write_all(body)?;
    to.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(input: &[u8]) -> Result<Vec<Vec<u8>>, String> {
        let mut from = io::Cursor::new(input);
        let mut messages = Vec::new();
        while let Some(message) = read(&mut from).map_err(|it| it.to_string())? {
            messages.push(message);
        }
        Ok(messages)
    }

    #[test]
    fn what_is_written_is_read() {
        let mut pipe = Vec::new();
        write(&mut pipe, b"{}").unwrap();
        write(&mut pipe, "{\"a\":\"ä\"}".as_bytes()).unwrap();
        assert_eq!(all(&pipe).unwrap(), [b"{}".to_vec(), "{\"a\":\"ä\"}".as_bytes().to_vec()]);
    }

    #[test]
    fn other_headers_and_lone_line_feeds_are_taken() {
        let text =
            b"Content-Type: application/vscode-jsonrpc; charset=utf-8\ncontent-length:2\n\n{}";
        assert_eq!(all(text).unwrap(), [b"{}".to_vec()]);
    }

    #[test]
    fn what_is_no_message_ends_the_conversation_and_takes_no_memory() {
        let long = [b"X: ".to_vec(), vec![b'x'; 2_000]].concat();
        let many = "A: b\r\n".repeat(HEADERS_MAX).into_bytes();
        for (input, words) in [
            (b"hello\r\n\r\n".to_vec(), "without a colon"),
            (b"A: b\r\n\r\n".to_vec(), "no Content-Length"),
            (b"Content-Length: 99999999999\r\n\r\n".to_vec(), "not taken"),
            (b"Content-Length: -1\r\n\r\n".to_vec(), "not taken"),
            (b"Content-Length: 9\r\n\r\n{}".to_vec(), "less octets"),
            (b"Content-Length: 9".to_vec(), "without an end"),
            (long, "without an end"),
            (many, "too many"),
        ] {
            let error = all(&input).unwrap_err();
            assert!(error.contains(words), "{error}");
        }
    }
}
