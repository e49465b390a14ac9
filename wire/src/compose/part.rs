//! The tree of parts of a message, and its boundaries.

use super::{header, transfer};

/// A part, complete but for the boundaries.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Part {
    /// Header lines and encoded content.
    One { header: Vec<u8>, content: Vec<u8> },
    /// `multipart`, with its subtype and parameters.
    Many { subtype: &'static str, parts: Vec<Self> },
}

impl Part {
    pub(super) const fn one(header: Vec<u8>, content: Vec<u8>) -> Self {
        Self::One { header, content }
    }

    /// `subtype` may be followed by parameters.
    pub(super) const fn many(subtype: &'static str, parts: Vec<Self>) -> Self {
        Self::Many { subtype, parts }
    }

    pub(super) fn text(subtype: &str, text: &str) -> Self {
        let encoded = transfer::text(text);
        let mut header = Vec::new();
        let media_type = format!("text/{subtype};");
        header::words(&mut header, "Content-Type", [media_type, "charset=utf-8".to_owned()]);
        header::words(&mut header, "Content-Transfer-Encoding", [encoded.name.to_owned()]);
        Self::One { header, content: encoded.octets }
    }

    /// Writes header, empty line and content.
    pub(super) fn write(&self, seed: u128, out: &mut Vec<u8>) {
        self.write_numbered(seed, &mut 0, out);
    }

    fn write_numbered(&self, seed: u128, number: &mut u32, out: &mut Vec<u8>) {
        match self {
            Self::One { header, content } => {
                out.extend_from_slice(header);
                out.extend_from_slice(b"\r\n");
                out.extend_from_slice(content);
            }
            Self::Many { subtype, parts } => {
                // The number has a fixed width, so that no boundary is the start of another.
                let boundary = format!("{}{seed:032x}.{number:08x}", transfer::BOUNDARY_MARK);
                *number = number.saturating_add(1);
                let media_type = format!("multipart/{subtype};");
                header::words(
                    out,
                    "Content-Type",
                    [media_type, format!("boundary=\"{boundary}\"")],
                );
                for part in parts {
                    out.extend_from_slice(format!("\r\n--{boundary}\r\n").as_bytes());
                    part.write_numbered(seed, number, out);
                }
                out.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
            }
        }
    }
}
