//! Whose element it is: the name spaces of office programs, each in full.
//!
//! What is in none of them is passed over by the programs, so that a name space which only looks
//! like theirs must not count as one.

use quick_xml::name::ResolveResult;

use super::unescaped;

/// Whose vocabulary an element belongs to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Vocabulary {
    /// Pages on which each piece of text has its place.
    FixedPage,
    /// Formats of numbers in Open Document.
    Format,
    Office,
    /// Workbooks of Excel 2003 in XML, and what other programs took over from them.
    OldSheet,
    OpenDocument,
    Other,
    Sheet,
    Word,
}

/// The vocabulary of a name space.
pub(super) fn vocabulary(namespace: &ResolveResult<'_>) -> Vocabulary {
    let ResolveResult::Bound(name) = namespace else { return Vocabulary::Other };
    let name: &str = name.as_ref();
    if name.contains('&') {
        return of_name(&unescaped(name));
    }
    of_name(name)
}

fn of_name(name: &str) -> Vocabulary {
    match name {
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
        | "http://purl.oclc.org/ooxml/wordprocessingml/main"
        | "http://schemas.microsoft.com/office/word/2003/wordml" => Vocabulary::Word,
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        | "http://purl.oclc.org/ooxml/spreadsheetml/main" => Vocabulary::Sheet,
        "urn:schemas-microsoft-com:office:spreadsheet"
        | "urn:schemas-microsoft-com:office:excel" => Vocabulary::OldSheet,
        "http://schemas.microsoft.com/xps/2005/06" | "http://schemas.openxps.org/oxps/v1.0" => {
            Vocabulary::FixedPage
        }
        "urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" => Vocabulary::Format,
        _ if is_office(name) => Vocabulary::Office,
        _ if is_open_document(name) => Vocabulary::OpenDocument,
        _ => Vocabulary::Other,
    }
}

fn is_open_document(name: &str) -> bool {
    const PARTS: [&str; 21] = [
        "animation",
        "chart",
        "config",
        "container",
        "database",
        "digitalsignature",
        "dr3d",
        "drawing",
        "form",
        "manifest",
        "meta",
        "of",
        "office",
        "presentation",
        "script",
        "smil-compatible",
        "style",
        "svg-compatible",
        "table",
        "text",
        "xsl-fo-compatible",
    ];
    let part = name.strip_prefix("urn:oasis:names:tc:opendocument:xmlns:");
    let part = part.and_then(|it| it.split_once(':'));
    let own = "urn:org:documentfoundation:names:experimental:";
    part.is_some_and(|(part, version)| {
        PARTS.contains(&part) && version.len() <= 4 && version.starts_with("1.")
    }) || name.strip_prefix(own).is_some_and(|it| {
        matches!(
            it,
            "office:xmlns:loext:1.0" | "calc:xmlns:calcext:1.0" | "ooo-ms-interop:xmlns:field:1.0"
        )
    })
}

fn is_office(name: &str) -> bool {
    let known = |start: &str, parts: &[&str]| {
        name.strip_prefix(start).is_some_and(|part| parts.contains(&part))
    };
    known("http://schemas.openxmlformats.org/", &OPEN)
        || known("http://purl.oclc.org/ooxml/", &STRICT)
        || known("http://schemas.microsoft.com/office/", &MICROSOFT)
        || known("urn:schemas-microsoft-com:", &OLD)
        || known("http://purl.org/dc/", &["dcmitype/", "elements/1.1/", "terms/"])
        || known("http://schemas.apple.com/cocoa/", &["2006/main"])
}

/// Of the transitional and the package standards.
const OPEN: [&str; 22] = [
    "drawingml/2006/chart",
    "drawingml/2006/chartDrawing",
    "drawingml/2006/compatibility",
    "drawingml/2006/diagram",
    "drawingml/2006/lockedCanvas",
    "drawingml/2006/main",
    "drawingml/2006/picture",
    "drawingml/2006/spreadsheetDrawing",
    "drawingml/2006/wordprocessingDrawing",
    "markup-compatibility/2006",
    "officeDocument/2006/bibliography",
    "officeDocument/2006/custom-properties",
    "officeDocument/2006/customXml",
    "officeDocument/2006/docPropsVTypes",
    "officeDocument/2006/extended-properties",
    "officeDocument/2006/math",
    "officeDocument/2006/relationships",
    "package/2006/content-types",
    "package/2006/metadata/core-properties",
    "package/2006/relationships",
    "presentationml/2006/main",
    "schemaLibrary/2006/main",
];

