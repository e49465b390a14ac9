//! What PDF shows and hides, and what it cannot tell.

use wire::mime::Limits;

use super::*;
use crate::{
    archive::Opened,
    budget::Budget,
    remark::{
        ARCHIVE_OVER_LIMIT, DOCUMENT_DAMAGED, DOCUMENT_OF_PICTURES, DOCUMENT_SEVERAL,
        DOCUMENT_UNMAPPED, ENCRYPTED_DOCUMENT,
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
        ("9 0 obj <</RV(<body><p>sec<b>ret</b></p></body>)>> endobj", "secret"),
        ("9 0 obj <</Nums[0<</P(secret-)/S/D/St 4711>>]>> endobj", "secret-4711"),
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

/// A page with what its resources name beside the font.
fn page_with(content: &str, resources: &str, objects: &str) -> String {
    page(content).replace("/F 1 0 R>>", &format!("/F 1 0 R>>{resources}")) + objects
}

fn form(number: u32, content: &str) -> String {
    format!(
        "{number} 0 obj <</Subtype/Form/BBox[0 0 99 9]/Resources<</Font<</F 1 0 R>>>>>> stream\n{content}\n\
         endstream endobj\n"
    )
}

#[test]
fn forms_are_read_where_they_are_drawn() {
    let forms = form(6, "BT /F 10 Tf (40) Tj ET") + &form(7, "BT /F 10 Tf (12) Tj ET");
    let names = "/XObject<</A 6 0 R/B 7 0 R>>";
    let content = "q 1 0 0 1 50 50 cm /A Do Q q 1 0 0 1 61.2 50 cm /B Do Q";
    assert_eq!(text(&page_with(content, names, &forms)), "4012\n");
    // A form that draws another, out of order, and stops at itself.
    let nested = form(6, "1 0 0 1 11.2 0 cm BT /F 10 Tf (12) Tj ET q 1 0 0 1 -11.2 0 cm /B Do Q")
        .replace("/Font", &format!("{names}/Font"))
        + &form(7, "BT /F 10 Tf (40) Tj ET /A Do");
    assert!(text(&page_with("/A Do", names, &nested)).contains("4012"));
    let notes = page("BT /F 10 Tf 50 50 Td (40) Tj ET")
        .replace("/Type/Page", "/Type/Page/Annots[<</Rect[61.2 50 160.2 59]/AP<</N 7 0 R>>>>]")
        + &form(7, "BT /F 10 Tf (12) Tj ET");
    assert!(text(&notes).contains("4012"), "{}", text(&notes));
    // Fields that readers draw themselves, one for each letter.
    let field = |index: usize, letter: &str| {
        format!("<</FT/Tx/V({letter})/Rect[{} 50 {} 60]>>", 50 + 9 * index, 58 + 9 * index)
    };
    let fields: String =
        ["4", "0", "1", "2"].iter().enumerate().map(|it| field(it.0, it.1)).collect();
    let fields = page("").replace("/Type/Page", &format!("/Type/Page/Annots[{fields}]"));
    assert!(text(&fields).contains("4012"), "{}", text(&fields));
}

#[test]
fn forms_that_draw_each_other_have_a_limit() {
    let names: String = (6..40).map(|it| format!("/N{it} {it} 0 R")).collect();
    let names = format!("/XObject<<{names}>>");
    let level = |number: u32| {
        let next = number + 1;
        form(number, &format!("/N{next} Do /N{next} Do")).replace("/Font", &format!("{names}/Font"))
    };
    let twice: String = (6..28).map(level).chain([form(28, "BT /F 1 Tf (x) Tj ET")]).collect();
    assert!(opened(&page_with("/N6 Do", &names, &twice)).remarks.contains(&ARCHIVE_OVER_LIMIT));
    let deep: String = (6..39).map(level).collect::<String>().replace(" Do /N", " Do %/N");
    assert!(opened(&page_with("/N6 Do", &names, &deep)).remarks.contains(&ARCHIVE_OVER_LIMIT));
    // Those that show nothing cost little.
    let mute: String = (6..28).map(level).chain([form(28, "0 0 m")]).collect();
    assert_eq!(opened(&page_with("/N6 Do", &names, &mute)).remarks, []);
}

/// A file with its table of places, which names the first object of each number.
fn with_table(objects: &[(u32, String)]) -> String {
    let mut pdf = "%PDF-1.4\n".to_owned();
    let mut table = String::new();
    let mut known = std::collections::BTreeSet::new();
    for (number, object) in objects {
        if known.insert(number) {
            table += &format!("{number} 1\n{:010} 00000 n\n", pdf.len());
        }
        pdf += &format!("{number} 0 obj {object} endobj\n");
    }
    let at = pdf.len();
    format!("{pdf}xref\n{table}trailer <</Root 9 0 R>>\nstartxref\n{at}\n%%EOF")
}

#[test]
fn objects_are_read_as_tables_say_and_as_they_stand() {
    let font = |differences: &str| {
        format!(
            "<</Type/Font/Subtype/Type1/BaseFont/Courier/Encoding<</Differences[97 {differences}]>>>>"
        )
    };
    let page = "<</Type/Page/Contents 3 0 R/Resources<</Font<</F 1 0 R>>>>>>".to_owned();
    let content = "<</Length 25>> stream\nBT /F 10 Tf (abcd) Tj ET\nendstream".to_owned();
    let real = (1, font("/four/zero/one/two"));
    let others = [(2, page), (3, content)];
    let once: Vec<_> = [real.clone()].into_iter().chain(others.clone()).collect();
    assert_eq!(
        (text(&with_table(&once)).as_str(), opened(&with_table(&once)).remarks),
        ("4012\n", vec![])
    );
    let twice: Vec<_> = [real].into_iter().chain(others).chain([(1, font("/a/b/c/d"))]).collect();
    let pdf = with_table(&twice);
    let found = text(&pdf);
    assert!(found.contains("4012") && found.contains("abcd"), "{found}");
    assert_eq!(opened(&pdf).remarks, [DOCUMENT_SEVERAL]);
    // What was saved later, its table too, is no contradiction: the older text is read as well.
    let later =
        once.iter().cloned().chain([(5, "<</Title(4012)>>".to_owned())]).collect::<Vec<_>>();
    assert_eq!(opened(&with_table(&later)).remarks, []);
    // Where there is no table, readers disagree about an earlier generation.
    let earlier = once.iter().map(|(number, object)| format!("{number} 1 obj {object} endobj\n"));
    let earlier = "%PDF-1.4 ".to_owned() + &earlier.collect::<String>() + "1 0 obj <<>> endobj";
    assert_eq!(opened(&earlier).remarks, [DOCUMENT_SEVERAL]);
}

#[test]
fn what_a_stream_is_used_for_counts_and_not_what_it_says() {
    let with = |use_of: &str, stream: &str| {
        page("BT /F 10 Tf (x) Tj ET")
            + &format!("4 0 obj <<{use_of}>> endobj 6 0 obj {stream}\nendstream endobj")
    };
    for (use_of, stream) in [
        ("/XFA 6 0 R", "<</CMapName/x>> stream\n<x><t>4012</t></x>"),
        ("/XFA[(x) 6 0 R]", "<</Subtype/Image>> stream\n<x>4012</x>"),
        ("/JS 6 0 R", "<</FunctionType 2>> stream\nvar BT = '4012'"),
        ("/Pattern<</P 6 0 R>>", "<</FunctionType 0>> stream\nBT /F 1 Tf (4012) Tj ET"),
        ("/AP<</N<</On 6 0 R>>>>", "<</Type/ObjStm>> stream\nBT /F 1 Tf (4012) Tj ET"),
        ("/V/4012", "<<>> stream\n"),
    ] {
        let found = text(&with(use_of, stream));
        assert!(found.contains("4012"), "{use_of}: {found}");
    }
    let packed = opened(&with("/JS 6 0 R", "<</Subtype/Image/Filter/DCTDecode>> stream\nx"));
    assert_eq!(packed.remarks, [DOCUMENT_DAMAGED]);
}

#[test]
fn streams_are_unpacked_as_any_reader_does() {
    let content = "BT /F 10 Tf (4012) Tj ET";
    let packed: String = content.bytes().map(|it| format!("{it:02x}")).collect();
    let page = |entries: &str, content: &str| {
        page(content).replace("/Length", &format!("{entries}/Length"))
    };
    let rows = content.as_bytes().chunks(8).flat_map(|row| {
        let before = [0].into_iter().chain(row.iter().copied());
        let each = row.iter().zip(before).map(|(it, before)| it.wrapping_sub(before));
        [1].into_iter().chain(each).collect::<Vec<u8>>()
    });
    let rows: Vec<u8> = rows.collect();
    let length = u8::try_from(rows.len()).unwrap();
    let stored = [&[1, length, 0, !length, 255][..], &rows].concat();
    let stored: String = stored.iter().map(|it| format!("{it:02x}")).collect();
    let filters = "/Filter[/AHx/Fl]/DecodeParms[null<</Predictor 6 0 R/Columns 7 0 R>>]";
    for (name, pdf) in [
        ("parameters elsewhere", page(filters, &stored) + "6 0 obj 15 endobj 7 0 obj 8 endobj"),
        (
            "an end in a remark",
            page("", &format!("BT ET %endstream\n{content}%")).replace("/Length", "/L"),
        ),
        (
            "more operands than are kept",
            page("", &content.replace('(', &format!("{}(", "1 ".repeat(70)))),
        ),
        ("a filter by reference", page("/Filter 6 0 R", &packed) + "6 0 obj/ASCIIHexDecode endobj"),
    ] {
        assert!(text(&pdf).contains("4012"), "{name}: {}", text(&pdf));
    }
    for filter in ["/Filter[6 0 R]", "/Filter[/Nothing]", "/Filter[(AHx)]"] {
        assert_eq!(opened(&page(filter, content)).remarks, [DOCUMENT_DAMAGED], "{filter}");
    }
}

#[test]
fn letters_are_put_together_by_their_places() {
    let courier = |content: &str| page(content).replace("Helvetica", "Courier");
    for content in [
        // Backwards, each set back by two widths.
        "BT /F 10 Tf -12 Tc 90 50 Td (2104) Tj ET",
        // Each second letter, with the others between.
        "BT /F 10 Tf 6 Tc 50 50 Td (41) Tj 1 0 0 1 56 50 Tm (02) Tj ET",
        // Set apart one by one.
        "BT /F 10 Tf [(4)-200(0)-200(1)-200(2)] TJ ET",
        // With something between that nobody sees.
        "BT /F 10 Tf (40) Tj 3 Tr (99) Tj 0 Tr 1 0 0 1 12 0 Tm (12) Tj ET",
        "BT /F 10 Tf (40) Tj 1 g (99) Tj 0 g 1 0 0 1 12 0 Tm (12) Tj ET",
        "BT /F 10 Tf (40) Tj /F .1 Tf (99) Tj /F 10 Tf (12) Tj ET",
    ] {
        assert!(text(&courier(content)).contains("4012"), "{content}: {}", text(&courier(content)));
    }
    let narrow = courier(
        "BT /F 10 Tf 1 0 0 1 50 0 Tm (4) Tj 1 0 0 1 56 0 Tm (0) Tj 1 0 0 1 62 0 Tm (12) Tj ET",
    );
    let narrow = narrow.replace("/Courier", "/Courier/FirstChar 48/Widths[100 100 100 100 100]");
    assert!(text(&narrow).contains("4012"), "{}", text(&narrow));
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
