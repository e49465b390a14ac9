//! Tests of the scanner as a whole.

mod fields;
mod hostile;
mod oracle;
mod structure;
mod transfer;

use super::{Flag, Limits, Scan, scan};

fn scanned(message: &str) -> Scan {
    scan(message.as_bytes(), &Limits::default())
}

/// One line a part: path, type, body, flags.
fn outline(message: &[u8]) -> Vec<String> {
    let scan = scan(message, &Limits::default());
    let line = |index: usize| {
        let part = &scan.parts[index];
        let body = match part.container {
            true => String::new(),
            false => format!(" {:?}", String::from_utf8_lossy(&message[part.body.clone()])),
        };
        let flags: Vec<&str> = part.flags.iter().map(|flag| flag.words()).collect();
        let flags =
            if flags.is_empty() { String::new() } else { format!(" [{}]", flags.join(", ")) };
        format!("{} {}{body}{flags}", scan.path(index), part.content_type.essence())
    };
    (0..scan.parts.len()).map(line).collect()
}

/// Every flag, of the message and of its parts.
fn flags(scan: &Scan) -> Vec<Flag> {
    scan.flags.iter().chain(scan.parts.iter().flat_map(|part| &part.flags)).copied().collect()
}
