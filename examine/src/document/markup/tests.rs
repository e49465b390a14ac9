//! What the XML of office documents shows and hides.

use super::*;
use crate::remark::{DOCUMENT_DAMAGED, DOCUMENT_DEEP, DOCUMENT_ENTITIES};

const WORD: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const COMPATIBLE: &str = "http://schemas.openxmlformats.org/markup-compatibility/2006";
const SHEET: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const TEXT: &str = "urn:oasis:names:tc:opendocument:xmlns:text:1.0";

fn word(body: &str) -> Markup {
    let xml = format!(
        "<w:document xmlns:w='{WORD}' xmlns:mc='{COMPATIBLE}' xmlns:x='urn:else'>{body}</w:document>"
    );
    read(&xml, &mut Shared::default())
}

#[test]
fn words_are_joined_as_word_joins_them() {
    for (body, shown) in [
        ("<w:p><w:r><w:t>40</w:t></w:r>\n <w:r><w:t>12</w:t></w:r></w:p>", "4012\n"),
        ("<w:p><w:r><w:t>40 </w:t></w:r><w:r><w:t>12</w:t></w:r></w:p>", "4012\n"),
        (
            "<w:p><w:r><w:t xml:space='preserve'>40 </w:t></w:r><w:r><w:t>12</w:t></w:r></w:p>",
            "40 12\n",
        ),
        ("<w:p><w:r><w:t>40&#49;&amp;</w:t><w:tab/><w:t>2</w:t></w:r></w:p>", "401&\t2\n"),
        ("<w:p><w:r><w:t>40</w:t><w:noBreakHyphen/><w:t>12</w:t></w:r></w:p>", "40-12\n"),
        ("<w:p><w:r><w:t>40</w:t><w:sym w:font='A' w:char='F031'/></w:r></w:p>", "401\n"),
        ("<w:p><w:r><w:t>40</w:t><x:t>no</x:t><w:t>12</w:t></w:r></w:p>", "4012\n"),
        ("<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>40</w:t></w:r></w:p>", "40\n"),
        ("<w:p><w:r><w:t>40</w:t></w:r></w:p><w:p><w:r><w:t>12</w:t></w:r></w:p>", "40\n12\n"),
        ("<w:p><w:r><w:t><![CDATA[40<]]></w:t></w:r></w:p>", "40<\n"),
    ] {
        let markup = word(body);
        assert_eq!(markup.shown, shown, "{body}");
        assert_eq!(markup.remarks, []);
    }
}

#[test]
fn hidden_and_changed_text_leaves_the_shown_whole() {
    for (middle, other) in [
        ("<w:r><w:rPr><w:vanish/></w:rPr><w:t>xx</w:t></w:r>", "40xx12"),
        ("<w:r><w:rPr><w:sz w:val='2'/></w:rPr><w:t>xx</w:t></w:r>", "40xx12"),
        ("<w:r><w:rPr><w:color w:val='FFFFFF'/></w:rPr><w:t>xx</w:t></w:r>", "40xx12"),
        ("<w:del><w:r><w:delText>xx</w:delText></w:r></w:del>", "40xx12"),
        ("<w:r><w:instrText>IF xx</w:instrText></w:r>", "IF xx"),
        ("<w:r><x:y>xx</x:y></w:r>", "40xx12"),
        ("<w:r><w:t/></w:r><!-- xx -->", "xx"),
    ] {
        let markup =
            word(&format!("<w:p><w:r><w:t>40</w:t></w:r>{middle}<w:r><w:t>12</w:t></w:r></w:p>"));
        assert_eq!(markup.shown, "4012\n", "{middle}");
        assert!(markup.hidden.contains(other), "{middle}: {}", markup.hidden);
    }
    let inserted = word(
        "<w:p><w:r><w:t>40</w:t></w:r><w:ins><w:r><w:t>xx</w:t></w:r></w:ins><w:r><w:t>12</w:t></w:r></w:p>",
    );
    assert_eq!((inserted.shown.as_str(), inserted.hidden.as_str()), ("40xx12\n", "4012\n"));
    let off = word("<w:p><w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t>40</w:t></w:r></w:p>");
    assert_eq!(off.shown, "40\n");
}

#[test]
fn styles_hide() {
    let mut shared = Shared { hidden_styles: ["Off".to_owned()].into(), ..Shared::default() };
    let xml = format!(
        "<w:document xmlns:w='{WORD}'><w:p><w:r><w:t>40</w:t></w:r><w:r><w:rPr><w:rStyle w:val='Off'/></w:rPr>\
         <w:t>xx</w:t></w:r><w:r><w:t>12</w:t></w:r></w:p></w:document>"
    );
    assert_eq!(read(&xml, &mut shared).shown, "4012\n");
}

