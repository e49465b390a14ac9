//! Documents in mail: what is in them is found, or the part is told as unreadable.

use grammar::tree::Scope;

use super::{extracted, texts};
use crate::{Limits, extract};

#[test]
fn rich_text_is_read_as_attachment_and_as_body() {
    let rtf = "{\\rtf1\\ansi {\\b 40}12\\par{\\*\\none secret}}";
    for header in
        ["application/rtf; name=\"a.rtf\"", "application/octet-stream", "text/rtf", "text/plain"]
    {
        let message = format!("From: a@x.example\r\nContent-Type: {header}\r\n\r\n{rtf}");
        let extract = extracted(&message);
        let found = texts(&extract, Scope::AttachmentText).join("|");
        assert!(found.contains("4012") && found.contains("secret"), "{header}: {found}");
        assert_eq!(extract.content.unreadable, [""; 0], "{header}");
    }
}

#[test]
fn flat_office_files_are_read() {
    let xml = "<?xml version='1.0'?><?mso-application progid='Word.Document'?>\
               <w:wordDocument xmlns:w='http://schemas.microsoft.com/office/word/2003/wordml'>\
               <w:p><w:r><w:t>40</w:t></w:r><w:r><w:t>12</w:t></w:r></w:p></w:wordDocument>";
    let message =
        format!("From: a@x.example\r\nContent-Type: application/xml; name=a.xml\r\n\r\n{xml}");
    let found = texts(&extracted(&message), Scope::AttachmentText).join("|");
    assert!(found.contains("4012"), "{found}");
}

#[test]
fn a_pdf_is_read() {
    let pdf = "%PDF-1.4\n1 0 obj <</Type/Font/Subtype/Type1/BaseFont/Helvetica>> endobj\n\
               2 0 obj <</Type/Page/Contents 3 0 R/Resources<</Font<</F 1 0 R>>>>>> endobj\n\
               3 0 obj <</Length 44>>\nstream\nBT /F 10 Tf [(40) 10 (12)] TJ ET\nendstream endobj\n";
    for header in ["application/pdf; name=\"a.pdf\"", "application/octet-stream; name=\"a.txt\""] {
        let message = format!("From: a@x.example\r\nContent-Type: {header}\r\n\r\n{pdf}");
        let extract = extracted(&message);
        let found = texts(&extract, Scope::AttachmentText).join("|");
        assert!(found.contains("4012"), "{header}: {found}");
        assert_eq!(extract.content.unreadable, [""; 0], "{header}");
    }
}

/// The attachment texts and remarks of a message that is one file.
fn of_file(octets: &[u8]) -> (String, Vec<String>) {
    let head = b"From: a@x.example\r\nContent-Type: application/octet-stream; name=f\r\n\
                 Content-Transfer-Encoding: binary\r\n\r\n";
    let extract = extract(&[head, octets].concat(), &Limits::default());
    let found = texts(&extract, Scope::AttachmentText).join("|");
    let content = extract.content;
    (found, [content.unreadable, content.over_limit, content.ambiguous].concat())
}

#[test]
fn files_of_common_programs_are_read() {
    let files: [(&str, &[u8], &[&str]); 7] = [
        (
            "docx",
            include_bytes!("../../tests/files/word.docx"),
            &[
                "body 4012 8888\n",
                "versteckt",
                "zelle\t4012",
                "kopfzeile",
                "fusszeile",
                "titelwort",
            ],
        ),
        (
            "xlsx",
            include_bytes!("../../tests/files/sheet.xlsx"),
            &[
                "zellentext\t4012888888881881",
                "001-23-4567",
                "formelwort",
                "kommentarwort",
                "geheimzelle",
                "blattname",
                "blattkopf",
            ],
        ),
        (
            "pptx",
            include_bytes!("../../tests/files/slides.pptx"),
            &["folientitel", "textfeld", "notizwort"],
        ),
        (
            "odt",
            include_bytes!("../../tests/files/text.odt"),
            &["4012\n", "versteckt", "fussnote", "mit"],
        ),
        ("ods", include_bytes!("../../tests/files/sheet.ods"), &["zelle\t4012", "tabellenname"]),
        (
            "xls",
            include_bytes!("../../tests/files/sheet.xls"),
            &["4012 8888\t4012888888881881", "grösse", "geheimzelle", "vertrag"],
        ),
        (
            "pdf",
            include_bytes!("../../tests/files/page.pdf"),
            &["seite 4012 8888", "grösse", "zweite", "titelwort"],
        ),
    ];
    for (kind, octets, words) in files {
        let (found, remarks) = of_file(octets);
        for word in words {
            let spaced = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(spaced(&found).contains(&spaced(word)), "{kind}: {word}: {found}");
        }
        // The sheet was written by a program that computes no formulas.
        let uncomputed = "sheet with a formula whose result is not in it (part 0)".to_owned();
        assert_eq!(remarks, Vec::from_iter((kind == "xlsx").then_some(uncomputed)), "{kind}");
    }
}

#[test]
fn a_cut_off_document_is_told() {
    let files: [&[u8]; 4] = [
        include_bytes!("../../tests/files/word.docx"),
        include_bytes!("../../tests/files/text.odt"),
        include_bytes!("../../tests/files/sheet.xls"),
        include_bytes!("../../tests/files/sheet.xlsx"),
    ];
    for octets in files {
        let (_, remarks) = of_file(&octets[..octets.len() / 2]);
        assert!(!remarks.is_empty(), "{:?}", &octets[..4]);
    }
}
