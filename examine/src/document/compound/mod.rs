//! Compound files: office documents until 2003 (doc, xls, ppt), messages of Outlook, and the
//! objects that newer documents embed.
//!
//! Each storage is looked at for itself, so that an object in a document is read like one alone.
//! Streams that no reader here knows become members, which the walk tells as unread.

mod excel;
mod file;
mod macros;
mod message;
mod powerpoint;
mod word;

use std::collections::BTreeSet;

use self::file::Compound;
use super::{loose, ole};
use crate::{
    archive::{Member, Opened},
    budget::Budget,
    limits::COMPOUND_ENTRIES_MAX,
    remark::{ARCHIVE_OVER_LIMIT, DOCUMENT_DAMAGED, ENCRYPTED_DOCUMENT},
};

/// Whether octets are a compound file.
pub(crate) fn is_compound(octets: &[u8]) -> bool {
    octets.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
}

/// Reads a compound file.
pub(super) fn read(octets: &[u8], budget: &mut Budget) -> Opened {
    let mut opened = Opened::default();
    let Some(mut compound) = Compound::read(octets, budget) else {
        opened.remarks.push(DOCUMENT_DAMAGED);
        return opened;
    };
    if COMPOUND_ENTRIES_MAX < compound.entries.len() {
        opened.remarks.push(ARCHIVE_OVER_LIMIT);
        return opened;
    }
    let is_package = |it: &str| it.eq_ignore_ascii_case("EncryptedPackage");
    if compound.entries.iter().any(|it| is_package(&it.name)) {
        opened.remarks.push(ENCRYPTED_DOCUMENT);
        return opened;
    }
    let mut done = BTreeSet::new();
    storages(&mut compound, &mut opened, &mut done, budget);
    for index in 0..compound.entries.len() {
        if !done.contains(&index) {
            stream(&mut compound, index, &mut opened, budget);
        }
    }
    let is_nothing = !compound.entries.iter().any(|it| it.is_stream);
    if compound.damaged || is_nothing {
        opened.remarks.push(DOCUMENT_DAMAGED);
    }
    opened.texts.retain(|it| !it.trim().is_empty());
    opened.remarks.sort_unstable();
    opened.remarks.dedup();
    opened
}

/// Reads the documents whose text stands in several streams.
fn storages(
    compound: &mut Compound<'_>,
    opened: &mut Opened,
    done: &mut BTreeSet<usize>,
    budget: &mut Budget,
) {
    for index in 0..compound.entries.len() {
        let Some(entry) = compound.entries.get(index).filter(|it| it.is_stream) else { continue };
        let (storage, name) = (entry.storage, entry.name.to_ascii_lowercase());
        match name.as_str() {
            "worddocument" => {
                let main = compound.stream(index, budget);
                let mut tables = Vec::new();
                for name in ["0Table", "1Table"] {
                    let table = compound.find(storage, name);
                    done.extend(table);
                    tables.push(table.map(|it| compound.stream(it, budget)).unwrap_or_default());
                }
                word::read(&main, &tables, opened);
            }
            "workbook" | "book" => excel::read(&compound.stream(index, budget), opened),
            "powerpoint document" => {
                powerpoint::read(&compound.stream(index, budget), opened, budget);
            }
            _ => continue,
        }
        done.insert(index);
    }
}

/// Reads a stream that stands for itself.
fn stream(compound: &mut Compound<'_>, index: usize, opened: &mut Opened, budget: &mut Budget) {
    let Some(entry) = compound.entries.get(index).filter(|it| it.is_stream) else { return };
    let (name, storage) = (entry.name.clone(), entry.storage);
    let folder = compound.entries.get(storage).map(|it| it.name.clone()).unwrap_or_default();
    if message::is_property(&name) {
        return message::property(compound, index, opened, budget);
    }
    let octets = compound.stream(index, budget);
    if octets.is_empty() {
        return;
    }
    match name.as_str() {
        "EncryptedSummary" => opened.remarks.push(ENCRYPTED_DOCUMENT),
        "\u{1}Ole10Native" => opened.members.push(match ole::native(&octets) {
            Some((name, file)) => Member::unpacked(name, budget.copy(file)),
            None => Member { octets, ..Member::default() },
        }),
        _ if folder == "VBA" => match macros::source(&octets) {
            Some(source) => opened.texts.push(source),
            None if is_compiled(&name) => opened.texts.push(loose::words(&octets)),
            None => opened.members.push(Member { name, octets, ..Member::default() }),
        },
        _ if is_known(&name, &folder) => opened.texts.push(loose::words(&octets)),
        _ => {
            let name = name.chars().filter(|it| !it.is_control()).collect();
            opened.members.push(Member { name, octets, ..Member::default() });
        }
    }
}

/// What a project of macros keeps beside the source of its modules.
fn is_compiled(name: &str) -> bool {
    matches!(name, "_VBA_PROJECT" | "dir") || name.starts_with("__SRP_")
}

/// Streams that programs keep for themselves: properties, names of classes, layouts, previews.
fn is_known(name: &str, folder: &str) -> bool {
    const NAMES: [&str; 21] = [
        "\u{1}CompObj",
        "\u{1}Ole",
        "\u{2}OlePres000",
        "\u{2}OlePres001",
        "\u{3}AccessObjSiteData",
        "\u{3}EPRINT",
        "\u{3}LINKINFO",
        "\u{3}META",
        "\u{3}OCXNAME",
        "\u{3}ObjInfo",
        "\u{3}PRINT",
        "\u{5}DocumentSummaryInformation",
        "\u{5}SummaryInformation",
        "\u{6}DataSpaces",
        "Ctls",
        "Current User",
        "Data",
        "PROJECT",
        "PROJECTwm",
        "Pictures",
        "__properties_version1.0",
    ];
    NAMES.contains(&name) || folder == "__nameid_version1.0"
}

#[cfg(test)]
mod tests;
