//! Words that stand in no place of a file as they are shown: a program computes them, puts them
//! together or takes them from elsewhere.

use grammar::tree::Scope;

use super::{
    disguises::{told, zip},
    extracted, texts,
};

const MARKER: &str = "zebra-marker-7731";
const FIELDS: &str = "document with fields that draw text (part 0)";
const FORMATS: &str = "sheet whose formats of numbers write text (part 0)";
const UNCOMPUTED: &str = "sheet with a formula whose result is not in it (part 0)";
const TYPES: (&str, &str) = (
    "[Content_Types].xml",
    "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>",
);

fn word(body: &str) -> String {
    format!(
        "<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main' \
         xmlns:m='http://schemas.openxmlformats.org/officeDocument/2006/math'>{body}</w:document>"
    )
}

fn of_files(name: &str, files: &[(&str, &str)]) -> Option<String> {
    let files = [&[TYPES], files].concat();
    told("application/octet-stream", name, &zip(&files), MARKER)
}

#[test]
fn paragraphs_that_go_on_are_one() {
    let second = "<w:r><w:t>bra-marker-7731</w:t></w:r>";
    for sign in [
        "<w:rPr><w:vanish/></w:rPr>",
        "<w:rPr><w:specVanish/><w:vanish/></w:rPr>",
        "<w:rPr><w:del w:id='1'/></w:rPr>",
        "<w:framePr w:dropCap='drop'/>",
    ] {
        let first = format!("<w:p><w:pPr>{sign}</w:pPr><w:r><w:t>ze</w:t></w:r></w:p>");
        for rest in [format!("<w:p>{second}</w:p>"), format!("<w:p>{second}</w:p><w:p/>")] {
            let xml = word(&format!("<w:body>{first}{rest}</w:body>"));
            assert_eq!(of_files("a.docx", &[("word/document.xml", &xml)]), None, "{sign}");
        }
        // Both readings stand, and nothing is lost where no paragraph follows.
        let xml =
            word(&format!("<w:body><w:tbl><w:tr><w:tc>{first}</w:tc></w:tr></w:tbl></w:body>"));
        let found =
            told("application/octet-stream", "a.docx", &zip(&[TYPES, ("word/d.xml", &xml)]), "ze");
        assert_eq!(found, None, "{sign}");
    }
}

#[test]
fn what_stands_for_something_else_is_told() {
    let control = |properties: &str| {
        word(&format!(
            "<w:p><w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent><w:r><w:t>stored</w:t></w:r>\
             </w:sdtContent></w:sdt><w:r><w:t>bra</w:t></w:r></w:p>"
        ))
    };
    let bound = control("<w:dataBinding w:xpath='/r[1]/v[1]'/>");
    let level = |inside: &str| word(&format!("<w:lvl>{inside}</w:lvl>"));
    let silent = Some("silent".to_owned());
    for (xml, data, expected) in [
        (bound.clone(), "<r><v>ze</v></r>", Some(FIELDS.to_owned())),
        (bound.clone(), "<r><v>sto red</v></r>", silent.clone()),
        (bound, "<r><v/></r>", silent.clone()),
        (control("<w:dataBinding w:xpath='/r/v'/><w:date/>"), "<r><v>1</v></r>", silent.clone()),
        (
            level("<w:suff w:val='nothing'/><w:lvlText w:val='ze'/>"),
            "<r/>",
            Some(FIELDS.to_owned()),
        ),
        (
            level(
                "<w:start w:val='26'/><w:numFmt w:val='upperLetter'/><w:suff w:val='nothing'/><w:lvlText w:val='%1'/>",
            ),
            "<r/>",
            Some(FIELDS.to_owned()),
        ),
        (level("<w:suff w:val='nothing'/><w:lvlText w:val='%1.'/>"), "<r/>", silent.clone()),
        (level("<w:suff w:val='tab'/><w:lvlText w:val='ze'/>"), "<r/>", silent.clone()),
        (word("<m:d><m:dPr><m:begChr m:val='z'/></m:dPr></m:d>"), "<r/>", Some(FIELDS.to_owned())),
        (word("<m:nary><m:chr m:val='∑'/></m:nary>"), "<r/>", silent),
    ] {
        let files = [("word/document.xml", xml.as_str()), ("customXml/item1.xml", data)];
        assert_eq!(of_files("a.docx", &files), expected, "{xml} {data}");
    }
}

#[test]
fn declared_values_are_shown_in_place_of_stored_ones() {
    let xml = "<o:document-content xmlns:o='urn:oasis:names:tc:opendocument:xmlns:office:1.0' \
               xmlns:t='urn:oasis:names:tc:opendocument:xmlns:text:1.0'><t:user-field-decl t:name='u' \
               o:string-value='zebra'/><t:p><t:user-field-get t:name='u'>x</t:user-field-get>-marker-7731</t:p>\
               </o:document-content>";
    assert_eq!(of_files("a.odt", &[("content.xml", xml)]), None);
}

