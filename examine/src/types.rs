//! The types that octets say by themselves, whatever they are called.
//!
//! What a rule asks of the type of an attachment holds by its name, by its declared type, or by
//! these. Text without a form of its own says nothing.

use memchr::memmem;

use crate::{
    archive::{self, Format},
    kind::{is_html, told, without_lead},
    limits::SNIFFED_OCTETS,
};

/// First octets of what [`told`] does not tell.
const STARTS: [(&[u8], &str); 14] = [
    (b"#!", "text/x-script"),
    (b"\xca\xfe\xba\xbe\0\0", "application/java-vm"),
    (b"\xce\xfa\xed\xfe", "application/x-mach-binary"),
    (b"\xcf\xfa\xed\xfe", "application/x-mach-binary"),
    (b"\xca\xfe\xba\xbe\0\0\0\x02", "application/x-mach-binary"),
    (b"L\0\0\0\x01\x14\x02\0", "application/x-ms-shortcut"),
    (b"MSCF\0\0\0\0", "application/vnd.ms-cab-compressed"),
    (b"ITSF\x03\0\0\0", "application/vnd.ms-htmlhelp"),
    (b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3", "application/onenote"),
    (b"SQLite format 3\0", "application/vnd.sqlite3"),
    (b"vhdxfile", "application/x-vhdx"),
    (b"conectix", "application/x-vhd"),
    (b"\0asm\x01\0\0\0", "application/wasm"),
    (b"!BDN", "application/vnd.ms-outlook-pst"),
];

/// Names of streams, as a compound file spells them, and whose they are.
const STREAMS: [(&str, &str); 7] = [
    ("WordDocument", "application/msword"),
    ("Workbook", "application/vnd.ms-excel"),
    ("PowerPoint Document", "application/vnd.ms-powerpoint"),
    ("__properties_version1.0", "application/vnd.ms-outlook"),
    ("EncryptedPackage", "application/x-encrypted-office"),
    ("VisioDocument", "application/vnd.visio"),
    ("_VBA_PROJECT", "application/x-macros"),
];

/// Names of files in a zip, and what such a zip is.
const MEMBERS: [(&[u8], &str); 9] = [
    (b"word/document", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"xl/workbook", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (
        b"ppt/presentation",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
    (b"vbaProject.bin", "application/x-macros"),
    (b"application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.text"),
    (
        b"application/vnd.oasis.opendocument.spreadsheet",
        "application/vnd.oasis.opendocument.spreadsheet",
    ),
    (
        b"application/vnd.oasis.opendocument.presentation",
        "application/vnd.oasis.opendocument.presentation",
    ),
    (b"META-INF/MANIFEST.MF", "application/java-archive"),
    (b"AndroidManifest.xml", "application/vnd.android.package-archive"),
];

/// Where the first volume of a CD says so.
const CD_AT: usize = 0x8001;
/// Where a tar says so.
const TAR_AT: usize = 257;

/// The types, sorted; of a file that several programs would open there are several.
pub(crate) fn found(octets: &[u8]) -> Vec<String> {
    let mut types: Vec<&str> = Vec::new();
    // Programs look past a mark and white space.
    for start in [octets, without_lead(octets)] {
        let told = told(start);
        types.extend((!matches!(told, "text/plain" | "application/octet-stream")).then_some(told));
        types.extend(STARTS.iter().filter(|it| start.starts_with(it.0)).map(|it| it.1));
    }
    let at = |at: usize| octets.get(at..).unwrap_or_default();
    types.extend(at(CD_AT).starts_with(b"CD001").then_some("application/x-iso9660-image"));
    types.extend(at(TAR_AT).starts_with(b"ustar").then_some("application/x-tar"));
    // Readers of PDF look for its mark in the first kilobyte.
    let first = octets.get(..octets.len().min(1_024)).unwrap_or_default();
    types.extend(memmem::find(first, b"%PDF-").map(|_| "application/pdf"));
    if types.contains(&"application/x-ole-storage") {
        let in_utf_16 = |it: &str| it.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
        let has = |name: &str| memmem::find(octets, &in_utf_16(name)).is_some();
        types.extend(STREAMS.iter().filter(|it| has(it.0)).map(|it| it.1));
    }
    let formats = archive::formats(octets);
    if formats.first == Some(Format::Zip) || formats.others.contains(&Format::Zip) {
        types.push("application/zip");
        let has = |name: &[u8]| memmem::find(octets, name).is_some();
        types.extend(MEMBERS.iter().filter(|it| has(it.0)).map(|it| it.1));
    }
    let start = octets.get(..octets.len().min(SNIFFED_OCTETS)).unwrap_or_default();
    types.extend(is_html(&String::from_utf8_lossy(start)).then_some("text/html"));
    types.sort_unstable();
    types.dedup();
    types.into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn octets_say_what_they_are() {
        let mut iso = vec![0; CD_AT];
        iso.extend(b"CD001");
        for (octets, expected) in [
            (&b"MZ\x90\0"[..], &["application/vnd.microsoft.portable-executable"][..]),
            (b"#!/bin/sh\necho", &["text/x-script"]),
            (b"\xef\xbb\xbf<html><script>", &["text/html"]),
            (b"junk\n%PDF-1.7", &["application/pdf"]),
            (b"L\0\0\0\x01\x14\x02\0\0", &["application/x-ms-shortcut"]),
            (&iso, &["application/x-iso9660-image"]),
            (b"words and words", &[]),
            (b"\x01\x02\x03", &[]),
            (b"", &[]),
        ] {
            assert_eq!(found(octets), expected, "{octets:?}");
        }
    }

    #[test]
    fn an_office_file_is_told_by_what_is_in_it() {
        let name: Vec<u8> = "WordDocument".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let old = [&b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1...."[..], &name].concat();
        assert_eq!(found(&old), ["application/msword", "application/x-ole-storage"]);
        let new = b"PK\x03\x04....word/document.xml....word/vbaProject.bin";
        let docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
        assert_eq!(found(new), [docx, "application/x-macros", "application/zip"]);
    }
}
