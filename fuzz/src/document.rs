//! Documents whose outside would keep a fuzzer from what is within.

use crate::archive;

/// Runs the target on an RTF.
pub(crate) fn run_rtf(groups: &[u8]) {
    archive::run(&[b"{\\rtf1", groups].concat());
}

/// Runs it on a PDF.
pub(crate) fn run_pdf(objects: &[u8]) {
    archive::run(&[b"%PDF-1.7\n", objects].concat());
}

/// Runs it on a page.
pub(crate) fn run_html(page: &[u8]) {
    archive::run(&[b"<!doctype html>", page].concat());
}

/// Parts of office documents: the first octet of an input says which one the rest is.
const PARTS: &[&str] = &[
    "word/document.xml",
    "xl/worksheets/sheet1.xml",
    "xl/sharedStrings.xml",
    "ppt/slides/slide1.xml",
    "content.xml",
    "word/_rels/document.xml.rels",
    "xl/workbook.xml",
    "xl/styles.xml",
];

/// Runs it on one part of an office document.
pub(crate) fn run_office(input: &[u8]) {
    let Some((which, part)) = input.split_first() else { return };
    let name = PARTS.get(usize::from(*which) % PARTS.len());
    archive::run(&stored(name.copied().unwrap_or_default(), part));
}

/// A zip that holds one file as it is.
fn stored(name: &str, file: &[u8]) -> Vec<u8> {
    let wide = |it: usize| u32::try_from(it).unwrap_or(u32::MAX).to_le_bytes();
    let narrow = |it: usize| u16::try_from(it).unwrap_or(u16::MAX).to_le_bytes();
    let mut common = b"\x14\0\0\0\0\0\0\0\x21\0".to_vec();
    common.extend(archive::sum(file).to_le_bytes());
    common.extend([wide(file.len()), wide(file.len())].concat());
    common.extend([narrow(name.len()), narrow(0)].concat());
    let entry = [b"PK\x03\x04", common.as_slice(), name.as_bytes(), file].concat();
    let head = [b"PK\x01\x02\x14\0".as_slice(), &common, &[0; 14], name.as_bytes()].concat();
    let end = b"PK\x05\x06\0\0\0\0\x01\0\x01\0";
    let place = [wide(head.len()), wide(entry.len())].concat();
    [&entry, &head, end.as_slice(), &place, &[0; 2]].concat()
}