/// Of the strict standard.
const STRICT: [&str; 17] = [
    "drawingml/chart",
    "drawingml/chartDrawing",
    "drawingml/compatibility",
    "drawingml/diagram",
    "drawingml/lockedCanvas",
    "drawingml/main",
    "drawingml/picture",
    "drawingml/spreadsheetDrawing",
    "drawingml/wordprocessingDrawing",
    "officeDocument/bibliography",
    "officeDocument/customProperties",
    "officeDocument/docPropsVTypes",
    "officeDocument/extendedProperties",
    "officeDocument/math",
    "officeDocument/relationships",
    "presentationml/main",
    "schemaLibrary/main",
];

/// Extensions of Microsoft whose elements stand around or between text.
const MICROSOFT: [&str; 46] = [
    "2006/activeX",
    "2006/xmlPackage",
    "2019/extlst",
    "drawing/2007/8/2/chart",
    "drawing/2008/diagram",
    "drawing/2010/chartDrawing",
    "drawing/2010/diagram",
    "drawing/2010/main",
    "drawing/2010/picture",
    "drawing/2010/slicer",
    "drawing/2012/chart",
    "drawing/2012/chartStyle",
    "drawing/2012/main",
    "drawing/2014/chart",
    "drawing/2014/chartex",
    "drawing/2014/main",
    "drawing/2016/ink",
    "drawing/2017/model3d",
    "excel/2006/main",
    "excel/2010/spreadsheetDrawing",
    "mac/excel/2008/main",
    "mac/office/2008/main",
    "powerpoint/2010/main",
    "powerpoint/2012/main",
    "powerpoint/2018/8/main",
    "spreadsheetml/2009/9/ac",
    "spreadsheetml/2009/9/main",
    "spreadsheetml/2010/11/ac",
    "spreadsheetml/2010/11/main",
    "spreadsheetml/2014/revision",
    "spreadsheetml/2015/02/main",
    "spreadsheetml/2015/revision2",
    "spreadsheetml/2017/richdata",
    "spreadsheetml/2018/threadedcomments",
    "thememl/2012/main",
    "visio/2011/1/core",
    "visio/2012/main",
    "word/2006/wordml",
    "word/2010/wordml",
    "word/2010/wordprocessingCanvas",
    "word/2010/wordprocessingDrawing",
    "word/2010/wordprocessingGroup",
    "word/2010/wordprocessingInk",
    "word/2010/wordprocessingShape",
    "word/2012/wordml",
    "word/2015/wordml/symex",
];

/// Of the programs before.
const OLD: [&str; 7] = [
    "mac:vml",
    "office:activation",
    "office:component:spreadsheet",
    "office:office",
    "office:powerpoint",
    "office:word",
    "vml",
];

#[cfg(test)]
mod tests {
    use quick_xml::name::Namespace;

    use super::*;

    #[test]
    fn names_count_in_full_only() {
        let of = |name: &str| vocabulary(&ResolveResult::Bound(Namespace(name)));
        assert_eq!(of("http://schemas.openxmlformats.org/drawingml/2006/main"), Vocabulary::Office);
        assert_eq!(of("http://schemas.microsoft.com/office/word/2010/wordml"), Vocabulary::Office);
        assert_eq!(of("urn:oasis:names:tc:opendocument:xmlns:text:1.0"), Vocabulary::OpenDocument);
        for other in [
            "http://schemas.microsoft.com/x",
            "http://schemas.openxmlformats.org/wordprocessingml/2006/main/",
            "urn:oasis:names:tc:opendocument:xmlns:x:1.0",
            "urn:libreoffice",
        ] {
            assert_eq!(of(other), Vocabulary::Other, "{other}");
        }
        assert_eq!(of("urn:schemas-microsoft-com&#58;vml"), Vocabulary::Office);
    }
}
