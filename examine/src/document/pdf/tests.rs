//! What PDF shows and hides, and what it cannot tell.

use wire::mime::Limits;

use super::*;
use crate::{
    archive::Opened,
    budget::Budget,
    remark::{
        ARCHIVE_OVER_LIMIT, DOCUMENT_DAMAGED, DOCUMENT_OF_PICTURES, DOCUMENT_UNMAPPED,
        ENCRYPTED_DOCUMENT,
    },
};

const FONT: &str = "1 0 obj <</Type/Font/Subtype/Type1/BaseFont/Helvetica>> endobj";

fn opened(pdf: &str) -> Opened {
    read(pdf.as_bytes(), &mut Budget::new(&Limits::default()))
}

fn page(content: &str) -> String {
    format!(
        "%PDF-1.4\n{FONT}\n2 0 obj <</Type/Page/Contents 3 0 R/Resources<</Font<</F 1 0 R>>>>>> endobj\n\
         3 0 obj <</Length {}>>\nstream\n{content}\nendstream endobj\n",
        content.len()
    )
}

fn text(pdf: &str) -> String {
    opened(pdf).texts.join("|")
}

#[test]
fn text_of_operators() {
    for (content, found) in [
        ("BT /F 10 Tf (4012) Tj ET", "4012\n"),
        ("BT /F 10 Tf [(40) -20 (12)] TJ ET", "4012\n"),
        ("BT /F 10 Tf [(40) -900 (12)] TJ ET", "40 12\n"),
        ("BT /F 10 Tf <34303132> Tj ET", "4012\n"),
        ("BT /F 10 Tf 12 TL (a) Tj T* (b) ' ET", "a\nb\n"),
        ("BT /F 10 Tf 1 0 0 1 50 50 Tm (40) Tj 1 0 0 1 61.2 50 Tm (12) Tj ET", "4012\n"),
        ("q BT /F 10 Tf 3 Tr (4012) Tj ET Q", "4012\n"),
        ("BI /W 1 ID \x01 EI BT /F 10 Tf (4012) Tj ET", "4012\n"),
    ] {
        let opened = opened(&page(content));
        assert_eq!(opened.texts, [found], "{content}");
        assert_eq!(opened.remarks, [], "{content}");
    }
}

#[test]
fn glyphs_in_any_order_are_put_in_line() {
    let content = "BT /F 10 Tf 1 0 0 1 61.2 50 Tm (12) Tj 1 0 0 1 50 20 Tm (x) Tj 1 0 0 1 90 0 Tm (y) Tj \
                   1 0 0 1 50 50 Tm (40) Tj ET";
    assert!(text(&page(content)).contains("4012"), "{}", text(&page(content)));
}

#[test]
fn what_is_not_shown_on_a_page_is_read() {
    for (object, found) in [
        ("9 0 obj <</Type/Annot/Contents(secret)>> endobj", "secret"),
        ("9 0 obj <</T(f)/V<FEFF007300650063>>> endobj", "sec"),
        ("9 0 obj <</Type/Action/S/JavaScript/JS(secret)>> endobj", "secret"),
        ("trailer <</Info <</Title(secret)>>>>", "secret"),
        ("9 0 obj <</Length 6>> stream\nsecret\nendstream endobj", "secret"),
        ("9 0 obj <</Subtype/Form>> stream\nBT /F 1 Tf (secret) Tj ET\nendstream endobj", "secret"),
        ("3 0 obj <<>> stream\nBT /F 1 Tf (secret) Tj ET\nendstream endobj", "secret"),
        ("9 0 obj <</Subtype/XML>> stream\n<a><b>secret</b></a>\nendstream endobj", "secret"),
        ("obj <</Contents(secret)>> endobj", "secret"),
    ] {
        let pdf = page("BT /F 10 Tf (4012) Tj ET") + object;
        let found_texts = text(&pdf);
        assert!(
            found_texts.contains(found) && found_texts.contains("4012"),
            "{object}: {found_texts}"
        );
    }
}

#[test]
fn packed_objects_are_read() {
    let pack = "<</Type/Annot/Contents(secret)>>";
    let pdf = format!(
        "%PDF-1.5 5 0 obj <</Type/ObjStm/N 1/First 4/Length 36>> stream\n7 0 {pack}\nendstream endobj"
    );
    assert!(text(&pdf).contains("secret"));
}

#[test]
fn embedded_files_are_members() {
    let pdf = page("BT /F 10 Tf (4012) Tj ET")
        + "7 0 obj <</Type/Filespec/UF(a.txt)/EF<</F 8 0 R>>>> endobj 8 0 obj <<>> stream\nsecret\nendstream endobj";
    let opened = opened(&pdf);
    assert_eq!(opened.members.len(), 1);
    let member = &opened.members[0];
    assert_eq!((member.name.as_str(), member.octets.trim_ascii()), ("a.txt", &b"secret"[..]));
}