#[test]
fn alternatives_count_once() {
    let both = |one: &str, other: &str| {
        let run = |text: &str| {
            format!("<w:txbxContent><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:txbxContent>")
        };
        word(&format!(
            "<w:p><w:r><w:t>40</w:t><mc:AlternateContent><mc:Choice>{}</mc:Choice><mc:Fallback>{}</mc:Fallback>\
             </mc:AlternateContent><w:t>12</w:t></w:r></w:p>",
            run(one),
            run(other)
        ))
    };
    let same = both("box", "box");
    assert_eq!((same.shown.as_str(), same.hidden.as_str()), ("box\n4012\n", ""));
    let other = both("box", "crate");
    assert_eq!((other.shown.as_str(), other.hidden.trim()), ("box\n4012\n", "crate"));
}

#[test]
fn cells_show_their_strings() {
    let strings = format!(
        "<sst xmlns='{SHEET}'><si><r><t>40</t></r><r><t>12</t></r></si><si><t>unused</t></si></sst>"
    );
    let mut shared = Shared::default();
    let strings = read(&strings, &mut shared).strings;
    assert_eq!(strings, ["4012", "unused"]);
    shared.strings = strings.into_iter().map(|it| (it, false)).collect();
    let sheet = format!(
        "<worksheet xmlns='{SHEET}'><sheetData><row><c t='s'><v>0</v></c><c><f>A1+1</f><v>4.012E3</v></c>\
         <c t='inlineStr'><is><t>in</t></is></c></row><row><c t='s'><v>7</v></c></row></sheetData></worksheet>"
    );
    let sheet = read(&sheet, &mut shared);
    assert_eq!(sheet.shown, "4012\t4012\tin\t\n\t\n");
    assert!(sheet.hidden.contains("A1+1"));
    assert_eq!([shared.strings[0].1, shared.strings[1].1], [true, false]);
}

#[test]
fn open_document_text() {
    let xml = format!(
        "<o:document-content xmlns:o='urn:oasis:names:tc:opendocument:xmlns:office:1.0' xmlns:t='{TEXT}'>\
         <t:tracked-changes><t:p>gone</t:p></t:tracked-changes>\
         <t:p>40<t:span>1</t:span>2<t:s t:c='2'/>a<o:annotation><t:p>note</t:p></o:annotation>b</t:p></o:document-content>"
    );
    let markup = read(&xml, &mut Shared::default());
    assert_eq!(markup.shown, "note\n4012  ab\n");
    assert_eq!(markup.hidden, "gone\n");
}

#[test]
fn hostile_files_end() {
    let deep = "<a>".repeat(100_000);
    assert_eq!(read(&deep, &mut Shared::default()).remarks, [DOCUMENT_DEEP]);
    let entities = "<!DOCTYPE a [<!ENTITY b '40'>]><a>&b;</a>";
    let read_entities = read(entities, &mut Shared::default());
    assert_eq!((read_entities.shown.as_str(), read_entities.remarks), ("40\n", vec![]));
    let markup = "<!DOCTYPE a [<!ENTITY b '<c/>'>]><a>&b;</a>";
    assert!(read(markup, &mut Shared::default()).remarks.contains(&DOCUMENT_ENTITIES));
    let long = format!(
        "<!DOCTYPE a [<!ENTITY b '{}'>]><a>{}</a>",
        "x".repeat(10_000),
        "&b;".repeat(1_000)
    );
    let long = read(&long, &mut Shared::default());
    assert!(long.remarks.contains(&DOCUMENT_ENTITIES) && long.shown.len() < 100_000);
    assert_eq!(read("<a>&b;</a>", &mut Shared::default()).remarks, [DOCUMENT_ENTITIES]);
    let broken = read("<a>40<b>12</a>", &mut Shared::default());
    assert_eq!((broken.remarks, broken.shown.contains("40")), (vec![DOCUMENT_DAMAGED], true));
    let many =
        format!("<a {}>x</a>", (0..100_000).map(|it| format!("a{it}='' ")).collect::<String>());
    assert_eq!(read(&many, &mut Shared::default()).shown, "x\n");
}

#[test]
fn encodings() {
    let wide: Vec<u8> = "<a>é</a>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(characters(&wide).unwrap(), "<a>é</a>");
    let latin = b"<?xml version='1.0' encoding='iso-8859-1'?><a>\xe9</a>";
    assert!(characters(latin).unwrap().contains('é'));
    assert_eq!(characters(b"<?xml version='1.0' encoding='ebcdic'?><a/>"), None);
    assert_eq!(characters(b"<a>\xff</a>"), None);
}
