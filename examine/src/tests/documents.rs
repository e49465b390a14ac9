//! Documents in mail: what is in them is found, or the part is told as unreadable.

use grammar::tree::Scope;

use super::{extracted, texts};

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
