//! Messages of Outlook: their properties, bodies and attachments.
//!
//! # Source
//!
//! [MS-OXMSG]; [MS-OXPROPS].

use encoding_rs::UTF_16LE;

use super::file::Compound;
use crate::{
    archive::{Member, Opened},
    budget::Budget,
    charset,
    document::rtf,
    remark::DOCUMENT_DAMAGED,
};

const PREFIX: &str = "__substg1.0_";

/// Whether a stream is a property of a message.
pub(super) fn is_property(name: &str) -> bool {
    name.starts_with(PREFIX)
}

/// Reads a property: texts are texts, bodies and attachments are members.
pub(super) fn property(
    compound: &mut Compound<'_>,
    index: usize,
    opened: &mut Opened,
    budget: &mut Budget,
) {
    let Some(entry) = compound.entries.get(index) else { return };
    let (storage, name) = (entry.storage, entry.name.to_ascii_uppercase());
    let code = name.get(PREFIX.len()..).unwrap_or_default();
    let Some((id, kind)) = code.get(..8).and_then(|it| it.split_at_checked(4)) else { return };
    let mut octets = compound.stream(index, budget);
    match (id, kind) {
        (_, "001F" | "101F") => {
            let text = UTF_16LE.decode_without_bom_handling(&octets).0;
            opened.texts.push(text.trim_end_matches('\0').to_owned());
        }
        (_, "001E" | "101E") => {
            let text = charset::decode(octets.trim_ascii_end(), None).text;
            opened.texts.push(text.trim_end_matches('\0').to_owned());
        }
        // Text all the same, in one charset or the other.
        ("1000", "0102") => {
            let wide = UTF_16LE.decode_without_bom_handling(&octets).0.into_owned();
            opened
                .texts
                .extend([wide, charset::decode(octets.trim_ascii_end(), None).text.into_owned()]);
        }
        ("1009", "0102") => match rtf::decompressed(&octets, budget) {
            Some(rtf) => {
                opened.members.push(Member {
                    name: "body.rtf".to_owned(),
                    octets: rtf,
                    ..Member::default()
                });
            }
            None => opened.remarks.push(DOCUMENT_DAMAGED),
        },
        ("1013", "0102") => {
            let name = "body.html".to_owned();
            opened.members.push(Member {
                name,
                octets: std::mem::take(&mut octets),
                ..Member::default()
            });
        }
        ("3701", "0102") => {
            let mut names = attachment_names(compound, storage, budget);
            let name = if names.is_empty() { String::new() } else { names.remove(0) };
            opened.members.push(Member { name, other_names: names, octets, ..Member::default() });
        }
        _ => {}
    }
}

/// The names of an attachment, the long one first.
fn attachment_names(
    compound: &mut Compound<'_>,
    storage: usize,
    budget: &mut Budget,
) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for id in ["3707", "3704", "3001"] {
        for kind in ["001F", "001E"] {
            let Some(index) = compound.find(storage, &format!("{PREFIX}{id}{kind}")) else {
                continue;
            };
            let octets = compound.stream(index, budget);
            let name = match kind {
                "001F" => UTF_16LE.decode_without_bom_handling(&octets).0.into_owned(),
                _ => charset::decode(&octets, None).text.into_owned(),
            };
            let name = name.trim_end_matches('\0').to_owned();
            if !name.is_empty() && !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}