#[test]
fn sheets_compute_and_write() {
    let cell = |inside: &str| {
        format!(
            "<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><sheetData><row>\
             {inside}</row></sheetData></worksheet>"
        )
    };
    let table = |inside: &str| {
        format!(
            "<o:spreadsheet xmlns:o='urn:oasis:names:tc:opendocument:xmlns:office:1.0' \
             xmlns:t='urn:oasis:names:tc:opendocument:xmlns:table:1.0' \
             xmlns:x='urn:oasis:names:tc:opendocument:xmlns:text:1.0'><t:table-cell {inside}</t:table-cell></o:spreadsheet>"
        )
    };
    let old = |format: &str| {
        format!(
            "<Styles xmlns='urn:schemas-microsoft-com:office:spreadsheet'><NumberFormat Format='{format}'/></Styles>"
        )
    };
    let chart = |inside: &str| {
        format!("<c xmlns='http://schemas.openxmlformats.org/drawingml/2006/chart'>{inside}</c>")
    };
    for (xml, expected) in [
        (cell("<c t='str'><f>CONCATENATE(\"ze\",\"bra\")</f><v>harmless</v></c>"), UNCOMPUTED),
        (cell("<c><f>A1&amp;B1</f><v>0</v></c>"), UNCOMPUTED),
        (cell("<c t='str'><f>A1&amp;\" kg\"</f><v>5 kg</v></c>"), "silent"),
        (table("t:formula='of:=[.A1]&amp;[.B1]'>"), UNCOMPUTED),
        (table("t:formula='of:=\"ze\"&amp;[.B1]'><x:p>harmless</x:p>"), UNCOMPUTED),
        (
            table("t:formula='of:=[.A1]&amp;\"ra\"' o:string-value='zebra'><x:p>zebra</x:p>"),
            "silent",
        ),
        (table("t:formula='of:=SUM([.A1:.A3])' o:value='3'><x:p>3</x:p>"), "silent"),
        (old("&quot;zebra-marker-&quot;0"), FORMATS),
        (old("&quot;EUR&quot; 0"), "silent"),
        (chart("<formatCode>&quot;zebra-marker-&quot;0</formatCode>"), FORMATS),
        (chart("<numFmt formatCode='\"zebra-marker-\"0'/>"), FORMATS),
        (chart("<formatCode>\\$#,##0</formatCode>"), "silent"),
    ] {
        assert_eq!(of_files("a.xlsx", &[("xl/a.xml", &xml)]).as_deref(), Some(expected), "{xml}");
    }
}

#[test]
fn files_and_marks_in_a_body() {
    let coded: Vec<char> = MARKER.bytes().map(|it| char::from(it.wrapping_add(42))).collect();
    let coded: String = coded.into_iter().collect();
    // Each of these octets is one, whatever UTF-8 makes of it.
    let octets: Vec<u8> = coded.chars().filter_map(|it| u8::try_from(u32::from(it)).ok()).collect();
    let text =
        [b"Hi\n=ybegin line=128 size=17 name=a.txt\n", &octets[..], b"\n=yend size=17\n"].concat();
    let extract =
        crate::extract(&[b"From: a@x.example\n\n", &text[..]].concat(), &crate::Limits::default());
    assert_eq!(texts(&extract, Scope::AttachmentNames), ["a.txt"]);
    assert!(texts(&extract, Scope::AttachmentText).contains(&MARKER));
    for (kind, body) in [
        ("text/plain", "zebra\u{1b}[1m-marker\u{1b}[0m-7731"),
        ("text/enriched", "zebra<color><param>red</param>-marker-7731</color>"),
        ("text/calendar", "x\nBEGIN:VCALENDAR\nDESCRIPTION:zebra-\n marker-7731"),
        ("text/calendar", "BEGIN:VEVENT\nX-ALT-DESC;FMTTYPE=text/html:z&#101;bra-marker-7731"),
        ("text/calendar", "BEGIN:VEVENT\nATTACH:data:text/html,zebra%2Dmarker%2d7731"),
    ] {
        let extract = extracted(&format!("Content-Type: {kind}\n\n{body}\n"));
        let found = texts(&extract, Scope::Body).join("|");
        assert!(found.contains(MARKER), "{kind}: {found}");
    }
}

#[test]
fn a_file_is_what_its_name_and_content_say() {
    let mail = "163   \nSubject: x\nMIME-Version: 1.0\nContent-Transfer-Encoding: quoted-printable\n\n\
                =7Aebra-marker-7731";
    assert_eq!(told("application/octet-stream", "a.emlx", mail.as_bytes(), MARKER), None);
    // A recording under the name of a document is no recording, whatever title it has.
    let titled = b"ID3\x03\0\0\0\0\0\x13TIT2\0\0\0\x09\0\0\0a title!\xff\xfb\x90\0";
    let unread = "file of a kind that is not read (part 0)";
    assert_eq!(told("application/octet-stream", "a.doc", titled, MARKER).as_deref(), Some(unread));
    assert_eq!(told("audio/mpeg", "a.mp3", titled, "a title!"), None);
    assert_eq!(told("audio/mpeg", "a.mp3", titled, MARKER).as_deref(), Some("silent"));
}