#[test]
fn what_cannot_be_read_is_told() {
    let with = |object: &str| opened(&(page("BT /F 10 Tf (4012) Tj ET") + object)).remarks;
    assert_eq!(with("trailer <</Encrypt 8 0 R>>"), [ENCRYPTED_DOCUMENT]);
    assert_eq!(with("trailer <</#45ncrypt 8 0 R>>"), [ENCRYPTED_DOCUMENT]);
    let remarks = |pdf: String| opened(&pdf).remarks;
    assert_eq!(remarks(page("BT /G 10 Tf (4012) Tj ET")), [DOCUMENT_UNMAPPED]);
    assert_eq!(remarks(page("BI /W 1 ID \x01 EI")), [DOCUMENT_OF_PICTURES]);
    let wide = page("BT /F 10 Tf <00010002> Tj ET").replace("/Type1/", "/Type0/");
    assert_eq!(remarks(wide), [DOCUMENT_UNMAPPED]);
    assert_eq!(remarks("%PDF-1.4 nothing".to_owned()), [DOCUMENT_DAMAGED]);
    let damaged = page("xxxxxxxxxx").replace("/Length", "/Filter/FlateDecode/Length");
    assert_eq!(remarks(damaged), [DOCUMENT_DAMAGED]);
}

#[test]
fn maps_that_disagree_with_the_encoding_are_read_both_ways() {
    let pdf = page("BT /F 10 Tf (4012) Tj ET").replace(
        "/BaseFont/Helvetica",
        "/BaseFont/Helvetica/Encoding/WinAnsiEncoding/ToUnicode 6 0 R",
    ) + "6 0 obj <<>> stream\n1 beginbfrange <30> <39> <0061> endbfrange\nendstream endobj";
    let found = text(&pdf);
    assert!(found.contains("4012") && found.contains("eabc"), "{found}");
}

#[test]
fn tricks_that_hide_text_from_some_readers() {
    let map = "6 0 obj <<>> stream\n1 beginbfrange <00> <ff> <002e>\nendbfrange\nendstream endobj";
    let mapped = page("BT /F 10 Tf (4012) Tj ET").replace(
        "/BaseFont/Helvetica",
        "/BaseFont/Helvetica/Encoding/WinAnsiEncoding/ToUnicode 6 0 R",
    ) + map;
    for (name, pdf) in [
        ("a map that says nothing", mapped),
        ("a note that claims to be signed", {
            "%PDF-1.4 9 0 obj <</Subtype/FreeText/ByteRange[0 0 0 0]/Contents(4012)>> endobj"
                .to_owned()
        }),
        ("a pack without its type", {
            "%PDF-1.5 9 0 obj <</N 1/First 4/Length 60>> stream\n8 0 <</Subtype/Text/Contents(4012)>>\nendstream endobj".to_owned()
        }),
        ("a picture that a remark ends", page("BI /W 1 ID \x01 EI%x\nBT /F 10 Tf (4012) Tj ET")),
        ("a script when a page opens", {
            "%PDF-1.4 9 0 obj <</AA<</O<</S/JavaScript/JS(4012)>>>>>> endobj".to_owned()
        }),
    ] {
        assert!(text(&pdf).contains("4012"), "{name}: {}", text(&pdf));
    }
    let endless = page("BI /W 1 ID \x01 BT /F 10 Tf (4012) Tj ET");
    assert!(opened(&endless).remarks.contains(&DOCUMENT_DAMAGED));
}

#[test]
fn lists_that_fonts_share_have_one_limit() {
    let fonts: String = (10..40)
        .map(|it| {
            format!(
                "{it} 0 obj <</Type/Font/Subtype/Type0/Encoding/Identity-H/DescendantFonts[9 0 R]>> endobj\n"
            )
        })
        .collect();
    let names: String = (10..40).map(|it| format!("/F{it} {it} 0 R")).collect();
    let page = page("BT /F 10 Tf (x) Tj ET").replace("/F 1 0 R", &format!("/F 1 0 R{names}"));
    let pdf = format!(
        "{page}9 0 obj <</Type/Font/W[0 65535 1 65536 131071 1 131072 196607 1]>> endobj\n{fonts}"
    );
    assert!(opened(&pdf).remarks.contains(&ARCHIVE_OVER_LIMIT));
}

#[test]
fn hostile_files_end() {
    for pdf in [
        "%PDF-1.4 ".to_owned() + &"1 0 obj [".repeat(200_000),
        "%PDF-1.4 ".to_owned() + &"1 0 obj (".repeat(200_000),
        "%PDF-1.4 ".to_owned() + &"1 0 obj <</Length 9>> stream ".repeat(100_000),
        "%PDF-1.4 ".to_owned()
            + &"1 0 obj <</A 1 0 R/Parent 1 0 R/Contents 1 0 R>>endobj ".repeat(50_000),
        page(&"BT /F 1 Tf (x) Tj [ ".repeat(100_000)),
        page(&"q ".repeat(1_000_000)),
    ] {
        let _opened = opened(&pdf);
    }
    let strings = "%PDF-1.4 ".to_owned() + &"1 0 obj (".repeat(200_000);
    assert!(opened(&strings).remarks.contains(&ARCHIVE_OVER_LIMIT));
}
