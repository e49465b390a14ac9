//! Texts that a program shows although the file is called something else, or writes them in a way
//! of its own: found, or the part is told as one that is not read whole.

use grammar::tree::Scope;

use super::{texts, with_file};

const MARKER: &str = "zebra-marker-7731";

/// What became of the marker in a file: the remark, where it was not found.
pub(super) fn told(kind: &str, name: &str, octets: &[u8], marker: &str) -> Option<String> {
    let extract = with_file(kind, name, octets);
    let found = texts(&extract, Scope::AttachmentText).iter().any(|it| it.contains(marker));
    let content = extract.content;
    let mut remarks = [content.ambiguous, content.unreadable, content.over_limit].concat();
    if found {
        return None;
    }
    Some(if remarks.is_empty() { "silent".to_owned() } else { remarks.remove(0) })
}

/// A zip with the files in it as they are.
pub(super) fn zip(files: &[(&str, &str)]) -> Vec<u8> {
    let (mut zip, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in files {
        let mut sum = flate2::Crc::new();
        sum.update(text.as_bytes());
        let length = u32::try_from(text.len()).unwrap().to_le_bytes();
        let mut head = vec![20, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        head.extend(sum.sum().to_le_bytes());
        head.extend([length, length].concat());
        head.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        head.extend([0, 0]);
        let place = u32::try_from(zip.len()).unwrap().to_le_bytes();
        directory
            .extend([b"PK\x01\x02\x14\0", &head[..], &[0; 10], &place, name.as_bytes()].concat());
        zip.extend([b"PK\x03\x04", &head[..], name.as_bytes(), text.as_bytes()].concat());
    }
    let count = u16::try_from(files.len()).unwrap().to_le_bytes();
    let length = u32::try_from(directory.len()).unwrap().to_le_bytes();
    let place = u32::try_from(zip.len()).unwrap().to_le_bytes();
    let end = [b"PK\x05\x06\0\0\0\0", &[count, count].concat()[..], &length, &place, &[0, 0]];
    [zip, directory, end.concat()].concat()
}

#[test]
fn files_are_read_as_what_programs_take_them_for() {
    const PAGE: &str = "<b>&#122;&#101;bra</b>-mar<i>ker-7731</i>";
    let mail = format!(
        "MIME-Version: 1.0\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n{}",
        crate::edits::base64_of(PAGE.as_bytes())
    );
    let zipped = crate::edits::base64_of(&zip(&[("a.html", PAGE)]));
    let card = "BEGIN:VCARD\r\nNOTE;ENCODING=QUOTED-PRINTABLE:=7A=65bra-mar=\r\nker=2D7731\r\nEND:VCARD\r\n";
    for (name, kind, text) in [
        ("r.xls", "application/vnd.ms-excel", format!("<table><tr><td>{PAGE}</table>")),
        ("r.doc", "application/msword", format!("{}{PAGE}", "x ".repeat(9_000))),
        ("r.html", "text/plain", format!("<html>{PAGE}</html>")),
        ("r.hta", "application/octet-stream", format!("<x>{PAGE}")),
        ("r.doc", "application/msword", mail.clone()),
        ("r", "application/octet-stream", format!("From a@x.example Mon\r\n{mail}")),
        (
            "r",
            "application/octet-stream",
            format!("From a@x.example Mon\nMIME-Version: 1.0\n\nfirst\n\nFrom b@x.example Tue\n{mail}"),
        ),
        ("r.ics", "text/calendar", "BEGIN:VCALENDAR\r\nX-ALT-DESC:zeb<b>ra</b>-mar\r\n ker-7731\r\n".into()),
        ("r.ics", "text/calendar", "BEGIN:VCALENDAR\r\nDESCRIPTION:zebra-mar\r\n ker-7731\r\n".into()),
        ("r.vcf", "text/x-vcard", card.into()),
        (
            "r.svg",
            "image/svg+xml",
            "<svg xmlns='http://www.w3.org/2000/svg'><text>zeb<tspan>ra-mar</tspan>&#107;er-7731</text></svg>".into(),
        ),
        ("r.xml", "text/xml", "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY e 'bra-mar'>]><a>ze&e;ker-7731</a>".into()),
        ("r.dat", "application/octet-stream", "<?xml version='1.0'?><a b='zebra&#45;marker-7731'/>".into()),
        ("r.b64", "application/octet-stream", zipped),
        ("r.rtf", "application/rtf", "\u{feff}\n{\\rtf1 \\'7a\\'65bra-marker-7731}".into()),
        ("r.txt", "text/plain", "\u{f07a}\u{f065}bra-mar\u{f06b}er-7731".into()),
    ] {
        assert_eq!(told(kind, name, text.as_bytes(), MARKER), None, "{name}: {text}");
    }
    assert_eq!(told("text/enriched", "", b"zeb<bold>ra</bold>-marker-7731", MARKER), None);
    for (name, text, remark) in [
        (
            "r.svg",
            "<svg xmlns='http://www.w3.org/2000/svg'><script>x()</script></svg>",
            "page with a script, which may write its text (part 0)",
        ),
        ("r.xls", "OggS zebra\x01\x02\x03", "file of a kind that is not read (part 0)"),
        (
            "r.txt",
            "\u{202e}1377-rekram-arbez",
            "text that is shown from the right to the left (part 0)",
        ),
        ("r.ps", "%!PS\n(zeb) show (ra) show", "document of a kind that is not read (part 0)"),
        (
            "r.html",
            "<script>document.write('zeb' + 'ra')</script>",
            "page with a script, which may write its text (part 0)",
        ),
    ] {
        let kind = "application/octet-stream";
        assert_eq!(told(kind, name, text.as_bytes(), MARKER).as_deref(), Some(remark), "{name}");
    }
}

#[test]
fn pages_are_read_as_browsers_show_them() {
    for page in [
        "<p style='display: inline'>zeb</p><p style='display:inline'>ra-marker-7731</p>",
        "<style>p{display:inline}</style><p>zeb</p><p>ra-marker-7731</p>",
        "<style>.a{display:none}</style>zeb<span class=a>qq</span>ra-marker-7731",
        "<iframe srcdoc='&lt;b&gt;ze&lt;/b&gt;bra-mar&lt;i&gt;ker-7731'></iframe>",
        "<iframe srcdoc='<iframe srcdoc=\"zeb<b>ra-marker-7731\">'></iframe>",
        "<img src='data:image/svg+xml,<svg><text>zeb<tspan>ra-marker-7731'>",
        "zeb<i style='position:absolute;left:-99em'>qq</i>ra-<b style='color:#fff'>qq</b>marker-7731",
        "<style>i{display:none}</style>zeb<i>qq</i>ra-<b style='color:#fff'>marker-7731",
        "<style>i{font-size:1px}</style>zeb<i>qq</i>ra-marker-7731",
        "<ruby>zeb<rt>x</rt></ruby>ra-marker-7731",
        "<td x:num='zebra-marker-7731'>1",
        "<input value='zebra-marker-7731'>",
        "<option label='zebra-marker-7731'>x",
        "<style>p:before{content:'zeb' 'ra-marker-7731'}</style><p>x",
    ] {
        assert_eq!(told("text/html", "a.html", page.as_bytes(), MARKER), None, "{page}");
    }
    for (page, words) in [
        ("<bdo dir=rtl>1377-rekram-arbez</bdo>", "turns text around"),
        ("<i style='unicode-bidi:bidi-override;direction:rtl'>1377</i>", "turns text around"),
        ("<style>p:before{content:'zeb'}</style><p>ra", "style writes text"),
        ("<style>p:before{content:attr(x)}</style><p x=zebra>", "style writes text"),
        ("<body onload='x()'>", "page with a script"),
    ] {
        let remark = told("text/html", "a.html", page.as_bytes(), MARKER).unwrap();
        assert!(remark.contains(words), "{page}: {remark}");
    }
}

const TYPES: (&str, &str) = ("[Content_Types].xml", "<Types/>");

#[test]
fn word_documents_are_read_as_word_shows_them() {
    const SPACES: &str = "xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main' \
        xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006' xmlns:x='http://schemas.microsoft.com/x'";
    let run = |text: &str| format!("<w:r><w:t>{text}</w:t></w:r>");
    let document = |body: &str| {
        format!("<w:document {SPACES}><w:body><w:p>{body}</w:p></w:body></w:document>")
    };
    let letters =
        |wrap: &dyn Fn(u32) -> String| MARKER.chars().map(|it| wrap(it.into())).collect::<String>();
    for body in [
        format!(
            "{}<w:del><w:r><w:delText/></w:r></w:del><mc:AlternateContent><mc:Choice Requires='x'>{}</mc:Choice>\
             <mc:Fallback>{}</mc:Fallback></mc:AlternateContent>{}",
            run("zebra-"),
            run("no"),
            run("marker-"),
            run("7731")
        ),
        format!("{}<x:tabs>{}</x:tabs>{}", run("zebra-mar"), run("ker-"), run("7731")),
        format!("{}<w:r><w:t>zebra<x:y>no</x:y>-marker-7731</w:t></w:r>", run("a ")),
        letters(&|it| format!("<w:fldSimple w:instr='SYMBOL {it} \\f Arial'/>")),
        letters(&|it| {
            format!(
                "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>SYMBOL {it}</w:instrText></w:r>\
             <w:r><w:fldChar w:fldCharType='separate'/></w:r>{}<w:r><w:fldChar w:fldCharType='end'/></w:r>",
                run("x")
            )
        }),
    ] {
        let zip = zip(&[TYPES, ("word/document.xml", &document(&body))]);
        assert_eq!(told("application/octet-stream", "a.docx", &zip, MARKER), None, "{body}");
    }
    for (body, words) in [
        ("<w:fldSimple w:instr='EQ \\s(z)'/>", "fields that draw text"),
        ("<w:bdo w:val='rtl'><w:r><w:t>1377</w:t></w:r></w:bdo>", "from the right to the left"),
        ("<w:r mc:ProcessContent='x:y'/>", "in different ways"),
    ] {
        let zip = zip(&[TYPES, ("word/document.xml", &document(body))]);
        let remark = told("application/octet-stream", "a.docx", &zip, MARKER).unwrap();
        assert!(remark.contains(words), "{body}: {remark}");
    }
    let page = "x<html><b>ze</b>bra-mar<i>ker-7731";
    let numbers = format!(
        "<w:numbering {SPACES}><w:lvl><w:start w:val='7731'/><w:lvlText w:val='zebra-marker-%1'/></w:lvl></w:numbering>"
    );
    let flat = format!(
        "<?xml version='1.0'?><!--{}--><w:wordDocument xmlns:w='http://schemas.microsoft.com/office/word/2003/wordml'>\
         <w:p>{}{}</w:p></w:wordDocument>",
        "x".repeat(9_000),
        run("zebra-"),
        run("marker-7731")
    );
    for (name, text) in [
        ("word/a.vml", page),
        ("word/a.xml", "{\\rtf1 \\'7a\\'65bra-marker-7731}"),
        ("word/a.dat", page.trim_start_matches('x')),
        ("[trash]/a.dat", "zebra-marker-7731 привет"),
        ("word/numbering.xml", &numbers),
        ("word/a.doc", &flat),
        (
            "visio/a.xml",
            "<P xmlns='http://schemas.microsoft.com/office/visio/2012/main'><Text>zeb<cp/>ra-marker-7731</Text></P>",
        ),
    ] {
        let zip = zip(&[TYPES, (name, text)]);
        assert_eq!(told("application/octet-stream", "a.docx", &zip, MARKER), None, "{name}");
    }
    let fixed = "<FixedPage xmlns='http://schemas.microsoft.com/xps/2005/06'><Glyphs UnicodeString='zeb'/></FixedPage>";
    let remark =
        told("application/octet-stream", "a.xps", &zip(&[TYPES, ("1.fpage", fixed)]), MARKER);
    assert!(remark.unwrap().starts_with("document of a kind that is not read"));
}

#[test]
fn sheets_are_read_as_they_are_shown() {
    const SPACE: &str = "xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'";
    let sheet = |cells: &str| {
        format!("<worksheet {SPACE}><sheetData><row>{cells}</row></sheetData></worksheet>")
    };
    let styles = |code: &str| {
        format!(
            "<styleSheet {SPACE}><cellXfs><xf/><xf numFmtId='164'/></cellXfs><numFmts><numFmt numFmtId='164' formatCode='{code}'/>\
         </numFmts></styleSheet>"
        )
    };
    for (cells, code, marker) in [
        ("<c t='inlineStr'><is><t>_x007A_ebra_x002D_marker-7731</t></is></c>", "0", MARKER),
        ("<c s='1'><v>7731</v></c>", "\"ze\"\\b\\r\\a\\-\"mar\"\"ker-\"0", MARKER),
        ("<c s='1'><v>78051120</v></c>", "[&lt;1]0;000\\-00\\-0000_)", "078-05-1120"),
        ("<c s='1'><v>29221</v></c>", "dd/mm/yyyy", "01/01/1980"),
        ("<c s='1'><v>3782822463100.05</v></c>", "0%", "378282246310005"),
        ("<c t='str'><f>\"zebra-\"&amp;\"marker-\"&amp;7731</f></c>", "0", MARKER),
    ] {
        let zip = zip(&[TYPES, ("xl/s.xml", &sheet(cells)), ("xl/styles.xml", &styles(code))]);
        assert_eq!(told("application/octet-stream", "a.xlsx", &zip, marker), None, "{cells}");
    }
    let remark = told(
        "application/octet-stream",
        "a.xlsx",
        &zip(&[TYPES, ("xl/s.xml", &sheet("<c><f>CHAR(122)</f><v/></c>"))]),
        MARKER,
    );
    assert_eq!(remark.unwrap(), "sheet with a formula whose result is not in it (part 0)");
    for xml in [
        format!("<worksheet {SPACE}><oddHeader>&amp;Lzeb&amp;B&amp;Bra-mar&amp;10ker-7731</oddHeader></worksheet>"),
        format!("<p {SPACE} rowHeaderCaption='{MARKER}'/>"),
        format!(
            "<sst {SPACE} xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'><si><r><t>zebra-</t></r>\
             <mc:AlternateContent><mc:Choice><r><t>x</t></r></mc:Choice><mc:Fallback><r><t>marker-</t></r></mc:Fallback>\
             </mc:AlternateContent><r><t>7731</t></r></si></sst>"
        ),
        "<W xmlns='urn:schemas-microsoft-com:office:spreadsheet' xmlns:s='urn:schemas-microsoft-com:office:spreadsheet' \
         s:Name='zebra-marker-7731'/>".to_owned(),
    ] {
        let zip = zip(&[TYPES, ("xl/a.xml", &xml)]);
        assert_eq!(told("application/octet-stream", "a.xlsx", &zip, MARKER), None, "{xml}");
    }
}

#[test]
fn open_documents_are_read_as_they_are_shown() {
    let document = |inside: &str| {
        format!(
            "<o:document-content xmlns:o='urn:oasis:names:tc:opendocument:xmlns:office:1.0' \
         xmlns:t='urn:oasis:names:tc:opendocument:xmlns:text:1.0' xmlns:b='urn:oasis:names:tc:opendocument:xmlns:table:1.0' \
         xmlns:n='urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0' \
         xmlns:f='urn:oasis:names:tc:opendocument:xmlns:form:1.0'>{inside}</o:document-content>"
        )
    };
    for inside in [
        "<b:table-cell o:value='zebra-marker-7731'><t:p>1</t:p></b:table-cell>",
        "<f:textarea f:current-value='zebra-marker-7731'/>",
        "<t:p><t:conditional-text t:string-value-if-true='zebra-marker-7731'>x</t:conditional-text></t:p>",
        "<t:p><t:drop-down><t:label t:value='zebra-marker-7731'/>x</t:drop-down></t:p>",
    ] {
        let zip = zip(&[("content.xml", &document(inside))]);
        assert_eq!(told("application/octet-stream", "a.odt", &zip, MARKER), None, "{inside}");
    }
    let style = "<n:number-style><n:text>zebra-marker-</n:text><n:number/></n:number-style>";
    let remark = told(
        "application/octet-stream",
        "a.ods",
        &zip(&[("content.xml", &document(style))]),
        MARKER,
    );
    assert_eq!(remark.unwrap(), "sheet whose formats of numbers write text (part 0)");
}

/// The work for choices in one another is that of their length.
#[test]
#[expect(clippy::disallowed_methods, reason = "a test of time reads a clock")]
fn choices_in_choices_cost_no_more_than_their_length() {
    let spaces = "xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main' \
        xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'";
    let paragraph = |text: &str| format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>");
    let document = format!(
        "<w:document {spaces}>{}{}{}</w:document>",
        "<mc:AlternateContent>".repeat(400),
        paragraph(&"-".repeat(400_000)),
        format!("<mc:Fallback>{}</mc:Fallback></mc:AlternateContent>", paragraph("b")).repeat(400),
    );
    let start = std::time::Instant::now();
    let zip = zip(&[TYPES, ("word/document.xml", &document)]);
    assert_eq!(told("application/octet-stream", "a.docx", &zip, "b"), None);
    assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
}

#[test]
fn words_that_go_on_in_what_is_hidden_are_found() {
    const HIDDEN: &str = "<p>zebra<WAY>-marker-7731</b> and more";
    for way in [
        "b style='max-height:0'",
        "b style='line-height:0'",
        "b style='mso-hide:all'",
        "b style='display:none;display:inline'",
        "b hidden style='display:inline'",
        "b style='visibility:hidden'><i style='visibility:visible'",
        "video><b",
        "template><b",
    ] {
        let page = HIDDEN.replace("WAY", way);
        assert_eq!(told("text/html", "r.html", page.as_bytes(), MARKER), None, "{way}");
    }
    for page in [
        "zebra<img alt=-marker-7731>",
        "<img alt=zebra>-marker-7731",
        "zebra<!--[if mso]>-marker-7731<![endif]-->",
        "<svg><text><![CDATA[zebra-marker-7731]]></text></svg>",
    ] {
        assert_eq!(told("text/html", "r.html", page.as_bytes(), MARKER), None, "{page}");
    }
}

#[test]
fn words_that_something_hidden_parts_are_found() {
    const PARTED: &str = "<p>zebra<WAY>zz</i>-marker-7731";
    for way in [
        "i style='font:0/0 a'",
        "i style='f\\6fnt-size:0'",
        "i style='display/**/:none'",
        "i style='font-size:calc(1px - 1px)'",
        "i popover",
        "style>*{display:none}</style><i",
        "style>[x]{display:none}</style><i x=y",
        "style>:is(.a,.b){display:none}</style><i class=b",
        "style>i:nth-child(2){display:none}</style><i",
    ] {
        let page = PARTED.replace("WAY", way);
        assert_eq!(told("text/html", "r.html", page.as_bytes(), MARKER), None, "{way}");
    }
    for page in [
        "zebra<math><annotation>zz</annotation></math>-marker-7731",
        "zebra<svg><desc>zz</desc></svg>-marker-7731",
        "zebra<svg><g display=none>zz</g></svg>-marker-7731",
    ] {
        assert_eq!(told("text/html", "r.html", page.as_bytes(), MARKER), None, "{page}");
    }
}

#[test]
fn words_that_change_places_make_a_message_doubtful() {
    let page = "<p dir=rtl>-marker-7731&rlm;zebra";
    let remark = told("text/html", "r.html", page.as_bytes(), MARKER).unwrap();
    assert!(remark.starts_with("text that is shown from the right to the left"), "{remark}");
}

#[test]
fn charsets_that_programs_guess_are_tried() {
    let wide: Vec<u8> = "ｚｅｂｒａ－ｍａｒｋｅｒ－７７３１"
        .encode_utf16()
        .flat_map(|it| {
            // Shift_JIS has them in two blocks.
            let number = u32::from(it);
            let code = match number {
                0xff10..=0xff19 => 0x824f + number - 0xff10,
                0xff41..=0xff5a => 0x8281 + number - 0xff41,
                _ => 0x817c,
            };
            u16::try_from(code).unwrap().to_be_bytes()
        })
        .collect();
    let text = [b"a word: ", &wide[..]].concat();
    assert_eq!(told("text/plain", "r.txt", &text, MARKER), None);
    let page =
        [b"<meta http-equiv=content-type content='text/html; charset = shift_jis'>", &text[..]]
            .concat();
    assert_eq!(told("text/html; charset=iso-8859-1", "r.html", &page, MARKER), None);
}

#[test]
fn what_hides_in_drawings() {
    for inside in [
        "zebra<desc>x</desc>-marker-7731",
        "zebra<tspan display=\"none\">x</tspan>-marker-7731",
        "<style>.a{display:none}</style>zebra<tspan class=\"a\">x</tspan>-marker-7731",
    ] {
        let svg = format!("<svg xmlns=\"http://www.w3.org/2000/svg\"><text>{inside}</text></svg>");
        assert_eq!(told("image/svg+xml", "a.svg", svg.as_bytes(), MARKER), None, "{inside}");
    }
}
