//! Presentations until 2003 (ppt): every text atom, of all slides, notes and edits.
//!
//! # Source
//!
//! [MS-PPT] sections 2.3.1 and 2.9.

use encoding_rs::{UTF_16LE, WINDOWS_1252};

use crate::{
    archive::{Inflate, Member, Octets, Opened},
    budget::Budget,
    limits::TEXT_OCTETS_MAX,
    remark::{DOCUMENT_DAMAGED, ENCRYPTED_DOCUMENT, TEXT_OVER_LIMIT},
};

/// Reads the stream of a presentation. Containers are walked into as if they were not there.
pub(super) fn read(octets: &[u8], opened: &mut Opened, budget: &mut Budget) {
    const CONTAINER: u16 = 0xf;
    const TEXT_WIDE: u16 = 0x0fa0;
    const TEXT_NARROW: u16 = 0x0fa8;
    const STRING: u16 = 0x0fba;
    const OBJECT: u16 = 0x1011;
    const CRYPTED: u16 = 0x2f14;
    let mut records = Octets::new(octets);
    let mut text = String::new();
    while !records.rest().is_empty() {
        let header = (|| Some((records.u16()?, records.u16()?, records.u32()?)))();
        let Some((version, kind, length)) = header else {
            opened.remarks.push(DOCUMENT_DAMAGED);
            break;
        };
        if kind == CRYPTED {
            opened.remarks.push(ENCRYPTED_DOCUMENT);
        }
        if version & CONTAINER == CONTAINER {
            continue;
        }
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let Some(body) = records.take(length) else {
            opened.remarks.push(DOCUMENT_DAMAGED);
            break;
        };
        match kind {
            TEXT_WIDE | STRING => line(&mut text, &UTF_16LE.decode_without_bom_handling(body).0),
            TEXT_NARROW => line(&mut text, &WINDOWS_1252.decode_without_bom_handling(body).0),
            OBJECT => opened.members.push(object(version >> 4, body, budget)),
            _ => {}
        }
        if TEXT_OCTETS_MAX < text.len() {
            opened.remarks.push(TEXT_OVER_LIMIT);
            break;
        }
    }
    opened.texts.push(text);
}

fn line(text: &mut String, more: &str) {
    let broken = |it: char| if matches!(it, '\r' | '\u{b}') { '\n' } else { it };
    text.extend(more.chars().map(broken));
    text.push('\n');
}

/// An embedded object, deflated behind its length where its instance says so.
fn object(instance: u16, body: &[u8], budget: &mut Budget) -> Member {
    const PACKED: u16 = 1;
    // The length, and the two octets of zlib.
    const HEAD_OCTETS: usize = 6;
    let unpacked = match (instance, body.get(HEAD_OCTETS..)) {
        (PACKED, Some(packed)) => budget.read(packed.len(), Inflate::new(packed)),
        _ => budget.copy(body),
    };
    Member::unpacked(String::new(), unpacked)
}
